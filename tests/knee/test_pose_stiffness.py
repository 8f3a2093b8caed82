"""The unbalanced load belongs to the forces and to the energy's gradient; the stiffness to the energy."""

import numpy as np

from trochlea.knee.equilibrium import forces_at, kernel_inputs, solve_poses
from trochlea.knee.pose_stiffness import least_stiffness, moved, pose_stiffness, unbalanced

LOAD_TOLERANCE = 1e-6
"""Of the largest entry. Worst seen 1e-8: far points that the energy skips."""

STIFFNESS_TOLERANCE = 1e-6
"""Of the largest entry: differences of forces over 0.1 micrometre. Worst seen 3e-8."""


def off_balance(male, make_load):
    load = make_load([20, 60, 100], 800, femoral=5)
    rotations, positions, _, _ = solve_poses(male, load)
    motion = np.tile([0.01, -0.02, 0.01, 2e-4, -1e-4, 3e-4], (3, 1))
    return kernel_inputs(male, load), *moved(rotations, positions, motion)


def load_at(male, inputs, rotations, positions):
    forces, _ = forces_at(inputs, rotations, positions, np.zeros(len(positions), dtype=bool))
    return unbalanced(male, rotations, forces)


def test_the_unbalanced_load_is_the_slope_of_the_energy(male, make_load):
    inputs, rotations, positions = off_balance(male, make_load)
    gradient, _ = pose_stiffness(inputs, rotations, positions)
    found = load_at(male, inputs, rotations, positions)
    np.testing.assert_allclose(found, gradient, rtol=0, atol=LOAD_TOLERANCE * np.abs(gradient).max())
    assert np.abs(gradient).max() > 10


def test_the_stiffness_is_the_slope_of_the_unbalanced_force(male, make_load):
    inputs, rotations, positions = off_balance(male, make_load)
    _, hessian = pose_stiffness(inputs, rotations, positions)
    for axis in range(6):
        motion = np.zeros((3, 6))
        motion[:, axis] = step = 1e-7 if axis > 2 else 5e-6
        up = load_at(male, inputs, *moved(rotations, positions, motion))
        down = load_at(male, inputs, *moved(rotations, positions, -motion))
        slope = (up - down)[:, 3:] / (2 * step)
        largest = np.abs(hessian[:, 3:]).max(axis=(1, 2))[:, None]
        np.testing.assert_allclose(slope / largest, hessian[:, 3:, axis] / largest, rtol=0, atol=STIFFNESS_TOLERANCE)


def test_the_least_stiffness_is_no_larger_than_any_spring_along_an_axis(male, make_load):
    inputs, rotations, positions = off_balance(male, make_load)
    _, hessian = pose_stiffness(inputs, rotations, positions)
    assert (least_stiffness(hessian) <= np.einsum("fii->fi", hessian)[:, 3:].min(axis=1)).all()


def test_a_pose_that_is_not_known_has_no_stiffness(male, make_load):
    inputs, rotations, positions = off_balance(male, make_load)
    rotations[1], positions[1] = np.nan, np.nan
    _, hessian = pose_stiffness(inputs, rotations, positions)
    assert np.isnan(least_stiffness(hessian)).tolist() == [False, True, False]
