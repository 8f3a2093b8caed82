"""Which muscles share a joint moment: least sum of weighted powers of activations, all frames at once.

Minimise sum(w a^p) + sum((r / s)^2) so that A a + r = tau and low <= a <= 1, with p = 2 or 3. With multipliers l every
muscle answers its own drive A' l and r = s^2 l / 2, so that only as many unknowns remain as there are joint axes. They
are the zero of the gradient of a convex function: Newton's method on its smooth pieces, with a search along each step.

The cubic's answer a = sqrt(drive / 3 w) starts infinitely steep at zero drive. SMOOTHING adds 1.5 SMOOTHING w a^2 to
the cost, which makes the start steep but finite, so that Newton's steps exist.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.muscles.dual_search import LineSearch, lowest_along
from trochlea.motion.timeseries import Array

Exponent = Literal[2, 3]
"""Powers of activation whose sum can be made least [-]."""

RESERVE_SCALE = 1.0
"""Reserve moment that costs as much as one full activation [N.m]. Assumed: the setting of OpenSim's own examples."""

SMOOTHING = 1e-6
"""Activation below which the cubic's cost turns into a square [-]. Assumed: the cost then rises by at most 1.5e-6 of
the sum of squares; validation/load_sharing.py prints the gap, and the difference from a general solver."""

