"""Damped Newton on the energy of one patella: Levenberg shift, energy-ratio acceptance, capped steps.

Rotations are multiplied by LENGTH, so that all six unknowns are lengths and all residuals forces.
"""

import math

import numpy as np

from trochlea.knee.kernel.energy import energy
from trochlea.knee.kernel.motion import put_matrix, put_vector, turn
from trochlea.knee.kernel_cache import compiled

LENGTH = 0.020
"""Length that makes rotations comparable with translations [m]; about half a patella."""

STEP = 0.3 * LENGTH
"""Longest step [m]."""

LARGEST_SHIFT = 1e9
"""Levenberg shift, in mean diagonals of the Hessian, at which no step is left to try."""


@compiled
def solve_shifted(hessian, gradient, shift, lower, step):
    """Solve (hessian + shift I) step = -gradient by Cholesky; False if not positive definite."""
    for i in range(6):
        for j in range(i + 1):
            s = hessian[i, j]
            if i == j:
                s += shift
            for k in range(j):
                s -= lower[i, k] * lower[j, k]
            if i == j:
                if not s > 0.0:
                    return False
                lower[i, i] = math.sqrt(s)
            else:
                lower[i, j] = s / lower[j, j]
    for i in range(6):
        s = -gradient[i]
        for k in range(i):
            s -= lower[i, k] * step[k]
        step[i] = s / lower[i, i]
    for i in range(5, -1, -1):
        s = step[i]
        for k in range(i + 1, 6):
            s -= lower[k, i] * step[k]
        step[i] = s / lower[i, i]
    return True


@compiled
def residual(gradient):
    """Largest of the unbalanced force and the unbalanced moment over LENGTH [N]; gradient in scaled unknowns."""
    f = gradient[3] ** 2 + gradient[4] ** 2 + gradient[5] ** 2
    m = gradient[0] ** 2 + gradient[1] ** 2 + gradient[2] ** 2
    return math.sqrt(max(f, m))


@compiled
def scaled_energy(rotation, t, surface, heads, fibres, work, gradient, hessian):
    """Energy with gradient and Hessian in the scaled unknowns."""
    value = energy(rotation, t, surface, heads, fibres, work, gradient, hessian)
    for i in range(3):
        gradient[i] /= LENGTH
        for j in range(6):
            hessian[i, j] /= LENGTH
            hessian[j, i] /= LENGTH
    return value


@compiled
def held_energy(rotation, t, surface, heads, fibres, free, work, gradient, hessian):
    """`scaled_energy` with the unknowns that are not free held: no force along them, no step."""
    value = scaled_energy(rotation, t, surface, heads, fibres, work, gradient, hessian)
    for i in range(6):
        if not free[i]:
            gradient[i] = 0.0
            for j in range(6):
                hessian[i, j] = 0.0
                hessian[j, i] = 0.0
            hessian[i, i] = 1.0
    return value


@compiled
def minimise(rotation, t, surface, heads, fibres, free, tolerance, max_steps):
    """Move rotation and t to a minimum of the energy over the free unknowns; return residual [N] and steps taken.

    `free` (6,) belongs to the small motion (w, u): three rotations about the patella's origin, three translations.
    """
    work = (np.empty(3), np.empty(3), np.empty((2, 6)))
    gradient, hessian = np.empty(6), np.empty((6, 6))
    new_gradient, new_hessian = np.empty(6), np.empty((6, 6))
    new_rotation, new_t, w = np.empty((3, 3)), np.empty(3), np.empty(3)
    lower, step = np.zeros((6, 6)), np.empty(6)
    value = held_energy(rotation, t, surface, heads, fibres, free, work, gradient, hessian)
    left = residual(gradient)
    shift = 0.0
    for n in range(max_steps):
        if left <= tolerance:
            return left, n
        scale = 0.0
        for i in range(6):
            scale += abs(hessian[i, i]) / 6.0
        scale = max(scale, 1.0)
        while not solve_shifted(hessian, gradient, shift, lower, step):
            shift = max(4.0 * shift, 1e-3 * scale)
            if not shift < LARGEST_SHIFT * scale:  # also for NaN
                return math.nan, n
        size = 0.0
        for i in range(6):
            size += step[i] * step[i]
        size = math.sqrt(size)
        if size > STEP:
            for i in range(6):
                step[i] *= STEP / size
        predicted = 0.0
        for i in range(6):
            s = gradient[i]
            for j in range(6):
                s += 0.5 * hessian[i, j] * step[j]
            predicted -= s * step[i]
        for i in range(3):
            w[i] = step[i] / LENGTH
            new_t[i] = t[i] + step[3 + i]
        turn(rotation, w, new_rotation)
        new_value = held_energy(new_rotation, new_t, surface, heads, fibres, free, work, new_gradient, new_hessian)
        new_left = residual(new_gradient)
        # below rounding error the energy cannot tell; the residual can
        is_rounding = predicted < 1e-12 * (1.0 + abs(value))
        ratio = (value - new_value) / predicted if predicted > 0.0 else -1.0
        if (is_rounding and new_left < left) or (not is_rounding and ratio > 1e-4):
            put_matrix(new_rotation, rotation)
            put_vector(new_t, t)
            put_vector(new_gradient, gradient)
            put_matrix(new_hessian, hessian)
            value, left = new_value, new_left
            if ratio > 0.75 or is_rounding:
                shift = 0.1 * shift if shift > 1e-6 * scale else 0.0
            elif ratio < 0.25:
                shift = max(4.0 * shift, 1e-3 * scale)
        else:
            shift = max(8.0 * shift, 1e-3 * scale)
            if not shift < LARGEST_SHIFT * scale:
                return left, n + 1
    return left, max_steps
