"""Inverse-variance pooling of mean differences; the same people are never counted twice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import chdtrc

from trochlea.errors import InputError
from trochlea.evidence.contrast import Contrast, turned

CI_QUANTILE = NormalDist().inv_cdf(0.975)
"""Half-width of a 95 % interval in standard errors: the exact normal quantile, 1.959964 (width 3.919928)."""

MEAN_DIFFERENCES = ("MD", "MD of change")
"""In a randomised trial both estimate the same difference, so they may be pooled on one scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One difference that can enter a pool.

    Attributes:
        study: The people that it comes from.
        estimate: Difference, in points of the scale.
        se: Standard error.
    """

    study: str
    estimate: float
    se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A common-effect pool.

    Attributes:
        estimate: In points of the scale.
        ci_low: Lower end of the 95 % interval.
        ci_high: Upper end.
        se: Standard error.
        q: Cochran's Q.
        q_p_value: Of Q on k - 1 degrees of freedom; None for one study.
        i2: Share of the variation that is more than chance, 0 to 1; None for one study.
        k: Number of studies.
        weights: Share of each study, in the order of `studies`, adding up to 1.
        studies: The people pooled.
    """

    estimate: float
    ci_low: float
    ci_high: float
    se: float
    q: float
    q_p_value: float | None
    i2: float | None
    k: int
    weights: tuple[float, ...]
    studies: tuple[str, ...]


def estimate_from_interval(contrast: Contrast) -> Estimate:
    """The standard error as the width of the 95 % interval over twice CI_QUANTILE.

    Raises:
        InputError: If the estimate or its interval is missing.
    """
    if contrast.estimate is None or contrast.ci_low is None or contrast.ci_high is None:
        raise InputError(f"{contrast.id} ({contrast.trial}): has no estimate with an interval to pool")
    se = (contrast.ci_high - contrast.ci_low) / (2 * CI_QUANTILE)
    return Estimate(study=contrast.trial, estimate=contrast.estimate, se=se)


def pool_common_effect(estimates: Sequence[Estimate]) -> Pooled:
    """Weighted mean with weights 1/se^2, one true difference assumed for all studies.

    Raises:
        InputError: If there is nothing to pool, a study stands twice or a standard error is not above zero.
    """
    if not estimates:
        raise InputError("nothing to pool: no contrast fits the question")
    studies = tuple(item.study for item in estimates)
    twice = sorted({study for study in studies if studies.count(study) > 1})
    if twice:
        raise InputError(f"{', '.join(twice)}: the same people would be counted twice; keep one report of each")
    for item in estimates:
        if not (math.isfinite(item.estimate) and math.isfinite(item.se) and item.se > 0):
            raise InputError(f"{item.study}: estimate {item.estimate} with se {item.se}; expected se above 0")
    values = np.array([item.estimate for item in estimates])
    weights = np.array([item.se for item in estimates]) ** -2.0
    mean = float(weights @ values / weights.sum())
    se = float(weights.sum() ** -0.5)
    q, df = float(weights @ (values - mean) ** 2), len(estimates) - 1
    return Pooled(
        estimate=mean,
        ci_low=mean - CI_QUANTILE * se,
        ci_high=mean + CI_QUANTILE * se,
        se=se,
        q=q,
        q_p_value=float(chdtrc(df, q)) if df else None,
        i2=(max(0.0, 1.0 - df / q) if q > 0 else 0.0) if df else None,
        k=len(estimates),
        weights=tuple(float(w) for w in weights / weights.sum()),
        studies=studies,
    )


def aligned(contrast: Contrast, *, class_a: str, class_b: str) -> Contrast:
    """The contrast as class a minus class b, its sign turned where the report has it the other way round.

    Raises:
        InputError: If it compares something else.
    """
    classes = (contrast.class_a, contrast.class_b)
    if classes == (class_a, class_b):
        return contrast
    if classes == (class_b, class_a):
        return turned(contrast)
    found = " with ".join(classes)
    raise InputError(f"{contrast.id} ({contrast.trial}): compares {found}, not {class_a} with {class_b}")


def check_poolable(contrasts: Sequence[Contrast], *, weeks: tuple[float, float]) -> None:
    """Refuse contrasts that are not usable, not on one scale, or outside the time window.

    Args:
        contrasts: What is to be pooled.
        weeks: First and last time of measurement accepted [weeks].

    Raises:
        InputError: Naming the row and what is wrong with it.
    """
    for contrast in contrasts:
        name = f"{contrast.id} ({contrast.trial})"
        if contrast.status == "derived":
            raise InputError(f"{name}: is derived from other rows; pooling it would count people twice")
        if contrast.usable != "yes":
            raise InputError(f"{name}: usable is {contrast.usable!r} ({contrast.usable_why}), expected 'yes'")
        if contrast.measure not in MEAN_DIFFERENCES:
            expected = " or ".join(MEAN_DIFFERENCES)
            raise InputError(f"{name}: measure is {contrast.measure!r}, expected {expected}")
        scale, first = (contrast.instrument, contrast.better), (contrasts[0].instrument, contrasts[0].better)
        if scale != first:
            raise InputError(f"{name}: scale is {scale}, but {contrasts[0].id} has {first}")
        if contrast.weeks is None or not weeks[0] <= contrast.weeks <= weeks[1]:
            window = f"{weeks[0]:g} to {weeks[1]:g}"
            raise InputError(f"{name}: measured at {contrast.weeks} weeks, expected {window}")


def pool_contrasts(
    contrasts: Sequence[Contrast],
    *,
    class_a: str,
    class_b: str,
    weeks: tuple[float, float],
) -> Pooled:
    """Pool mean differences of class a minus class b on one scale.

    Args:
        contrasts: One of each trial, in any direction.
        class_a: Programme class that is better when the difference points to better.
        class_b: Programme class taken away.
        weeks: First and last time of measurement accepted [weeks].

    Returns:
        The common-effect pool.

    Raises:
        InputError: If a contrast may not be pooled with the others.
    """
    check_poolable(contrasts, weeks=weeks)
    lined_up = [aligned(contrast, class_a=class_a, class_b=class_b) for contrast in contrasts]
    return pool_common_effect([estimate_from_interval(contrast) for contrast in lined_up])
