"""The exact posterior against a long MCMC run, closed forms and brute force."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from trochlea.errors import InputError
from trochlea.evidence.linear_model import fit_weighted
from trochlea.evidence.network_input import StudyContrasts, against_first
from trochlea.evidence.posterior import (
    compare_posterior,
    data_inform_tau,
    fit_posterior,
    mixture_quantiles,
    tau_density,
)
from trochlea.evidence.tau_prior import half_cauchy, half_normal, log_density, quantile, rhodes_2015, turner_2015

RUNS = json.loads((Path(__file__).parents[2] / "validation" / "posterior_mcmc.json").read_text(encoding="utf-8"))
PRIORS = {
    "hasselblad1998, half-normal 1": half_normal(1.0),
    "eight schools, half-Cauchy 25": half_cauchy(25.0),
    "hip and knee, log-t of Rhodes 2015 times SD 10": rhodes_2015(sd=10.0),
}
FOUR_ERRORS = 4.0
"""Distance allowed in standard errors of the run; 33 figures are compared and the largest distance seen is 2.7."""
BRUTE = 1e-6
"""Against sums over 400,000 steps of tau; the worst difference seen is 2e-8."""
EXACT = 1e-10
"""Closed forms; the worst relative difference seen is 4e-13."""


def pair(study, estimate, se, a="hip", b="knee"):
    return StudyContrasts(
        study=study, treatments=(b, a), estimates=np.array([estimate]), covariance=np.array([[se**2]])
    )


PAIRS = [pair(str(i), y, s) for i, (y, s) in enumerate([(0.2, 0.3), (1.4, 0.5), (-0.6, 0.4), (2.1, 0.7), (0.9, 0.2)])]


@pytest.mark.parametrize("name", list(RUNS["cases"]))
def test_the_exact_posterior_is_that_of_a_long_mcmc_run(name):
    case = RUNS["cases"][name]
    studies = []
    for i, study in enumerate(case["studies"]):
        estimates, covariance = against_first(np.array(study["effects"]), np.array(study["variances"]))
        studies.append(
            StudyContrasts(
                study=str(i), treatments=tuple(study["treatments"]), estimates=estimates, covariance=covariance
            )
        )
    posterior = fit_posterior(studies, PRIORS[name], reference=case["reference"])
    found = [(posterior.tau_low, "low"), (posterior.tau_median, "median"), (posterior.tau_high, "high")]
    compared = [(value, case["tau"][key]) for value, key in found]
    for treatment, run in case["effects"].items():
        effect = compare_posterior(posterior, treatment, case["reference"])
        compared += [(effect.ci_low, run["low"]), (effect.median, run["median"]), (effect.ci_high, run["high"])]
        compared.append((effect.probability_above_zero, run["above_zero"]))
    distances = [abs(exact - mean) / error for exact, (mean, error) in compared]
    assert max(distances) < FOUR_ERRORS


@pytest.mark.parametrize("prior", [half_normal(1.0), half_cauchy(0.5), turner_2015()], ids=lambda prior: prior.name)
def test_the_posterior_of_tau_is_prior_times_likelihood_summed_by_brute_force(prior):
    posterior = fit_posterior(PAIRS, prior)
    tau = np.linspace(1e-7, 60.0, 400_001)
    density = np.exp(log_density(prior, tau) + fit_weighted(posterior.model, tau**2).log_restricted)
    below = np.cumsum(density) / density.sum()
    for value, p in ((posterior.tau_low, 0.025), (posterior.tau_median, 0.5), (posterior.tau_high, 0.975)):
        assert np.interp(value, tau + (tau[1] - tau[0]) / 2, below) == pytest.approx(p, rel=0, abs=2e-5)
    assert np.trapezoid(tau_density(posterior, tau), tau) == pytest.approx(1.0, rel=0, abs=2e-4)


@pytest.mark.parametrize("prior", [half_normal(1.0), half_cauchy(0.5), rhodes_2015()], ids=lambda prior: prior.name)
@pytest.mark.parametrize("n", [2, 5, 80])
def test_the_evidence_is_that_of_adaptive_quadrature(n, prior):
    """By scipy's quad over log(tau), split at the peak; 80 studies make a narrow one."""
    rng = np.random.default_rng(n)
    posterior = fit_posterior([pair(str(i), y, 0.2) for i, y in enumerate(rng.normal(0.0, 0.6, n))], prior)

    def height(s):
        tau = math.exp(s)
        return float(log_density(prior, tau) + fit_weighted(posterior.model, tau**2).log_restricted[0]) + s

    grid = np.linspace(-12.0, 6.0, 181)
    top = max(height(s) for s in grid)
    peak = float(grid[np.argmax([height(s) for s in grid])])
    parts = [(-400.0, -20.0), (-20.0, peak - 1.0), (peak - 1.0, peak), (peak, peak + 1.0), (peak + 1.0, 60.0)]
    total = sum(quad(lambda s: math.exp(height(s) - top), *ends, epsabs=1e-13, epsrel=1e-11)[0] for ends in parts)
    assert posterior.log_evidence == pytest.approx(top + math.log(total), rel=0, abs=1e-9)


