"""Force-length and force-velocity curves of muscle fibres, as chains of quintic Bezier corners.

Each piece of a curve is a corner: it leaves one point along a given slope, arrives at the next along another, and
its six control points lie on those two lines, the nearer to where they cross the larger the curviness.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy.interpolate import CubicHermiteSpline

from trochlea.motion.timeseries import Array

Corner = tuple[float, float, float]
"""A point of a curve and the slope there: x, y, dy/dx."""

SHORTEST_ACTIVE, TRANSITION, LONGEST_ACTIVE, SHALLOW_SLOPE = 0.25, 0.77, 1.9, 0.75
"""Normalised fibre lengths where active force begins, turns into the shallow rise, and ends; slope of that rise [-].
`rajagopal-2016-model`, the same for all its muscles."""

SLOPE_NEAR_FASTEST, ISOMETRIC_SLOPE, SLOPE_NEAR_LENGTHENING, LARGEST_LENGTHENING = 0.25, 5.0, 0.15, 1.4
"""Slopes of the force-velocity curve near its two ends and at rest, and force at the fastest lengthening [-].
`rajagopal-2016-model`."""

PLATEAU = 0.05
"""Half width of the plateau at optimal length [-]. `millard-2013-muscle`."""

NEAR_END = 0.9
"""Normalised speed at which the slopes near the ends hold [-]. `millard-2013-muscle`."""

LENGTH_CURVINESS, SHORTENING_CURVINESS, LENGTHENING_CURVINESS = 1.0, 0.6, 0.9
"""Curviness of the corners, from 0 to 1 [-]. `millard-2013-muscle`, as in OpenSim."""

SAMPLES = 200
"""Points a corner at which a curve is tabulated, with its slopes; the spline between them is exact to 1e-8."""


@cache
def force_length_curve() -> CubicHermiteSpline:
    """Active force over maximal isometric force against normalised fibre length, on its support.

    References:
        millard-2013-muscle: the curve; rajagopal-2016-model: its parameters.
    """
    before_top = 1.0 - PLATEAU
    rise_end = 1.0 - SHALLOW_SLOPE * (before_top - TRANSITION)
    steep = 1.25 * rise_end / (TRANSITION - SHORTEST_ACTIVE)
    fall = -1.0 / ((LONGEST_ACTIVE - PLATEAU) - (1.0 + PLATEAU))
    corners = (
        (SHORTEST_ACTIVE, 0.0, 0.0),
        (0.5 * (SHORTEST_ACTIVE + TRANSITION), 0.5 * rise_end, steep),
        (0.5 * (TRANSITION + before_top), 0.5 * (rise_end + 1.0), SHALLOW_SLOPE),
        (1.0, 1.0, 0.0),
        (0.5 * (1.0 + PLATEAU + LONGEST_ACTIVE), 0.5, fall),
        (LONGEST_ACTIVE, 0.0, 0.0),
    )
    return _chain(corners, [LENGTH_CURVINESS] * 5)


@cache
def force_velocity_curve() -> CubicHermiteSpline:
    """Active force over isometric force against normalised lengthening velocity, from -1 to 1.

    References:
        millard-2013-muscle: the curve; rajagopal-2016-model: its parameters.
    """
    from_end = 1.0 - NEAR_END
    corners = (
        (-1.0, 0.0, 0.0),
        (-NEAR_END, 0.5 * SLOPE_NEAR_FASTEST * from_end, SLOPE_NEAR_FASTEST),
        (0.0, 1.0, ISOMETRIC_SLOPE),
        (NEAR_END, LARGEST_LENGTHENING - 0.5 * SLOPE_NEAR_LENGTHENING * from_end, SLOPE_NEAR_LENGTHENING),
        (1.0, LARGEST_LENGTHENING, 0.0),
    )
    curviness = [SHORTENING_CURVINESS] * 2 + [LENGTHENING_CURVINESS] * 2
    return _chain(corners, curviness)


def _chain(corners: Sequence[Corner], curviness: Sequence[float]) -> CubicHermiteSpline:
    """Tabulate corner after corner."""
    pieces = [
        _corner(start, end, 0.1 + 0.8 * bend)  # full curviness would make the corner sharp
        for start, end, bend in zip(corners[:-1], corners[1:], curviness, strict=True)
    ]
    x, y, slope = (np.concatenate([piece[k][i > 0 :] for i, piece in enumerate(pieces)]) for k in range(3))
    return CubicHermiteSpline(x, y, slope)


def _corner(start: Corner, end: Corner, bend: float) -> tuple[Array, Array, Array]:
    """Points and slopes of one quintic Bezier corner."""
    (x0, y0, slope0), (x1, y1, slope1) = start, end
    cross_x = (y1 - y0 - x1 * slope1 + x0 * slope0) / (slope0 - slope1)
    cross_y = (cross_x - x1) * slope1 + y1
    along = np.linspace(0.0, 1.0, SAMPLES)
    x, dx = _quintic(x0, x0 + bend * (cross_x - x0), x1 + bend * (cross_x - x1), x1, along)
    y, dy = _quintic(y0, y0 + bend * (cross_y - y0), y1 + bend * (cross_y - y1), y1, along)
    return x, y, dy / dx


def _quintic(first: float, second: float, third: float, last: float, u: Array) -> tuple[Array, Array]:
    """Value and derivative of the Bezier curve with the two inner control points taken twice."""
    v = 1.0 - u
    value = first * v**5 + second * (5 * u * v**4 + 10 * u**2 * v**3)
    value = value + third * (10 * u**3 * v**2 + 5 * u**4 * v) + last * u**5
    rate = 5 * (second - first) * v**4 + 30 * (third - second) * u**2 * v**2 + 5 * (last - third) * u**4
    return value, rate
