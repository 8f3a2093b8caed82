"""Effect sizes of two arms: differences of means and of risks, and the standard errors behind them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import gammaln, ndtri, stdtrit

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate

KINDS = ("final", "change")
SD_SOURCES = ("reported", "derived", "imputed")
ZERO_CELL = 0.5
"""Added to every cell of a table with an empty one, as viechtbauer-2010-metafor does in its function escalc."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousArm:
    """One arm on a continuous outcome at one time.

    Attributes:
        study: The people.
        treatment: Programme of the arm.
        n: People analysed.
        mean: Final value or change [points].
        sd: Between people [points].
        kind: "final" or "change".
        sd_source: "reported", "derived" (from an SE or interval) or "imputed".
    """

    study: str
    treatment: str
    n: int
    mean: float
    sd: float
    kind: str = "final"
    sd_source: str = "reported"

    def __post_init__(self) -> None:
        """Refuse what no trial can have."""
        name = f"{self.study}, {self.treatment}"
        if self.n < 2:
            raise InputError(f"{name}: n is {self.n}; an arm needs at least 2 people for an SD")
        if not math.isfinite(self.mean):
            raise InputError(f"{name}: mean is {self.mean}; expected a finite number")
        if not (math.isfinite(self.sd) and self.sd > 0):
            raise InputError(f"{name}: SD is {self.sd}; expected above 0")
        if self.kind not in KINDS:
            raise InputError(f"{name}: kind is {self.kind!r}; expected one of {', '.join(KINDS)}")
        if self.sd_source not in SD_SOURCES:
            raise InputError(f"{name}: sd_source is {self.sd_source!r}; expected one of {', '.join(SD_SOURCES)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountArm:
    """One arm on a yes-or-no outcome.

    Attributes:
        study: The people.
        treatment: Programme of the arm.
        n: People analysed.
        events: How many had the outcome.
    """

    study: str
    treatment: str
    n: int
    events: int

    def __post_init__(self) -> None:
        """Refuse what no trial can have."""
        if self.n < 1 or not 0 <= self.events <= self.n:
            raise InputError(
                f"{self.study}, {self.treatment}: {self.events} events of n {self.n}; expected 0 to n events, n above 0"
            )


def mean_difference(a: ContinuousArm, b: ContinuousArm) -> Estimate:
    """Mean of a minus mean of b, with each arm's own SD."""
    _check_pair(a, b)
    variance = a.sd**2 / a.n + b.sd**2 / b.n
    return _estimate(a, b, a.mean - b.mean, variance, "MD")


def hedges_g(a: ContinuousArm, b: ContinuousArm) -> Estimate:
    """Difference of means over the pooled SD, with the exact small-sample correction.

    References:
        hedges-1981-distribution: the correction; hedges-1982-estimation: the variance.
    """
    _check_pair(a, b)
    d = (a.mean - b.mean) / pooled_sd([a, b])
    g = small_sample_factor(a.n + b.n - 2) * d
    return _estimate(a, b, g, 1.0 / a.n + 1.0 / b.n + g**2 / (2.0 * (a.n + b.n)), smd_measure(a))


def smd_measure(arm: ContinuousArm) -> str:
    """A difference over the SD of changes is not on the scale of one over the SD of final values."""
    return "SMD" if arm.kind == "final" else "SMD of change"


def ratio_of_means(a: ContinuousArm, b: ContinuousArm) -> Estimate:
    """Logarithm of mean a over mean b, for outcomes that are above zero.

    References:
        hedges-1999-response: the estimate and its variance.
    """
    _check_pair(a, b)
    if min(a.mean, b.mean) <= 0:
        raise InputError(f"{a.study}: means {a.mean:g} and {b.mean:g}; a ratio of means needs both above 0")
    variance = (a.sd / a.mean) ** 2 / a.n + (b.sd / b.mean) ** 2 / b.n
    return _estimate(a, b, math.log(a.mean / b.mean), variance, "log ROM")


def odds_ratio(a: CountArm, b: CountArm) -> Estimate:
    """Logarithm of the odds in a over those in b."""
    (x, y), marks = _cells(a, b)
    value = math.log(x[0] / x[1]) - math.log(y[0] / y[1])
    variance = sum(1.0 / cell for cell in (*x, *y))
    return _count_estimate(a, b, value, variance, "log OR", marks)


def risk_ratio(a: CountArm, b: CountArm) -> Estimate:
    """Logarithm of the risk in a over that in b."""
    (x, y), marks = _cells(a, b)
    value = math.log(x[0] / sum(x)) - math.log(y[0] / sum(y))
    variance = 1.0 / x[0] - 1.0 / sum(x) + 1.0 / y[0] - 1.0 / sum(y)
    return _count_estimate(a, b, value, variance, "log RR", marks)


def risk_difference(a: CountArm, b: CountArm) -> Estimate:
    """Risk in a minus risk in b."""
    (x, y), marks = _cells(a, b, ratio=False)
    p, q = x[0] / sum(x), y[0] / sum(y)
    return _count_estimate(a, b, p - q, p * (1 - p) / sum(x) + q * (1 - q) / sum(y), "RD", marks)


def pooled_sd(arms: Sequence[ContinuousArm]) -> float:
    """SD within arms, from all of them."""
    df = sum(arm.n - 1 for arm in arms)
    return math.sqrt(sum((arm.n - 1) * arm.sd**2 for arm in arms) / df)


def small_sample_factor(df: float) -> float:
    """Factor that takes the bias out of a standardised difference, by the gamma function.

    References:
        hedges-1981-distribution: the exact form.
    """
    if df < 2:
        raise InputError(f"{df:g} degrees of freedom for a standardised difference; expected at least 2")
    return math.exp(gammaln(df / 2) - 0.5 * math.log(df / 2) - gammaln((df - 1) / 2))


def combine_arms(arms: Sequence[ContinuousArm], *, treatment: str) -> ContinuousArm:
    """Two or more arms of one study as one, so that a shared control is counted once.

    The mean and SD are those that the people of all arms together have.

    Raises:
        InputError: If the arms are of different studies or kinds.
    """
    if len(arms) < 2 or len({(arm.study, arm.kind) for arm in arms}) != 1:
        raise InputError("combine_arms: expected two or more arms of one study, all final values or all changes")
    n = sum(arm.n for arm in arms)
    mean = sum(arm.n * arm.mean for arm in arms) / n
    squares = sum((arm.n - 1) * arm.sd**2 + arm.n * (arm.mean - mean) ** 2 for arm in arms)
    source = max((arm.sd_source for arm in arms), key=SD_SOURCES.index)
    return ContinuousArm(
        study=arms[0].study,
        treatment=treatment,
        n=n,
        mean=mean,
        sd=math.sqrt(squares / (n - 1)),
        kind=arms[0].kind,
        sd_source=source,
    )


def se_from_interval(low: float, high: float, *, level: float = 0.95, df: float | None = None) -> float:
    """Standard error from a printed interval.

    Args:
        low: Lower end; of the logarithm for a ratio.
        high: Upper end.
        level: Level of the interval.
        df: Degrees of freedom if the interval used Student's t.

    Raises:
        InputError: If the ends are not in order.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError(f"interval {low:g} to {high:g}: expected the lower end first and a width above 0")
    return (high - low) / (2.0 * _quantile(0.5 + level / 2, df))


def se_from_p(estimate: float, p: float, *, df: float | None = None) -> float:
    """Standard error from an estimate and its exact two-tailed p value.

    Raises:
        InputError: If p is not between 0 and 1 or the estimate is zero, which fits any standard error.
    """
    if not 0.0 < p < 1.0:
        raise InputError(f"p value {p:g}: expected a number between 0 and 1, not a bound")
    return se_from_t(estimate, _quantile(1.0 - p / 2, df))


def se_from_t(estimate: float, t: float) -> float:
    """Standard error from an estimate and its t or z statistic, signs aside."""
    if estimate == 0.0 or t == 0.0 or not (math.isfinite(estimate) and math.isfinite(t)):
        raise InputError(f"estimate {estimate:g} with statistic {t:g}: the standard error cannot be had from these")
    return abs(estimate / t)


def sd_from_se(se: float, n: int) -> float:
    """SD of one arm from the standard error of its mean."""
    if not se > 0 or n < 2:
        raise InputError(f"se {se:g} with n {n}: expected se above 0 and n at least 2")
    return se * math.sqrt(n)


def sd_from_interval(low: float, high: float, n: int, *, level: float = 0.95) -> float:
    """SD of one arm from the interval of its mean, by Student's t on n - 1 degrees of freedom."""
    return sd_from_se(se_from_interval(low, high, level=level, df=n - 1), n)


def sd_of_change(sd_before: float, sd_after: float, correlation: float) -> float:
    """SD of the change from the SDs before and after and their correlation, which the caller must source."""
    if not -1.0 <= correlation <= 1.0:
        raise InputError(f"correlation {correlation:g}: expected -1 to 1")
    if not (sd_before > 0 and sd_after > 0):
        raise InputError(f"SDs {sd_before:g} and {sd_after:g}: expected above 0")
    return math.sqrt(sd_before**2 + sd_after**2 - 2.0 * correlation * sd_before * sd_after)


def impute_sd(donors: Sequence[ContinuousArm]) -> float:
    """An SD borrowed from other arms on the same scale: their pooled SD.

    Nothing calls this unasked. An arm that uses it must say ``sd_source="imputed"``, and every effect made
    from that arm is marked.
    """
    reported = [arm for arm in donors if arm.sd_source != "imputed"]
    if not reported or len({arm.kind for arm in reported}) != 1:
        raise InputError("impute_sd: expected arms with their own SD, all final values or all changes")
    return pooled_sd(reported)


def arm_marks(arms: Sequence[ContinuousArm]) -> tuple[str, ...]:
    """What a reader must know about the SDs of these arms."""
    return tuple(f"SD of {arm.treatment} {arm.sd_source}" for arm in arms if arm.sd_source != "reported")


def _quantile(p: float, df: float | None) -> float:
    """Of the normal, or of Student's t."""
    return float(ndtri(p) if df is None else stdtrit(df, p))


def _check_pair(a: ContinuousArm | CountArm, b: ContinuousArm | CountArm) -> None:
    """Two arms of one study."""
    if a.study != b.study or a.treatment == b.treatment:
        raise InputError(
            f"{a.study} ({a.treatment}) with {b.study} ({b.treatment}): expected two different arms of one study"
        )
    if isinstance(a, ContinuousArm) and isinstance(b, ContinuousArm) and a.kind != b.kind:
        raise InputError(
            f"{a.study}: {a.treatment} is a {a.kind} value and {b.treatment} a {b.kind}; expected the same"
        )


def _cells(
    a: CountArm, b: CountArm, *, ratio: bool = True
) -> tuple[tuple[tuple[float, float], tuple[float, float]], tuple[str, ...]]:
    """Events and non-events of both arms, with 1/2 added where a cell is empty."""
    _check_pair(a, b)
    cells = ((float(a.events), float(a.n - a.events)), (float(b.events), float(b.n - b.events)))
    if all(cell > 0 for arm in cells for cell in arm):
        return cells, ()
    if ratio and a.events + b.events in (0, a.n + b.n):
        raise InputError(f"{a.study}: no arm, or everybody, had the outcome; such a study says nothing about a ratio")
    x, y = ((arm[0] + ZERO_CELL, arm[1] + ZERO_CELL) for arm in cells)
    return (x, y), ("1/2 added to an empty cell",)


def _estimate(a: ContinuousArm, b: ContinuousArm, value: float, variance: float, measure: str) -> Estimate:
    """The effect with its people and marks."""
    return Estimate(
        study=a.study, estimate=value, se=math.sqrt(variance), n=a.n + b.n, measure=measure, marks=arm_marks([a, b])
    )


def _count_estimate(
    a: CountArm, b: CountArm, value: float, variance: float, measure: str, marks: tuple[str, ...]
) -> Estimate:
    """The effect with its people and marks."""
    return Estimate(study=a.study, estimate=value, se=math.sqrt(variance), n=a.n + b.n, measure=measure, marks=marks)
