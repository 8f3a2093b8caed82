"""The patella: articular surface as weighted points, and where tissues attach.

Patella frame: x anterior, y proximal, z lateral; origin at half its height, width and thickness.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.shape import KneeShape
from trochlea.knee.trochlea import wall_height
from trochlea.motion.timeseries import Array, read_only

N_POINTS = 1200
"""Contact points on the articular surface: area and peak pressure change by less than 3 % when they are doubled."""

N_COARSE = 100
"""Points of the first descent, which only has to come near the equilibrium."""

OUTLINE = 2.5
"""Exponent of the articular outline: 2 is an ellipse, larger is squarer. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patella:
    """Articular surface of one right patella, in its own frame.

    Attributes:
        points: Shape (points, 3) [m].
        areas: Surface area of each point, slope included, shape (points,) [m^2].
        is_lateral: Lateral of the median ridge, shape (points,).
        coarse_points: Fewer points on the same surface, for the first descent, shape (coarse, 3) [m].
        coarse_areas: Their areas, shape (coarse,) [m^2].
    """

    points: Array
    areas: Array
    is_lateral: NDArray[np.bool_]
    coarse_points: Array
    coarse_areas: Array


@cache
def unit_outline(n_points: int = N_POINTS) -> tuple[Array, Array]:
    """Points and areas that fill the outline |u|^p + |v|^p < 1 evenly: a sunflower spiral, stretched.

    Returns:
        Points, shape (n, 2), and areas, shape (n,) [-].
    """
    n = np.arange(n_points)
    radius = np.sqrt((n + 0.5) / n_points)
    angle = n * math.pi * (3 - math.sqrt(5))
    c, s = np.cos(angle), np.sin(angle)
    reach = (np.abs(c) ** OUTLINE + np.abs(s) ** OUTLINE) ** (-1 / OUTLINE)
    points = np.column_stack([radius * reach * c, radius * reach * s])
    return read_only(points), read_only(math.pi / n_points * reach**2)


def ridge_z(shape: KneeShape) -> float:
    """Where the median ridge lies across the patella [m]."""
    return (0.5 - shape.ridge_position) * shape.patella_width


def articular_centre_y(shape: KneeShape) -> float:
    """Height of the articular surface's middle: it reaches the base and leaves the apex free [m]."""
    return 0.5 * (1 - shape.articular_height_ratio) * shape.patella_height


def articular_x(y: Array, z: Array, shape: KneeShape) -> Array:
    """How far forward the articular surface lies at (y, z) of the patella [m]."""
    facets = wall_height(
        np.asarray(z) - ridge_z(shape),
        lateral=shape.lateral_trochlear_inclination + shape.facet_mismatch,
        medial=shape.medial_trochlear_inclination + shape.facet_mismatch,
        rounding=shape.ridge_rounding,
    )
    sagittal = (np.asarray(y) - articular_centre_y(shape)) ** 2 / (2 * shape.patellar_sagittal_radius)
    return facets + sagittal - 0.5 * shape.patella_thickness


def _sample(shape: KneeShape, n_points: int) -> tuple[Array, Array]:
    """Points spread over the articular surface, and the area that each stands for."""
    unit, unit_areas = unit_outline(n_points)
    half_height = 0.5 * shape.articular_height_ratio * shape.patella_height
    z = 0.5 * shape.patella_width * unit[:, 0]
    y = half_height * unit[:, 1] + articular_centre_y(shape)
    step = 1e-6
    by_z = (articular_x(y, z + step, shape) - articular_x(y, z - step, shape)) / (2 * step)
    by_y = (articular_x(y + step, z, shape) - articular_x(y - step, z, shape)) / (2 * step)
    areas = 0.5 * shape.patella_width * half_height * unit_areas * np.sqrt(1 + by_z**2 + by_y**2)
    return read_only(np.column_stack([articular_x(y, z, shape), y, z])), read_only(areas)


def build_patella(shape: KneeShape, *, n_points: int = N_POINTS, n_coarse: int = N_COARSE) -> Patella:
    """Place the contact points on the parametric articular surface."""
    points, areas = _sample(shape, n_points)
    coarse_points, coarse_areas = _sample(shape, n_coarse)
    is_lateral = points[:, 2] > ridge_z(shape)
    is_lateral.setflags(write=False)
    return Patella(
        points=points, areas=areas, is_lateral=is_lateral, coarse_points=coarse_points, coarse_areas=coarse_areas
    )
