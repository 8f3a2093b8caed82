"""The posture that a trial shows."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.leg.posture.posture import measure_postures
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.seen_posture import FARTHEST_BENT, seen_posture
from trochlea.motion.timeseries import TimeSeries

TIMES = np.linspace(0.0, 8.0, 401)

DEEPEST = {
    "pelvis_tilt": -18.0,
    "pelvis_list": -6.0,
    "pelvis_rotation": 7.0,
    "lumbar_extension": -9.0,
    "lumbar_bending": 11.0,
    "lumbar_rotation": -4.0,
    "hip_adduction_r": 13.0,
    "knee_angle_r": 64.0,
}
"""Joint angles at the deepest point [degrees]."""

SAME = 1e-6
"""Degrees, of two programs that turn the same bodies: rounding only; worst seen 2e-14."""

TOP = 0.01
"""Degrees, of a peak's own sampling: worst seen 0.002."""


def trial(depths=(1.0, 1.0), heading=0.0, **change: float) -> TimeSeries:
    """Squats of some depths; the body faces `heading` degrees off the laboratory's x."""
    share = np.zeros_like(TIMES)
    for i, depth in enumerate(depths):
        phase = np.clip((TIMES - 4.0 * i) / 3.0, 0.0, 1.0)
        share += depth * 0.5 * (1.0 - np.cos(2.0 * np.pi * phase))
    angles = {name: value for name, value in (DEEPEST | change).items() if not math.isnan(value)}
    values = np.outer(share, [math.radians(value) for value in angles.values()])
    values[:, list(angles).index("pelvis_rotation")] *= share**2  # faces straight on where a repetition begins
    if heading:
        columns = [list(angles).index(name) for name in ("pelvis_tilt", "pelvis_list", "pelvis_rotation")]
        turned = Rotation.from_euler("y", math.radians(heading)) * Rotation.from_euler("ZXY", values[:, columns])
        values[:, columns] = turned.as_euler("ZXY")
    return TimeSeries(times=TIMES, values=values, names=tuple(angles), units=("rad",) * len(angles))


def degrees(found, quantity):
    return math.degrees(found.angles[quantity].value)


@pytest.fixture(scope="module")
def from_the_leg_model():
    """The same angles of the same joints by the leg model, whose bodies MuJoCo turns [degrees]."""
    leg = build_leg(mass=70.0, height=1.75, sex="female")
    values = np.zeros((1, len(leg.coordinates)))
    for name, value in DEEPEST.items():
        values[0, leg.coordinates.index(name)] = math.radians(value)
    names = ("working_hip_adduction", "pelvic_drop", "trunk_lean", "trunk_flexion")
    found = measure_postures(leg, "right", names, values, support=0.5, share=1.0)[0]
    return dict(zip(("hip_adduction", "pelvic_drop", "trunk_lean", "trunk_flexion"), np.degrees(found), strict=True))


def test_the_angles_are_those_of_the_leg_model(from_the_leg_model):
    found = seen_posture(trial(), "right", name="squat.mot")
    for quantity, expected in from_the_leg_model.items():
        assert degrees(found, quantity) == pytest.approx(expected, abs=TOP), quantity
    assert math.degrees(found.knee_flexion.value) == pytest.approx(64.0, abs=TOP)
    assert found.n_repetitions == 2
    assert not found.missing


@pytest.mark.parametrize("heading", [90.0, -140.0])
def test_it_does_not_matter_where_in_the_laboratory_somebody_looks(heading):
    straight, turned = (seen_posture(trial(heading=one), "right", name="a") for one in (0.0, heading))
    for quantity in straight.angles:
        assert degrees(turned, quantity) == pytest.approx(degrees(straight, quantity), abs=SAME)


def test_a_left_leg_is_the_mirror_image(from_the_leg_model):
    mirrored = {name: -value for name, value in DEEPEST.items() if name.endswith(("list", "bending", "rotation"))}
    left = trial(**mirrored, hip_adduction_l=13.0, knee_angle_l=64.0, hip_adduction_r=-5.0, knee_angle_r=70.0)
    found = seen_posture(left, "left", name="a")
    for quantity, expected in from_the_leg_model.items():
        assert degrees(found, quantity) == pytest.approx(expected, abs=TOP), quantity


def test_repetitions_are_averaged_and_their_spread_is_kept():
    found = seen_posture(trial(depths=(1.0, 0.9)), "right", name="squat.mot")
    adduction = found.angles["hip_adduction"]
    assert math.degrees(adduction.value) == pytest.approx(0.95 * 13.0, abs=TOP)
    assert math.degrees(adduction.sd or 0.0) == pytest.approx(1.3 / math.sqrt(2.0), abs=TOP)
    assert adduction.source == "measured"
    assert adduction.note == "squat.mot, 2 repetitions"
    single = seen_posture(trial(depths=(1.0,)), "right", name="squat.mot").angles["hip_adduction"]
    assert single.sd is None


def test_what_the_columns_do_not_give_is_missing_and_said():
    nan = float("nan")
    found = seen_posture(trial(lumbar_bending=nan, hip_adduction_r=nan), "right", name="a")
    assert set(found.angles) == {"pelvic_drop"}
    assert found.missing["hip_adduction"] == "no column hip_adduction_r"
    assert found.missing["trunk_lean"] == "no column lumbar_bending"


def test_a_trunk_bent_to_the_horizontal_has_no_lean():
    found = seen_posture(trial(pelvis_tilt=-55.0, lumbar_extension=-15.0), "right", name="a")
    assert found.angles["trunk_flexion"].value > FARTHEST_BENT
    assert "trunk_lean" not in found.angles
    assert "bent by more than 60 degrees" in found.missing["trunk_lean"]


def test_paths_of_a_states_file_are_understood_and_speeds_left_out():
    plain = trial()
    paths = tuple(f"/jointset/x/{name}/value" for name in plain.names)
    series = TimeSeries(
        times=TIMES,
        values=np.column_stack([plain.values, 100.0 * plain.values]),
        names=(*paths, *(path.replace("/value", "/speed") for path in paths)),
        units=("rad",) * len(paths) + ("rad/s",) * len(paths),
    )
    assert seen_posture(series, "right", name="a") == seen_posture(plain, "right", name="a")


NONE = dict.fromkeys(("pelvis_list", "hip_adduction_r"), float("nan"))

REFUSALS = [
    (
        trial(knee_angle_r=float("nan")),
        "a.mot: no column knee_angle_r, which shows the deepest point; found pelvis_tilt",
    ),
    (trial(**NONE), "a.mot: no angle of the posture; expected some of hip_adduction_r, pelvis_tilt"),
    (trial(knee_angle_r=9.0), "knee_angle_r runs from 0 to 9 degrees and never bends by 15 and straightens again"),
    (trial(knee_angle_r=-64.0), "runs from -64 to 0 degrees, a knee that bends backwards"),
]


@pytest.mark.parametrize(("series", "message"), REFUSALS)
def test_a_trial_without_a_posture_is_refused(series, message):
    with pytest.raises(InputError, match=message.replace(".", r"\.")):
        seen_posture(series, "right", name="a.mot")
