"""Follow a lost frame from a flexion at which patellae are seated most surely."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.kernel.frames import solve_frames
from trochlea.knee.kernel_inputs import ALL_FREE, kernel_inputs
from trochlea.knee.knee import Knee
from trochlea.knee.tissue import start_pose
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array

PATH_START = math.radians(20)
"""Flexion from which a lost frame is followed [rad]: past the start of the groove, before any tendon wraps."""

PATH_STEP = math.radians(5)
"""Longest step of flexion on that path [rad]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Where frames end up that were followed from elsewhere; NaN in the others."""

    rotations: Array
    positions: Array
    residual: Array
    steps: NDArray[np.int64]


def follow_flexion(
    knee: Knee, load: ExtensorLoad, chosen: NDArray[np.bool_], *, force_tolerance: float, max_steps: int
) -> Followed:
    """Flex the knee from PATH_START to each chosen frame under that frame's load, as a knee gets there in life."""
    n_frames = load.times.size
    rotations, positions = np.full((n_frames, 3, 3), np.nan), np.full((n_frames, 3), np.nan)
    residual, steps = np.full(n_frames, np.nan), np.zeros(n_frames, dtype=np.int64)
    coarse = (knee.patella.coarse_points, knee.patella.coarse_areas)
    for n in map(int, np.flatnonzero(chosen)):
        target = load.tibiofemoral_flexion[n]
        n_path = 2 + math.ceil(abs(target - PATH_START) / PATH_STEP)
        path = at_flexions(load, n, np.linspace(PATH_START, target, n_path))
        inputs = kernel_inputs(knee, path)
        there, at = start_pose(inputs[2][1][:, 1], path.tibiofemoral_flexion, knee.shape)
        left, count = np.full(n_path, np.nan), np.zeros(n_path, dtype=np.int64)
        skip = np.zeros(n_path, dtype=np.bool_)
        solve_frames(there, at, skip, coarse, *inputs, ALL_FREE, True, force_tolerance, max_steps, left, count)
        rotations[n], positions[n], residual[n], steps[n] = there[-1], at[-1], left[-1], count.sum()
    return Followed(rotations=rotations, positions=positions, residual=residual, steps=steps)


def at_flexions(load: ExtensorLoad, n: int, flexion: Array) -> ExtensorLoad:
    """The load of one frame at other angles of flexion."""
    size = flexion.size
    return replace(
        load,
        times=np.arange(size, dtype=float),
        tibiofemoral_flexion=flexion,
        femoral_rotation=np.full(size, load.femoral_rotation[n]),
        tibial_rotation=np.full(size, load.tibial_rotation[n]),
        knee_valgus=np.full(size, load.knee_valgus[n]),
        tension=np.tile(load.tension[n], (size, 1)),
        itb_tension=None if load.itb_tension is None else np.full(size, load.itb_tension[n]),
    )
