"""A motion of somebody's own model in our terms."""

import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.choose_engine import choose_engine
from trochlea.leg.model_motion import in_our_terms
from trochlea.motion.motion import Motion
from trochlea.motion.storage import read_storage
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
