"""Zero-phase low-pass: what passes, what stays, what is refused."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.coverage import contacts
from trochlea.motion.files.external_loads import force_file, read_external_loads
from trochlea.motion.files.storage import read_table
from trochlea.motion.filtering import (
    CUTOFF,
    as_given,
    design_frequency,
    even_rate,
    filter_contact,
    filter_markers,
    filter_series,
)
from trochlea.motion.markers import Markers
from trochlea.motion.motion import ContactLoad
from trochlea.motion.timeseries import TimeSeries

GAIN = 2e-4
"""Amplitude of a sine in the middle of a long record against the closed form; worst seen 5e-6. What is left of the
ends decays with the filter's time constant."""

ROUNDING = 1e-9
"""Filtering a constant, or moving a wrench to another point, is exact but for rounding; worst seen 4e-11."""

IMPULSE = 0.005
"""Relative change of a contact's vertical impulse at 6 Hz; worst seen 0.0028."""

CENTRE_MOVES = 0.12
"""Largest move of the centre of pressure where the foot carries more than 50 N [m]; worst seen 0.103 m (gait2392, whose
own centre of pressure jumps there), 0.018 m in the Rajagopal walk."""


def series(times: np.ndarray, *columns: np.ndarray) -> TimeSeries:
    names = tuple(f"angle_{i}" for i in range(len(columns)))
    return TimeSeries(times=times, values=np.column_stack(columns), names=names, units=("rad",) * len(columns))


def closed_form(frequency: float, cutoff: float, rate: float) -> float:
    """Gain of both passes: each leaves 1 / (1 + u^4) of the power, and half the power is left at the cut-off."""
    u = np.tan(np.pi * frequency / rate) / np.tan(np.pi * cutoff / rate)
    return 1.0 / (1.0 + (np.sqrt(2.0) - 1.0) * u**4)


@pytest.mark.parametrize("rate", [60.0, 100.0, 2000.0])
@pytest.mark.parametrize("share", [0.3, 1.0, 1.5, 2.0])
def test_a_sine_passes_with_the_gain_of_two_butterworth_passes_and_without_delay(rate, share):
    times = np.arange(0.0, 12.0, 1.0 / rate)
    wave = np.sin(2 * np.pi * share * 6.0 * times)
    filtered, _ = filter_series(series(times, wave), cutoff=6.0)
    middle = (times > 4) & (times < 8)
    expected = closed_form(share * 6.0, 6.0, rate) * wave
    np.testing.assert_allclose(filtered.values[middle, 0], expected[middle], rtol=0, atol=GAIN)


def test_at_the_stated_cut_off_half_the_power_is_left():
    assert closed_form(6.0, 6.0, 100.0) ** 2 == pytest.approx(0.5, rel=1e-12)
    # Dividing the cut-off itself by 0.802 would be right for slow signals only (selling-2018-cutoff).
    assert design_frequency(6.0, 1e6) == pytest.approx(6.0 / 0.802, rel=1e-3)
    assert design_frequency(20.0, 60.0) < 20.0 / 0.802


def test_a_constant_stays_to_both_ends():
    times = np.arange(200) / 100.0
    filtered, _ = filter_series(series(times, np.full(200, 0.7)), cutoff=6.0)
    np.testing.assert_allclose(filtered.values, 0.7, rtol=0, atol=ROUNDING)


def markers_with_gap(rate: float = 100.0) -> Markers:
    """Two markers of 3 s with noise; the first is missing from 1.00 to 1.09 s and alone at 2.0 to 2.11 s."""
    times = np.arange(0.0, 3.0, 1.0 / rate)
    positions = np.random.default_rng(4).normal(scale=0.01, size=(times.size, 2, 3)) + np.sin(times)[:, None, None]
    positions[100:110, 0] = np.nan
    positions[190:200, 0] = positions[212:222, 0] = np.nan
    return Markers(times=times, names=("heel", "knee"), positions=positions, source="test")


