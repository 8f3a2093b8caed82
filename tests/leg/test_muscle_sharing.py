"""From a motion to muscle forces: on a real walk against OpenSim, and on the built-in squat."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.extensor import QUADRICEPS_HEADS
from trochlea.leg.leg_result import MUSCLES_OF, leg_at
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import DEEP_ROTATORS, deep_rotator_paths
from trochlea.leg.muscles.muscle_set import parameters_of
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE, VASTI, Sharing, share, solve_leg
from trochlea.leg.muscles.static_optimisation import share_load
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.files.storage import read_storage
from trochlea.motion.task_file import read_task
from trochlea.motion.trial import read_motion

OPENSIM_LEAST_ACTIVATION = 0.01
"""OpenSim's muscles keep this activation; ours may go to 0."""

SAME_SHARING = 0.98
"""Correlation with OpenSim's forces of a muscle group over the walk; worst seen 0.984 (quadriceps, right), all
others above 0.995. OpenSim does not take the cosine of pennation into a muscle's capacity, which is most of it."""

SAME_FORCE = 1e-8
"""Of the same frames in another company [N]: the search stops at 1e-10 N.m; worst seen 0."""

WINDOW = {"right": (0.5, 1.7), "left": (0.84, 1.7)}
"""Where OpenSim's reference and this foot's plate both have data [s]."""


@pytest.fixture(scope="module")
def walk(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    reference = read_storage(folder / "reference" / "static_optimization_force.sto")
    return leg, motion, reference


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male", extra_muscles=deep_rotator_paths())


@pytest.fixture(scope="module")
def prepared(leg):
    return prepare_leg(
        MujocoLeg(model=leg), simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=41).motion, "right"
    )


@pytest.fixture(scope="module")
def parameters(leg):
    return parameters_of(leg, "right")


@pytest.fixture(scope="module")
def result(prepared, parameters):
    return share(prepared, parameters)


@pytest.mark.parametrize("side", ["right", "left"])
def test_muscle_groups_on_the_walk_agree_with_opensim(walk, side):
    leg, motion, reference = walk
    start, end = WINDOW[side]
    prepared = prepare_leg(MujocoLeg(model=leg), motion, side, start=start, end=end)
    result = share(
        prepared, parameters_of(leg, side), sharing=Sharing(lowest_activation=OPENSIM_LEAST_ACTIVATION, alike=())
    )
    assert result.is_converged.all()
    # Seen 0.033 N.m: what agrees is carried by muscles.
    assert np.abs(result.reserves).max() < 0.1
    for group in ("quadriceps", "gluteus_medius", "gluteus_maximus", "hamstrings", "calf"):
        members = [m for m in MUSCLES_OF[group] if m in result.muscles]
        expected = sum(np.interp(result.times, reference.times, reference.column(f"{m}_{side[0]}")) for m in members)
        found = result.force_of(group)
        assert np.corrcoef(found, expected)[0, 1] >= SAME_SHARING, group
        # Worst difference of a peak seen: quadriceps, 5 %.
        assert found.max() == pytest.approx(expected.max(), rel=0.1), group


def test_added_rotators_hardly_change_the_walks_large_muscles(walk, data_dir):
    leg, motion, _ = walk
    osim = read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")
    more = build_leg_from_osim(osim, extra_muscles=deep_rotator_paths())
    without = solve_leg(MujocoLeg(model=leg), parameters_of(leg, "right"), motion, "right", start=0.5, end=1.7)
    with_them = solve_leg(MujocoLeg(model=more), parameters_of(more, "right"), motion, "right", start=0.5, end=1.7)
    for group in ("quadriceps", "gluteus_medius", "calf"):
        change = np.abs(with_them.force_of(group) - without.force_of(group)).max()
        # Worst seen: gluteus medius, 5 % of its peak.
        assert change < 0.1 * without.force_of(group).max(), group


