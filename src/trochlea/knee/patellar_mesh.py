"""A patellar cartilage mesh as weighted contact points, with its median ridge and size."""

import math
from dataclasses import dataclass, replace

import numpy as np
import trimesh
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import KDTree

from trochlea.errors import FormatError
from trochlea.knee.mesh import SurfaceMesh, flipped, mesh_normals
from trochlea.knee.rays import Grid, farthest, largest_hole
from trochlea.motion.timeseries import Array
from trochlea.units import MILLIMETRE

RAY_SPACING = 0.5 * MILLIMETRE
"""Distance of the rays that look for holes and for the ridge [m]."""

LARGEST_HOLE = 4.0 * MILLIMETRE**2
"""Largest gap inside the cartilage that goes unnoticed by the contact points [m^2]. Assumed, as for the femur."""

FACING = -0.2
"""A triangle belongs to the articular surface if its normal's x is below this: it looks at the femur [-]. Assumed;
leaves out the rim of a mesh that also holds the side towards the bone."""

LEAST_FACING_SHARE = 0.4
"""Smallest share of the area that must look at the femur [-]. Assumed: a closed cartilage has about half."""

RIDGE_BAND = (0.2, 0.8)
"""Share of the width and of the height in which the ridge is looked for [-]. Assumed."""

RIDGE_SMOOTHING = 1.5 * MILLIMETRE
"""Bumps shorter than this are no ridge [m]. Assumed."""

TRIANGLES_PER_POINT = 4
"""Triangles are divided until there are so many for each contact point; a numerical choice."""

