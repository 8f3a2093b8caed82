"""Sharing of joint moments: solved by hand, against independent solvers, and its optimality conditions."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear, minimize

from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.hill import capacity
from trochlea.leg.muscles.static_optimisation import SMOOTHING, share_load
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.motion.trial import read_motion

SAME_AS_BVLS = 1e-10
"""Both solve the same problem exactly but for rounding; worst difference of an activation seen 4e-11."""

SAME_AS_SLSQP = 1e-5
"""A general solver on the walk's frames; worst difference of an activation seen 1.6e-6."""

GAP_NOISE = 1e-9
"""Rounding of costs, over 1 + cost; the gap seen never exceeds what the smoothing explains, nor -4e-15."""

FIRM = 1e-6
"""Weight of the reserves' equations when the multipliers are read off an answer: those of free muscles are exact to
rounding, the reserves' only to the solver's tolerance; they decide where too few muscles are free."""


def random_problem(seed, n_frames=60, n_axes=5, n_muscles=40, load=1.0):
    generator = np.random.default_rng(seed)
    arms = generator.normal(0.0, 0.03, (n_frames, n_axes, n_muscles))
    arms *= generator.uniform(100.0, 5000.0, (1, 1, n_muscles)) * (generator.random(arms.shape) < 0.5)
    return arms, load * generator.normal(0.0, 60.0, (n_frames, n_axes))


def bounded_least_squares(arms, moments, low=0.0):
    """The same problem as a bounded linear least squares over activations and reserves, one frame."""
    n_axes, n_muscles = arms.shape
    # Reserves are tau - A a, so that the objective is |a|^2 + |tau - A a|^2.
    matrix = np.vstack([np.eye(n_muscles), arms])
    target = np.concatenate([np.zeros(n_muscles), moments])
    return lsq_linear(matrix, target, bounds=(low, 1.0), method="bvls", tol=1e-15, max_iter=500).x


def cubic_by_slsqp(arms, moments, weights):
    """The cubic's problem of one frame by a general solver, reserves eliminated."""

    def cost(a):
        rest = moments - arms @ a
        return np.sum(weights * a**3) + rest @ rest, 3.0 * weights * a**2 - 2.0 * arms.T @ rest

    start = np.full(arms.shape[1], 0.1)
    settings = {"ftol": 1e-15, "maxiter": 2000}
    return minimize(cost, start, jac=True, bounds=[(0.0, 1.0)] * start.size, method="SLSQP", options=settings).x


def read_multipliers(arms, shared, weights, low):
    """Multipliers of each frame, from the free muscles: 3 w (a^2 + SMOOTHING a) = A' l; and the reserves: 2 r = l."""
    rows = np.where((shared.activations > low) & (shared.activations < 1.0), 1.0, 0.0)
    drive = 3.0 * weights * (shared.activations**2 + SMOOTHING * shared.activations)
    found = []
    for arm, row, d, reserve in zip(arms, rows, drive, shared.reserves, strict=True):
        matrix = np.vstack([row[:, None] * arm.T, FIRM * np.eye(len(arm))])
        found.append(np.linalg.lstsq(matrix, np.append(row * d, FIRM * 2.0 * reserve), rcond=None)[0])
    return np.array(found)


def assert_least_cubes(arms, moments, shared, weights, low=0.0):
    """No other solver: by duality, any multipliers give a lower bound of the exact cubic's cost."""
    multipliers = read_multipliers(arms, shared, weights, low)
    drive = np.einsum("fdm,fd->fm", arms, multipliers)
    best = np.clip(np.sqrt(np.maximum(drive, 0.0) / (3.0 * weights)), low, 1.0)
    bound = np.sum(weights * best**3 - drive * best, axis=1)
    bound += np.sum(multipliers * moments, axis=1) - 0.25 * np.sum(multipliers**2, axis=1)
    cost = np.sum(weights * shared.activations**3, axis=1) + np.sum(shared.reserves**2, axis=1)
    squares = np.sum(weights * shared.activations**2, axis=1)
    gap = cost - bound
    assert np.all(gap >= -GAP_NOISE * (1.0 + cost))  # weak duality itself
    assert np.all(gap <= 1.5 * SMOOTHING * squares + GAP_NOISE * (1.0 + cost))


