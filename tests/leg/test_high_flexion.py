import json
from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.kinematics import LEG_COORDINATES, muscle_geometry, place, static_pose
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.timeseries import TimeSeries

REFERENCE = json.loads((Path(__file__).parent / "lai_uhlrich_reference.json").read_text())

TIBIA_TOLERANCE = 1e-6
"""Tibia origin against OpenSim [m]; worst seen 1e-7, the table is printed to 1e-7."""

JUMP = 5e-3
"""Largest change of length in a step of half a degree or less that is no jump [m]; worst seen 0.6 mm."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75, height=1.7, sex="male", paths="lai-uhlrich-2023")


@pytest.mark.parametrize("side", ["r", "l"])
def test_the_tibia_lies_where_opensim_has_it(leg, side):
    mirror = np.array([1.0, 1.0, 1.0 if side == "r" else -1.0])
    for pose in REFERENCE["sweeps"]:
        if pose["coordinate"] != "knee_angle":
            continue
        where = segments(leg, static_pose(leg, {f"knee_angle_{side}": np.radians(pose["angle_deg"])}))
        femur, turn = where.body(f"femur_{side}")
        ours = turn[0].T @ (where.body(f"tibia_{side}")[0][0] - femur[0])
        theirs = np.array(pose["tibia_origin_in_femur"]) * mirror
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TIBIA_TOLERANCE)


def test_the_knee_has_a_third_slide_before_its_hinges(leg):
    assert leg.paths == "lai-uhlrich-2023"
    assert len(leg.couplings) == 16
    assert leg.mj.nq == len(leg.coordinates) + 16
    tibia = [leg.mj.joint(i).name for i in range(leg.mj.njnt) if leg.mj.jnt_bodyid[i] == leg.mj.body("tibia_l").id]
    assert [name.split("_")[2] for name in tibia[:3]] == ["translation3", "translation2", "translation1"]


def test_left_and_right_are_mirror_images(leg):
    angles = {"hip_flexion": 1.2, "hip_rotation": 0.2, "knee_angle": 1.9, "ankle_angle": 0.3}
    right, left = (
        muscle_geometry(leg, static_pose(leg, {f"{k}_{side[0]}": v for k, v in angles.items()}), side)
        for side in ("right", "left")
    )
    np.testing.assert_allclose(left.moment_arms, right.moment_arms, rtol=0, atol=1e-12)
    np.testing.assert_allclose(left.patella_arms, right.patella_arms, rtol=0, atol=1e-12)


def test_no_length_jumps_on_random_sweeps(leg):
    limits = np.radians([[-20, 100], [-35, 25], [-35, 35], [0, 125], [-35, 30], [-20, 20]])
    rng = np.random.default_rng(11)
    for _ in range(10):
        start, end = (rng.uniform(limits[:, 0], limits[:, 1]) for _ in range(2))
        path = start + (end - start) * np.linspace(0, 1, 240)[:, None]
        motion = TimeSeries(
            times=np.arange(240.0), values=path, names=tuple(f"{n}_r" for n in LEG_COORDINATES), units=("rad",) * 6
        )
        lengths = muscle_geometry(leg, static_pose(leg, motion), "right").lengths
        assert np.abs(np.diff(lengths, axis=0)).max() < JUMP


def test_a_knee_beyond_the_patellas_table_is_refused(leg):
    times = np.linspace(0, 1, 12)
    values = np.tile(np.where(np.array(leg.coordinates) == "knee_angle_r", np.radians(134), 0.0), (12, 1))
    units = ["m" if name in ("pelvis_tx", "pelvis_ty", "pelvis_tz") else "rad" for name in leg.coordinates]
    motion = TimeSeries(times=times, values=values, names=leg.coordinates, units=tuple(units))
    with pytest.raises(InputError, match="knee_angle_r is 134 degrees .*expected 0 to 120"):
        place(leg, motion)


def test_unknown_paths_are_refused():
    with pytest.raises(InputError, match="expected one of rajagopal-2016, lai-uhlrich-2023, found 'delp'"):
        build_leg(mass=75, height=1.7, sex="male", paths="delp")  # pyright: ignore[reportArgumentType]


def test_the_paths_of_a_given_model_are_recognised(data_dir):
    models = data_dir / "models"
    assert build_leg_from_osim(read_osim(models / "Rajagopal2016.osim")).paths == "rajagopal-2016"
    assert build_leg_from_osim(read_osim(models / "RajagopalLaiUhlrich2023.osim")).paths == "lai-uhlrich-2023"
