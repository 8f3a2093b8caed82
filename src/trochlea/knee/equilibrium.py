"""Equilibrium of the patella: prepare the frames, minimise, and say what came of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.damping import Damping, damping_springs
from trochlea.knee.kernel.frames import frame_forces, solve_frames
from trochlea.knee.knee import Knee, foundation_law
from trochlea.knee.result import Solution, Status
from trochlea.knee.tibia import tibial_pose
from trochlea.knee.tissue import HIP_CENTRE, seated_pose
from trochlea.knee.tracking import DISLOCATED_SHIFT, DISLOCATED_TILT, cardan_angles, groove_offset
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array, read_only

LIFTED_OFF = 0.05
"""A patella whose contact force is below this share of the quadriceps force is lifted off. Assumed."""

LEAST_LOAD = 1.0
"""Below this quadriceps force [N] nothing seats the patella: the frame counts as not loaded. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forces:
    """Forces on a right patella at its equilibrium, femur frame; NaN in frames that were not solved.

    Attributes:
        pressure: Shape (frames, points) [Pa].
        share: Smooth indicator of touch, shape (frames, points) [-].
        contact: Force at each point, shape (frames, points, 3) [N].
        head: Force of each head of `tissue.HEADS`, shape (frames, heads, 3) [N].
        femur: Force of each head's tendon on the femur, shape (frames, heads, 3) [N].
        fibre: Force of each fibre, shape (frames, fibres, 3) [N].
    """

    pressure: Array
    share: Array
    contact: Array
    head: Array
    femur: Array
    fibre: Array


def kernel_inputs(
    knee: Knee, load: ExtensorLoad, damping: Damping | None = None
) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """Surface, heads and fibres as the kernels take them, with one row per frame where they move."""
    tissue, trochlea = knee.tissue, knee.trochlea
    tibia, femur_turn = tibial_pose(load, knee.shape)
    n_frames = load.times.size
    fixed = np.repeat(tissue.fibre_fixed[None], n_frames, axis=0)
    fixed[:, : tissue.n_tendon] = np.einsum("fij,nj->fni", tibia, tissue.fibre_fixed[: tissue.n_tendon])
    origins = np.repeat(tissue.head_origins[None], n_frames, axis=0)
    hip = HIP_CENTRE * knee.shape.knee_size  # the head of the femur stays in the pelvis; rectus turns about it
    origins[:, 0] = hip + np.einsum("fij,j->fi", femur_turn, tissue.head_origins[0] - hip)
    points = (knee.patella.points, knee.patella.areas)
    surface = (*points, trochlea.table, trochlea.bound, trochlea.grid, foundation_law(knee))
    heads = (tissue.head_ends, origins, load.tension @ tissue.head_split.T, tissue.wrap)
    springs = damping_springs(damping, load.times)
    fibres = (tissue.fibre_ends, fixed, tissue.slack_length, tissue.stiffness, tissue.toe_strain, springs)
    return surface, heads, fibres


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
    surface, heads, fibres = kernel_inputs(knee, load, damping)
    n_frames, n_points = load.times.size, knee.patella.areas.size
    quadriceps = load.tension.sum(axis=1)
    is_loaded = quadriceps >= LEAST_LOAD  # False for NaN
    rotations, positions = seated_pose(fibres[1][:, 1], knee.shape)
    residual = np.full(n_frames, np.nan)
    steps = np.zeros(n_frames, dtype=np.int64)
    solve_frames(rotations, positions, ~is_loaded, surface, heads, fibres, force_tolerance, max_steps, residual, steps)
    rotations[~is_loaded], positions[~is_loaded] = np.nan, np.nan
    n_heads, n_fibres = len(heads[0]), len(fibres[0])
    forces = Forces(
        pressure=np.full((n_frames, n_points), np.nan),
        share=np.full((n_frames, n_points), np.nan),
        contact=np.full((n_frames, n_points, 3), np.nan),
        head=np.full((n_frames, n_heads, 3), np.nan),
        femur=np.full((n_frames, n_heads, 3), np.nan),
        fibre=np.full((n_frames, n_fibres, 3), np.nan),
    )
    is_on_table = np.ones(n_frames, dtype=np.bool_)
    contact = (forces.pressure, forces.share, forces.contact, is_on_table)
    frame_forces(
        rotations, positions, ~is_loaded, surface, heads, fibres, contact, forces.head, forces.femur, forces.fibre
    )
    status = _statuses(knee, rotations, positions, quadriceps, residual <= force_tolerance, forces, is_on_table)
    solution = Solution(
        value=read_only(np.hstack([cardan_angles(rotations), positions])),
        status=status,
        residual=read_only(residual),
        iterations=steps,
    )
    return rotations, positions, solution, forces


def _statuses(
    knee: Knee,
    rotations: Array,
    positions: Array,
    quadriceps: Array,
    is_balanced: NDArray[np.bool_],
    forces: Forces,
    is_on_table: NDArray[np.bool_],
) -> tuple[Status, ...]:
    """One status for each frame; dislocation is decided by geometry alone."""
    contact = np.linalg.norm(forces.contact.sum(axis=1), axis=1)
    offset = groove_offset(rotations, positions, knee.shape)
    tilt = cardan_angles(rotations)[:, 2]
    statuses: list[Status] = []
    for n, total in enumerate(quadriceps):
        if not total >= LEAST_LOAD:
            statuses.append("no_load")
        elif not is_balanced[n]:
            statuses.append("not_converged")
        elif abs(offset[n]) > DISLOCATED_SHIFT or abs(tilt[n]) > DISLOCATED_TILT:
            statuses.append("dislocated")
        elif contact[n] < LIFTED_OFF * total:
            statuses.append("lifted_off")
        elif not is_on_table[n]:
            statuses.append("off_surface")
        else:
            statuses.append("converged")
    return tuple(statuses)


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
