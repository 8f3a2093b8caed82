"""`trochlea tasks`, `task` and `exercises`, in process."""

import json

import pytest

from trochlea.cli import main
from trochlea.cli_tasks import read_task_settings
from trochlea.errors import InputError
from trochlea.knee.task_values import VALUE_NAMES
from trochlea.motion.files.storage import read_storage
from trochlea.motion.gait_cycle import gait_names
from trochlea.motion.task_file import task_names

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
    assert "abduction_deg = 25 (assumed)" in text
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
    assert "Note: too weak for this: at hip adduction the muscles miss the moment of" in text


def test_exercises_come_in_the_order_that_is_asked_for(capsys, monkeypatch):
    monkeypatch.setattr("trochlea.exercise.exercise_table.task_names", lambda: ("clamshell", "knee_extension"))
    text = run(capsys, "exercises")
    assert text.index("clamshell") < text.index("knee_extension")
    found = json.loads(run(capsys, "exercises", "--json", "--sort", "vastus_lateralis"))
    assert [one["name"] for one in found["exercises"]] == ["knee_extension", "clamshell"]
    assert found["exercises"][0]["target_to_kneecap"] == pytest.approx(
        found["exercises"][0]["target_activation"] / found["exercises"][0]["peak_contact_force_bw"]
    )


REFUSALS = [
    (("task", "bridg"), "did you mean bridge?"),
    (("task", "bridge", "--set", "knee=3"), "bridge has no input 'knee'; expected one of knee_flexion_deg"),
    (("task", "bridge", "--set", "knee_flexion_deg=300"), "knee_flexion_deg: expected 60 to 110, found 300"),
    (("task", "bridge", "--draws", "-1"), "--draws: expected 0 or more, found -1"),
    (("task", "nowhere.yaml"), "nowhere.yaml"),
    (("tasks", "--show", "nothing"), "no task 'nothing'"),
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


def test_a_gait_has_no_other_input_than_its_speed(capsys):
    assert main(["task", "walk", "--set", "knee_flexion_deg=20"]) == 1
    assert "walk has no input 'knee_flexion_deg'; expected speed_mps" in capsys.readouterr().err
