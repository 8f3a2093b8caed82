"""Finite differences of fourth order, central where the range allows it and one-sided at its ends."""

from dataclasses import dataclass

from trochlea.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A derivative as a weighted sum: sum of weight times f(x + offset h), over h.

    Attributes:
        offsets: In steps h.
        weights: One for each offset [-].
    """

    offsets: tuple[int, ...]
    weights: tuple[float, ...]


CENTRAL = Difference(offsets=(-2, -1, 1, 2), weights=(1 / 12, -2 / 3, 2 / 3, -1 / 12))
FORWARD = Difference(offsets=(0, 1, 2, 3, 4), weights=(-25 / 12, 4.0, -3.0, 4 / 3, -1 / 4))
BACKWARD = Difference(offsets=(0, -1, -2, -3, -4), weights=(25 / 12, -4.0, 3.0, -4 / 3, 1 / 4))
"""Exact for polynomials up to the fourth degree: Lagrange's polynomial through the points, differentiated."""


def difference_within(name: str, value: float, step: float, *, low: float, high: float) -> Difference:
    """The central difference, or a one-sided one at an end of the range.

    Raises:
        InputError: If the range is narrower than the difference.
    """
    for difference in (CENTRAL, FORWARD, BACKWARD):
        if low <= value + min(difference.offsets) * step and value + max(difference.offsets) * step <= high:
            return difference
    raise InputError(
        f"{name} is {value:g} within {low:g} to {high:g}; expected room for a difference of four steps of {step:g}"
    )
