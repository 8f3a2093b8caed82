"""What weak hip extensors add to the quadriceps, and what is said where muscles are not enough."""

import numpy as np
import pytest

from trochlea.knee.person_leg import PersonLeg
from trochlea.knee.quadriceps_effect import quadriceps_effect
from trochlea.knee.shortfall import shortfall
from trochlea.knee.task_result import TaskResult, solve_task
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE
from trochlea.motion.task_file import read_task

SAME = 1e-9
"""Of the same numbers by the same program."""


def solved(own: PersonLeg, name: str, settings=None) -> TaskResult:
    return solve_task(own.person, read_task(name, settings), "right", own=own, n_frames=11)


def test_weaker_hip_extensors_add_to_the_quadriceps_in_a_squat(own):
    squat = solved(own, "single_leg_squat")
    some, none = (quadriceps_effect(squat, ratio=ratio) for ratio in (0.8, 1.0))
    assert some is not None
    assert none is not None
    assert 0.0 < some.percent < 10.0
    assert none.percent == pytest.approx(0.0, abs=SAME)


def test_where_no_hip_extensor_works_there_is_no_effect(own):
    """The seat carries the hip of a knee extension machine."""
    found = quadriceps_effect(solved(own, "knee_extension"))
    assert found is not None
    assert found.percent == pytest.approx(0.0, abs=SAME)


def test_a_quadriceps_that_does_not_pull_has_no_effect(own):
    assert quadriceps_effect(solved(own, "bridge")) is None


def test_a_movement_that_is_held_has_no_shortfall(own):
    assert shortfall(solved(own, "knee_extension").leg) is None


def test_the_shortfall_is_the_largest_moment_that_no_muscle_carries(own):
    heavy = solved(own, "knee_extension", {"weight_kg": 40.0})
    found = shortfall(heavy.leg)
    assert found is not None
    assert found.axis == "knee_angle"
    assert found.missing == pytest.approx(np.nanmax(np.abs(heavy.leg.reserves)), rel=SAME)
    assert found.missing > LARGEST_RESERVE
    # 40 kg at the ankle of a shank of about 0.4 m, held level: more than 100 N.m, carried by nothing but the extensors.
    assert abs(found.asked) > 100.0
    assert f"{found.missing:.0f} N.m about knee angle are left that no muscle carries" in found.words()
    assert found.words() in heavy.notes
