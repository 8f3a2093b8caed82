"""Whether a patella could also rest elsewhere: the same load, solved from disturbed starts."""

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.kernel.frames import solve_frames
from trochlea.knee.kernel.motion import turn
from trochlea.knee.kernel_inputs import ALL_FREE, kernel_inputs
from trochlea.knee.knee import Knee
from trochlea.knee.result import Solution
from trochlea.knee.tissue import start_pose
from trochlea.knee.tracking import MIRRORED_POSE, cardan_angles
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array

DISTURBANCES = (
    (np.array([0.0, 0.05, -0.20]), np.array([0.0, 0.0, 0.006])),
    (np.array([0.05, 0.15, 0.10]), np.array([0.0, 0.004, -0.005])),
    (np.array([0.0, -0.10, 0.20]), np.array([0.003, 0.0, 0.0])),
)
"""Turn [rad] and displacement [m] of three more starts: tilted and lateral, spun and medial, pitched and lifted."""

SAME_PLACE = 1e-5
"""Two balanced positions nearer than this are one minimum [m]; solves to 1e-6 N differ by less than 1e-8."""


def other_minima(
    knee: Knee, load: ExtensorLoad, solution: Solution, *, force_tolerance: float = 1e-6, max_steps: int = 80
) -> NDArray[np.bool_]:
    """Frames in which a disturbed start balances in another place than the solution, shape (frames,).

    Args:
        knee: Right knee.
        load: What was solved.
        solution: Its solution; of a left knee mirrored back.
        force_tolerance: As it was solved [N].
        max_steps: As it was solved.
    """
    surface, heads, fibres = kernel_inputs(knee, load)
    coarse = (knee.patella.coarse_points, knee.patella.coarse_areas)
    is_balanced = solution.residual <= force_tolerance  # False for NaN
    pose = solution.value * (MIRRORED_POSE if load.side == "left" else 1.0)
    elsewhere = np.zeros(load.times.size, dtype=np.bool_)
    for turned, moved in DISTURBANCES:
        seats, positions = start_pose(fibres[1][:, 1], load.tibiofemoral_flexion, knee.shape)
        rotations = np.empty_like(seats)
        for n, seat in enumerate(seats):
            turn(seat, turned, rotations[n])
        positions = positions + moved
        left, steps = np.full(load.times.size, np.nan), np.zeros(load.times.size, dtype=np.int64)
        limits = (force_tolerance, max_steps)
        solve_frames(
            rotations, positions, ~is_balanced, coarse, surface, heads, fibres, ALL_FREE, False, *limits, left, steps
        )
        elsewhere |= (left <= force_tolerance) & _differs(rotations, positions, pose)
    return elsewhere


def _differs(rotations: Array, positions: Array, pose: Array) -> NDArray[np.bool_]:
    """Whether poses are farther from each other than SAME_PLACE; angles count at the length of half a patella."""
    place = np.hstack([0.02 * cardan_angles(rotations), positions])
    return np.linalg.norm(place - pose * np.array([0.02, 0.02, 0.02, 1, 1, 1]), axis=1) > SAME_PLACE
