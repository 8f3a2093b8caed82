"""One knee under one load, as the compiled kernels take it."""

from typing import Any

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.damping import Damping, damping_springs
from trochlea.knee.knee import Knee, foundation_law
from trochlea.knee.tibia import tibial_pose, tibial_shift
from trochlea.knee.tissue import HIP_CENTRE
from trochlea.leg.extensor import ExtensorLoad

ALL_FREE = np.ones(6, dtype=np.bool_)
"""No unknown is held."""


def kernel_inputs(
    knee: Knee, load: ExtensorLoad, damping: Damping | None = None
) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """Surface, heads and fibres as the kernels take them, with one row per frame where they move."""
    tissue, trochlea = knee.tissue, knee.trochlea
    tibia, femur_turn = tibial_pose(load, knee.shape)
    n_frames = load.times.size
    fixed = np.repeat(tissue.fibre_fixed[None], n_frames, axis=0)
    on_tibia = np.einsum("fij,nj->fni", tibia, tissue.fibre_fixed[: tissue.n_tendon])
    fixed[:, : tissue.n_tendon] = on_tibia + tibial_shift(load, knee.shape, tibia)[:, None]
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
