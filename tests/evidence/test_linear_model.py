"""The weighted linear model against full matrices."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.linear_model import LinearModel, check_rank, fit_weighted, intercept_model, trace_projection

EXACT = 1e-11
"""Against inverses of full matrices; the worst relative difference seen is 4e-14."""


def model(p):
    rng = np.random.default_rng(p)
    x = np.column_stack([np.ones(9), rng.normal(size=(9, p - 1))])
    return LinearModel(y=rng.normal(size=9), v=rng.uniform(0.1, 2.0, 9), x=x)


@pytest.mark.parametrize("p", [1, 2, 4])
@pytest.mark.parametrize("tau2", [0.0, 0.7])
def test_coefficients_likelihoods_and_traces_are_those_of_full_matrices(p, tau2):
    data = model(p)
    w = np.diag(1.0 / (data.v + tau2))
    inverse = np.linalg.inv(data.x.T @ w @ data.x)
    projection = w - w @ data.x @ inverse @ data.x.T @ w
    fit = fit_weighted(data, [5.0, tau2])
    assert fit.beta[1] == pytest.approx(inverse @ data.x.T @ w @ data.y, rel=EXACT, abs=EXACT)
    assert fit.covariance[1].ravel() == pytest.approx(inverse.ravel(), rel=EXACT, abs=EXACT)
    assert fit.rss[1] == pytest.approx(data.y @ projection @ data.y, rel=EXACT, abs=0)
    full = 0.5 * np.linalg.slogdet(w)[1] - 0.5 * fit.rss[1]
    assert fit.log_likelihood[1] == pytest.approx(full, rel=EXACT, abs=0)
    assert fit.log_restricted[1] == pytest.approx(full + 0.5 * np.linalg.slogdet(inverse)[1], rel=EXACT, abs=0)
    traces = trace_projection(data, fit_weighted(data, tau2))
    assert traces == pytest.approx([np.trace(projection), np.trace(projection @ projection)], rel=EXACT, abs=0)


def test_the_restricted_likelihood_is_the_likelihood_with_the_mean_integrated_out():
    """By sums over 200,000 values of the mean; constants cancel in the difference between two values of tau2."""
    data = model(1)
    mean = np.linspace(-60.0, 60.0, 200_001)

    def integrated(tau2):
        variance = data.v + tau2
        log = -0.5 * (np.log(variance).sum() + ((data.y - mean[:, None]) ** 2 / variance).sum(axis=1))
        return np.log(np.exp(log).sum())

    fit = fit_weighted(data, [0.2, 3.0])
    difference = fit.log_restricted[1] - fit.log_restricted[0]
    assert difference == pytest.approx(integrated(3.0) - integrated(0.2), rel=1e-9, abs=0)


def test_dependent_columns_are_refused():
    with pytest.raises(InputError, match="moderators x: 2 coefficients but only 1 can be told apart"):
        check_rank(np.ones((5, 2)), "moderators x")


def test_data_of_a_model_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        model(1).y[0] = 1.0


def test_degrees_of_freedom_are_rows_less_columns():
    assert intercept_model(np.zeros(4), np.ones(4)).df == 3
