"""Trials of a movement laboratory through the command line: what runs, what is flagged and what is refused."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from trochlea.cli import main
from trochlea.motion.files.storage import read_table

PERSON = "label: walker\nmass_kg: 85\nheight_m: 1.80\nsex: male\nage_years: 30\nside: right\n"
WALK = Path("mocap") / "rajagopal_walk"

WALK_MARKERS_RMS_MM = 30.0
"""Marker error of the walk on the leg scaled to its static trial; 17 mm seen, of which most is the trunk."""


GAP_RESERVE = 1.0
"""Largest reserve of the walk once the frames beside a gap are left out [N.m]; seen 0.03."""


@pytest.fixture
def person(tmp_path):
    path = tmp_path / "person.yaml"
    path.write_text(PERSON)
    return path


def options(folder, **changes):
    """Options of the walk with joint angles; None leaves one out."""
    given = {
        "model": folder / "subject.osim",
        "motion": folder / "ik_filtered_6hz.mot",
        "forces": folder / "external_loads.xml",
    } | changes
    return [text for name, value in given.items() if value is not None for text in (f"--{name}", str(value))]


def rows_of(path):
    """Lines of a storage or marker file, and the number of the first row of numbers."""
    lines = path.read_text().splitlines()
    head = next((i for i, line in enumerate(lines) if line.startswith("endheader")), None)
    first = head + 2 if head is not None else next(i for i, line in enumerate(lines) if re.match(r"^1\s", line))
    return lines, first


def written(tmp_path, name, lines):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


def with_cells(lines, first, change):
    """The same file with every row of numbers changed."""
    return lines[:first] + ["\t".join(change(line.split("\t"))) for line in lines[first:] if line.strip()]


def declared(folder, tmp_path, *, in_degrees):
    """The joint angles with another word in the header than is true."""
    text = (folder / "ik_filtered_6hz.mot").read_text()
    assert "inDegrees=yes" in text
    if in_degrees:
        table = read_table(folder / "ik_filtered_6hz.mot")
        lines, first = rows_of(folder / "ik_filtered_6hz.mot")
        turning = [not name.startswith("pelvis_t") or name == "pelvis_tilt" for name in table.names]

        def to_radians(cells):
            scaled = [float(c) * (np.pi / 180 if t else 1) for c, t in zip(cells[1:], turning, strict=True)]
            return [cells[0], *map(repr, scaled)]

        return {"motion": written(tmp_path, "radians.mot", with_cells(lines, first, to_radians))}
    return {"motion": written(tmp_path, "degrees.mot", text.replace("inDegrees=yes", "inDegrees=no").splitlines())}


def times_changed(folder, tmp_path, change):
    lines, first = rows_of(folder / "ik_filtered_6hz.mot")
    rows = [line.split("\t") for line in lines[first:] if line.strip()]
    for row, time in zip(rows, change([float(row[0]) for row in rows]), strict=True):
        row[0] = repr(time)
    return {"motion": written(tmp_path, "times.mot", lines[:first] + ["\t".join(row) for row in rows])}


def loads_changed(folder, tmp_path, change):
    """ExternalLoads beside a copy of the force file."""
    (tmp_path / "grf.mot").write_bytes((folder / "grf.mot").read_bytes())
    return {"forces": written(tmp_path, "loads.xml", change((folder / "external_loads.xml").read_text()).splitlines())}


def without_foot(side):
    return lambda text: re.sub(
        rf"<ExternalForce (?:(?!</ExternalForce>).)*calcn_{side}.*?</ExternalForce>", "", text, flags=re.DOTALL
    )


def exchanged(text):
    return text.replace("calcn_r", "CALCN").replace("calcn_l", "calcn_r").replace("CALCN", "calcn_l")


def marker_options(folder, **changes):
    return {"motion": None, "markers": folder / "markers.trc"} | changes


def markers_changed(folder, tmp_path, change):
    """Markers with the columns of each row changed; three cells a marker after frame and time."""
    lines, first = rows_of(folder / "markers.trc")
    names = [name for name in lines[3].split("\t")[2:] if name.strip()]
    return marker_options(
        folder, markers=written(tmp_path, "bad.trc", with_cells(lines, first, lambda cells: change(cells, names)))
    )


def swapped(cells, names):
    one, other = (2 + 3 * names.index(name) for name in ("R.ASIS", "L.ASIS"))
    cells[one : one + 3], cells[other : other + 3] = cells[other : other + 3], cells[one : one + 3]
    return cells


def in_metres_called_mm(cells, names):
    return [*cells[:2], *(repr(float(cell) / 1000) if cell.strip() else cell for cell in cells[2:])]


def unknown_family(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("trochlea.leg.choose_engine.has_opensim", lambda: False)
    other = folder.parent / "gait2392_walk"
    return {
        "model": other / "subject01.osim",
        "motion": other / "subject01_walk1_ik.mot",
        "forces": other / "subject01_walk1_grf.xml",
    }


def session(folder, tmp_path):
    """The walk as an OpenCap session with its neutral pose."""
    new = tmp_path / "session"
    for name, source in (
        ("OpenSimData/Kinematics/walk.mot", "ik_filtered_6hz.mot"),
        ("OpenSimData/Model/LaiUhlrich2022_scaled.osim", "subject.osim"),
        ("MarkerData/neutral.trc", "static.trc"),
    ):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_bytes((folder / source).read_bytes())
    (new / "sessionMetadata.yaml").write_text("mass_kg: 85\nheight_m: 1.8\nopenSimModel: LaiUhlrich2022\n")
    return {"model": None, "motion": None, "opencap": new, "trial": "walk"}


REFUSED = {
    "joint angles without a model": (lambda f, t, m: {"model": None}, "--model missing"),
    "markers without a size": (lambda f, t, m: marker_options(f, model=None), "give --static"),
    "no forces": (lambda f, t, m: {"forces": None}, "--forces missing"),
    "angles and markers": (lambda f, t, m: {"markers": f / "markers.trc"}, "expected one of them"),
    "radians declared as degrees": (lambda f, t, m: declared(f, t, in_degrees=True), "write inDegrees=no"),
    "degrees declared as radians": (lambda f, t, m: declared(f, t, in_degrees=False), "write inDegrees=yes"),
    "duplicated times": (lambda f, t, m: times_changed(f, t, lambda at: [*at[:9], at[8], *at[10:]]), "line"),
    "unsorted times": (lambda f, t, m: times_changed(f, t, lambda at: [at[1], at[0], *at[2:]]), "line"),
    "forces at another time": (
        lambda f, t, m: times_changed(f, t, lambda at: [time + 100 for time in at]),
        "do not overlap",
    ),
    "no force for the foot": (lambda f, t, m: loads_changed(f, t, without_foot("r")), "right foot"),
    "exchanged feet": (lambda f, t, m: loads_changed(f, t, exchanged), "exchange calcn_r and calcn_l"),
    "swapped labels": (lambda f, t, m: markers_changed(f, t, swapped), "R.ASIS and L.ASIS look swapped"),
    "metres called millimetres": (lambda f, t, m: markers_changed(f, t, in_metres_called_mm), "hold metres"),
    "unknown family without OpenSim": (unknown_family, "pip install 'trochlea[opensim]'"),
    "impossible cut-off": (lambda f, t, m: {"filter-motion": 90}, "cut-off 90 Hz"),
    "a negative rate": (lambda f, t, m: {"rate": -1}, "expected a frequency"),
    "a share above one": (lambda f, t, m: {"rotation-share": 1.5}, "share"),
    "co-contraction of one": (lambda f, t, m: {"co-contraction": 1}, "expected 0 to below 1"),
    "a session without forces": (lambda f, t, m: session(f, t) | {"forces": None}, "no ground forces"),
    "an unknown trial of a session": (lambda f, t, m: session(f, t) | {"trial": "run"}, "walk"),
    "a trial without its session": (lambda f, t, m: {"trial": "walk"}, "--opencap"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_bad_trial_is_refused_in_one_line_with_the_remedy(case, data_dir, person, tmp_path, monkeypatch, capsys):
    change, expected = REFUSED[case]
    folder = data_dir / WALK
    given = options(folder, **change(folder, tmp_path, monkeypatch))
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main(["simulate", str(person), *given, "--out", str(tmp_path / "out")]) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("  ")]
    assert len(errors) == 1
    assert errors[0].startswith("trochlea: ")
    assert expected in errors[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (["--cutoff", "6"], "--cutoff: expected a measured trial"),
        (["--engine", "opensim"], "--engine: expected a measured trial"),
        (["--static", "standing.trc"], "without a movement"),
        (["--from", "0.5"], "--from: expected a measured trial"),
    ],
)
def test_settings_of_a_trial_without_one_are_refused(setting, expected, person, tmp_path, capsys):
    assert main(["simulate", str(person), *setting, "--out", str(tmp_path / "out")]) == 1
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def summary(tmp_path, person, given):
    out = tmp_path / "out"
    assert main(["simulate", str(person), *given, "--out", str(out)]) == 0
    return json.loads((out / "summary.json").read_text())


def gapped(cells, names):
    """The right heel is not seen from 0.7 to 1.1 s."""
    heel = 2 + 3 * names.index("R.Heel")
    if 0.7 <= float(cells[1]) <= 1.1:
        cells[heel : heel + 3] = ["", "", ""]
    return cells


def test_frames_beside_a_gap_of_a_marker_hold_no_forces_and_are_counted(data_dir, person, tmp_path):
    folder = data_dir / WALK
    changes = markers_changed(folder, tmp_path, gapped)
    found = summary(tmp_path, person, [*options(folder, **changes), "--from", "0.5", "--to", "1.3"])
    assert any(line.startswith("the gap of R.Heel from 0.7 to 1.1 s") for line in found["warnings"])
    (line,) = (line for line in found["warnings"] if "lie beside gaps of markers" in line)
    assert line.startswith("32 frames (0.62 to 1.18 s)")
    assert found["frames"]["count"] - found["frames"]["with_muscle_forces"] >= 32
    # The steps at both ends of the gap put 150 N.m on the hip that no muscle carried.
    assert max(abs(one["value_nm"]) for one in found["reserves"].values()) < GAP_RESERVE


def test_a_foot_without_a_plate_is_flagged_and_takes_the_residual_along(data_dir, person, tmp_path):
    folder = data_dir / WALK
    changes = loads_changed(folder, tmp_path, without_foot("l"))
    found = summary(tmp_path, person, [*options(folder, **changes), "--from", "0.5", "--to", "0.9"])
    assert any(line.startswith("left foot:") and "no plate has its force" in line for line in found["warnings"])
    assert found["residuals"] is None


def test_every_setting_and_filter_is_recorded(data_dir, person, tmp_path):
    window = [
        "--from",
        "0.5",
        "--to",
        "0.9",
        "--filter-motion",
        "8",
        "--cutoff",
        "20",
        "--exponent",
        "3",
        "--rate",
        "50",
    ]
    found = summary(tmp_path, person, [*options(data_dir / WALK), *window, "--lever-arm", "pulley"])
    settings = found["settings"]
    assert (settings["motion_cutoff"], settings["cutoff"], settings["exponent"], settings["rate"]) == (8, 20, 3, 50)
    assert found["lever_arms"]["used"] == "pulley"
    assert any(line.startswith("joint angles: low-pass 8 Hz") for line in found["preparation"])
    assert sum("foot: low-pass 20 Hz" in line for line in found["preparation"]) == 2
    assert found["frames"]["count"] == 21


def test_a_walk_says_where_in_the_gait_cycle_its_peaks_are(data_dir, person, tmp_path):
    found = summary(tmp_path, person, options(data_dir / WALK))
    assert any(line == "joint angles: as given, not filtered" for line in found["preparation"])
    (start, end), *_ = found["movement"]["gait_cycles_s"]
    assert 0.9 < end - start < 1.3  # a stride of an adult's walk
    quadriceps = found["muscle_groups"]["quadriceps"]["peak"]
    assert 8 < quadriceps["percent_of_gait_cycle"] < 25  # weight acceptance
    assert quadriceps["body_weights"] == pytest.approx(quadriceps["value"] / (85 * 9.80665), rel=1e-12)
    assert found["moments"]["knee_angle"]["lowest"]["nm_per_kg"] < -0.3
    frames = found["frames"]
    assert frames["gaps"] == frames["count"] - frames["with_kneecap"] > 0


def test_an_opencap_session_with_forces_runs_against_its_neutral_pose(data_dir, person, tmp_path):
    folder = data_dir / WALK
    found = summary(tmp_path, person, [*options(folder, **session(folder, tmp_path)), "--from", "0.5", "--to", "0.9"])
    assert found["settings"]["trial"] == "walk"
    assert found["knee_rotation"]["reference"] == "a standing posture of the same leg"
    assert found["frames"]["with_kneecap"] == 41


def test_markers_with_a_static_trial_run_to_the_kneecap_and_opensim_reads_it_all(data_dir, person, tmp_path, opensim):
    folder = data_dir / WALK
    given = options(folder, **marker_options(folder, model=None, static=folder / "static.trc"))
    found = summary(tmp_path, person, [*given, "--from", "0.5", "--to", "1.0"])
    assert found["markers"]["rms_mm"] < WALK_MARKERS_RMS_MM
    assert any(line.startswith("markers: low-pass 6 Hz") for line in found["preparation"])
    rotation = found["knee_rotation"]["femoral_rotation_deg"]
    assert rotation["low"]["value"] < rotation["best"]["value"] < rotation["high"]["value"]
    assert set(found["knee_rotation"]["kneecap_by_share"]) == {"0", "best", "1"}
    files = sorted((tmp_path / "out").glob("*.sto")) + [tmp_path / "out" / "ik.mot"]
    assert len(files) == 9
    for path in files:
        table = opensim.TimeSeriesTable(str(path))
        own = read_table(path)
        assert table.getNumRows() == own.times.size > 10
        assert tuple(table.getColumnLabels()) == own.names
        last = np.array(table.getRowAtIndex(table.getNumRows() - 1).to_numpy())
        assert last == pytest.approx(own.values[-1], rel=1e-12, abs=1e-12)
