"""Forces at supports: statics solved by hand, shear as asked for, pushes only."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.inverse_dynamics import ROOT_COORDINATES, generalised_forces
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.support_forces import BALANCED, LIFTED, support_forces
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task import Support
from trochlea.motion.task_file import read_task
from trochlea.units import GRAVITY

BALANCE = 1e-4
"""What the heavily weighted equations leave [N, N.m]; worst seen 3e-9."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male")


def _demand(leg, values):
    columns = [leg.coordinates.index(name) for name in ROOT_COORDINATES]
    return generalised_forces(leg, static_pose(leg, posture_series(leg, values)), ())[:, columns]


@pytest.fixture(scope="module")
def squat(leg):
    return simulate_task(leg, read_task("double_leg_squat"), "right").postures.values


def test_two_feet_carry_body_weight_between_them_below_the_centre_of_mass(leg, squat):
    found = support_forces(leg, "right", squat, _demand(leg, squat), (_support("working_foot"), _support("other_foot")))
    assert np.abs(found.unbalanced).max() < BALANCE
    total = found.forces.sum(axis=1)
    np.testing.assert_allclose(total, np.tile([0.0, leg.mass * GRAVITY, 0.0], (len(squat), 1)), rtol=0, atol=BALANCE)
    moment = np.einsum("fp,fpi->fi", found.forces[..., 1], found.points) / (leg.mass * GRAVITY)
    centre = segments(leg, static_pose(leg, posture_series(leg, squat))).centre_of_mass
    np.testing.assert_allclose(moment[:, [0, 2]], centre[:, [0, 2]], rtol=0, atol=1e-6)
    right = found.forces[:, [part == "working_foot" for part in found.parts]].sum(axis=1)
    np.testing.assert_allclose(right[:, 1], leg.mass * GRAVITY / 2, rtol=1e-3, atol=0)  # stands symmetrically


def test_shear_that_statics_leaves_open_is_what_was_asked_for(leg, squat):
    push = 40.0
    pushing = (_support("working_foot", sideways=push), _support("other_foot", sideways=push))
    found = support_forces(leg, "right", squat, _demand(leg, squat), pushing)
    own = [part == "working_foot" for part in found.parts]
    sideways = found.forces[:, own, 2].sum(axis=1)
    # The right foot pushes the floor to the right (+z), the floor pushes back.
    np.testing.assert_allclose(sideways, -push, rtol=0, atol=1e-3)
    assert np.abs(found.unbalanced).max() < BALANCE


def test_shear_that_equilibrium_forbids_is_not_there(leg):
    values = simulate_task(leg, read_task("single_leg_squat"), "right").postures.values
    found = support_forces(leg, "right", values, _demand(leg, values), (_support("working_foot", sideways=40.0),))
    assert np.abs(found.forces[..., [0, 2]].sum(axis=1)).max() < 1e-3
    assert np.abs(found.unbalanced).max() < BALANCE


def test_a_floor_does_not_pull(leg, squat):
    found = support_forces(leg, "right", squat, _demand(leg, squat), (_support("working_foot"),))
    assert found.forces[..., 1].min() >= 0.0
    assert np.abs(found.unbalanced).max() > 10 * BALANCED  # one foot cannot carry a body that stands over two


def test_a_lifted_heel_carries_nothing(leg):
    lunge = simulate_task(leg, read_task("lunge"), "right")
    assert lunge.supports is not None
    heel, *front = (i for i, part in enumerate(lunge.supports.parts) if part == "other_foot")
    height = lunge.supports.points[..., 1]
    assert (height[:, heel] - height[:, front[-1]]).min() > LIFTED  # else this shows nothing
    assert np.abs(lunge.supports.forces[:, heel]).max() == 0.0
    assert lunge.supports.forces[:, front, 1].sum(axis=1).min() > 100.0
    assert np.abs(lunge.supports.unbalanced).max() < BALANCE


def test_a_support_that_the_body_lacks_is_refused(leg, squat):
    with pytest.raises(InputError, match=r"support 'nose': expected one of working_foot"):
        support_forces(leg, "right", squat, _demand(leg, squat), (_support("nose"),))


def _support(part, sideways=0.0, forward=0.0):
    return Support(part=part, sideways=sideways, forward=forward)
