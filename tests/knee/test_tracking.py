"""Signs of the patella's pose, each from a pose made by hand."""

import math

import numpy as np
import pytest

from trochlea.knee.shape import knee_shape
from trochlea.knee.tibia import rotation_about, tibia_in_femur, tibial_pose, tibial_shift
from trochlea.knee.tracking import bisect_offset, cardan_angles, patellar_flexion, patellar_spin, patellar_tilt

ANGLE = np.array([0.2])


def test_flexing_patella_turns_its_top_forward():
    rotation = rotation_about(2, -ANGLE)
    assert (rotation[0] @ [0, 1, 0])[0] > 0
    assert patellar_flexion(rotation)[0] == pytest.approx(0.2)


def test_lateral_tilt_moves_the_lateral_border_backward():
    rotation = rotation_about(1, -ANGLE)
    assert (rotation[0] @ [0, 0, 1])[0] < 0
    assert patellar_tilt(rotation)[0] == pytest.approx(0.2)


def test_positive_spin_moves_the_inferior_pole_laterally():
    rotation = rotation_about(0, -ANGLE)
    assert (rotation[0] @ [0, -1, 0])[2] > 0
    assert patellar_spin(rotation)[0] == pytest.approx(0.2)


def test_angles_of_a_composed_rotation_come_back():
    a, b, c = np.array([-0.9]), np.array([0.1]), np.array([-0.3])
    rotation = rotation_about(2, a) @ rotation_about(0, b) @ rotation_about(1, c)
    np.testing.assert_allclose(cardan_angles(rotation), [[-0.9, 0.1, -0.3]], rtol=0, atol=1e-14)


def test_bisect_offset_is_half_in_the_middle_and_one_at_the_medial_border():
    shape = knee_shape(sex="male")
    still = np.eye(3)[None]
    for z, share in ((0.0, 0.5), (0.5 * shape.patella_width, 1.0), (-0.25 * shape.patella_width, 0.25)):
        assert bisect_offset(still, np.array([[0.05, 0, z]]), shape)[0] == pytest.approx(share)


def test_internal_rotation_of_the_tibia_moves_the_tubercle_medially_at_any_flexion():
    tubercle = np.array([0.038, -0.043, 0.011])
    for flexion in (0.0, 0.7, 1.5):
        f, zero = np.array([flexion]), np.zeros(1)
        moved = (tibia_in_femur(f, ANGLE, zero) - tibia_in_femur(f, zero, zero))[0] @ tubercle
        assert moved[2] < -0.006  # about 0.2 rad times 38 mm, about the tibia's own axis


def test_valgus_moves_the_foot_laterally_and_flexion_moves_it_backward():
    zero, foot = np.zeros(1), np.array([0, -0.4, 0])
    assert (tibia_in_femur(zero, zero, ANGLE)[0] @ foot)[2] == pytest.approx(0.4 * math.sin(0.2))
    assert (tibia_in_femur(ANGLE, zero, zero)[0] @ foot)[0] == pytest.approx(-0.4 * math.sin(0.2))


def test_valgus_turns_the_tibia_about_the_joint_line(male, make_load):
    load = make_load([0, 40], 600, valgus=6)
    tibia, _ = tibial_pose(load, male.shape)
    joint_line = np.array([0.0, -male.shape.groove_radius, 0.0])
    moved = tibia @ joint_line + tibial_shift(load, male.shape, tibia)
    flexed = rotation_about(2, -load.tibiofemoral_flexion) @ joint_line
    np.testing.assert_allclose(moved, flexed, rtol=0, atol=1e-15)
    # a foot 0.4 m below the joint line goes outwards by its distance from it
    foot = joint_line + np.array([0.0, -0.4, 0.0])
    assert (tibia @ foot + tibial_shift(load, male.shape, tibia))[0, 2] == pytest.approx(
        0.4 * math.sin(math.radians(6))
    )
