"""The trochlear groove of a femoral cartilage mesh: its axis, deepest line and walls, seen along rays from the axis."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import FormatError
from trochlea.knee.mesh import SurfaceMesh, flipped, mesh_normals
from trochlea.knee.rays import Grid, farthest
from trochlea.motion.timeseries import Array
from trochlea.units import MILLIMETRE

RAY_ANGLES = (math.radians(-170), math.radians(100), 271)
"""First and last angle of the rays about the axis, from the front upwards [rad], and their number."""

RAY_SPACING = 0.5 * MILLIMETRE
"""Distance of the rays along the axis [m]."""

LEAST_DEPTH = 1.0 * MILLIMETRE
"""A row of rays whose lower wall rises less above the deepest point shows no groove [m]. Assumed."""

LEAST_ARC = math.radians(40)
"""Smallest arc over which the groove must be seen [rad]. Assumed; less does not fix its axis."""

FRONT = (math.radians(-85), math.radians(25))
"""Where the middle of the groove may lie about its axis, from the front upwards [rad]. Assumed: 30 degrees below the
front give or take 55; a quarter turn or a flipped axis falls outside."""

TOP_SHARE = 0.99
"""A wall's top is where it first reaches this share of its height, so that a flat top counts from its near edge [-]."""

AXIS_STEPS = 20
"""Most refinements of the axis."""

AXIS_TOLERANCE = 0.05 * MILLIMETRE
"""Movement of the axis at which it counts as found [m]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groove:
    """What a femoral cartilage mesh shows of the trochlear groove; the mesh's own frame.

    Attributes:
        axis: X and y of the circle's centre [m].
        radius: Circle through the deepest points [m].
        z: Median of the deepest points' z [m].
        lateral_rise: Median height of the lateral wall over the deepest point [m].
        medial_rise: [m].
        lateral_run: Median distance of the lateral wall's top from the deepest point [m].
        medial_run: [m].
        arc: First and last angle at which the groove is seen [rad].
        distance: Radius of the surface on the rays, NaN beyond the cartilage, shape (angles, widths) [m].
        rays: The rays: `rays.u` angles [rad], `rays.v` z [m].
    """

    axis: tuple[float, float]
    radius: float
    z: float
    lateral_rise: float
    medial_rise: float
    lateral_run: float
    medial_run: float
    arc: tuple[float, float]
    distance: Array
    rays: Grid


def radial_rays(axis: tuple[float, float], z: Array) -> Grid:
    """Rays from the axis outwards."""
    theta = np.linspace(*RAY_ANGLES)
    shape = (theta.size, z.size, 3)
    along = np.column_stack([np.cos(theta), np.sin(theta), np.zeros_like(theta)])
    origins = np.broadcast_to(np.array([*axis, 0.0]), shape) + np.array([0.0, 0.0, 1.0]) * z[None, :, None]
    return Grid(u=theta, v=z, origins=origins, directions=np.broadcast_to(along[:, None], shape))


def radial_distance(mesh: SurfaceMesh, axis: tuple[float, float]) -> tuple[Grid, Array]:
    """Rays from the axis over the mesh's width, and their distances to the surface."""
    low, high = mesh.vertices[:, 2].min(), mesh.vertices[:, 2].max()
    rays = radial_rays(axis, np.arange(low, high + RAY_SPACING, RAY_SPACING))
    from_axis = mesh.vertices[:, :2] - np.array(axis)
    place = np.column_stack([np.arctan2(from_axis[:, 1], from_axis[:, 0]), mesh.vertices[:, 2]])
    # a triangle across the back, where the angle jumps, lies outside the rays
    angles = place[mesh.faces, 0]
    kept = np.ptp(angles, axis=1) < math.pi
    front = replace(mesh, faces=mesh.faces[kept])
    return rays, farthest(front, place, rays, what="single-valued about the groove's axis")


def _valleys(distance: Array, rays: Grid) -> tuple[NDArray[np.int64], Array]:
    """Column of the deepest point and height of its lower wall, row by row; -1 and 0 where there is none [m]."""
    column = np.full(rays.u.size, -1, dtype=np.int64)
    depth = np.zeros(rays.u.size)
    for i, row in enumerate(distance):
        met = np.flatnonzero(np.isfinite(row))
        for run in np.split(met, np.flatnonzero(np.diff(met) > 1) + 1):
            if run.size < 3:
                continue
            height = row[run]
            lower = np.minimum(np.maximum.accumulate(height), np.maximum.accumulate(height[::-1])[::-1]) - height
            if lower.max() > depth[i]:
                depth[i], column[i] = lower.max(), run[np.argmax(lower)]
    return column, depth


