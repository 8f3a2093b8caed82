"""Whether small studies differ from large ones: Egger's test, and trim-and-fill."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, stdtr

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates
from trochlea.evidence.heterogeneity import estimate_tau2
from trochlea.evidence.linear_model import LinearModel, check_rank, fit_weighted
from trochlea.evidence.pooling import Pooled, pool_random_effects

FEW_STUDIES = 10
"""Below this number of studies asymmetry cannot be told from chance: the test is a regression on one moderator, for
which at least ten studies are advised (higgins-2011-handbook, section 9.6.5.1)."""
MOST_ROUNDS = 100
"""Trim-and-fill settles in a few rounds; more means that it goes in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EggerTest:
    """Regression of the effect on its standard error.

    Attributes:
        slope: Change of the effect per unit of standard error; zero without small-study effects.
        se: Its standard error.
        statistic: Slope over its standard error.
        df: Degrees of freedom of Student's t; None for the normal.
        p_value: Of no slope, two-tailed.
        limit: Effect of a study with a standard error of zero.
        limit_se: Its standard error.
        model: "regression" (weighted, dispersion multiplies) or "random" (dispersion adds: tau2 by REML).
        k: Number of studies.
        studies: In the order given.
        warnings: What a reader must know before using it.
    """

    slope: float
    se: float
    statistic: float
    df: int | None
    p_value: float
    limit: float
    limit_se: float
    model: str
    k: int
    studies: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """The pool after studies that seem to be missing were mirrored in.

    Attributes:
        k_missing: Number of studies filled in.
        side: Where they are missing, "left" (low effects) or "right".
        estimator: Of their number, "L0" or "R0".
        pooled: With the filled studies.
        filled: The mirrored studies, named after the ones that they mirror.
        warnings: What a reader must know before using it.
    """

    k_missing: int
    side: str
    estimator: str
    pooled: Pooled
    filled: tuple[Estimate, ...]
    warnings: tuple[str, ...]


def egger_test(estimates: Sequence[Estimate], *, model: str = "regression") -> EggerTest:
    """Egger's test of small-study effects.

    Args:
        estimates: Three or more effects, one of each study.
        model: "regression", the classical weighted regression, or "random", with tau2 by REML.

    Raises:
        InputError: If there are fewer than three studies or all have the same standard error.

    References:
        egger-1997-bias: the test; sterne-2005-regression: its forms.
    """
    check_estimates(estimates)
    if model not in ("regression", "random"):
        raise InputError(f"model {model!r}; expected regression or random")
    k = len(estimates)
    if k < 3:
        raise InputError(f"{k} studies for Egger's test; expected at least 3, and {FEW_STUDIES} for a useful one")
    se = np.array([item.se for item in estimates])
    x = np.column_stack([np.ones(k), se])
    check_rank(x, "standard errors of all studies are the same")
    data = LinearModel(y=np.array([item.estimate for item in estimates]), v=se**2, x=x)
    tau2 = estimate_tau2(data, method="REML") if model == "random" else 0.0
    fit = fit_weighted(data, tau2)
    dispersion = float(fit.rss[0]) / data.df if model == "regression" else 1.0
    limit, slope = (float(value) for value in fit.beta[0])
    limit_se, slope_se = (float(value) for value in np.sqrt(np.diag(fit.covariance[0]) * dispersion))
    statistic = slope / slope_se
    by_t = model == "regression"
    return EggerTest(
        slope=slope,
        se=slope_se,
        statistic=statistic,
        df=data.df if by_t else None,
        p_value=2.0 * float(stdtr(data.df, -abs(statistic)) if by_t else ndtr(-abs(statistic))),
        limit=limit,
        limit_se=limit_se,
        model=model,
        k=k,
        studies=tuple(item.study for item in estimates),
        warnings=_warnings(k),
    )


def trim_and_fill(
    estimates: Sequence[Estimate],
    *,
    side: str | None = None,
    estimator: str = "L0",
    pool: Callable[[Sequence[Estimate]], Pooled] = pool_random_effects,
) -> TrimAndFill:
    """The pool as it might be with the studies that asymmetry suggests are missing.

    Args:
        estimates: Three or more effects, one of each study.
        side: Where studies are thought to be missing; the side that Egger's slope points away from if None.
        estimator: Of the number of missing studies, "L0" or "R0".
        pool: How to pool, in every round.

    Raises:
        InputError: If there are fewer than three studies, a choice is not known, or it goes in a circle.

    References:
        duval-2000-trim: the method; duval-2000-nonparametric: L0 and R0.
    """
    check_estimates(estimates)
    if len(estimates) < 3:
        raise InputError(f"{len(estimates)} studies for trim-and-fill; expected at least 3")
    if estimator not in ("L0", "R0"):
        raise InputError(f"estimator {estimator!r}; expected L0 or R0")
    if side is None:
        side = "left" if egger_test(estimates, model="random").slope > 0 else "right"
    if side not in ("left", "right"):
        raise InputError(f"side {side!r}; expected left or right")
    sign = -1.0 if side == "right" else 1.0  # turned so that studies are missing on the left
    turned = sorted((replace(item, estimate=sign * item.estimate) for item in estimates), key=lambda i: i.estimate)
    k, missing, before = len(turned), 0, -1
    for _ in range(MOST_ROUNDS):
        centre = pool(turned[: k - missing]).estimate
        if missing == before:
            break
        before, missing = missing, _missing(np.array([item.estimate - centre for item in turned]), estimator)
    else:
        raise InputError("trim-and-fill goes in a circle on these studies; use the other estimator")
    centre = pool(turned[: k - missing]).estimate
    mirrored = turned[k - missing :] if missing else []
    filled = tuple(
        replace(item, study=f"mirror of {item.study}", estimate=sign * (2.0 * centre - item.estimate))
        for item in mirrored
    )
    return TrimAndFill(
        k_missing=missing,
        side=side,
        estimator=estimator,
        pooled=pool([*estimates, *filled]),
        filled=filled,
        warnings=("filled studies are a what-if, not data", *_warnings(k)),
    )


def _missing(centred: np.ndarray, estimator: str) -> int:
    """Number of studies missing on the left, from the ranks of distances to the centre."""
    k = centred.size
    distance = np.abs(centred)
    ranks = (distance[:, None] > distance).sum(axis=1) + 0.5 * ((distance[:, None] == distance).sum(axis=1) + 1)
    signed = np.sign(centred) * ranks
    if estimator == "R0":
        run = k - float(np.max(ranks[centred < 0], initial=0.0))
        found = run - 1.0
    else:
        s = float(signed[signed > 0].sum())
        found = (4.0 * s - k * (k + 1)) / (2 * k - 1)
    return max(0, math.floor(found + 0.5))


def _warnings(k: int) -> tuple[str, ...]:
    """Small k."""
    if k >= FEW_STUDIES:
        return ()
    return (f"{k} studies: fewer than {FEW_STUDIES}, so asymmetry cannot be told from chance",)
