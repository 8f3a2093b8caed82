"""Peaks say when and where in the movement they are."""

import numpy as np
import pytest

from trochlea.report.peaks import furthest, highest, lowest

TIMES = np.linspace(2.0, 4.0, 5)


def test_the_highest_value_has_its_time_and_its_place_in_movement_and_cycle():
    peak = highest(TIMES, np.array([0.0, 1.0, np.nan, 3.0, 2.0]), ((2.5, 4.5),))
    assert (peak.value, peak.time) == (3.0, 3.5)
    assert peak.movement_percent == pytest.approx(75.0, rel=1e-12, abs=0)
    assert peak.cycle_percent == pytest.approx(50.0, rel=1e-12, abs=0)


def test_a_peak_outside_whole_cycles_has_no_place_in_one():
    assert highest(TIMES, np.array([5.0, 1.0, 1.0, 1.0, 1.0]), ((2.5, 3.0),)).cycle_percent is None


def test_lowest_and_furthest_keep_their_sign():
    values = np.array([1.0, -4.0, 3.0, 0.0, 0.0])
    assert lowest(TIMES, values).value == -4.0
    assert furthest(TIMES, values).value == -4.0
    assert furthest(TIMES, -values).value == 4.0


@pytest.mark.parametrize("peak", [highest, lowest, furthest])
def test_a_series_of_gaps_has_no_peak(peak):
    assert peak(TIMES, np.full(5, np.nan)) is None


def test_one_frame_lies_at_the_start_of_its_movement():
    assert highest(np.array([1.0]), np.array([2.0])).movement_percent == 0.0
