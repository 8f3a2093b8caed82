"""What a task says of axes that something outside carries, and of muscles that stay relaxed."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.person_leg import build_person_leg
from trochlea.knee.task_result import person_engine, solve_task
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE
from trochlea.motion.task_file import read_task
from trochlea.person.read import demo_person

N_FRAMES = 7


@pytest.fixture(scope="module")
def own():
    person = demo_person()
    return build_person_leg(person, person_engine(person), "right")


def solved(own, task):
    return solve_task(own.person, task, "right", own=own, n_frames=N_FRAMES)


def test_a_seat_carries_the_hip_so_no_hip_muscle_works_in_knee_extension(own):
    task = read_task("knee_extension")
    on_seat, in_the_air = solved(own, task), solved(own, replace(task, carried_outside=()))
    assert on_seat.leg.carried == ("knee_angle", "ankle_angle")
    assert not on_seat.leg.is_overloaded.any()
    assert np.abs(in_the_air.leg.reserves).max() > LARGEST_RESERVE
    assert on_seat.leg.force_of("iliopsoas").max() < 1.0 < in_the_air.leg.force_of("iliopsoas").max()
    # The knee's own moment is the same: nothing but the sharing changes.
    np.testing.assert_array_equal(on_seat.leg.moments, in_the_air.leg.moments)


def test_intervals_of_a_seated_task_leave_the_same_axes_out(own):
    rng = np.random.default_rng(3)
    result = solve_task(
        own.person, read_task("knee_extension"), "right", own=own, n_frames=N_FRAMES, n_draws=6, rng=rng
    )
    assert result.n_failed == 0


def test_a_relaxed_quadriceps_leaves_a_clamshell_to_the_hip(own):
    task = read_task("clamshell")
    relaxed, free = solved(own, task), solved(own, replace(task, relaxed=()))
    # Moments are carried either way; only who carries them changes.
    assert np.abs(relaxed.leg.reserves).max() < LARGEST_RESERVE
    assert relaxed.leg.force_of("recfem").max() < 0.5 * free.leg.force_of("recfem").max()
    assert relaxed.leg.force_of("gluteus_medius").max() > free.leg.force_of("gluteus_medius").max()


def test_a_group_that_is_none_cannot_be_relaxed(own):
    task = replace(read_task("clamshell"), relaxed=("nerves",))
    with pytest.raises(InputError, match="clamshell: relaxed 'nerves': expected some of quadriceps"):
        solved(own, task)
