"""A motion of somebody's own model in our terms."""

import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.choose_engine import choose_engine
from trochlea.leg.opensim.family_motion import read_model_motion
from trochlea.leg.opensim.model_motion import in_our_terms, read_own_motion
from trochlea.motion.files.storage import read_storage
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import TimeSeries


def movement(series):
    return Motion(name="walk", coordinates=series, contacts=(), source="measured")


def test_a_walk_of_gait2392_bends_its_knees_positively_and_keeps_the_rest(data_dir, opensim):
    folder = data_dir / "mocap" / "gait2392_walk"
    leg = choose_engine(folder / "subject01.osim")
    read = read_storage(folder / "subject01_walk1_ik.mot")
    ours = in_our_terms(leg, movement(read)).coordinates
    assert set(ours.names) == set(read.names)
    for name in read.names:
        sign = -1 if name.startswith(("knee", "mtp")) else 1
        np.testing.assert_array_equal(ours.column(name), sign * read.column(name))
        assert ours.units[ours.names.index(name)] == read.units[read.names.index(name)]


def test_arms_and_kneecaps_stay_as_the_model_has_them(data_dir, opensim):
    folder = data_dir / "mocap" / "rajagopal_walk"
    leg = choose_engine(folder / "subject.osim", "opensim")
    read = read_storage(folder / "ik_filtered_6hz.mot")
    ours = in_our_terms(leg, movement(read)).coordinates
    assert {"arm_flex_r", "knee_angle_l_beta"} <= set(ours.names)
    for name in read.names:
        np.testing.assert_array_equal(ours.column(name), read.column(name))
    assert leg.place(ours).notes == ()


def test_the_built_in_legs_motion_is_ours_already(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    motion = movement(read_storage(folder / "ik_filtered_6hz.mot"))
    assert in_our_terms(choose_engine(folder / "subject.osim"), motion) is motion


def test_a_motion_of_nothing_in_the_model_is_refused(data_dir, opensim):
    leg = choose_engine(data_dir / "mocap/gait2392_walk/subject01.osim")
    series = TimeSeries(times=np.arange(2.0), values=np.zeros((2, 1)), names=("door_angle",), units=("rad",))
    with pytest.raises(ModelError, match="none of this model's coordinates"):
        in_our_terms(leg, movement(series))


def test_a_motion_of_another_family_is_never_put_on_the_built_in_leg(data_dir):
    leg = choose_engine(data_dir / "mocap/rajagopal_walk/subject.osim")
    other = movement(read_storage(data_dir / "mocap/gait2392_walk/subject01_walk1_ik.mot"))
    with pytest.raises(
        ModelError, match=r"walk: with this model knee_angle_r runs from -70 to 1 degrees .* give that model"
    ):
        in_our_terms(leg, other)


@pytest.mark.parametrize(
    ("trial", "model", "motion", "prefer"),
    [
        ("gait2392_walk", "subject01.osim", "subject01_walk1_ik.mot", "auto"),
        ("rajagopal_walk", "subject.osim", "ik.mot", "opensim"),
        ("rajagopal_walk", "subject.osim", "ik.mot", "mujoco"),
    ],
)
def test_a_loaded_model_tells_the_units_of_its_motions_as_its_file_does(
    data_dir, opensim, trial, model, motion, prefer
):
    folder = data_dir / "mocap" / trial
    leg = choose_engine(folder / model, prefer)
    from_leg, from_file = read_own_motion(folder / motion, leg), read_model_motion(folder / motion, folder / model)
    assert from_leg.units == from_file.units
    np.testing.assert_array_equal(from_leg.values, from_file.values)


def test_a_motion_of_a_model_in_an_older_format_is_read(data_dir, opensim, tmp_path):
    folder = data_dir / "mocap" / "gait2392_walk"
    old = tmp_path / "old.osim"
    old.write_text((folder / "subject01.osim").read_text().replace('Version="40000"', 'Version="30516"'))
    leg = choose_engine(old)
    read = read_own_motion(folder / "subject01_walk1_ik.mot", leg)
    np.testing.assert_array_equal(read.values, read_storage(folder / "subject01_walk1_ik.mot").values)
    ours = in_our_terms(leg, movement(read)).coordinates
    assert ours.column("knee_angle_r").max() > 1.0
    with pytest.raises(ModelError, match=r"grf.mot: its columns .* are none of the coordinates of .*old.osim"):
        read_own_motion(data_dir / "mocap/rajagopal_walk/grf.mot", leg)