def test_frames_off_the_plates_are_marked_and_hold_no_forces(walk):
    leg, motion, _ = walk
    result = solve_leg(MujocoLeg(model=leg), parameters_of(leg, "left"), motion, "left")
    (contact,) = (c for c in motion.contacts if c.side == "left")
    np.testing.assert_array_equal(result.is_valid, contact.is_covered)
    assert 0 < result.is_valid.sum() < result.is_valid.size
    assert np.isnan(result.tendon_forces[~result.is_valid]).all()
    assert np.isnan(result.extensor.tension[~result.is_valid]).all()
    assert np.isfinite(result.tendon_forces[result.is_valid]).all()
    assert not result.is_converged[~result.is_valid].any()


def test_a_window_has_the_same_forces_as_the_whole(walk):
    # A window must not be differentiated on its own: its edges would differ.
    leg, motion, _ = walk
    parameters = parameters_of(leg, "right")
    whole = solve_leg(MujocoLeg(model=leg), parameters, motion, "right")
    window = solve_leg(MujocoLeg(model=leg), parameters, motion, "right", start=0.9, end=1.1)
    inside = np.isin(whole.times, window.times)
    np.testing.assert_allclose(window.tendon_forces, whole.tendon_forces[inside], rtol=1e-6, atol=1e-6)


def test_a_window_off_the_plates_is_refused(walk):
    leg, motion, _ = walk
    with pytest.raises(InputError, match="left foot's ground force covers none"):
        prepare_leg(MujocoLeg(model=leg), motion, "left", start=0.0, end=0.2)


def test_a_measured_motion_without_this_foots_force_is_refused(leg):
    motion = replace(simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=7).motion, source="measured")
    with pytest.raises(InputError, match="no ground force of the left foot"):
        prepare_leg(MujocoLeg(model=leg), motion, "left")


def test_forces_and_reserves_carry_the_moments(prepared, parameters, result):
    axes = [prepared.geometry.coordinates.index(name) for name in result.carried]
    carried = np.einsum("fm,fmd->fd", result.tendon_forces, prepared.geometry.moment_arms[:, :, axes])
    np.testing.assert_allclose(carried + result.reserves, prepared.moments[:, axes], rtol=0, atol=1e-6)


def test_tempo_of_a_built_in_task_loads_no_joint(leg, prepared):
    quick = replace(read_task("single_leg_squat"), duration=1.0)
    hurried = prepare_leg(MujocoLeg(model=leg), simulate_task(leg, quick, "right", n_frames=41).motion, "right")
    np.testing.assert_allclose(hurried.moments, prepared.moments, rtol=0, atol=1e-9)
    assert np.abs(hurried.geometry.velocities).max() > 3.0 * np.abs(prepared.geometry.velocities).max()


def test_subtalar_moment_is_left_to_bones(result):
    assert "subtalar_angle" in result.coordinates
    assert "subtalar_angle" not in result.carried


def test_squat_needs_no_reserve_and_no_frame_is_flagged(result):
    assert np.abs(result.reserves).max() < LARGEST_RESERVE
    assert not result.is_overloaded.any()
    assert result.is_valid.all()
    assert result.is_converged.all()


def test_squat_forces_agree_with_another_program(result):
    # Prototypes at 60 degrees, 75 kg, with narrower muscle curves and so more co-contraction of the calf:
    # quadriceps 3381 to 3561 N. Patella to quadriceps force 1.13.
    deepest = 20
    quadriceps = result.force_of("quadriceps")[deepest]
    assert 2900.0 < quadriceps < 3800.0
    assert result.pulley_force[deepest] / quadriceps == pytest.approx(1.13, abs=0.02)


def test_extensor_load_holds_the_heads_in_order(prepared, result):
    load = result.extensor
    for column, head in enumerate(QUADRICEPS_HEADS):
        np.testing.assert_array_equal(load.tension[:, column], result.force_of(head))
    np.testing.assert_array_equal(load.tibiofemoral_flexion, prepared.knee_angle)
    assert load.side == "right"


