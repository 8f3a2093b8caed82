"""Between-study variance tau2 by six estimators, its interval, Q and I2."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates
from trochlea.evidence.linear_model import (
    LinearModel,
    WeightedFit,
    fit_weighted,
    intercept_model,
    trace_projection,
)

TAU2_METHODS = ("DL", "PM", "REML", "ML", "SJ", "HE")
"""DerSimonian-Laird, Paule-Mandel, restricted and full maximum likelihood, Sidik-Jonkman, Hedges."""

STEP = 1e-14
"""Newton stops when a step is below this share of tau2 plus the smallest variance: a few dozen units of the last
place of a double, below which a step is rounding."""
MAX_STEPS = 200
"""Far above the 5 to 40 steps that the pinned data sets need."""
GRID_POINTS = 40
"""Points at which the likelihood is looked at before it is climbed, so that a lower second peak is not taken
for the highest."""
GRID_DECADES = 9.0
"""The grid spans this many decades below its upper end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """How much true effects differ between studies.

    Attributes:
        tau2: Between-study variance; None where it cannot be estimated (no degrees of freedom).
        tau2_low: Lower end of its interval by Q-profile.
        tau2_high: Upper end.
        i2: Share of the variation that is more than chance, 0 to 1, tau2 / (tau2 + typical variance).
        i2_low: The same at `tau2_low`.
        i2_high: The same at `tau2_high`.
        h2: Total over sampling variance, 1 / (1 - I2).
        q: Cochran's Q.
        q_df: Its degrees of freedom.
        q_p_value: None without degrees of freedom.
        method: Estimator of tau2, one of TAU2_METHODS.
        level: Level of the intervals.
    """

    tau2: float | None
    tau2_low: float | None
    tau2_high: float | None
    i2: float | None
    i2_low: float | None
    i2_high: float | None
    h2: float | None
    q: float
    q_df: int
    q_p_value: float | None
    method: str
    level: float


def heterogeneity(estimates: Sequence[Estimate], *, method: str = "REML", level: float = 0.95) -> Heterogeneity:
    """tau2, I2 with their Q-profile intervals, and Q.

    Args:
        estimates: One effect of each study.
        method: One of TAU2_METHODS.
        level: Level of the intervals.

    Returns:
        The heterogeneity of the studies about one mean.

    Raises:
        InputError: If the estimates may not be pooled or the method is not known.

    References:
        viechtbauer-2007-confidence: Q-profile; higgins-2002-quantifying: I2 and H2.
    """
    check_estimates(estimates)
    y = np.array([item.estimate for item in estimates])
    v = np.array([item.se for item in estimates]) ** 2
    return model_heterogeneity(intercept_model(y, v), method=method, level=level)


def model_heterogeneity(model: LinearModel, *, method: str = "REML", level: float = 0.95) -> Heterogeneity:
    """The same for the residuals of any linear model."""
    check_method(method)
    common = fit_weighted(model, 0.0)
    q, df = float(common.rss[0]), model.df
    if df < 1:
        nothing: dict[str, None] = dict.fromkeys(("tau2", "tau2_low", "tau2_high", "i2", "i2_low", "i2_high", "h2"))
        return Heterogeneity(q=q, q_df=df, q_p_value=None, method=method, level=level, **nothing)
    typical = df / trace_projection(model, common)[0]
    tau2 = estimate_tau2(model, method=method)
    low, high = tau2_interval(model, level=level)
    return Heterogeneity(
        tau2=tau2,
        tau2_low=low,
        tau2_high=high,
        i2=tau2 / (tau2 + typical),
        i2_low=low / (low + typical),
        i2_high=high / (high + typical),
        h2=1.0 + tau2 / typical,
        q=q,
        q_df=df,
        q_p_value=float(chdtrc(df, q)),
        method=method,
        level=level,
    )


def check_method(method: str) -> None:
    """Refuse an unknown estimator."""
    if method not in TAU2_METHODS:
        raise InputError(f"tau2 estimator {method!r}; expected one of {', '.join(TAU2_METHODS)}")


def estimate_tau2(model: LinearModel, *, method: str) -> float:
    """The between-study variance, zero or above.

    Args:
        model: Data with at least one residual degree of freedom.
        method: One of TAU2_METHODS.

    References:
        dersimonian-1986-trials: DL; paule-1982-consensus: PM; viechtbauer-2005-bias: ML, REML by scoring;
        sidik-2005-simple: SJ; hedges-1983-random: HE; raudenbush-2009-analyzing: all with moderators.
    """
    if model.df < 1:
        raise InputError("tau2 cannot be estimated without residual degrees of freedom; give more studies")
    if method == "DL":
        return _dersimonian_laird(model)
    if method == "PM":
        return _generalised_q_root(model, float(model.df))
    if method == "REML":
        return _highest(model, _score_reml, "log_restricted")
    if method == "ML":
        return _highest(model, _score_ml, "log_likelihood")
    if method == "SJ":
        return _sidik_jonkman(model)
    if method == "HE":
        return _hedges(model)
    raise InputError(f"tau2 estimator {method!r}; expected one of {', '.join(TAU2_METHODS)}")


