"""The knee's share of a rotation, and the end of its range."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.rotation.rotation_share import (
    FREE_PART,
    RANGE_FLEXION,
    TIBIAL_EXTERNAL,
    TIBIAL_INTERNAL,
    RotationShare,
    published_share,
    series_share,
    within_range,
)

EXACT = 1e-12
"""Closed forms; only rounding is left, worst seen 1e-16."""

SLOPE_STEP = 1e-7
"""Step of the differences that test the slope's continuity [rad]; small against the room of 1 degree."""

SLOPE = 1e-5
"""Difference of slopes left by SLOPE_STEP over that room; worst seen 5e-6 [-]."""


def test_two_springs_in_series_share_a_turn_by_compliance():
    # A moment of 3 N.m turns springs of 1 and 2 N.m/degree by 3 and 1.5 degrees: two thirds of 4.5.
    assert series_share(1.0, 2.0) == pytest.approx(2 / 3, abs=EXACT)
    assert series_share(0.0, 2.0) == 1.0
    assert series_share(1.0, 0.0) == 0.0


def test_published_share_lies_in_the_interval_that_its_sources_give():
    share = published_share()
    # By hand: ankles 35.4 / 30 = 1.18 and 46.2 / 30 = 1.54, mean 1.36; knees 0.79 and 1.06, mean 0.925.
    assert share.best == pytest.approx(1.36 / (1.36 + 0.925), abs=EXACT)
    assert share.low == pytest.approx(1.18 / (1.18 + 2.54), abs=EXACT)
    assert share.high == pytest.approx(69.5 / 40.7 / (69.5 / 40.7 + 0.79), abs=EXACT)
    # Half of what a device at the foot showed was the knee's (almquist-2002-rottometer): not used above, and inside.
    assert share.low < 0.5 < share.high
    assert "assumed" in share.source


@pytest.mark.parametrize("values", [(0.5, 0.6, 0.7), (0.5, 0.4, 0.45), (0.5, -0.1, 0.7), (0.5, 0.4, 1.1)])
def test_shares_out_of_order_are_refused(values):
    best, low, high = values
    with pytest.raises(InputError, match="knee's share of a rotation: expected 0 <= low <= best <= high <= 1"):
        RotationShare(best=best, low=low, high=high, source="test")


def test_rotation_in_the_free_part_of_the_range_is_left_alone():
    flexion = np.radians([5.0, 30.0, 60.0, 90.0, 120.0])
    inside = FREE_PART * np.interp(flexion, RANGE_FLEXION, TIBIAL_EXTERNAL)
    kept, is_capped = within_range(0.999 * inside, flexion)
    np.testing.assert_allclose(kept, 0.999 * inside, rtol=0, atol=EXACT)
    assert not is_capped.any()
    kept, is_capped = within_range(np.zeros(5), flexion)
    assert not kept.any()
    assert not is_capped.any()


def test_femoral_internal_rotation_ends_where_tibial_external_rotation_does():
    far = np.full(3, np.radians(80.0))
    inwards, is_capped = within_range(far, RANGE_FLEXION)
    outwards, _ = within_range(-far, RANGE_FLEXION)
    # 80 degrees lie twenty times the room beyond the free part: the end itself to rounding.
    np.testing.assert_allclose(inwards, TIBIAL_EXTERNAL, rtol=0, atol=1e-6)
    np.testing.assert_allclose(outwards, -TIBIAL_INTERNAL, rtol=0, atol=1e-6)
    assert is_capped.all()


def test_range_is_never_passed_and_more_turn_never_gives_less():
    turn = np.radians(np.linspace(-60.0, 60.0, 481))
    for flexion in (0.0, 15.0, 45.0, 100.0):
        kept, _ = within_range(turn, np.full_like(turn, np.radians(flexion)))
        assert (np.diff(kept) >= 0).all()
        assert (np.abs(kept) <= np.abs(turn) + EXACT).all()
        assert kept.max() <= np.interp(np.radians(flexion), RANGE_FLEXION, TIBIAL_EXTERNAL)
        assert kept.min() >= -np.interp(np.radians(flexion), RANGE_FLEXION, TIBIAL_INTERNAL)


def test_slope_does_not_jump_where_the_range_begins_to_act():
    flexion = RANGE_FLEXION[1:2]
    start = FREE_PART * TIBIAL_EXTERNAL[1]
    before, at, after = (
        within_range(np.array([start + step]), flexion)[0][0] for step in (-SLOPE_STEP, 0.0, SLOPE_STEP)
    )
    assert (at - before) / SLOPE_STEP == pytest.approx((after - at) / SLOPE_STEP, abs=SLOPE)
