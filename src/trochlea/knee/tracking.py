"""How the patella lies on the femur, in the terms of clinic and literature. Signs: docs/conventions.md."""

import math

import numpy as np

from trochlea.knee.patella import ridge_z
from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array

DISLOCATED_SHIFT = 0.018
"""Distance of the median ridge from the groove's deepest point beyond which the patella is dislocated [m]. Assumed:
near the height of the lateral wall's rim and the limit used in the prototype's sweep."""

DISLOCATED_TILT = math.radians(35)
"""Tilt beyond which the patella is dislocated [rad]. Assumed, as above."""


MIRRORED_POSE = np.array([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])
"""Pose of a left patella over that of its mirror image: three angles, three coordinates."""


def cardan_angles(rotations: Array) -> Array:
    """Body-fixed angles about z, x, y of orientations R = Rz(a) Rx(b) Ry(c), shape (frames, 3) [rad]."""
    b = np.arcsin(np.clip(rotations[:, 2, 1], -1, 1))
    a = np.arctan2(-rotations[:, 0, 1], rotations[:, 1, 1])
    c = np.arctan2(-rotations[:, 2, 0], rotations[:, 2, 2])
    return np.column_stack([a, b, c])


def patellar_flexion(rotations: Array) -> Array:
    """Flexion of the patella against the femur [rad]."""
    return -cardan_angles(rotations)[:, 0]


def patellar_spin(rotations: Array) -> Array:
    """Spin, positive with the inferior pole moving laterally [rad]."""
    return -cardan_angles(rotations)[:, 1]


def patellar_tilt(rotations: Array) -> Array:
    """Tilt, positive with the lateral border moving posteriorly [rad].

    Between the line over both borders of the patella and the knee's z axis, which stands for the posterior condylar
    line (assumed parallel).

    References:
        grelsamer-2008-tilt: the angle that grows with the tilt; unnamed-2019-alignment, figure 1c.
    """
    return -cardan_angles(rotations)[:, 2]


def patellar_shift(positions: Array) -> Array:
    """Position of the patella's centre lateral of the epicondylar midpoint [m]."""
    return positions[:, 2].copy()


def groove_offset(rotations: Array, positions: Array, shape: KneeShape) -> Array:
    """Distance of the median ridge lateral of the groove's deepest point [m]."""
    ridge = np.array([-0.5 * shape.patella_thickness, 0.0, ridge_z(shape)])
    return (rotations @ ridge + positions)[:, 2]


def bisect_offset(rotations: Array, positions: Array, shape: KneeShape) -> Array:
    """Share of the patella's width that lies lateral of the groove's deepest point, seen axially [-].

    The groove's deepest point lies at z = 0, midway between the epicondyles.

    References:
        unnamed-2019-alignment, figure 1a.
    """
    lateral = (rotations @ np.array([0.0, 0.0, 0.5 * shape.patella_width]) + positions)[:, 2]
    medial = (rotations @ np.array([0.0, 0.0, -0.5 * shape.patella_width]) + positions)[:, 2]
    return lateral / (lateral - medial)
