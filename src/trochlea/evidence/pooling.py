"""Pooling of effects: one common effect or a distribution of effects; the same people are never counted twice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from trochlea.errors import InputError
from trochlea.evidence.contrast import Contrast, turned
from trochlea.evidence.estimate import Estimate, check_estimates, total_people
from trochlea.evidence.heterogeneity import check_method, estimate_tau2
from trochlea.evidence.linear_model import LinearModel, fit_weighted, intercept_model

CI_QUANTILE = float(ndtri(0.975))
"""Half-width of a 95 % interval in standard errors: the exact normal quantile, 1.959964 (width 3.919928)."""

MEAN_DIFFERENCES = ("MD", "MD of change")
"""In a randomised trial both estimate the same difference, so they may be pooled on one scale."""

FEW_STUDIES = 5
"""Below this number of studies the pool says that tau2 is poorly known. Assumed: a line that readers can see,
not a threshold of any test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pool of studies.

    Attributes:
        estimate: Common effect, or mean of the true effects; in points of the scale or as a logarithm.
        ci_low: Lower end of the interval.
        ci_high: Upper end.
        se: Standard error.
        p_value: Of no effect, two-tailed.
        model: "common" or "random".
        method: Estimator of tau2; empty in the common-effect model.
        interval: "normal", or "t" (Hartung-Knapp, k - 1 degrees of freedom).
        tau2: Between-study variance; None in the common-effect model and for one study.
        q: Cochran's Q.
        q_df: Its degrees of freedom.
        q_p_value: None for one study.
        i2: Share of the variation that is more than chance, 0 to 1; None for one study.
        k: Number of studies.
        n: Number of people; None where it is not known for every study.
        weights: Share of each study, in the order of `studies`, adding up to 1.
        studies: The people pooled.
        prediction_low: Lower end of the interval for the true effect of a new study; None where it cannot be had.
        prediction_high: Upper end.
        level: Level of the intervals.
        marks: What the studies carried, e.g. an imputed SD.
        warnings: What a reader must know before using the pool.
    """

    estimate: float
    ci_low: float
    ci_high: float
    se: float
    p_value: float
    model: str
    method: str
    interval: str
    tau2: float | None
    q: float
    q_df: int
    q_p_value: float | None
    i2: float | None
    k: int
    n: int | None
    weights: tuple[float, ...]
    studies: tuple[str, ...]
    prediction_low: float | None
    prediction_high: float | None
    level: float
    marks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def pool_common_effect(estimates: Sequence[Estimate], *, level: float = 0.95) -> Pooled:
    """Weighted mean with weights 1/se^2, one true difference assumed for all studies.

    Raises:
        InputError: If there is nothing to pool, a study stands twice or a standard error is not above zero.
    """
    check_estimates(estimates)
    return _pooled(estimates, tau2=None, method="", hartung_knapp=False, level=level)


def pool_random_effects(
    estimates: Sequence[Estimate],
    *,
    method: str = "REML",
    hartung_knapp: bool = True,
    level: float = 0.95,
    tau2: float | None = None,
) -> Pooled:
    """Mean of a distribution of true effects, with the interval for the effect of a new study.

    Args:
        estimates: One effect of each study.
        method: Estimator of tau2, one of `heterogeneity.TAU2_METHODS`.
        hartung_knapp: Interval from the observed scatter with Student's t, rather than from the normal.
        level: Level of the intervals.
        tau2: A between-study variance from elsewhere, which is then not estimated.

    Returns:
        The pool; for one study its own result, with a warning.

    Raises:
        InputError: If the estimates may not be pooled or the method is not known.

    References:
        hartung-1999-alternative, knapp-2003-improved: the interval; riley-2011-interpretation: the prediction
        interval, on k - 2 degrees of freedom.
    """
    check_estimates(estimates)
    check_method(method)
    if tau2 is None and len(estimates) > 1:
        tau2 = estimate_tau2(_model(estimates), method=method)
    return _pooled(estimates, tau2=tau2, method=method, hartung_knapp=hartung_knapp, level=level)


def _model(estimates: Sequence[Estimate]) -> LinearModel:
    """Effects and their variances about one mean."""
    values = np.array([item.estimate for item in estimates], dtype=float)
    return intercept_model(values, np.array([item.se for item in estimates], dtype=float) ** 2)


def _pooled(
    estimates: Sequence[Estimate], *, tau2: float | None, method: str, hartung_knapp: bool, level: float
) -> Pooled:
    """Weighted mean, its interval and everything around it."""
    k, random = len(estimates), method != ""
    model = _model(estimates)
    common, fit = fit_weighted(model, 0.0), fit_weighted(model, tau2 or 0.0)
    q, df = float(common.rss[0]), k - 1
    mean, se = float(fit.beta[0, 0]), math.sqrt(float(fit.covariance[0, 0, 0]))
    plain_se, by_t = se, hartung_knapp and df > 0
    if by_t:
        se *= math.sqrt(float(fit.rss[0]) / df)
    quantile = float(stdtrit(df, 0.5 + level / 2)) if by_t else float(ndtri(0.5 + level / 2))
    prediction = _prediction(mean, plain_se, tau2, k, level) if random else (None, None)
    return Pooled(
        estimate=mean,
        ci_low=mean - quantile * se,
        ci_high=mean + quantile * se,
        se=se,
        p_value=_two_tailed(mean, se, df if by_t else None),
        model="random" if random else "common",
        method=method,
        interval="t" if by_t else "normal",
        tau2=tau2,
        q=q,
        q_df=df,
        q_p_value=float(chdtrc(df, q)) if df else None,
        i2=(max(0.0, 1.0 - df / q) if q > 0 else 0.0) if df else None,
        k=k,
        n=total_people([item.n for item in estimates]),
        weights=tuple(float(w) for w in fit.weights[0] / fit.weights[0].sum()),
        studies=tuple(item.study for item in estimates),
        prediction_low=prediction[0],
        prediction_high=prediction[1],
        level=level,
        marks=tuple(f"{item.study}: {mark}" for item in estimates for mark in item.marks),
        warnings=_warnings(
            k, random=random, narrower=by_t and quantile * se < float(ndtri(0.5 + level / 2)) * plain_se
        ),
    )


def _two_tailed(mean: float, se: float, df: int | None) -> float:
    """Probability of a value as far from zero, by the normal or by Student's t."""
    if se == 0.0:
        return 0.0 if mean else 1.0
    ratio = -abs(mean) / se
    return 2.0 * float(ndtr(ratio) if df is None else stdtr(df, ratio))


