"""The quadriceps' lever arm at the knee: the leg's own, and one that is given."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.leg.extensor import QUADRICEPS_HEADS, ExtensorMechanism
from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_set import parameters_of
from trochlea.leg.muscles.muscle_sharing import solve_leg
from trochlea.leg.muscles.quadriceps_arm import own_mechanism, split_arm, with_mechanism
from trochlea.leg.muscles.strength_tests import strength_tests
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task

KNEE = LEG_COORDINATES.index("knee_angle")
TABLE = np.radians(np.arange(-10.0, 125.0, 1.0))

STRAIGHT_HIP = 8e-3
"""The leg's own arm through its table, relative: the table is made with a straight hip, and the knee arm of rectus
femoris changes a little with the hip. Worst seen 5e-3."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male")


@pytest.fixture(scope="module")
def own(leg):
    return own_mechanism(MujocoLeg(model=leg), TABLE)


@pytest.fixture(scope="module")
def motion(leg):
    return simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=41).motion


def scaled(mechanism: ExtensorMechanism, factor: float) -> ExtensorMechanism:
    return replace(mechanism, lever_arm=factor * mechanism.lever_arm)


def test_the_legs_own_pulley_given_back_changes_nothing(leg, own, motion):
    prepared = prepare_leg(MujocoLeg(model=leg), motion, "right")
    plain, given = (with_mechanism(prepared.geometry, prepared.knee_angle, e) for e in (None, own))
    np.testing.assert_allclose(split_arm(given), split_arm(plain), rtol=STRAIGHT_HIP, atol=0)


def test_a_longer_arm_scales_the_heads_of_the_quadriceps_at_the_knee_and_nothing_else(leg, own, motion):
    prepared = prepare_leg(MujocoLeg(model=leg), motion, "right")
    changed = with_mechanism(prepared.geometry, prepared.knee_angle, scaled(own, 1.2)).moment_arms
    plain = prepared.geometry.moment_arms
    heads = [prepared.geometry.names.index(head) for head in QUADRICEPS_HEADS]
    np.testing.assert_allclose(changed[:, heads, KNEE], 1.2 * plain[:, heads, KNEE], rtol=STRAIGHT_HIP, atol=0)
    untouched = np.ones(plain.shape, bool)
    untouched[:, heads, KNEE] = False
    assert np.array_equal(changed[untouched], plain[untouched])


def test_a_longer_arm_needs_less_quadriceps_and_gives_more_strength(leg, own, motion):
    parameters = parameters_of(leg, "right")
    forces, strengths = [], []
    for extensor in (None, scaled(own, 1.2)):
        result = solve_leg(MujocoLeg(model=leg), parameters, motion, "right", extensor=extensor)
        forces.append(result.force_of("quadriceps").max())
        tests = strength_tests(MujocoLeg(model=leg), parameters, "right", extensor=extensor)
        strengths.append(tests.moments[tests.groups.index("knee_extension")].sum())
    assert forces[1] == pytest.approx(forces[0] / 1.2, rel=0.05)  # seen 0.029: the sharing shifts between the joints
    assert strengths[1] == pytest.approx(1.2 * strengths[0], rel=STRAIGHT_HIP)


def test_a_frictionless_pulley_hands_on_the_whole_force(own):
    assert (own.tendon_ratio == 1).all()
    assert (own.lever_arm > 0.01).all()
    # two equal forces at an angle: their resultant is never above twice the force
    assert ((own.contact_ratio > 0) & (own.contact_ratio < 2)).all()
