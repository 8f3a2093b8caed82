"""How the balanced patella gives way: unbalanced load, exact stiffness and small motions of its pose.

A small motion is (w, u): a rotation vector about the patella's origin [rad], then a translation [m], femur frame.
"""

from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.knee.equilibrium import Forces, at_frame
from trochlea.knee.kernel.energy import energy
from trochlea.knee.kernel.newton import LENGTH
from trochlea.knee.knee import Knee
from trochlea.motion.timeseries import Array

SCALE = np.array([1 / LENGTH] * 3 + [1.0] * 3)
"""Turns moments into forces and stiffnesses into those of lengths: all six unknowns become lengths [1/m, -]."""


def moved(rotations: Array, positions: Array, motion: Array) -> tuple[Array, Array]:
    """Poses after small motions, shape (frames, 6)."""
    turn = np.asarray(Rotation.from_rotvec(motion[:, :3]).as_matrix())
    return np.ascontiguousarray(turn @ rotations), positions + motion[:, 3:]


def unbalanced(knee: Knee, rotations: Array, forces: Forces) -> Array:
    """Energy gradient along (w, u), from the forces: minus moment about the patella's origin and minus force.

    Args:
        knee: Where the forces act.
        rotations: Patella in femur, shape (frames, 3, 3).
        forces: On the patella.

    Returns:
        Shape (frames, 6) [N.m, N].
    """
    ends = (
        (knee.patella.points, forces.contact),
        (knee.tissue.head_ends, forces.head),
        (knee.tissue.fibre_ends, forces.fibre),
    )
    total = sum(force.sum(axis=1) for _, force in ends)
    moment = sum(np.cross(np.einsum("fij,nj->fni", rotations, at), force).sum(axis=1) for at, force in ends)
    return -np.hstack([moment, total])


def pose_stiffness(
    inputs: tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]], rotations: Array, positions: Array
) -> tuple[Array, Array]:
    """Gradient and exact Hessian of the energy along (w, u).

    Args:
        inputs: From `equilibrium.kernel_inputs`.
        rotations: Patella in femur, shape (frames, 3, 3); NaN in frames that are left out.
        positions: Shape (frames, 3) [m].

    Returns:
        Shapes (frames, 6) and (frames, 6, 6) [N.m, N; N.m/rad, N, N/m].
    """
    gradients, hessians = np.full((len(positions), 6), np.nan), np.full((len(positions), 6, 6), np.nan)
    work = (np.empty(3), np.empty(3), np.empty((2, 6)))
    for n in np.flatnonzero(np.isfinite(positions[:, 0])).tolist():
        energy(rotations[n], positions[n], *at_frame(inputs, n), work, gradients[n], hessians[n])
    return gradients, hessians


def least_stiffness(hessians: Array) -> Array:
    """Smallest eigenvalue of the stiffness with rotations as lengths: near zero the patella is about to snap [N/m]."""
    scaled = hessians * SCALE[:, None] * SCALE
    return np.array([np.linalg.eigvalsh(h)[0] if np.isfinite(h).all() else np.nan for h in scaled])
