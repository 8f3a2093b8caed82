"""One plate's record, and several as one load."""

import numpy as np
import pytest

from trochlea.motion.plate_force import PlateForce, combine

ROUNDING = 1e-9
"""Moments of some hundred N.m; worst seen 6e-14."""


def plates(count: int, samples: int = 20) -> list[PlateForce]:
    rng = np.random.default_rng(8)
    return [
        PlateForce(
            name=f"plate {i + 1}",
            times=np.arange(samples) / 100.0,
            force=rng.normal(size=(samples, 3)) * 50 + [0, 400, 0],
            point=rng.normal(size=(samples, 3)) * [0.3, 0.0, 0.3],
            free_moment=rng.normal(size=(samples, 3)) * [0, 5, 0],
        )
        for i in range(count)
    ]


def test_the_combined_load_has_the_force_and_the_moment_of_all_plates_about_any_point():
    own = plates(3)
    total = combine(own)
    np.testing.assert_allclose(total.force, sum(p.force for p in own), rtol=0, atol=ROUNDING)
    for about in ([0.0, 0.0, 0.0], [1.0, -0.5, 2.0]):
        moment = sum(np.cross(p.point - about, p.force) + p.free_moment for p in own)
        found = np.cross(total.point - about, total.force) + total.free_moment
        np.testing.assert_allclose(found, moment, rtol=0, atol=ROUNDING)
    assert total.name == "plate 1 + plate 2 + plate 3"


def test_an_unloaded_plate_adds_nothing_and_one_plate_stays_itself():
    own = plates(1)
    assert combine(own) is own[0]
    blank = np.zeros((20, 3))
    idle = PlateForce(name="idle", times=own[0].times, force=blank, point=blank * np.nan, free_moment=blank)
    total = combine([own[0], idle])
    np.testing.assert_allclose(total.point, own[0].point, rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(total.free_moment, own[0].free_moment, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize(("field", "shape"), [("force", (19, 3)), ("point", (20, 2)), ("corners", (3, 3))])
def test_a_record_of_wrong_shape_is_refused(field, shape):
    one = plates(1)[0]
    values = {name: getattr(one, name) for name in ("name", "times", "force", "point", "free_moment")}
    with pytest.raises(ValueError, match=f"{field} ha.* shape"):
        PlateForce(**{**values, field: np.zeros(shape)})
