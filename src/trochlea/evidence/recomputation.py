"""What a published pooled value lets one check: its interval against its p value, its estimate against its interval."""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from statistics import NormalDist

from trochlea.evidence.contrast import DIFFERENCES, RATIOS
from trochlea.evidence.review import Review

CI_QUANTILE = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """One published value and what follows from its interval.

    Attributes:
        review: The row.
        p_value: Two-tailed p value that the interval implies; None without an interval.
        agrees: Whether it rounds to the printed one; None where there is nothing to compare.
        off_centre: Distance of the estimate from the middle of its interval, in units of the last printed digit.
        is_lopsided: Whether rounding cannot explain that distance.
        sentence: In words.
    """

    review: Review
    p_value: float | None
    agrees: bool | None
    off_centre: float | None
    is_lopsided: bool
    sentence: str


def recompute(review: Review) -> Recomputation:
    """Check one row; the interval is taken as normal, on the log scale for a ratio."""
    values = (review.estimate, review.ci_low, review.ci_high)
    if None in values or review.measure not in (*DIFFERENCES, *RATIOS):
        words = "no interval was seen: nothing can be recomputed"
        return Recomputation(
            review=review, p_value=None, agrees=None, off_centre=None, is_lopsided=False, sentence=words
        )
    estimate, low, high = (value if value is not None else 0.0 for value in values)
    ratio = review.measure in RATIOS
    centre, left, right = (math.log(v) for v in (estimate, low, high)) if ratio else (estimate, low, high)
    se = (right - left) / (2 * CI_QUANTILE)
    p_value = 2 * NormalDist().cdf(-abs(centre) / se)
    agrees = _rounds_to(p_value, review.p_value)
    digit = max(_unit(value) for value in (estimate, low, high))
    off = abs(estimate - (low + high) / 2) / digit
    lopsided = not ratio and off > 1.0 + 1e-9  # half a unit of the estimate, half of the mean of two rounded ends
    return Recomputation(
        review=review,
        p_value=p_value,
        agrees=agrees,
        off_centre=None if ratio else off,
        is_lopsided=lopsided,
        sentence=_words(p_value, review.p_value, agrees, lopsided),
    )


def _words(p_value: float, printed: str, agrees: bool | None, lopsided: bool) -> str:
    """The check in words."""
    text = f"its interval gives p = {p_value:.2g}"
    if agrees is not None:
        text += f", printed {printed}: {'they agree' if agrees else 'they do not agree'}"
    if lopsided:
        text += "; the estimate is not in the middle of its interval, more than rounding explains"
    return text


def _rounds_to(value: float, printed: str) -> bool | None:
    """Whether a p value rounds to what was printed; None where that is not a number."""
    try:
        number = Decimal(printed)
    except InvalidOperation:
        return None
    return abs(value - float(number)) <= 0.5 * 10.0 ** int(number.as_tuple().exponent) * (1 + 1e-9)


def _unit(value: float) -> float:
    """One unit of the last digit of a printed number."""
    return 10.0 ** min(int(Decimal(str(value)).normalize().as_tuple().exponent), 0)
