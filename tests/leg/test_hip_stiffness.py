"""The hip that gives way: one degree of freedom, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.posture.hip_stiffness import HipStiffness, hip_stiffness
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.prepared_leg import prepare_leg, prepared_at
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task

ROUNDING = 1e-12
"""Products of a few floats; worst seen 2e-16 relative."""

HIP = HipStiffness(moment=40.0, muscles=260.0, gravity=60.0)


def test_it_gives_way_as_a_spring_under_a_moment():
    # 40 / (0.7 x 260 - 60) - 40 / (260 - 60) = 0.32787 - 0.2 = 0.12787 rad.
    assert HIP.gives_way(0.7, compensated=0.0) == pytest.approx(40 / 122 - 0.2, rel=ROUNDING)
    assert HIP.gives_way(0.7, compensated=0.6) == pytest.approx(0.4 * (40 / 122 - 0.2), rel=ROUNDING)
    assert HIP.gives_way(1.0) == 0.0
    assert HIP.gives_way(1.3) < 0.0


def test_whoever_makes_up_for_all_of_it_does_not_give_way():
    assert HIP.gives_way(0.5, compensated=1.0) == 0.0


@pytest.mark.parametrize(
    ("strength", "compensated", "message"),
    [
        (0.2, 0.5, "at 20% of the muscles' strength of today the hip has no equilibrium"),
        (0.7, 1.5, "expected 0 to 1, found 1.5"),
    ],
)
def test_nonsense_is_refused(strength, compensated, message):
    with pytest.raises(InputError, match=message):
        HIP.gives_way(strength, compensated=compensated)


@pytest.fixture(scope="module")
def squat():
    leg = MujocoLeg(model=build_leg(mass=75, height=1.75, sex="male"))
    motion = simulate_task(leg.model, read_task("single_leg_squat"), "right", n_frames=7).motion
    prepared = prepared_at(prepare_leg(leg, motion, "right"), np.array([3]))
    parameters = leg.parameters("right")
    return leg.model, parameters, prepared, share(prepared, parameters)


def test_the_moment_is_what_the_abductors_carry(squat):
    _, _, prepared, result = squat
    axis = prepared.geometry.coordinates.index("hip_adduction")
    carried = -result.tendon_forces[0] @ prepared.geometry.moment_arms[0, :, axis]
    assert hip_stiffness(*squat).moment == pytest.approx(carried, abs=0.5)  # but for the reserve


def test_stiff_tendons_leave_the_stiffness_of_the_fibres(squat):
    model, parameters, prepared, result = squat
    rigid = replace(parameters, tendon_slack_length=np.full(parameters.tendon_slack_length.size, 1e-9))
    axis = prepared.geometry.coordinates.index("hip_adduction")
    arms = prepared.geometry.moment_arms[0, :, axis]
    fibres = float(np.sum(arms**2 * 23.4 * result.tendon_forces[0] / parameters.optimal_fiber_length))
    found = hip_stiffness(model, rigid, prepared, result).muscles
    # A floor of 1 mm stands for no tendon: at most 1 % softer than fibres alone.
    assert 0.99 * fibres < found < fibres
    assert hip_stiffness(*squat).muscles < found


def test_gravity_takes_what_a_mass_above_the_hip_would_as_an_inverted_pendulum(squat):
    model, _, prepared, _ = squat
    own = [f"{body}_r" for body in ("femur", "patella", "tibia", "talus", "calcn", "toes")]
    mass = {name: float(model.mj.body(name).mass[0]) for name in prepared.segments.names}
    total = sum(mass.values())
    centre = total * prepared.segments.centre_of_mass[0, 1]
    for name in own:
        position, rotation = prepared.segments.body(name)
        centre -= mass[name] * (position[0] + rotation[0] @ model.mj.body(name).ipos)[1]
    carried = total - sum(mass[name] for name in own)
    hip = prepared.segments.body("femur_r")[0][0, 1]
    expected = 9.80665 * (centre - carried * hip)
    assert hip_stiffness(*squat).gravity == pytest.approx(expected, rel=1e-4)
