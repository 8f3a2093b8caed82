"""Torso, head and arms of an .osim as one rigid body."""

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.leg.opensim.osim import OsimModel
from trochlea.leg.skeleton.mass_properties import MassProperties, join


def upper_body(osim: OsimModel) -> MassProperties:
    """Torso and everything that hangs on it, all its joints at zero, in the torso's frame."""
    placed = {"torso": (np.eye(3), np.zeros(3))}
    parts = [osim.bodies["torso"]]
    waiting = list(osim.joints.values())
    while waiting:
        ready = [joint for joint in waiting if joint.parent in placed]
        if not ready:
            break
        for joint in ready:
            waiting.remove(joint)
            turn, origin = placed[joint.parent]
            parent_frame = Rotation.from_euler("XYZ", joint.parent_orientation).as_matrix()
            child_frame = Rotation.from_euler("XYZ", joint.child_orientation).as_matrix()
            rotation = turn @ parent_frame @ child_frame.T
            position = origin + turn @ joint.parent_offset - rotation @ joint.child_offset
            placed[joint.child] = (rotation, position)
            parts.append(osim.bodies[joint.child].moved(rotation, position))
    return join(parts)
