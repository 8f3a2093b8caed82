"""Viscosity on the patella's six coordinates, so that simulations that carry it can be reproduced."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.timeseries import Array

Springs = tuple[Array, Array, Array]
"""Stiffness [N m/rad, N/m], resting coordinate [rad, m] and load [N m, N], each of shape (frames, 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damping:
    """Viscosity against each coordinate's rate of change. A knee has none: it is an aid of forward simulations.

    Attributes:
        rotational: Of flexion, spin and tilt, the body-fixed angles about z, x and y [N m s/rad].
        translational: Of the patella's centre along x, y and z of the femur [N s/m].
    """

    rotational: tuple[float, float, float]
    translational: tuple[float, float, float]

    def __post_init__(self) -> None:
        """Refuse what would feed energy in."""
        for value in (*self.rotational, *self.translational):
            if not (np.isfinite(value) and value >= 0):
                raise InputError(f"damping is {value:g}; expected six finite coefficients of at least 0")


def damping_springs(damping: Damping | None, times: Array) -> Springs:
    """Viscosity over each time step as springs about the pose of the frame before (implicit Euler).

    A resting coordinate of NaN stands for that pose; the first frame has none and is not damped.
    """
    zero = np.zeros((times.size, 6))
    if damping is None:
        return zero, zero, zero
    steps = np.diff(times, prepend=times[0] - 1.0)
    viscosity = np.array([*damping.rotational, *damping.translational])
    return viscosity / steps[:, None], np.full_like(zero, np.nan), zero
