"""From hip to kneecap in one pass."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.chain import at_frames, build_chain, solve_chain, solve_knee, solve_muscles
from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.person_leg import ChainSettings, build_person_leg, check_mass, within_table
from trochlea.knee.setup import knee_setup
from trochlea.leg.extensor import at_flexion
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.quadriceps_arm import own_mechanism, split_arm
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task
from trochlea.person.read import demo_person


@pytest.fixture(scope="module")
def chain():
    person = demo_person()
    leg = build_leg(mass=person.mass, height=person.height, sex=person.sex, extra_muscles=deep_rotator_paths())
    return build_chain(
        person,
        MujocoLeg(model=leg),
        simulate_task(leg, read_task("single_leg_squat"), person.side, n_frames=41).motion,
        person.side,
    )


def test_some_frames_on_their_own_give_what_the_whole_movement_gives(chain):
    whole = solve_chain(chain)
    frames = np.array([12, 20, 25])
    some = solve_chain(at_frames(chain, frames))
    assert np.allclose(some.leg.tendon_forces, whole.leg.tendon_forces[frames], rtol=1e-8, atol=1e-6)
    # Frames may start from their neighbours: both answers lie within the force tolerance of the same equilibrium.
    assert np.allclose(some.kneecap.contact_force, whole.kneecap.contact_force[frames], rtol=1e-6, atol=0)


def test_a_larger_oblique_share_of_the_vastus_medialis_presses_the_lateral_facet_less(chain):
    deepest = at_frames(chain, np.array([20]))
    load = solve_muscles(deepest)[1].extensor
    less, more = (solve_knee(deepest, load, vmo_share_factor=factor) for factor in (0.5, 1.5))
    assert more.lateral_force[0] / more.contact_force[0] < less.lateral_force[0] / less.contact_force[0]


def test_a_weaker_quadriceps_meets_its_measured_strength(chain):
    strength = dict(chain.person.strength)
    target = strength["knee_extension"]
    strength["knee_extension"] = replace(target, value=0.8 * target.value)
    fit, _ = solve_muscles(chain, strength)
    found = next(group for group in fit.groups if group.group == "knee_extension")
    assert found.after == pytest.approx(0.8 * target.value, rel=0.01)


def test_the_knees_own_lever_arm_decides_how_hard_the_quadriceps_pulls(chain):
    table = extensor_mechanism(knee_setup(chain.person))
    pulled = build_chain(chain.person, chain.leg, chain.motion, chain.side, settings=ChainSettings(lever_arm="pulley"))
    with_table, with_pulley = (solve_muscles(c)[1] for c in (chain, pulled))
    arm, _, _ = at_flexion(table, chain.prepared.knee_angle)
    frame = int(chain.prepared.knee_angle.argmax())
    expected = split_arm(chain.prepared.geometry)[frame] / arm[frame]
    ratio = with_table.force_of("quadriceps")[frame] / with_pulley.force_of("quadriceps")[frame]
    assert ratio == pytest.approx(expected, rel=0.05)  # the rest is shared out anew between knee and hip
    assert abs(expected - 1) > 0.02
    strength = [c.tests.moments[c.tests.groups.index("knee_extension")].sum() for c in (chain, pulled)]
    at_80, _, _ = at_flexion(table, np.radians([80.0]))
    pulley = own_mechanism(chain.leg, np.radians([70.0, 75.0, 80.0, 85.0])).lever_arm[2]
    assert strength[0] / strength[1] == pytest.approx(at_80[0] / pulley, rel=0.02)  # seen 0.5 %: the hip is bent there


@pytest.mark.parametrize("factor", [0.94, 1.06])
def test_a_mass_more_than_five_percent_off_the_model_is_refused(chain, factor):
    other = replace(chain.person, mass=chain.person.mass * factor)
    with pytest.raises(InputError, match="expected at most 5% apart"):
        check_mass(other, chain.leg)
    check_mass(replace(chain.person, mass=chain.person.mass * (1 + (factor - 1) * 0.8)), chain.leg)


def test_a_knee_that_does_not_reach_the_movement_borrows_the_legs_lever_arm_and_says_so(chain, monkeypatch):
    narrow = extensor_mechanism(knee_setup(chain.person), flexion=np.radians([0.0, 10.0, 20.0, 30.0, 40.0]))
    monkeypatch.setattr("trochlea.knee.person_leg.extensor_mechanism", lambda setup: narrow)
    borrowed = build_chain(chain.person, chain.leg, chain.motion, chain.side)
    assert borrowed.extensor is None
    (note,) = borrowed.notes
    assert "bends from 0 to 90 degrees" in note  # in the strength tests
    assert "from 0 to 40 degrees only" in note
    assert chain.extensor is not None
    assert chain.notes == ()


def test_a_movement_beyond_the_knees_table_borrows_the_legs_lever_arm_and_leaves_the_leg_as_it_was(chain):
    own = build_person_leg(chain.person, chain.leg, chain.side)
    borrowed = within_table(own, np.radians([0.0, 150.0]))
    assert borrowed.extensor is None
    assert "bends from 0 to 150 degrees" in borrowed.notes[-1]
    assert own.extensor is not None
    assert within_table(own, np.radians([0.0, 90.0])) is own


def test_an_unknown_lever_arm_is_refused():
    with pytest.raises(InputError, match="expected knee or pulley"):
        ChainSettings(lever_arm="hip")  # pyright: ignore[reportArgumentType]


def test_a_femur_that_turns_in_over_its_foot_presses_more_laterally_the_more_of_it_the_knee_takes(chain):
    deepest = at_frames(chain, np.array([20]))
    load = solve_muscles(deepest)[1].extensor
    assert deepest.rotation.axial[0] > np.radians(1.0)  # against the upright beginning of the same squat
    none, best, whole = (solve_knee(deepest, load, rotation=case) for case in ("none", "best", "whole"))
    shares = [one.lateral_force[0] / one.contact_force[0] for one in (none, best, whole)]
    assert shares[0] < shares[1] < shares[2]


def test_measured_joint_angles_are_refused_on_a_leg_made_from_height_alone(chain):
    """They fit only the model that they were made with: 10 N.m wrong at the hip, and a knee of the wrong sign."""
    copied = replace(chain.motion, source="measured")
    with pytest.raises(InputError, match="joint angles fit only the model they were made with"):
        build_chain(chain.person, chain.leg, copied, chain.side)