def test_gaps_stay_gaps_and_what_lies_beyond_one_has_no_say():
    raw = markers_with_gap()
    filtered, record = filter_markers(raw)
    np.testing.assert_array_equal(np.isnan(filtered.positions), np.isnan(raw.positions))
    other = np.array(raw.positions)
    other[110:, 0] += 5.0
    changed, _ = filter_markers(Markers(times=raw.times, names=raw.names, positions=other, source="test"))
    np.testing.assert_array_equal(changed.positions[:100, 0], filtered.positions[:100, 0])
    assert not np.allclose(changed.positions[120:180, 0], filtered.positions[120:180, 0])
    assert record.cutoff == CUTOFF


def test_a_run_shorter_than_a_period_of_the_cut_off_stays_and_is_named():
    raw = markers_with_gap()
    filtered, record = filter_markers(raw)
    assert record.too_short == ("heel 2 to 2.11 s",)
    np.testing.assert_array_equal(filtered.positions[200:212, 0], raw.positions[200:212, 0])
    assert "left as they are, shorter than one period of it (1): heel 2 to 2.11 s" in record.sentence()


def test_the_record_says_in_one_line_what_was_done():
    _, record = filter_series(series(np.arange(100) / 100.0, np.zeros(100)), cutoff=8.0)
    assert record.sentence() == "joint angles: low-pass 8 Hz, 4th-order Butterworth, zero phase"
    assert as_given("joint angles").sentence() == "joint angles: as given, not filtered"


@pytest.mark.parametrize(
    ("cutoff", "message"),
    [
        (41.0, r"joint angles: cut-off 41 Hz at 100 samples a second; expected at most 40 Hz: lower the cut-off, or"),
        (0.0, "cut-off 0 Hz; expected a positive frequency, usually 6 Hz"),
        (np.nan, "cut-off nan Hz; expected a positive frequency"),
    ],
)
def test_an_impossible_cut_off_is_refused_with_the_remedy(cutoff, message):
    with pytest.raises(InputError, match=message):
        filter_series(series(np.arange(100) / 100.0, np.zeros(100)), cutoff=cutoff)


def test_missing_samples_are_refused_and_rounded_times_are_not():
    times = np.delete(np.arange(100) / 100.0, slice(40, 45))
    with pytest.raises(InputError, match=r"not evenly spaced, 0.06 s after 0.39 s, mostly 0.01 s; resample to 100 Hz"):
        filter_series(series(times, np.zeros(95)), cutoff=6.0)
    assert even_rate(np.round(np.arange(300) / 600.0, 4), "forces") == pytest.approx(600.0, rel=1e-3)
    with pytest.raises(InputError, match="1 samples; expected at least 2"):
        even_rate(np.zeros(1), "forces")


def contact(times: np.ndarray, force: np.ndarray, point: np.ndarray, moment: np.ndarray) -> ContactLoad:
    return ContactLoad(
        side="right", force=force, point=point, free_moment=moment, is_covered=np.ones(times.size, dtype=bool)
    )


def stance(noise: float, *, rate: float = 1000.0) -> tuple[np.ndarray, ContactLoad]:
    """One contact from 0.2 to 0.9 s; the force is noisy, its point and free moment are not."""
    times = np.arange(0.0, 1.2, 1.0 / rate)
    loaded = (times >= 0.2) & (times <= 0.9)
    rng = np.random.default_rng(2)
    rise = np.sin(np.pi * (times - 0.2) / 0.7)
    force = np.column_stack([100 * np.cos(4 * times), 60 + 700 * rise, 30 * np.sin(9 * times)])
    force += noise * rng.normal(size=force.shape)
    point = np.tile([0.3, 0.02, -0.1], (times.size, 1))
    moment = np.tile([0.0, 4.0, 0.0], (times.size, 1))
    keep = loaded[:, None]
    return times, contact(times, np.where(keep, force, 0.0), np.where(keep, point, np.nan), np.where(keep, moment, 0.0))


