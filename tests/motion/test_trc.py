"""Marker files of type .trc."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.lab_frame import LabFrame
from trochlea.motion.files.trc import read_trc, write_trc
from trochlea.motion.markers import Markers

MILLIMETRE_ROUNDING = 2e-16
"""Metres to millimetres and back round twice [m]; worst seen 1.2e-16 at 1 m."""

OPENSIM_ROUNDING = 1e-12
"""OpenSim parses the same decimal digits [mm]; worst seen 0."""

KEYS = "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
HEAD = (
    f"PathFileType\t4\t(X/Y/Z)\twalk.trc\n{KEYS}\n100\t100\t2\t2\tmm\t100\t1\t2\n"
    "Frame#\tTime\tR.ASIS\t\t\tL Knee\t\t\n\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n\n"
)
BODY = "1\t0.00\t100\t200\t300\t400\t500\t600\n2\t0.01\t101\t201\t301\t401\t501\t601\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "walk.trc"
    path.write_text(text, newline="")
    return path


def test_millimetres_become_metres(tmp_path: Path):
    markers = read_trc(write(tmp_path, HEAD + BODY))
    assert markers.names == ("R.ASIS", "L Knee")
    assert markers.times.tolist() == [0.0, 0.01]
    np.testing.assert_allclose(markers.positions[1], [[0.101, 0.201, 0.301], [0.401, 0.501, 0.601]], rtol=1e-15)
    assert markers.source == str(tmp_path / "walk.trc")


BLANKS = (HEAD + BODY).replace("L Knee", "L.Knee").replace("\t\t\t", "\t").replace("\t", "  ")


@pytest.mark.parametrize(
    "text",
    [
        HEAD + BODY.replace("\t", "\t "),
        (HEAD + BODY).replace("\n", "\r\n"),
        "\ufeff" + HEAD + BODY,
        (HEAD + BODY).replace("\n\n", "\n"),
        HEAD + BODY.replace("\n", "\t\t\n"),
        HEAD + BODY.replace("\n", "  \n"),
        HEAD + "\t" + BODY.replace("\n2", "\n\t2"),
        HEAD.replace("\t\t\n", "\n").replace("\t\tX1", "X1") + BODY,
        (HEAD + BODY).rstrip("\n"),
        HEAD.replace("100\t100\t2\t2\tmm", "  100\t\t 100\t\t 2\t\t 2\t\t mm") + BODY,
        HEAD + BODY + "\n \n",
    ]
    + [BLANKS, "  " + BLANKS.replace("\n", "  \n  ")],
    ids=[
        "padded",
        "crlf",
        "bom",
        "no-blank-line",
        "trailing-tabs",
        "trailing-blanks",
        "leading-tabs",
        "short-labels",
        "no-last-newline",
        "double-tabs",
        "blank-end",
        "blanks",
        "blanks-around",
    ],
)
def test_every_dialect_says_the_same(tmp_path: Path, text: str):
    expected = read_trc(write(tmp_path, HEAD + BODY))
    found = read_trc(write(tmp_path, text))
    assert [name.replace(" ", ".") for name in found.names] == ["R.ASIS", "L.Knee"]
    assert found.positions.tolist() == expected.positions.tolist()
    assert found.times.tolist() == expected.times.tolist()


@pytest.mark.parametrize(("unit", "metres"), [("mm", 1e-3), ("cm", 1e-2), ("m", 1.0), ("meters", 1.0), ("MM", 1e-3)])
def test_the_unit_is_the_headers(tmp_path: Path, unit: str, metres: float):
    markers = read_trc(write(tmp_path, HEAD.replace("\tmm\t", f"\t{unit}\t") + BODY))
    assert markers.positions[0, 0].tolist() == [100 * metres, 200 * metres, 300 * metres]


@pytest.mark.parametrize(
    "row",
    [
        "1\t0.00\t\t\t\t400\t500\t600",
        "1\t0.00\tNaN\tnan\tNaN\t400\t500\t600",
        "1\t0.00\t0\t0.0\t0.000\t400\t500\t600",
        "\t1\t0.00\t \t \t \t400\t500\t600",
    ],
    ids=["empty", "nan", "zeros", "blanks"],
)
def test_a_gap_shifts_no_column(tmp_path: Path, row: str):
    markers = read_trc(write(tmp_path, HEAD + row + "\n" + BODY.split("\n")[1] + "\n"))
    assert np.isnan(markers.positions[0, 0]).all()
    np.testing.assert_allclose(markers.positions[0, 1], [0.4, 0.5, 0.6], rtol=1e-15)
    assert np.isfinite(markers.positions[1]).all()


def test_empty_cells_left_out_at_the_end_of_a_row_are_a_gap(tmp_path: Path):
    markers = read_trc(write(tmp_path, HEAD + "1\t0.00\t100\t200\t300\n" + BODY.split("\n")[1] + "\n"))
    assert np.isnan(markers.positions[0, 1]).all()
    assert np.isfinite(markers.positions[0, 0]).all()


def test_axes_of_the_laboratory_are_turned_to_ground(tmp_path: Path):
    lab = LabFrame(forward="+Y", up="+Z", source="given")
    markers = read_trc(write(tmp_path, HEAD + BODY), lab=lab)
    np.testing.assert_allclose(markers.positions[0, 0], [0.2, 0.3, 0.1], rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty; expected a .trc marker file"),
        ("Coordinates\nendheader\n", "line 1: found 'Coordinates'; expected PathFileType"),
        ("PathFileType\t4\n", "line 1: found"),
        (HEAD.replace("\tUnits", "").replace("\tmm", "") + BODY, "line 3: the unit is missing"),
        (
            HEAD.replace("\tmm\t", "\t\t") + BODY,
            "line 3: the unit is missing; expected a column Units with mm, cm or m",
        ),
        (BLANKS.replace("  mm  ", "  "), "line 3: the unit is missing"),
        (HEAD.replace("\tmm\t", "\tinch\t") + BODY, "line 3: unknown unit 'inch'; expected mm, cm or m"),
        (HEAD.replace("\t2\t2\t", "\ttwo\t2\t") + BODY, "line 3: NumFrames must be a whole number, found 'two'"),
        (HEAD.replace("\t2\t2\t", "\t3\t2\t") + BODY, "line 3: the header says 3 frames, the table has 2"),
        (HEAD.replace("\t2\t2\t", "\t2\t3\t") + BODY, "line 3: the header says 3 markers, the table has 2"),
        (HEAD.replace("Time", "t") + BODY, "line 4: the second column must be Time, found 't'"),
        (HEAD.replace("L Knee", "R.ASIS") + BODY, "line 4: marker R.ASIS appears 2 times; names must be unique"),
        (HEAD, "line 6: no rows after the marker names"),
        (HEAD + BODY.replace("\n2\t0.01", "\n2\t0.00"), "line 8: time repeats: 0 s after 0 s"),
        (HEAD + BODY.replace("\n2\t0.01", "\n2\t-0.01"), "line 8: time runs backwards"),
        (HEAD + BODY.replace("\t200\t", "\t2oo\t"), "line 7: marker R.ASIS: expected a finite number, found '2oo'"),
        (HEAD + BODY.replace("\t200\t", "\t2_00\t"), "line 7: marker R.ASIS: expected a finite number, found '2_00'"),
        (HEAD + BODY.replace("\t500\t", "\tinf\t"), "line 7: marker L Knee: expected a finite number, found 'inf'"),
        (HEAD + BODY.replace("\t0.01\t", "\t\t"), "line 8: time: expected a finite number, found ''"),
        (HEAD + BODY.replace("\t100\t", "\t\t"), "line 7: marker R.ASIS has only 2 of its 3 coordinates"),
        (HEAD + BODY.replace("\t100\t", "\t"), "line 7: marker L Knee has only 2 of its 3 coordinates"),
        (HEAD + BODY.replace("\t100\t", "\t100\t100\t"), "line 7: 9 cells, expected 8"),
        (HEAD + BODY[:-5], "line 8: the file ends in the middle of this row"),
        (BLANKS.replace("100  200  300  ", ""), "line 7: 5 cells, expected 8: cells are separated by blanks"),
        (BLANKS.replace("  200  300", "  300"), "line 7: 7 cells, expected 8; the row is cut off or edited"),
    ],
)
def test_damaged_files_are_refused_in_one_line(tmp_path: Path, text: str, message: str):
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_trc(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def markers(frames: int, *, with_gaps: bool = True) -> Markers:
    rng = np.random.default_rng(frames)
    positions = rng.normal(size=(frames, 3, 3))
    if with_gaps:
        positions[0, 2] = np.nan
        positions[-1, 0] = np.nan
    return Markers(
        times=0.5 + np.arange(frames) / 120, names=("R.ASIS", "L Knee", "heel"), positions=positions, source="made"
    )


@pytest.mark.parametrize("frames", [1, 2, 50])
def test_written_then_read_is_the_same(tmp_path: Path, frames: int):
    original = markers(frames)
    write_trc(tmp_path / "out.trc", original)
    found = read_trc(tmp_path / "out.trc")
    assert found.names == original.names
    assert found.times.tolist() == original.times.tolist()
    np.testing.assert_allclose(found.positions, original.positions, rtol=MILLIMETRE_ROUNDING, atol=MILLIMETRE_ROUNDING)


@pytest.mark.parametrize("frames", [1, 40])
def test_opensim_reads_what_is_written(opensim, tmp_path: Path, monkeypatch, frames: int):
    monkeypatch.chdir(tmp_path)
    original = markers(frames)
    write_trc(tmp_path / "out.trc", original)
    table = opensim.TimeSeriesTableVec3(str(tmp_path / "out.trc"))
    assert tuple(table.getColumnLabels()) == original.names
    assert table.getTableMetaDataString("Units") == "mm"
    np.testing.assert_allclose(table.getIndependentColumn(), original.times, rtol=0, atol=OPENSIM_ROUNDING)
    found = np.array(
        [
            [[table.getRowAtIndex(i)[j][axis] for axis in range(3)] for j in range(len(original.names))]
            for i in range(frames)
        ]
    )
    np.testing.assert_allclose(found, original.positions * 1000, rtol=0, atol=OPENSIM_ROUNDING)


@pytest.mark.parametrize(
    ("file", "n_markers"),
    [("rajagopal_walk/markers.trc", 41), ("rajagopal_walk/static.trc", 64), ("gait2392_walk/subject01_walk1.trc", 41)],
)
def test_opensim_reads_the_same_from_a_real_trial(opensim, data_dir: Path, file: str, n_markers: int):
    path = data_dir / "mocap" / file
    found = read_trc(path)
    table = opensim.TimeSeriesTableVec3(str(path))
    assert found.names == tuple(table.getColumnLabels())
    assert len(found.names) == n_markers
    for i in (0, found.times.size // 2, found.times.size - 1):
        row = table.getRowAtIndex(i)
        theirs = np.array([[row[j][axis] for axis in range(3)] for j in range(n_markers)])
        np.testing.assert_allclose(found.positions[i] * 1000, theirs, rtol=0, atol=1e-9)


def test_a_marker_without_a_usable_name_is_not_written(tmp_path: Path):
    original = markers(2)
    spoilt = Markers(times=original.times, names=("a\tb", "c", "d"), positions=original.positions, source="")
    with pytest.raises(ValueError, match="has a tab or line end"):
        write_trc(tmp_path / "out.trc", spoilt)
    assert list(tmp_path.iterdir()) == []


def test_a_trial_with_another_axis_up_is_refused_unless_its_axes_are_given(data_dir: Path, tmp_path: Path):
    upright = read_trc(data_dir / "mocap/rajagopal_walk/markers.trc")
    turned = upright.positions[:, :, [0, 2, 1]] * (1, -1, 1)  # x forward, y to the left, z up
    write_trc(
        tmp_path / "z_up.trc", Markers(times=upright.times, names=upright.names, positions=turned, source="turned")
    )
    with pytest.raises(InputError, match=r"the markers do not stand along \+Y") as caught:
        read_trc(tmp_path / "z_up.trc")
    assert "\n" not in str(caught.value)
    found = read_trc(tmp_path / "z_up.trc", lab=LabFrame(forward="+X", up="+Z", source="given"))
    np.testing.assert_allclose(found.positions, upright.positions, rtol=0, atol=1e-12)
