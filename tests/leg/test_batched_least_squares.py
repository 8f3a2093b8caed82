"""Many small bounded problems at once: against scipy, one at a time."""

import numpy as np
import pytest
from scipy.optimize import least_squares

from trochlea.leg.posture.batched_least_squares import solve_least_squares

SAME_COST = 1e-7
"""Costs of both solvers, relative; both stop at a flat place. Worst difference seen 4e-10."""

LOWER, UPPER = np.array([-0.4, -1.5, -0.2]), np.array([0.6, 1.5, 0.9])


def _problems(n, seed):
    """Bent residuals with a minimum that often lies outside the bounds."""
    rng = np.random.default_rng(seed)
    matrix, right, bend = rng.normal(size=(n, 5, 3)), rng.normal(size=(n, 5)), rng.normal(size=(n, 5, 3))

    def linearise(chosen, values):
        inner = np.einsum("pmk,pk->pm", bend[chosen], values)
        residuals = np.einsum("pmk,pk->pm", matrix[chosen], values) - right[chosen] + 0.3 * np.sin(inner)
        return residuals, matrix[chosen] + 0.3 * np.cos(inner)[..., None] * bend[chosen]

    return linearise


def test_costs_are_those_of_scipy_within_bounds():
    n = 60
    linearise = _problems(n, seed=4)
    found = solve_least_squares(linearise, np.zeros((n, 3)), lower=LOWER, upper=UPPER)
    assert found.is_converged.all()
    assert (found.values >= LOWER).all()
    assert (found.values <= UPPER).all()
    at_bound = ((found.values == LOWER) | (found.values == UPPER)).any(axis=1)
    assert 0.3 < at_bound.mean() < 1.0
    for i in range(n):
        one = np.array([i])
        theirs = least_squares(
            lambda x, one=one: linearise(one, x[None])[0][0],
            found.values[i],
            bounds=(LOWER - 1e-12, UPPER + 1e-12),
            xtol=1e-14,
            ftol=1e-14,
            gtol=1e-14,
        )
        assert (found.residuals[i] ** 2).sum() == pytest.approx(2 * theirs.cost, rel=SAME_COST)


def test_a_step_is_never_longer_than_allowed():
    seen = [np.zeros(2)]

    def linearise(chosen, values):
        seen.append(values[0].copy())
        return values - np.array([3.0, 0.0]), np.tile(np.eye(2), (len(values), 1, 1))

    bounds = np.array([10.0, 10.0])
    found = solve_least_squares(linearise, np.zeros((1, 2)), lower=-bounds, upper=bounds, longest_step=0.5)
    assert np.abs(np.diff(seen, axis=0)).max() <= 0.5 + 1e-12
    np.testing.assert_allclose(found.values[0], [3.0, 0.0], rtol=0, atol=1e-9)


def test_a_problem_that_is_not_solved_in_time_says_so():
    def linearise(chosen, values):
        return np.exp(-values), -np.exp(-values)[..., None]  # least only at infinity

    bounds = np.array([1e9])
    found = solve_least_squares(linearise, np.zeros((1, 1)), lower=-bounds, upper=bounds, max_steps=5)
    assert not found.is_converged[0]
    assert found.steps[0] == 5
