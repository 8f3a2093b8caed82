"""Springs on the six coordinates: exact derivatives, at poses far from zero."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.knee.kernel.motion import turn
from trochlea.knee.kernel.springs import add_springs, cardan, springs_at

STEP = 1e-4
"""Central differences [rad, m]: truncation and rounding both stay near 1e-8 of the largest entry."""

TOLERANCE = 1e-6
"""Of the largest entry. Worst seen 5e-8."""

SPRINGS = (
    np.array([1.0, 2.0, 3.0, 40.0, 50.0, 60.0]),
    np.array([0.1, 0.2, -0.3, 0.04, 0.0, 0.01]),
    np.array([0.3, -0.2, 0.1, 1.0, 2.0, 3.0]),
)


@pytest.fixture(params=[(0.7, -0.4, 0.3), (-1.6, 0.9, -0.5), (0.0, 0.0, 0.0)])
def pose(request):
    return Rotation.from_euler("ZXY", request.param).as_matrix(), np.array([0.05, 0.01, 0.003])


def evaluate(pose, step):
    rotation = np.empty((3, 3))
    turn(np.ascontiguousarray(pose[0]), np.ascontiguousarray(step[:3]), rotation)
    gradient, hessian = np.zeros(6), np.zeros((6, 6))
    return add_springs(rotation, pose[1] + step[3:], SPRINGS, gradient, hessian), gradient, hessian


def test_angles_are_those_of_body_fixed_turns_about_z_x_and_y(pose):
    out = np.empty(3)
    cardan(np.ascontiguousarray(pose[0]), out)
    np.testing.assert_allclose(out, Rotation.from_matrix(pose[0]).as_euler("ZXY"), rtol=0, atol=1e-12)


def test_gradient_is_the_slope_of_the_energy(pose):
    unit = STEP * np.eye(6)
    numeric = [(evaluate(pose, step)[0] - evaluate(pose, -step)[0]) / (2 * STEP) for step in unit]
    gradient = evaluate(pose, np.zeros(6))[1]
    np.testing.assert_allclose(gradient, numeric, rtol=0, atol=TOLERANCE * np.abs(gradient).max())


def test_hessian_is_the_curvature_of_the_energy(pose):
    unit = STEP * np.eye(6)
    numeric = np.empty((6, 6))
    for i in range(6):
        for j in range(6):
            corners = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
            total = sum(sign * evaluate(pose, a * unit[i] + b * unit[j])[0] for a, b, sign in corners)
            numeric[i, j] = total / (4 * STEP**2)
    hessian = evaluate(pose, np.zeros(6))[2]
    np.testing.assert_allclose(hessian, np.triu(numeric), rtol=0, atol=TOLERANCE * np.abs(hessian).max())


def test_springs_without_a_pose_of_their_own_rest_at_the_frame_before(pose):
    stiffness, rest, load = np.ones((2, 6)), np.full((2, 6), np.nan), np.zeros((2, 6))
    rotations, translations = np.stack([pose[0], np.eye(3)]), np.stack([pose[1], np.zeros(3)])
    found = springs_at(1, 0, (stiffness, rest, load), rotations, translations)
    angles = Rotation.from_matrix(pose[0]).as_euler("ZXY")
    np.testing.assert_allclose(found[1], [*angles, *pose[1]], rtol=0, atol=1e-12)
    absent = springs_at(0, -1, (stiffness, rest, load), rotations, translations)
    assert not absent[0].any()
