"""The contrasts of a trial with three or more arms must agree with each other."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from statistics import NormalDist

from trochlea.errors import FormatError
from trochlea.evidence.contrast import DIFFERENCES, Contrast

CI_QUANTILE = NormalDist().inv_cdf(0.975)
"""Half-width of a 95 % interval in standard errors."""

HALF_UNIT = 0.5
"""Largest rounding of a printed number, in units of its last digit."""


def check_closure(path: Path, contrasts: Sequence[Contrast]) -> None:
    """Refuse usable contrasts of one trial that cannot all be true.

    For arms a, b, c the difference a minus c is a minus b plus b minus c, up to the rounding of the three printed
    numbers; and the variance that the three standard errors leave to each arm is not below zero.

    Raises:
        FormatError: Naming the three rows, what two of them imply and what the third says.
    """
    groups: dict[tuple[object, ...], list[Contrast]] = defaultdict(list)
    for row in contrasts:
        if row.usable == "yes" and row.measure in DIFFERENCES:
            groups[row.trial, row.outcome, row.instrument, row.weeks].append(row)
    for rows in groups.values():
        for triangle in combinations(rows, 3):
            if len({arm for row in triangle for arm in (row.arm_a, row.arm_b)}) == 3:
                _check_triangle(path, triangle)


def _check_triangle(path: Path, rows: tuple[Contrast, ...]) -> None:
    """Three contrasts between three arms agree in their estimates and their variances."""
    first, second, third = rows
    shared = ({first.arm_a, first.arm_b} & {second.arm_a, second.arm_b}).pop()
    start = third.arm_a
    onward, back = (first, second) if start in (first.arm_a, first.arm_b) else (second, first)
    implied = _seen_from(onward, start) + _seen_from(back, shared)
    found = _seen_from(third, start)
    slack = sum(HALF_UNIT * _last_digit(row) for row in rows)
    if abs(implied - found) > slack * (1 + 1e-9):
        reason = (
            f"rows {first.id} and {second.id} imply {implied:.4g} for {third.comparison}, found {found:.4g}; "
            f"rounding explains {slack:.2g}: look for a lost sign or mixed analyses"
        )
        raise FormatError(path, f"row {third.id}, estimate", reason)
    variances = [_variance(row) for row in rows]
    for i, row in enumerate(rows):
        left = sum(variances) - 2 * variances[i]
        if left <= 0:
            names = ", ".join(item.id for item in rows)
            reason = (
                f"rows {names}: the standard errors leave an arm a variance of {left / 2:.3g}; "
                "expected above 0: look for an interval from another analysis"
            )
            raise FormatError(path, f"row {row.id}, ci_low", reason)


def _seen_from(row: Contrast, arm: str) -> float:
    """The difference with `arm` first."""
    value = row.estimate or 0.0
    return value if row.arm_a == arm else -value


def _variance(row: Contrast) -> float:
    """Squared standard error, from the row's own or from the width of its interval."""
    if row.se is not None:
        return row.se**2
    return (((row.ci_high or 0.0) - (row.ci_low or 0.0)) / (2 * CI_QUANTILE)) ** 2


def _last_digit(row: Contrast) -> float:
    """One unit of the last digit that a row prints, e.g. 0.1 for 1.0 (-4.6 to 6.6)."""
    numbers = [value for value in (row.estimate, row.ci_low, row.ci_high) if value is not None]
    exponents = [int(Decimal(str(value)).normalize().as_tuple().exponent) for value in numbers]
    return 10.0 ** min(0, *exponents)
