"""tau2, I2 and Q: closed forms, properties and refusals; agreement with R is in test_metafor.py."""

import itertools
from statistics import NormalDist

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.heterogeneity import TAU2_METHODS, estimate_tau2, heterogeneity
from trochlea.evidence.linear_model import fit_weighted, intercept_model

EXACT = 1e-12
"""Closed forms and symmetries in double precision; the worst relative difference seen is 4e-15."""
SHARP = 1e-9
"""A peak or a root found by iteration, checked on its own definition; the worst relative difference seen is 3e-13."""


def studies(values, ses):
    return [Estimate(study=str(i), estimate=y, se=s) for i, (y, s) in enumerate(zip(values, ses, strict=True))]


UNEQUAL = studies([0.2, 1.4, -0.6, 2.1, 0.9], [0.3, 0.5, 0.4, 0.7, 0.2])


@pytest.mark.parametrize("method", [m for m in TAU2_METHODS if m not in ("ML", "SJ")])
def test_with_equal_standard_errors_the_unbiased_methods_give_the_variance_less_the_sampling_variance(method):
    """By hand: values 1, 3, 8 with variance 13 and se 1 give 12."""
    found = heterogeneity(studies([1.0, 3.0, 8.0], [1.0, 1.0, 1.0]), method=method)
    assert found.tau2 == pytest.approx(12.0, rel=EXACT, abs=0)
    assert found.i2 == pytest.approx(12.0 / 13.0, rel=EXACT, abs=0)
    assert found.q == pytest.approx(26.0, rel=EXACT, abs=0)


def test_with_equal_standard_errors_maximum_likelihood_divides_by_k_and_sidik_jonkman_follows_its_formula():
    """By hand: 26 / 3 - 1, and t0 (26 / (1 + t0)) / 2 with t0 = 26 / 3."""
    values = studies([1.0, 3.0, 8.0], [1.0, 1.0, 1.0])
    assert heterogeneity(values, method="ML").tau2 == pytest.approx(26.0 / 3.0 - 1.0, rel=EXACT, abs=0)
    first = 26.0 / 3.0
    expected = first * 26.0 / (1.0 + first) / 2.0
    assert heterogeneity(values, method="SJ").tau2 == pytest.approx(expected, rel=EXACT, abs=0)


def test_the_interval_of_two_equal_studies_is_that_of_a_variance():
    """By hand: Q(tau2) = 8 / (1 + tau2) on 1 degree of freedom, whose quantiles are squares of normal ones."""
    found = heterogeneity(studies([1.0, 5.0], [1.0, 1.0]))
    low, high = (NormalDist().inv_cdf(0.5 + p / 2) ** 2 for p in (0.025, 0.975))
    assert found.tau2_high == pytest.approx(8.0 / low - 1.0, rel=SHARP, abs=0)
    assert found.tau2_low == pytest.approx(8.0 / high - 1.0, rel=SHARP, abs=0)


@pytest.mark.parametrize(("method", "curve"), [("REML", "log_restricted"), ("ML", "log_likelihood")])
def test_likelihood_estimates_are_the_highest_point_of_their_likelihood(method, curve):
    y = np.array([item.estimate for item in UNEQUAL])
    model = intercept_model(y, np.array([item.se for item in UNEQUAL]) ** 2)
    tau2 = estimate_tau2(model, method=method)
    peak = getattr(fit_weighted(model, tau2), curve)[0]
    around = getattr(
        fit_weighted(model, np.concatenate([np.geomspace(1e-6, 1e3, 4000), tau2 * np.array([0.999, 1.001])])), curve
    )
    assert (around < peak).all()


