"""When the force on a foot is known."""

import numpy as np
import pytest

from trochlea.motion.coverage import contacts, covered_samples

STANCE, SWING = 60, 40
STEP = 0.01
"""Time between samples [s]."""


def covered(vertical: np.ndarray, other: np.ndarray | None) -> np.ndarray:
    return covered_samples(np.arange(vertical.size) * STEP, vertical, other)


def step(height: float = 800.0) -> np.ndarray:
    """A contact with the two peaks of walking, at a quarter and three quarters."""
    phase = np.linspace(0, np.pi, STANCE)
    return height * (np.sin(phase) + 0.35 * np.sin(3 * phase)) + 5.0


def walk(offset: int, total: int, first: int = 0, last: int = 99) -> np.ndarray:
    """Vertical force of a foot that lands at offset, offset + 100, ...; only some steps are on a plate."""
    force = np.zeros(total)
    for i, start in enumerate(range(offset, total, STANCE + SWING)):
        if first <= i <= last and start + STANCE <= total:
            force[start : start + STANCE] = step()
    return force


def test_a_loaded_foot_is_covered_whatever_the_other_does():
    force = np.full(50, 400.0)
    assert covered(force, None).all()
    assert covered(force, np.zeros(50)).all()


def test_an_unloaded_foot_alone_is_not_covered():
    assert not covered(np.zeros(50), None).any()
    assert not covered(np.zeros(50), np.zeros(50)).any()


def test_the_swing_of_a_walk_on_plates_is_covered():
    right, left = walk(10, 300), walk(60, 300)
    start, end = 60, 210  # left's first landing, right's last lift-off within whole contacts
    assert covered(right, left)[start:end].all()
    assert covered(left, right)[start:end].all()


def test_a_step_beside_the_plates_is_not_covered():
    right, left = walk(10, 300), walk(60, 300, first=1)  # left's first contact, 60-120, missed the plate
    found = covered(left, right)
    assert not found[70:110].any()


def test_a_foot_that_lands_beside_the_plate_while_the_other_stands_is_not_taken_for_a_swing():
    right = walk(10, 320, last=1)
    left = walk(60, 320, last=0)
    found = covered(left, right)
    # After right's second peak left stands beside the plate again: nothing is known.
    assert not found[165:].any()


def test_no_hole_opens_between_the_other_foots_peaks_and_landing_or_lift_off():
    right = walk(10, 320, last=1)  # stands from 110 to 170, second peak at 155
    left = walk(60, 320, first=1, last=1)  # its only contact, from 160 to 220
    assert covered(left, right)[130:220].all()
    right, left = right[::-1].copy(), left[::-1].copy()
    assert covered(left, right)[100:190].all()


def run(flight: int) -> tuple[np.ndarray, np.ndarray]:
    """Both feet of a run: contacts of 28 samples with flights between them."""
    right, left = np.zeros(400), np.zeros(400)
    hump = 1500 * np.sin(np.linspace(0.01, np.pi - 0.01, 28))
    for i, start in enumerate(range(5, 370, 28 + flight)):
        (right if i % 2 == 0 else left)[start : start + 28] = hump
    return right, left


def test_the_flights_of_a_run_are_covered_between_contacts():
    right, left = run(flight=10)
    for foot, other in ((right, left), (left, right)):
        start, end = contacts(foot)[0][0], contacts(foot)[-1][1]
        assert covered(foot, other)[start:end].all()
    assert not covered(right, left)[:5].any()


def test_a_missed_plate_of_a_run_is_no_flight():
    right, left = run(flight=10)
    start, end = contacts(right)[1]
    right[start:end] = 0.0
    found = covered(right, left)
    assert not found[start:end].any()
    before, after = contacts(left)[0][1], contacts(left)[1][0]
    assert not covered(left, right)[before:after].any()


@pytest.mark.parametrize(("hole", "is_flight"), [(18, True), (22, False)])
def test_both_feet_unloaded_are_in_flight_only_for_a_fifth_of_a_second(hole: int, is_flight: bool):
    force = np.zeros(100)
    force[:30] = force[30 + hole :] = 500.0
    found = covered(force, force.copy())
    assert found[30 : 30 + hole].all() == is_flight
    assert found.sum() == (100 if is_flight else 100 - hole)


def test_a_contact_cut_by_the_recordings_edge_proves_nothing_about_the_other_foot():
    right = np.full(100, 800.0)
    assert not covered(np.zeros(100), right).any()
    left = np.where(np.arange(100) < 50, 0.0, 600.0)
    assert not covered(left, right)[:50].any()


def test_a_recording_that_ends_in_the_air_ends_uncovered():
    force = np.where(np.arange(60) < 40, 500.0, 0.0)
    assert covered(force, force.copy()).tolist() == [True] * 40 + [False] * 20


def test_a_plates_noise_is_no_contact():
    noise = np.abs(np.random.default_rng(3).normal(scale=3.0, size=500))
    assert contacts(noise) == []


def test_swapping_the_feet_swaps_the_answers_and_reversing_time_reverses_them():
    right, left = walk(10, 300), walk(60, 300, last=1)
    forward = covered(right, left)
    backward = covered(right[::-1].copy(), left[::-1].copy())[::-1]
    assert (forward == backward).all()