def test_one_study_gives_back_its_prior_and_a_flat_prior_interval_at_tau_zero():
    """By hand: without degrees of freedom the posterior of tau is its prior."""
    prior = half_normal(1e-9)
    posterior = fit_posterior([pair("a", 2.0, 0.5)], prior)
    assert posterior.information_bits == 0.0
    assert posterior.tau_median == pytest.approx(float(quantile(prior, 0.5)), rel=EXACT, abs=0)
    effect = compare_posterior(posterior, "hip", "knee")
    expected = [2 - 1.959963984540054 * 0.5, 2.0, 2 + 1.959963984540054 * 0.5]
    assert [effect.ci_low, effect.median, effect.ci_high] == pytest.approx(expected, rel=EXACT, abs=0)


def test_a_prior_at_zero_gives_the_common_effect():
    posterior = fit_posterior(PAIRS, half_normal(1e-9))
    weights = np.array([0.3, 0.5, 0.4, 0.7, 0.2]) ** -2.0
    mean = weights @ [0.2, 1.4, -0.6, 2.1, 0.9] / weights.sum()
    assert compare_posterior(posterior, "hip", "knee").median == pytest.approx(mean, rel=EXACT, abs=0)


@pytest.mark.parametrize("prior", [half_normal(1.0), half_cauchy(0.5), rhodes_2015()], ids=lambda prior: prior.name)
def test_order_direction_and_scale_carry_over(prior):
    scale = 1000.0
    turned = [
        StudyContrasts(
            study=s.study,
            treatments=s.treatments[::-1],
            estimates=-scale * s.estimates,
            covariance=scale**2 * s.covariance,
        )
        for s in reversed(PAIRS)
    ]
    wider = {"half-normal": half_normal(scale), "half-cauchy": half_cauchy(0.5 * scale), "log-t": rhodes_2015(sd=scale)}
    plain = compare_posterior(fit_posterior(PAIRS, prior), "hip", "knee")
    found = compare_posterior(fit_posterior(turned, wider[prior.family]), "hip", "knee")
    assert found.median == pytest.approx(scale * plain.median, rel=EXACT, abs=0)
    assert found.prediction_high == pytest.approx(scale * plain.prediction_high, rel=EXACT, abs=0)
    assert found.probability_above_zero == pytest.approx(plain.probability_above_zero, rel=EXACT, abs=0)


def test_data_that_contradict_the_prior_are_still_followed():
    """Studies scatter by 10 under a prior of scale 0.02: 500 of its SDs away, a double still holds the answer."""
    far = [pair(str(i), y, 0.1) for i, y in enumerate([-10.0, -5.0, 0.0, 5.0, 10.0])]
    posterior = fit_posterior(far, half_normal(0.3))
    assert 2.0 < posterior.tau_median < 10.0
    assert data_inform_tau(posterior)[0]


def test_few_studies_hardly_inform_tau_and_many_do():
    few, sentence = data_inform_tau(fit_posterior(PAIRS[:1], half_normal(1.0)))
    assert not few
    assert sentence.startswith("the data hardly inform tau (0.00 bits beyond the prior half-normal, scale 1;")
    rng = np.random.default_rng(1)
    many = [pair(str(i), y, 0.1) for i, y in enumerate(rng.normal(0.0, 0.5, 60))]
    assert data_inform_tau(fit_posterior(many, half_normal(1.0)))[0]


def test_information_is_the_divergence_of_posterior_from_prior():
    prior = half_normal(1.0)
    posterior = fit_posterior(PAIRS, prior)
    tau = np.linspace(1e-7, 12.0, 400_001)
    density = tau_density(posterior, tau)
    gain = np.where(density > 0, np.log(np.maximum(density, 1e-300)) - log_density(prior, tau), 0.0)
    assert posterior.information_bits == pytest.approx(
        np.trapezoid(density * gain, tau) / math.log(2), rel=0, abs=BRUTE
    )


def test_the_prediction_holds_the_effect_of_a_new_study():
    effect = compare_posterior(fit_posterior(PAIRS, half_normal(1.0)), "hip", "knee")
    assert effect.prediction_low < effect.ci_low < effect.median < effect.ci_high < effect.prediction_high


def test_a_mixture_of_two_far_normals_has_the_quantile_of_one():
    """By hand: half of each; a quarter lies below the median of the lower one, and above that of the higher one."""
    weights, means, sds = np.array([0.5, 0.5]), np.array([0.0, 1000.0]), np.array([1.0, 1.0])
    assert mixture_quantiles(weights, means, sds, [0.25, 0.75]) == pytest.approx([0.0, 1000.0], rel=0, abs=1e-10)


@pytest.mark.parametrize(
    ("a", "b", "reason"), [("hip", "hip", "two different treatments"), ("hip", "rest", "rest is not in the network")]
)
def test_a_comparison_that_is_not_there_is_refused(a, b, reason):
    with pytest.raises(InputError, match=reason):
        compare_posterior(fit_posterior(PAIRS, half_normal(1.0)), a, b)
