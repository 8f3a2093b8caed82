"""Walking and running of one person, and their intervals."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee import gait_draws
from trochlea.knee.draw_outcome import collect_draws, draw_outcome
from trochlea.knee.draws import Draw
from trochlea.knee.gait_result import KEPT, NO_SPREAD, SPREAD, solve_gait
from trochlea.knee.person_leg import PersonLeg
from trochlea.knee.task_values import ANGLES, VALUE_NAMES, angles_of
from trochlea.leg.gait.gait_motion import simulate_gait
from trochlea.leg.leg_result import leg_at
from trochlea.person.read import demo_person
from trochlea.units import GRAVITY

SAME = 0.01
"""Of a value found again about the averages' peak, from the averages' own angles; worst difference seen 0.002."""

POOLED = {"walk": (0.9, 0.4), "run": (5.2, 1.2)}
"""Peak force on the kneecap of healthy people, mean and SD [body weights]. hart-2022-peak-force."""


HELD = 0.1
"""Of a trunk that keeps its lean [degrees]: the solver of postures leaves up to 0.03."""


def solved(own: PersonLeg, name: str, **more):
    return solve_gait(own.person, name, own.side, own=own, **more)


@pytest.fixture(scope="module", params=["walk", "run"])
def gait(own, request):
    return solved(own, request.param)


def as_usual(own: PersonLeg) -> Draw:
    return Draw(strength_ratio=dict.fromkeys(own.person.strength, 1.0), knee=own.person.knee)


def test_the_peak_is_within_one_sd_of_published_ones(own, gait):
    mean, sd = POOLED[gait.task.name]
    assert gait.values["peak_contact_force_bw"].value == pytest.approx(mean, abs=sd)
    weight = own.person.mass * GRAVITY
    assert gait.values["peak_contact_force_n"].value == pytest.approx(np.nanmax(gait.kneecap.contact_force))
    assert gait.values["peak_contact_force_n"].value / weight == pytest.approx(
        gait.values["peak_contact_force_bw"].value
    )


def test_without_draws_there_is_no_interval(gait):
    assert all(interval.low is None and interval.high is None for interval in gait.values.values())
    assert not {NO_SPREAD, SPREAD, KEPT} & set(gait.notes)


def test_somebody_with_the_averages_angles_and_usual_strength_is_the_average(own, gait, monkeypatch):
    monkeypatch.setattr(gait_draws, "draw_person", lambda person, rng: as_usual(own))
    monkeypatch.setattr(gait_draws, "draw_gait", lambda cycle, rng: cycle)
    monkeypatch.setattr(gait_draws, "AROUND", 4)
    again = solved(own, gait.task.name, n_draws=1, rng=np.random.default_rng(1))
    for name in VALUE_NAMES:
        interval = again.values[name]
        assert interval.low == pytest.approx(interval.value, rel=SAME, abs=SAME), name
        assert interval.high == pytest.approx(interval.value, rel=SAME, abs=SAME), name


def test_intervals_of_walking_hold_strength_and_knee_only_and_say_so(own):
    found = solved(own, "walk", n_draws=6, rng=np.random.default_rng(2))
    names = ("peak_contact_force_n", "hip_adduction_deg", "trunk_flexion_deg")
    force, adduction, trunk = (found.values[name] for name in names)
    assert force.low < force.value < force.high
    # Everybody's angles are the averages'; only the instant of the largest force differs.
    frames = gait_draws.gait_frames(found.chain, found.kneecap)
    angles = angles_of(own.leg.model, found.task, own.side, found.movement.postures.values[frames])
    averages = angles[:, list(ANGLES).index("hip_adduction_deg")]
    assert averages.min() <= adduction.low <= adduction.high <= averages.max()
    assert adduction.high - adduction.low < 1.0
    assert trunk.high - trunk.low < HELD
    assert {NO_SPREAD, KEPT} <= set(found.notes)
    assert found.n_draws == 6


def test_intervals_of_running_hold_how_runners_differ_and_come_again_with_the_same_seed(own):
    first, again = (solved(own, "run", n_draws=6, rng=np.random.default_rng(2)) for _ in range(2))
    assert first.values == again.values
    assert SPREAD in first.notes
    force, lean = (first.values[name] for name in ("peak_contact_force_bw", "trunk_flexion_deg"))
    assert force.high - force.low > 1.0  # runners differ by an SD of 1.2 body weights: hart-2022-peak-force
    assert lean.high - lean.low > 3.0


def test_who_is_too_weak_is_told_from_who_has_another_kneecap(own, gait):
    frames = gait_draws.gait_frames(gait.chain, gait.kneecap)
    chain = gait_draws.at_frames(gait.chain, frames)
    known = np.zeros(frames.size, dtype=bool)

    def outcome(draw: Draw):
        return draw_outcome(chain, draw, known=known, angles=lambda kneecap: np.zeros(5), lacking=gait_draws.LACKING)

    assert isinstance(outcome(as_usual(own)), dict)
    weak = Draw(strength_ratio=dict.fromkeys(own.person.strength, 0.2), knee=own.person.knee)
    assert outcome(weak) == "strength"


def test_who_is_without_muscle_forces_is_left_out_and_no_unloaded_kneecap(own, gait):
    frames = gait_draws.gait_frames(gait.chain, gait.kneecap)
    leg = leg_at(gait.leg, frames)
    unknown = replace(leg, is_converged=np.zeros(frames.size, dtype=bool))
    found = draw_outcome(
        gait_draws.at_frames(gait.chain, frames),
        as_usual(own),
        known=np.zeros(frames.size, dtype=bool),
        angles=lambda kneecap: np.zeros(5),
        leg=unknown,
    )
    assert found == "sharing"


def test_a_little_that_the_own_muscles_miss_does_not_excuse_all_that_others_miss(own, gait, monkeypatch):
    weak = Draw(strength_ratio=dict.fromkeys(own.person.strength, 0.2), knee=own.person.knee)
    monkeypatch.setattr(gait_draws, "draw_person", lambda person, rng: weak)
    little = replace(
        gait.leg, reserves=np.full_like(gait.leg.reserves, 2.0), is_overloaded=np.ones_like(gait.leg.is_overloaded)
    )
    motion = simulate_gait(own.leg.model, gait.task.name, own.side)
    with pytest.raises(InputError, match="1 of 1 random people cannot do it .1 whose muscles are too weak"):
        gait_draws.draw_gaits(
            own, gait.task, motion, gait.chain, little, gait.kneecap, n_draws=1, rng=np.random.default_rng(1)
        )


def test_most_people_who_fail_are_refused_with_how_many_and_why():
    row = dict.fromkeys(VALUE_NAMES, 1.0)
    few = collect_draws("run", [row, row, "strength", "groove", row])
    assert dict(few.failures) == {"strength": 1, "groove": 1}
    assert few.values["lateral_share"].tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(InputError, match=r"run: 3 of 4 random people cannot do it \(2 whose muscles are too weak, 1 "):
        collect_draws("run", [row, "strength", "posture", "strength"])


def test_misuse_is_refused(own):
    with pytest.raises(ValueError, match="source of randomness"):
        solved(own, "walk", n_draws=3)
    with pytest.raises(ValueError, match="must be this person's"):
        solve_gait(demo_person(), "walk", "right", own=own)
