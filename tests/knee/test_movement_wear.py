"""The wear index of a movement: strengths, alignment and patellar height against their norms."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.chain import at_frames, build_chain, solve_chain
from trochlea.knee.daily_load import ALIGNMENT
from trochlea.knee.movement_wear import movement_wear, person_at_norm
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task
from trochlea.person.read import demo_person

UNCHANGED = 1e-6
"""Ratio of a person at the norm; the solver stops at 1e-6 N. Worst seen 0."""


@pytest.fixture(scope="module")
def chain():
    person = demo_person()
    leg = build_leg(mass=person.mass, height=person.height, sex=person.sex, extra_muscles=deep_rotator_paths())
    whole = build_chain(
        person,
        MujocoLeg(model=leg),
        simulate_task(leg, read_task("single_leg_squat"), person.side, n_frames=41).motion,
        person.side,
    )
    return at_frames(whole, np.array([12, 20, 25]))


def test_a_person_at_the_norm_has_a_ratio_of_one(chain):
    index = movement_wear(replace(chain, person=person_at_norm(chain.person)), per_day=30.0)
    np.testing.assert_allclose(index.ratios, 1.0, rtol=UNCHANGED, atol=0)


def test_a_lateral_tubercle_shows_in_the_lateral_facet(chain):
    norm = person_at_norm(chain.person)
    tubercle = replace(norm.knee["tt_tg"], value=norm.knee["tt_tg"].value + 0.006)
    person = replace(norm, knee={**norm.knee, "tt_tg": tubercle})
    index = movement_wear(replace(chain, person=person), per_day=30.0)
    assert index.direction("lateral") == "more"
    assert index.activities == (chain.motion.name,)


def test_strengths_count(chain):
    norm = person_at_norm(chain.person)
    # weak glutes and hamstrings: the quadriceps takes over
    weak = {name: replace(value, value=0.6 * value.value) for name, value in norm.strength.items() if "hip" in name}
    person = replace(norm, strength={**norm.strength, **weak})
    index = movement_wear(replace(chain, person=person), per_day=30.0)
    own, at_norm = solve_chain(chain, strength=person.strength), solve_chain(chain, strength=norm.strength)
    assert np.abs(index.ratios - 1).max() > 1e-4
    assert np.abs(own.kneecap.contact_force / at_norm.kneecap.contact_force - 1).max() > 1e-4


def test_the_norm_keeps_size_and_groove_of_the_person(chain):
    person = chain.person
    norm = person_at_norm(person)
    for name, value in person.knee.items():
        assert (norm.knee[name].source == "assumed") if name in ALIGNMENT else (norm.knee[name] == value)
    assert all(value.source == "assumed" for value in norm.strength.values())


def test_a_movement_that_is_never_done_is_refused(chain):
    with pytest.raises(InputError, match="0 cycles a day; expected a number above 0"):
        movement_wear(chain, per_day=0.0)
