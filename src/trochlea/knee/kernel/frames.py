"""All frames of one knee: minimise each, from its own seated start, then write what the contact did."""

import math

import numpy as np

from trochlea.knee.kernel.contact import contact_field
from trochlea.knee.kernel.ligament import fibre_force
from trochlea.knee.kernel.motion import put_matrix, put_vector
from trochlea.knee.kernel.newton import minimise
from trochlea.knee.kernel.quadriceps import head_force
from trochlea.knee.kernel.springs import springs_at
from trochlea.knee.kernel_cache import compiled

COARSE_TOLERANCE = 1.0
"""Unbalanced force at which the coarse points have done their work [N]."""


@compiled
def descend(rotation, t, coarse, surface, heads, fibres, free, is_rough, tolerance, max_steps):
    """Minimise one frame in place, first on the coarse points if `is_rough`; return residual [N] and steps.

    A frame that fails tries once more on the fine points alone. One call of `minimise` stands for all three, because
    the compiler copies it to each place that calls it.
    """
    points, areas, table, bound, grid, law = surface
    first_rotation, first_t = np.empty((3, 3)), np.empty(3)
    put_matrix(rotation, first_rotation)
    put_vector(t, first_t)
    left, count = math.inf, 0
    for stage in range(0 if is_rough else 1, 3):
        if stage == 2:
            if left <= tolerance or not is_rough:
                break
            put_matrix(first_rotation, rotation)
            put_vector(first_t, t)
        these, weights = (coarse[0], coarse[1]) if stage == 0 else (points, areas)
        least = COARSE_TOLERANCE if stage == 0 else tolerance
        left, more = minimise(
            rotation, t, (these, weights, table, bound, grid, law), heads, fibres, free, least, max_steps
        )
        count += more
    return left, count


@compiled
def solve_frames(
    rotations,
    translations,
    skip,
    coarse,
    surface,
    heads,
    fibres,
    free,
    follows,
    tolerance,
    max_steps,
    residuals,
    steps,
):
    """Minimise every frame in place; `origins`, `tension` and `fixed` hold one row for each frame.

    `coarse` = (points, areas). Every frame starts from its own pose; where `follows`, from the last frame that
    balanced, if there is one. A frame that fails tries again from the other of the two.
    """
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, springs = fibres
    own_rotation, own_t, rotation, t = np.empty((3, 3)), np.empty(3), np.empty((3, 3)), np.empty(3)
    last = -1
    for n in range(rotations.shape[0]):
        if skip[n]:
            continue
        frame_heads = (ends, origins[n], tension[n], wrap)
        frame_springs = springs_at(n, last, springs, rotations, translations)
        frame_fibres = (fibre_ends, fixed[n], slack, stiffness, toe, frame_springs)
        put_matrix(rotations[n], own_rotation)
        put_vector(translations[n], own_t)
        residuals[n], steps[n] = math.nan, 0
        for attempt in range(1 if last < 0 else 2):
            from_last = last >= 0 and follows != (attempt == 1)
            put_matrix(rotations[last] if from_last else own_rotation, rotation)
            put_vector(translations[last] if from_last else own_t, t)
            left, count = descend(
                rotation, t, coarse, surface, frame_heads, frame_fibres, free, not from_last, tolerance, max_steps
            )
            steps[n] += count
            if attempt == 0 or left < residuals[n] or not math.isfinite(residuals[n]):
                residuals[n] = left
                put_matrix(rotation, rotations[n])
                put_vector(t, translations[n])
            if left <= tolerance:
                last = n
                break


@compiled
def frame_forces(rotations, translations, skip, surface, heads, fibres, contact, on_patella, on_femur, fibre):
    """Write the forces of every solved frame; `contact` = (pressure, depth, force, is on the table)."""
    points, areas, table, bound, grid, law = surface
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, _ = fibres
    pressure, depth, force, is_on_table = contact
    a, field = np.empty(3), np.empty((2, 6))
    for n in range(rotations.shape[0]):
        if skip[n]:
            continue
        rotation, t = rotations[n], translations[n]
        is_on_table[n] = contact_field(
            rotation, t, points, areas, table, grid, law, a, field, pressure[n], depth[n], force[n]
        )
        head_force(rotation, t, ends, origins[n], tension[n], wrap, a, on_patella[n], on_femur[n])
        fibre_force(rotation, t, fibre_ends, fixed[n], slack, stiffness, toe, a, fibre[n])
