"""Summaries of a pressure field that change smoothly with the pose."""

import numpy as np

from trochlea.motion.timeseries import Array
from trochlea.units import MILLIMETRE

PEAK_POWER = 8
"""Power of the weighting in `smoothed_peak`; a numerical choice."""


AREA_ROUNDING = 0.05 * MILLIMETRE
"""Half-width of overlap over which a point goes from not touching to touching [m]: about what the overlap changes by
across the part of the surface that one point stands for, so that the area does not jump from point to point."""

HALF_VOXEL = 0.25 * MILLIMETRE
"""Gap below which a reader of magnetic resonance images sees contact [m]. Assumed: half of a voxel of 0.5 mm; which gap
a reader counts is not settled."""


def contact_area(depth: Array, areas: Array, *, gap: float = 0.0) -> Array:
    """Area whose surfaces overlap or are nearer than a gap, smooth in the depth [m^2].

    Args:
        depth: Overlap of the undeformed surfaces, negative where they are apart, shape (frames, points) [m].
        areas: Shape (points,) [m^2].
        gap: 0 for the load-bearing area, HALF_VOXEL for the one that an image shows [m].
    """
    x = np.clip(0.5 + (depth + gap) / (2 * AREA_ROUNDING), 0, 1)
    return (x * x * (3 - 2 * x)) @ areas


def centre_of_pressure(pressure: Array, points: Array, areas: Array) -> Array:
    """Mean of the points weighted by pressure and area, shape (frames, 3) [m]; NaN where nothing presses."""
    weight = pressure * areas
    total = weight.sum(axis=1, keepdims=True)
    return (weight @ points) / np.where(total > 0, total, np.nan)


def smoothed_peak(pressure: Array, areas: Array) -> Array:
    """Smoothed peak [Pa]: mean pressure weighted by area and by the eighth power of pressure.

    It does not jump from point to point as a maximum does. On a paraboloid it reads 0.90 of the top, on a uniform
    field exactly the field.

    Args:
        pressure: Shape (frames, points) [Pa].
        areas: Shape (points,) [m^2].
    """
    scale = np.maximum(pressure.max(axis=1, keepdims=True), np.finfo(float).tiny)
    weight = areas * (pressure / scale) ** PEAK_POWER
    total = weight.sum(axis=1)
    return (weight * pressure).sum(axis=1) / np.where(total > 0, total, 1.0)
