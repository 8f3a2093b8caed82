"""How much of the effort of straightening hip and knee the quadriceps takes."""

import numpy as np

from trochlea.leg.extensor import QUADRICEPS_HEADS, ExtensorMechanism
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.quadriceps_arm import with_mechanism
from trochlea.leg.muscles.strength_tests import group_members
from trochlea.leg.prepared_leg import PreparedLeg
from trochlea.motion.timeseries import Array, read_only

LEAST_MOMENT = 1.0
"""Below this extension moment of hip and knee together there is no share to speak of [N.m]. Assumed."""


def quadriceps_share(prepared: PreparedLeg, leg: LegResult, extensor: ExtensorMechanism | None) -> Array:
    """Knee extension moment of the quadriceps over it and the hip extension moment of the hip's extensors.

    Effort is the moment that muscles give, not the joint's net moment: what they spend against each other counts.

    Args:
        prepared: What the motion demands.
        leg: Muscle forces.
        extensor: Gives the quadriceps' lever arm at the knee; the leg model's own pulley if None.

    Returns:
        Shape (frames,) [-]; NaN where both are below LEAST_MOMENT together.
    """
    geometry = with_mechanism(prepared.geometry, prepared.knee_angle, extensor)
    knee = _extension(geometry.moment_arms, geometry.coordinates.index("knee_angle"), leg, QUADRICEPS_HEADS)
    hip = _extension(geometry.moment_arms, geometry.coordinates.index("hip_flexion"), leg, _hip_extensors(leg))
    total = knee + hip
    return read_only(np.where(total >= LEAST_MOMENT, knee / np.maximum(total, LEAST_MOMENT), np.nan))


def _hip_extensors(leg: LegResult) -> tuple[str, ...]:
    return tuple(muscle for muscle in group_members()["hip_extension"] if muscle in leg.muscles)


def _extension(arms: Array, axis: int, leg: LegResult, muscles: tuple[str, ...]) -> Array:
    """Moment of some muscles against flexion about an axis, shape (frames,) [N.m]; those that flex do not count."""
    columns = [leg.muscles.index(muscle) for muscle in muscles]
    return np.maximum(-leg.tendon_forces[:, columns] * arms[:, columns, axis], 0.0).sum(axis=1)
