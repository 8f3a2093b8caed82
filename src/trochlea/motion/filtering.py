"""Zero-phase low-pass of raw markers, ground forces and, only when asked, joint angles.

A second-order Butterworth filter runs forwards and backwards: fourth order in all, no delay. Two passes lower the
frequency at which half the power is left, so that each is designed for a higher one; what is asked for, recorded and
printed is the cut-off of both together. What is missing stays missing: every unbroken run is filtered by itself, and a
run too short to be filtered stays as it is and is named.
"""

from dataclasses import dataclass, replace

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.coverage import CONTACT_FORCE, contacts
from trochlea.motion.markers import Markers
from trochlea.motion.motion import ContactLoad
from trochlea.motion.runs import unbroken_runs
from trochlea.motion.timeseries import Array, TimeSeries, read_only

CUTOFF = 6.0
"""Cut-off for markers of walking and slower movements, and for the forces that go with them [Hz].
`unnamed-2025-low-pass` calls 6 Hz at the fourth order the standard of the field; markers and forces get the same,
else impacts make moments that are not there (`unnamed-2006-impact`)."""

PASS_ORDER = 2
"""Order of each of the two passes."""

LARGEST_SHARE = 0.8
"""Largest cut-off over half the sampling rate [-]. Assumed: nearer to it a low-pass leaves everything as it was."""

