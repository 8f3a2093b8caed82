"""`trochlea tasks`, `task` and `exercises`, in process."""

import json
import math
import re

import numpy as np
import pytest

from trochlea.cli import main
from trochlea.cli_task import read_strength_changes, read_task_settings
from trochlea.errors import InputError
from trochlea.knee.task_values import VALUE_NAMES
from trochlea.motion.files.storage import read_storage, write_storage
from trochlea.motion.gait_cycle import gait_names
from trochlea.motion.task_file import task_names
from trochlea.motion.timeseries import TimeSeries

PERSON = "mass_kg: 70\nheight_m: 1.74\nsex: male\nage_years: 30\nside: left\n"


def run(capsys, *options):
    assert main([*map(str, options)]) == 0
    return capsys.readouterr().out


def test_tasks_lists_every_name_with_what_it_trains(capsys):
    lines = run(capsys, "tasks").splitlines()
    names = [*task_names(), *gait_names()]
    assert [line.split()[0] for line in lines[1 : 1 + len(names)]] == names
    records = json.loads(run(capsys, "tasks", "--json"))
    assert [record["name"] for record in records] == names
    clamshell = next(record for record in records if record["name"] == "clamshell")
    assert clamshell["trains"] == ["gluteus_medius", "gluteus_maximus", "deep_rotators"]
    rest = next(one for one in clamshell["inputs"] if one["name"] == "foot_rest_share")
    assert rest["left_open_by_statics"]


