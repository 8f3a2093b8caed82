"""Regression of studies' effects on study-level moderators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates, total_people
from trochlea.evidence.heterogeneity import check_method, estimate_tau2, model_heterogeneity
from trochlea.evidence.linear_model import LinearModel, check_rank, fit_weighted, intercept_model

Array = NDArray[np.float64]

STUDIES_PER_MODERATOR = 10
"""Fewer studies for each moderator are named in a warning (higgins-2011-handbook, section 9.6.5.1: at least ten)."""

INTERCEPT = "intercept"
NO_SCATTER = 1e-20
"""A mean square of weighted residuals below this is rounding: chance alone gives 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaRegression:
    """A fitted regression.

    Attributes:
        names: "intercept" first, then the moderators (p).
        coefficients: (p,).
        se: (p,).
        ci_low: (p,).
        ci_high: (p,).
        p_values: Two-tailed (p,).
        covariance: Of the coefficients (p, p).
        method: Estimator of tau2.
        interval: "normal" or "t" (Knapp-Hartung, k - p degrees of freedom).
        tau2: Between-study variance that the moderators leave.
        tau2_low: Lower end of its Q-profile interval.
        tau2_high: Upper end.
        i2: Share of the remaining variation that is more than chance, 0 to 1.
        r2: Share of tau2 that the moderators explain, 0 to 1; None where there was none to explain.
        q_moderators: Test statistic of all moderators: F with "t", chi-squared with "normal".
        q_moderators_df: Number of moderators.
        q_moderators_p_value: Of no effect of any of them.
        q_residual: Generalised Q that remains.
        q_residual_df: k - p.
        q_residual_p_value: Of no heterogeneity left.
        k: Number of studies.
        n: Number of people; None where it is not known for every study.
        studies: In the order given.
        level: Level of the intervals.
        warnings: What a reader must know before using it.
    """

    names: tuple[str, ...]
    coefficients: Array
    se: Array
    ci_low: Array
    ci_high: Array
    p_values: Array
    covariance: Array
    method: str
    interval: str
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    r2: float | None
    q_moderators: float
    q_moderators_df: int
    q_moderators_p_value: float
    q_residual: float
    q_residual_df: int
    q_residual_p_value: float
    k: int
    n: int | None
    studies: tuple[str, ...]
    level: float
    warnings: tuple[str, ...]


def meta_regression(
    estimates: Sequence[Estimate],
    moderators: Mapping[str, Sequence[float]],
    *,
    method: str = "REML",
    hartung_knapp: bool = True,
    level: float = 0.95,
) -> MetaRegression:
    """Mixed-effects regression of effects on moderators.

    Args:
        estimates: One effect of each study.
        moderators: Value of each moderator for every study, in the same order; categories as 0 and 1.
        method: Estimator of tau2, one of `heterogeneity.TAU2_METHODS`.
        hartung_knapp: Standard errors from the observed scatter with Student's t, rather than the normal.
        level: Level of the intervals.

    Raises:
        InputError: If a value is missing, moderators depend on each other, or studies are too few.

    References:
        raudenbush-2009-analyzing: the model and R2; knapp-2003-improved: the standard errors;
        jackson-2014-intervals: interval of tau2.
    """
    check_estimates(estimates)
    check_method(method)
    model, names = _design(estimates, moderators)
    k, p, df = len(estimates), len(names), model.df
    spread = model_heterogeneity(model, method=method, level=level)
    tau2 = float(spread.tau2 or 0.0)
    fit = fit_weighted(model, tau2)
    beta, covariance = fit.beta[0], fit.covariance[0]
    if hartung_knapp:
        if float(fit.rss[0]) < NO_SCATTER * df:
            raise InputError("the studies lie on the regression without scatter; use hartung_knapp=False")
        covariance = covariance * (float(fit.rss[0]) / df)
    se = np.sqrt(np.diag(covariance))
    quantile = float(stdtrit(df, 0.5 + level / 2)) if hartung_knapp else float(ndtri(0.5 + level / 2))
    statistic = float(beta[1:] @ np.linalg.solve(covariance[1:, 1:], beta[1:]))
    ratio = -np.abs(beta) / se
    before = estimate_tau2(intercept_model(model.y, model.v), method=method)
    values = [beta, se, beta - quantile * se, beta + quantile * se]
    values += [2.0 * (stdtr(df, ratio) if hartung_knapp else ndtr(ratio)), covariance]
    for array in values:
        array.flags.writeable = False
    return MetaRegression(
        names=names,
        coefficients=values[0],
        se=values[1],
        ci_low=values[2],
        ci_high=values[3],
        p_values=values[4],
        covariance=values[5],
        method=method,
        interval="t" if hartung_knapp else "normal",
        tau2=tau2,
        tau2_low=float(spread.tau2_low or 0.0),
        tau2_high=float(spread.tau2_high or 0.0),
        i2=float(spread.i2 or 0.0),
        r2=max(0.0, 1.0 - tau2 / before) if before > 0 else None,
        q_moderators=statistic / (p - 1) if hartung_knapp else statistic,
        q_moderators_df=p - 1,
        q_moderators_p_value=float(
            fdtrc(p - 1, df, statistic / (p - 1)) if hartung_knapp else chdtrc(p - 1, statistic)
        ),
        q_residual=spread.q,
        q_residual_df=df,
        q_residual_p_value=float(chdtrc(df, spread.q)),
        k=k,
        n=total_people([item.n for item in estimates]),
        studies=tuple(item.study for item in estimates),
        level=level,
        warnings=_warnings(k, p - 1),
    )


def _design(
    estimates: Sequence[Estimate], moderators: Mapping[str, Sequence[float]]
) -> tuple[LinearModel, tuple[str, ...]]:
    """Effects, variances and moderators as a model."""
    k = len(estimates)
    if not moderators or INTERCEPT in moderators:
        raise InputError(f"moderators {list(moderators)}; expected one or more, none of them called {INTERCEPT!r}")
    if k <= len(moderators) + 1:
        raise InputError(f"{k} studies for {len(moderators)} moderators; expected at least {len(moderators) + 2}")
    columns = [np.ones(k)]
    for name, values in moderators.items():
        column = np.array(values, dtype=float)
        if column.shape != (k,) or not np.isfinite(column).all():
            raise InputError(f"moderator {name}: expected {k} finite values, one a study; leave out studies without")
        columns.append(column)
    x = np.column_stack(columns)
    check_rank(x, f"moderators {', '.join(moderators)}")
    y, v = np.array([item.estimate for item in estimates]), np.array([item.se for item in estimates]) ** 2
    return LinearModel(y=y, v=v, x=x), (INTERCEPT, *moderators)


def _warnings(k: int, n_moderators: int) -> tuple[str, ...]:
    """What a regression on studies does not show."""
    said = ["moderators of studies were not randomised: their coefficients are associations"]
    if k < STUDIES_PER_MODERATOR * n_moderators:
        said.append(f"{k} studies for {n_moderators} moderators: at least {STUDIES_PER_MODERATOR} each are advised")
    return tuple(said)