@pytest.mark.parametrize(
    ("pair", "crowd", "is_high"),
    [
        ([0.0, 0.03], [10.0, -9.0, 11.0, -10.0], True),
        ([0.0, 0.03], [6.0, -6.0, 7.0, -7.0, 6.0, -6.0], False),
        ([0.0, 0.0], [14.0, -13.0, 15.0, -14.0], True),
    ],
)
def test_the_higher_of_two_peaks_is_taken(pair, crowd, is_high):
    """Two precise studies that agree and a crowd of vague ones that do not give the likelihood two peaks.

    In the last case the lower peak is at zero, where the likelihood falls.
    """
    model = intercept_model(np.array([*pair, *crowd]), np.array([1e-4, 1e-4] + [10.0] * len(crowd)))
    grid = np.concatenate(([0.0], np.geomspace(1e-9, 1e4, 20000)))
    height = fit_weighted(model, grid).log_restricted
    inner = (height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])
    peaks = [0.0] * bool(height[1] < height[0]) + list(grid[1:-1][inner])
    assert len(peaks) == 2
    grid_step = 2e-3  # neighbouring points of the grid differ by 0.15 %
    assert estimate_tau2(model, method="REML") == pytest.approx(peaks[int(is_high)], rel=grid_step, abs=0)


def test_paule_mandel_makes_the_generalised_q_its_degrees_of_freedom():
    y = np.array([item.estimate for item in UNEQUAL])
    model = intercept_model(y, np.array([item.se for item in UNEQUAL]) ** 2)
    assert fit_weighted(model, estimate_tau2(model, method="PM")).rss[0] == pytest.approx(4.0, rel=SHARP, abs=0)


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_the_order_of_studies_does_not_matter(method):
    expected = heterogeneity(UNEQUAL, method=method)
    for order in itertools.islice(itertools.permutations(UNEQUAL), 1, 120, 17):
        found = heterogeneity(order, method=method)
        assert found.tau2 == pytest.approx(expected.tau2, rel=SHARP, abs=0)
        assert found.i2_high == pytest.approx(expected.i2_high, rel=SHARP, abs=0)


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_scaling_the_outcome_scales_tau2_by_the_square_and_leaves_i2(method):
    plain = heterogeneity(UNEQUAL, method=method)
    scaled = heterogeneity(
        [Estimate(study=e.study, estimate=1000 * e.estimate, se=1000 * e.se) for e in UNEQUAL], method=method
    )
    assert scaled.tau2 == pytest.approx(1e6 * plain.tau2, rel=SHARP, abs=0)
    assert scaled.tau2_high == pytest.approx(1e6 * plain.tau2_high, rel=SHARP, abs=0)
    assert scaled.i2 == pytest.approx(plain.i2, rel=SHARP, abs=0)
    assert scaled.q == pytest.approx(plain.q, rel=EXACT, abs=0)


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_shifting_or_turning_all_effects_does_not_change_heterogeneity(method):
    plain = heterogeneity(UNEQUAL, method=method).tau2
    for sign, shift in ((1, 50.0), (-1, 0.0)):
        moved = [Estimate(study=e.study, estimate=sign * e.estimate + shift, se=e.se) for e in UNEQUAL]
        assert heterogeneity(moved, method=method).tau2 == pytest.approx(plain, rel=SHARP, abs=0)


@pytest.mark.parametrize("method", [m for m in TAU2_METHODS if m != "SJ"])
def test_less_scatter_than_chance_gives_zero(method):
    found = heterogeneity(studies([1.0, 1.1, 0.9], [1.0, 2.0, 1.5]), method=method)
    assert found.tau2 == 0.0
    assert found.i2 == 0.0
    assert found.tau2_low == 0.0


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_the_same_effect_in_every_study_gives_zero(method):
    assert heterogeneity(studies([2.0, 2.0, 2.0], [1.0, 0.5, 0.1]), method=method).tau2 == 0.0


def test_one_study_has_q_but_no_tau2():
    found = heterogeneity(studies([2.0], [1.0]))
    assert (found.tau2, found.i2, found.q_p_value) == (None, None, None)
    assert (found.q, found.q_df) == (0.0, 0)


def test_an_unknown_method_is_refused_with_the_choices():
    with pytest.raises(InputError, match="'EB'; expected one of DL, PM, REML, ML, SJ, HE"):
        heterogeneity(UNEQUAL, method="EB")