def test_weak_muscles_leave_a_reserve_and_are_flagged(prepared, parameters):
    weak = share(prepared, parameters, dict.fromkeys(parameters.names, 0.2))
    assert weak.is_overloaded[20]
    assert np.abs(weak.reserves[20]).max() > LARGEST_RESERVE
    assert weak.activations.max() == 1.0


def test_a_factor_of_one_changes_nothing_and_a_weaker_head_pulls_less(prepared, parameters, result):
    same = share(prepared, parameters, dict.fromkeys(parameters.names, 1.0))
    np.testing.assert_array_equal(same.tendon_forces, result.tendon_forces)
    weaker = share(prepared, parameters, {"vasmed": 0.5})
    assert weaker.force_of("vasmed")[20] < 0.7 * result.force_of("vasmed")[20]
    assert weaker.force_of("vaslat")[20] > result.force_of("vaslat")[20]


def test_strengths_that_differ_between_frames_are_those_of_each_frame_by_itself(prepared, parameters):
    weak, strong = {"vaslat": 0.5, "glmax2": 0.7}, {"vaslat": 1.2, "glmax2": 1.0}
    n = prepared.times.size
    is_weak = np.arange(n) % 2 == 0
    both = share(prepared, parameters, {name: np.where(is_weak, weak[name], strong[name]) for name in weak})
    for factors, own in ((weak, is_weak), (strong, ~is_weak)):
        alone = leg_at(share(prepared, parameters, factors), np.flatnonzero(own))
        mixed = leg_at(both, np.flatnonzero(own))
        np.testing.assert_allclose(mixed.tendon_forces, alone.tendon_forces, rtol=0, atol=SAME_FORCE)
        np.testing.assert_allclose(mixed.extensor.tension, alone.extensor.tension, rtol=0, atol=SAME_FORCE)
        np.testing.assert_array_equal(mixed.times, prepared.times[own])


def test_left_squat_has_the_forces_of_the_right(leg, result):
    motion = simulate_task(leg, read_task("single_leg_squat"), "left", n_frames=41).motion
    left = solve_leg(MujocoLeg(model=leg), parameters_of(leg, "left"), motion, "left")
    np.testing.assert_allclose(left.tendon_forces, result.tendon_forces, rtol=1e-4, atol=0.01)


def test_the_leg_in_the_air_carries_only_itself(leg):
    motion = simulate_task(leg, read_task("single_leg_squat"), "right", n_frames=41).motion
    swing = solve_leg(MujocoLeg(model=leg), parameters_of(leg, "left"), motion, "left")
    assert swing.is_valid.all()
    # Shank and foot of about 5 kg held horizontal about 0.2 m from the knee.
    assert np.abs(swing.moments[:, 3]).max() < 15.0
    assert swing.force_of("quadriceps").max() < 500.0


def test_lowest_activation_is_kept(prepared, parameters):
    result = share(prepared, parameters, sharing=Sharing(lowest_activation=OPENSIM_LEAST_ACTIVATION, alike=()))
    assert result.activations.min() == OPENSIM_LEAST_ACTIVATION


def test_unknown_muscle_name_is_refused(result):
    with pytest.raises(KeyError, match="no muscle 'biceps'"):
        result.force_of("biceps")
    assert set(DEEP_ROTATORS) < set(MUSCLES_OF["deep_rotators"])


def test_cubes_spread_the_load_over_more_muscles(prepared, parameters, result):
    cubes = share(prepared, parameters, sharing=Sharing(exponent=3))
    assert cubes.is_converged.all()
    assert cubes.activations[20].max() < result.activations[20].max()
    axes = [prepared.geometry.coordinates.index(name) for name in cubes.carried]
    carried = np.einsum("fm,fmd->fd", cubes.tendon_forces, prepared.geometry.moment_arms[:, :, axes])
    np.testing.assert_allclose(carried + cubes.reserves, prepared.moments[:, axes], rtol=0, atol=1e-6)


