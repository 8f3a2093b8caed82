"""What a posture costs: squared activations of the leg that works, squared reserves, and the trunk's moments."""

import numpy as np

from trochlea.leg.inverse_dynamics import generalised_forces
from trochlea.leg.kinematics import static_pose
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.static_optimisation import RESERVE_SCALE
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import Array, read_only

LUMBAR_LIMITS = {"lumbar_extension": 250.0, "lumbar_bending": 150.0}
"""Greatest moment of the trunk about each lumbar hinge [N.m]. Assumed: halving them changes how far the trunk leans by
a twentieth in a prototype. Rotation hardly loads in the tasks and is left out."""


def posture_effort(leg: LegModel, motion: Motion, result: LegResult) -> Array:
    """Effort of postures, each a frame, shape (frames,) [-].

    Args:
        leg: The leg model.
        motion: Postures with their contacts.
        result: Muscle forces of the leg that works in them.
    """
    forces = generalised_forces(leg, static_pose(leg, motion.coordinates), motion.contacts)
    trunk = sum((forces[:, leg.coordinates.index(name)] / limit) ** 2 for name, limit in LUMBAR_LIMITS.items())
    muscles = (result.activations**2).sum(axis=1) + (result.reserves**2).sum(axis=1) / RESERVE_SCALE**2
    return read_only(muscles + trunk)


def posture_angles(motion: Motion, side: str) -> Array:
    """Joint angles that a standing person is free to choose, shape (frames, 7) [rad]."""
    own = ("hip_flexion", "hip_adduction", "hip_rotation", "ankle_angle", "subtalar_angle")
    names = (*(f"{name}_{side[0]}" for name in own), "lumbar_extension", "lumbar_bending")
    return np.column_stack([motion.coordinates.column(name) for name in names])
