"""Largest tendon force that a muscle can hold in a posture: a Hill muscle on a rigid tendon.

Passive fibre force is left out on purpose, as in OpenSim's static optimisation. With the model files' own passive
curves on rigid tendons, resting muscles would hold the ankle with 152 N.m (2016 set) or 146 N.m (2023 set) at 20
degrees of dorsiflexion, where 42 N.m were measured (`riener-1999-passive`), and the hip with 309 or 206 N.m at hip 90,
knee 0, where 51 N.m were; validation/strength_curves.py prints more postures. Fibres outside the valid range are
flagged instead.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.kinematics import MuscleGeometry
from trochlea.leg.muscles.muscle_curves import force_length_curve, force_velocity_curve
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.motion.timeseries import Array

LONGEST_FIBER = 1.6
"""Normalised fibre length above which a muscle's force is not to be trusted [-]. Assumed."""

SHORTEST_FIBER = 0.5
"""Normalised fibre length below which a muscle's force is not to be trusted [-]. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fibers:
    """State of the fibres, all of shape (frames, muscles).

    Attributes:
        length: Over optimal length [-].
        velocity: Lengthening over maximal shortening velocity [-].
        cos_pennation: [-].
        is_outside: True where the length is outside SHORTEST_FIBER to LONGEST_FIBER.
    """

    length: Array
    velocity: Array
    cos_pennation: Array
    is_outside: NDArray[np.bool_]


def active_force_length(length: Array) -> Array:
    """Active force over maximal isometric force, at normalised fibre length; 0 outside the curve's support.

    References:
        millard-2013-muscle: the curve.
    """
    curve = force_length_curve()
    inside = (length > curve.x[0]) & (length < curve.x[-1])
    return np.where(inside, np.maximum(curve(length), 0.0), 0.0)


def force_velocity(velocity: Array) -> Array:
    """Active force over isometric force, at normalised lengthening velocity.

    Beyond the fastest shortening there is no force; beyond the fastest lengthening it rises no more.

    References:
        millard-2013-muscle: the curve.
    """
    return np.maximum(force_velocity_curve()(np.clip(velocity, -1.0, 1.0)), 0.0)


def fibers(parameters: MuscleParameters, geometry: MuscleGeometry) -> Fibers:
    """Fibre lengths and velocities behind rigid tendons, at constant muscle thickness."""
    _check_names(parameters, geometry)
    optimal = parameters.optimal_fiber_length
    along = geometry.lengths - parameters.tendon_slack_length
    thickness = optimal * np.sin(parameters.pennation_angle)
    along = np.maximum(along, 0.0)  # a slack tendon: the fibre stands upright and pulls nothing
    length = np.hypot(along, thickness)
    cos_pennation = np.divide(along, length, out=np.zeros_like(length), where=length > 0.0)
    normalised = length / optimal
    velocity = geometry.velocities * cos_pennation / (optimal * parameters.max_contraction_velocity)
    return Fibers(
        length=normalised,
        velocity=velocity,
        cos_pennation=cos_pennation,
        is_outside=(normalised < SHORTEST_FIBER) | (normalised > LONGEST_FIBER),
    )


def capacity(parameters: MuscleParameters, geometry: MuscleGeometry) -> Array:
    """Tendon force at full activation.

    Args:
        parameters: Of the muscles of `geometry`, in its order.
        geometry: Muscle-tendon lengths and velocities.

    Returns:
        Shape (frames, muscles) [N].

    References:
        millard-2013-muscle: rigid-tendon model and curves.
    """
    state = fibers(parameters, geometry)
    return (
        parameters.max_isometric_force
        * active_force_length(state.length)
        * force_velocity(state.velocity)
        * state.cos_pennation
    )


def _check_names(parameters: MuscleParameters, geometry: MuscleGeometry) -> None:
    if parameters.names != geometry.names:
        raise ValueError("parameters and geometry must hold the same muscles in the same order")
