"""Lateral restraint: the force that moves the patella sideways by a given distance."""

import numpy as np
from scipy.optimize import brentq

from trochlea.knee.equilibrium import kernel_inputs
from trochlea.knee.kernel.frames import solve_frames
from trochlea.knee.knee import Knee
from trochlea.knee.tissue import seated_pose
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array

FAR = 10.0
"""Distance from which the displacing force pulls, so that its direction hardly turns [m]."""

STRONGEST = 400.0
"""Largest displacing force that is tried [N]; several times the largest published restraint."""


def restraint(knee: Knee, load: ExtensorLoad, *, displacements: Array, force_tolerance: float = 1e-6) -> Array:
    """Lateral force at the patella's centre that shifts it by each displacement, rotations free.

    Args:
        knee: The knee.
        load: One frame.
        displacements: Lateral shift from the free equilibrium, shape (n,) [m].
        force_tolerance: Largest unbalanced force accepted [N].

    Returns:
        Shape (n,) [N]; NaN where no balanced pose between 0 and STRONGEST has that shift.
    """
    surface, heads, fibres = kernel_inputs(knee, load)
    ends = np.vstack([heads[0], np.zeros(3)])
    rotation, position = seated_pose(fibres[1][:, 1], knee.shape)
    far = np.array([position[0, 0], position[0, 1], FAR])
    origins = np.concatenate([heads[1], far[None, None]], axis=1)

    def shift(force: float) -> float:
        tension = np.hstack([heads[2], [[force]]])
        rotations, positions = rotation.copy(), position.copy()
        left, steps = np.full(1, np.nan), np.zeros(1, dtype=np.int64)
        pulled = (ends, origins, tension, heads[3])
        skip = np.zeros(1, dtype=np.bool_)
        solve_frames(rotations, positions, skip, surface, pulled, fibres, force_tolerance, 200, left, steps)
        return float(positions[0, 2]) if left[0] <= force_tolerance else np.nan

    free = shift(0.0)
    grid = np.linspace(0, STRONGEST, 41)
    reached = np.array([shift(force) - free for force in grid])
    forces = np.full(len(displacements), np.nan)
    for i, wanted in enumerate(displacements):
        above = np.flatnonzero(reached >= wanted)  # False for NaN
        if above.size and above[0] > 0 and np.isfinite(reached[above[0] - 1]):
            forces[i] = brentq(lambda f, d=wanted: shift(f) - free - d, grid[above[0] - 1], grid[above[0]], xtol=1e-3)
    return forces
