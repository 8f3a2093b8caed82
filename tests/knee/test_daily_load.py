"""Published loads of named activities on a knee and on the same knee at the norm."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.daily_load import SETTINGS, _peak, activities, at_norm, daily_wear
from trochlea.knee.setup import POSE, SCALES, input_value, knee_setup
from trochlea.units import GRAVITY

LOAD_TOLERANCE = 1e-6
"""The load is looked for to 1e-9, the solver stops at 1e-6 N of some 500 N; worst seen 2e-9."""

UNCHANGED = 1e-6
"""Ratios of a knee to itself; worst seen 4e-9."""

WALK = {"walking": None}


def test_the_knee_at_the_norm_carries_the_published_force():
    for name, activity in activities().items():
        own, norm = _peak(knee_setup(values={"tt_tg_mm": 16.0}), activity, 70.0)
        wanted = activity.contact_force * 70.0 * GRAVITY
        np.testing.assert_allclose(norm.contact_force, wanted, rtol=LOAD_TOLERANCE, atol=0, err_msg=name)
        assert own.solution.status == ("converged",)


def test_a_weak_head_makes_the_quadriceps_ask_for_more_from_the_others():
    setup = knee_setup(values={"vmo_scale": 0.2})
    own, norm = _peak(setup, activities()["stair descent"], 70.0)
    # the same moment: the force that is left after scaling is nearly that of the norm, not what was taken away
    np.testing.assert_allclose(own.quadriceps_force, norm.quadriceps_force, rtol=0.05, atol=0)


def test_a_median_knee_wears_as_the_norm():
    index = daily_wear(knee_setup(values={"sex": "female"}), mass=60.0, per_day=WALK)
    np.testing.assert_allclose(index.ratios, 1.0, rtol=UNCHANGED, atol=0)
    assert index.per_day[0] == pytest.approx(1e6 / 365, abs=1)  # `sadeghi-2017-frequency`: a million a year


def test_a_lateral_tubercle_wears_the_lateral_facet():
    index = daily_wear(knee_setup(values={"tt_tg_mm": 20.0}), mass=70.0)
    assert index.direction("lateral") == "more"
    assert index.direction("medial") == "less"


def test_the_norm_keeps_the_shape_and_resets_alignment_height_and_strength():
    changed = {name: 0.5 for name in SETTINGS} | {"tt_tg_mm": 19.0, "q_angle_deg": 20.0, "patellar_height_ratio": 1.3}
    kept = {"patella_width_mm": 40.0, "mpfl_scale": 0.5}
    setup, median = knee_setup(values=changed | kept), knee_setup()
    norm = at_norm(setup)
    for name in changed:
        assert input_value(setup, name) == pytest.approx(changed[name])
        assert input_value(norm, name) == input_value(median, name) != input_value(setup, name), name
    for name, value in kept.items():
        assert input_value(norm, name) == pytest.approx(value)


def test_the_norm_resets_every_scale_of_a_head_and_every_pose():
    for name in (*(name for names in SCALES.values() for name in names), *(f"{name}_deg" for name in POSE)):
        assert name in SETTINGS
    assert {"itb_force_n", "tubercle_medialisation_mm"} <= set(SETTINGS)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"per_day": {"chess": 3.0}}, "unknown activity 'chess'; expected one of walking"),
        ({"per_day": {"running": None}}, "no published number of cycles a day of running"),
        ({"mass": 0.0}, "mass is 0 kg; expected a number above 0"),
    ],
)
def test_activities_that_are_not_known_are_refused(kwargs, message):
    with pytest.raises(InputError, match=message):
        daily_wear(knee_setup(), **({"mass": 70.0} | kwargs))


def test_a_knee_without_a_quadriceps_has_no_answer():
    values = {f"{head}_scale": 0.0 for head in ("rf", "vi", "vl", "vm")}
    index = daily_wear(knee_setup(values=values), mass=70.0)
    assert "no_load" in index.statuses
    assert index.direction("lateral") == "unknown"
