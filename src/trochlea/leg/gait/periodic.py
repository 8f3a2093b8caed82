"""Quantities that repeat: derivatives and integrals by their Fourier series, and splines that rise from zero."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from trochlea.motion.timeseries import Array


def differentiate(values: Array, period: float, order: int = 1) -> Array:
    """Derivative of a periodic quantity at equal steps over one period, shape (frames, ...)."""
    return _multiply(values, period, lambda rate: np.asarray((1j * rate) ** order, dtype=np.complex128))


def integrate_twice(values: Array, period: float) -> Array:
    """Double integral without a mean of a periodic quantity without a mean, shape (frames, ...)."""
    return _multiply(
        values, period, lambda rate: np.where(rate > 0, -1.0 / np.maximum(rate, 1e-9) ** 2, 0.0).astype(np.complex128)
    )


def half_later(values: Array) -> Array:
    """The same quantity half a period later, for an even number of frames: what the other leg does."""
    return np.roll(values, len(values) // 2, axis=0)


def bumps(phases: Array, start: float, end: float, count: int) -> Array:
    """Cubic B-splines between two phases that are zero at both and outside, shape (frames, count)."""
    inner = np.linspace(start, end, count)
    knots = np.concatenate([np.full(3, start), inner, np.full(3, end)])
    inside = (phases >= start) & (phases <= end)
    found = np.zeros((phases.size, count))
    found[inside] = BSpline.design_matrix(phases[inside], knots, 3).toarray()[:, 1:-1]
    return found


def _multiply(values: Array, period: float, factor: Callable[[Array], NDArray[np.complex128]]) -> Array:
    rates = 2 * np.pi * np.fft.rfftfreq(len(values), d=period / len(values)).astype(np.float64)
    factors = factor(rates).reshape(-1, *(1,) * (values.ndim - 1))
    return np.fft.irfft(np.fft.rfft(values, axis=0) * factors, n=len(values), axis=0)
