"""Which muscles share a joint moment: least sum of squared activations, all frames at once.

Minimise sum(a^2) + sum((r/w)^2) so that A a + r = tau and low <= a <= 1. With multipliers l the answer is
a = clip(A' l, low, 1) and r = w^2 l, so that only as many unknowns remain as there are joint axes. They are
the zero of the gradient of a convex, piecewise quadratic function: Newton's method on its active pieces,
with an exact search along each step, ends after few steps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array

RESERVE_SCALE = 1.0
"""Reserve moment that costs as much as one full activation [N.m]. Assumed: the setting of OpenSim's own
examples."""

MOMENT_TOLERANCE = 1e-10
"""Largest unbalanced moment accepted [N.m], times (1 + largest moment of the frame)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLoad:
    """Muscle activations that carry given joint moments.

    Attributes:
        activations: Shape (frames, muscles) [-].
        reserves: Moment that muscles could not carry, shape (frames, axes) [N.m].
        iterations: Newton steps, shape (frames,).
        is_converged: Shape (frames,).
    """

    activations: Array
    reserves: Array
    iterations: NDArray[np.int64]
    is_converged: NDArray[np.bool_]


def share_load(
    moment_per_activation: Array,
    moments: Array,
    *,
    lowest_activation: float = 0.0,
    reserve_scale: float = RESERVE_SCALE,
    max_steps: int = 100,
) -> SharedLoad:
    """Least squared activations and reserves that balance the joint moments.

    Args:
        moment_per_activation: Joint moment of each muscle at full activation, shape (frames, axes, muscles)
            [N.m].
        moments: Joint moments to carry, shape (frames, axes) [N.m].
        lowest_activation: Lower bound of every activation [-].
        reserve_scale: Reserve that costs as much as one full activation [N.m].
        max_steps: Upper limit on Newton steps a frame.

    Returns:
        Activations, reserves, steps and status, frame by frame.

    Raises:
        ValueError: If the shapes do not fit or a value is not finite.
    """
    n_frames, n_axes, n_muscles = moment_per_activation.shape
    if moments.shape != (n_frames, n_axes):
        raise ValueError(f"moments have shape {moments.shape}, expected {(n_frames, n_axes)}")
    if not (np.isfinite(moment_per_activation).all() and np.isfinite(moments).all()):
        raise ValueError("moments must be finite: leave frames without forces out")
    dual = _Dual(moment_per_activation, moments, lowest_activation, reserve_scale**2)
    multipliers = np.zeros((n_frames, n_axes))
    iterations = np.zeros(n_frames, dtype=np.int64)
    is_converged = np.zeros(n_frames, dtype=bool)
    tolerance = MOMENT_TOLERANCE * (1.0 + np.abs(moments).max(axis=1, initial=0.0))
    open_frames = np.arange(n_frames)
    for _ in range(max_steps + 1):
        gradient, step = dual.newton_step(open_frames, multipliers[open_frames])
        done = np.abs(gradient).max(axis=1, initial=0.0) <= tolerance[open_frames]
        is_converged[open_frames[done]] = True
        open_frames, gradient, step = open_frames[~done], gradient[~done], step[~done]
        if open_frames.size == 0:
            break
        length = dual.step_length(open_frames, multipliers[open_frames], gradient, step)
        multipliers[open_frames] += length[:, None] * step
        iterations[open_frames] += 1
    frames = np.arange(n_frames)
    return SharedLoad(
        activations=dual.activations(frames, multipliers),
        reserves=multipliers * reserve_scale**2,
        iterations=iterations,
        is_converged=is_converged,
    )


class _Dual:
    """The dual function of the sharing problem, in groups of frames."""

    def __init__(self, arms: Array, moments: Array, low: float, compliance: float) -> None:
        self.arms, self.moments, self.low, self.compliance = arms, moments, low, compliance

    def activations(self, frames: NDArray[np.int64], multipliers: Array) -> Array:
        return np.clip(np.einsum("fdm,fd->fm", self.arms[frames], multipliers), self.low, 1.0)

    def newton_step(self, frames: NDArray[np.int64], multipliers: Array) -> tuple[Array, Array]:
        arms = self.arms[frames]
        drive = np.einsum("fdm,fd->fm", arms, multipliers)
        inner = np.clip(drive, self.low, 1.0)
        gradient = np.einsum("fdm,fm->fd", arms, inner) + self.compliance * multipliers - self.moments[frames]
        free = arms * ((drive > self.low) & (drive < 1.0))[:, None, :]
        hessian = free @ arms.transpose(0, 2, 1) + self.compliance * np.eye(arms.shape[1])
        return gradient, -np.linalg.solve(hessian, gradient[..., None])[..., 0]

    def step_length(self, frames: NDArray[np.int64], start: Array, gradient: Array, direction: Array) -> Array:
        """Where the dual is least along each direction, exactly, shape (frames,).

        Its slope along the direction is piecewise linear and rises: a muscle adds the square of its change
        of drive while its drive is between the bounds.
        """
        arms = self.arms[frames]
        drive = np.einsum("fdm,fd->fm", arms, start)
        change = np.einsum("fdm,fd->fm", arms, direction)
        moves = np.abs(change) > np.finfo(np.float64).tiny
        safe = np.where(moves, change, 1.0)
        crossings = np.stack([(self.low - drive) / safe, (1.0 - drive) / safe])
        enter, leave = np.maximum(np.sort(crossings, axis=0), 0.0)
        bend = np.where(moves, change**2, 0.0)
        at = np.hstack([enter, leave])
        order = np.argsort(at, axis=1)
        at = np.take_along_axis(at, order, axis=1)
        after = np.cumsum(np.take_along_axis(np.hstack([bend, -bend]), order, axis=1), axis=1)
        ridge = self.compliance * np.sum(direction**2, axis=1, keepdims=True)
        rise = np.hstack([ridge, ridge + np.maximum(after, 0.0)])
        gaps = np.diff(at, axis=1, prepend=0.0)
        slope = np.sum(gradient * direction, axis=1, keepdims=True) + np.cumsum(rise[:, :-1] * gaps, axis=1)
        # The first corner past the minimum; the last piece has no end.
        piece = np.where((slope >= 0.0).any(axis=1), (slope >= 0.0).argmax(axis=1), slope.shape[1] - 1)
        rows = np.arange(len(frames))
        is_past = slope[rows, piece] >= 0.0
        own_rise = np.where(is_past, rise[rows, piece], rise[rows, piece + 1])
        return at[rows, piece] - slope[rows, piece] / own_rise
