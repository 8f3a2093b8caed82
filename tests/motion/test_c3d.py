"""Laboratory trials of type .c3d."""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError, TrochleaError
from trochlea.motion.files.c3d import read_c3d

FLOAT32 = 1e-6
"""The format keeps single precision: 24 bits of a few metres [m] or of some hundred newtons, relative."""

LABELS = ["S1:LASI", "S1:RASI", "*12", "LKneeAngles", "RKneeForce", "CLAV"]
N_FRAMES, PER_FRAME = 20, 10

PARAMETERS: dict[str, Any] = {
    "POINT:RATE": np.float32(100),
    "POINT:LABELS": LABELS,
    "POINT:UNITS": ["mm"],
    "POINT:X_SCREEN": ["+Y"],
    "POINT:Y_SCREEN": ["+Z"],
    "POINT:ANGLES": ["LKneeAngles"],
    "POINT:ANGLE_UNITS": ["deg"],
    "POINT:FORCES": ["RKneeForce"],
    "POINT:MODELED_MARKERS": ["CLAV"],
    "ANALOG:RATE": np.float32(1000),
    "ANALOG:LABELS": ["Fx1", "Fy1", "Fz1", "Mx1", "My1", "Mz1"],
    "ANALOG:UNITS": ["N", "N", "N", "Nmm", "Nmm", "Nmm"],
    "EVENT:CONTEXTS": ["Right", "Left"],
    "EVENT:LABELS": ["Foot Strike", "Foot Off"],
    "EVENT:TIMES": [[0.0, 0.0], [0.15, 0.04]],
    "FORCE_PLATFORM:USED": np.int16(1),
    "FORCE_PLATFORM:TYPE": np.array([2], dtype=np.int16),
    "FORCE_PLATFORM:CORNERS": np.reshape([[250, -250, -250, 250], [300, 300, -300, -300], [0] * 4], (3, 4, 1)),
    "FORCE_PLATFORM:ORIGIN": [[0.0], [0.0], [-40.0]],
    "FORCE_PLATFORM:CHANNEL": np.arange(1, 7, dtype=np.int16).reshape(6, 1),
    "FORCE_PLATFORM:ZERO": np.array([0, 0], dtype=np.int16),
}


@dataclass
class Trial:
    """A small trial: two markers, an unlabelled point, modelled results, two events, one plate of type 2."""

    changes: dict[str, Any] = field(default_factory=dict)
    first_frame: int = 1

    def __post_init__(self) -> None:
        rng = np.random.default_rng(4)
        self.points = np.zeros((N_FRAMES, len(LABELS), 4), dtype=np.float32)
        self.points[..., :3] = rng.uniform(100, 1500, (N_FRAMES, len(LABELS), 3))
        self.points[3:5, 1, 3] = -1
        self.points[8, 1, :3] = 0
        self.analog = np.zeros((N_FRAMES * PER_FRAME, 6), dtype=np.float32)
        self.analog[:, 2] = -700.0
        self.analog[:, 3] = -700.0 * 50

    def write(self, path: Path) -> Path:
        n_frames, n_points = self.points.shape[:2]
        per_frame, n_channels = len(self.analog) // n_frames, self.analog.shape[1]
        needed = {
            "POINT:USED": np.int16(n_points),
            "POINT:SCALE": np.float32(-1),
            "POINT:FRAMES": np.int16(n_frames),
            "POINT:DATA_START": np.int16(0),
            "ANALOG:USED": np.int16(n_channels),
            "ANALOG:GEN_SCALE": np.float32(1),
            "ANALOG:SCALE": np.ones(n_channels),
            "ANALOG:OFFSET": np.zeros(n_channels, dtype=np.int16),
        }
        parameters = needed | PARAMETERS | self.changes
        block = section({key: value for key, value in parameters.items() if value is not None})
        start = 2 + len(block) // 512
        needed["POINT:DATA_START"] = np.int16(start)
        block = section({key: value for key, value in (parameters | needed).items() if value is not None})
        last = self.first_frame + n_frames - 1
        words = (n_points, n_channels * per_frame, self.first_frame, last, 0)
        header = struct.pack("<BB5HfHHf", 2, 0x50, *words, -1.0, start, per_frame, 100.0)
        frames = np.hstack(
            [self.points.reshape(n_frames, -1), self.analog.reshape(n_frames, -1)], dtype=np.float32, casting="unsafe"
        )
        path.write_bytes(header.ljust(512, b"\0") + block + frames.astype("<f4").tobytes())
        return path


