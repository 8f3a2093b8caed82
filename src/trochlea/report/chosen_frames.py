"""Which frames of a movement are drawn: a few flexions for pictures side by side, many for the view that moves."""

import numpy as np

from trochlea.knee.result import KneecapResult
from trochlea.report.wording import number

SAME_FLEXION = np.deg2rad(3)
"""Frames within this of a flexion count as having it; the one with the largest force is drawn."""


def has_result(result: KneecapResult) -> np.ndarray:
    """Whether each frame holds values, shape (frames,)."""
    return np.isfinite(result.contact_force) & np.isfinite(result.solution.value).all(axis=1)


def frame_label(result: KneecapResult, frame: int, *, is_timed: bool) -> str:
    """Flexion of a frame, and its time in a movement, e.g. "knee bent 60°, 1.20 s"."""
    flexion = number(float(np.rad2deg(result.tibiofemoral_flexion[frame])), 0)
    return f"knee bent {flexion}°" + (f", {number(float(result.times[frame]), 2)} s" if is_timed else "")


def frames_by_flexion(result: KneecapResult, *, n: int) -> tuple[int, ...]:
    """Frames at flexions spread evenly over those with a result, from straight to bent.

    Where the knee passes a flexion more than once, the frame with the largest contact force is taken. Fewer than `n`
    where the movement does not hold as many.
    """
    valid = np.flatnonzero(has_result(result))
    if not valid.size:
        return ()
    flexion, force = result.tibiofemoral_flexion[valid], result.contact_force[valid]
    chosen = []
    for wanted in np.linspace(flexion.min(), flexion.max(), n):
        apart = np.abs(flexion - wanted)
        near = apart <= max(SAME_FLEXION, float(apart.min()))
        chosen.append(int(valid[near][np.argmax(force[near])]))
    return tuple(sorted(set(chosen), key=lambda frame: result.tibiofemoral_flexion[frame]))


def frames_in_time(result: KneecapResult, *, most: int) -> tuple[int, ...]:
    """At most `most` frames, evenly spaced over the movement, with and without a result; the largest force is kept."""
    n = result.times.size
    chosen = np.arange(n) if n <= most else np.round(np.linspace(0, n - 1, most)).astype(int)
    force = result.contact_force
    if np.isfinite(force).any():
        peak = int(np.nanargmax(force))
        chosen[np.abs(chosen - peak).argmin()] = peak
    return tuple(int(frame) for frame in chosen)
