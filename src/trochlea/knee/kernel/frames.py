"""All frames of one knee: minimise each, from its own seated start, then write what the contact did."""

import math

import numpy as np

from trochlea.knee.kernel.contact import contact_field
from trochlea.knee.kernel.ligament import fibre_force
from trochlea.knee.kernel.newton import minimise
from trochlea.knee.kernel.quadriceps import head_force
from trochlea.knee.kernel.springs import springs_at
from trochlea.knee.kernel_cache import compiled

COARSE_TOLERANCE = 1.0
"""Unbalanced force at which the coarse points have done their work [N]."""


@compiled
def descend(rotation, t, coarse, surface, heads, fibres, free, tolerance, max_steps):
    """Minimise one frame in place, first on the coarse points; return residual [N] and steps."""
    points, areas, table, bound, grid, law = surface
    rough = (coarse[0], coarse[1], table, bound, grid, law)
    first_rotation, first_t = rotation.copy(), t.copy()
    _, count = minimise(rotation, t, rough, heads, fibres, free, COARSE_TOLERANCE, max_steps)
    left, more = minimise(rotation, t, surface, heads, fibres, free, tolerance, max_steps)
    count += more
    if not left <= tolerance:
        again, more = minimise(first_rotation, first_t, surface, heads, fibres, free, tolerance, max_steps)
        count += more
        if again < left or not math.isfinite(left):
            left = again
            rotation[:], t[:] = first_rotation, first_t
    return left, count


@compiled
def solve_frames(
    rotations, translations, skip, coarse, surface, heads, fibres, free, tolerance, max_steps, residuals, steps
):
    """Minimise every frame in place; `origins`, `tension` and `fixed` hold one row for each frame.

    `coarse` = (points, areas). A frame that fails from its seated start tries again from the last frame that succeeded.
    """
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, springs = fibres
    last = -1
    for n in range(rotations.shape[0]):
        if skip[n]:
            continue
        frame_heads = (ends, origins[n], tension[n], wrap)
        frame_springs = springs_at(n, last, springs, rotations, translations)
        frame_fibres = (fibre_ends, fixed[n], slack, stiffness, toe, frame_springs)
        left, count = descend(
            rotations[n], translations[n], coarse, surface, frame_heads, frame_fibres, free, tolerance, max_steps
        )
        if not left <= tolerance and last >= 0:
            rotation, t = rotations[last].copy(), translations[last].copy()
            again, more = descend(rotation, t, coarse, surface, frame_heads, frame_fibres, free, tolerance, max_steps)
            count += more
            if again < left or not math.isfinite(left):
                left = again
                rotations[n], translations[n] = rotation, t
        residuals[n], steps[n] = left, count
        if left <= tolerance:
            last = n


@compiled
def follow_frames(
    rotations, translations, coarse, surface, heads, fibres, free, tolerance, max_steps, residuals, steps
):
    """Minimise the frames of a path in place, each from the last one that balanced; the first from its own start."""
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, springs = fibres
    last = -1
    for n in range(rotations.shape[0]):
        if last >= 0:
            rotations[n], translations[n] = rotations[last], translations[last]
        frame_heads = (ends, origins[n], tension[n], wrap)
        frame_springs = springs_at(n, last, springs, rotations, translations)
        frame_fibres = (fibre_ends, fixed[n], slack, stiffness, toe, frame_springs)
        residuals[n], steps[n] = minimise(
            rotations[n], translations[n], surface, frame_heads, frame_fibres, free, tolerance, max_steps
        )
        if not residuals[n] <= tolerance and last < 0:
            residuals[n], more = descend(
                rotations[n], translations[n], coarse, surface, frame_heads, frame_fibres, free, tolerance, max_steps
            )
            steps[n] += more
        if residuals[n] <= tolerance:
            last = n


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
