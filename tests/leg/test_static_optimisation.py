"""Sharing of joint moments: solved by hand, against an independent solver, and its optimality conditions."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from trochlea.leg.static_optimisation import share_load

SAME_AS_BVLS = 1e-10
"""Both solve the same problem exactly but for rounding; worst difference of an activation seen 4e-11."""


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


def test_too_few_steps_is_a_status_not_a_number():
    arms, moments = random_problem(6, load=20.0)
    shared = share_load(arms, moments, max_steps=1)
    assert not shared.is_converged.all()


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