def _circle(x: Array, y: Array) -> tuple[tuple[float, float], float]:
    """Centre and radius of the circle nearest to some points (algebraic fit)."""
    a, b, c = np.linalg.lstsq(np.column_stack([2 * x, 2 * y, np.ones_like(x)]), x * x + y * y, rcond=None)[0]
    return (float(a), float(b)), math.sqrt(c + a * a + b * b)


def outward(mesh: SurfaceMesh, axis: tuple[float, float]) -> SurfaceMesh:
    """The mesh wound so that most of its area faces away from the axis."""
    normals, areas = mesh_normals(mesh)
    centre = mesh.vertices[mesh.faces].mean(axis=1) - np.array([*axis, 0.0])
    radial = centre[:, :2] / np.linalg.norm(centre[:, :2], axis=1, keepdims=True)
    return mesh if areas @ (normals[:, :2] * radial).sum(axis=1) >= 0 else flipped(mesh)


def find_groove(mesh: SurfaceMesh) -> tuple[SurfaceMesh, Groove]:
    """Find the groove's axis: parallel to z, through the centre of the circle nearest to the deepest points.

    Returns:
        The mesh with its normals outward, and the groove.

    Raises:
        FormatError: If no groove is seen at the front, or the mesh is not single-valued about the axis.
    """
    axis, _ = _circle(mesh.vertices[:, 0], mesh.vertices[:, 1])
    mesh = outward(mesh, axis)
    for _ in range(AXIS_STEPS):
        rays, distance = radial_distance(mesh, axis)
        column, rows = _groove_rows(mesh, rays, distance)
        radii = distance[rows, column[rows]]
        angles = rays.u[rows]
        centre, radius = _circle(axis[0] + radii * np.cos(angles), axis[1] + radii * np.sin(angles))
        if math.dist(centre, axis) < AXIS_TOLERANCE:
            return mesh, _measure(rays, distance, column, rows, axis, radius)
        axis = centre
    raise FormatError(
        mesh.path,
        "groove",
        f"its axis is not found in {AXIS_STEPS} steps; expected deepest points along a circle: cut the mesh down to "
        "the articular surface of the femur",
    )


def _groove_rows(mesh: SurfaceMesh, rays: Grid, distance: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column of the deepest point of every row of rays, and the rows that show the groove."""
    column, depth = _valleys(distance, rays)
    rows = _longest_run(depth > LEAST_DEPTH)
    if rows.size == 0 or rays.u[rows[-1]] - rays.u[rows[0]] < LEAST_ARC:
        raise FormatError(
            mesh.path,
            "groove",
            f"no groove of {LEAST_DEPTH / MILLIMETRE:.0f} mm depth is seen over {math.degrees(LEAST_ARC):.0f} degrees "
            "of the front; expected femoral cartilage with x anterior, y proximal: check the axes and the file",
        )
    _check_front(mesh, 0.5 * float(rays.u[rows[0]] + rays.u[rows[-1]]))
    return column, rows


def _check_front(mesh: SurfaceMesh, middle: float) -> None:
    """Refuse a groove that faces another way than a femur's."""
    if not FRONT[0] < middle < FRONT[1]:
        low, high = (round(math.degrees(angle)) for angle in FRONT)
        raise FormatError(
            mesh.path,
            "direction",
            f"the middle of the groove lies {math.degrees(middle):.0f} degrees above the front; expected {low} to "
            f"{high}: check the axes",
        )


def _longest_run(is_in: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices of the longest run of True."""
    chosen = np.flatnonzero(is_in).astype(np.int64)
    return max(np.split(chosen, np.flatnonzero(np.diff(chosen) > 1) + 1), key=len)


def _wall(height: Array, step: float) -> tuple[float, float]:
    """Height of a wall and distance of its top; heights go outwards from the deepest point [m]."""
    rise = height - height[0]
    top = int(np.argmax(rise >= TOP_SHARE * np.nanmax(rise)))
    return float(rise[top]), top * step


def _measure(
    rays: Grid,
    distance: Array,
    column: NDArray[np.int64],
    rows: NDArray[np.int64],
    axis: tuple[float, float],
    radius: float,
) -> Groove:
    """Median walls over the rows that show the groove."""
    walls = []
    step = rays.v[1] - rays.v[0]
    for row in rows:
        lateral = _wall(distance[row, column[row] :], step)
        medial = _wall(distance[row, column[row] :: -1], step)
        walls.append([rays.v[column[row]], lateral[0], medial[0], lateral[1], medial[1]])
    z, lateral_rise, medial_rise, lateral_run, medial_run = np.median(walls, axis=0)
    return Groove(
        axis=axis,
        radius=radius,
        z=float(z),
        lateral_rise=float(lateral_rise),
        medial_rise=float(medial_rise),
        lateral_run=float(lateral_run),
        medial_run=float(medial_run),
        arc=(float(rays.u[rows[0]]), float(rays.u[rows[-1]])),
        distance=distance,
        rays=rays,
    )
