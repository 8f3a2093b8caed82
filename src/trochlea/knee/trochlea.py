"""The femoral groove: a parametric cross-section swept about a medio-lateral axis, stored as a spline table."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import spline_filter

from trochlea.knee.shape import KneeShape
from trochlea.motion.timeseries import Array, read_only

ANGLES = (math.radians(-170), math.radians(100), 67)
"""First and last angle of the table about the axis, from the front upwards [rad], and their number."""

WIDTHS = (-0.048, 0.048, 77)
"""First and last z of the table [m], and their number."""

RIM = 1.25
"""Height at which a wall levels off, in trochlear depths. Assumed; keeps the slope to the patella's edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trochlea:
    """Cartilage surface of one right femur as bicubic B-splines over angle and z; femur frame.

    Attributes:
        table: Coefficients of the radius [m] and of the slope cosine [-], shape (angles, widths, 2).
        bound: Largest radius that each spline cell can reach, shape (angles - 3, widths - 3) [m].
        grid: Axis x, axis y [m], first angle, step [rad], first z, step [m].
    """

    table: Array
    bound: Array
    grid: Array


def wall_height(u: Array, *, lateral: float, medial: float, rounding: float) -> Array:
    """Height of a rounded V over the distance u from its deepest point (lateral positive) [m].

    A hyperbola: slopes tan(lateral), tan(medial) far out, radius `rounding` at the asymptotes' corner.
    """
    rise, fall = math.tan(lateral), math.tan(medial)
    lean, mean = 0.5 * (rise - fall), 0.5 * (rise + fall)
    c = rounding * mean
    lowest = -c * lean / math.sqrt(mean * mean - lean * lean)
    v = np.asarray(u) + lowest
    bottom = lean * lowest + mean * math.hypot(lowest, c)
    return lean * v + mean * np.sqrt(v * v + c * c) - bottom


def groove_profile(z: Array, shape: KneeShape) -> Array:
    """Height of the groove's wall over its deepest point across the femur [m]; levels off at the rim."""
    lateral, medial = shape.lateral_trochlear_inclination, shape.medial_trochlear_inclination
    height = wall_height(z, lateral=lateral, medial=medial, rounding=shape.groove_rounding)
    slope = np.where(np.asarray(z) >= 0, math.tan(lateral), math.tan(medial))
    rim = RIM * shape.trochlear_depth * 2 * slope / (math.tan(lateral) + math.tan(medial))
    return height / (1 + (height / rim) ** 6) ** (1 / 6)


def groove_radius(theta: Array, shape: KneeShape) -> Array:
    """Radius of the deepest point at angle theta [m]: a circle, then its tangent proximally."""
    beyond = np.clip(np.asarray(theta) - shape.proximal_angle, 0, math.radians(70))
    return shape.groove_radius / np.cos(beyond)


def surface_radius(theta: Array, z: Array, shape: KneeShape) -> Array:
    """Radius of the cartilage surface about the groove's axis [m]."""
    return groove_radius(theta, shape) + groove_profile(z, shape)


def fit_height_field(radius: Array, theta: Array, z: Array, *, axis: tuple[float, float]) -> Trochlea:
    """Fit bicubic splines to a surface sampled on an even grid about a medio-lateral axis.

    Args:
        radius: Distance of the surface from the axis, shape (angles, widths) [m].
        theta: From the front upwards, evenly spaced, shape (angles,) [rad].
        z: Lateral positive, evenly spaced, shape (widths,) [m].
        axis: x and y of the axis in the femur frame [m].
    """
    dtheta, dz = theta[1] - theta[0], z[1] - z[0]
    by_theta, by_z = np.gradient(radius, dtheta, dz)
    cosine = 1 / np.sqrt(1 + (by_theta / radius) ** 2 + by_z**2)
    table = np.stack([spline_filter(field, order=3, mode="mirror") for field in (radius, cosine)], axis=-1)
    bound = np.lib.stride_tricks.sliding_window_view(table[:, :, 0], (4, 4)).max(axis=(2, 3))
    # the first spline cell starts at the second sample
    grid = [axis[0], axis[1], theta[1], dtheta, z[1], dz]
    return Trochlea(table=read_only(table), bound=read_only(bound), grid=read_only(grid))


def groove_axis(shape: KneeShape) -> tuple[float, float]:
    """X and y of the groove circle's centre in the femur frame [m]."""
    return shape.groove_centre_forward * shape.knee_size, shape.groove_centre_proximal * shape.knee_size


def build_trochlea(shape: KneeShape) -> Trochlea:
    """Sample the parametric surface and fit the splines."""
    theta, z = np.linspace(*ANGLES), np.linspace(*WIDTHS)
    radius = groove_radius(theta, shape)[:, None] + groove_profile(z, shape)[None, :]
    return fit_height_field(radius, theta, z, axis=groove_axis(shape))