def test_a_task_that_is_shown_runs_as_a_file_of_ones_own(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(run(capsys, "tasks", "--show", "straight_leg_raise").replace("value: 45", "value: 30"))
    own, built_in = (
        json.loads(run(capsys, "task", name, "--draws", "0", "--json")) for name in (path, "straight_leg_raise")
    )
    assert max(own["movement"]["coordinates"]["hip_flexion_r_deg"]) == pytest.approx(30.0, abs=0.1)
    assert max(built_in["movement"]["coordinates"]["hip_flexion_r_deg"]) == pytest.approx(45.0, abs=0.1)


def test_json_holds_every_value_its_interval_and_the_whole_movement(capsys, tmp_path):
    path = tmp_path / "person.yaml"
    path.write_text(PERSON)
    found = json.loads(run(capsys, "task", "single_leg_squat", path, "--set", "knee_flexion_deg=45", "--json"))
    assert found["side"] == "left"
    for name in VALUE_NAMES:
        limits = found["intervals"][name]
        assert limits["low"] <= found[name] <= limits["high"], name
    assert found["intervals"]["hip_adduction_deg"]["high"] - found["intervals"]["hip_adduction_deg"]["low"] > 5.0
    knee = found["movement"]["coordinates"]["knee_angle_l_deg"]
    assert max(knee) == pytest.approx(45.0, abs=0.1)
    assert len(knee) == len(found["movement"]["kneecap"]["contact_force_n"]) == len(found["movement"]["time_s"]) == 31
    assert max(found["movement"]["kneecap"]["contact_force_n"]) == pytest.approx(found["peak_contact_force_n"])


def test_the_text_shows_inputs_open_choices_and_no_trunk_angle_of_somebody_who_lies(capsys):
    text = run(capsys, "task", "clamshell", "--draws", "0")
    assert "foot_rest_share = 0.5 was used" in text
    assert re.search(r"abduction_deg +25  abduction of the upper hip at the top \(assumed\)", text)
    assert "trunk forwards" not in text
    assert "trunk forwards" in run(capsys, "task", "hip_hike", "--draws", "0")


def test_the_folder_holds_series_that_read_back(capsys, tmp_path):
    run(capsys, "task", "knee_extension", "--draws", "0", "--out", tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "task.json",
        "movement.mot",
        "moments.sto",
        "muscle_forces.sto",
        "kneecap.sto",
        "side.svg",
        "front.svg",
    }
    assert (tmp_path / "out" / "side.svg").read_text(encoding="utf-8").startswith("<svg")
    assert read_storage(tmp_path / "out" / "movement.mot").times.size == 31
    run(capsys, "task", "knee_extension", "--draws", "0", "--out", tmp_path / "out")


def test_muscles_that_are_too_weak_are_named_with_what_they_miss(capsys, tmp_path):
    path = tmp_path / "weak.yaml"
    path.write_text(PERSON + "hip_abduction_nm: 25\n")
    text = run(capsys, "task", "hip_hike", path, "--draws", "0")
    assert re.search(r"^Too weak for this: \d+ N\.m about hip adduction are left that no muscle carries", text, re.M)
    weak = json.loads(run(capsys, "task", "hip_hike", path, "--draws", "0", "--json"))["too_weak"]
    assert weak["axis"] == "hip_adduction"
    assert weak["missing_nm"] > 1.0


def test_exercises_come_in_the_order_that_is_asked_for(capsys, monkeypatch):
    monkeypatch.setattr("trochlea.exercise.exercise_table.task_names", lambda: ("clamshell", "knee_extension"))
    text = run(capsys, "exercises")
    assert text.index("clamshell") < text.index("knee_extension")
    found = json.loads(run(capsys, "exercises", "--json", "--sort", "vastus_lateralis"))
    assert [one["name"] for one in found["exercises"]] == ["knee_extension", "clamshell"]
    assert found["exercises"][0]["target_to_kneecap"] == pytest.approx(
        found["exercises"][0]["target_activation"] / found["exercises"][0]["peak_contact_force_bw"]
    )


TRIAL = 0.1
"""Degrees: a movement meets what it is asked for to 0.05, a peak between two samples is 0.002 off."""


@pytest.fixture
def trial(tmp_path):
    """Two squats on the right leg, as a program for motion files writes them."""
    times = np.linspace(0.0, 8.0, 401)
    deep = 0.5 * (1.0 - np.cos(np.pi * times / 2.0))
    angles = {"pelvis_tilt": -15.0, "pelvis_list": -9.0, "pelvis_rotation": 0.0, "lumbar_extension": -10.0}
    angles |= {"lumbar_bending": 15.0, "lumbar_rotation": 0.0, "hip_adduction_r": 15.0, "knee_angle_r": 50.0}
    series = TimeSeries(
        times=times,
        values=np.outer(deep, np.radians(list(angles.values()))),
        names=tuple(angles),
        units=("rad",) * len(angles),
    )
    path = tmp_path / "squats.mot"
    write_storage(path, series, in_degrees=True, name="squats")
    return path


def test_a_trial_of_ones_own_replaces_the_prediction(capsys, trial):
    options = ("task", "single_leg_squat", "--posture", trial, "--draws", "0")
    found = json.loads(run(capsys, *options, "--json"))
    assert found["hip_adduction_deg"] == pytest.approx(15.0, abs=TRIAL)
    assert found["pelvic_drop_deg"] == pytest.approx(8.69, abs=TRIAL)  # arcsin(sin 9 cos 15)
    assert max(found["movement"]["coordinates"]["knee_angle_r_deg"]) == pytest.approx(50.0, abs=TRIAL)
    assert found["posture"]["hip_adduction"]["source"] == "measured"
    assert found["posture_trial"]["n_repetitions"] == 2
    assert list(found["posture_prediction"]) == ["knee_abduction"]
    text = run(capsys, *options, "--set", "hip_adduction_deg=12")
    assert re.search(r"^hip adduction +12\.0 +set$", text, re.M)
    assert re.search(
        r"^other side of the pelvis down +8\.7 +observed: squats\.mot, 2 repetitions; SD 0\.0$", text, re.M
    )


def test_a_trial_sets_the_trunk_of_a_task_without_a_prediction(capsys, trial):
    found = json.loads(run(capsys, "task", "double_leg_squat", "--posture", trial, "--draws", "0", "--json"))
    assert found["trunk_flexion_deg"] == pytest.approx(24.71, abs=TRIAL)  # of the trunk, turned on a turned pelvis
    for side in "rl":
        knee = found["movement"]["coordinates"][f"knee_angle_{side}_deg"]
        assert max(knee) == pytest.approx(50.0, abs=TRIAL)
    options = ("task", "double_leg_squat", "--posture", trial, "--draws", "0", "--set", "knee_flexion_deg=40")
    found = json.loads(run(capsys, *options, "--json"))
    assert max(found["movement"]["coordinates"]["knee_angle_r_deg"]) == pytest.approx(40.0, abs=TRIAL)


def test_a_movement_style_and_its_prediction_are_shown_with_their_parts(capsys):
    options = ("task", "single_leg_squat", "--draws", "0")
    plain, styled = (
        json.loads(run(capsys, *options, *more, "--json")) for more in ((), ("--style", "1", "--r", "0.2"))
    )
    assert styled["posture_settings"]["movement_style"] == 1.0
    assert styled["posture_settings"]["correlation"] == 0.2
    for quantity in ("hip_adduction", "pelvic_drop", "trunk_lean"):
        assert styled[f"{quantity}_deg"] > plain[f"{quantity}_deg"]
        parts = styled["posture_prediction"][quantity]
        total = parts["usual_deg"] + parts["strength_deg"] + parts["style_deg"]
        assert total == pytest.approx(math.degrees(styled["posture"][quantity]["value"]))
    text = run(capsys, *options, "--style", "1")
    assert re.search(r"^hip adduction .* predicted: 10\.8 usual, .* strength, \+2\.2 style; SD ", text, re.M)
    assert "Movement style 1, as people with kneecap pain (given)" in text
    assert "associated with strength" in text


def test_a_change_of_strength_shows_three_strategies_together(capsys):
    options = ("task", "single_leg_squat", "--draws", "0", "--strength", "hip_abduction=-20%")
    text = run(capsys, *options)
    assert "if strength changed: hip abduction -20 %" in text
    assert "none is the prediction" in text
    found = json.loads(run(capsys, *options, "--compensated", "0.3", "--stiffness", "2", "--json"))["strategies"]
    assert found["strength_ratio"] == {"hip_abduction": pytest.approx(0.8)}
    assert (found["share_compensated"], found["stiffness"]) == (0.3, 2.0)
    today = found["now"]["hip_adduction_deg"]
    assert found["holds_posture"]["hip_adduction_deg"] == pytest.approx(today, abs=0.05)
    assert found["leans_over_the_leg"]["trunk_lean_deg"] > found["now"]["trunk_lean_deg"]
    assert found["gives_way"]["hip_adduction_deg"] > today
    assert json.loads(run(capsys, *options[:4], "--json"))["strategies"] is None


def test_a_femur_that_turns_in_is_shown_beside_one_that_does_not(capsys):
    options = ("task", "single_leg_squat", "--draws", "0", "--femur-turn", "10")
    found = json.loads(run(capsys, *options, "--json"))
    assert found["lateral_share"] > found["without_femur_turn"]["lateral_share"]
    assert found["posture_settings"]["femur_turn_deg"] == 10.0
    assert "femur turned inwards over its foot by 10 degrees" in run(capsys, *options)


def test_the_trunk_has_an_exchange_rate_where_the_task_decides_it(capsys):
    text = run(capsys, "task", "single_leg_squat", "--draws", "0")
    assert re.search(
        r"a degree more trunk flexion, same knee +[+-]\d\.\d % kneecap force \(from \d+ to \d+ degrees", text
    )
    found = json.loads(run(capsys, "task", "single_leg_squat", "--draws", "0", "--json"))
    rate = found["trunk_exchange"]
    assert -2.0 < rate["percent_contact_force_per_degree"] < 0.0
    assert len(rate["contact_force_n"]) == len(rate["trunk_flexion_deg"]) >= 3
    assert found["weak_hip_extensors"]["strength_ratio"] == 0.8
    assert json.loads(run(capsys, "task", "clamshell", "--draws", "0", "--json"))["trunk_exchange"] is None


def test_no_text_says_that_strength_brings_a_posture_about(capsys):
    text = run(capsys, "task", "single_leg_squat", "--draws", "0", "--strength", "hip_abduction=0.8", "--style", "1")
    for word in ("caus", "leads to", "because", "due to"):
        assert word not in text.lower(), word


@pytest.mark.parametrize(
    ("text", "ratio"), [("hip_abduction=0.8", 0.8), ("hip_abduction=-20%", 0.8), ("hip_abduction=+15%", 1.15)]
)
def test_a_change_of_strength_is_a_ratio_or_signed_per_cent(text, ratio):
    assert read_strength_changes([text]) == {"hip_abduction": pytest.approx(ratio)}


SQUAT = ("task", "single_leg_squat", "--draws", "0")

REFUSALS = [
    (("task", "bridg"), "did you mean bridge?"),
    (("task", "bridge", "--set", "knee=3"), "bridge has no input 'knee'; expected one of knee_flexion_deg"),
    (("task", "bridge", "--set", "knee_flexion_deg=300"), "knee_flexion_deg: expected 60 to 110, found 300"),
    (("task", "bridge", "--draws", "-1"), "--draws: expected 0 or more, found -1"),
    (("task", "nowhere.yaml"), "nowhere.yaml"),
    (("task", "walk", "--style", "1"), "walk: --style has no meaning here: its joint angles are published means"),
    (("task", "run", "--strength", "hip_abduction=0.8"), "run: --strength has no meaning here"),
    (("task", "clamshell", "--style", "1"), "clamshell: --style changes nothing: no posture is predicted here"),
    (("task", "clamshell", "--femur-turn", "5"), "expected a standing task, found one that is side lying"),
    (("task", "clamshell", "--strength", "hip_abduction=0.8"), "strategies need a task whose posture can vary"),
    ((*SQUAT, "--strength", "hip_abduction=20%"), "expected a change such as -20% or +20%"),
    ((*SQUAT, "--strength", "hip_abduction=+0.2"), "expected a change such as -20% or +20%"),
    ((*SQUAT, "--strength", "hip_abducton=0.8"), "did you mean hip_abduction?"),
    (
        (*SQUAT, "--strength", "hip_abduction=8"),
        "--strength hip_abduction: expected 0.3 to 2 of today's strength, found 8",
    ),
    ((*SQUAT, "--strength", "hip_abduction"), "expected GROUP=CHANGE"),
    ((*SQUAT, "--strength", "hip_flexion=0.8", "--strength", "hip_flexion=0.9"), "hip_flexion is given twice"),
    ((*SQUAT, "--stiffness", "2"), "--stiffness goes with --strength GROUP=CHANGE"),
    ((*SQUAT, "--style", "5"), "--style: expected -1 to 2, found 5"),
    ((*SQUAT, "--r", "0.7"), "expected 0 to 0.45, found 0.7"),
    ((*SQUAT, "--femur-turn", "80"), "--femur-turn: expected -30 to 30 degrees, found 80"),
    ((*SQUAT, "--model", "a.osim"), "--model goes with --posture FILE"),
    ((*SQUAT, "--posture", "video.csv"), "video.csv: expected joint angles, .mot or .sto"),
    ((*SQUAT, "--posture", "nowhere.mot"), "nowhere.mot: cannot be read"),
    (("tasks", "--show", "nothing"), "no task 'nothing'"),
    (("tasks", "--show", "walk"), "walk is published joint angles and no YAML; expected one of bridge"),
    (
        (*SQUAT, "--set", "hip_adduction_deg=-5"),
        "; pelvic_drop_deg, trunk_lean_deg, trunk_flexion_deg are predicted and not seen: set what was seen",
    ),
    (("exercises", "--sort", "fun"), "sort by 'fun': expected one of target/kneecap"),
    (("task", "single_leg_squat", "--set", "knee_flexion_deg=100"), "is missed by"),
]


@pytest.mark.parametrize(("options", "message"), REFUSALS)
def test_a_bad_input_gives_one_line(capsys, options, message):
    assert main(list(options)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("trochlea: ")
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a"], "expected NAME=VALUE"),
        (["a=b"], "--set a: expected a number, found 'b'"),
        (["a=1", "a=2"], r"--set a is given twice \(1 and 2\)"),
    ],
)
def test_a_malformed_setting_is_refused(texts, message):
    with pytest.raises(InputError, match=message):
        read_task_settings(texts)


