"""Ligament and tendon fibres: slack, then a quadratic toe, then a straight line."""

import math

from trochlea.knee.kernel.motion import add_point, rotate
from trochlea.knee.kernel_cache import compiled


@compiled
def tension(strain, toe):
    """Tension, its slope and its integral over strain, for unit stiffness [-]."""
    if strain <= 0.0:
        return 0.0, 0.0, 0.0
    if strain < toe:
        return strain * strain / (2.0 * toe), strain / toe, strain**3 / (6.0 * toe)
    over = strain - toe
    return strain - 0.5 * toe, 1.0, toe * toe / 6.0 + 0.5 * toe * over + 0.5 * over * over


@compiled
def add_fibres(rotation, t, ends, fixed, slack, stiffness, toe, a, b, gradient, hessian):
    """Add the fibres' gradient and Hessian; return their energy. `stiffness` is force over strain [N]."""
    energy = 0.0
    for n in range(ends.shape[0]):
        rotate(rotation, ends[n], a)
        x, y, z = a[0] + t[0] - fixed[n, 0], a[1] + t[1] - fixed[n, 1], a[2] + t[2] - fixed[n, 2]
        length = math.sqrt(x * x + y * y + z * z)
        pull, slope, work = tension(length / slack[n] - 1.0, toe)
        if pull == 0.0:
            continue
        x, y, z = x / length, y / length, z / length
        pull *= stiffness[n]
        side = pull / length
        along = stiffness[n] * slope / slack[n] - side
        energy += stiffness[n] * slack[n] * work
        b[0], b[1], b[2] = pull * x, pull * y, pull * z
        add_point(
            a,
            b,
            along * x * x + side,
            along * x * y,
            along * x * z,
            along * y * y + side,
            along * y * z,
            along * z * z + side,
            gradient,
            hessian,
        )
    return energy


@compiled
def fibre_force(rotation, t, ends, fixed, slack, stiffness, toe, a, force):
    """Write the force of each fibre on the patella [N] to force (fibres, 3)."""
    for n in range(ends.shape[0]):
        rotate(rotation, ends[n], a)
        x, y, z = a[0] + t[0] - fixed[n, 0], a[1] + t[1] - fixed[n, 1], a[2] + t[2] - fixed[n, 2]
        length = math.sqrt(x * x + y * y + z * z)
        pull = stiffness[n] * tension(length / slack[n] - 1.0, toe)[0] / length
        force[n, 0], force[n, 1], force[n, 2] = -pull * x, -pull * y, -pull * z
