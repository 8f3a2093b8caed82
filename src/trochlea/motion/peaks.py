"""Peaks that stand out of a signal's own spread."""

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array

SPREAD = (5.0, 95.0)
"""Percentiles whose distance is the spread of a signal [%]: single samples do not decide it."""

PROMINENCE = 0.5
"""Least prominence of a peak over the spread [-]. Assumed: a movement that is repeated returns at least half of the
way between its peaks, and what it does on the way does not."""


def prominent_peaks(signal: Array, *, least: float) -> NDArray[np.int64]:
    """Samples at which a signal is highest, each rising over its surroundings.

    Args:
        signal: Shape (samples,).
        least: Prominence that a peak needs whatever the spread, in the signal's unit: in a signal at rest the spread
            is noise.
    """
    from scipy.signal import find_peaks  # a third of a second to load, for movements that repeat

    low, high = np.percentile(signal, SPREAD)
    found, _ = find_peaks(signal, prominence=max(PROMINENCE * (high - low), least))
    return found


def peak_time(times: Array, signal: Array, sample: int) -> float:
    """Time of the top of the parabola through a peak's sample and its two neighbours [s]."""
    if not 0 < sample < times.size - 1:
        return float(times[sample])
    before, here, after = signal[sample - 1 : sample + 2]
    bend = before - 2 * here + after
    if bend == 0.0:
        return float(times[sample])
    shift = 0.5 * (before - after) / bend
    step = 0.5 * (times[sample + 1] - times[sample - 1])
    return float(times[sample] + shift * step)