LARGEST_JITTER = 0.1
"""Samples may lie this far off an even grid, in steps of it [-]. Assumed: times in files are rounded decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """What was done to one kind of data.

    Attributes:
        what: The data, e.g. "markers".
        cutoff: Frequency at which both passes together leave half the power [Hz]; None: as given, not filtered.
        too_short: Runs that were left as they are, e.g. "R.Heel 0.1 to 0.13 s".
    """

    what: str
    cutoff: float | None
    too_short: tuple[str, ...] = ()

    def sentence(self) -> str:
        """One line for a report."""
        if self.cutoff is None:
            return f"{self.what}: as given, not filtered"
        line = f"{self.what}: low-pass {self.cutoff:g} Hz, {2 * PASS_ORDER}th-order Butterworth, zero phase"
        if not self.too_short:
            return line
        shown = ", ".join(self.too_short[:3]) + (", ..." if len(self.too_short) > 3 else "")
        return f"{line}; left as they are, shorter than one period of it ({len(self.too_short)}): {shown}"


def as_given(what: str) -> Filtering:
    """The record of data that were not filtered."""
    return Filtering(what=what, cutoff=None)


def design_frequency(cutoff: float, rate: float) -> float:
    """Cut-off of each pass so that both together leave half the power at `cutoff` [Hz].

    One pass of order n leaves 1 / (1 + u^(2n)) of the power, u being tan(pi f / rate) over its value at the cut-off;
    two passes leave the square of it.

    References:
        selling-2018-cutoff: correction of the warped frequency, after winter-2009-biomechanics.
    """
    correction = (np.sqrt(2.0) - 1.0) ** (1.0 / (2 * PASS_ORDER))
    return float(np.arctan(np.tan(np.pi * cutoff / rate) / correction) * rate / np.pi)


def filter_series(series: TimeSeries, *, cutoff: float, what: str = "joint angles") -> tuple[TimeSeries, Filtering]:
    """Every column low-passed.

    Args:
        series: Evenly sampled.
        cutoff: Of both passes together [Hz].
        what: The data's name in the record.

    Raises:
        InputError: If the times are not even, or the cut-off is impossible.
    """
    rate = even_rate(series.times, what)
    _check_cutoff(cutoff, rate, what)
    values, short = _filter_columns(series.times, series.values, series.names, cutoff=cutoff, rate=rate)
    filtered = replace(series, values=values)
    return filtered, Filtering(what=what, cutoff=cutoff, too_short=short)


def filter_markers(markers: Markers, *, cutoff: float = CUTOFF) -> tuple[Markers, Filtering]:
    """Every marker low-passed between its gaps; no gap is filled.

    Args:
        markers: Evenly sampled.
        cutoff: Of both passes together [Hz].

    Raises:
        InputError: If the times are not even, or the cut-off is impossible.
    """
    rate = even_rate(markers.times, "markers")
    _check_cutoff(cutoff, rate, "markers")
    positions, short = _filter_columns(markers.times, markers.positions, markers.names, cutoff=cutoff, rate=rate)
    return replace(markers, positions=positions), Filtering(what="markers", cutoff=cutoff, too_short=short)


def filter_contact(times: Array, load: ContactLoad, *, cutoff: float = CUTOFF) -> tuple[ContactLoad, Filtering]:
    """Force of the ground on one foot, low-passed within each contact, at the plate's own rate.

    Force and moment are filtered; the centre of pressure follows from both, since by itself it means nothing where
    the force is small. Each contact is filtered alone: no force leaks into the swing, and contacts stay as long as
    they were. Where the filtered vertical force is below the force of a contact, the point is the given one.

    Args:
        times: Of the load, evenly spaced, shape (samples,) [s].
        load: At these times.
        cutoff: Of both passes together [Hz].

    Raises:
        InputError: If the times are not even, or the cut-off is impossible.
    """
    what = f"force on the {load.side} foot"
    rate = even_rate(times, what)
    _check_cutoff(cutoff, rate, what)
    force, point, moment = (np.array(values) for values in (load.force, load.point, load.free_moment))
    short = []
    for start, end in contacts(load.force[:, 1]):
        if end - start <= _shortest(cutoff, rate):
            short.append(f"contact {times[start]:g} to {times[end - 1]:g} s")
            continue
        span = slice(start, end)
        force[span], point[span], moment[span] = _filter_wrench(
            load.force[span], load.point[span], load.free_moment[span], cutoff=cutoff, rate=rate
        )
    filtered = replace(load, force=read_only(force), point=read_only(point), free_moment=read_only(moment))
    return filtered, Filtering(what=what, cutoff=cutoff, too_short=tuple(short))


def even_rate(times: Array, what: str) -> float:
    """Sampling rate [Hz] of evenly spaced times.

    Raises:
        InputError: If there are fewer than two, or they are not evenly spaced.
    """
    if times.size < 2:
        raise InputError(f"{what}: {times.size} samples; expected at least 2 to know the sampling rate")
    grid = np.linspace(times[0], times[-1], times.size)
    step = grid[1] - grid[0]
    off = np.abs(times - grid)
    if off.max() > LARGEST_JITTER * step:
        usual = float(np.median(np.diff(times)))
        worst = int(np.argmax(np.abs(np.diff(times) - usual)))
        raise InputError(
            f"{what}: the times are not evenly spaced, {times[worst + 1] - times[worst]:g} s after {times[worst]:g} s, "
            f"mostly {usual:g} s; resample to {1 / usual:.0f} Hz first, or cut the window so that it leaves out the gap"
        )
    return float(1.0 / step)


def _check_cutoff(cutoff: float, rate: float, what: str) -> None:
    highest = LARGEST_SHARE * rate / 2
    if not (np.isfinite(cutoff) and cutoff > 0.0):
        raise InputError(f"{what}: cut-off {cutoff:g} Hz; expected a positive frequency, usually {CUTOFF:g} Hz")
    if cutoff > highest:
        raise InputError(
            f"{what}: cut-off {cutoff:g} Hz at {rate:.4g} samples a second; expected at most {highest:.4g} Hz: "
            "lower the cut-off, or leave these data unfiltered"
        )


def _shortest(cutoff: float, rate: float) -> int:
    """Samples in one period of the cut-off: the ends of a run are mirrored this far, and it must be longer."""
    return int(np.ceil(rate / cutoff))


def _low_pass(values: Array, *, cutoff: float, rate: float) -> Array:
    """Both passes along the first axis; ends are continued by their point reflection."""
    from scipy.signal import butter, sosfiltfilt  # a third of a second to load, for those who filter

    sections = butter(PASS_ORDER, design_frequency(cutoff, rate), fs=rate, output="sos")
    return sosfiltfilt(sections, values, axis=0, padtype="odd", padlen=_shortest(cutoff, rate))


def _filter_columns(
    times: Array, values: Array, names: tuple[str, ...], *, cutoff: float, rate: float
) -> tuple[Array, tuple[str, ...]]:
    """Each of shape (frames, names, ...) between its gaps, and the runs that were too short."""
    filtered, short = np.array(values), []
    for i, name in enumerate(names):
        column = values[:, i].reshape(len(values), -1)
        for start, end in unbroken_runs(np.all(np.isfinite(column), axis=1)):
            if end - start <= _shortest(cutoff, rate):
                short.append(f"{name} {times[start]:g} to {times[end - 1]:g} s")
            else:
                filtered[start:end, i] = _low_pass(values[start:end, i], cutoff=cutoff, rate=rate)
    return filtered, tuple(short)


def _filter_wrench(
    force: Array, point: Array, moment: Array, *, cutoff: float, rate: float
) -> tuple[Array, Array, Array]:
    """Force, centre of pressure and vertical free moment of one contact after filtering force and moment."""
    middle = np.average(point, axis=0, weights=force[:, 1])
    total = np.cross(point - middle, force) + moment
    smooth = _low_pass(np.hstack([force, total, point[:, 1:2]]), cutoff=cutoff, rate=rate)
    force, total, height = smooth[:, :3], smooth[:, 3:6], smooth[:, 6] - middle[1]
    is_firm = force[:, 1] >= CONTACT_FORCE
    upward = np.where(is_firm, force[:, 1], 1.0)
    forward = np.where(is_firm, (total[:, 2] + height * force[:, 0]) / upward, point[:, 0] - middle[0])
    right = np.where(is_firm, (height * force[:, 2] - total[:, 0]) / upward, point[:, 2] - middle[2])
    free = np.zeros_like(total)
    free[:, 1] = total[:, 1] - (right * force[:, 0] - forward * force[:, 2])
    return force, middle + np.column_stack([forward, height, right]), free
