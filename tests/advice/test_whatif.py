"""Levers pulled on the real chain: deterministic, relative to what the model has, and small."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.advice.gains import gains
from trochlea.advice.whatif import LEVERS, _outcomes, pull_levers
from trochlea.errors import InputError
from trochlea.knee.chain import at_frames, build_chain, solve_chain
from trochlea.knee.draws import Draw, draw_person
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.leg.muscles.strength_tests import group_members
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task
from trochlea.person.measured import Measured
from trochlea.person.read import demo_person

FEW_PERCENT = 10.0
"""With a fixed posture strength reaches the kneecap only through muscle sharing [percent]; largest seen: 3."""


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


@pytest.fixture(scope="module")
def baseline(chain):
    return solve_chain(chain)


def test_the_same_seed_gives_the_same_intervals(chain, baseline):
    runs = [pull_levers(chain, baseline, rng=np.random.default_rng(3), n_draws=4) for _ in range(2)]
    assert np.array_equal(runs[0].peak_contact_force, runs[1].peak_contact_force)


def test_strength_changes_the_kneecap_by_a_few_percent(chain, baseline):
    found = pull_levers(chain, baseline, rng=np.random.default_rng(3), n_draws=4)
    changes = [found.change("peak_contact_force", lever)[0] for lever in LEVERS]
    assert max(abs(change) for change in changes) < FEW_PERCENT
    assert any(abs(change) > 0.1 for change in changes)


def test_the_baseline_of_the_what_if_is_the_peak_of_the_whole_movement(chain, baseline):
    found = pull_levers(chain, baseline, rng=np.random.default_rng(3), n_draws=2)
    assert found.best[0, 0] == pytest.approx(np.nanmax(baseline.kneecap.contact_force), rel=1e-6)
    assert found.best[1, 0] == pytest.approx(np.nanmax(baseline.kneecap.lateral_peak_pressure), rel=1e-6)


def test_a_strength_that_the_model_cannot_meet_does_not_hide_the_gain(chain):
    weak = {
        name: replace(value, value=0.2 * value.value) if name.startswith("hip") else value
        for name, value in chain.person.strength.items()
    }
    weak_chain = replace(chain, person=replace(chain.person, strength=weak))
    result = solve_chain(weak_chain)
    assert not all(group.is_met for group in result.strengths.groups)
    found = pull_levers(weak_chain, result, rng=np.random.default_rng(3), n_draws=2)
    assert abs(found.change("peak_contact_force", "hip")[0]) > 1e-3


def test_training_raises_each_trained_group_by_its_gain_and_every_member_with_it(chain, baseline):
    before = baseline.strengths.factors
    after = changed_factors(chain.tests, before, {"hip_abduction": 1.185, "hip_external_rotation": 1.190})
    members = {m for g in ("hip_abduction", "hip_external_rotation") for m in group_members()[g]}
    for group, gain in (("hip_abduction", 1.185), ("hip_external_rotation", 1.190)):
        row = chain.tests.groups.index(group)
        strength = [chain.tests.readings(np.array([f[m] for m in chain.tests.muscles]))[row] for f in (before, after)]
        assert strength[1] / strength[0] == pytest.approx(gain, abs=0.006)
    assert {m for m in before if after[m] != before[m]} <= members


def test_draws_follow_the_spread_and_leave_exact_values_alone():
    person = demo_person()
    rng = np.random.default_rng(5)
    draws = [draw_person(person, rng) for _ in range(300)]
    for name, value in person.strength.items():
        drawn = value.value * np.array([draw.strength_ratio[name] for draw in draws])
        if value.sd is None:
            assert np.allclose(drawn, value.value)
        else:
            assert drawn.mean() == pytest.approx(value.value, abs=4 * value.sd / np.sqrt(300))
            assert drawn.std() == pytest.approx(value.sd, rel=0.2)


def test_an_impossible_trochlea_is_refused_with_a_remedy():
    person = demo_person()
    knee = dict(person.knee)
    knee["sulcus_angle"] = Measured(value=np.radians(178), sd=np.radians(0.1), unit="rad", source="measured")
    knee["lateral_trochlear_inclination"] = Measured(
        value=np.radians(20), sd=np.radians(0.1), unit="rad", source="measured"
    )
    with pytest.raises(InputError, match="check the measures of the trochlea"):
        draw_person(replace(person, knee=knee), np.random.default_rng(1))


def test_draws_too_weak_for_the_movement_are_left_out_and_counted(chain, baseline):
    weak = {name: 0.35 * factor for name, factor in baseline.strengths.factors.items()}
    gain = {name: value.value for name, value in gains().items()}
    draw = Draw(strength_ratio=dict.fromkeys(chain.person.strength, 1.0), knee=chain.person.knee)
    deepest = at_frames(chain, np.array([20]))
    never, always = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)
    assert _outcomes(deepest, weak, draw, gain, never) is None
    # A frame in which the baseline itself is overloaded does not disqualify anybody.
    assert _outcomes(deepest, weak, draw, gain, always) is not None
    assert _outcomes(deepest, baseline.strengths.factors, draw, gain, never) is not None
