"""Equilibrium of the patella: prepare the frames, minimise, and say what came of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.damping import Damping
from trochlea.knee.flexion_path import follow_flexion
from trochlea.knee.forces import Forces, chosen_forces, forces_at
from trochlea.knee.kernel.frames import solve_frames
from trochlea.knee.kernel_inputs import ALL_FREE, kernel_inputs
from trochlea.knee.knee import Knee
from trochlea.knee.pose_status import LEAST_LOAD, statuses
from trochlea.knee.result import Solution, Status
from trochlea.knee.tissue import start_pose
from trochlea.knee.tracking import cardan_angles
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array, read_only


def solve_poses(
    knee: Knee,
    load: ExtensorLoad,
    *,
    damping: Damping | None = None,
    force_tolerance: float = 1e-6,
    max_steps: int = 80,
) -> tuple[Array, Array, Solution, Forces]:
    """Solve all frames of a right knee; orientations, positions, solution and forces.

    See `solve_equilibrium`; this also returns the orientation as matrices, shape (frames, 3, 3), the position,
    shape (frames, 3) [m], and the forces.
    """
    inputs = kernel_inputs(knee, load, damping)
    quadriceps = load.tension.sum(axis=1)
    is_loaded = quadriceps >= LEAST_LOAD  # False for NaN
    start = start_pose(inputs[2][1][:, 1], load.tibiofemoral_flexion, knee.shape)
    rotations, positions, residual, steps = _descend(knee, inputs, start, ~is_loaded, force_tolerance, max_steps)
    forces, is_on_table = forces_at(inputs, rotations, positions, ~is_loaded)
    status: tuple[Status, ...] = statuses(
        knee, rotations, positions, quadriceps, residual <= force_tolerance, forces, is_on_table
    )
    lost = np.array([word not in ("converged", "no_load") for word in status])
    if lost.any() and damping is None:  # a damped frame belongs to the one before it
        found = follow_flexion(knee, load, lost, force_tolerance=force_tolerance, max_steps=max_steps)
        new_forces, is_on_table = forces_at(inputs, found.rotations, found.positions, ~lost)
        is_balanced = found.residual <= force_tolerance
        new = statuses(knee, found.rotations, found.positions, quadriceps, is_balanced, new_forces, is_on_table)
        better = np.array([_is_better(*pair) for pair in zip(new, status, strict=True)]) & lost
        rotations[better], positions[better] = found.rotations[better], found.positions[better]
        residual[better] = found.residual[better]
        steps[lost] += found.steps[lost]
        forces = chosen_forces(better, new_forces, forces)
        status = tuple(new[n] if better[n] else word for n, word in enumerate(status))
    solution = Solution(
        value=read_only(np.hstack([cardan_angles(rotations), positions])),
        status=status,
        residual=read_only(residual),
        iterations=steps,
    )
    return rotations, positions, solution, forces


def _is_better(new: Status, old: Status) -> bool:
    """Whether a second answer replaces the first: a seated patella before any other, a balanced one before none."""
    return new == "converged" or (old == "not_converged" and new != old)


def _descend(
    knee: Knee,
    inputs: tuple[Any, ...],
    start: tuple[Array, Array],
    skip: NDArray[np.bool_],
    force_tolerance: float,
    max_steps: int,
) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """Minimise all frames that are not skipped: orientations, positions, residuals, steps."""
    rotations, positions = start
    residual, steps = np.full(len(skip), np.nan), np.zeros(len(skip), dtype=np.int64)
    coarse = (knee.patella.coarse_points, knee.patella.coarse_areas)
    limits = (force_tolerance, max_steps)
    solve_frames(rotations, positions, skip, coarse, *inputs, ALL_FREE, False, *limits, residual, steps)
    rotations[skip], positions[skip] = np.nan, np.nan
    return rotations, positions, residual, steps


def solve_equilibrium(
    knee: Knee,
    load: ExtensorLoad,
    *,
    damping: Damping | None = None,
    force_tolerance: float = 1e-6,
    max_steps: int = 80,
) -> Solution:
    """Patella pose at which all forces and moments balance, frame by frame.

    Quasi-static: inertia and friction are ignored. Every frame starts cold, from the patella seated in the groove.
    A left knee is solved as its mirror image; the pose is that of the right knee.

    Args:
        knee: Geometry and tissue of one right knee.
        load: Tibiofemoral pose and tension of each head of the quadriceps.
        damping: Viscosity against the pose of the frame before; none if None.
        force_tolerance: Largest unbalanced force accepted, and largest unbalanced moment over 20 mm [N].
        max_steps: Upper limit on Newton steps from one start.

    Returns:
        Angles flexion, spin and tilt axes z, x, y [rad], position [m], status, residual [N] and steps per frame.
    """
    return solve_poses(knee, load, damping=damping, force_tolerance=force_tolerance, max_steps=max_steps)[2]
