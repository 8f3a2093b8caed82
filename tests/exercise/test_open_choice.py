"""What statics leaves open, and what it changes."""

import math

from trochlea.exercise.open_choice import open_choices
from trochlea.knee.task_result import solve_task
from trochlea.motion.task_file import read_task, task_names, task_text

SAME = 1e-4
"""Of a force that is computed again from the same posture; it differs by less than 1e-9."""


def choices_of(own, task, settings):
    return open_choices(solve_task(own.person, read_task(task, settings), "right", own=own), task, settings, own)


def test_more_push_of_the_lower_foot_takes_the_load_off_the_abductors_in_a_clamshell(own):
    (choice,) = choices_of(own, "clamshell", {})
    assert choice.input.name == "foot_rest_share"
    less, more = choice.ends
    assert (less.value, more.value) == choice.input.open_range
    assert less.trained["gluteus_medius"] > 1.5 * more.trained["gluteus_medius"]


def test_a_choice_that_was_set_is_still_shown_against_both_ends(own):
    (choice,) = choices_of(own, "clamshell", {"foot_rest_share": 1.0})
    assert choice.input.value.value == 1.0
    assert choice.ends[1].trained["deep_rotators"] > 0.1


def test_an_end_that_cannot_be_held_says_why(own):
    found = choices_of(own, "single_leg_bridge", {"shear_n": 0.0})
    assert [one.input.name for one in found] == ["shear_n"]
    slippery = open_choices(
        solve_task(own.person, read_task("leg_press"), "right", own=own),
        "leg_press",
        {"knee_flexion_deg": 110.0, "plate_deg": 89.0},
        own,
    )
    assert "is missed by" in slippery[0].ends[0].refused
    assert math.isnan(slippery[0].ends[0].peak_contact_force_bw)


def test_the_ends_have_the_turn_of_the_femur_that_the_result_has(own):
    task, turn = read_task("double_leg_squat", {"knee_flexion_deg": 60.0}), math.radians(10.0)
    result = solve_task(own.person, task, "right", own=own, femur_turn=turn)
    straight, turned = (
        open_choices(result, "double_leg_squat", {"knee_flexion_deg": 60.0}, own, femur_turn=one)[0].ends[0]
        for one in (0.0, turn)
    )
    assert turned.peak_contact_force_bw != straight.peak_contact_force_bw


def test_the_ends_have_the_movement_style_that_the_result_has(own, tmp_path):
    """The one end is what was used: there all must come again, the predicted posture too."""
    path = tmp_path / "squat.yaml"
    asked, left_open = "knee_flexion_deg: {value: 60,", "knee_flexion_deg: {value: 60, open: [50, 60],"
    path.write_text(task_text("single_leg_squat").replace(asked, left_open), encoding="utf-8")
    result = solve_task(own.person, read_task(path), "right", own=own, style=1.0, r=0.0)
    (choice,) = open_choices(result, path, {}, own, style=1.0, r=0.0)
    force = result.values["peak_contact_force_bw"].value
    assert abs(choice.ends[1].peak_contact_force_bw / force - 1.0) < SAME
    (usual,) = open_choices(result, path, {}, own)
    assert abs(usual.ends[1].peak_contact_force_bw / force - 1.0) > 10 * SAME


def test_a_task_without_an_open_choice_has_none(own):
    assert choices_of(own, "straight_leg_raise", {}) == ()


def test_every_open_range_lies_in_the_range_of_its_input():
    for name in task_names():
        for one in read_task(name).inputs.values():
            if one.open_range is not None:
                assert one.low <= one.open_range[0] < one.open_range[1] <= one.high, (name, one.name)
