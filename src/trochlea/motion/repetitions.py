"""Repetitions of an exercise: where each begins, is deepest and ends."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.peaks import peak_time, prominent_peaks
from trochlea.motion.timeseries import Array

LEAST_DEPTH = float(np.radians(15.0))
"""Depth from which a bend of a joint counts as a repetition [rad]. Assumed: more than standing people sway, less than
the shallowest exercise."""

WHOLE = 0.8
"""A repetition is whole if the smaller of its rise and its fall is at least this share of the larger [-]. Assumed:
people come up again to within a fifth of the depth; less means that the recording cuts it off."""

ONSET = 0.05
"""A repetition begins and ends at this share of its rise over the rest beside it [-]. Assumed: at rest a signal has no
moment at which it begins to move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """One repetition.

    Attributes:
        start: When it leaves the rest before it [s].
        deepest: When the signal is highest [s].
        end: When it is back at the rest after it [s].
        depth: Highest value of the signal, in its unit.
        is_whole: False if its rise and its fall differ much: the recording cuts it off.
    """

    start: float
    deepest: float
    end: float
    depth: float
    is_whole: bool


def repetitions(times: Array, signal: Array, *, least: float = LEAST_DEPTH) -> tuple[Repetition, ...]:
    """Repetitions in a signal that grows with depth, e.g. knee flexion in squats.

    A repetition is a peak whose prominence is at least half of the signal's spread between its 5th and 95th
    percentile, and at least `least`. One of which less than that was recorded is not counted.

    Args:
        times: Shape (frames,) [s].
        signal: Shape (frames,), e.g. knee flexion [rad].
        least: Least rise that counts, in the signal's unit.

    Returns:
        In order; none if nothing is repeated.

    Raises:
        InputError: If the signal has gaps or another number of frames than the times.
    """
    if signal.shape != times.shape or not np.isfinite(signal).all():
        raise InputError(
            f"repetitions: expected {times.size} finite values, found shape {signal.shape} with "
            f"{int(np.sum(~np.isfinite(signal)))} missing; give a joint angle without gaps"
        )
    peaks = prominent_peaks(signal, least=least)
    valleys = [0, *(a + int(np.argmin(signal[a:b])) for a, b in zip(peaks, peaks[1:], strict=False)), times.size - 1]
    return tuple(
        _repetition(times, signal, before, int(peak), after)
        for before, peak, after in zip(valleys, peaks, valleys[1:], strict=False)
    )


def _repetition(times: Array, signal: Array, before: int, peak: int, after: int) -> Repetition:
    """The repetition of one peak between the lowest samples on both sides."""
    first = before + int(np.argmin(signal[before : peak + 1]))
    last = peak + int(np.argmin(signal[peak : after + 1]))
    rise, fall = signal[peak] - signal[first], signal[peak] - signal[last]
    full = max(rise, fall)
    start = peak - int(np.argmax(signal[first : peak + 1][::-1] <= signal[first] + ONSET * rise))
    end = peak + int(np.argmax(signal[peak : last + 1] <= signal[last] + ONSET * fall))
    return Repetition(
        start=float(times[start]),
        deepest=peak_time(times, signal, peak),
        end=float(times[end]),
        depth=float(signal[peak]),
        is_whole=bool(min(rise, fall) >= WHOLE * full),
    )