@pytest.fixture(scope="module")
def walk_problem(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    leg = MujocoLeg(model=build_leg_from_osim(read_osim(folder / "subject.osim")))
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    prepared = prepare_leg(leg, motion, "right", start=0.5, end=1.7)
    forces = capacity(leg.parameters("right"), prepared.geometry)
    arms = np.swapaxes(prepared.geometry.moment_arms[:, :, :5] * forces[:, :, None], 1, 2)
    return arms, prepared.moments[:, :5]


@pytest.mark.parametrize("load", [0.3, 3.0, 20.0], ids=["light", "heavy", "beyond strength"])
def test_activations_agree_with_bvls(load):
    arms, moments = random_problem(1, load=load)
    shared = share_load(arms, moments)
    expected = np.array([bounded_least_squares(a, m) for a, m in zip(arms, moments, strict=True)])
    assert shared.is_converged.all()
    np.testing.assert_allclose(shared.activations, expected, rtol=0, atol=SAME_AS_BVLS)


def test_lower_bound_agrees_with_bvls():
    arms, moments = random_problem(2)
    shared = share_load(arms, moments, lowest_activation=0.05)
    expected = np.array([bounded_least_squares(a, m, 0.05) for a, m in zip(arms, moments, strict=True)])
    np.testing.assert_allclose(shared.activations, expected, rtol=0, atol=SAME_AS_BVLS)


def test_two_equal_muscles_share_evenly():
    # One axis, arms 100 N.m each: a = 100 l, r = l, and 2 * 100 * 100 l + l = 50.
    shared = share_load(np.full((1, 1, 2), 100.0), np.array([[50.0]]))
    multiplier = 50.0 / 20001.0
    np.testing.assert_allclose(shared.activations[0], 100.0 * multiplier, rtol=1e-12, atol=0)
    assert shared.reserves[0, 0] == pytest.approx(multiplier, rel=1e-12)


def test_reserve_takes_what_full_activation_leaves():
    shared = share_load(np.array([[[30.0, -20.0]]]), np.array([[100.0]]))
    np.testing.assert_allclose(shared.activations[0], [1.0, 0.0], rtol=0, atol=0)
    assert shared.reserves[0, 0] == pytest.approx(70.0, rel=1e-12)


def test_moments_are_balanced_and_bounds_hold():
    arms, moments = random_problem(3, load=5.0)
    shared = share_load(arms, moments)
    carried = np.einsum("fdm,fm->fd", arms, shared.activations) + shared.reserves
    # Tolerance of the solver: 1e-10 times one plus the largest moment, about 1000 N.m here.
    np.testing.assert_allclose(carried, moments, rtol=0, atol=1e-7)
    assert shared.activations.min() >= 0.0
    assert shared.activations.max() <= 1.0


def test_a_moment_of_zero_needs_no_muscle():
    arms, _ = random_problem(4, n_frames=1)
    shared = share_load(arms, np.zeros((1, 5)))
    assert not shared.activations.any()
    assert shared.iterations[0] == 0


def test_frames_do_not_influence_each_other():
    arms, moments = random_problem(5, load=4.0)
    together = share_load(arms, moments).activations
    alone = share_load(arms[7:8], moments[7:8]).activations[0]
    np.testing.assert_allclose(together[7], alone, rtol=0, atol=1e-13)


@pytest.mark.parametrize("exponent", [2, 3])
def test_too_few_steps_is_a_status_and_the_reserves_still_balance(exponent):
    arms, moments = random_problem(6, load=20.0)
    shared = share_load(arms, moments, exponent=exponent, max_steps=1)
    assert not shared.is_converged.all()
    carried = np.einsum("fdm,fm->fd", arms, shared.activations) + shared.reserves
    np.testing.assert_allclose(carried, moments, rtol=1e-13, atol=1e-9)  # rounding of moments up to 4000 N.m


@pytest.mark.parametrize("exponent", [2, 3])
@pytest.mark.parametrize("load", [0.3, 3.0, 20.0, 300.0])
def test_thousands_of_frames_are_all_solved_and_saturated_ones_too(exponent, load):
    arms, moments = random_problem(7, n_frames=2500, load=load)
    shared = share_load(arms, moments, exponent=exponent)
    assert shared.is_converged.all()  # most steps seen: 42
    assert load < 3.0 or (shared.activations == 1.0).any()


@pytest.mark.parametrize("load", [0.3, 3.0, 20.0])
def test_cubes_have_the_least_cost_that_duality_allows(load):
    arms, moments = random_problem(8, n_frames=500, load=load)
    weights = np.random.default_rng(8).uniform(0.2, 5.0, arms.shape[2])
    shared = share_load(arms, moments, exponent=3, weights=weights)
    assert_least_cubes(arms, moments, shared, weights)
    floored = share_load(arms, moments, exponent=3, weights=weights, lowest_activation=0.02)
    assert_least_cubes(arms, moments, floored, weights, 0.02)


def test_a_general_solver_finds_no_cheaper_cubes():
    arms, moments = random_problem(9, n_frames=30)
    weights = np.random.default_rng(9).uniform(0.2, 5.0, arms.shape[2])
    shared = share_load(arms, moments, exponent=3, weights=weights)
    for a, m, found in zip(arms, moments, shared.activations, strict=True):
        other = cubic_by_slsqp(a, m, weights)  # on some of these frames it stops early
        cost, theirs = (np.sum(weights * x**3) + np.sum((m - a @ x) ** 2) for x in (found, other))
        assert cost <= theirs + 1.5 * SMOOTHING * np.sum(weights * found**2)


def test_cubes_on_the_walk_are_solved_and_agree_with_a_general_solver(walk_problem):
    arms, moments = walk_problem
    weights = np.ones(arms.shape[2])
    shared = share_load(arms, moments, exponent=3)
    assert shared.is_converged.all()
    assert_least_cubes(arms, moments, shared, weights)
    for frame in range(0, len(arms), 20):
        expected = cubic_by_slsqp(arms[frame], moments[frame], weights)
        np.testing.assert_allclose(shared.activations[frame], expected, rtol=0, atol=SAME_AS_SLSQP)


@pytest.mark.parametrize("exponent", [2, 3])
def test_a_very_weak_person_walks_on_reserves_and_every_frame_is_solved(walk_problem, exponent):
    arms, moments = walk_problem
    shared = share_load(0.05 * arms, moments, exponent=exponent)
    assert shared.is_converged.all()
    assert (shared.activations == 1.0).any(axis=1).all()
    assert np.abs(shared.reserves).max() > 50.0


def test_cubes_spread_the_load_over_more_muscles_than_squares(walk_problem):
    squares, cubes = (share_load(*walk_problem, exponent=exponent).activations for exponent in (2, 3))
    assert cubes.max() < squares.max()
    assert (cubes > 0.01).sum() > (squares > 0.01).sum()


@pytest.mark.parametrize(("exponent", "ratio"), [(2, 4.0), (3, 2.0)])
def test_a_muscle_of_four_times_the_weight_takes_a_share_solved_by_hand(exponent, ratio):
    # One axis, equal arms: w a^(p - 1) is the same for both.
    shared = share_load(np.full((1, 1, 2), 100.0), np.array([[50.0]]), exponent=exponent, weights=np.array([1.0, 4.0]))
    light, heavy = shared.activations[0]
    assert light / heavy == pytest.approx(ratio, rel=10 * SMOOTHING)
    assert 100.0 * (light + heavy) + shared.reserves[0, 0] == pytest.approx(50.0, rel=1e-14)


def test_two_equal_muscles_share_evenly_in_cubes_too():
    # a = sqrt(100 l / 3) and r = l / 2 with 200 a + r = 50: r = 1.5 a^2 / 100, a quadratic equation in a.
    shared = share_load(np.full((1, 1, 2), 100.0), np.array([[50.0]]), exponent=3)
    expected = (-200.0 + np.sqrt(200.0**2 + 4.0 * 0.015 * 50.0)) / 0.03
    np.testing.assert_allclose(shared.activations[0], expected, rtol=0, atol=SMOOTHING)


def test_weights_and_each_muscles_floor_agree_with_bvls():
    arms, moments = random_problem(10, load=2.0)
    generator = np.random.default_rng(10)
    weights, low = generator.uniform(0.2, 5.0, 40), generator.uniform(0.0, 0.2, 40)
    shared = share_load(arms, moments, weights=weights, lowest_activation=low)
    for a, m, found in zip(arms, moments, shared.activations, strict=True):
        matrix = np.vstack([np.diag(np.sqrt(weights)), a])
        target = np.concatenate([np.zeros(40), m])
        expected = lsq_linear(matrix, target, bounds=(low, 1.0), method="bvls", tol=1e-15, max_iter=500).x
        np.testing.assert_allclose(found, expected, rtol=0, atol=SAME_AS_BVLS)


@pytest.mark.parametrize("exponent", [2, 3])
def test_a_floor_makes_muscles_work_against_each_other(exponent):
    # Equal antagonists and no moment: both stay at the floor, none is left to the reserve.
    shared = share_load(
        np.array([[[40.0, -40.0]]]), np.zeros((1, 1)), exponent=exponent, lowest_activation=np.array([0.1, 0.0])
    )
    np.testing.assert_allclose(shared.activations[0], 0.1, rtol=0, atol=2e-4)  # the reserve is cheap, not free
    assert abs(shared.reserves[0, 0]) < 0.01


@pytest.mark.parametrize("exponent", [2, 3])
def test_frames_are_solved_when_the_floor_pulls_far_harder_than_the_load(exponent):
    """Rounding is that of the floor's moments then, not of the small load's."""
    arms, moments = random_problem(31, n_frames=2000, n_axes=3, n_muscles=15, load=1e-3)
    assert share_load(3.0 * arms, moments, exponent=exponent, lowest_activation=0.2).is_converged.all()


@pytest.mark.parametrize("exponent", [2, 3])
def test_muscles_without_strength_stay_at_the_floor(exponent):
    arms, moments = random_problem(11, n_frames=20)
    arms[:, :, ::2] = 0.0
    shared = share_load(arms, moments, exponent=exponent, lowest_activation=0.03)
    assert shared.is_converged.all()
    np.testing.assert_array_equal(shared.activations[:, ::2], 0.03)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"exponent": 4}, "exponent 4: expected one of"),
        ({"weights": np.array([1.0, 0.0])}, "weights: expected 2 finite numbers above 0"),
        ({"weights": np.ones(3)}, "weights: expected 2"),
        ({"lowest_activation": 1.0}, "at least 0 and below 1"),
        ({"lowest_activation": np.array([0.1, -0.1])}, "at least 0 and below 1"),
        ({"lowest_activation": np.zeros(3)}, "expected one number or 2"),
        ({"lowest_activation": float("nan")}, "at least 0 and below 1"),
        ({"reserve_scale": 0.0}, "reserve scale: expected a number above 0"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        share_load(np.ones((1, 1, 2)), np.ones((1, 1)), **settings)


@pytest.mark.parametrize(
    ("arms", "moments", "message"),
    [
        (np.ones((2, 5, 3)), np.ones((2, 4)), "moments have shape"),
        (np.full((1, 1, 2), np.nan), np.ones((1, 1)), "finite"),
        (np.ones((1, 1, 2)), np.full((1, 1), np.inf), "finite"),
    ],
)
def test_shapes_that_do_not_fit_and_missing_values_are_refused(arms, moments, message):
    with pytest.raises(ValueError, match=message):
        share_load(arms, moments)
