"""Which activity a measured motion is, told from its own data, so that published figures of it can stand beside."""

import numpy as np

from trochlea.motion.coverage import CONTACT_FORCE
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.runs import unbroken_runs
from trochlea.motion.timeseries import Array

LEVEL = 0.10
"""Largest rise or fall of the pelvis from the first to the last frame on level ground [m]. Assumed: half a stair."""

WALKING_SPEED = (0.5, 2.2)
"""Forward speed of the pelvis that can be walking [m/s]. Assumed: strolling to the change into a run."""

STEP = 0.2
"""A foot that stands on a belt is followed over at least this long [s]. Assumed: shorter contacts are cut off."""


def recognise_activity(motion: Motion) -> str | None:
    """The word "walking" for level walking, else None.

    Level walking: the pelvis moves at a walking speed over the ground, or over the belt that carries the feet backwards
    under it, stays level, and both feet are on the ground at once for some of the time. Anything else is not guessed
    at.

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
    velocity = (path[-1] - path[0])[[0, 2]] / duration
    belt = np.mean([_belt_velocity(contact, motion.coordinates.times) for contact in motion.contacts], axis=0)
    is_on_belt = np.linalg.norm(belt) > WALKING_SPEED[0] > np.linalg.norm(velocity)
    speed = float(np.linalg.norm(velocity - belt if is_on_belt else velocity))
    both = np.all([contact.force[:, 1] > CONTACT_FORCE for contact in motion.contacts], axis=0)
    return "walking" if WALKING_SPEED[0] <= speed <= WALKING_SPEED[1] and both.any() else None


def _belt_velocity(contact: ContactLoad, times: Array) -> Array:
    """Horizontal velocity of the centre of pressure while a foot stands, the median of its contacts [m/s].

    Over ground it moves forwards under the foot; a belt carries it backwards.
    """
    loaded = contact.is_covered & (contact.force[:, 1] > CONTACT_FORCE) & np.isfinite(contact.point).all(axis=1)
    found = [
        (contact.point[last - 1] - contact.point[first])[[0, 2]] / (times[last - 1] - times[first])
        for first, last in unbroken_runs(loaded)
        if times[last - 1] - times[first] >= STEP
    ]
    return np.median(found, axis=0) if found else np.zeros(2)
