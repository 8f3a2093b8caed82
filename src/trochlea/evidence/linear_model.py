"""The weighted linear model behind pooling, meta-regression and networks: y = X b + u + e.

The errors e have known variances v, the study effects u one variance tau2. A network with correlated
contrasts is turned into this form first (`network_input.whitened`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearModel:
    """Data of one fit.

    Attributes:
        y: Effects (k,).
        v: Their sampling variances (k,), above zero.
        x: Design (k, p) of full column rank.
    """

    y: Array
    v: Array
    x: Array

    def __post_init__(self) -> None:
        """Keep read-only views."""
        for name in ("y", "v", "x"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    @property
    def df(self) -> int:
        """Residual degrees of freedom, k - p."""
        return self.x.shape[0] - self.x.shape[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedFit:
    """Weighted least squares at each of g values of tau2.

    Attributes:
        tau2: (g,).
        weights: 1 / (v + tau2), (g, k).
        beta: Coefficients (g, p).
        covariance: Of the coefficients (g, p, p).
        residuals: (g, k).
        rss: Weighted residual sum of squares, the generalised Q (g,).
        log_likelihood: Profile log-likelihood (g,), without constants.
        log_restricted: Restricted profile log-likelihood (g,), without constants; at the same time the
            logarithm of the likelihood of tau2 with b integrated out under a flat prior.
    """

    tau2: Array
    weights: Array
    beta: Array
    covariance: Array
    residuals: Array
    rss: Array
    log_likelihood: Array
    log_restricted: Array


def intercept_model(estimates: Array, variances: Array) -> LinearModel:
    """One common mean."""
    return LinearModel(y=estimates, v=variances, x=np.ones((estimates.size, 1)))


def check_rank(x: Array, what: str) -> None:
    """Refuse a design whose coefficients cannot all be estimated.

    Raises:
        InputError: If columns depend on each other or outnumber the rows.
    """
    rank = int(np.linalg.matrix_rank(x)) if x.size else 0
    if rank < x.shape[1]:
        raise InputError(f"{what}: {x.shape[1]} coefficients but only {rank} can be told apart; use fewer")


def fit_weighted(model: LinearModel, tau2: Array | float) -> WeightedFit:
    """Weighted least squares for every value of tau2 at once.

    Args:
        model: Data.
        tau2: One value or (g,) of them, zero or above.

    Returns:
        Coefficients, residuals and likelihoods for each value.
    """
    grid = np.atleast_1d(np.asarray(tau2, dtype=float))
    variance = model.v + grid[:, None]
    weights = 1.0 / variance
    if model.x.shape[1] == 1:
        column = model.x[:, 0]
        weighted = weights * column
        information = (weighted @ column)[:, None, None]
        covariance = 1.0 / information
        beta = (weighted @ model.y)[:, None] * covariance[:, 0]
        log_det = np.log(information[:, 0, 0])
    else:
        weighted = weights[:, :, None] * model.x
        information = np.matmul(model.x.T, weighted)
        lower = np.linalg.cholesky(information)
        log_det = 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        covariance = np.linalg.inv(information)
        covariance = 0.5 * (covariance + covariance.transpose(0, 2, 1))
        beta = np.linalg.solve(information, np.matmul(weighted.transpose(0, 2, 1), model.y)[..., None])[..., 0]
    residuals = model.y - beta @ model.x.T
    rss = (weights * residuals**2).sum(axis=1)
    log_likelihood = -0.5 * (np.log(variance).sum(axis=1) + rss)
    return WeightedFit(
        tau2=grid,
        weights=weights,
        beta=beta,
        covariance=covariance,
        residuals=residuals,
        rss=rss,
        log_likelihood=log_likelihood,
        log_restricted=log_likelihood - 0.5 * log_det,
    )


def trace_projection(model: LinearModel, fit: WeightedFit) -> tuple[float, float]:
    """Traces of P and of P P, where P = W - W X (X' W X)^-1 X' W, at the first tau2 of the fit."""
    w, x, cov = fit.weights[0], model.x, fit.covariance[0]
    second = cov @ (x.T @ (w[:, None] ** 2 * x))
    third = cov @ (x.T @ (w[:, None] ** 3 * x))
    trace = w.sum() - np.trace(second)
    trace_squared = (w**2).sum() - 2.0 * np.trace(third) + np.trace(second @ second)
    return float(trace), float(trace_squared)
