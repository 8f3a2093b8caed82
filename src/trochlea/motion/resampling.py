"""Values at other times: interpolated inside unbroken runs, never across a gap, never beyond the ends."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import make_interp_spline

from trochlea.errors import InputError
from trochlea.motion.coverage import LOADED_FORCE
from trochlea.motion.markers import Markers
from trochlea.motion.motion import ContactLoad
from trochlea.motion.runs import Span, unbroken_runs
from trochlea.motion.timeseries import Array, TimeSeries, read_only

LARGEST_GAP = 2.0
"""A step of time longer than this many usual steps is a gap: samples are missing. Assumed."""

DEGREE = 3
"""Of the interpolating splines: smooth enough to be differentiated twice. Shorter runs get a lower one."""

SAME_TIME = 1e-9
"""Times this close are the same [s]."""


def regular_times(times: Array, rate: float) -> Array:
    """Evenly spaced times from the first to, at most, the last.

    Args:
        times: Shape (samples,) [s].
        rate: [Hz].

    Raises:
        InputError: If the rate is not positive.
    """
    if not (np.isfinite(rate) and rate > 0.0):
        raise InputError(f"sampling rate {rate:g} Hz; expected a positive number")
    count = int(np.floor((times[-1] - times[0]) * rate + SAME_TIME * rate)) + 1
    return read_only(times[0] + np.arange(count) / rate)


def resample_series(series: TimeSeries, times: Array) -> TimeSeries:
    """Columns at other times, by cubic splines through their samples.

    Args:
        series: Columns that are smooth between samples; low-pass them before going to a lower rate.
        times: Shape (frames,) [s].

    Raises:
        InputError: If a time lies beyond the ends or in a gap of the series.
    """
    known = known_at(series.times, times)
    if not known.all():
        lost = times[int(np.argmin(known))]
        raise InputError(
            f"no samples about {lost:g} s: the series runs from {series.times[0]:g} to {series.times[-1]:g} s"
            f"{_gap_text(series.times)}; ask for times inside"
        )
    return replace(series, times=times, values=_interpolate(series.times, series.values, times))


def resample_markers(markers: Markers, times: Array) -> Markers:
    """Markers at other times, by cubic splines; missing inside and next to every gap and beyond the ends.

    Args:
        markers: Smooth between samples; low-pass them before going to a lower rate.
        times: Shape (frames,) [s].
    """
    positions = np.full((times.size, len(markers.names), 3), np.nan)
    for i in range(len(markers.names)):
        positions[:, i] = _interpolate(markers.times, markers.positions[:, i], times)
    return replace(markers, times=times, positions=positions)


def resample_contact(load: ContactLoad, source: Array, times: Array) -> ContactLoad:
    """One foot's load at other times, linearly between neighbouring samples.

    Between an unloaded and a loaded sample the loaded one's centre of pressure is held. A time outside the source, in
    a gap of it, or next to a sample that is not covered is not covered.

    Args:
        load: At the times `source`.
        source: Shape (samples,) [s].
        times: Shape (frames,) [s].
    """
    before, after, weight = _neighbours(source, times)
    is_known = known_at(source, times) & load.is_covered[before] & load.is_covered[after]

    def between(values: Array) -> Array:
        return values[before] * (1 - weight[:, None]) + values[after] * weight[:, None]

    force = between(load.force)
    is_loaded = is_known & (force[:, 1] >= LOADED_FORCE)
    held = np.where(np.isnan(load.point[before]), load.point[after], load.point[before])
    point = between(load.point)
    point = np.where(np.isnan(point), held, point)
    is_known.setflags(write=False)
    return ContactLoad(
        side=load.side,
        force=read_only(np.where(is_loaded[:, None], force, 0.0)),
        point=read_only(np.where(is_loaded[:, None], point, np.nan)),
        free_moment=read_only(np.where(is_loaded[:, None], between(load.free_moment), 0.0)),
        is_covered=is_known,
    )


def known_at(source: Array, times: Array) -> NDArray[np.bool_]:
    """Whether each time lies within the source's ends and in no gap of it."""
    before, after, _ = _neighbours(source, times)
    is_inside = (times >= source[0] - SAME_TIME) & (times <= source[-1] + SAME_TIME)
    return is_inside & (source[after] - source[before] <= LARGEST_GAP * _usual_step(source))


def _usual_step(source: Array) -> float:
    return float(np.median(np.diff(source))) if source.size > 1 else np.inf


def _neighbours(source: Array, times: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """Samples before and after each time, the same where one is hit, and the weight of the one after."""
    before = np.clip(np.searchsorted(source, times, side="right") - 1, 0, source.size - 1)
    after = np.where(source[before] == times, before, np.minimum(before + 1, source.size - 1))
    span = source[after] - source[before]
    weight = np.divide(times - source[before], span, out=np.zeros_like(times), where=span > 0)
    return before, after, weight


def _gap_text(source: Array) -> str:
    gaps = np.flatnonzero(np.diff(source) > LARGEST_GAP * _usual_step(source))
    return "".join(f", with a gap from {source[i]:g} to {source[i + 1]:g} s" for i in gaps[:1])


def _runs(source: Array, values: Array) -> list[Span]:
    """Unbroken runs of finite values without a gap in time; values of shape (samples, columns)."""
    runs = []
    for start, end in unbroken_runs(np.all(np.isfinite(values), axis=1)):
        steps = np.diff(source[start:end])
        cuts = start + 1 + np.flatnonzero(steps > LARGEST_GAP * _usual_step(source))
        edges = [start, *cuts.tolist(), end]
        runs += list(zip(edges, edges[1:], strict=False))
    return runs


def _interpolate(source: Array, values: Array, times: Array) -> Array:
    """Values of shape (samples, columns) at other times; NaN outside every run."""
    result = np.full((times.size, values.shape[1]), np.nan)
    for start, end in _runs(source, values):
        first, last = source[start], source[end - 1]
        inside = (times >= first - SAME_TIME) & (times <= last + SAME_TIME)
        if end - start == 1 or not inside.any():
            result[inside] = values[start]
            continue
        spline = make_interp_spline(source[start:end], values[start:end], k=min(DEGREE, end - start - 1), axis=0)
        result[inside] = spline(np.clip(times[inside], first, last))
    return result
