"""Summaries of a pressure field that change smoothly with the pose."""

import numpy as np

from trochlea.motion.timeseries import Array

PEAK_POWER = 8
"""Power of the weighting in `smoothed_peak`; a numerical choice."""


def contact_area(share: Array, areas: Array) -> Array:
    """Load-bearing area [m^2]: each point counts by its share in touch, which is 0.5 at zero depth.

    Args:
        share: Slope of the rounded depth, shape (frames, points) [-].
        areas: Shape (points,) [m^2].
    """
    return share @ areas


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
