"""Quadriceps heads: given tension along the shortest path over a cylinder on the distal femur.

Unrolled, the path over the cylinder is a straight line: length^2 = planar length^2 + dz^2, where the planar path is
tangent, arc, tangent. The planar length's gradient is the unit tangent at the insertion and its Hessian the
curvature of the wave front, one over the free length.
"""

import math

from trochlea.knee.kernel.motion import add_point, rotate
from trochlea.knee.kernel_cache import compiled

ALONG_AXIS = 1e-12
"""A planar path shorter than this runs along the cylinder's axis [m]."""


@compiled
def straight_path(dx, dy, straight):
    """`planar_path` where nothing is in the way."""
    x, y = dx / straight, dy / straight
    return straight, x, y, y * y / straight, -x * y / straight, x * x / straight, -x, -y, False


@compiled
def planar_path(px, py, ox, oy, radius):
    """Path from origin o to insertion p in front of a circle at zero.

    Returns length, its gradient at p (2) and Hessian at p (xx, xy, yy), direction at o away from p (2), is wrapped.
    An insertion that has sunk into the circle keeps the path around it, so that length and gradient stay continuous.
    """
    dx, dy = px - ox, py - oy
    straight = math.sqrt(dx * dx + dy * dy)
    if straight < ALONG_AXIS:
        return ALONG_AXIS, 1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, False
    rp, ro = math.sqrt(px * px + py * py), math.sqrt(ox * ox + oy * oy)
    along = -(ox * dx + oy * dy) / straight
    # distance of the straight line in front (+) of the centre: cross product of the line's direction and o
    front = (ox * dy - oy * dx) / -straight
    if front >= radius or along <= 0.0 or ro <= radius or rp < ALONG_AXIS:
        return straight_path(dx, dy, straight)
    if rp > radius and along >= straight:
        return straight_path(dx, dy, straight)
    tangent_o = math.sqrt(ro * ro - radius * radius)
    angle_o = math.atan2(oy, ox) - math.atan2(tangent_o, radius)
    vx, vy = (ox - radius * math.cos(angle_o)) / tangent_o, (oy - radius * math.sin(angle_o)) / tangent_o
    if rp <= radius:
        arc = angle_o - math.atan2(py, px)
        if arc <= 0.0:
            return straight_path(dx, dy, straight)
        x, y = px / rp, py / rp
        k, sunk = radius / (rp * rp), radius - rp
        slant = math.sqrt(tangent_o * tangent_o + sunk * sunk)
        rise = sunk / slant  # the straight part ends at the depth of the insertion
        rr, tt = tangent_o * tangent_o / (slant * slant * slant), -rise / rp
        return (
            radius * arc + slant,
            k * py - rise * x,
            -k * px - rise * y,
            -2.0 * k * x * y + rr * x * x + tt * y * y,
            k * (x * x - y * y) + (rr - tt) * x * y,
            2.0 * k * x * y + rr * y * y + tt * x * x,
            vx,
            vy,
            True,
        )
    tangent_p = math.sqrt(rp * rp - radius * radius)
    angle_p = math.atan2(py, px) + math.atan2(tangent_p, radius)
    arc = angle_o - angle_p
    if arc <= 0.0:
        return straight_path(dx, dy, straight)
    ux, uy = (px - radius * math.cos(angle_p)) / tangent_p, (py - radius * math.sin(angle_p)) / tangent_p
    length = tangent_p + radius * arc + tangent_o
    bend = 1.0 / tangent_p
    return length, ux, uy, bend * uy * uy, -bend * ux * uy, bend * ux * ux, vx, vy, True


@compiled
def resting(px, py, radius):
    """Outward direction at p (2), and how far p has sunk below the radius (0 where it has not)."""
    rp = math.sqrt(px * px + py * py)
    if rp >= radius or rp < ALONG_AXIS:
        return 0.0, 0.0, 0.0
    return px / rp, py / rp, radius - rp


@compiled
def add_heads(rotation, t, ends, origins, tension, wrap, a, b, gradient, hessian):
    """Add the heads' gradient and Hessian; return their energy.

    `wrap` = (axis x, axis y, radius, stiffness [N/m]): an insertion that sinks below the radius rests on the femur.
    """
    energy = 0.0
    for n in range(ends.shape[0]):
        if tension[n] == 0.0:
            continue
        rotate(rotation, ends[n], a)
        flat, gx, gy, xx, xy, yy, _, _, _ = planar_path(
            a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], origins[n, 0] - wrap[0], origins[n, 1] - wrap[1], wrap[2]
        )
        dz = a[2] + t[2] - origins[n, 2]
        length = math.sqrt(flat * flat + dz * dz)
        c, s = flat / length, dz / length
        pull = tension[n]
        energy += pull * length
        b[0], b[1], b[2] = pull * c * gx, pull * c * gy, pull * s
        bend, stretch, cross = pull * c, pull * s * s / length, -pull * s * c / length
        x, y, sunk = resting(a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], wrap[2])
        rest, side = 0.0, 0.0
        if sunk > 0.0:
            energy += 0.5 * wrap[3] * sunk * sunk
            b[0] -= wrap[3] * sunk * x
            b[1] -= wrap[3] * sunk * y
            rest, side = wrap[3], -wrap[3] * sunk / (wrap[2] - sunk)
        add_point(
            a,
            b,
            bend * xx + stretch * gx * gx + rest * x * x + side * y * y,
            bend * xy + stretch * gx * gy + (rest - side) * x * y,
            cross * gx,
            bend * yy + stretch * gy * gy + rest * y * y + side * x * x,
            cross * gy,
            pull * c * c / length,
            gradient,
            hessian,
        )
    return energy


@compiled
def head_force(rotation, t, ends, origins, tension, wrap, a, on_patella, on_femur):
    """Write each head's force on the patella and, where it wraps, on the femur [N], both (heads, 3)."""
    for n in range(ends.shape[0]):
        rotate(rotation, ends[n], a)
        flat, gx, gy, _, _, _, vx, vy, is_wrapped = planar_path(
            a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], origins[n, 0] - wrap[0], origins[n, 1] - wrap[1], wrap[2]
        )
        dz = a[2] + t[2] - origins[n, 2]
        length = math.sqrt(flat * flat + dz * dz)
        pull = tension[n] * flat / length
        on_patella[n, 0], on_patella[n, 1], on_patella[n, 2] = -pull * gx, -pull * gy, -tension[n] * dz / length
        on_femur[n, 0], on_femur[n, 1], on_femur[n, 2] = 0.0, 0.0, 0.0
        if is_wrapped:  # both ends pull the wrapped part onto the femur; along z they cancel
            on_femur[n, 0], on_femur[n, 1] = pull * (gx + vx), pull * (gy + vy)
        x, y, sunk = resting(a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], wrap[2])
        if sunk > 0.0 and tension[n] > 0.0:
            on_patella[n, 0] += wrap[3] * sunk * x
            on_patella[n, 1] += wrap[3] * sunk * y
            on_femur[n, 0] -= wrap[3] * sunk * x
            on_femur[n, 1] -= wrap[3] * sunk * y
