"""Springs on the patella's six coordinates: a quadratic about a resting pose, and a constant load.

Coordinates: a, b, c of R = Rz(a) Rx(b) Ry(c) and the translation. The energy is the sum of k (q - q0)^2 / 2 - f q.
A viscosity v over a time step dt is k = v / dt about the previous pose (implicit Euler).
"""

import math

import numpy as np

from trochlea.knee.kernel.motion import put_vector
from trochlea.knee.kernel_cache import compiled


@compiled
def cardan(rotation, out):
    """Write the angles a, b, c of R = Rz(a) Rx(b) Ry(c) to out."""
    out[0] = math.atan2(-rotation[0, 1], rotation[1, 1])
    out[1] = math.asin(min(1.0, max(-1.0, rotation[2, 1])))
    out[2] = math.atan2(-rotation[2, 0], rotation[2, 2])


@compiled
def add_springs(rotation, t, springs, gradient, hessian):
    """Add the springs' gradient and Hessian (upper triangle); return their energy.

    `springs` = (k [N m, N/m], q0, f [N m, N]), each (6,); a spring and a load of zero leave their coordinate alone.
    """
    stiffness, rest, load = springs
    is_idle = True
    for i in range(6):
        if stiffness[i] != 0.0 or load[i] != 0.0:
            is_idle = False
    if is_idle:
        return 0.0
    q = np.empty(3)
    cardan(rotation, q)
    ca, sa, cb, tb = math.cos(q[0]), math.sin(q[0]), math.cos(q[1]), math.tan(q[1])
    # first derivatives of a, b, c by a rotation vector in space; v = c' cos b
    v = (-sa, ca, 0.0)
    by_w = ((sa * tb, -ca * tb, 1.0), (ca, sa, 0.0), (-sa / cb, ca / cb, 0.0))
    energy, pull = 0.0, np.empty(6)
    for i in range(6):
        stretch = (q[i] if i < 3 else t[i - 3]) - rest[i]
        pull[i] = stiffness[i] * stretch - load[i]
        energy += 0.5 * stiffness[i] * stretch * stretch - load[i] * (q[i] if i < 3 else t[i - 3])
    for i in range(3):
        gradient[3 + i] += pull[3 + i]
        hessian[3 + i, 3 + i] += stiffness[3 + i]
        for k in range(3):
            gradient[i] += pull[k] * by_w[k][i]
        for j in range(i, 3):
            s = 0.0
            for k in range(3):
                s += stiffness[k] * by_w[k][i] * by_w[k][j]
            # second derivatives of the angles along exp(s w): products of their rates
            ab = 0.5 * (by_w[0][i] * by_w[1][j] + by_w[0][j] * by_w[1][i])
            av = 0.5 * (by_w[0][i] * v[j] + by_w[0][j] * v[i])
            bv = 0.5 * (by_w[1][i] * v[j] + by_w[1][j] * v[i])
            s += pull[0] * (tb * ab - bv / (cb * cb)) + pull[1] * av + pull[2] * (tb * bv - ab) / cb
            hessian[i, j] += s
    return energy


@compiled
def springs_at(n, last, springs, rotations, translations):
    """Springs of frame n; where they rest at NaN, they rest at the pose of frame `last`, or are absent if it is -1."""
    stiffness, rest = np.empty(6), np.empty(6)
    put_vector(springs[0][n], stiffness)
    put_vector(springs[1][n], rest)
    if math.isnan(rest[0]):
        if last < 0:
            for i in range(6):
                stiffness[i], rest[i] = 0.0, 0.0
        else:
            cardan(rotations[last], rest)
            for i in range(3):
                rest[3 + i] = translations[last, i]
    return stiffness, rest, springs[2][n]
