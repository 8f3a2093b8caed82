"""Cartilage as an elastic foundation: both layers lumped, pressure from the rounded overlap s(depth).

depth = (R - r) C is the overlap of the undeformed surfaces along the femur's normal. s rounds the corner at first
touch, so that the energy is smooth: it is 0 below -d and the depth itself above d, and its slope is the cubic
smoothstep between.
"""

from trochlea.knee.kernel.foundation import foundation
from trochlea.knee.kernel.height_field import basis, cell, height, polar, radius
from trochlea.knee.kernel.motion import add_point, rotate
from trochlea.knee.kernel_cache import compiled

STEEPEST = 6.0
"""One over the smallest slope cosine of any femur, 80 degrees: points farther away than this many rounding lengths
along the radius are farther than one along the normal, and are skipped. `fit_height_field` keeps to it."""


@compiled
def rounded_depth(depth, d):
    """s, ds/ddepth and d2s/ddepth2."""
    if depth <= -d:
        return 0.0, 0.0, 0.0
    if depth >= d:
        return depth, 1.0, 0.0
    x = 0.5 * (depth + d) / d
    return 2.0 * d * x * x * x * (1.0 - 0.5 * x), x * x * (3.0 - 2.0 * x), 3.0 * x * (1.0 - x) / d


@compiled
def add_contact(rotation, t, points, areas, table, bound, grid, law, a, b, field, gradient, hessian):
    """Add the foundation's gradient and Hessian; return its energy. `law`: see `foundation`."""
    energy = 0.0
    for n in range(points.shape[0]):
        rotate(rotation, points[n], a)
        r, theta = polar(a[0] + t[0], a[1] + t[1], grid)
        i, f, theta_inside = cell(theta, grid[2], grid[3], table.shape[0])
        j, g, z_inside = cell(a[2] + t[2], grid[4], grid[5], table.shape[1])
        if bound[i, j] - r < -STEEPEST * law[1]:
            continue
        along_theta, along_z = basis(f), basis(g)
        if radius(table, i, j, along_theta[0], along_z[0]) - r < -STEEPEST * law[1]:
            continue
        height(table, i, j, along_theta, along_z, grid[3], grid[5], theta_inside, z_inside, field)
        gap, c = field[0, 0] - r, field[1, 0]
        depth = gap * c
        if depth <= -law[1]:
            continue
        s, s1, s2 = rounded_depth(depth, law[1])
        work, pressure, slope = foundation(s, law)
        energy += areas[n] * work
        force, stiffness = areas[n] * pressure * s1, areas[n] * (slope * s1 * s1 + pressure * s2)
        # derivatives of depth along (radius, circumference, z)
        p_t = field[0, 1] * c + gap * field[1, 1]
        d_r, d_t, d_z = -c, p_t / r, field[0, 2] * c + gap * field[1, 2]
        rt = (-field[1, 1] - d_t) / r
        rz = -field[1, 2]
        tt = (field[0, 3] * c + 2.0 * field[0, 1] * field[1, 1] + gap * field[1, 3]) / (r * r) + d_r / r
        tz = (field[0, 4] * c + field[0, 1] * field[1, 2] + field[0, 2] * field[1, 1] + gap * field[1, 4]) / r
        zz = field[0, 5] * c + 2.0 * field[0, 2] * field[1, 2] + gap * field[1, 5]
        # energy's second derivatives in the same axes, then turned to x and y
        w_rr = stiffness * d_r * d_r
        w_rt = stiffness * d_r * d_t + force * rt
        w_tt = stiffness * d_t * d_t + force * tt
        w_rz = stiffness * d_r * d_z + force * rz
        w_tz = stiffness * d_t * d_z + force * tz
        co, si = (a[0] + t[0] - grid[0]) / r, (a[1] + t[1] - grid[1]) / r
        b[0], b[1], b[2] = force * (co * d_r - si * d_t), force * (si * d_r + co * d_t), force * d_z
        add_point(
            a,
            b,
            co * co * w_rr - 2.0 * co * si * w_rt + si * si * w_tt,
            co * si * (w_rr - w_tt) + (co * co - si * si) * w_rt,
            co * w_rz - si * w_tz,
            si * si * w_rr + 2.0 * co * si * w_rt + co * co * w_tt,
            si * w_rz + co * w_tz,
            stiffness * d_z * d_z + force * zz,
            gradient,
            hessian,
        )
    return energy


@compiled
def contact_field(rotation, t, points, areas, table, grid, law, a, field, pressure, depth, force):
    """Write pressure [Pa], overlap [m] and force on the patella [N] of each point; False if some is off the table."""
    is_on_table = True
    for n in range(points.shape[0]):
        rotate(rotation, points[n], a)
        r, theta = polar(a[0] + t[0], a[1] + t[1], grid)
        i, f, theta_inside = cell(theta, grid[2], grid[3], table.shape[0])
        j, g, z_inside = cell(a[2] + t[2], grid[4], grid[5], table.shape[1])
        height(table, i, j, basis(f), basis(g), grid[3], grid[5], theta_inside, z_inside, field)
        gap, c = field[0, 0] - r, field[1, 0]
        s, s1, _ = rounded_depth(gap * c, law[1])
        if gap > 0.0 and theta_inside * z_inside == 0.0:
            is_on_table = False
        pressure[n] = foundation(s, law)[1]
        depth[n] = gap * c
        d_r, d_t, d_z = -c, (field[0, 1] * c + gap * field[1, 1]) / r, field[0, 2] * c + gap * field[1, 2]
        co, si = (a[0] + t[0] - grid[0]) / r, (a[1] + t[1] - grid[1]) / r
        f_n = -areas[n] * pressure[n] * s1
        force[n, 0], force[n, 1], force[n, 2] = f_n * (co * d_r - si * d_t), f_n * (si * d_r + co * d_t), f_n * d_z
    return is_on_table
