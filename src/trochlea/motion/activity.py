"""Which activity a measured motion is, told from its own data, so that published figures of it can stand beside."""

import numpy as np

from trochlea.motion.coverage import CONTACT_FORCE
from trochlea.motion.motion import Motion

LEVEL = 0.10
"""Largest rise or fall of the pelvis from the first to the last frame on level ground [m]. Assumed: half a stair."""

WALKING_SPEED = (0.5, 2.2)
"""Forward speed of the pelvis that can be walking [m/s]. Assumed: strolling to the change into a run."""


def recognise_activity(motion: Motion) -> str | None:
    """The word "walking" for level walking, else None.

    Level walking: the pelvis moves forward at a walking speed, stays level, and both feet are on the ground at once
    for some of the time. Anything else is not guessed at.

    Args:
        motion: A measured motion with the forces of both feet.
    """
    names = motion.coordinates.names
    if motion.source != "measured" or not {"pelvis_tx", "pelvis_ty", "pelvis_tz"} <= set(names):
        return None
    if {contact.side for contact in motion.contacts} != {"left", "right"}:
        return None
    path = np.column_stack([motion.coordinates.column(f"pelvis_t{axis}") for axis in "xyz"])
    duration = float(motion.coordinates.times[-1] - motion.coordinates.times[0])
    if duration <= 0 or abs(path[-1, 1] - path[0, 1]) > LEVEL:
        return None
    speed = float(np.linalg.norm((path[-1] - path[0])[[0, 2]])) / duration
    both = np.all([contact.force[:, 1] > CONTACT_FORCE for contact in motion.contacts], axis=0)
    return "walking" if WALKING_SPEED[0] <= speed <= WALKING_SPEED[1] and both.any() else None
