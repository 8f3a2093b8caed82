"""Many variants of a task at once."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.leg.posture.task_postures import misses_over_tolerance, task_postures
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task import Course
from trochlea.motion.task_file import read_task

SAME_POSTURE = 1e-6
"""Of one posture found alone and among others [rad, m]; the search stops at steps of 1e-9, no difference was seen."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=70, height=1.72, sex="female")


@pytest.mark.parametrize("name", ["single_leg_squat", "step_down"])
def test_a_variant_among_others_is_the_task_with_that_angle(leg, name):
    task, progress = read_task(name), np.array([0.4, 1.0])
    adduction = np.radians([5.0, 12.0, 17.0])
    together = task_postures(leg, task, "right", progress, ends={"working_hip_adduction": adduction})
    for i, angle in enumerate(adduction):
        course = Course(start=task.posture["working_hip_adduction"].start, end=float(angle))
        alone = task_postures(leg, _with(task, "working_hip_adduction", course), "right", progress)
        np.testing.assert_allclose(together.values[2 * i : 2 * i + 2], alone.values, rtol=0, atol=SAME_POSTURE)


def test_the_turning_point_alone_is_that_of_the_whole_way(leg):
    task = read_task("single_leg_squat")
    whole = task_postures(leg, task, "left", np.array([0.0, 0.5, 1.0]))
    alone = task_postures(leg, task, "left", np.array([1.0]))
    np.testing.assert_allclose(alone.values[0], whole.values[-1], rtol=0, atol=SAME_POSTURE)


def test_a_posture_out_of_reach_is_missed_by_more_than_is_tolerated_and_the_others_are_not(leg):
    task = read_task("single_leg_squat")
    found = task_postures(leg, task, "right", np.array([1.0]), ends={"pelvic_drop": np.radians([7.0, 45.0])})
    over = np.max(list(misses_over_tolerance(found).values()), axis=0)
    assert over[0] < 1.0 < over[1]


def _with(task, name, course):
    return replace(task, posture=dict(task.posture) | {name: course})