LLOYD_STEPS = 8
"""Rounds in which the contact points move to the middle of their own areas; a numerical choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatellarSurface:
    """The articular triangles of one patella in the mesh's own frame, and what they measure.

    Attributes:
        mesh: The articular triangles, normals towards the femur.
        low: Smallest y and z [m].
        high: Largest y and z [m].
        ridge: z of the median ridge at y = 0 [m] and its slope over y [-].
        ridge_x: Mean x of the ridge, the surface's most posterior line [m].
        lateral_rise: Mean height of the lateral edge of RIDGE_BAND over the ridge [m].
        medial_rise: [m].
    """

    mesh: SurfaceMesh
    low: tuple[float, float]
    high: tuple[float, float]
    ridge: tuple[float, float]
    ridge_x: float
    lateral_rise: float
    medial_rise: float


def articular_surface(mesh: SurfaceMesh) -> SurfaceMesh:
    """The triangles that look at the femur.

    Raises:
        FormatError: If too few do.
    """
    normals, areas = mesh_normals(mesh)
    inside_out = mesh.is_closed and (mesh.vertices[mesh.faces].mean(axis=1) * normals).sum(axis=1) @ areas < 0
    if inside_out or (not mesh.is_closed and areas @ normals[:, 0] > 0):
        mesh, normals = flipped(mesh), -normals
    faces_femur = normals[:, 0] < FACING
    share = areas[faces_femur].sum() / areas.sum()
    if share < LEAST_FACING_SHARE:
        raise FormatError(
            mesh.path,
            "direction",
            f"{100 * share:.0f} % of the area looks posteriorly; expected at least {100 * LEAST_FACING_SHARE:.0f} % "
            "of a patellar cartilage: check the axes and the file",
        )
    return replace(mesh, faces=mesh.faces[faces_femur], is_closed=False)


def _depth_map(mesh: SurfaceMesh) -> tuple[Grid, Array]:
    """Rays from the front to the back, and how far back (x) each meets the surface, NaN beside it [m]."""
    corners = mesh.vertices[np.unique(mesh.faces)]
    (y0, z0), (y1, z1) = corners[:, 1:].min(axis=0), corners[:, 1:].max(axis=0)
    y, z = np.arange(y0, y1 + RAY_SPACING, RAY_SPACING), np.arange(z0, z1 + RAY_SPACING, RAY_SPACING)
    front = corners[:, 0].max() + MILLIMETRE
    origins = np.stack(np.broadcast_arrays(front, y[:, None], z[None, :]), axis=-1)
    rays = Grid(u=y, v=z, origins=origins, directions=np.broadcast_to([-1.0, 0.0, 0.0], origins.shape))
    return rays, front - farthest(mesh, mesh.vertices[:, 1:], rays, what="single-valued seen from the front")


def _ridge(rays: Grid, x: Array) -> tuple[tuple[float, float], float, float, float]:
    """Line of the most posterior points of every row: z = first + second y; its mean x; rises of both sides."""
    is_met = np.isfinite(x)
    known = gaussian_filter(is_met.astype(float), RIDGE_SMOOTHING / RAY_SPACING)
    smooth = gaussian_filter(np.where(is_met, x, 0.0), RIDGE_SMOOTHING / RAY_SPACING) / np.maximum(known, 1e-9)
    rows, columns = (
        slice(round(RIDGE_BAND[0] * axis.size), round(RIDGE_BAND[1] * axis.size)) for axis in (rays.u, rays.v)
    )
    band = np.where(is_met, smooth, np.inf)[rows, columns]
    deepest = np.argmin(band, axis=1)
    y, z = rays.u[rows], rays.v[columns][deepest]
    is_inside = (deepest > 0) & (deepest < band.shape[1] - 1)  # at the band's edge a row has no ridge
    if is_inside.sum() < 2:
        is_inside[:] = True
    # the median slope between all pairs of rows, and the median height: a row without a clear ridge does not count
    i, j = np.triu_indices(int(is_inside.sum()), 1)
    y, z = y[is_inside], z[is_inside]
    slope = float(np.median((z[j] - z[i]) / (y[j] - y[i])))
    first = float(np.median(z - slope * y))
    lowest = band.min(axis=1)
    rises = [float(np.median(edge[np.isfinite(edge)])) for edge in (band[:, -1] - lowest, band[:, 0] - lowest)]
    return (first, slope), float(np.median(lowest)), rises[0], rises[1]


def measure_patella(mesh: SurfaceMesh) -> PatellarSurface:
    """Articular triangles, extent and median ridge.

    Raises:
        FormatError: If the surface does not look at the femur, is folded, or has a hole.
    """
    surface = articular_surface(mesh)
    rays, x = _depth_map(surface)
    is_met = np.isfinite(x)
    hole, i, j = largest_hole(is_met, np.full(is_met.shape, RAY_SPACING**2))
    if hole > LARGEST_HOLE:
        raise FormatError(
            mesh.path,
            f"hole at y {rays.u[i] / MILLIMETRE:.0f}, z {rays.v[j] / MILLIMETRE:.0f} mm",
            f"{hole / MILLIMETRE**2:.0f} mm2 of the articular surface are missing; expected at most "
            f"{LARGEST_HOLE / MILLIMETRE**2:.0f} mm2: fill the hole in a mesh program",
        )
    corners = surface.vertices[np.unique(surface.faces)]
    ridge, ridge_x, lateral, medial = _ridge(rays, x)
    low, high = corners[:, 1:].min(axis=0), corners[:, 1:].max(axis=0)
    return PatellarSurface(
        mesh=surface,
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
        ridge=ridge,
        ridge_x=ridge_x,
        lateral_rise=lateral,
        medial_rise=medial,
    )


def contact_points(surface: PatellarSurface, n_points: int) -> tuple[Array, Array]:
    """Spread points evenly over the articular surface: each stands for the triangles that are nearest to it.

    Every triangle belongs to one point, so the areas sum to the mesh's; a point lies in the middle of a triangle, so on
    the surface itself. With as many points as triangles every triangle is its own.

    Returns:
        Points (points, 3) [m], areas (points,) [m^2].
    """
    centres, areas = _fine_triangles(surface.mesh, n_points)
    seeds = _spread(centres, n_points)
    points = centres[seeds]
    for _ in range(LLOYD_STEPS if n_points < len(centres) else 0):
        owner = KDTree(points).query(centres)[1]
        weight = np.bincount(owner, areas, n_points)
        middle = np.column_stack([np.bincount(owner, areas * centres[:, k], n_points) for k in range(3)])
        points = centres[KDTree(centres).query(middle / weight[:, None])[1]]
    owner = KDTree(points).query(centres)[1]
    return points, np.bincount(owner, areas, n_points).astype(np.float64)


def _fine_triangles(mesh: SurfaceMesh, n_points: int) -> tuple[Array, Array]:
    """Middles and areas of the triangles, divided where there are too few for so many points."""
    vertices, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces)
    while n_points != len(faces) and len(faces) < TRIANGLES_PER_POINT * n_points:
        vertices, faces = trimesh.remesh.subdivide(vertices, faces)[:2]
    fine = replace(mesh, vertices=vertices, faces=faces)
    return vertices[faces].mean(axis=1), mesh_normals(fine)[1]


def _spread(points: Array, number: int) -> NDArray[np.int64]:
    """Indices of points that are far from each other: each is the farthest from all before it."""
    chosen = np.empty(number, dtype=np.int64)
    distance = np.full(len(points), math.inf)
    chosen[0] = int(np.argmin(np.linalg.norm(points - points.mean(axis=0), axis=1)))
    for n in range(1, number):
        step = points - points[chosen[n - 1]]
        np.minimum(distance, (step * step).sum(axis=1), out=distance)
        chosen[n] = int(np.argmax(distance))
    return chosen
