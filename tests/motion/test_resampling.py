"""Values at other times: exact where they are known, missing or refused where they are not."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.markers import Markers
from trochlea.motion.motion import ContactLoad
from trochlea.motion.resampling import (
    known_at,
    regular_times,
    resample_contact,
    resample_markers,
    resample_series,
)
from trochlea.motion.runs import unbroken_runs
from trochlea.motion.timeseries import TimeSeries

SPLINE = 1e-12
"""A cubic spline passes through a cubic, and through its own samples; worst seen 3e-14."""

WAVE = 2e-5
"""Error of the spline through 100 samples of a second for a sine of 2 Hz: (2 pi 2)^4 / 100^4 / 384 times a little for
the ends; worst seen 1.7e-5."""


def cubic(times: np.ndarray) -> np.ndarray:
    return 2.0 - times + 3.0 * times**2 - 0.7 * times**3


def test_a_cubic_is_met_exactly_at_any_time_inside():
    times = np.array([0.0, 0.1, 0.25, 0.3, 0.4, 0.55, 0.6])
    series = TimeSeries(times=times, values=cubic(times)[:, None], names=("a",), units=("rad",))
    at = np.linspace(0.0, 0.6, 37)
    np.testing.assert_allclose(resample_series(series, at).column("a"), cubic(at), rtol=0, atol=SPLINE)


def test_a_wave_is_met_between_its_samples():
    times = np.arange(101) / 100.0
    series = TimeSeries(times=times, values=np.sin(4 * np.pi * times)[:, None], names=("a",), units=("rad",))
    at = regular_times(times, 240.0)
    found = resample_series(series, at)
    np.testing.assert_allclose(found.column("a"), np.sin(4 * np.pi * at), rtol=0, atol=WAVE)
    assert (found.names, found.units) == (series.names, series.units)


def test_regular_times_begin_with_the_first_and_never_pass_the_last():
    times = np.array([0.1, 0.2, 0.9])
    np.testing.assert_allclose(regular_times(times, 10.0), np.arange(1, 10) / 10.0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(regular_times(times, 3.0), [0.1, 0.1 + 1 / 3, 0.1 + 2 / 3], rtol=0, atol=1e-12)
    with pytest.raises(InputError, match="sampling rate 0 Hz; expected a positive number"):
        regular_times(times, 0.0)


@pytest.mark.parametrize("at", [-0.01, 1.01])
def test_a_series_is_not_continued_beyond_its_ends(at):
    times = np.arange(101) / 100.0
    series = TimeSeries(times=times, values=np.zeros((101, 1)), names=("a",), units=("rad",))
    with pytest.raises(InputError, match=r"no samples about .* s: the series runs from 0 to 1 s; ask for times inside"):
        resample_series(series, np.array([0.5, at]))


def test_a_gap_of_a_series_is_not_bridged():
    times = np.delete(np.arange(101) / 100.0, slice(40, 60))
    series = TimeSeries(times=times, values=np.sin(times)[:, None], names=("a",), units=("rad",))
    with pytest.raises(InputError, match=r"no samples about 0.5 s: .* with a gap from 0.39 to 0.6 s"):
        resample_series(series, np.array([0.3, 0.5]))
    beside = np.array([0.385, 0.605])
    np.testing.assert_allclose(resample_series(series, beside).column("a"), np.sin(beside), rtol=0, atol=1e-8)


def test_a_marker_is_missing_inside_its_gaps_and_beyond_its_ends_and_nowhere_else():
    times = np.arange(11) / 10.0
    positions = np.repeat(cubic(times)[:, None, None], 2, axis=1).repeat(3, axis=2)
    positions[4:6, 0] = np.nan
    markers = Markers(times=times, names=("gap", "whole"), positions=positions, source="test")
    at = np.array([-0.05, 0.0, 0.25, 0.3, 0.35, 0.45, 0.6, 0.95, 1.0, 1.05])
    found = resample_markers(markers, at)
    lost = np.isnan(found.marker("gap")[:, 0])
    assert lost.tolist() == [True, False, False, False, True, True, False, False, False, True]
    assert np.isnan(found.marker("whole")[:, 0]).tolist() == [True, *[False] * 8, True]
    known = found.marker("whole")[1:-1, 2]
    np.testing.assert_allclose(known, cubic(at[1:-1]), rtol=0, atol=SPLINE)


def test_a_marker_seen_once_is_known_only_at_that_time():
    times = np.arange(5) / 10.0
    positions = np.full((5, 1, 3), np.nan)
    positions[2] = [1.0, 2.0, 3.0]
    found = resample_markers(Markers(times=times, names=("m",), positions=positions, source="test"), times)
    np.testing.assert_array_equal(found.marker("m"), positions[:, 0])


def contact() -> tuple[np.ndarray, ContactLoad]:
    times = np.arange(6) / 10.0
    force = np.array([[0, 0, 0], [1, 100, 2], [2, 200, 4], [3, 300, 6], [0, 0, 0], [0, 0, 0]], dtype=float)
    point = np.array([[np.nan] * 3, [0.1, 0, 0], [0.2, 0, 0], [0.3, 0, 0], [np.nan] * 3, [np.nan] * 3])
    covered = np.array([True, True, True, True, True, False])
    return times, ContactLoad(side="left", force=force, point=point, free_moment=force / 100, is_covered=covered)


def test_a_contact_is_interpolated_linearly_and_its_centre_of_pressure_held_at_its_ends():
    times, load = contact()
    found = resample_contact(load, times, np.array([0.05, 0.15, 0.35, 0.42, 0.45]))
    np.testing.assert_allclose(found.force[:, 1], [50.0, 150.0, 150.0, 0.0, 0.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.point[:3, 0], [0.1, 0.15, 0.3], rtol=0, atol=1e-12)
    assert np.isnan(found.point[3:]).all()
    np.testing.assert_allclose(found.free_moment[:3, 1], [0.5, 1.5, 1.5], rtol=0, atol=1e-12)
    assert found.is_covered.tolist() == [True, True, True, False, False]
    assert found.side == "left"


def test_a_contact_is_not_covered_outside_its_times_or_in_a_gap_of_them():
    times = np.array([0.0, 0.1, 0.2, 0.6, 0.7])
    assert known_at(times, np.array([-0.1, 0.0, 0.15, 0.4, 0.65, 0.7, 0.8])).tolist() == [
        *(False, True, True, False, True, True, False)
    ]


def test_runs_are_found_at_the_ends_and_in_the_middle():
    assert unbroken_runs(np.array([True, False, True, True, False, True])) == [(0, 1), (2, 4), (5, 6)]
    assert unbroken_runs(np.zeros(3, dtype=bool)) == []
