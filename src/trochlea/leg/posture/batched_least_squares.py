"""Bounded nonlinear least squares for many small problems at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array

BOUND_PASSES = 5
"""How often a step is solved anew because a value would leave its bounds."""

Linearise = Callable[[NDArray[np.intp], Array], tuple[Array, Array]]
"""Problem numbers (p,) and their values (p, n) -> residuals (p, m) and derivatives (p, m, n)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastSquares:
    """Solutions of all problems.

    Attributes:
        values: Shape (problems, n).
        residuals: Shape (problems, m).
        is_converged: Shape (problems,).
        steps: Steps that were taken, shape (problems,).
    """

    values: Array
    residuals: Array
    is_converged: NDArray[np.bool_]
    steps: NDArray[np.int64]


def solve_least_squares(
    linearise: Linearise,
    start: Array,
    *,
    lower: Array,
    upper: Array,
    longest_step: float = np.inf,
    step_tolerance: float = 1e-9,
    max_steps: int = 100,
) -> LeastSquares:
    """Least sum of squares of each problem within bounds, by damped Gauss-Newton.

    A value at its bound stays there while the others move, until the slope draws it back.

    Args:
        linearise: Residuals and derivatives of some of the problems.
        start: First guess, shape (problems, n); clipped to the bounds.
        lower: Shape (n,).
        upper: Shape (n,).
        longest_step: No value moves by more than this in one step.
        step_tolerance: A problem whose values all move by less is solved.
        max_steps: Upper limit on steps.

    References:
        nocedal-2006-optimization, section 10.3: Levenberg-Marquardt.
    """
    values = np.clip(start, lower, upper)
    n_problems, n = values.shape
    open_problems = np.arange(n_problems)
    residuals, slopes = linearise(open_problems, values)
    residuals, slopes = residuals.copy(), slopes.copy()
    damping, steps = np.full(n_problems, 1e-6), np.zeros(n_problems, dtype=np.int64)
    is_converged = np.zeros(n_problems, dtype=bool)
    for _ in range(max_steps):
        if open_problems.size == 0:
            break
        now = values[open_problems]
        step = _step(residuals[open_problems], slopes[open_problems], now, lower, upper, damping[open_problems])
        step *= np.minimum(1.0, longest_step / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-300))
        trial = np.clip(now + step, lower, upper)
        missed, there = linearise(open_problems, trial)
        cost = (residuals[open_problems] ** 2).sum(axis=1)
        linear = residuals[open_problems] + np.einsum("prk,pk->pr", slopes[open_problems], trial - now)
        gain, promised = cost - (missed**2).sum(axis=1), np.maximum(cost - (linear**2).sum(axis=1), 1e-300)
        is_better = gain >= 0.0
        moved = np.abs(trial - now).max(axis=1)
        better = open_problems[is_better]
        values[better], residuals[better], slopes[better] = trial[is_better], missed[is_better], there[is_better]
        damping[open_problems] *= np.where(gain > 0.75 * promised, 0.1, np.where(gain > 0.25 * promised, 1.0, 5.0))
        steps[open_problems] += 1
        is_converged[open_problems] = moved < step_tolerance
        open_problems = open_problems[~is_converged[open_problems]]
    return LeastSquares(values=values, residuals=residuals, is_converged=is_converged, steps=steps)


def _step(residuals: Array, slopes: Array, values: Array, lower: Array, upper: Array, damping: Array) -> Array:
    """Damped step of each problem within its bounds; values that push against a bound are held there."""
    gradient = np.einsum("prk,pr->pk", slopes, residuals)
    held = ((values <= lower) & (gradient > 0.0)) | ((values >= upper) & (gradient < 0.0))
    square = np.swapaxes(slopes, 1, 2) @ slopes
    diagonal = np.einsum("pkk->pk", square)
    scale = np.maximum(diagonal, 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-30)
    square += np.einsum("pk,kl->pkl", damping[:, None] * scale, np.eye(values.shape[1]))
    step = np.zeros_like(values)
    for _ in range(BOUND_PASSES):
        # Values that are held keep their step; the others do their best with it.
        pulled = gradient + np.einsum("pkl,pl->pk", square, np.where(held, step, 0.0))
        system = np.where(held[:, :, None] | held[:, None, :], 0.0, square)
        system += np.einsum("pk,kl->pkl", held.astype(np.float64), np.eye(values.shape[1]))
        free = -np.linalg.solve(system, np.where(held, 0.0, pulled)[..., None])[..., 0]
        step = np.where(held, step, free)
        beyond = ~held & ((values + step < lower) | (values + step > upper))
        if not beyond.any():
            break
        step = np.where(beyond, np.clip(values + step, lower, upper) - values, step)
        held |= beyond
    return step
