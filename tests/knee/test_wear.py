"""The wear index: closed forms on made-up pressures, then what it says and when it keeps silent."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.flexion_sweep import sweep
from trochlea.knee.wear import FACETS, WIDEST, LoadCycle, wear_index
from trochlea.motion.timeseries import read_only

ROUNDING = 1e-12
"""Closed forms in double precision, powers up to 13; worst seen 4e-15."""


@pytest.fixture(scope="module")
def result():
    return sweep(flexion_deg=[30.0, 60.0]).result


def cycle(result, factor=1.0, *, per_day=100.0, name="walking", lateral=None):
    """The norm is `result`; the own knee has its pressures times a factor, the lateral ones times another."""
    factors = np.where(result.is_lateral, factor if lateral is None else lateral, factor)
    own = replace(result, pressure=read_only(result.pressure * factors))
    return LoadCycle(activity=name, per_day=per_day, own=own, norm=result)


def test_the_knee_of_the_norm_wears_as_the_norm(result):
    index = wear_index([cycle(result)])
    np.testing.assert_allclose(index.ratios, 1.0, rtol=ROUNDING, atol=0)
    assert [index.direction(facet) for facet in FACETS] == ["same", "same"]


def test_pressure_times_a_factor_wears_by_its_power(result):
    index = wear_index([cycle(result, 1.05, lateral=1.1)])
    np.testing.assert_allclose(index.ratios[0], 1.1**index.exponents, rtol=ROUNDING, atol=0)
    np.testing.assert_allclose(index.ratios[1], 1.05**index.exponents, rtol=ROUNDING, atol=0)
    assert index.direction("lateral") == "more"
    assert index.interval("medial") == (
        pytest.approx(1.05 ** index.exponents[0], rel=ROUNDING),
        pytest.approx(1.05 ** index.exponents[-1], rel=ROUNDING),
    )


def test_an_interval_wider_than_a_factor_of_three_shows_no_number(result):
    span = wear_index([cycle(result)]).exponents[[0, -1]] @ [-1, 1]
    just = WIDEST ** (1 / span)
    assert wear_index([cycle(result, 0.999 * just)]).is_number("lateral")
    assert not wear_index([cycle(result, 1.001 * just)]).is_number("lateral")
    assert wear_index([cycle(result, 0.5)]).direction("lateral") == "less"


def test_activities_add_up_by_their_cycles(result):
    light = cycle(replace(result, pressure=read_only(0.5 * result.pressure)), per_day=1000.0)
    hard = cycle(result, 1.2, per_day=10.0, name="stair descent")
    index = wear_index([light, hard])
    b = index.exponents
    expected = (1000 * 0.5**b + 10 * 1.2**b) / (1000 * 0.5**b + 10)
    np.testing.assert_allclose(index.ratios[0], expected, rtol=ROUNDING, atol=0)
    np.testing.assert_allclose(index.shares.sum(axis=0), 1.0, rtol=ROUNDING, atol=0)
    assert index.shares[1, 0, -1] > 0.9 > index.shares[1, 0, 0]


def test_each_point_counts_with_its_largest_pressure_of_the_cycle(result):
    reverse = replace(result, pressure=read_only(result.pressure[::-1]))
    index = wear_index([LoadCycle(activity="squat", per_day=1.0, own=reverse, norm=result)])
    np.testing.assert_allclose(index.ratios, 1.0, rtol=ROUNDING, atol=0)


def test_a_facet_that_never_touches_at_the_norm_wears_more_and_has_no_number(result):
    lifted = replace(result, pressure=read_only(result.pressure * result.is_lateral))
    index = wear_index([LoadCycle(activity="squat", per_day=1.0, own=result, norm=lifted)])
    assert index.direction("medial") == "more"
    assert not index.is_number("medial")


def test_a_ratio_on_both_sides_of_one_has_no_direction(result):
    rest = replace(result, pressure=read_only(0.3 * result.pressure))
    # gentle cycles that are many decide at small exponents, hard ones that are few at large ones
    index = wear_index([cycle(rest, 1.3, per_day=1e4), cycle(result, 0.9, per_day=1.0, name="hop")])
    assert index.direction("lateral") == "either"


def test_frames_without_an_equilibrium_give_no_answer(result):
    lost = sweep(flexion_deg=[30.0, 60.0], quadriceps=0.0).result
    index = wear_index([LoadCycle(activity="squat", per_day=1.0, own=lost, norm=result)])
    assert index.statuses == ("no_load", "converged")
    assert index.direction("lateral") == "unknown"
    assert not index.is_number("lateral")


def test_frames_without_load_are_left_out(result):
    first = replace(
        result,
        solution=replace(result.solution, status=("converged", "no_load")),
        pressure=read_only(np.where([[True], [False]], result.pressure, np.nan)),
    )
    alone = sweep(flexion_deg=[30.0]).result
    index, expected = (
        wear_index([LoadCycle(activity="step", per_day=1.0, own=own, norm=result)]) for own in (first, alone)
    )
    np.testing.assert_allclose(index.ratios, expected.ratios, rtol=1e-6, atol=0)  # a start from a neighbour
    assert index.is_number("lateral") == expected.is_number("lateral")


def test_a_dislocated_frame_gives_no_answer(result):
    out = replace(result, solution=replace(result.solution, status=("converged", "dislocated")))
    assert wear_index([LoadCycle(activity="step", per_day=1.0, own=out, norm=result)]).direction("lateral") == "unknown"


def test_cycles_that_cannot_be_are_refused(result):
    with pytest.raises(InputError, match="walking: 0 cycles a day; expected a number above 0"):
        cycle(result, per_day=0.0)
    with pytest.raises(InputError, match="no activity; expected at least one"):
        wear_index([])
