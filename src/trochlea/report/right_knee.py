"""A result as that of a right knee, which is how surfaces are stored; z points laterally."""

import numpy as np

from trochlea.knee.result import KneecapResult
from trochlea.knee.tracking import MIRRORED_POSE
from trochlea.motion.timeseries import Array

_MIRRORED_POINT = np.array((1.0, 1.0, -1.0))


def right_points(result: KneecapResult) -> Array:
    """Contact points, those of a left patella mirrored, shape (points, 3) [m]."""
    return result.points if result.side == "right" else result.points * _MIRRORED_POINT


def right_poses(result: KneecapResult) -> tuple[Array, Array]:
    """Orientation, shape (frames, 3, 3), and position, shape (frames, 3) [m], those of a left patella mirrored.

    The orientation is Rz(a) Rx(b) Ry(c) of the angles in `Solution.value`.
    """
    poses = result.solution.value * (1.0 if result.side == "right" else MIRRORED_POSE)
    (ca, cb, cc), (sa, sb, sc) = np.cos(poses[:, :3]).T, np.sin(poses[:, :3]).T
    rotations = np.empty((len(poses), 3, 3))
    rotations[:, 0] = np.stack((ca * cc - sa * sb * sc, -sa * cb, ca * sc + sa * sb * cc), axis=1)
    rotations[:, 1] = np.stack((sa * cc + ca * sb * sc, ca * cb, sa * sc - ca * sb * cc), axis=1)
    rotations[:, 2] = np.stack((-cb * sc, sb, cb * cc), axis=1)
    return rotations, poses[:, 3:]


def points_on_femur(result: KneecapResult, frame: int, points: Array) -> Array:
    """Points of the right patella at one frame in the right femur, shape (..., 3) [m]."""
    rotations, positions = right_poses(result)
    return points @ rotations[frame].T + positions[frame]
