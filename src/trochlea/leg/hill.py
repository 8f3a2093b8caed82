"""Largest tendon force that a muscle can hold in a posture: a Hill muscle on a rigid tendon.

Passive fibre force is left out on purpose, as in OpenSim's static optimisation: with the generic curves it
gives -61 N.m at 20 degrees of dorsiflexion and -122 N.m at hip 0, knee 90, which nobody has. Fibres outside
the valid range are flagged instead.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.kinematics import MuscleGeometry
from trochlea.leg.muscle_parameters import MuscleParameters
from trochlea.motion.timeseries import Array

LONGEST_FIBER = 1.6
"""Normalised fibre length above which the active curve is extrapolated [-]. Assumed: zero overlap of
filaments."""

SHORTEST_FIBER = 0.5
"""Normalised fibre length below which the active curve is extrapolated [-]. Assumed, as above."""

GAUSSIANS = (
    (0.8150671134243542, 1.055033428970575, 0.162384573599574, 0.063303448465465),
    (0.433004984392647, 0.716775413397760, -0.029947116970696, 0.200356847296188),
    (0.1, 1.0, 0.353553390593274, 0.0),
)
"""Height, centre, width and slope of width of the three bells, with the height of the first set so that the
curve is 1 at optimal length. `degroote-2016-muscle` (supplement), as refined in `dembia-2020-moco`."""

FORCE_VELOCITY = (-0.3211346127989808, -8.149, -0.374, 0.8825327733249912)
"""d1 to d4, with d1 and d4 set so that the curve runs through (-1, 0) and (0, 1). Same sources."""


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
    """Active force over maximal isometric force, at normalised fibre length [-].

    References:
        degroote-2016-muscle, supplement, eq. S2.
    """
    total = np.zeros_like(length)
    for height, centre, width, slope in GAUSSIANS:
        # The bells' width vanishes at a negative or tiny length only for the second; there the bell is 0.
        spread = width + slope * length
        total += height * np.exp(-0.5 * ((length - centre) / np.where(spread == 0.0, np.inf, spread)) ** 2)
    return total


def force_velocity(velocity: Array) -> Array:
    """Active force over isometric force, at normalised lengthening velocity; 0 beyond maximal shortening [-].

    References:
        degroote-2016-muscle, supplement, eq. S4.
    """
    d1, d2, d3, d4 = FORCE_VELOCITY
    # arcsinh(x) is the log(x + sqrt(x^2 + 1)) of the source.
    return np.maximum(d1 * np.arcsinh(d2 * velocity + d3) + d4, 0.0)


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
        degroote-2016-muscle: curves.
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
