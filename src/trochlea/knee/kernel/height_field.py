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
    """Weights of the four coefficients of a uniform cubic B-spline at fraction f: of value, slope and curvature."""
    g = 1.0 - f
    f2, g2 = f * f, g * g
    return (
        (g * g2 / 6.0, (4.0 + f2 * (3.0 * f - 6.0)) / 6.0, (4.0 + g2 * (3.0 * g - 6.0)) / 6.0, f * f2 / 6.0),
        (-0.5 * g2, f * (1.5 * f - 2.0), g * (2.0 - 1.5 * g), 0.5 * f2),
        (g, 3.0 * f - 2.0, 3.0 * g - 2.0, f),
    )


@compiled
def radius(table, i, j, along, across):
    """R alone, from the weights of value along theta and z."""
    r = 0.0
    for m in range(4):
        r += along[m] * (
            across[0] * table[i + m, j, 0]
            + across[1] * table[i + m, j + 1, 0]
            + across[2] * table[i + m, j + 2, 0]
            + across[3] * table[i + m, j + 3, 0]
        )
    return r


@compiled
def height(table, i, j, along_theta, along_z, dtheta, dz, theta_inside, z_inside, out):
    """Write value, d/dtheta, d/dz, d2/dtheta2, d2/dtheta dz, d2/dz2 of R and C to out (2, 6); weights from `basis`."""
    p, q = theta_inside / dtheta, z_inside / dz
    along, along_slope, along_curvature = along_theta
    (a0, a1, a2, a3), (b0, b1, b2, b3), (c0, c1, c2, c3) = along_z
    for n in range(2):
        value, by_theta, by_theta2, by_z, by_both, by_z2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for m in range(4):
            t0, t1, t2, t3 = table[i + m, j, n], table[i + m, j + 1, n], table[i + m, j + 2, n], table[i + m, j + 3, n]
            v = a0 * t0 + a1 * t1 + a2 * t2 + a3 * t3
            s = b0 * t0 + b1 * t1 + b2 * t2 + b3 * t3
            c = c0 * t0 + c1 * t1 + c2 * t2 + c3 * t3
            value += along[m] * v
            by_theta += along_slope[m] * v
            by_theta2 += along_curvature[m] * v
            by_z += along[m] * s
            by_both += along_slope[m] * s
            by_z2 += along[m] * c
        out[n, 0], out[n, 1], out[n, 2] = value, p * by_theta, q * by_z
        out[n, 3], out[n, 4], out[n, 5] = p * p * by_theta2, p * q * by_both, q * q * by_z2


@compiled
def surface(table, grid, theta, z, out):
    """R and C with their derivatives at one place; True inside the table."""
    i, f, theta_inside = cell(theta, grid[2], grid[3], table.shape[0])
    j, g, z_inside = cell(z, grid[4], grid[5], table.shape[1])
    height(table, i, j, basis(f), basis(g), grid[3], grid[5], theta_inside, z_inside, out)
    return theta_inside * z_inside > 0.0


@compiled
def polar(x, y, grid):
    """Radius and angle about the axis."""
    dx, dy = x - grid[0], y - grid[1]
    return math.sqrt(dx * dx + dy * dy), math.atan2(dy, dx)
