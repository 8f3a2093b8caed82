import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.kinematics import static_pose
from trochlea.leg.segments import segments, site_positions
from trochlea.leg.skeleton.model import build_leg


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75, height=1.7, sex="male")


def test_moving_the_pelvis_moves_everything_with_it(leg):
    still = segments(leg, static_pose(leg, {}))
    moved = segments(leg, static_pose(leg, {"pelvis_tx": 0.3, "pelvis_ty": 0.9, "pelvis_tz": -0.2}))
    shift = np.array([0.3, 0.9, -0.2])
    np.testing.assert_allclose(moved.positions, still.positions + shift, rtol=0, atol=1e-12)
    np.testing.assert_allclose(moved.centre_of_mass, still.centre_of_mass + shift, rtol=0, atol=1e-12)


def test_feet_point_forward_and_down_and_right_is_to_the_right(leg):
    pose = static_pose(leg, {})
    heel, toe, left = site_positions(leg, pose, ("CAL_r", "TOE_r", "TOE_l"))[0]
    hip = segments(leg, pose).body("femur_r")[0][0]
    assert toe[0] > heel[0] + 0.15
    assert heel[1] < hip[1] - 0.7
    assert toe[2] > 0 > left[2]


def test_trunk_extension_leans_back_and_leaves_the_legs(leg):
    still, leaned = (segments(leg, static_pose(leg, {"lumbar_extension": angle})) for angle in (0.0, 0.4))
    head = np.array([0.0, 0.5, 0.0])
    tops = [turn[0] @ head + origin[0] for origin, turn in (s.body("torso") for s in (still, leaned))]
    assert tops[1][0] < tops[0][0] - 0.15
    np.testing.assert_allclose(leaned.body("tibia_l")[0], still.body("tibia_l")[0], rtol=0, atol=1e-12)


def test_rotations_are_rotations(leg):
    pose = static_pose(leg, {"hip_flexion_r": 1.0, "knee_angle_r": 1.5, "pelvis_list": 0.4})
    turns = segments(leg, pose).rotations[0]
    for turn in turns:
        np.testing.assert_allclose(turn @ turn.T, np.eye(3), rtol=0, atol=1e-12)
        assert np.linalg.det(turn) > 0


def test_unknown_bodies_and_points_are_refused(leg):
    pose = static_pose(leg, {})
    with pytest.raises(InputError, match="body 'shin': expected one of pelvis"):
        segments(leg, pose).body("shin")
    with pytest.raises(InputError, match="no point 'BIG_TOE'"):
        site_positions(leg, pose, ("BIG_TOE",))
