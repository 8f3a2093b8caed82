"""Where the tibia is under the femur: a hinge about the epicondyles with the knee's own screw-home.

Flexion turns about the epicondylar axis, rotation about the tibia's long axis through its middle, and valgus about the
joint line under it, where femur and tibia touch; other translations of the tibia are left out (assumed).
"""

import math

import numpy as np

from trochlea.knee.shape import KneeShape
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array

SCREW_HOME_END = math.radians(30)
"""Flexion at which the screw-home ends [rad]. `unnamed-2018-tt-tg-flexion`: range of the measured fall."""


def rotation_about(axis: int, angle: Array) -> Array:
    """Rotation matrices about one axis of the frame, shape (..., 3, 3)."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.zeros((*np.shape(angle), 3, 3))
    matrix[..., axis, axis] = 1
    matrix[..., i, i] = matrix[..., j, j] = np.cos(angle)
    matrix[..., j, i] = np.sin(angle)
    matrix[..., i, j] = -np.sin(angle)
    return matrix


def screw_home(flexion: Array, shape: KneeShape) -> Array:
    """Internal rotation of the tibia that flexion brings by itself [rad]."""
    return shape.screw_home * np.clip(np.asarray(flexion) / SCREW_HOME_END, 0, 1)


def tibia_in_femur(flexion: Array, axial: Array, valgus: Array) -> Array:
    """Orientation of the tibia: flexion, then adduction, then rotation about its own long axis.

    Args:
        flexion: Shape (frames,) [rad].
        axial: Internal rotation of the tibia against the femur, shape (frames,) [rad].
        valgus: Abduction of the tibia, shape (frames,) [rad].

    Returns:
        Shape (frames, 3, 3).
    """
    return (
        rotation_about(2, -np.asarray(flexion))
        @ rotation_about(0, -np.asarray(valgus))
        @ rotation_about(1, np.asarray(axial))
    )


def tibial_shift(load: ExtensorLoad, shape: KneeShape, tibia: Array) -> Array:
    """How far valgus moves the tibia's frame in the femur, because it turns about the joint line, (frames, 3) [m].

    The joint line lies a condyle's radius below the epicondyles; the condyles' radius is taken as the groove's.

    References:
        unnamed-nd-basic-circle: one circle fits the lateral condyle and the groove.
    """
    joint_line = np.array([0.0, -shape.groove_radius, 0.0])
    flexed = rotation_about(2, -np.asarray(load.tibiofemoral_flexion))
    return flexed @ joint_line - tibia @ joint_line


def tibial_pose(load: ExtensorLoad, shape: KneeShape) -> tuple[Array, Array]:
    """Orientation of the tibia in the femur, and of the femur's turn against the pelvis.

    Returns:
        Two arrays of shape (frames, 3, 3). The second takes pelvis-fixed directions to the turned femur.
    """
    own = screw_home(load.tibiofemoral_flexion, shape) + load.tibial_rotation
    before = tibia_in_femur(load.tibiofemoral_flexion, own, load.knee_valgus)
    after = tibia_in_femur(load.tibiofemoral_flexion, own - load.femoral_rotation, load.knee_valgus)
    return after, after @ np.swapaxes(before, -1, -2)
