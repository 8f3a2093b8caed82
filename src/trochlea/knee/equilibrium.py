"""Equilibrium of the patella: prepare the frames, minimise, and say what came of it."""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.damping import Damping, damping_springs
from trochlea.knee.kernel.frames import follow_frames, frame_forces, solve_frames
from trochlea.knee.knee import Knee, foundation_law
from trochlea.knee.result import Solution, Status
from trochlea.knee.tibia import tibial_pose
from trochlea.knee.tissue import HIP_CENTRE, start_pose
from trochlea.knee.tracking import DISLOCATED_SHIFT, DISLOCATED_TILT, cardan_angles, groove_offset
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array, read_only

ALL_FREE = np.ones(6, dtype=np.bool_)
"""No unknown is held."""

LIFTED_OFF = 0.05
"""A patella whose contact force is below this share of the quadriceps force is lifted off. Assumed."""

PATH_START = math.radians(20)
"""Flexion from which a lost frame is followed [rad]: every patella sits in its groove there."""

PATH_STEP = math.radians(5)
"""Longest step of flexion on that path [rad]."""

LEAST_LOAD = 1.0
"""Below this quadriceps force [N] nothing seats the patella: the frame counts as not loaded. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forces:
    """Forces on a right patella at its equilibrium, femur frame; NaN in frames that were not solved.

    Attributes:
        pressure: Shape (frames, points) [Pa].
        depth: Overlap of the undeformed surfaces, shape (frames, points) [m].
        contact: Force at each point, shape (frames, points, 3) [N].
        head: Force of each head of `tissue.HEADS`, then of the band, shape (frames, heads + 1, 3) [N].
        femur: Force of each head's tendon on the femur, shape (frames, heads, 3) [N].
        fibre: Force of each fibre, shape (frames, fibres, 3) [N].
    """

    pressure: Array
    depth: Array
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
    tension = load.tension @ tissue.head_split.T
    if load.itb_tension is not None and load.itb_tension.any():
        if tissue.band is None:
            raise InputError(
                "the iliotibial-patellar band has tension, but this knee's tissue has no such band; expected none: "
                "set itb_force_n to 0, or give the tissue a line for it"
            )
        tension[:, tissue.band] += load.itb_tension
    points = (knee.patella.points, knee.patella.areas)
    surface = (*points, trochlea.table, trochlea.bound, trochlea.grid, foundation_law(knee))
    heads = (tissue.head_ends, origins, tension, tissue.wrap)
    springs = damping_springs(damping, load.times)
    fibres = (tissue.fibre_ends, fixed, tissue.slack_length, tissue.stiffness, tissue.toe_strain, springs)
    return surface, heads, fibres


def at_frame(inputs: tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]], n: int) -> tuple[Any, ...]:
    """Surface, heads and fibres of one frame, as the energy takes them, from those of `kernel_inputs`."""
    surface, (ends, origins, tension, wrap), (fibre_ends, fixed, *laws, (stiffness, rest, pull)) = inputs
    springs = (stiffness[n], rest[n], pull[n])
    return surface, (ends, origins[n], tension[n], wrap), (fibre_ends, fixed[n], *laws, springs)


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
    status = _statuses(knee, rotations, positions, quadriceps, residual <= force_tolerance, forces, is_on_table)
    lost = np.array([word not in ("converged", "no_load") for word in status])
    if lost.any() and damping is None:  # a damped frame belongs to the one before it
        found = follow_flexion(knee, load, lost, force_tolerance=force_tolerance, max_steps=max_steps)
        again_forces, again_on_table = forces_at(inputs, found.rotations, found.positions, ~lost)
        is_balanced = found.residual <= force_tolerance
        again = _statuses(knee, found.rotations, found.positions, quadriceps, is_balanced, again_forces, again_on_table)
        better = lost & np.array(
            [
                new == "converged" or (old == "not_converged" and new != old)
                for old, new in zip(status, again, strict=True)
            ]
        )
        rotations[better], positions[better] = found.rotations[better], found.positions[better]
        residual[better] = found.residual[better]
        steps[lost] += found.steps[lost]
        forces = _chosen(better, again_forces, forces)
        status = tuple(new if yes else old for old, new, yes in zip(status, again, better, strict=True))
    solution = Solution(
        value=read_only(np.hstack([cardan_angles(rotations), positions])),
        status=status,
        residual=read_only(residual),
        iterations=steps,
    )
    return rotations, positions, solution, forces


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
    solve_frames(rotations, positions, skip, coarse, *inputs, ALL_FREE, *limits, residual, steps)
    rotations[skip], positions[skip] = np.nan, np.nan
    return rotations, positions, residual, steps


def forces_at(
    inputs: tuple[Any, ...], rotations: Array, positions: Array, skip: NDArray[np.bool_]
) -> tuple[Forces, NDArray[np.bool_]]:
    """Forces on the patella at given poses, balanced or not, and whether all contact lies on the surface table.

    Args:
        inputs: From `kernel_inputs`.
        rotations: Patella in femur, shape (frames, 3, 3).
        positions: Shape (frames, 3) [m].
        skip: Frames that are left NaN, shape (frames,).
    """
    surface, heads, fibres = inputs
    n_frames, n_points, n_heads, n_fibres = len(skip), len(surface[1]), len(heads[0]), len(fibres[0])
    forces = Forces(
        pressure=np.full((n_frames, n_points), np.nan),
        depth=np.full((n_frames, n_points), np.nan),
        contact=np.full((n_frames, n_points, 3), np.nan),
        head=np.full((n_frames, n_heads, 3), np.nan),
        femur=np.full((n_frames, n_heads, 3), np.nan),
        fibre=np.full((n_frames, n_fibres, 3), np.nan),
    )
    is_on_table = np.ones(n_frames, dtype=np.bool_)
    contact = (forces.pressure, forces.depth, forces.contact, is_on_table)
    frame_forces(rotations, positions, skip, *inputs, contact, forces.head, forces.femur, forces.fibre)
    return forces, is_on_table


def _chosen(better: NDArray[np.bool_], new: Forces, old: Forces) -> Forces:
    """The new forces in the frames that got better."""
    merged = {}
    for field in fields(Forces):
        values = getattr(old, field.name)
        values[better] = getattr(new, field.name)[better]
        merged[field.name] = values
    return Forces(**merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """Where frames end up that were followed from elsewhere; NaN in the others."""

    rotations: Array
    positions: Array
    residual: Array
    steps: NDArray[np.int64]


def follow_flexion(
    knee: Knee, load: ExtensorLoad, chosen: NDArray[np.bool_], *, force_tolerance: float, max_steps: int
) -> _Followed:
    """Flex the knee from PATH_START to each chosen frame under that frame's load, as a knee gets there in life."""
    n_frames = load.times.size
    rotations, positions = np.full((n_frames, 3, 3), np.nan), np.full((n_frames, 3), np.nan)
    residual, steps = np.full(n_frames, np.nan), np.zeros(n_frames, dtype=np.int64)
    coarse = (knee.patella.coarse_points, knee.patella.coarse_areas)
    for n in np.flatnonzero(chosen):
        target = load.tibiofemoral_flexion[n]
        n_path = 2 + math.ceil(abs(target - PATH_START) / PATH_STEP)
        path = at_flexions(load, n, np.linspace(PATH_START, target, n_path))
        inputs = kernel_inputs(knee, path)
        there, at = start_pose(inputs[2][1][:, 1], path.tibiofemoral_flexion, knee.shape)
        left, count = np.full(n_path, np.nan), np.zeros(n_path, dtype=np.int64)
        follow_frames(there, at, coarse, *inputs, ALL_FREE, force_tolerance, max_steps, left, count)
        rotations[n], positions[n], residual[n], steps[n] = there[-1], at[-1], left[-1], count.sum()
    return _Followed(rotations=rotations, positions=positions, residual=residual, steps=steps)


def at_flexions(load: ExtensorLoad, n: int, flexion: Array) -> ExtensorLoad:
    """The load of one frame at other angles of flexion."""
    size = flexion.size
    return replace(
        load,
        times=np.arange(size, dtype=float),
        tibiofemoral_flexion=flexion,
        femoral_rotation=np.full(size, load.femoral_rotation[n]),
        tibial_rotation=np.full(size, load.tibial_rotation[n]),
        knee_valgus=np.full(size, load.knee_valgus[n]),
        tension=np.tile(load.tension[n], (size, 1)),
        itb_tension=None if load.itb_tension is None else np.full(size, load.itb_tension[n]),
    )


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
