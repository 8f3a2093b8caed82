"""A femoral cartilage mesh as the spline height field that the kernels use."""

import math

import numpy as np
from scipy.sparse import csr_array, kron
from scipy.sparse.linalg import splu

from trochlea.errors import FormatError
from trochlea.knee.groove import Groove
from trochlea.knee.mesh import SurfaceMesh
from trochlea.knee.rays import largest_hole
from trochlea.knee.trochlea import Trochlea, fit_height_field
from trochlea.motion.timeseries import Array
from trochlea.units import MILLIMETRE

ANGLES = (math.radians(-170), math.radians(100), 136)
"""First and last angle of the table about the axis, from the front upwards [rad], and their number: 2 degrees, about
0.7 mm on the groove."""

WIDTHS = (-0.048, 0.048, 97)
"""First and last z of the table from the groove [m], and their number: 1 mm, as fine as a segmented mesh."""

SMOOTHING = 0.4 * MILLIMETRE
"""Length below which bumps of the mesh are smoothed away [m]; a numerical choice, a third of a coarse mesh's edge."""

RUN_OUT = 6.0 * MILLIMETRE
"""Beyond the cartilage the surface goes on with the slope of its edge, which fades over this length [m]. Assumed."""

LEAST_RADIUS = 2.0 * MILLIMETRE
"""The surface beyond the cartilage comes no nearer to the axis [m]; a numerical choice."""

LARGEST_HOLE = 4.0 * MILLIMETRE**2
"""Largest gap inside the cartilage that the spline may bridge [m^2]. Assumed: about one contact point's area."""


def _basis(nodes: Array, at: Array, order: int) -> csr_array:
    """Values (0), slopes (1) or curvatures (2) at `at` of the cubic B-splines on even nodes, shape (at, nodes + 2)."""
    step = nodes[1] - nodes[0]
    place = (at - nodes[0]) / step
    cell = np.clip(np.floor(place).astype(np.int64), 0, nodes.size - 2)
    f = place - cell
    g = 1 - f
    weights = (
        [g**3 / 6, (4 + f**2 * (3 * f - 6)) / 6, (4 + g**2 * (3 * g - 6)) / 6, f**3 / 6],
        [-(g**2) / 2, f * (1.5 * f - 2), g * (2 - 1.5 * g), f**2 / 2],
        [g, 3 * f - 2, 3 * g - 2, f],
    )[order]
    columns = cell[:, None] + np.arange(4)
    rows = np.repeat(np.arange(at.size), 4)
    values = np.stack(weights, axis=1) / step**order
    return csr_array((values.ravel(), (rows, columns.ravel())), shape=(at.size, nodes.size + 2))


def fit_surface(groove: Groove) -> tuple[Array, Array, Array]:
    """Smooth the rays' distances and continue them over the whole table.

    Least squares of the distances plus squared bending, SMOOTHING^4 |D2 r|^2, and squared slope, so weighted that a
    slope at the edge of the cartilage fades over RUN_OUT: inside, the distances decide, outside, the penalties.

    Returns:
        Radius (angles, widths) [m], angles [rad], widths [m]; z from the groove.
    """
    theta, z = np.linspace(*ANGLES), np.linspace(*WIDTHS)
    is_met = np.isfinite(groove.distance)
    ray_z = groove.rays.v - groove.z
    is_met[:, (ray_z < WIDTHS[0]) | (ray_z > WIDTHS[1])] = False
    i, j = np.nonzero(is_met)
    along, across = _basis(theta, groove.rays.u[i], 0), _basis(z, ray_z[j], 0)
    design = _rowwise_product(along, across, (i.size, theta.size + 2, z.size + 2))
    weight = groove.radius * (groove.rays.u[1] - groove.rays.u[0]) * (ray_z[1] - ray_z[0])
    normal = weight * (design.T @ design)
    target = weight * (design.T @ groove.distance[i, j])
    # penalties on the nodes; the coordinate along the circle is radius times theta
    t = [_basis(theta, theta, order) / groove.radius**order for order in range(3)]
    w = [_basis(z, z, order) for order in range(3)]
    area = groove.radius * (theta[1] - theta[0]) * (z[1] - z[0])
    for a, b, factor in ((2, 0, 1.0), (0, 2, 1.0), (1, 1, 2.0), (1, 0, RUN_OUT**-2), (0, 1, RUN_OUT**-2)):
        penalty = kron(csr_array(t[a].T @ t[a]), csr_array(w[b].T @ w[b]), format="csr")
        normal = normal + SMOOTHING**4 * area * factor * penalty
    # symmetric and positive definite: no pivoting, ordered for a symmetric pattern
    solver = splu(normal.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0, options={"SymmetricMode": True})
    coefficients = solver.solve(target).reshape(theta.size + 2, z.size + 2)
    return t[0] @ coefficients @ w[0].T, theta, z


def _rowwise_product(a: csr_array, b: csr_array, shape: tuple[int, int, int]) -> csr_array:
    """Products of two matrices with four entries in each row, row by row: the design of a tensor spline.

    `shape` holds the rows and the columns of either matrix.
    """
    rows, n_a, n_b = shape
    columns = a.indices.reshape(rows, 4, 1) * n_b + b.indices.reshape(rows, 1, 4)
    values = a.data.reshape(rows, 4, 1) * b.data.reshape(rows, 1, 4)
    at = (np.repeat(np.arange(rows), 16), columns.ravel())
    return csr_array((values.ravel(), at), shape=(rows, n_a * n_b))


def build_femur(mesh: SurfaceMesh, groove: Groove, *, axis: tuple[float, float]) -> Trochlea:
    """The mesh's surface about its groove's axis, which is put at x, y of the femur frame; z = 0 in the groove.

    Args:
        mesh: Where refusals point to.
        groove: The rays' distances.
        axis: Where the groove's axis lies in the femur frame [m].

    Raises:
        FormatError: If the cartilage has a hole.
    """
    is_met = np.isfinite(groove.distance)
    cell = (groove.rays.u[1] - groove.rays.u[0]) * (groove.rays.v[1] - groove.rays.v[0])
    hole, i, j = largest_hole(is_met, np.full(is_met.shape, groove.radius * cell))
    if hole > LARGEST_HOLE:
        raise FormatError(
            mesh.path,
            f"hole at {math.degrees(groove.rays.u[i]):.0f} degrees from the front, z "
            f"{groove.rays.v[j] / MILLIMETRE:.0f} mm",
            f"{hole / MILLIMETRE**2:.0f} mm2 of the articular surface are missing; expected at most "
            f"{LARGEST_HOLE / MILLIMETRE**2:.0f} mm2: fill the hole in a mesh program",
        )
    radius, theta, z = fit_surface(groove)
    return fit_height_field(np.maximum(radius, LEAST_RADIUS), theta, z, axis=axis)