def tau2_interval(model: LinearModel, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of tau2 by Q-profile: the values at which the generalised Q is a quantile of its chi-squared.

    References:
        viechtbauer-2007-confidence: the method.
    """
    tail = 0.5 * (1.0 - level)
    lower = _generalised_q_root(model, float(chdtri(model.df, tail)))
    return lower, _generalised_q_root(model, float(chdtri(model.df, 1.0 - tail)), start=lower)


def _dersimonian_laird(model: LinearModel) -> float:
    """Moments with the common-effect weights."""
    fit = fit_weighted(model, 0.0)
    return max(0.0, (float(fit.rss[0]) - model.df) / trace_projection(model, fit)[0])


def _hedges(model: LinearModel) -> float:
    """Moments with equal weights."""
    equal = LinearModel(y=model.y, v=np.ones_like(model.v), x=model.x)
    fit = fit_weighted(equal, 0.0)
    leverage = np.einsum("ki,ij,kj->k", model.x, fit.covariance[0], model.x)
    return max(0.0, float(fit.rss[0] - (model.v * (1.0 - leverage)).sum()) / model.df)


def _sidik_jonkman(model: LinearModel) -> float:
    """Two steps from the plain variance of the effects."""
    first = float(np.var(model.y))
    if first == 0.0:
        return 0.0
    return first * float(fit_weighted(model, first).rss[0]) / model.df


def _generalised_q_root(model: LinearModel, target: float, start: float = 0.0) -> float:
    """tau2 at which the generalised Q equals the target; zero where it is below it already.

    Q falls and is convex in tau2, so Newton's steps from the left never overshoot.
    """
    tau2, smallest = start, float(model.v.min())
    for _ in range(MAX_STEPS):
        fit = fit_weighted(model, tau2)
        excess = float(fit.rss[0]) - target
        slope = float(((fit.weights[0] * fit.residuals[0]) ** 2).sum())
        step = excess / slope if slope > 0 else 0.0
        if step <= STEP * (tau2 + smallest):
            return tau2
        tau2 += step
    raise InputError(f"tau2 by generalised Q did not settle in {MAX_STEPS} steps; check the standard errors")


def _score_reml(model: LinearModel, tau2: float) -> tuple[float, float]:
    """Twice the slope of the restricted log-likelihood, and the slope's own slope."""
    fit = fit_weighted(model, tau2)
    trace, trace_squared = trace_projection(model, fit)
    square, cube = _residual_forms(model, fit)
    return square - trace, trace_squared - 2.0 * cube


def _score_ml(model: LinearModel, tau2: float) -> tuple[float, float]:
    """Twice the slope of the profile log-likelihood, and the slope's own slope."""
    fit = fit_weighted(model, tau2)
    square, cube = _residual_forms(model, fit)
    w = fit.weights[0]
    return square - float(w.sum()), float((w**2).sum()) - 2.0 * cube


def _residual_forms(model: LinearModel, fit: WeightedFit) -> tuple[float, float]:
    """The forms y' P P y and y' P P P y, where P y is the weighted residual."""
    w, weighted = fit.weights[0], fit.weights[0] * fit.residuals[0]
    across = model.x.T @ (w * weighted)
    return float(weighted @ weighted), float((w * weighted) @ weighted - across @ fit.covariance[0] @ across)


def _highest(model: LinearModel, score: Callable[[LinearModel, float], tuple[float, float]], curve: str) -> float:
    """The highest peak of a likelihood on tau2 >= 0: found on a grid, climbed by Newton inside its bracket."""
    spread = float(np.abs(fit_weighted(model, 0.0).residuals).max())
    largest = 2.0 * model.y.size * spread**2 + 10.0 * float(model.v.max())
    grid = np.concatenate(([0.0], largest * np.logspace(-GRID_DECADES, 0.0, GRID_POINTS)))
    best = int(np.argmax(getattr(fit_weighted(model, grid), curve)))
    if best == 0 and score(model, 0.0)[0] <= 0.0:
        return 0.0
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    tau2, smallest = float(grid[best]) if best else 0.5 * high, float(model.v.min())
    for _ in range(MAX_STEPS):
        slope, bend = score(model, tau2)
        low, high = (tau2, high) if slope > 0 else (low, tau2)
        following = tau2 - slope / bend if bend < 0 else high
        if not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - tau2) <= STEP * (tau2 + smallest):
            return following
        tau2 = following
    raise InputError(f"the likelihood of tau2 did not settle in {MAX_STEPS} steps; use DL or PM")
