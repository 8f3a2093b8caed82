"""Forces on a patella at a given pose, balanced or not."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.kernel.frames import frame_forces
from trochlea.motion.timeseries import Array


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


def chosen_forces(better: NDArray[np.bool_], new: Forces, old: Forces) -> Forces:
    """The new forces in the frames that got better."""
    merged = {}
    for field in fields(Forces):
        values = getattr(old, field.name)
        values[better] = getattr(new, field.name)[better]
        merged[field.name] = values
    return Forces(**merged)