def test_a_heavily_weighted_muscle_hands_its_load_to_others(prepared, parameters, result):
    weighted = share(prepared, parameters, sharing=Sharing(weights={"vaslat": 20.0}, alike=()))
    assert weighted.force_of("vaslat")[20] < 0.5 * result.force_of("vaslat")[20]
    assert weighted.force_of("vasmed")[20] > result.force_of("vasmed")[20]


@pytest.mark.parametrize("exponent", [2, 3])
def test_vasti_driven_alike_pull_as_their_sizes_and_carry_the_same_moments(prepared, parameters, exponent):
    alike = share(prepared, parameters, sharing=Sharing(exponent=exponent))
    drives = [alike.activations[:, alike.muscles.index(head)] for head in VASTI]
    assert np.nanmax(drives[0]) > 0.1
    np.testing.assert_array_equal(drives[0], drives[1])
    np.testing.assert_array_equal(drives[0], drives[2])
    axes = [prepared.geometry.coordinates.index(name) for name in alike.carried]
    carried = np.einsum("fm,fmd->fd", alike.tendon_forces, prepared.geometry.moment_arms[:, :, axes])
    np.testing.assert_allclose(carried + alike.reserves, prepared.moments[:, axes], rtol=0, atol=1e-6)


def test_vasti_driven_alike_cost_least_among_such_answers(prepared, parameters):
    alike = share(prepared, parameters)
    free = share(prepared, parameters, sharing=Sharing(alike=()))

    def cost(result):
        return np.nansum(result.activations**2, axis=1) + np.nansum(result.reserves**2, axis=1)

    assert (cost(free) <= cost(alike) + 1e-9).all()
    # With one drive for each head the larger lateralis leads medialis by about its size.
    ratio = free.activations[20, free.muscles.index("vaslat")] / free.activations[20, free.muscles.index("vasmed")]
    assert ratio > 1.3


def test_a_model_that_lacks_a_vastus_drives_the_others_alike(prepared, parameters):
    sharing = Sharing(alike=(("vaslat", "nobody", "vasmed"),))
    result = share(prepared, parameters, sharing=sharing)
    lateral, medial = (result.activations[:, result.muscles.index(head)] for head in ("vaslat", "vasmed"))
    np.testing.assert_array_equal(lateral, medial)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"exponent": 4}, "expected 2 or 3, found 4"),
        ({"lowest_activation": 1.0}, "co-contraction: expected 0 to below 1, found 1"),
        ({"weights": {"vaslat": 0.0}}, "weight of vaslat in muscle sharing: expected more than 0, found 0"),
    ],
)
def test_a_sharing_that_cannot_be_is_refused(settings, message):
    with pytest.raises(InputError, match=message):
        Sharing(**settings)


def test_a_weight_of_no_muscle_is_refused(prepared, parameters):
    with pytest.raises(InputError, match="weight of 'vastus' in muscle sharing: expected one of"):
        share(prepared, parameters, sharing=Sharing(weights={"vastus": 2.0}))


def test_a_frame_that_is_not_solved_holds_no_forces_and_loads_no_kneecap(prepared, parameters, monkeypatch):
    def without_the_fifth(*given, **settings):
        shared = share_load(*given, **settings)
        solved = shared.is_converged.copy()
        solved[5] = False
        return replace(shared, is_converged=solved)

    monkeypatch.setattr("trochlea.leg.muscles.muscle_sharing.share_load", without_the_fifth)
    result = share(prepared, parameters)
    frame = int(np.flatnonzero(prepared.is_valid)[5])
    assert not result.is_converged[frame]
    for values in (result.tendon_forces, result.activations, result.reserves, result.extensor.tension):
        assert np.isnan(values[frame]).all()
        assert np.isfinite(values[frame + 1]).all()
