"""The built-in movements as descriptions."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.tasks import SingleLegSquat, squat_profile
from trochlea.person.measured import Measured


def angle(value_deg):
    return Measured(value=float(np.radians(value_deg)), sd=None, unit="rad", source="assumed")


def test_published_targets_carry_their_spread_and_citation():
    task = SingleLegSquat()
    for target in (task.hip_adduction, task.pelvic_drop, task.trunk_lean):
        assert target.source == "published"
        assert target.citation is not None
        assert target.sd is not None
        assert target.sd > 0.0


def test_assumed_targets_say_so():
    task = SingleLegSquat()
    for target in (task.trunk_flexion, task.toe_out, task.balance_point, task.swing_knee_flexion):
        assert target.source == "assumed"
        assert target.citation is None


def test_posture_is_that_of_the_published_control_group(data_dir):
    table = (data_dir.parent / "reference" / "biomechanics" / "kinematics.csv").read_text(encoding="utf-8")
    task = SingleLegSquat()
    for name, target in (
        ("hip adduction", task.hip_adduction),
        ("contralateral pelvic drop", task.pelvic_drop),
        ("ipsilateral trunk lean", task.trunk_lean),
    ):
        value, sd = np.degrees(target.value), np.degrees(target.sd)
        assert f"{name},single-leg squat,control (male+female),40,{value:.1f},{sd:.1f},deg" in table


def test_profile_goes_down_and_up_and_rests_at_the_ends():
    times, depth = squat_profile(SingleLegSquat())
    assert (depth[0], depth[20], depth[-1]) == pytest.approx((0.0, 1.0, 0.0), abs=1e-12)
    np.testing.assert_allclose(depth, depth[::-1], rtol=0, atol=1e-12)
    speed = np.gradient(depth, times)
    assert abs(speed[0]) < 0.1 * np.abs(speed).max()
    assert np.all(np.diff(times) > 0.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"knee_flexion": angle(0.0)}, "squat depth: expected more than 0"),
        ({"knee_flexion": angle(130.0)}, "found 130"),
        ({"n_frames": 40}, "odd number"),
        ({"n_frames": 1}, "odd number"),
        ({"duration": Measured(value=0.0, sd=None, unit="s", source="assumed")}, "duration"),
        ({"balance_point": Measured(value=1.5, sd=None, unit="-", source="assumed")}, "0 to 1"),
    ],
)
def test_what_is_no_squat_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        replace(SingleLegSquat(), **changes)
