"""A task done by one person, and its intervals."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.chain import build_chain, solve_chain
from trochlea.knee.draw_outcome import TaskDraws
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_draws import deciding_frames
from trochlea.knee.task_result import NO_SPREAD, TaskResult, left_out_notes, solve_task
from trochlea.knee.task_values import VALUE_NAMES
from trochlea.knee.task_variants import task_variants
from trochlea.leg.muscles.quadriceps_dominance import quadriceps_share
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.motion.task_file import read_task
from trochlea.motion.task_posture import with_posture
from trochlea.person.posture_prediction import predict_posture
from trochlea.person.read import demo_person
from trochlea.units import GRAVITY

ANGLE = 0.05
"""Of an angle that a task asked for [degrees]: the pull towards the reference leaves up to 0.03."""

N_FRAMES = 11
"""Enough for a movement whose peak is at its turning point, frame 5."""

MIRRORED = 1e-9
"""Of the two legs of one model; worst difference seen 1e-14."""

N_DRAWS = 12


def solved(own: PersonLeg, name: str = "single_leg_squat", settings=None, **more) -> TaskResult:
    return solve_task(own.person, read_task(name, settings), "right", own=own, n_frames=N_FRAMES, **more)


@pytest.fixture(scope="module")
def squat(own) -> TaskResult:
    return solved(own)


def test_it_is_the_chain_from_the_persons_posture_to_the_kneecap(own, squat):
    task = with_posture(read_task("single_leg_squat"), predict_posture(own.person, "single_leg_squat"))
    motion = simulate_task(own.leg.model, task, "right", n_frames=N_FRAMES).motion
    step_by_step = solve_chain(build_chain(own.person, own.leg, motion, "right")).kneecap
    np.testing.assert_array_equal(squat.kneecap.contact_force, step_by_step.contact_force)
    force = np.nanmax(step_by_step.contact_force)
    assert squat.values["peak_contact_force_n"].value == force
    weight = own.person.mass * GRAVITY
    assert squat.values["peak_contact_force_bw"].value == pytest.approx(force / weight, rel=1e-12)


def test_the_posture_of_the_person_is_taken_and_what_was_set_stays(own, squat):
    assert squat.values["hip_adduction_deg"].value == pytest.approx(10.8, abs=ANGLE)
    observed = solved(own, settings={"hip_adduction_deg": 16.0})
    assert observed.values["hip_adduction_deg"].value == pytest.approx(16.0, abs=ANGLE)
    assert observed.values["pelvic_drop_deg"].value == pytest.approx(7.4, abs=ANGLE)
    styled = solved(own, style=1.0)
    assert styled.values["trunk_lean_deg"].value == pytest.approx(
        np.degrees(styled.posture["trunk_lean"].value), abs=ANGLE
    )
    assert styled.values["trunk_lean_deg"].value > squat.values["trunk_lean_deg"].value + 1.0


def test_the_posture_of_people_with_pain_hardly_changes_the_kneecaps_force(own, squat):
    """They add 4 degrees of adduction, 2.9 of drop and 2.6 of lean: no way to a higher force in this model."""
    pain = {"hip_adduction_deg": 14.8, "pelvic_drop_deg": 10.3, "trunk_lean_deg": 9.3}
    change = (
        solved(own, settings=pain).values["peak_contact_force_n"].value / squat.values["peak_contact_force_n"].value
    )
    assert abs(change - 1) < 0.03


def test_a_femur_seen_to_turn_in_over_its_foot_loads_the_lateral_facet_and_hardly_the_kneecap(own, squat):
    turned = solved(own, femur_turn=np.radians(10.0))
    assert turned.values["lateral_share"].value > squat.values["lateral_share"].value + 0.01
    change = turned.values["peak_contact_force_n"].value / squat.values["peak_contact_force_n"].value
    assert abs(change - 1) < 0.04
    more, before = (one.chain.rotation for one in (turned, squat))
    deepest = N_FRAMES // 2
    shank = more.axial[deepest] - before.axial[deepest]
    assert shank == pytest.approx(np.radians(10.0) * np.cos(np.radians(_incline(turned, deepest))), rel=1e-6)
    assert more.axial[0] == pytest.approx(before.axial[0], abs=1e-6)  # upright, there is nothing to turn


def _incline(result: TaskResult, frame: int) -> float:
    """Of the shank against the vertical [degrees]."""
    return float(np.degrees(np.arccos(result.chain.prepared.segments.body("tibia_r")[1][frame, 1, 1])))


def test_at_the_norms_strength_the_quadriceps_takes_the_norms_share(squat):
    value, norm = (squat.values[name].value for name in ("quadriceps_dominance", "quadriceps_dominance_at_norm"))
    assert value == pytest.approx(norm, rel=1e-9)


def test_weak_hip_extensors_shift_effort_to_the_quadriceps_by_a_few_percent(own, squat):
    strength = dict(own.person.strength)
    strength["hip_extension"] = replace(strength["hip_extension"], value=0.8 * strength["hip_extension"].value)
    person = replace(own.person, strength=strength, posture=squat.posture)  # in the same posture
    weak = solve_task(person, read_task("single_leg_squat"), "right", n_frames=N_FRAMES)
    assert weak.values["quadriceps_dominance"].value > weak.values["quadriceps_dominance_at_norm"].value
    change = weak.values["peak_contact_force_n"].value / squat.values["peak_contact_force_n"].value - 1
    assert 0.0 < change < 0.04


def test_the_share_is_that_of_the_moments(squat):
    """Single-joint check by hand: the knee's net moment is the quadriceps' less what flexes the knee."""
    share = quadriceps_share(squat.chain.prepared, squat.leg, squat.chain.extensor)
    assert ((share[1:-1] > 0) & (share[1:-1] <= 1)).all()  # nearly upright nothing need straighten the hip
    assert ((share[2:-2] > 0.5) & (share[2:-2] < 1)).all()
    alone = replace(squat.leg, tendon_forces=np.where(_is_quadriceps(squat), squat.leg.tendon_forces, 0.0))
    assert quadriceps_share(squat.chain.prepared, alone, squat.chain.extensor)[5] == 1.0
    none = replace(squat.leg, tendon_forces=np.zeros_like(squat.leg.tendon_forces))
    assert np.isnan(quadriceps_share(squat.chain.prepared, none, squat.chain.extensor)).all()


def _is_quadriceps(result: TaskResult):
    return np.isin(result.leg.muscles, ("recfem", "vasint", "vaslat", "vasmed"))


def test_variants_at_the_persons_own_posture_are_the_whole_movement(own, squat):
    frames = deciding_frames(squat.kneecap, squat.movement)
    assert frames.tolist() == [5]
    adduction = squat.task.posture["working_hip_adduction"].end
    ends = {"working_hip_adduction": np.array([adduction, adduction + 0.05])}
    variants = task_variants(squat.chain, own.leg.model, squat.movement, frames, ends)
    np.testing.assert_allclose(variants.at(0).prepared.moments, squat.chain.prepared.moments[[5]], rtol=0, atol=1e-6)
    np.testing.assert_allclose(variants.at(0).rotation.axial, squat.chain.rotation.axial[[5]], rtol=0, atol=1e-9)
    assert variants.angles[1, 3] - variants.angles[0, 3] == pytest.approx(np.degrees(0.05), abs=ANGLE)
    assert variants.is_possible.all()


def test_the_left_leg_does_what_the_right_one_does(own, squat):
    other = build_person_leg(own.person, own.leg, "left")
    mirrored = solve_task(own.person, read_task("single_leg_squat"), "left", own=other, n_frames=N_FRAMES)
    for name, interval in squat.values.items():
        assert mirrored.values[name].value == pytest.approx(interval.value, rel=MIRRORED, abs=MIRRORED), name


def test_intervals_hold_the_best_value_and_come_again_with_the_same_seed(own):
    first, again = (solved(own, n_draws=N_DRAWS, rng=np.random.default_rng(2)) for _ in range(2))
    assert first.values == again.values
    assert set(first.values) == set(VALUE_NAMES)
    for name, interval in first.values.items():
        assert interval.low is not None, name
        assert interval.high is not None, name
        assert interval.low <= interval.value <= interval.high, name
    adduction = first.values["hip_adduction_deg"]
    assert adduction.low is not None
    assert adduction.high is not None
    assert adduction.high - adduction.low > 5.0  # the scatter of people shows
    assert 0 <= first.n_failed < N_DRAWS / 2
    said = any(note.startswith(f"{first.n_failed} of {N_DRAWS} random people are left out") for note in first.notes)
    assert said == (first.n_failed > 0)


@pytest.mark.parametrize(("n_draws", "is_few"), [(1, True), (39, True), (40, False)])
def test_intervals_of_few_random_people_are_said_to_be_too_narrow(n_draws, is_few):
    drawn = TaskDraws(values={}, failures={})
    assert any("too narrow" in note for note in left_out_notes(drawn, n_draws)) == is_few
    assert left_out_notes(None, 0) == ()


def test_a_task_without_norms_draws_strength_and_knee_only_and_says_so(own):
    found = solved(own, "clamshell", n_draws=4, rng=np.random.default_rng(2))
    adduction, pressure = (found.values[name] for name in ("hip_adduction_deg", "peak_pressure_mpa"))
    assert adduction.low == adduction.high == adduction.value
    assert pressure.low is not None
    assert pressure.high is not None
    assert pressure.high > pressure.low
    assert NO_SPREAD in found.notes
    assert NO_SPREAD not in solved(own, "clamshell").notes


def test_without_draws_there_is_no_interval(squat):
    assert all(interval.low is None and interval.high is None for interval in squat.values.values())


def test_a_task_that_does_not_load_the_kneecap_says_so_by_zero_and_not_a_number(own):
    bridge = solved(own, "bridge")
    assert bridge.values["peak_contact_force_n"].value == 0.0
    assert np.isnan(bridge.values["lateral_share"].value)


def test_somebody_too_weak_is_told_by_how_much(own):
    heavy = solved(own, "knee_extension", {"weight_kg": 40.0})
    assert any(note.startswith("too weak for this: ") for note in heavy.notes)


def test_misuse_is_refused(own):
    with pytest.raises(ValueError, match="source of randomness"):
        solved(own, n_draws=3)
    with pytest.raises(ValueError, match="must be this person's"):
        solve_task(demo_person(), read_task("clamshell"), "right", own=own)
    with pytest.raises(InputError, match="missed by"):
        solved(own, settings={"pelvic_drop_deg": 25.0, "trunk_lean_deg": 30.0})
