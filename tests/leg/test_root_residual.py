"""The residual at the pelvis: none where forces and motion agree, and exactly what they disagree by."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.root_residual import root_residual
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.timeseries import TimeSeries
from trochlea.units import GRAVITY

FRAMES = 12

BALANCE_N = 1e-6
"""A person at rest over their feet leaves nothing over; rounding of 700 N, worst seen 3e-10 N and 4e-10 N.m."""


@pytest.fixture(scope="module")
def leg():
    return MujocoLeg(model=build_leg(mass=70.0, height=1.75, sex="female"))


def standing(leg, *, share=1.0, sides=("right", "left"), covered=True):
    """Standing still with half of the weight on each foot, as if it acted under the centre of mass."""
    names = leg.model.coordinates
    times = np.arange(FRAMES) * 0.01
    series = TimeSeries(
        times=times, values=np.zeros((FRAMES, len(names))), names=names,
        units=tuple("m" if "_t" in name[-3:-1] else "rad" for name in names),
    )  # fmt: skip
    centre = leg.segments(leg.place(series)).centre_of_mass
    point = centre * np.array([1.0, 0.0, 1.0])
    force = np.tile([0.0, share * leg.mass * GRAVITY / 2, 0.0], (FRAMES, 1))
    contacts = tuple(
        ContactLoad(
            side=side, force=force, point=point, free_moment=np.zeros((FRAMES, 3)), is_covered=np.full(FRAMES, covered)
        )
        for side in sides
    )
    return Motion(name="standing", coordinates=series, contacts=contacts, source="measured")


def test_a_person_at_rest_over_the_feet_leaves_nothing_over(leg):
    residual = root_residual(leg, standing(leg))
    assert np.abs(residual.values).max() < BALANCE_N
    assert residual.ground_force == pytest.approx(70.0 * GRAVITY, rel=1e-9, abs=0)


def test_a_missing_tenth_of_the_weight_is_the_residual(leg):
    residual = root_residual(leg, standing(leg, share=0.9))
    assert residual.force == pytest.approx(np.full(FRAMES, 7.0 * GRAVITY), rel=1e-9, abs=BALANCE_N)


def test_frames_without_a_known_force_hold_none(leg):
    motion = standing(leg)
    half = np.arange(FRAMES) < FRAMES // 2
    motion = replace(motion, contacts=tuple(replace(load, is_covered=half) for load in motion.contacts))
    residual = root_residual(leg, motion)
    assert (np.isfinite(residual.force) == half).all()


@pytest.mark.parametrize("change", [{"sides": ("right",)}, {"covered": False}])
def test_there_is_no_residual_without_both_feet(leg, change):
    assert root_residual(leg, standing(leg, **change)) is None


def test_a_built_in_movement_has_no_residual(leg):
    assert root_residual(leg, replace(standing(leg), source="simulated")) is None
