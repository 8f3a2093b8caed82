"""The femoral surface: a cross-section swept about a medio-lateral axis, cut by the notch, stored as a spline table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import spline_filter

from trochlea.knee.kernel.contact import STEEPEST
from trochlea.motion.timeseries import Array, read_only

if TYPE_CHECKING:  # the shape asks for its groove's depth
    from trochlea.knee.shape import KneeShape

ANGLES = (math.radians(-176), math.radians(106), 95)
"""First and last angle of the table about the axis, from the front upwards [rad], and their number."""

WIDTHS = (-0.050, 0.050, 101)
"""First and last z of the table [m], and their number."""

NOTCH_SHARPNESS = 6
"""Even power that shapes the notch's walls: steep, but wider than the table's steps. Assumed."""


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


def smooth_minimum(a: Array, b: Array, width: Array) -> Array:
    """Lesser of two heights; a cubic joins them where they differ by less than ``width`` (C2)."""
    near = np.clip(1 - np.abs(a - b) / width, 0, None)
    return np.minimum(a, b) - width / 6 * near**3


def groove_profile(z: Array, shape: KneeShape) -> Array:
    """Height of the cross-section over its deepest point across the femur [m]: walls, ridges, outer sides.

    Each wall rises at its inclination up to its ridge and the condyle falls off beyond it.
    """
    u = np.asarray(z)
    lateral, medial = shape.lateral_trochlear_inclination, shape.medial_trochlear_inclination
    wall = wall_height(u, lateral=lateral, medial=medial, rounding=shape.groove_rounding)
    fall = math.tan(shape.condyle_slope)
    reach = np.where(u >= 0, shape.lateral_facet_width, shape.medial_facet_width)
    rise = np.where(u >= 0, math.tan(lateral), math.tan(medial))
    outer = rise * reach - fall * (np.abs(u) - reach)
    return smooth_minimum(wall, outer, shape.rim_rounding * (rise + fall) ** 2)


def trochlear_depth(shape: KneeShape) -> float:
    """Mean height of both ridges over the groove's floor, across the knee's posterior line [m].

    References:
        unnamed-2022-trochlea-figure: definition, ([A + C] / 2) - B.
    """
    u = np.linspace(0, 1, 801)
    lateral = groove_profile(u * 2 * shape.lateral_facet_width, shape).max()
    medial = groove_profile(-u * 2 * shape.medial_facet_width, shape).max()
    return float(0.5 * (lateral + medial))


def groove_radius(theta: Array, shape: KneeShape) -> Array:
    """Radius of the deepest point at angle theta [m]: a circle, then its tangent proximally."""
    beyond = np.clip(np.asarray(theta) - shape.proximal_angle, 0, math.radians(70))
    return shape.groove_radius / np.cos(beyond)


def notch_depth(theta: Array, z: Array, shape: KneeShape) -> Array:
    """How far the intercondylar notch cuts into the groove's floor [m].

    It opens beyond the groove's distal end and leaves a condyle on either side.
    """
    beyond = np.clip((shape.notch_angle - np.asarray(theta)) / shape.notch_opening, 0, 1)
    deep = shape.notch_depth * beyond**3 * (10 - 15 * beyond + 6 * beyond**2)
    width = shape.notch_width * (0.4 + 0.6 * beyond)  # a narrow mouth that widens backwards
    across = (2 * np.asarray(z) / width) ** NOTCH_SHARPNESS
    return deep / (1 + across)


def surface_radius(theta: Array, z: Array, shape: KneeShape) -> Array:
    """Radius of the cartilage surface about the groove's axis [m]."""
    return groove_radius(theta, shape) + groove_profile(z, shape) - notch_depth(theta, z, shape)


def fit_height_field(radius: Array, theta: Array, z: Array, *, axis: tuple[float, float]) -> Trochlea:
    """Fit bicubic splines to a surface sampled on an even grid about a medio-lateral axis.

    Args:
        radius: Distance of the surface from the axis, shape (angles, widths) [m].
        theta: From the front upwards, evenly spaced, shape (angles,) [rad].
        z: Lateral positive, evenly spaced, shape (widths,) [m].
        axis: x and y of the axis in the femur frame [m].

    Where the surface is steeper than 80 degrees against its radius its cosine stays at that of 80 degrees.
    """
    dtheta, dz = theta[1] - theta[0], z[1] - z[0]
    by_theta, by_z = np.gradient(radius, dtheta, dz)
    cosine = 1 / np.sqrt(1 + (by_theta / radius) ** 2 + by_z**2)
    table = np.stack([spline_filter(field, order=3, mode="mirror") for field in (radius, cosine)], axis=-1)
    # the splines stay above their lowest coefficient, and the contact relies on this limit
    table[:, :, 1] = np.maximum(table[:, :, 1], 1 / STEEPEST)
    by_rows = np.maximum.reduce([table[k : len(table) - 3 + k, :, 0] for k in range(4)])
    bound = np.maximum.reduce([by_rows[:, k : by_rows.shape[1] - 3 + k] for k in range(4)])
    # the first spline cell starts at the second sample
    grid = [axis[0], axis[1], theta[1], dtheta, z[1], dz]
    return Trochlea(table=read_only(table), bound=read_only(bound), grid=read_only(grid))


def groove_axis(shape: KneeShape) -> tuple[float, float]:
    """X and y of the groove circle's centre in the femur frame [m]."""
    return shape.groove_centre_forward * shape.knee_size, shape.groove_centre_proximal * shape.knee_size


def build_trochlea(shape: KneeShape) -> Trochlea:
    """Sample the parametric surface and fit the splines."""
    theta, z = np.linspace(*ANGLES), np.linspace(*WIDTHS)
    radius = surface_radius(theta[:, None], z[None, :], shape)
    return fit_height_field(radius, theta, z, axis=groove_axis(shape))
