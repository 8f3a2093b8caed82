"""What an exercise trains and costs, read from a solved task."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.exercise.exercise import LISTED_MUSCLES, UNLOADED, activation_of, exercise_of, trained_activations
from trochlea.knee.task_result import result_notes, solve_task
from trochlea.knee.task_values import task_values
from trochlea.leg.leg_result import MUSCLES_OF
from trochlea.motion.task_file import read_task
from trochlea.units import GRAVITY

N_FRAMES = 7


@pytest.fixture(scope="module")
def extension(own):
    return solve_task(own.person, read_task("knee_extension"), "right", own=own, n_frames=N_FRAMES)


def test_the_activation_of_a_group_is_its_force_over_what_it_could_give(extension):
    leg = extension.leg
    columns = [leg.muscles.index(name) for name in ("vaslat", "vasmed")]
    expected = leg.tendon_forces[:, columns].sum(axis=1) / leg.capacities[:, columns].sum(axis=1)
    np.testing.assert_allclose(activation_of(leg, ("vaslat", "vasmed")), expected, rtol=1e-12, atol=0)
    alone = activation_of(leg, ("vaslat",))
    np.testing.assert_allclose(alone, leg.activations[:, leg.muscles.index("vaslat")], rtol=1e-9, atol=1e-12)


def test_a_leg_without_any_of_the_muscles_is_refused(extension):
    with pytest.raises(InputError, match="none of the muscles sternomastoid"):
        activation_of(extension.leg, ("sternomastoid",))


def test_the_ratio_is_the_trained_activation_over_the_kneecap_force_in_body_weights(extension):
    found = exercise_of(extension)
    force = np.nanmax(extension.kneecap.contact_force)
    assert found.target == "quadriceps"
    assert found.target_activation == activation_of(extension.leg, MUSCLES_OF["quadriceps"]).max()
    assert found.peak_contact_force == pytest.approx(force, rel=1e-12)
    expected = found.target_activation / (force / (extension.person.mass * GRAVITY))
    assert found.ratio == pytest.approx(expected, rel=1e-12)
    assert set(found.peak_activation) == set(found.mean_activation) == set(LISTED_MUSCLES)
    assert all(found.mean_activation[name] <= found.peak_activation[name] for name in LISTED_MUSCLES)


def test_the_facet_is_the_one_with_the_higher_pressure(extension):
    kneecap = extension.kneecap
    assert exercise_of(extension).peak_facet == "lateral"
    swapped = replace(
        kneecap,
        lateral_peak_pressure=kneecap.medial_peak_pressure,
        medial_peak_pressure=kneecap.lateral_peak_pressure,
    )
    assert exercise_of(replace(extension, kneecap=swapped)).peak_facet == "medial"


def test_a_kneecap_that_carries_next_to_nothing_has_no_ratio(own):
    found = exercise_of(solve_task(own.person, read_task("bridge"), "right", own=own, n_frames=N_FRAMES))
    assert found.peak_contact_force_bw < UNLOADED
    assert found.ratio == float("inf")
    assert found.peak_facet is None


@pytest.mark.parametrize("word", ["not_converged", "off_surface"])
def test_a_kneecap_that_is_lost_under_the_strongest_pull_is_not_said_to_carry_little(extension, word):
    kneecap = extension.kneecap
    pull = int(kneecap.quadriceps_force.argmax())
    status = tuple(word if i == pull else one for i, one in enumerate(kneecap.solution.status))
    force = np.where(np.arange(len(status)) == pull, np.nan, kneecap.contact_force)
    lost = replace(kneecap, contact_force=force, solution=replace(kneecap.solution, status=status))
    with pytest.raises(InputError, match="knee_extension: the kneecap has no equilibrium .* its load is not known"):
        exercise_of(replace(extension, kneecap=lost))
    values = task_values(extension.chain, extension.leg, lost, np.zeros(5))
    assert np.isnan([values["peak_contact_force_n"], values["peak_pressure_mpa"], values["lateral_share"]]).all()
    assert np.isfinite(values["quadriceps_dominance"])


def test_muscle_forces_that_were_not_found_are_said(extension):
    done = np.arange(N_FRAMES) > 0
    notes = result_notes(extension.task, extension.chain, replace(extension.leg, is_converged=done), extension.kneecap)
    assert any("muscle forces are not known over 14% of the movement" in note for note in notes)


def test_training_something_that_is_no_muscle_is_refused(extension):
    task = replace(extension.task, trains=("courage",))
    with pytest.raises(InputError, match=r"knee_extension: trains 'courage': expected some of quadriceps"):
        trained_activations(replace(extension, task=task))
