"""The patella's joint surface as a smooth sheet through its contact points: what maps, sections and 3-D views draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.spatial import ConvexHull

from trochlea.motion.timeseries import Array, read_only

HARMONICS = 8
"""Waves kept of the rim's radius around its middle, so that the rim is smooth."""

MARGIN = 0.03
"""How far the rim lies outside the outermost points, as a share of their distance from the middle."""

RIDGE_BANDS = 9
"""Bands from top to bottom in which the median ridge is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticularSheet:
    """Joint surface of one right patella, patella frame.

    Attributes:
        points: The contact points, shape (points, 3) [m].
        rim: Closed outline, first point repeated: z and y, shape (n, 2) [m].
        ridge: Lower and upper end of the median ridge: z and y, shape (2, 2) [m]; empty without two facets.
    """

    points: Array
    rim: Array
    ridge: Array

    def depth(self, zy: Array) -> Array:
        """How far forward the surface lies at places z and y, shape (n, 2), [m]: shape (n,) [m]."""
        return self.spread(self.points[:, 0], zy)

    def spread(self, values: Array, zy: Array) -> Array:
        """Values of the contact points carried to other places by a thin-plate spline through all of them.

        Args:
            values: Shape (points,) or (points, k).
            zy: Places z and y, shape (n, 2) [m].

        Returns:
            Shape (n,) or (n, k).
        """
        known = self.points[:, [2, 1]]
        scale = np.ptp(known, axis=0).max()
        return RBFInterpolator(known / scale, values, kernel="thin_plate_spline")(zy / scale)


def articular_sheet(points: Array, is_lateral: np.ndarray) -> ArticularSheet:
    """Outline and ridge of a patella's contact points.

    Args:
        points: Of a right patella, shape (points, 3) [m].
        is_lateral: Facet of each point, shape (points,).
    """
    zy = points[:, [2, 1]]
    return ArticularSheet(
        points=read_only(points), rim=read_only(_rim(zy)), ridge=read_only(_ridge(zy[:, 0], zy[:, 1], is_lateral))
    )


def rings(rim: Array, *, n_rings: int, n_around: int) -> tuple[Array, NDArray[np.int64]]:
    """Nodes and triangles that fill an outline: a middle point, then ring after ring out to the rim.

    Returns:
        Places, shape (1 + n_rings * n_around, 2), and corners of the triangles, shape (triangles, 3); the last
        n_around nodes lie on the rim.
    """
    middle = 0.5 * (rim.max(axis=0) + rim.min(axis=0))
    along = np.linspace(0, len(rim) - 1, n_around, endpoint=False)
    spokes = np.column_stack([np.interp(along, np.arange(len(rim)), column) for column in rim.T]) - middle
    reach = np.arange(1, n_rings + 1) / n_rings
    nodes = np.vstack((middle, (middle + reach[:, None, None] * spokes).reshape(-1, 2)))
    here = np.arange(n_around)
    there = (here + 1) % n_around
    fan = np.column_stack((np.zeros_like(here), 1 + here, 1 + there))
    inner = 1 + np.arange(n_rings - 1)[:, None] * n_around
    a, b, c, d = (inner + here, inner + there, inner + n_around + here, inner + n_around + there)
    bands = np.stack((np.stack((a, c, d), axis=-1), np.stack((a, d, b), axis=-1)), axis=2).reshape(-1, 3)
    return nodes, np.vstack((fan, bands))


def _rim(places: Array) -> Array:
    """Smooth outline around all places, a little outside of them, closed, shape (corners, 2)."""
    corners = places[ConvexHull(places).vertices]
    edges = np.linspace(corners, np.roll(corners, -1, axis=0), 20, endpoint=False, axis=1).reshape(-1, 2)
    centre = 0.5 * (corners.max(axis=0) + corners.min(axis=0))
    arms = edges - centre
    bearing, reach = np.arctan2(arms[:, 1], arms[:, 0]), np.linalg.norm(arms, axis=1)
    order = np.argsort(bearing)
    angles = np.linspace(-np.pi, np.pi, 180, endpoint=False)
    waves = np.fft.rfft(np.interp(angles, bearing[order], reach[order], period=2 * np.pi))
    waves[HARMONICS + 1 :] = 0
    radius = (1 + MARGIN) * np.fft.irfft(waves, angles.size)
    rim = centre + radius[:, None] * np.column_stack((np.cos(angles), np.sin(angles)))
    return np.vstack((rim, rim[:1]))


def _ridge(z: Array, y: Array, is_lateral: np.ndarray) -> Array:
    """Straight line along the border between the two facets, from bottom to top, shape (2, 2)."""
    edges = np.linspace(y.min(), y.max(), RIDGE_BANDS + 1)
    places = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        band = (y >= low) & (y <= high)
        lateral, medial = z[band & is_lateral], z[band & ~is_lateral]
        if lateral.size and medial.size:
            places.append((0.5 * (lateral.min() + medial.max()), 0.5 * (low + high)))
    if len(places) < 2:
        return np.empty((0, 2))
    border = np.array(places)
    slope, start = np.polyfit(border[:, 1], border[:, 0], 1)
    ends = np.array((y.min(), y.max()))
    return np.column_stack((start + slope * ends, ends))
