"""Muscles of a picture: spindles, and words for all of them."""

import numpy as np
import pytest

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.skeleton.model import build_leg
from trochlea.report.exercise_muscles import GROUPS, LEVELS, WORK, belly, legend


def test_a_belly_is_widest_in_the_middle_and_closed():
    shape = belly(np.array([[0.0, 0.0], [100.0, 0.0]]), 10.0)
    np.testing.assert_array_equal(shape[0], shape[-1])
    assert np.ptp(shape[:, 1]) == pytest.approx(20.0)
    assert np.ptp(shape[np.isclose(shape[:, 0], 0.0)][:, 1]) < 5.0


def test_every_muscle_of_the_leg_has_a_name_that_a_patient_knows():
    leg = build_leg(mass=75.0, height=1.75, sex="male", extra_muscles=deep_rotator_paths())
    known = [muscle for group in GROUPS.values() for muscle in group]
    assert len(known) == len(set(known))
    assert set(MujocoLeg(model=leg).parameters("right").names) == set(known)


def test_a_group_is_as_hard_at_work_as_its_most_active_muscle():
    quiet, hard = np.array([0.0, LEVELS[0] / 2.0]), np.array([0.1, LEVELS[-1] + 0.01])
    found = legend({"vaslat": hard, "vasmed": quiet, "soleus": quiet, "tfl": np.array([LEVELS[1], 0.0])})
    assert found == {
        len(WORK): ["front of the thigh (quadriceps)"],
        2: ["outer front of the hip (tensor fasciae latae)"],
    }
    assert list(found) == sorted(found, reverse=True)