def _prediction(
    mean: float, se: float, tau2: float | None, k: int, level: float
) -> tuple[float, float] | tuple[None, None]:
    """Interval for the true effect of a new study; at least three studies are needed."""
    if tau2 is None or k < 3:
        return None, None
    half = float(stdtrit(k - 2, 0.5 + level / 2)) * math.sqrt(tau2 + se**2)
    return mean - half, mean + half


def _warnings(k: int, *, random: bool, narrower: bool) -> tuple[str, ...]:
    """What a small number of studies does to the pool."""
    said = []
    if random and k == 1:
        said.append("one study: the scatter of true effects between studies cannot be estimated")
    elif random and k < FEW_STUDIES:
        said.append(f"{k} studies: the between-study variance is poorly known")
    if random and k == 2:
        said.append("2 studies: no prediction interval, which needs three")
    if narrower:
        said.append(
            "the Hartung-Knapp interval is narrower than the normal one: less scatter than chance alone would give"
        )
    return tuple(said)


def estimate_of(contrast: Contrast) -> Estimate:
    """A difference to pool: its own standard error, else the width of the 95 % interval over twice CI_QUANTILE.

    Raises:
        InputError: If the estimate is missing, or both its standard error and its interval are.
    """
    if contrast.estimate is None:
        raise InputError(f"{contrast.id} ({contrast.trial}): has no estimate to pool")
    se = contrast.se
    if se is None:
        if contrast.ci_low is None or contrast.ci_high is None:
            raise InputError(f"{contrast.id} ({contrast.trial}): has no estimate with an interval to pool")
        se = (contrast.ci_high - contrast.ci_low) / (2 * CI_QUANTILE)
    n = None if contrast.n_a is None or contrast.n_b is None else contrast.n_a + contrast.n_b
    return Estimate(study=contrast.trial, estimate=contrast.estimate, se=se, n=n, measure="MD")


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
    return pool_common_effect([estimate_of(contrast) for contrast in lined_up])
