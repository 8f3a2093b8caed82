"""A person's posture in place of a task's own."""

import math

import pytest

from trochlea.errors import InputError
from trochlea.motion.task_file import read_task
from trochlea.motion.task_posture import decided_angles, with_posture
from trochlea.person.measured import Measured

ROUNDING = 1e-12
"""Degrees to radians and back; worst seen 2e-16 relative."""


def angle(degrees: float) -> Measured:
    return Measured(value=math.radians(degrees), sd=math.radians(2.0), unit="rad", source="assumed", note="predicted")


def test_a_persons_angle_ends_the_course_and_stands_among_the_inputs():
    task = with_posture(read_task("single_leg_squat"), {"hip_adduction": angle(14), "pelvic_drop": angle(9)})
    assert task.posture["working_hip_adduction"].end == math.radians(14)
    assert task.posture["working_hip_adduction"].start == "free"
    assert task.posture["pelvic_drop"].end == math.radians(9)
    own = task.inputs["hip_adduction_deg"].value
    assert own.value == pytest.approx(14, rel=ROUNDING)
    assert own.sd == pytest.approx(2, rel=ROUNDING)
    assert (own.unit, own.source, own.note) == ("deg", "assumed", "predicted")
    assert task.posture["trunk_lean"] == read_task("single_leg_squat").posture["trunk_lean"]


def test_what_was_set_stays():
    task = read_task("single_leg_squat", {"hip_adduction_deg": 3.0})
    assert with_posture(task, {"hip_adduction": angle(14)}) == task


def test_an_angle_that_the_task_does_not_take_changes_nothing():
    task = read_task("clamshell")
    assert with_posture(task, {"hip_adduction": angle(14), "knee_abduction": angle(6)}) == task


def test_an_angle_outside_the_inputs_range_is_refused():
    with pytest.raises(InputError, match=r"hip_adduction_deg of this person: expected -20 to 30, found 44\.0"):
        with_posture(read_task("single_leg_squat"), {"hip_adduction": angle(44)})


def test_the_angles_that_inputs_decide_are_found_by_their_courses():
    found = decided_angles(read_task("single_leg_squat"))
    assert found["hip_adduction"] == "working_hip_adduction"
    assert found["trunk_lean"] == "trunk_lean"
    assert "balance_point" not in found
    assert "knee_flexion" not in decided_angles(read_task("step_down"))  # decided by the step's height
