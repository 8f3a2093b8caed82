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
def along(c0, c1, c2, c3, f):
    """Uniform cubic B-spline of four coefficients at fraction f: value, slope and curvature."""
    g = 1.0 - f
    f2, g2 = f * f, g * g
    value = (g * g2 * c0 + f * f2 * c3) / 6.0
    value += ((4.0 + f2 * (3.0 * f - 6.0)) * c1 + (4.0 + g2 * (3.0 * g - 6.0)) * c2) / 6.0
    slope = 0.5 * (f2 * c3 - g2 * c0) + f * (1.5 * f - 2.0) * c1 + g * (2.0 - 1.5 * g) * c2
    curvature = g * c0 + (3.0 * f - 2.0) * c1 + (3.0 * g - 2.0) * c2 + f * c3
    return value, slope, curvature


@compiled
def height(table, i, j, f, g, dtheta, dz, theta_inside, z_inside, out):
    """Write value, d/dtheta, d/dz, d2/dtheta2, d2/dtheta dz, d2/dz2 of R and C to out (2, 6)."""
    p, q = theta_inside / dtheta, z_inside / dz
    for n in range(2):
        # four splines along z, then one along theta for each of their value, slope and curvature
        v0, s0, c0 = along(table[i, j, n], table[i, j + 1, n], table[i, j + 2, n], table[i, j + 3, n], g)
        i1, i2, i3 = i + 1, i + 2, i + 3
        v1, s1, c1 = along(table[i1, j, n], table[i1, j + 1, n], table[i1, j + 2, n], table[i1, j + 3, n], g)
        v2, s2, c2 = along(table[i2, j, n], table[i2, j + 1, n], table[i2, j + 2, n], table[i2, j + 3, n], g)
        v3, s3, c3 = along(table[i3, j, n], table[i3, j + 1, n], table[i3, j + 2, n], table[i3, j + 3, n], g)
        value, by_theta, by_theta2 = along(v0, v1, v2, v3, f)
        by_z, by_both, _ = along(s0, s1, s2, s3, f)
        by_z2, _, _ = along(c0, c1, c2, c3, f)
        out[n, 0], out[n, 1], out[n, 2] = value, p * by_theta, q * by_z
        out[n, 3], out[n, 4], out[n, 5] = p * p * by_theta2, p * q * by_both, q * q * by_z2


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
