"""Where rays meet a triangle mesh: rays that form an even grid in two coordinates of the mesh's own vertices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from trochlea.errors import FormatError
from trochlea.knee.mesh import SurfaceMesh, mesh_normals
from trochlea.motion.timeseries import Array
from trochlea.units import MILLIMETRE

EDGE = 1e-7
"""Tolerance on barycentric coordinates, so that no ray slips through between two triangles [-]."""

SAME_SHEET = 0.1 * MILLIMETRE
"""Two crossings nearer than this lie on one surface [m]; a numerical choice, below any imaging resolution."""

FOLDED_SHARE = 0.002
"""Share of the rays that may meet two sheets, as at a folded edge of a segmentation [-]. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One ray for each pair of even coordinates u, v.

    Attributes:
        u: Shape (n_u,).
        v: Shape (n_v,).
        origins: Shape (n_u, n_v, 3) [m].
        directions: Unit vectors, shape (n_u, n_v, 3).
    """

    u: Array
    v: Array
    origins: Array
    directions: Array


def _candidates(corners: Array, grid: Grid) -> tuple[NDArray[np.int64], ...]:
    """Triangle, row and column of every ray inside a triangle's bounding box; corners (triangles, 3, 2) in u, v."""
    first, count = [], []
    for k, axis in enumerate((grid.u, grid.v)):
        low, high = corners[:, :, k].min(axis=1), corners[:, :, k].max(axis=1)
        step = axis[1] - axis[0]
        start = np.clip(np.ceil((low - axis[0]) / step - EDGE), 0, axis.size).astype(np.int64)
        stop = np.clip(np.floor((high - axis[0]) / step + EDGE), -1, axis.size - 1).astype(np.int64)
        first.append(start)
        count.append(np.maximum(stop - start + 1, 0))
    total = count[0] * count[1]
    triangle = np.repeat(np.arange(len(corners)), total)
    within = np.arange(triangle.size) - np.repeat(np.cumsum(total) - total, total)
    row, column = np.divmod(within, np.maximum(count[1], 1)[triangle])
    return triangle, first[0][triangle] + row, first[1][triangle] + column


def farthest(mesh: SurfaceMesh, place: Array, grid: Grid, *, what: str) -> Array:
    """Distance along each ray to the surface that faces away from the ray's origin; NaN where it misses.

    Args:
        mesh: The surface; triangles that face the rays' origins are its other side and are left out.
        place: Coordinates u, v of every vertex, shape (vertices, 2).
        grid: The rays; in u, v each is the point where it meets the surface.
        what: Says in a refusal what the surface should be a single value of.

    Returns:
        Shape (n_u, n_v) [m].

    Raises:
        FormatError: If many rays meet two sheets of the surface.
    """
    triangle, i, j = _candidates(place[mesh.faces], grid)
    normals, _ = mesh_normals(mesh)
    origin, along = grid.origins[i, j], grid.directions[i, j]
    a, b, c = (mesh.vertices[mesh.faces[triangle, k]] for k in range(3))
    # ray against triangle by Cramer's rule: origin + r along = a + s (b - a) + t (c - a)
    side_b, side_c, out = b - a, c - a, origin - a
    p, q = np.cross(along, side_c), np.cross(out, side_b)
    det = (side_b * p).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        s, t = (out * p).sum(axis=1) / det, (along * q).sum(axis=1) / det
        r = (side_c * q).sum(axis=1) / det
        is_inside = (s >= -EDGE) & (t >= -EDGE) & (s + t <= 1 + EDGE)  # False where the ray runs in the triangle
    is_hit = is_inside & (r > 0) & ((normals[triangle] * along).sum(axis=1) > 0)
    i, j, r = i[is_hit], j[is_hit], r[is_hit]
    nearest, distance = (np.full((grid.u.size, grid.v.size), fill) for fill in (np.inf, -np.inf))
    np.minimum.at(nearest, (i, j), r)
    np.maximum.at(distance, (i, j), r)
    is_met = distance > -np.inf
    is_folded = is_met & (distance - np.where(is_met, nearest, 0.0) > SAME_SHEET)
    if is_folded.sum() > FOLDED_SHARE * max(is_met.sum(), 1):
        row, column = np.argwhere(is_folded)[is_folded.sum() // 2]
        at = (grid.origins[row, column] + distance[row, column] * grid.directions[row, column]) / MILLIMETRE
        raise FormatError(
            mesh.path,
            f"near ({at[0]:.0f}, {at[1]:.0f}, {at[2]:.0f}) mm",
            f"{100 * is_folded.sum() / is_met.sum():.1f} % of the rays meet two sheets, so the surface is not {what}; "
            "cut the mesh down to the articular surface of one cartilage, and check the axes",
        )
    return np.where(is_met, distance, np.nan)


def largest_hole(is_met: NDArray[np.bool_], cell_areas: Array) -> tuple[float, int, int]:
    """Area [m^2] and place (row, column) of the largest gap that the surface encloses; area 0 if there is none."""
    labels = np.empty(is_met.shape, dtype=np.int64)
    label(~is_met, output=labels)
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    areas = np.bincount(labels.ravel(), weights=cell_areas.ravel(), minlength=int(labels.max()) + 1)
    areas[0] = 0.0
    areas[border] = 0.0
    worst = int(np.argmax(areas))
    rows, columns = np.nonzero(labels == worst)
    return float(areas[worst]), int(rows.mean()), int(columns.mean())