def section(parameters: dict[str, Any]) -> bytes:
    """The parameter section of a C3D file: groups, then parameters, padded to blocks of 512 bytes."""
    groups = list(dict.fromkeys(key.split(":")[0] for key in parameters))
    body = b""
    for number, group in enumerate(groups, 1):
        body += struct.pack("<bb", len(group), -number) + group.encode() + struct.pack("<hB", 3, 0)
    for key, value in parameters.items():
        group, name = key.split(":")
        content = encoded(value)
        body += struct.pack("<bb", len(name), groups.index(group) + 1) + name.encode()
        body += struct.pack("<h", len(content) + 3) + content + b"\0"
    body += b"\0\0"
    blocks = -(-(len(body) + 4) // 512)
    return (struct.pack("<BBBB", 1, 0x50, blocks, 84) + body).ljust(512 * blocks, b"\0")


def encoded(value: Any) -> bytes:
    """Type, dimensions and data of one parameter."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        width = max(map(len, value))
        return struct.pack("<bBBB", -1, 2, width, len(value)) + "".join(v.ljust(width) for v in value).encode()
    array = np.asarray(value)
    is_whole = array.dtype == np.int16
    data = array.astype("<i2" if is_whole else "<f4").tobytes(order="F")
    return struct.pack("<bB", 2 if is_whole else 4, array.ndim) + bytes(array.shape) + data


def write(folder: Path, **changes: Any) -> Path:
    return Trial(changes).write(folder / "trial.c3d")


def whole(*numbers: int) -> np.ndarray:
    """Whole numbers as the format stores them."""
    return np.array(numbers, dtype=np.int16)


def test_markers_are_in_ground_in_metres_with_gaps_where_nothing_was_seen(tmp_path: Path):
    trial = read_c3d(write(tmp_path))
    assert trial.markers.names == ("LASI", "RASI")
    raw = Trial().points[:, 0, :3] / 1000  # Y forward, Z up: X points to the right
    np.testing.assert_allclose(trial.markers.marker("LASI"), raw[:, [1, 2, 0]], rtol=FLOAT32)
    is_gap = np.isnan(trial.markers.marker("RASI")).all(axis=1)
    assert np.flatnonzero(is_gap).tolist() == [3, 4, 8]
    np.testing.assert_allclose(trial.markers.times, np.arange(20) / 100, atol=1e-12, rtol=0)
    assert (trial.lab.forward, trial.lab.up, trial.lab.source) == ("+Y", "+Z", "POINT:Y_SCREEN")


def test_results_of_other_programs_are_no_markers(tmp_path: Path):
    trial = read_c3d(write(tmp_path))
    assert [(result.kind, result.unit, result.names) for result in trial.modelled] == [
        ("angles", "deg", ("LKneeAngles",)),
        ("forces", "", ("RKneeForce",)),
    ]
    np.testing.assert_allclose(trial.modelled[0].values[:, 0], Trial().points[:, 3, :3], rtol=FLOAT32)
    assert trial.modelled_markers is not None
    assert trial.modelled_markers.names == ("CLAV",)
    assert trial.n_unlabelled == 1


def test_events_come_in_order_of_time(tmp_path: Path):
    events = read_c3d(write(tmp_path, **{"EVENT:TIMES": [[1.0, 0.0], [0.15, 0.04]]})).events
    assert [(event.context, event.label) for event in events] == [("Left", "Foot Off"), ("Right", "Foot Strike")]
    assert [event.time for event in events] == pytest.approx([0.04, 60.15], rel=FLOAT32)


def test_the_plate_pushes_up_where_the_file_holds_the_force_of_the_ground(tmp_path: Path):
    (plate,) = read_c3d(write(tmp_path)).plates
    np.testing.assert_allclose(plate.force, np.tile([0.0, 700.0, 0.0], (200, 1)), atol=700 * FLOAT32, rtol=0)
    # Mx = py Fz; y of the plate and of the laboratory agree, and the laboratory's y is forward
    np.testing.assert_allclose(plate.point, np.tile([0.05, 0.0, 0.0], (200, 1)), atol=FLOAT32, rtol=0)
    np.testing.assert_allclose(plate.times, np.arange(200) / 1000, atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    ("unit", "factor"), [("Nm", 1000), ("N.m", 1000), ("NMM", 1), ("N*cm", 10), ("kN m", 1e6), ("", 1)]
)
def test_moments_are_read_in_their_own_unit(tmp_path: Path, unit: str, factor: float):
    made = Trial({"ANALOG:UNITS": ["N", "N", "N", unit, unit, unit]})
    made.analog[:, 3:] /= factor
    (plate,) = read_c3d(made.write(tmp_path / "trial.c3d")).plates
    np.testing.assert_allclose(plate.point[0], [0.05, 0.0, 0.0], atol=1e-6, rtol=0)


def test_a_baseline_is_taken_off_only_when_asked(tmp_path: Path):
    made = Trial({"FORCE_PLATFORM:ZERO": whole(3, 5)})
    made.analog[20:50, 2:4] = 0
    made.analog += 15.0
    made.write(tmp_path / "trial.c3d")
    (as_read,) = read_c3d(tmp_path / "trial.c3d").plates
    (zeroed,) = read_c3d(tmp_path / "trial.c3d", take_off_baseline=True).plates
    assert as_read.force[20, 1] == pytest.approx(-15, rel=FLOAT32)
    assert zeroed.force[20, 1] == pytest.approx(0, abs=1e-3)
    assert zeroed.force[0, 1] == pytest.approx(700, rel=FLOAT32)
    assert zeroed.force[-1, 1] == pytest.approx(700, rel=FLOAT32)


def test_an_origin_above_the_plate_was_stored_with_the_other_sign(tmp_path: Path):
    below = np.array([[30.0], [20.0], [-40.0]])
    (expected,) = read_c3d(write(tmp_path, **{"FORCE_PLATFORM:ORIGIN": below})).plates
    (found,) = read_c3d(write(tmp_path, **{"FORCE_PLATFORM:ORIGIN": -below})).plates
    assert found.point[0].tolist() == expected.point[0].tolist()


def test_a_given_axis_overrules_the_file(tmp_path: Path):
    trial = read_c3d(write(tmp_path, **{"POINT:Y_SCREEN": None}), up="+Z")
    assert (trial.lab.forward, trial.lab.up, trial.lab.source) == ("+Y", "+Z", "given")
    turned = read_c3d(write(tmp_path), forward="-X")
    assert (turned.lab.forward, turned.lab.up) == ("-X", "+Z")
    np.testing.assert_allclose(turned.markers.positions[0, 0, 1], trial.markers.positions[0, 0, 1], rtol=FLOAT32)


def test_a_file_without_plates_or_events_has_none(tmp_path: Path):
    none = {key: None for key in ("EVENT:TIMES", "EVENT:LABELS", "EVENT:CONTEXTS")}
    trial = read_c3d(write(tmp_path, **{"FORCE_PLATFORM:USED": np.int16(0), **none}))
    assert trial.plates == ()
    assert trial.events == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"POINT:UNITS": ["inch"]}, "POINT:UNITS: found 'inch'; expected mm, cm or m"),
        ({"POINT:UNITS": ["  "]}, "POINT:UNITS: it is missing; expected mm, cm or m"),
        ({"POINT:Y_SCREEN": None}, "does not say which axis points up (POINT:Y_SCREEN); expected one of"),
        ({"POINT:Y_SCREEN": ["up"]}, "does not say which axis points up"),
        ({"POINT:Y_SCREEN": ["+X"]}, "force plate 1 would stand upright if +X pointed up (POINT:Y_SCREEN)"),
        ({"POINT:LABELS": ["A", "A", "*", "LKneeAngles", "x", "y"]}, "POINT:LABELS: marker A appears 2 times"),
        ({"ANALOG:UNITS": ["V"] * 6}, "ANALOG:UNITS: Fx of force plate 1 is in 'V'; expected n, kn"),
        ({"FORCE_PLATFORM:TYPE": whole(21)}, "force plate 1 is of type 21; expected 1, 2, 3 or 4"),
        (
            {"FORCE_PLATFORM:CHANNEL": whole(2, 3, 4, 5, 6, 7).reshape(6, 1)},
            "needs 6 channels among 1 to 6, found 2, 3",
        ),
        (
            {"FORCE_PLATFORM:USED": np.int16(2)},
            "FORCE_PLATFORM: does not describe force plate 2, though USED counts it",
        ),
        ({"FORCE_PLATFORM:TYPE": whole(4)}, "FORCE_PLATFORM:CAL_MATRIX: is missing"),
        ({"FORCE_PLATFORM:CORNERS": None}, "FORCE_PLATFORM:CORNERS: is missing; expected by the C3D format"),
        ({"FORCE_PLATFORM:ORIGIN": np.array([[600.0], [0.0], [-40.0]])}, "check the units of its moments"),
    ],
)
def test_trials_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path, changes: dict, message: str):
    path = write(tmp_path, **changes)
    with pytest.raises(TrochleaError) as caught:
        read_c3d(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_baseline_outside_the_trial_is_refused(tmp_path: Path):
    path = write(tmp_path, **{"FORCE_PLATFORM:ZERO": whole(1, 21)})
    with pytest.raises(FormatError, match="frames 1 to 21 are no part of this trial of 20"):
        read_c3d(path, take_off_baseline=True)


@pytest.mark.parametrize("content", [b"", b"hello", b"PathFileType\t4\n" * 100])
def test_other_files_are_refused(tmp_path: Path, content: bytes):
    (tmp_path / "trial.c3d").write_bytes(content)
    with pytest.raises(FormatError, match="is no C3D file or is damaged") as caught:
        read_c3d(tmp_path / "trial.c3d")
    assert "\n" not in str(caught.value)
    with pytest.raises(FormatError, match="there is no such file"):
        read_c3d(tmp_path / "absent.c3d")


TREADMILL = "pose/gaitalytics_treadmill_events.c3d"


def test_a_file_that_was_cut_off_is_refused(data_dir: Path, tmp_path: Path):
    (tmp_path / "cut.c3d").write_bytes((data_dir / TREADMILL).read_bytes()[:200_000])
    with pytest.raises(FormatError, match="the header says 1206 frames, the data end after 57; the file is cut off"):
        read_c3d(tmp_path / "cut.c3d")


def test_a_file_of_an_unknown_processor_is_refused(tmp_path: Path):
    data = bytearray(write(tmp_path).read_bytes())
    data[512 + 3] = 7
    (tmp_path / "trial.c3d").write_bytes(data)
    with pytest.raises(FormatError, match="is no C3D file or is damaged; export the trial again"):
        read_c3d(tmp_path / "trial.c3d")


def test_a_treadmill_trial_is_read_whole(data_dir: Path):
    trial = read_c3d(data_dir / TREADMILL)
    assert trial.markers.positions.shape == (1206, 62, 3)
    assert "LHEE" in trial.markers.names
    assert not any("Angle" in name or "Force" in name for name in trial.markers.names)
    assert [(result.kind, len(result.names)) for result in trial.modelled] == [
        ("angles", 16),
        ("forces", 12),
        ("moments", 10),
        ("powers", 8),
    ]
    assert trial.markers.times[[0, -1]] == pytest.approx([0.44, 12.49])
    assert len(trial.events) == 43
    pelvis = np.nanmean(trial.markers.marker("LASIS"), axis=0)
    assert 0.9 < pelvis[1] < 1.1
    assert len(trial.plates) == 2


EVENT_ERROR = 0.015
"""The file's foot strikes were marked on frames of 10 ms, at about the plate's 20 N [s]; worst seen 0.010."""


def test_plates_and_events_run_on_one_clock(data_dir: Path):
    trial = read_c3d(data_dir / TREADMILL)
    left = trial.plates[0]
    is_loaded = left.force[:, 1] > 20
    landings = left.times[1:][is_loaded[1:] & ~is_loaded[:-1]]
    strikes = [event.time for event in trial.events if (event.context, event.label) == ("Left", "Foot Strike")]
    assert len(strikes) == 11
    for strike in strikes[:-1]:  # the last one falls after the last sample in which the plate is free
        assert np.abs(landings - strike).min() < EVENT_ERROR


MASS = 55.3262
"""PROCESSING:Bodymass of the file [kg]."""


def test_over_whole_strides_the_plates_carry_the_body(data_dir: Path):
    trial = read_c3d(data_dir / TREADMILL)
    strikes = [event.time for event in trial.events if (event.context, event.label) == ("Left", "Foot Strike")]
    times = trial.plates[0].times
    inside = (times >= strikes[0]) & (times < strikes[-1])
    carried = sum(float(plate.force[inside, 1].mean()) for plate in trial.plates)
    assert carried == pytest.approx(MASS * 9.80665, rel=0.02)  # worst seen 0.3 %


def test_the_centre_of_pressure_lies_under_the_foot_on_the_plate(data_dir: Path):
    trial = read_c3d(data_dir / TREADMILL)
    for plate, side in zip(trial.plates, "LR", strict=True):
        point = plate.point[::10]
        heel, toe = trial.markers.marker(f"{side}HEE"), trial.markers.marker(f"{side}MT2")
        is_loaded = (plate.force[::10, 1] > 200) & np.isfinite(heel).all(axis=1) & np.isfinite(toe).all(axis=1)
        # x of ground is the file's X, across the belts: within half a foot's breadth of its long line
        beside = (point - (heel + toe) / 2)[is_loaded, 0]
        assert np.abs(np.median(beside)) < 0.04  # worst seen 0.021


EZC3D = [
    (0, 2380, [-34.574081, -71.807793, 578.584473], [76.539251, -5.698245, 0.0], -8815.801449),
    (0, 6396, [-9.598743, 39.684975, 339.662842], [36.221081, -281.874232, 0.0], -246.11175),
    (0, 9899, [-17.70019, 49.197403, 569.158997], [61.655247, -181.54148, 0.0], -2217.229688),
    (1, 1816, [21.804577, -90.07737, 467.98233], [-76.130591, 63.753028, 0.0], 2033.525984),
    (1, 6059, [20.317478, 5.340341, 449.696289], [-82.395104, -88.749244, 0.0], 691.410564),
    (1, 9458, [24.635733, -19.181805, 367.914307], [-36.449939, -117.069051, 0.0], -1451.355333),
]
"""Plate, sample, force [N], centre of pressure [mm] and free moment about z [N.mm] of the treadmill trial in its own
axes, computed by another library: ezc3d 1.7.2, `c3d(path, extract_forceplat_data=True)["data"]["platform"]`."""


@pytest.mark.parametrize(("plate", "sample", "force", "point", "twist"), EZC3D)
def test_another_library_computes_the_same_from_the_plates(
    data_dir: Path, plate: int, sample: int, force: list, point: list, twist: float
):
    trial = read_c3d(data_dir / TREADMILL)
    found = trial.plates[plate]
    for own, theirs in (
        (found.force, np.array(force)),
        (found.point, np.array(point) / 1000),
        (found.free_moment, np.array([0, 0, twist]) / 1000),
    ):
        np.testing.assert_allclose(own[sample], trial.lab.to_ground(theirs), rtol=1e-6, atol=1e-8)


def test_a_calibration_matrix_turns_volts_into_loads(tmp_path: Path):
    matrix = np.diag([1.0, 1.0, 2.0, 3.0, 3.0, 3.0])
    matrix[2, 0] = 0.5  # the vertical force reads the first channel too
    made = Trial(
        {
            "FORCE_PLATFORM:TYPE": whole(4),
            "FORCE_PLATFORM:CAL_MATRIX": matrix.reshape(6, 6, 1),
            "ANALOG:UNITS": ["V"] * 6,
        }
    )
    made.analog[:] = [100.0, 0.0, -375.0, -700.0 * 50 / 3, 0.0, 0.0]
    (plate,) = read_c3d(made.write(tmp_path / "trial.c3d")).plates
    # 2 * -375 + 0.5 * 100 = -700 N on the plate; 100 N sideways, 40 mm from the transducers, turn 4 N.m about its y
    np.testing.assert_allclose(plate.force[0], [0.0, 700.0, -100.0], rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(plate.point[0], [0.05, 0.0, 100 * 0.04 / 700], rtol=1e-5, atol=1e-7)


def test_the_first_frame_of_a_cut_trial_keeps_its_time(tmp_path: Path):
    made = Trial(first_frame=45)
    trial = read_c3d(made.write(tmp_path / "trial.c3d"))
    assert trial.markers.times[0] == pytest.approx(0.44, abs=1e-12)
    assert trial.plates[0].times[0] == pytest.approx(0.44, abs=1e-12)


def test_no_axis_means_the_question_is_asked(tmp_path: Path):
    path = write(tmp_path, **{"POINT:X_SCREEN": None, "POINT:Y_SCREEN": None})
    with pytest.raises(InputError, match="give it"):
        read_c3d(path)
    assert read_c3d(path, up="+Z").lab.forward == "+X"


def test_a_file_that_names_the_wrong_axis_is_refused(data_dir: Path, tmp_path: Path):
    data = (data_dir / TREADMILL).read_bytes()
    at = data.index(b"Y_SCREEN")
    (tmp_path / "trial.c3d").write_bytes(data[:at] + data[at:].replace(b"+Z", b"+Y", 1))
    with pytest.raises(InputError, match=r"do not stand along \+Y \(POINT:Y_SCREEN\)"):
        read_c3d(tmp_path / "trial.c3d")
    assert read_c3d(tmp_path / "trial.c3d", up="+Z").lab.up == "+Z"
