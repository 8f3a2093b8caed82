"""Knee joints that follow the knee angle: the tibia's slides and small turns, the patella's path.

Piecewise polynomials in the knee angle, evaluated for all frames at once. Outside the range in which they
were fitted they go on as straight lines, as OpenSim's splines do.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.engine import MjSpec
from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """One dependent joint.

    Attributes:
        joint: The dependent joint.
        driver: The coordinate that it follows, "knee_angle_r" or "knee_angle_l".
        breaks: Knee angles where the pieces meet, shape (pieces + 1,) [rad]; the ends bound the fitted range.
        coefficients: Highest power first, of the angle from each piece's start, shape (order + 1, pieces).
    """

    joint: str
    driver: str
    breaks: Array
    coefficients: Array

    @property
    def lower(self) -> float:
        """Lower end of the fitted range [rad]."""
        return float(self.breaks[0])

    @property
    def upper(self) -> float:
        """Upper end of the fitted range [rad]."""
        return float(self.breaks[-1])

    def evaluate(self, angle: Array) -> tuple[Array, Array, Array]:
        """Value, first and second derivative at each angle, each of shape (frames,)."""
        found = evaluate_pieces(self.breaks, self.coefficients[..., None], angle[:, None])
        value, first, second = (column[:, 0] for column in found)
        return value, first, second

    def scaled(self, factor: float) -> "Coupling":
        """The same coupling with its values times `factor`."""
        return replace(self, coefficients=read_only(self.coefficients * factor))


def evaluate_pieces(breaks: Array, coefficients: Array, angles: Array) -> tuple[Array, Array, Array]:
    """Values, first and second derivatives of piecewise polynomials with the same breaks.

    Args:
        breaks: Shape (pieces + 1,) [rad].
        coefficients: Highest power first, shape (order + 1, pieces, polynomials).
        angles: Where to evaluate, shape (frames, polynomials) [rad].

    Returns:
        Each of shape (frames, polynomials); beyond the breaks the straight line goes on.
    """
    inside = np.clip(angles, breaks[0], breaks[-1])
    piece = np.searchsorted(breaks[1:-1], inside, side="right")
    along = inside - breaks[piece]
    value: Array = np.zeros(angles.shape)
    first, second = value, value
    for power in coefficients[:, piece, np.arange(angles.shape[1])]:  # Horner's scheme and its two derivatives
        second = second * along + 2.0 * first
        first = first * along + value
        value = value * along + power
    return value + first * (angles - inside), first, np.where(inside == angles, second, 0.0)


def couplings_of(spec: MjSpec) -> tuple[Coupling, ...]:
    """The quartic joint equalities of a MyoLegs spec."""
    couplings = []
    for equality in spec.equalities:
        lower, upper = (float(end) for end in spec.joint(equality.name2).range)
        # A quartic in the angle itself, written anew about the range's lower end.
        quartic = np.polynomial.Polynomial(equality.data[:5])
        local = quartic(np.polynomial.Polynomial([lower, 1.0])).coef
        couplings.append(
            Coupling(
                joint=equality.name1,
                driver=equality.name2,
                breaks=read_only([lower, upper]),
                coefficients=read_only(local[::-1, None]),
            )
        )
    return tuple(couplings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """How all joints follow the independent coordinates: dq_all = G dq_independent.

    Attributes:
        independent: Positions of the independent coordinates among all, shape (n,).
        dependent: Positions of the dependent joints among all, shape (c,).
        driver: Position of each dependent joint's driver among all, shape (c,).
        slopes: d(dependent)/d(driver), shape (frames, c) [rad/rad, m/rad].
    """

    independent: NDArray[np.intp]
    dependent: NDArray[np.intp]
    driver: NDArray[np.intp]
    slopes: Array

    def reduce(self, rows: Array) -> Array:
        """Derivatives or generalised forces along the independent coordinates, G^T applied to the last axis.

        Args:
            rows: Shape (frames, ..., all joints).

        Returns:
            Shape (frames, ..., independent coordinates).
        """
        full = np.array(rows)
        shape = (full.shape[0],) + (1,) * (full.ndim - 2)
        for k, (joint, driver) in enumerate(zip(self.dependent, self.driver, strict=True)):
            full[..., driver] += self.slopes[:, k].reshape(shape) * rows[..., joint]
        return full[..., self.independent]
