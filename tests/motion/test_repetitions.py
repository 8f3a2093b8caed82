"""Repetitions of an exercise, told from a joint angle."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.files.storage import read_storage
from trochlea.motion.peaks import peak_time
from trochlea.motion.repetitions import repetitions

OPENCAP_PEAKS = [0.95, 2.46, 3.97, 5.56, 7.18]
"""Deepest moments of the five squats [s], as the data's own notes give them, to 0.01 s."""

WITHIN = 0.005
"""Half of the notes' last digit; worst difference seen 0.0044 s."""

RATE = 100.0


def squats(depths_deg: list[float], *, rest: float = 1.0, length: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """Raised cosines of these depths between rests."""
    period = rest + length
    times = np.arange(0.0, rest + period * len(depths_deg), 1 / RATE)
    angle = np.full(times.size, np.radians(5.0))
    for i, depth in enumerate(depths_deg):
        phase = (times - rest - i * period) / length
        inside = (phase >= 0) & (phase <= 1)
        angle[inside] += np.radians(depth) * 0.5 * (1 - np.cos(2 * np.pi * phase[inside]))
    return times, angle


@pytest.mark.parametrize("side", ["r", "l"])
def test_the_five_squats_of_a_measured_trial_are_found_where_its_notes_have_them(data_dir: Path, side: str):
    series = read_storage(data_dir / "pose/opencap_squats1_videoAndMocap.mot")
    found = repetitions(series.times, series.column(f"knee_angle_{side}"))
    assert len(found) == len(OPENCAP_PEAKS)
    if side == "r":
        np.testing.assert_allclose([r.deepest for r in found], OPENCAP_PEAKS, rtol=0, atol=WITHIN)
    assert all(r.is_whole and r.start < r.deepest < r.end for r in found)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))


def test_squats_of_unequal_depth_are_counted_and_their_ends_lie_at_the_rests():
    times, angle = squats([80.0, 60.0, 95.0])
    found = repetitions(times, angle)
    assert [round(r.deepest, 3) for r in found] == [1.75, 4.25, 6.75]
    assert [round(np.degrees(r.depth)) for r in found] == [85, 65, 100]
    # A raised cosine is at 5 % of its rise after acos(0.9) / (2 pi) of its length.
    onset = 1.5 * np.arccos(0.9) / (2 * np.pi)
    for i, r in enumerate(found):
        assert r.start == pytest.approx(1.0 + 2.5 * i + onset, abs=1.01 / RATE)
        assert r.end == pytest.approx(2.5 + 2.5 * i - onset, abs=1.01 / RATE)


def test_wobbles_on_the_way_are_no_repetitions_of_their_own():
    times, angle = squats([90.0, 90.0])
    found = repetitions(times, angle + np.radians(12.0) * np.sin(2 * np.pi * 3.0 * times))
    assert len(found) == 2


def test_standing_still_holds_no_repetition_however_noisy_or_short():
    times = np.arange(500) / RATE
    sway = np.radians(4.0) * np.sin(2 * np.pi * 0.4 * times) + np.radians(0.5) * np.random.default_rng(1).normal(
        size=500
    )
    assert repetitions(times, sway) == ()
    assert repetitions(times, np.full(500, 0.1)) == ()


def test_a_repetition_that_the_recording_cuts_off_says_so():
    times, angle = squats([90.0, 90.0])
    late = times >= 1.35  # 45 % down in the first
    assert [r.is_whole for r in repetitions(times[late], angle[late])] == [False, True]
    early = times <= 4.65  # 45 % left in the second
    assert [r.is_whole for r in repetitions(times[early], angle[early])] == [True, False]
    later = times >= 1.55  # 84 % down: no more than its end was recorded
    assert len(repetitions(times[later], angle[later])) == 1


def test_a_signal_with_gaps_is_refused():
    times, angle = squats([90.0])
    angle[30] = np.nan
    with pytest.raises(InputError, match="1 missing; give a joint angle without gaps"):
        repetitions(times, angle)


def test_the_top_of_a_parabola_is_found_between_samples():
    times = np.array([0.0, 0.1, 0.2, 0.3])
    signal = 1.0 - (times - 0.13) ** 2
    assert peak_time(times, signal, 1) == pytest.approx(0.13, abs=1e-12)
    assert peak_time(times, signal, 0) == 0.0
    assert peak_time(times, np.ones(4), 1) == 0.1
