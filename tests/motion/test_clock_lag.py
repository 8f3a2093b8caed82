"""The lag between forces and movement, told from the steps of a walk."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.motion.clock_lag import clock_lag
from trochlea.motion.files.external_loads import read_external_loads
from trochlea.motion.foot_path import FootPath
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.timeseries import TimeSeries

RESOLUTION = 0.024
"""Lag against the shift that was made [s]; worst seen 0.023: what telling events from movement is off."""


@pytest.mark.parametrize("shift", [-0.3, -0.1, 0.0, 0.1, 0.2])
def test_the_lag_of_a_shifted_walk_is_its_shift(walk, shift):
    times = walk.motion.coordinates.times
    late = replace(walk.motion, contacts=read_external_loads(walk.folder / "external_loads.xml", times - shift))
    assert clock_lag(late, walk.feet, walk.pelvis) == pytest.approx(shift, abs=RESOLUTION)


TIMES = np.arange(600) / 100.0


def stepping(*, between: float, strike_late: float = 0.0, off_late: float = 0.0):
    """Feet that swing with a period of 2 s, `between` of it apart, and loads of the second half of each period.

    The heel is farthest forward when the force should begin, the toe joint farthest back when it should end.
    """
    feet, loads = [], []
    for side, shift in (("right", 0.0), ("left", 2.0 * between)):
        forward = 0.3 * np.cos(np.pi * (TIMES - shift))
        heel = np.column_stack([forward, 0 * TIMES, 0 * TIMES])
        feet.append(FootPath(side=side, times=TIMES, heel=heel, toe=heel + [0.2, 0.0, 0.0]))
        phase = (TIMES - shift) % 2.0
        loaded = (phase >= strike_late) & (phase <= 1.0 + off_late)
        force = np.where(loaded[:, None], [0.0, 500.0, 0.0], 0.0)
        everywhere = np.ones(TIMES.size, dtype=bool)
        loads.append(
            ContactLoad(side=side, force=force, point=force * np.nan, free_moment=force * 0, is_covered=everywhere)
        )
    still = TimeSeries(times=TIMES, values=np.zeros((TIMES.size, 1)), names=("hip_flexion_r",), units=("rad",))
    motion = Motion(name="steps", coordinates=still, contacts=tuple(loads), source="measured")
    return motion, (feet[0], feet[1]), np.zeros((TIMES.size, 3))


def test_strikes_and_offs_that_are_both_late_show_the_smaller_lag():
    lag = clock_lag(*stepping(between=0.5, strike_late=0.12, off_late=0.08))
    assert lag == pytest.approx(0.08, abs=0.011)


def test_strikes_late_and_offs_early_are_no_lag_of_a_clock():
    assert clock_lag(*stepping(between=0.5, strike_late=0.1, off_late=-0.06)) == 0.0


def test_feet_that_go_together_as_in_a_jump_tell_no_lag():
    assert clock_lag(*stepping(between=0.0, strike_late=0.1, off_late=0.1)) is None


def test_standing_and_turning_tell_no_lag():
    motion, feet, pelvis = stepping(between=0.5, strike_late=0.1, off_late=0.1)
    still = tuple(replace(foot, heel=foot.heel * 0.2, toe=foot.toe * 0.2) for foot in feet)
    assert clock_lag(motion, (still[0], still[1]), pelvis) is None
    motionless = tuple(replace(foot, heel=foot.heel * 0.0) for foot in feet)
    assert clock_lag(motion, (motionless[0], motionless[1]), pelvis) is None
    around = np.column_stack([np.cos(TIMES), 0 * TIMES, np.sin(TIMES)])
    turning = tuple(replace(foot, toe=foot.heel + 0.2 * around) for foot in feet)
    assert clock_lag(motion, (turning[0], turning[1]), pelvis) is None


def test_one_step_tells_no_lag():
    motion, feet, pelvis = stepping(between=0.5, strike_late=0.1, off_late=0.1)
    once = ((TIMES > 1.5) & (TIMES < 3.5))[:, None]
    right = replace(motion.contacts[0], force=np.where(once, motion.contacts[0].force, 0.0))
    assert clock_lag(replace(motion, contacts=(right,)), feet, pelvis) is None
