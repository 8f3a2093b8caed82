"""Laboratory trials of type .c3d."""

from pathlib import Path
from typing import Any

import ezc3d
import numpy as np
import pytest

from trochlea.errors import FormatError, InputError, TrochleaError
from trochlea.motion.c3d import read_c3d

FLOAT32 = 1e-6
"""The format keeps single precision: 24 bits of a few metres [m] or of some hundred newtons, relative."""

LABELS = ["S1:LASI", "S1:RASI", "*12", "LKneeAngles", "RKneeForce", "CLAV"]


def build(**changes: Any) -> Any:
    """A small trial: two markers, an unlabelled point, modelled results, two events, one plate of type 2."""
    rng = np.random.default_rng(4)
    n_frames, per_frame = 20, 10
    c3d = ezc3d.c3d()
    points = np.ones((4, len(LABELS), n_frames))
    points[:3] = rng.uniform(100, 1500, (3, len(LABELS), n_frames))
    c3d["data"]["points"] = points
    residuals = np.zeros((1, len(LABELS), n_frames))
    residuals[0, 1, 3:5] = -1
    points[:3, 1, 8] = 0
    c3d["data"]["meta_points"]["residuals"] = residuals
    analog = np.zeros((1, 6, n_frames * per_frame))
    analog[0, 2] = -700.0
    analog[0, 3] = -700.0 * 50
    c3d["data"]["analogs"] = analog
    values: dict[str, Any] = {
        "POINT:RATE": [100.0],
        "POINT:LABELS": LABELS,
        "POINT:UNITS": ["mm"],
        "POINT:X_SCREEN": ["+Y"],
        "POINT:Y_SCREEN": ["+Z"],
        "POINT:ANGLES": ["LKneeAngles"],
        "POINT:ANGLE_UNITS": ["deg"],
        "POINT:FORCES": ["RKneeForce"],
        "POINT:MODELED_MARKERS": ["CLAV"],
        "ANALOG:RATE": [1000.0],
        "ANALOG:LABELS": ["Fx1", "Fy1", "Fz1", "Mx1", "My1", "Mz1"],
        "ANALOG:UNITS": ["N", "N", "N", "Nmm", "Nmm", "Nmm"],
        "EVENT:CONTEXTS": ["Right", "Left"],
        "EVENT:LABELS": ["Foot Strike", "Foot Off"],
        "EVENT:TIMES": np.array([[0.0, 0.0], [0.15, 0.04]]),
        "FORCE_PLATFORM:USED": [1],
        "FORCE_PLATFORM:TYPE": [2],
        "FORCE_PLATFORM:CORNERS": np.array(
            [[250, -250, -250, 250], [300, 300, -300, -300], [0, 0, 0, 0]], dtype=float
        ).reshape(3, 4, 1),
        "FORCE_PLATFORM:ORIGIN": np.array([[0.0], [0.0], [-40.0]]),
        "FORCE_PLATFORM:CHANNEL": np.arange(1, 7).reshape(6, 1),
        "FORCE_PLATFORM:ZERO": [0, 0],
    }
    for key, value in (values | changes).items():
        group, name = key.split(":")
        if name in ("USED", "TYPE", "CHANNEL", "ZERO"):
            whole = np.asarray(value)
            parameter = ezc3d.ezc3d.Parameter(name, "")
            whole_numbers = ezc3d.ezc3d.VecInt([int(number) for number in whole.reshape(-1, order="F")])
            parameter.set(whole_numbers, list(whole.shape))
            c3d["parameters"].add_parameter(group, parameter)
        elif value is not None:
            c3d.add_parameter(group, name, value)
    return c3d


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "trial.c3d"
    build(**changes).write(str(path))
    return path


def test_markers_are_in_ground_in_metres_with_gaps_where_nothing_was_seen(tmp_path: Path):
    trial = read_c3d(write(tmp_path))
    assert trial.markers.names == ("LASI", "RASI")
    raw = build()["data"]["points"][:3, 0] / 1000  # Y forward, Z up: X points to the right
    np.testing.assert_allclose(trial.markers.marker("LASI"), raw[[1, 2, 0]].T, rtol=FLOAT32)
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
    np.testing.assert_allclose(trial.modelled[0].values[:, 0], build()["data"]["points"][:3, 3].T, rtol=FLOAT32)
    assert trial.modelled_markers is not None
    assert trial.modelled_markers.names == ("CLAV",)
    assert trial.n_unlabelled == 1


def test_events_come_in_order_of_time(tmp_path: Path):
    events = read_c3d(write(tmp_path, **{"EVENT:TIMES": np.array([[1.0, 0.0], [0.15, 0.04]])})).events
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
    c3d = build(**{"ANALOG:UNITS": ["N", "N", "N", unit, unit, unit]})
    c3d["data"]["analogs"][0, 3:] /= factor
    c3d.write(str(tmp_path / "trial.c3d"))
    (plate,) = read_c3d(tmp_path / "trial.c3d").plates
    np.testing.assert_allclose(plate.point[0], [0.05, 0.0, 0.0], atol=1e-6, rtol=0)


