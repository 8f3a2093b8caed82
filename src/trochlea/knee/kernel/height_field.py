"""The femur as a height field R(theta, z) about a medio-lateral axis, by bicubic B-splines (C2).

`table[i, j, 0]` holds the coefficients of the radius R, `table[i, j, 1]` those of the slope cosine C: the cosine
of the angle between the radius and the surface normal. `grid` = (axis x, axis y, theta0, dtheta, z0, dz).
Outside the table the coordinate is clipped and every derivative along it is zero, so that energy, gradient and
Hessian belong to the same function.
"""

import math

from trochlea.knee.kernel_cache import compiled


@compiled
def cell(coordinate, start, step, n):
    """Index of the first coefficient, position in the cell, and 1.0 inside or 0.0 outside the table."""
    s = (coordinate - start) / step
    top = n - 3.0
    inside = 1.0
    if s < 0.0:
        s, inside = 0.0, 0.0
    elif s > top:
        s, inside = top, 0.0
    i = min(int(s), n - 4)
    return i, s - i, inside


@compiled
def basis(f):
    """Uniform cubic B-spline at fraction f: four values, slopes and curvatures."""
    g = 1.0 - f
    value = (
        g * g * g / 6.0,
        (4.0 - 6.0 * f * f + 3.0 * f**3) / 6.0,
        (4.0 - 6.0 * g * g + 3.0 * g**3) / 6.0,
        f**3 / 6.0,
    )
    slope = (-0.5 * g * g, f * (1.5 * f - 2.0), g * (2.0 - 1.5 * g), 0.5 * f * f)
    curvature = (g, 3.0 * f - 2.0, 3.0 * g - 2.0, f)
    return value, slope, curvature


@compiled
def height(table, i, j, f, g, dtheta, dz, theta_inside, z_inside, out):
    """Write value, d/dtheta, d/dz, d2/dtheta2, d2/dtheta dz, d2/dz2 of R and C to out (2, 6)."""
    bi, si, ci = basis(f)
    bj, sj, cj = basis(g)
    out[:] = 0.0
    for k in range(4):
        for m in range(4):
            for field in range(2):
                c = table[i + k, j + m, field]
                out[field, 0] += bi[k] * bj[m] * c
                out[field, 1] += si[k] * bj[m] * c
                out[field, 2] += bi[k] * sj[m] * c
                out[field, 3] += ci[k] * bj[m] * c
                out[field, 4] += si[k] * sj[m] * c
                out[field, 5] += bi[k] * cj[m] * c
    p, q = theta_inside / dtheta, z_inside / dz
    for field in range(2):
        out[field, 1] *= p
        out[field, 2] *= q
        out[field, 3] *= p * p
        out[field, 4] *= p * q
        out[field, 5] *= q * q


@compiled
def surface(table, grid, theta, z, out):
    """R and C with their derivatives at one place; True inside the table."""
    i, f, theta_inside = cell(theta, grid[2], grid[3], table.shape[0])
    j, g, z_inside = cell(z, grid[4], grid[5], table.shape[1])
    height(table, i, j, f, g, grid[3], grid[5], theta_inside, z_inside, out)
    return theta_inside * z_inside > 0.0


@compiled
def polar(x, y, grid):
    """Radius and angle about the axis."""
    dx, dy = x - grid[0], y - grid[1]
    return math.sqrt(dx * dx + dy * dy), math.atan2(dy, dx)
