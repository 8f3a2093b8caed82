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
def planar_path(px, py, ox, oy, radius):
    """Path from origin o to insertion p in front of a circle at zero.

    Returns length, direction at p away from o (2), free length at p, direction at o away from p (2), is wrapped.
    """
    dx, dy = px - ox, py - oy
    straight = math.sqrt(dx * dx + dy * dy)
    if straight < ALONG_AXIS:
        return ALONG_AXIS, 1.0, 0.0, ALONG_AXIS, -1.0, 0.0, False
    rp, ro = math.sqrt(px * px + py * py), math.sqrt(ox * ox + oy * oy)
    along = -(ox * dx + oy * dy) / straight
    # distance of the straight line in front (+) of the centre: cross product of the line's direction and o
    front = (ox * dy - oy * dx) / -straight
    if front >= radius or along <= 0.0 or along >= straight or rp <= radius or ro <= radius:
        return straight, dx / straight, dy / straight, straight, -dx / straight, -dy / straight, False
    tangent_p, tangent_o = math.sqrt(rp * rp - radius * radius), math.sqrt(ro * ro - radius * radius)
    angle_p = math.atan2(py, px) + math.atan2(tangent_p, radius)
    angle_o = math.atan2(oy, ox) - math.atan2(tangent_o, radius)
    arc = angle_o - angle_p
    if arc <= 0.0:
        return straight, dx / straight, dy / straight, straight, -dx / straight, -dy / straight, False
    ux, uy = (px - radius * math.cos(angle_p)) / tangent_p, (py - radius * math.sin(angle_p)) / tangent_p
    vx, vy = (ox - radius * math.cos(angle_o)) / tangent_o, (oy - radius * math.sin(angle_o)) / tangent_o
    return tangent_p + radius * arc + tangent_o, ux, uy, tangent_p, vx, vy, True


@compiled
def add_heads(rotation, t, ends, origins, tension, wrap, a, b, gradient, hessian):
    """Add the heads' gradient and Hessian; return their energy. `wrap` = (axis x, axis y, radius)."""
    energy = 0.0
    for n in range(ends.shape[0]):
        if tension[n] == 0.0:
            continue
        rotate(rotation, ends[n], a)
        flat, ux, uy, free, _, _, _ = planar_path(
            a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], origins[n, 0] - wrap[0], origins[n, 1] - wrap[1], wrap[2]
        )
        dz = a[2] + t[2] - origins[n, 2]
        length = math.sqrt(flat * flat + dz * dz)
        c, s = flat / length, dz / length
        pull = tension[n]
        energy += pull * length
        b[0], b[1], b[2] = pull * c * ux, pull * c * uy, pull * s
        bend, stretch = pull * c / free, pull * s * s / length
        add_point(
            a,
            b,
            bend * uy * uy + stretch * ux * ux,
            (stretch - bend) * ux * uy,
            -pull * s * c / length * ux,
            bend * ux * ux + stretch * uy * uy,
            -pull * s * c / length * uy,
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
        flat, ux, uy, _, vx, vy, is_wrapped = planar_path(
            a[0] + t[0] - wrap[0], a[1] + t[1] - wrap[1], origins[n, 0] - wrap[0], origins[n, 1] - wrap[1], wrap[2]
        )
        dz = a[2] + t[2] - origins[n, 2]
        length = math.sqrt(flat * flat + dz * dz)
        pull = tension[n] * flat / length
        on_patella[n, 0], on_patella[n, 1], on_patella[n, 2] = -pull * ux, -pull * uy, -tension[n] * dz / length
        on_femur[n, :] = 0.0
        if is_wrapped:  # both ends pull the wrapped part onto the femur; along z they cancel
            on_femur[n, 0], on_femur[n, 1] = pull * (ux + vx), pull * (uy + vy)
