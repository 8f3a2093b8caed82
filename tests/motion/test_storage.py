"""Reading and writing OpenSim's storage files."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError
from trochlea.motion.files.storage import read_storage, read_table, write_storage
from trochlea.motion.timeseries import TimeSeries

EXACT = 0.0
"""Radians are written with all their digits, so that they come back as they were; worst seen 0."""

DEGREE_ROUNDING = 1e-15
"""Two conversions round twice [rad]; worst seen 4.4e-16 at 3 rad."""

OPENSIM_ROUNDING = 1e-15
"""OpenSim parses the same decimal digits [rad]; worst seen 0."""

HEAD = "Coordinates\nversion=1\nnRows=2\nnColumns=3\ninDegrees=yes\nendheader\n"
BODY = "time\thip_flexion_r\tpelvis_tx\n0.0\t90.0\t0.5\n0.1\t-180.0\t0.25\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "trial.mot"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def series(frames: int = 5) -> TimeSeries:
    rng = np.random.default_rng(7)
    names = ("hip_flexion_r", "pelvis_tx", "knee_angle_r_beta")
    return TimeSeries(
        times=np.arange(frames) * 0.01,
        values=rng.normal(size=(frames, 3)),
        names=names,
        units=("rad", "m", "rad"),
    )


def test_degrees_become_radians_and_lengths_stay(tmp_path: Path):
    table = read_storage(write(tmp_path, HEAD + BODY))
    assert table.names == ("hip_flexion_r", "pelvis_tx")
    assert table.units == ("rad", "m")
    assert table.column("hip_flexion_r").tolist() == [np.pi / 2, -np.pi]
    assert table.column("pelvis_tx").tolist() == [0.5, 0.25]
    assert table.times.tolist() == [0.0, 0.1]


def test_radians_stay(tmp_path: Path):
    table = read_storage(write(tmp_path, (HEAD + BODY).replace("yes", "no")))
    assert table.column("hip_flexion_r").tolist() == [90.0, -180.0]


NEW = "inDegrees=yes\nnColumns=3\nnRows=2\nDataType=double\nversion=3\nOpenSimVersion=4.6\nendheader\n" + BODY
SIMM = (
    (HEAD + BODY)
    .replace("nRows=", "datarows ")
    .replace("nColumns=", "datacolumns ")
    .replace("version=1\n", "range 0 0.1\n")
)
CHATTY = HEAD.replace(
    "endheader", "\nUnits are S.I. units (second, meters, Newtons, ...)\nAngles are in degrees.\n\nendheader"
)


@pytest.mark.parametrize(
    "text",
    [
        NEW,
        SIMM,
        CHATTY + BODY,
        "\ufeff" + NEW,
        (HEAD + BODY).replace("\n", "\r\n"),
        HEAD + BODY.replace("\t", "     "),
        HEAD + BODY.replace("\n", "\t\t\n"),
        HEAD + BODY.rstrip("\n"),
        HEAD + BODY + "\n\n",
    ],
    ids=["new", "simm", "chatty", "bom", "crlf", "spaces", "trailing-tabs", "no-last-newline", "blank-lines"],
)
def test_every_dialect_says_the_same(tmp_path: Path, text: str):
    expected = read_storage(write(tmp_path, HEAD + BODY))
    found = read_storage(write(tmp_path, text))
    assert found.names == expected.names
    assert found.values.tolist() == expected.values.tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "the file is not text"),
        (b"\xff\xfe\x00endheader", "the file is not text"),
        ("Coordinates\nnRows=2\n", "no line endheader"),
        (HEAD, "line 6: nothing after endheader"),
        (HEAD + "time\thip_flexion_r\tpelvis_tx\n", "line 7: no rows"),
        (HEAD.replace("nRows=2", "nRows=3") + BODY, "line 3: the header says 3 rows, the table has 2"),
        (HEAD.replace("nColumns=3", "nColumns=4") + BODY, "line 4: the header says 4 columns"),
        (HEAD.replace("nRows=2", "nRows=two") + BODY, "line 3: nRows must be a whole number, found 'two'"),
        (HEAD.replace("inDegrees=yes", "inDegrees=maybe") + BODY, "line 5: inDegrees must be yes or no"),
        (
            HEAD.replace("inDegrees=yes\n", "") + BODY,
            "hip_flexion_r is in degrees or radians; expected a line",
        ),
        (HEAD.replace("version=1", "DataType=Vec3") + BODY, "line 2: DataType must be double"),
        (HEAD + BODY[:-12], "line 9: 1 cells, expected 3; the file ends in the middle of this row"),
        (HEAD + BODY.replace("90.0\t", ""), "line 8: 2 cells, expected 3"),
        (
            HEAD + BODY.replace("90.0", "9o.0"),
            "line 8: column hip_flexion_r: expected a finite number, found '9o.0'",
        ),
        (
            HEAD + BODY.replace("90.0", "9_0"),
            "line 8: column hip_flexion_r: expected a finite number, found '9_0'",
        ),
        (
            HEAD + BODY.replace("0.25", "nan"),
            "line 9: column pelvis_tx: expected a finite number, found 'nan'",
        ),
        (
            HEAD + BODY.replace("0.25", "-inf"),
            "line 9: column pelvis_tx: expected a finite number, found '-inf'",
        ),
        (HEAD + BODY.replace("time", "t"), "line 7: the first column must be time, found 't'"),
        (HEAD + BODY.replace("\n0.1", "\n0.0"), "line 9: time repeats: 0 s after 0 s"),
        (HEAD + BODY.replace("\n0.1", "\n-0.1"), "line 9: time runs backwards: -0.1 s after 0 s"),
        (HEAD + BODY.replace("pelvis_tx", "hip_flexion_r"), "line 7: column hip_flexion_r appears 2 times"),
        (HEAD + BODY.replace("pelvis_tx", "wing_span"), "cannot tell whether column wing_span is an angle"),
    ],
)
def test_damaged_files_are_refused_in_one_line(tmp_path: Path, text: str | bytes, message: str):
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        read_storage(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(FormatError, match="No such file"):
        read_storage(tmp_path / "absent.mot")


def test_a_file_without_angles_needs_no_units(tmp_path: Path):
    text = HEAD.replace("inDegrees=yes\n", "") + BODY.replace("hip_flexion_r", "vaslat_r").replace("pelvis_tx", "x")
    assert read_storage(write(tmp_path, text)).units == ("", "")


@pytest.mark.parametrize(("in_degrees", "tolerance"), [(False, EXACT), (True, DEGREE_ROUNDING)])
def test_written_then_read_is_the_same(tmp_path: Path, in_degrees: bool, tolerance: float):
    original = series()
    write_storage(tmp_path / "out.sto", original, in_degrees=in_degrees, name="round trip")
    found = read_storage(tmp_path / "out.sto")
    assert (found.names, found.units) == (original.names, original.units)
    np.testing.assert_allclose(found.times, original.times, rtol=0, atol=EXACT)
    np.testing.assert_allclose(found.values, original.values, rtol=0, atol=tolerance)


@pytest.mark.parametrize("seed", range(20))
def test_any_table_survives_writing_and_reading(tmp_path: Path, seed: int):
    rng = np.random.default_rng(seed)
    frames, columns = int(rng.integers(1, 30)), int(rng.integers(1, 8))
    table = TimeSeries(
        times=np.cumsum(rng.uniform(1e-4, 1, frames)) - rng.uniform(0, 5),
        values=rng.normal(size=(frames, columns)) * 10.0 ** rng.integers(-12, 12, (frames, columns)),
        names=tuple(f"muscle_{i}" for i in range(columns)),
        units=("",) * columns,
    )
    write_storage(tmp_path / "any.sto", table, in_degrees=False, name="any")
    found = read_storage(tmp_path / "any.sto")
    assert found.values.tolist() == table.values.tolist()
    assert found.times.tolist() == table.times.tolist()


def test_a_truncated_file_is_always_refused_or_loses_digits_of_its_last_number_only(tmp_path: Path):
    write_storage(tmp_path / "whole.sto", series(3), in_degrees=False, name="whole")
    data = (tmp_path / "whole.sto").read_bytes()
    last_cell = len(data) - data.rindex(b"\t") - 1
    for length in range(len(data) - last_cell):
        path = write(tmp_path, data[:length])
        with pytest.raises(FormatError):
            read_storage(path)


@pytest.mark.parametrize("frames", [1, 40])
@pytest.mark.parametrize("in_degrees", [False, True])
def test_opensim_reads_what_is_written(opensim, tmp_path: Path, monkeypatch, frames: int, in_degrees: bool):
    monkeypatch.chdir(tmp_path)
    original = series(frames)
    path = tmp_path / "out.sto"
    write_storage(path, original, in_degrees=in_degrees, name="kneecap")
    table = opensim.TimeSeriesTable(str(path))
    assert tuple(table.getColumnLabels()) == original.names
    assert table.getTableMetaDataString("inDegrees") == ("yes" if in_degrees else "no")
    np.testing.assert_allclose(table.getIndependentColumn(), original.times, rtol=0, atol=OPENSIM_ROUNDING)
    expected = np.array(original.values)
    if in_degrees:
        expected[:, 0] = np.rad2deg(expected[:, 0])
    np.testing.assert_allclose(table.getMatrix().to_numpy(), expected, rtol=0, atol=OPENSIM_ROUNDING)
    storage = opensim.Storage(str(path))
    assert storage.getName() == "kneecap"
    assert storage.getSize() == frames
    assert storage.isInDegrees() == in_degrees


def test_opensims_own_files_are_read(opensim, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = opensim.TimeSeriesTable()
    table.setColumnLabels(["hip_flexion_r", "pelvis_tx"])
    table.appendRow(0.0, opensim.RowVector([90.0, 0.5]))
    table.appendRow(0.1, opensim.RowVector([-180.0, 0.25]))
    table.addTableMetaDataString("inDegrees", "yes")
    opensim.STOFileAdapter.write(table, str(tmp_path / "theirs.sto"))
    found = read_storage(tmp_path / "theirs.sto")
    assert found.values.tolist() == [[np.pi / 2, 0.5], [-np.pi, 0.25]]


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path):
    (tmp_path / "out.sto").mkdir()
    with pytest.raises(OSError, match="out.sto"):
        write_storage(tmp_path / "out.sto", series(), in_degrees=False, name="x")
    assert [path.name for path in tmp_path.iterdir()] == ["out.sto"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": ("wing_angle", "pelvis_tx", "knee_angle_r_beta")}, "wing_angle.*does not tell its unit"),
        ({"names": ("hip flexion", "pelvis_tx", "knee_angle_r_beta")}, "has blanks"),
        ({"values": np.full((5, 3), np.nan)}, "not finite"),
    ],
)
def test_a_table_that_could_not_be_read_back_is_not_written(tmp_path: Path, changes: dict, message: str):
    original = series()
    parts = {name: getattr(original, name) for name in ("times", "values", "names", "units")}
    with pytest.raises(ValueError, match=message):
        write_storage(tmp_path / "out.sto", TimeSeries(**(parts | changes)), in_degrees=True, name="x")
    assert list(tmp_path.iterdir()) == []


PATELLA_DEGREES = 1e-8
"""The trial's patellar coordinate equals the knee's to the file's ten decimals [rad]; worst seen 5.0e-9."""


def test_the_patellas_coupled_coordinate_is_in_radians_even_in_a_file_in_degrees(data_dir: Path):
    table = read_storage(data_dir / "mocap/rajagopal_walk/ik_filtered_6hz.mot")
    knee, patella = table.column("knee_angle_r"), table.column("knee_angle_r_beta")
    np.testing.assert_allclose(patella, knee, rtol=0, atol=PATELLA_DEGREES)
    assert 0.9 < knee.max() < 1.4


def test_every_storage_file_of_the_real_trials_is_read(data_dir: Path):
    paths = [path for path in data_dir.rglob("*") if path.suffix in (".mot", ".sto")]
    assert len(paths) >= 10
    for path in paths:
        table = read_table(path)
        assert table.values.shape == (table.times.size, len(table.names))
