"""All frames of one knee: minimise each, from its own seated start, then write what the contact did."""

import numpy as np

from trochlea.knee.kernel.contact import contact_field
from trochlea.knee.kernel.ligament import fibre_force
from trochlea.knee.kernel.newton import minimise
from trochlea.knee.kernel.quadriceps import head_force
from trochlea.knee.kernel.springs import springs_at
from trochlea.knee.kernel_cache import compiled


@compiled
def solve_frames(rotations, translations, skip, surface, heads, fibres, tolerance, max_steps, residuals, steps):
    """Minimise every frame in place; `origins`, `tension` and `fixed` hold one row for each frame.

    A frame that fails from its seated start tries again from the last frame that succeeded.
    """
    points, areas, table, bound, grid, law = surface
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, springs = fibres
    last = -1
    for n in range(rotations.shape[0]):
        if skip[n]:
            continue
        frame_heads = (ends, origins[n], tension[n], wrap)
        frame_springs = springs_at(n, last, springs, rotations, translations)
        frame_fibres = (fibre_ends, fixed[n], slack, stiffness, toe, frame_springs)
        left, count = minimise(rotations[n], translations[n], surface, frame_heads, frame_fibres, tolerance, max_steps)
        if not left <= tolerance and last >= 0:
            rotation, t = rotations[last].copy(), translations[last].copy()
            again, more = minimise(rotation, t, surface, frame_heads, frame_fibres, tolerance, max_steps)
            count += more
            if again < left:
                left = again
                rotations[n], translations[n] = rotation, t
        residuals[n], steps[n] = left, count
        if left <= tolerance:
            last = n


@compiled
def frame_forces(rotations, translations, skip, surface, heads, fibres, contact, on_patella, on_femur, fibre):
    """Write the forces of every solved frame; `contact` = (pressure, share, force, is on the table)."""
    points, areas, table, bound, grid, law = surface
    ends, origins, tension, wrap = heads
    fibre_ends, fixed, slack, stiffness, toe, _ = fibres
    pressure, share, force, is_on_table = contact
    a, field = np.empty(3), np.empty((2, 6))
    for n in range(rotations.shape[0]):
        if skip[n]:
            continue
        rotation, t = rotations[n], translations[n]
        is_on_table[n] = contact_field(
            rotation, t, points, areas, table, grid, law, a, field, pressure[n], share[n], force[n]
        )
        head_force(rotation, t, ends, origins[n], tension[n], wrap, a, on_patella[n], on_femur[n])
        fibre_force(rotation, t, fibre_ends, fixed[n], slack, stiffness, toe, a, fibre[n])