def test_a_force_that_acts_at_one_point_still_acts_there_however_noisy():
    times, load = stance(noise=15.0)
    filtered, _ = filter_contact(times, load)
    loaded = load.force[:, 1] > 0
    np.testing.assert_allclose(filtered.point[loaded], load.point[loaded], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(filtered.free_moment[loaded], load.free_moment[loaded], rtol=0, atol=ROUNDING)
    _, quiet = stance(noise=0.0)
    inner = (times > 0.3) & (times < 0.8)
    before = np.std((load.force - quiet.force)[inner, 1])
    assert np.std((filtered.force - quiet.force)[inner, 1]) < 0.25 * before


def test_a_filtered_contact_has_the_filtered_force_and_moment_about_any_point():
    times, load = stance(noise=15.0)
    loaded = load.force[:, 1] > 0
    at = times[loaded]
    path = np.column_stack([0.1 + 0.3 * at, 0.02 + 0.05 * at, -0.1 + 0.05 * np.sin(6 * at)])
    point = np.full_like(load.point, np.nan)
    point[loaded] = path
    load = contact(times, load.force, point, load.free_moment)
    filtered, _ = filter_contact(times, load)
    # Filters are linear: the moment about the origin may be filtered instead.
    moment = np.cross(path, load.force[loaded]) + load.free_moment[loaded]
    expected, _ = filter_series(series(at, *load.force[loaded].T, *moment.T), cutoff=CUTOFF)
    found = np.cross(filtered.point[loaded], filtered.force[loaded]) + filtered.free_moment[loaded]
    np.testing.assert_allclose(filtered.force[loaded], expected.values[:, :3], rtol=0, atol=ROUNDING)
    np.testing.assert_allclose(found, expected.values[:, 3:], rtol=0, atol=ROUNDING)
    assert not filtered.free_moment[loaded][:, [0, 2]].any()


def test_no_force_leaks_into_the_swing_and_a_contact_keeps_its_length():
    times, load = stance(noise=15.0)
    filtered, record = filter_contact(times, load)
    swing = load.force[:, 1] == 0
    assert not filtered.force[swing].any()
    assert np.isnan(filtered.point[swing]).all()
    assert contacts(filtered.force[:, 1]) == contacts(load.force[:, 1])
    assert record.sentence().startswith("force on the right foot: low-pass 6 Hz")


def test_a_contact_shorter_than_a_period_of_the_cut_off_stays_and_is_named():
    times = np.arange(0.0, 1.0, 0.001)
    force = np.zeros((times.size, 3))
    force[300:400, 1] = 400.0
    point = np.where(force[:, 1:2] > 0, 0.1, np.nan) * np.ones(3)
    filtered, record = filter_contact(times, contact(times, force, point, np.zeros_like(force)))
    np.testing.assert_array_equal(filtered.force, force)
    assert record.too_short == ("contact 0.3 to 0.399 s",)


@pytest.mark.parametrize("trial", ["rajagopal_walk/external_loads.xml", "gait2392_walk/subject01_walk1_grf.xml"])
def test_measured_contacts_keep_their_impulse_and_their_centre_of_pressure(data_dir: Path, trial: str):
    path = data_dir / "mocap" / trial
    times = read_table(force_file(path)).times
    for load in read_external_loads(path, times):
        filtered, _ = filter_contact(times, load)
        for start, end in contacts(load.force[:, 1]):
            span = slice(start, end)
            before, after = (np.trapezoid(x.force[span, 1], times[span]) for x in (load, filtered))
            assert after == pytest.approx(before, rel=IMPULSE)
            firm = load.force[span, 1] > 50.0
            moved = np.linalg.norm(filtered.point[span] - load.point[span], axis=1)
            assert moved[firm].max() < CENTRE_MOVES
