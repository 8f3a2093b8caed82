"""Viscosity against the frame before: what is left of the balance of forces is viscosity times speed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.knee.damping import Damping
from trochlea.knee.equilibrium import solve_poses

REFERENCE = Damping(rotational=(0.1, 2.0, 2.0), translational=(30.0, 30.0, 30.0))
"""Size of the viscosities of the lenhart2015 model file."""

FORCE_TOLERANCE = 2e-5
"""Solver's tolerance of 1e-6 N, and what points that are far apart carry. Worst seen 3e-6; the drag is up to 5 N."""

MOMENT_TOLERANCE = 1e-7
"""Solver's tolerance of 1e-6 N over 20 mm, with room for rounding [N m]. Worst seen 2e-8."""


def moving(make_load, step):
    """The knee flexes by 2 degrees a step and the quadriceps tightens."""
    load = make_load(np.arange(20, 40, 2), np.linspace(200, 400, 10))
    return replace(load, times=load.times * step)


def test_viscosity_times_speed_balances_the_other_forces(male, make_load):
    step = 0.01
    load = moving(make_load, step)
    rotations, positions, solution, forces = solve_poses(male, load, damping=REFERENCE)
    assert set(solution.status) == {"converged"}
    total = forces.contact.sum(axis=1) + forces.head.sum(axis=1) + forces.fibre.sum(axis=1)
    drag = np.array(REFERENCE.translational) * np.diff(positions, axis=0) / step
    assert np.abs(drag).max() > 0.1  # otherwise this shows nothing
    np.testing.assert_allclose(total[1:], drag, rtol=0, atol=FORCE_TOLERANCE)


def test_viscosity_times_angular_speed_balances_the_other_moments(male, make_load):
    step = 0.01
    load = moving(make_load, step)
    rotations, positions, _, forces = solve_poses(male, load, damping=REFERENCE)
    knee, tissue = male, male.tissue

    def moments(points, each):
        arms = np.einsum("fij,pj->fpi", rotations, points)
        return np.cross(arms, each).sum(axis=1)

    total = moments(knee.patella.points, forces.contact) + moments(tissue.head_ends, forces.head)
    total += moments(tissue.fibre_ends, forces.fibre)
    angles = Rotation.from_matrix(rotations).as_euler("ZXY")
    rates = np.diff(angles, axis=0) / step
    for n in range(1, len(rotations)):
        # work of a moment in space over a change of each angle: the axes of body-fixed turns
        a, b, _ = angles[n]
        axes = np.array(
            [[0, 0, 1], [np.cos(a), np.sin(a), 0], [-np.sin(a) * np.cos(b), np.cos(a) * np.cos(b), np.sin(b)]]
        )
        drag = np.array(REFERENCE.rotational) * rates[n - 1]
        np.testing.assert_allclose(axes @ total[n], drag, rtol=0, atol=MOMENT_TOLERANCE)


def test_slow_movement_is_not_damped_and_fast_movement_does_not_follow(male, make_load):
    static = solve_poses(male, moving(make_load, 1.0))[1]
    slow = solve_poses(male, moving(make_load, 1e4), damping=REFERENCE)[1]
    fast = solve_poses(male, moving(make_load, 1e-8), damping=REFERENCE)[1]
    np.testing.assert_allclose(slow, static, rtol=0, atol=1e-7)
    assert np.abs(fast - fast[0]).max() < 0.05 * np.abs(static - static[0]).max()


def test_first_frame_has_no_frame_before_it_and_is_static(male, make_load):
    load = moving(make_load, 0.01)
    damped, static = solve_poses(male, load, damping=REFERENCE), solve_poses(male, load)
    np.testing.assert_array_equal(damped[1][0], static[1][0])


def test_negative_damping_is_refused():
    with pytest.raises(InputError, match="damping is -1; expected six finite coefficients of at least 0"):
        Damping(rotational=(0.1, -1.0, 2.0), translational=(30.0, 30.0, 30.0))
