"""The command line, in process: what a user types and what comes back."""

import json
import math
import subprocess
import sys

import pytest

from trochlea.cli import main

PERSON = "mass_kg: 85\nheight_m: 1.80\nsex: male\nage_years: 30\nside: right\n"

MIRROR = 1e-9
"""Left and right differ by rounding only; worst seen 2e-15."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Folder of one demo run."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert main(["demo", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def person(tmp_path):
    path = tmp_path / "person.yaml"
    path.write_text(PERSON)
    return path


def trial(data_dir, **changes):
    folder = data_dir / "mocap" / "rajagopal_walk"
    options = {
        "--model": folder / "subject.osim",
        "--motion": folder / "ik_filtered_6hz.mot",
        "--forces": folder / "external_loads.xml",
    } | changes
    return [text for name, path in options.items() if path is not None for text in (name, str(path))]


def test_help_imports_nothing_heavy():
    code = (
        "import sys, trochlea.cli; trochlea.cli.build_parser().format_help();"
        "print([m for m in ('numpy', 'scipy', 'numba', 'mujoco', 'matplotlib', 'pydantic') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_demo_writes_a_report_and_a_result(demo):
    assert (demo / "report.html").stat().st_size > 10_000
    result = json.loads((demo / "result.json").read_text())
    assert result["schema"] == 2
    movement = result["movement"]
    assert (movement["name"], movement["source"], movement["side"]) == ("single-leg squat", "simulated", "right")
    assert movement["posture"]["hip_adduction"]["citation"] == "nakagawa-2012-squat"
    assert movement["posture"]["trunk_flexion"]["source"] == "assumed"
    assert all(m["citation"] or m["note"] for m in result["model"]["knee"].values())
    assert result["mechanics"]["answer"] in ("hip", "knee", "both", "cannot_tell")
    assert result["trials"]["pooled"]["k"] == 2


def test_the_demo_squats_to_sixty_degrees_and_presses_the_kneecap_most_there(demo):
    kneecap = json.loads((demo / "result.json").read_text())["kneecap"]
    flexion = kneecap["tibiofemoral_flexion_deg"]
    force = [value or 0.0 for value in kneecap["contact_force_n"]]
    assert max(flexion) == pytest.approx(60.0, abs=1e-3)  # seen 3e-4: the posture's weak pull
    assert flexion[force.index(max(force))] == pytest.approx(60.0, abs=3.0)


def test_every_number_of_the_demo_person_says_where_it_came_from(demo):
    person = json.loads((demo / "result.json").read_text())["person"]
    sources = {m["source"] for part in ("strength", "knee") for m in person[part].values()}
    assert sources == {"measured", "assumed"}
    for part in ("strength", "knee"):
        for name, measure in person[part].items():
            assert measure["source"] == "measured" or measure["citation"], name


def test_the_same_input_gives_the_same_result(demo, tmp_path):
    assert main(["demo", "--out", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again" / "result.json").read_text() == (demo / "result.json").read_text()


def test_a_new_person_file_runs_as_it_is(tmp_path, capsys):
    path = tmp_path / "anna.yaml"
    assert main(["new", str(path)]) == 0
    capsys.readouterr()
    assert main(["simulate", str(path), "--out", str(tmp_path / "out"), "--json"]) == 0
    printed = capsys.readouterr()
    summary = json.loads(printed.out)
    assert summary["person"]["strength"]["hip_abduction"]["source"] == "assumed"
    assert printed.out == (tmp_path / "out" / "summary.json").read_text()


def test_a_left_knee_is_the_mirror_image_of_a_right_one(tmp_path):
    peaks = {}
    for side in ("left", "right"):
        path = tmp_path / f"{side}.yaml"
        path.write_text(PERSON.replace("right", side) + "observed_pelvic_drop_deg: 9\nmovement_style: 1\n")
        assert main(["simulate", str(path), "--out", str(tmp_path / side)]) == 0
        summary = json.loads((tmp_path / side / "summary.json").read_text())
        assert summary["movement"]["side"] == side
        assert math.isclose(summary["person"]["posture"]["pelvic_drop"]["value"], math.radians(9))
        assert summary["person"]["movement_style"]["value"] == 1
        peaks[side] = summary["peaks"]["contact_force_n"]["value"]
    assert math.isclose(peaks["left"], peaks["right"], rel_tol=MIRROR)


def test_the_measured_walk_runs_to_the_kneecap(data_dir, person, tmp_path):
    out = tmp_path / "walk"
    window = ["--side", "right", "--from", "0.5", "--to", "1.7", "--out", str(out)]
    assert main(["simulate", str(person), *trial(data_dir), *window]) == 0
    names = {path.name for path in out.iterdir()}
    series = {"moments", "muscle_forces", "muscle_groups", "reserves", "residuals", "knee_rotation", "kneecap"}
    assert names == {f"{name}.sto" for name in series} | {"summary.json", "report.html"}
    summary = json.loads((out / "summary.json").read_text())
    assert summary["frames"]["count"] == summary["frames"]["with_ground_force"] == 121
    # hart-2022-peak-force: 0.9 (SD 0.4) body weights in walking; within 1.5 SD.
    assert 0.3 < summary["peaks"]["contact_force_n"]["body_weights"] < 1.5
    assert "Hart" in (out / "report.html").read_text()


def test_without_a_window_frames_off_the_plates_are_marked_and_counted(data_dir, person, tmp_path, capsys):
    out = tmp_path / "walk"
    assert main(["simulate", str(person), *trial(data_dir), "--out", str(out)]) == 0
    frames = json.loads((out / "summary.json").read_text())["frames"]
    assert 0 < frames["with_ground_force"] < frames["count"]
    lost = frames["count"] - frames["with_ground_force"]
    assert f"{lost} of {frames['count']} frames lie outside the force plates' coverage" in capsys.readouterr().out


def test_opensim_reads_what_a_simulation_writes(data_dir, person, tmp_path, opensim):
    out = tmp_path / "walk"
    assert main(["simulate", str(person), *trial(data_dir), "--out", str(out)]) == 0
    written = sorted(out.glob("*.sto"))
    assert len(written) == 7
    for path in written:
        table = opensim.TimeSeriesTable(str(path))
        storage = opensim.Storage(str(path))
        assert table.getNumRows() == storage.getSize() > 50
        assert storage.getColumnLabels().getSize() == table.getNumColumns() + 1


REFUSALS = {
    "no such file": ("", "person.yaml"),
    "missing key": (PERSON.replace("mass_kg: 85\n", ""), "mass_kg"),
    "wrong unit": (PERSON.replace("height_m: 1.80", "height_cm: 180"), "did you mean"),
    "unknown key": (PERSON + "sulcus_angel_deg: 140\n", "sulcus_angle_deg"),
    "impossible mass": (PERSON.replace("85", "0"), "mass_kg"),
    "impossible height": (PERSON.replace("1.80", "17"), "metres"),
    "empty file": ("\n", "empty"),
    "not a number": (PERSON.replace("85", ".nan"), "mass_kg"),
}


@pytest.mark.parametrize("case", sorted(REFUSALS))
def test_a_bad_person_file_gives_one_line_and_writes_nothing(case, tmp_path, capsys):
    text, expected = REFUSALS[case]
    path = tmp_path / "person.yaml"
    if text:
        path.write_text(text)
    assert main(["assess", str(path), "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr()
    last = printed.err.strip().splitlines()
    assert len(last) == 1
    assert last[0].startswith(f"trochlea: {path}" if text else "trochlea: ")
    assert expected in last[0]
    assert sorted(p.name for p in tmp_path.iterdir()) == (["person.yaml"] if text else [])


def test_a_binary_person_file_gives_one_line(tmp_path, capsys):
    path = tmp_path / "person.yaml"
    path.write_bytes(bytes(range(256)))
    assert main(["assess", str(path), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--motion", "x.mot"], "--model missing"),
        (["--from", "0.5"], "--from: expected a measured trial"),
        (["--model", "m.osim", "--motion", "x.mot", "--forces", "f.xml", "--from", "2", "--to", "1"], "start before"),
    ],
)
def test_half_a_trial_is_refused_with_the_remedy(options, expected, person, tmp_path, capsys):
    assert main(["simulate", str(person), *options, "--out", str(tmp_path / "out")]) == 1
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("mass", "the model weighs 85"),
        ("window", "no frame from"),
        ("columns", "knee_angle"),
        ("mid-row", "line"),
        ("backwards", "time"),
        ("nan", "line"),
        ("empty model", "empty"),
        ("binary model", "model"),
    ],
)
def test_a_bad_trial_gives_one_line_and_writes_nothing(case, expected, data_dir, person, tmp_path, capsys):
    window, changes = [], {}
    lines = (data_dir / "mocap" / "rajagopal_walk" / "ik_filtered_6hz.mot").read_text().splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("endheader")) + 1
    bad = tmp_path / "bad.mot"
    if case == "mass":
        person.write_text(PERSON.replace("85", "60"))
    elif case == "window":
        window = ["--from", "50"]
    elif case == "columns":
        gone = lines[head].split("\t").index("knee_angle_r")
        rows = [line.split("\t") for line in lines[head:]]
        lines[head:] = ["\t".join(row[:gone] + row[gone + 1 :]) for row in rows]
        count = next(i for i, line in enumerate(lines) if line.startswith("nColumns"))
        lines[count] = f"nColumns={len(rows[0]) - 1}"
    elif case == "mid-row":
        lines[-1] = lines[-1][: len(lines[-1]) // 2]
    elif case == "backwards":
        lines[head + 5], lines[head + 6] = lines[head + 6], lines[head + 5]
    elif case == "nan":
        cells = lines[head + 9].split("\t")
        lines[head + 9] = "\t".join([*cells[:3], "nan", *cells[4:]])
    else:
        bad.write_bytes(b"" if case == "empty model" else bytes(range(256)) * 40)
        changes = {"--model": bad}
    if case in ("columns", "mid-row", "backwards", "nan"):
        bad.write_text("\n".join(lines) + "\n")
        changes = {"--motion": bad}
    out = tmp_path / "out"
    assert main(["simulate", str(person), *trial(data_dir, **changes), *window, "--out", str(out)]) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("trochlea: ")]
    assert len(errors) == 1
    assert expected in errors[0]
    assert not out.exists()


def test_a_folder_with_other_files_is_refused_before_anything_is_computed(person, tmp_path, capsys):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("keep me")
    assert main(["simulate", str(person), "--out", str(out)]) == 1
    printed = capsys.readouterr().err
    assert "choose another --out" in printed
    assert printed.count("\n") == 1
    assert (out / "notes.txt").read_text() == "keep me"


@pytest.mark.parametrize("changed", ["person", "forces"])
def test_the_input_hash_covers_every_file_that_was_read(changed, data_dir, person, tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    for name in ("external_loads.xml", "grf.mot"):
        (folder / name).write_bytes((data_dir / "mocap" / "rajagopal_walk" / name).read_bytes())
    hashes = []
    for run in ("first", "second"):
        options = [*trial(data_dir, **{"--forces": folder / "external_loads.xml"}), "--from", "0.9", "--to", "1.0"]
        assert main(["simulate", str(person), *options, "--out", str(tmp_path / run)]) == 0
        hashes.append(json.loads((tmp_path / run / "summary.json").read_text())["input_sha256"])
        target = person if changed == "person" else folder / "grf.mot"
        target.write_text(target.read_text() + "\n")
    assert hashes[0] != hashes[1]