MOMENT_TOLERANCE = {2: 1e-10, 3: 1e-8}
"""Largest unbalanced moment accepted [N.m], times (1 + largest moment of the frame, demanded and of the lowest
activations), by exponent. The cubic's answer is so steep at zero drive that rounding of the drive alone is worth about
1e-9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLoad:
    """Muscle activations that carry given joint moments.

    Attributes:
        activations: Shape (frames, muscles) [-].
        reserves: Moment that muscles could not carry, the exact rest, shape (frames, axes) [N.m].
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
    exponent: Exponent = 2,
    weights: Array | None = None,
    lowest_activation: float | Array = 0.0,
    reserve_scale: float = RESERVE_SCALE,
    max_steps: int = 100,
) -> SharedLoad:
    """Activations of least cost, and reserves, that balance the joint moments.

    Args:
        moment_per_activation: Joint moment of each muscle at full activation, shape (frames, axes, muscles)
            [N.m].
        moments: Joint moments to carry, shape (frames, axes) [N.m].
        exponent: Power of the activations in the cost.
        weights: Cost of each muscle's full activation, shape (muscles,) [-]; 1 each if None.
        lowest_activation: Lower bound of every activation, or of each muscle's, shape (muscles,) [-]: the
            co-contraction that the moments alone do not ask for.
        reserve_scale: Reserve that costs as much as one full activation of weight 1 [N.m].
        max_steps: Upper limit on Newton steps a frame.

    Returns:
        Activations, reserves, steps and status, frame by frame.

    Raises:
        ValueError: If the shapes do not fit, a value is not finite, or a setting is outside its range.

    References:
        crowninshield-1981-criterion: endurance, a nonlinear power of the load on each muscle.
        nocedal-2006-optimization, section 3.5: line search along Newton's direction.
    """
    n_frames, n_axes, _ = moment_per_activation.shape
    dual = _dual(moment_per_activation, moments, exponent, weights, lowest_activation, reserve_scale)
    multipliers = np.zeros((n_frames, n_axes))
    iterations = np.zeros(n_frames, dtype=np.int64)
    is_converged = np.zeros(n_frames, dtype=bool)
    floor = np.abs(moment_per_activation) @ dual.low if dual.low.any() else np.zeros_like(moments)
    tolerance = MOMENT_TOLERANCE[exponent] * (1.0 + (np.abs(moments) + floor).max(axis=1, initial=0.0))
    open_frames = np.arange(n_frames)
    for count in range(max_steps + 1):
        drive, gradient, slope = dual.state(multipliers[open_frames])
        done = np.abs(gradient).max(axis=1, initial=0.0) <= tolerance[open_frames]
        is_converged[open_frames[done]] = True
        if done.any():
            dual = dual.at(~done)
            open_frames, drive, gradient, slope = open_frames[~done], drive[~done], gradient[~done], slope[~done]
        if open_frames.size == 0 or count == max_steps:
            break
        step = dual.newton_step(gradient, slope)
        length = lowest_along(dual.along(multipliers[open_frames], drive, step))
        multipliers[open_frames] += length[:, None] * step
        iterations[open_frames] += 1
    drive = (multipliers[:, None, :] @ moment_per_activation)[:, 0]
    activations, _ = dual.answer(drive)
    carried = (moment_per_activation @ activations[..., None])[..., 0]
    return SharedLoad(
        activations=activations,
        reserves=moments - carried,
        iterations=iterations,
        is_converged=is_converged,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dual:
    """The dual function of the sharing problem for a group of frames."""

    arms: Array
    moments: Array
    exponent: Exponent
    weights: Array
    low: Array
    compliance: float

    def at(self, chosen: NDArray[np.bool_]) -> "_Dual":
        """The same for some of the frames."""
        return _Dual(
            arms=self.arms[chosen],
            moments=self.moments[chosen],
            exponent=self.exponent,
            weights=self.weights,
            low=self.low,
            compliance=self.compliance,
        )

    def answer(self, drive: Array) -> tuple[Array, Array]:
        """Activation of least cost under each drive, and its slope, shapes (frames, muscles)."""
        pull = np.maximum(drive, 0.0)
        if self.exponent == 2:
            free = pull / (2.0 * self.weights)
            slope = np.broadcast_to(1.0 / (2.0 * self.weights), free.shape)
        else:
            square = pull * (4.0 / (3.0 * self.weights))
            root = np.sqrt(SMOOTHING**2 + square)
            free = 0.5 * square / (root + SMOOTHING)  # the root of a^2 + SMOOTHING a = drive / 3 w
            slope = 1.0 / (3.0 * self.weights * root)
        is_free = (free > self.low) & (free < 1.0) & (drive > 0.0)
        return np.clip(free, self.low, 1.0), np.where(is_free, slope, 0.0)

    def state(self, multipliers: Array) -> tuple[Array, Array, Array]:
        """Drives, gradient of the dual, and slopes of the answers."""
        drive = (multipliers[:, None, :] @ self.arms)[:, 0]
        activations, slope = self.answer(drive)
        carried = (self.arms @ activations[..., None])[..., 0]
        return drive, carried + self.compliance * multipliers - self.moments, slope

    def newton_step(self, gradient: Array, slope: Array) -> Array:
        hessian = (self.arms * slope[:, None, :]) @ self.arms.transpose(0, 2, 1)
        hessian += self.compliance * np.eye(self.arms.shape[1])
        step = -np.linalg.solve(hessian, gradient[..., None])[..., 0]
        return np.asarray(step, dtype=np.float64)

    def along(self, start: Array, drive: Array, step: Array) -> LineSearch:
        """Slope of the dual along each frame's step, as a function of its length."""
        change = (step[:, None, :] @ self.arms)[:, 0]
        offset = np.sum((self.compliance * start - self.moments) * step, axis=1)
        rise = self.compliance * np.sum(step**2, axis=1)

        def slope(length: Array, rows: NDArray[np.int64]) -> Array:
            activations, _ = self.answer(drive[rows] + length[:, None] * change[rows])
            return np.sum(change[rows] * activations, axis=1) + offset[rows] + length * rise[rows]

        return slope, len(start)


def _dual(
    arms: Array,
    moments: Array,
    exponent: Exponent,
    weights: Array | None,
    lowest_activation: float | Array,
    reserve_scale: float,
) -> _Dual:
    """The checked problem."""
    n_frames, n_axes, n_muscles = arms.shape
    if moments.shape != (n_frames, n_axes):
        raise ValueError(f"moments have shape {moments.shape}, expected {(n_frames, n_axes)}")
    if not (np.isfinite(arms).all() and np.isfinite(moments).all()):
        raise ValueError("moments must be finite: leave frames without forces out")
    if exponent not in get_args(Exponent):
        raise ValueError(f"exponent {exponent}: expected one of {get_args(Exponent)}")
    weights = np.ones(n_muscles) if weights is None else np.asarray(weights, dtype=np.float64)
    if weights.shape != (n_muscles,) or not (np.isfinite(weights) & (weights > 0.0)).all():
        raise ValueError(f"weights: expected {n_muscles} finite numbers above 0")
    low = np.asarray(lowest_activation, dtype=np.float64)
    if low.shape not in ((), (n_muscles,)) or not ((low >= 0.0) & (low < 1.0)).all():
        raise ValueError(f"lowest activation: expected one number or {n_muscles}, at least 0 and below 1")
    if not (np.isfinite(reserve_scale) and reserve_scale > 0.0):
        raise ValueError(f"reserve scale: expected a number above 0, found {reserve_scale}")
    return _Dual(
        arms=arms,
        moments=moments,
        exponent=exponent,
        weights=weights,
        low=np.broadcast_to(low, (n_muscles,)),
        compliance=0.5 * reserve_scale**2,
    )
