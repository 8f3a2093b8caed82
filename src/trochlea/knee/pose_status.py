"""What a solved pose is: seated, dislocated, lifted off, or not an answer; dislocation is decided by geometry alone."""

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.forces import Forces
from trochlea.knee.knee import Knee
from trochlea.knee.result import Status
from trochlea.knee.tracking import DISLOCATED_SHIFT, DISLOCATED_TILT, cardan_angles, groove_offset
from trochlea.motion.timeseries import Array

LIFTED_OFF = 0.05
"""A patella whose contact force is below this share of the quadriceps force is lifted off. Assumed."""

LEAST_LOAD = 1.0
"""Below this quadriceps force [N] nothing seats the patella: the frame counts as not loaded. Assumed."""


def statuses(
    knee: Knee,
    rotations: Array,
    positions: Array,
    quadriceps: Array,
    is_balanced: NDArray[np.bool_],
    forces: Forces,
    is_on_table: NDArray[np.bool_],
) -> tuple[Status, ...]:
    """One status for each frame; dislocation is decided by geometry alone."""
    contact = np.linalg.norm(forces.contact.sum(axis=1), axis=1)
    offset = groove_offset(rotations, positions, knee.shape)
    tilt = cardan_angles(rotations)[:, 2]
    words: list[Status] = []
    for n, total in enumerate(quadriceps):
        if not total >= LEAST_LOAD:
            words.append("no_load")
        elif not is_balanced[n]:
            words.append("not_converged")
        elif abs(offset[n]) > DISLOCATED_SHIFT or abs(tilt[n]) > DISLOCATED_TILT:
            words.append("dislocated")
        elif contact[n] < LIFTED_OFF * total:
            words.append("lifted_off")
        elif not is_on_table[n]:
            words.append("off_surface")
        else:
            words.append("converged")
    return tuple(words)