@pytest.mark.parametrize("name", ["walk", "run"])
def test_a_gait_is_a_task_among_the_others(capsys, name):
    found = json.loads(run(capsys, "task", name, "--json", "--draws", "6"))
    assert found["task"] == name
    assert 0.3 < found["peak_contact_force_bw"] < 12.0
    force = found["intervals"]["peak_contact_force_n"]
    assert force["low"] < found["peak_contact_force_n"] < force["high"]
    assert sum(found["failures"].values()) == found["n_failed"]
    speed = "speed_mps=" + {"walk": "1.05", "run": "2.1"}[name]
    slow = json.loads(run(capsys, "task", name, "--json", "--draws", "0", "--set", speed))
    assert slow["intervals"]["peak_contact_force_n"] == {"low": None, "high": None}
    assert slow["inputs"]["speed_mps"]["value"]["note"] == "set"
    assert slow["peak_contact_force_n"] != found["peak_contact_force_n"]


def test_a_person_file_may_stand_after_options(capsys, tmp_path):
    path = tmp_path / "person.yaml"
    path.write_text(PERSON)
    options = ("--set", "hip_flexion_deg=30", "--draws", "0")
    assert run(capsys, "task", "straight_leg_raise", *options, path) == run(
        capsys, "task", "straight_leg_raise", path, *options
    )
    with pytest.raises(SystemExit, match="2"):
        main(["task", "straight_leg_raise", str(path), *options, "another.yaml"])
    assert "unrecognized arguments: another.yaml" in capsys.readouterr().err


