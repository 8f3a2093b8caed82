"""When and how large: extremes over a movement, with their time and their place in the movement and the gait cycle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trochlea.motion.timeseries import Array

Cycle = tuple[float, float]
"""Start and end of one gait cycle [s]: a foot's strike and its next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """One extreme.

    Attributes:
        value: In the unit of the series.
        time: When [s].
        movement_percent: Place in the solved window, 0 at its first frame, 100 at its last [percent].
        cycle_percent: Place in the gait cycle that holds it [percent]; None outside whole cycles.
    """

    value: float
    time: float
    movement_percent: float
    cycle_percent: float | None


def highest(times: Array, values: Array, cycles: Sequence[Cycle] = ()) -> Peak | None:
    """The largest value; None where no frame holds one."""
    return _peak(times, values, values, cycles)


def lowest(times: Array, values: Array, cycles: Sequence[Cycle] = ()) -> Peak | None:
    """The smallest value, the most negative one; None where no frame holds one."""
    return _peak(times, values, -values, cycles)


def furthest(times: Array, values: Array, cycles: Sequence[Cycle] = ()) -> Peak | None:
    """The value of the largest magnitude, with its sign; None where no frame holds one."""
    return _peak(times, values, np.abs(values), cycles)


def _peak(times: Array, values: Array, rank: Array, cycles: Sequence[Cycle]) -> Peak | None:
    """The value where the rank is largest."""
    if not np.isfinite(rank).any():
        return None
    frame = int(np.nanargmax(rank))
    first, last, time = float(times[0]), float(times[-1]), float(times[frame])
    return Peak(
        value=float(values[frame]),
        time=time,
        movement_percent=100 * (time - first) / (last - first) if last > first else 0.0,
        cycle_percent=next((100 * (time - a) / (b - a) for a, b in cycles if a <= time < b), None),
    )
