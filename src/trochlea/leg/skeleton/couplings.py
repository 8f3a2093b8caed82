"""Knee joints that follow the knee angle: the tibia's slides and small turns, the patella's path.

Piecewise polynomials in the knee angle, evaluated for all frames at once. Outside the range in which they
were fitted they go on as straight lines, as OpenSim's splines do.
"""

from dataclasses import dataclass, replace

import numpy as np

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
        inside = np.clip(angle, self.lower, self.upper)
        piece = np.searchsorted(self.breaks[1:-1], inside, side="right")
        along = inside - self.breaks[piece]
        value, first, second = (np.zeros_like(inside) for _ in range(3))
        for power in self.coefficients[:, piece]:  # Horner's scheme and its two derivatives
            second = second * along + 2.0 * first
            first = first * along + value
            value = value * along + power
        return value + first * (angle - inside), first, np.where(inside == angle, second, 0.0)

    def scaled(self, factor: float) -> "Coupling":
        """The same coupling with its values times `factor`."""
        return replace(self, coefficients=read_only(self.coefficients * factor))


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

    independent: tuple[int, ...]
    dependent: tuple[int, ...]
    driver: tuple[int, ...]
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
        return full[..., list(self.independent)]
