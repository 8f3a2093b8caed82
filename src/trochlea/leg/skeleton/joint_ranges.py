"""How far each joint of the leg model goes."""

import numpy as np

from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_HINGES, PELVIS_SLIDES
from trochlea.motion.timeseries import Array

DEEP_ANKLE = (-np.radians(50.0), np.radians(50.0))
"""Range of the ankle in the model for deep flexion [rad]. `lai-2017-knee`, model file RajagopalLaiUhlrich2023.osim."""


def joint_ranges(leg: LegModel) -> Array:
    """Lower and upper end of each coordinate of the model, shape (coordinates, 2) [rad, m].

    Those of the given file; without one those of the skeleton, and of the model that its knee and muscle paths come
    from. The pelvis has none: people turn round and walk away.
    """
    ranges = np.tile([-np.inf, np.inf], (len(leg.coordinates), 1))
    for row, name in zip(ranges, leg.coordinates, strict=True):
        own = leg.mj.joint(name).range
        if name in (*PELVIS_HINGES, *PELVIS_SLIDES):
            continue
        if leg.osim is not None:
            row[:] = leg.osim.coordinates[name].lower, leg.osim.coordinates[name].upper
        elif leg.paths == "lai-uhlrich-2023" and name.startswith("ankle_angle"):
            row[:] = DEEP_ANKLE
        elif own[1] > own[0]:
            row[:] = own
    return ranges
