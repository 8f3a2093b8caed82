"""Joint angles belong to the model that they were made with."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.motion_origin import refuse_foreign_motion
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import TimeSeries


@pytest.fixture(scope="module")
def engine():
    return MujocoLeg(model=build_leg(mass=75, height=1.7, sex="male"))


def _motion(source):
    series = TimeSeries(times=np.zeros(1), values=np.zeros((1, 1)), names=("knee_angle_r",), units=("rad",))
    return Motion(name="walk.mot", coordinates=series, contacts=(), source=source)


def test_measured_angles_without_their_model_are_refused(engine) -> None:
    with pytest.raises(InputError, match=r"walk\.mot: joint angles fit only the model.*give that model.*markers"):
        refuse_foreign_motion(engine, _motion("measured"))


def test_built_in_tasks_pass(engine) -> None:
    refuse_foreign_motion(engine, _motion("simulated"))


@pytest.mark.parametrize("source", ["subject.osim", "static markers of static.trc"])
def test_angles_on_their_own_model_pass(engine, source) -> None:
    own = MujocoLeg(model=replace(engine.model, source=source))
    refuse_foreign_motion(own, _motion("measured"))