def test_a_baseline_is_taken_off_only_when_asked(tmp_path: Path):
    c3d = build(**{"FORCE_PLATFORM:ZERO": [3, 5]})
    c3d["data"]["analogs"][0, 2, 20:50] = 0
    c3d["data"]["analogs"][0, 3, 20:50] = 0
    c3d["data"]["analogs"][0] += 15.0
    c3d.write(str(tmp_path / "trial.c3d"))
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
    trial = read_c3d(write(tmp_path, **{"FORCE_PLATFORM:USED": [0], **none}))
    assert trial.plates == ()
    assert trial.events == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"POINT:UNITS": ["inch"]}, "POINT:UNITS: found 'inch'; expected mm, cm or m"),
        ({"POINT:UNITS": [""]}, "POINT:UNITS: it is missing; expected mm, cm or m"),
        ({"POINT:Y_SCREEN": None}, "does not say which axis points up (POINT:Y_SCREEN); expected one of"),
        ({"POINT:Y_SCREEN": ["up"]}, "does not say which axis points up"),
        ({"POINT:Y_SCREEN": ["+X"]}, "force plate 1 would stand upright if +X pointed up (POINT:Y_SCREEN)"),
        ({"POINT:LABELS": ["A", "A", "*", "LKneeAngles", "x", "y"]}, "POINT:LABELS: marker A appears 2 times"),
        ({"ANALOG:UNITS": ["V"] * 6}, "ANALOG:UNITS: Fx of force plate 1 is in 'V'; expected n, kn"),
        ({"FORCE_PLATFORM:TYPE": [21]}, "force plate 1 is of type 21; expected 1, 2, 3 or 4"),
        ({"FORCE_PLATFORM:CHANNEL": np.arange(2, 8).reshape(6, 1)}, "needs 6 channels among 1 to 6, found 2, 3"),
        ({"FORCE_PLATFORM:USED": [2]}, "FORCE_PLATFORM: does not describe force plate 2, though USED counts it"),
        ({"FORCE_PLATFORM:TYPE": [4]}, "FORCE_PLATFORM:CAL_MATRIX: is missing"),
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
    path = write(tmp_path, **{"FORCE_PLATFORM:ZERO": [1, 21]})
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


def test_ezc3d_computes_the_same_centre_of_pressure_and_free_moment(data_dir: Path):
    trial = read_c3d(data_dir / TREADMILL)
    theirs = ezc3d.c3d(str(data_dir / TREADMILL), extract_forceplat_data=True)["data"]["platform"]
    for plate, other in zip(trial.plates, theirs, strict=True):
        is_loaded = plate.force[:, 1] > 20
        for found, expected in (
            (plate.force, other["force"]),
            (plate.point, other["center_of_pressure"] / 1000),
            (plate.free_moment, other["Tz"] / 1000),
        ):
            turned = trial.lab.to_ground(expected.T)
            # It does not turn the sign to that of the ground, where this file holds it.
            np.testing.assert_allclose(found[is_loaded], turned[is_loaded], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", [1, 3, 4])
def test_ezc3d_computes_the_same_for_the_other_types_of_plate(tmp_path: Path, kind: int):
    rng = np.random.default_rng(kind)
    n_channels = 8 if kind == 3 else 6
    c3d = build(
        **{
            "FORCE_PLATFORM:TYPE": [kind],
            "FORCE_PLATFORM:CHANNEL": np.arange(1, n_channels + 1).reshape(n_channels, 1),
            "FORCE_PLATFORM:ORIGIN": np.array([[180.0], [160.0], [-40.0]] if kind == 3 else [[3.0], [5.0], [-40.0]]),
            "FORCE_PLATFORM:CAL_MATRIX": (np.eye(6) + 0.05 * rng.normal(size=(6, 6))).reshape(6, 6, 1),
            "ANALOG:LABELS": [f"ch{i}" for i in range(n_channels)],
            "ANALOG:UNITS": {1: ["N", "N", "N", "mm", "mm", "Nmm"], 3: ["N"] * 8, 4: ["V"] * 6}[kind],
        }
    )
    channels = rng.normal(0, 20, (n_channels, 200))
    channels[{1: [2], 3: [4, 5, 6, 7], 4: [2]}[kind]] += 700 / (4 if kind == 3 else 1)
    c3d["data"]["analogs"] = channels[None]
    path = tmp_path / "trial.c3d"
    c3d.write(str(path))
    trial = read_c3d(path)
    (theirs,) = ezc3d.c3d(str(path), extract_forceplat_data=True)["data"]["platform"]
    for found, expected in (
        (trial.plates[0].force, theirs["force"]),
        (trial.plates[0].point, theirs["center_of_pressure"] / 1000),
        (trial.plates[0].free_moment, theirs["Tz"] / 1000),
    ):
        np.testing.assert_allclose(found, trial.lab.to_ground(expected.T), rtol=1e-5, atol=1e-5)


def test_ezc3d_and_opensim_work_in_one_process(opensim, tmp_path: Path):
    path = write(tmp_path)
    assert opensim.Model().getNumBodies() == 0
    assert read_c3d(path).markers.names == ("LASI", "RASI")


def test_no_axis_means_the_question_is_asked(tmp_path: Path):
    path = write(tmp_path, **{"POINT:X_SCREEN": None, "POINT:Y_SCREEN": None})
    with pytest.raises(InputError, match="give it"):
        read_c3d(path)
    assert read_c3d(path, up="+Z").lab.forward == "+X"
