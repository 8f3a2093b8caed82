"""Drawn muscle lines are the model's own paths: as long as MuJoCo says, on both sides."""

import numpy as np
import pytest

from trochlea.leg.kinematics import muscle_geometry, static_pose
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.muscle_lines import muscle_lines
from trochlea.leg.skeleton.model import build_leg

SAGITTA = 5e-4
"""Share by which a muscle drawn with arcs in steps of at most 15 degrees is shorter than the true one; 2.4e-4 seen, and
2.2e-3 where arcs are drawn as their chords."""

POSES = [{}, {"knee_angle_r": 1.5, "knee_angle_l": 1.5, "hip_flexion_r": 1.0, "hip_flexion_l": 1.0}]


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male", extra_muscles=deep_rotator_paths())


@pytest.mark.parametrize("coordinates", POSES)
@pytest.mark.parametrize("side", ["right", "left"])
def test_a_line_is_as_long_as_its_muscle(leg, coordinates, side):
    pose = static_pose(leg, coordinates)
    lengths = dict(zip(leg.muscles, muscle_geometry(leg, pose, side).lengths[0], strict=True))
    (lines,) = muscle_lines(leg, pose, side)
    assert set(lines) == set(leg.muscles)
    for name, line in lines.items():
        drawn = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
        np.testing.assert_allclose(drawn, lengths[name], rtol=SAGITTA, atol=0, err_msg=name)


def test_left_lines_mirror_right_ones(leg):
    pose = static_pose(leg, POSES[1])
    (right,), (left,) = muscle_lines(leg, pose, "right"), muscle_lines(leg, pose, "left")
    for name, line in right.items():
        np.testing.assert_allclose(left[name], line * [1.0, 1.0, -1.0], rtol=0, atol=1e-3, err_msg=name)