def test_a_file_that_is_no_text_is_refused_in_one_line(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\x00\x01")
    assert main(["task", str(path)]) == 1
    error = capsys.readouterr().err
    assert "not YAML" in error
    assert error.count("\n") == 1


def test_a_gait_has_no_other_input_than_its_speed(capsys):
    assert main(["task", "walk", "--set", "knee_flexion_deg=20"]) == 1
    assert "walk has no input 'knee_flexion_deg'; expected speed_mps" in capsys.readouterr().err


ERRORS = [
    (
        ("working_knee_flexion:", "working_knee_flexon:"),
        "mine.yaml: posture: no quantity 'working_knee_flexon'; did you",
    ),
    (("working_foot}", "working_hand}"), "mine.yaml: support 'working_hand': expected one of working_foot"),
    (("[quadriceps", "[quads"), "mine.yaml: single_leg_squat: trains 'quads': expected some of quadriceps"),
    (("balanced: true", "balanced: maybe"), "mine.yaml: line 6: balanced: expected true or false, found maybe"),
]


@pytest.mark.parametrize(("change", "message"), ERRORS)
def test_a_mistake_in_a_task_of_ones_own_names_the_file(capsys, tmp_path, change, message):
    path = tmp_path / "mine.yaml"
    text = run(capsys, "tasks", "--show", "single_leg_squat").replace("part: working_foot", "{part: working_foot}")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    assert main(["task", str(path), "--draws", "0"]) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("command", ["task", "exercises"])
def test_a_quadriceps_that_cannot_hold_the_knee_gives_no_kneecap_force(capsys, tmp_path, command):
    weak = tmp_path / "weak.yaml"
    weak.write_text("mass_kg: 80\nheight_m: 1.75\nage_years: 40\nsex: male\nknee_extension_nm: 60\n")
    options = ("single_leg_squat", str(weak), "--set", "knee_flexion_deg=80", "--draws", "0")
    words = r"too weak to hold it: the quadriceps misses \d+ N.m of the \d+ N.m of knee extension"
    if command == "task":
        assert main(["task", *options]) != 0
        answer = capsys.readouterr()
        assert answer.out == ""
        assert re.search(f"single_leg_squat: {words}", answer.err)
    else:
        assert main(["exercises", str(weak)]) == 0
        assert re.search(f"step_down: {words}", " ".join(capsys.readouterr().out.split()))
