"""Tasks as files: read, set, refused."""

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.motion.task import task_profile
from trochlea.motion.task_file import read_task, task_names

MINE = """\
name: mine
title: Mine
about: A test.
position: standing
inputs:
  depth_deg: {value: 30, low: 0, high: 90, words: how deep}
posture:
  working_knee_flexion: [0, depth_deg]
  other_knee_flexion: 0.5*depth_deg
  working_hip_flexion: [-depth_deg, free]
  other_foot_height: 0.1
"""


def _write(tmp_path, text):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_tasks_that_clinics_ask_for_are_there():
    expected = "single_leg_squat double_leg_squat step_down step_up lunge leg_press knee_extension straight_leg_raise"
    expected += " sit_to_stand clamshell side_lying_hip_abduction standing_hip_abduction bridge single_leg_bridge"
    expected += " side_plank hip_hike monster_walk quadruped_hip_extension prone_hip_extension"
    assert set(expected.split()) <= set(task_names())


@pytest.mark.parametrize("name", task_names())
def test_every_built_in_task_reads_and_says_what_it_is(name):
    task = read_task(name)
    assert task.name == name
    assert task.title
    assert task.about.endswith(".")
    assert task.trains
    for one in task.inputs.values():
        assert one.words
        assert one.low <= one.value.value <= one.high
        assert one.value.source in ("published", "assumed")


def test_a_file_of_ones_own_is_read_with_its_inputs(tmp_path):
    path = _write(tmp_path, MINE)
    task = read_task(path, {"depth_deg": 40.0})
    assert task.posture["working_knee_flexion"].start == 0.0
    assert task.posture["working_knee_flexion"].end == pytest.approx(np.radians(40.0))
    assert task.posture["other_knee_flexion"].start == pytest.approx(np.radians(20.0))
    assert task.posture["working_hip_flexion"].start == pytest.approx(np.radians(-40.0))
    assert task.posture["working_hip_flexion"].end == "free"
    assert task.posture["other_foot_height"].end == 0.1
    assert task.inputs["depth_deg"].value.source == "measured"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("position: standing", "position: hanging"),
            "line 4: position: expected one of standing, seated, .*, found hanging",
        ),
        (("about: A test.\n", ""), "line 1: about is missing"),
        (("name: mine", "name: Mine!"), "line 1: name: expected a name of small letters"),
        (("name: mine", "colour: red\nname: mine"), "line 1: colour: unknown key, expected one of name, title"),
        (("title: Mine", "titel: Mine"), "line 1: title is missing; line 2: titel: unknown key, did you mean title"),
        (("value: 30", "value: deep"), "line 6: inputs.depth_deg.value: expected a number, found deep"),
        (("0.5*depth_deg", "[1, 2, 3]"), r"line 9: posture.other_knee_flexion: expected .*, found \[1, 2, 3\]"),
        (
            ("other_foot_height: 0.1", "working_knee_flexion: 3"),
            "line 11: working_knee_flexion is given twice, first in",
        ),
        ((MINE, ""), "the file is empty"),
        (("name: mine", "name: [mine"), r"mine\.yaml: line \d+: not YAML"),
        ((MINE, "just words"), "no task: expected the keys name, title"),
    ],
)
def test_a_file_that_is_no_task_is_refused_in_one_line(tmp_path, change, message):
    with pytest.raises(FormatError, match=message) as refusal:
        read_task(_write(tmp_path, MINE.replace(*change)))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        (MINE, {"width_m": 1.0}, "mine has no input 'width_m'; expected one of depth_deg"),
        (MINE, {"depth_deg": 91.0}, "mine: depth_deg: expected 0 to 90, found 91"),
        (MINE, {"depth_deg": float("nan")}, "expected 0 to 90, found nan"),
        (
            MINE.replace("0.5*depth_deg", "0.5*deep"),
            {},
            r"'0\.5\*deep' is no number and no input; expected one of depth_deg",
        ),
        (MINE.replace("[-depth_deg, free]", "[free, open]"), {}, "expected a number at one end at least"),
        (MINE.replace("low: 0, high: 90", "low: 90, high: 0"), {}, "expected low below high, found low 90 and high 0"),
        (MINE + "duration_s: -4\n", {}, "duration_s: expected more than 0 s, found -4"),
        (MINE + "balanced: true\n", {}, "balanced, but nothing carries the body; expected supports"),
        (MINE + "loads:\n  - {kind: band, part: working_thigh, n: 3}\n", {}, "a load of kind band needs towards"),
        (
            MINE + "supports:\n  - part: working_foot\n  - {part: working_foot, forward_n: 20}\n",
            {},
            "mine: supports: working_foot is given 2 times; keep one",
        ),
        (MINE, {"dept_deg": 20.0}, "expected one of depth_deg; did you mean depth_deg"),
        (MINE + "loads:\n  - {kind: weight, part: working_shank, n: 3}\n", {}, "a load of kind weight needs kg"),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path, text, settings, message):
    with pytest.raises(InputError, match=message):
        read_task(_write(tmp_path, text), settings)


def test_a_misspelt_task_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean clamshell"):
        read_task("clam_shell")
    with pytest.raises(InputError, match="did you mean walk"):
        read_task("wlk")


def test_a_movement_goes_out_and_back_and_rests_at_both_ends():
    times, progress = task_profile(3.0, 7)
    assert (times[0], times[-1]) == (0.0, 3.0)
    np.testing.assert_allclose(progress, progress[::-1], rtol=0, atol=1e-12)
    assert progress[3] == 1.0
    with pytest.raises(ValueError, match="odd number"):
        task_profile(3.0, 6)


def test_what_a_person_is_drawn_on_follows_from_the_position_or_the_file(tmp_path):
    assert [prop.kind for prop in read_task(_write(tmp_path, MINE)).props] == ["wall"]  # nothing balances the body
    assert read_task(_write(tmp_path, MINE + "balanced: true\nsupports: [{part: working_foot}]\n")).props == ()
    lying = MINE.replace("position: standing", "position: supine")
    assert [prop.kind for prop in read_task(_write(tmp_path, lying)).props] == ["mat"]
    (step,) = read_task(_write(tmp_path, MINE + "props: [{kind: step, height_m: 0.25}]\n")).props
    assert step.kind == "step"
    assert step.height == 0.25
    assert read_task(_write(tmp_path, MINE + "props: []\n")).props == ()


def test_a_step_is_as_high_as_the_input_that_it_names():
    (step,) = read_task("step_up", {"step_height_m": 0.30}).props
    assert step.height == 0.30


def test_only_a_step_has_a_height(tmp_path):
    with pytest.raises(InputError, match="mine: a prop of kind chair has no height_m; only a step has one"):
        read_task(_write(tmp_path, MINE + "props: [{kind: chair, height_m: 0.4}]\n"))


@pytest.mark.parametrize("name", task_names())
def test_every_built_in_task_says_what_its_two_positions_are(name):
    assert read_task(name).ends != ("start", "end")
    assert all(read_task(name).ends)
