"""Priors of tau: densities, probabilities and quantiles belong together; published ones have published parameters."""

import math

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.tau_prior import (
    LARGEST_TAU,
    RHODES_2015,
    TURNER_2015,
    TauPrior,
    cumulative,
    half_cauchy,
    half_normal,
    log_density,
    quantile,
    rhodes_2015,
    tau_at_score,
    turner_2015,
)

PRIORS = [half_normal(0.5), half_normal(20.0), half_cauchy(3.0), rhodes_2015(), rhodes_2015(sd=12.0), turner_2015()]
INTEGRATED = 1e-7
"""A trapezoidal sum of the density over 200,000 steps of log(tau); the worst difference seen is 3e-9."""
EXACT = 1e-12
"""Quantile against probability; the worst relative difference seen is 2e-13."""


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
def test_the_density_adds_up_to_the_probability(prior):
    s = np.linspace(-60.0, math.log(float(quantile(prior, 0.9))), 200_001)
    density = np.exp(log_density(prior, np.exp(s)) + s)
    below_start = float(cumulative(prior, math.exp(-60.0)))
    assert below_start + np.trapezoid(density, s) == pytest.approx(0.9, rel=0, abs=INTEGRATED)


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
def test_quantiles_turn_probabilities_round(prior):
    p = np.array([0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.999])
    assert cumulative(prior, quantile(prior, p)) == pytest.approx(p, rel=EXACT, abs=0)


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
def test_the_tails_are_finite_and_rising(prior):
    tau = tau_at_score(prior, np.linspace(-9.0, 37.0, 400))
    assert np.isfinite(tau).all()
    assert (np.diff(tau[tau < LARGEST_TAU]) >= 0).all()
    assert tau.max() <= LARGEST_TAU * (1 + EXACT)


def test_half_normal_and_half_cauchy_by_hand():
    """95 % of a half-normal lies below 1.959964 scales; half of a half-Cauchy below one."""
    assert quantile(half_normal(2.0), 0.95) == pytest.approx(2 * 1.959964, rel=1e-6, abs=0)
    assert quantile(half_cauchy(3.0), 0.5) == pytest.approx(3.0, rel=EXACT, abs=0)


@pytest.mark.parametrize(
    ("prior", "location", "scale", "t95"),
    [
        (rhodes_2015("any"), -3.44, 2.59, 2.015048),
        (rhodes_2015(), -3.02, 2.27, 2.015048),
        (rhodes_2015("subjective, non-pharmacological"), -2.62, 2.41, 2.015048),
        (turner_2015(), -1.38, 1.45, 1.644854),
        (turner_2015("functioning, non-pharmacological"), -2.10, 1.47, 1.644854),
        (turner_2015("subjective, non-pharmacological"), -2.26, 1.47, 1.644854),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_published_priors_have_the_published_parameters(prior, location, scale, t95):
    """95 % points of t on 5 degrees of freedom and of the normal from tables."""
    found = [2 * math.log(float(quantile(prior, p))) for p in (0.5, 0.95)]
    assert found == pytest.approx([location, location + t95 * scale], rel=0, abs=5e-6)


def test_a_difference_of_means_has_tau_times_the_sd():
    p = np.array([0.1, 0.5, 0.9])
    plain, scaled = quantile(rhodes_2015(), p), quantile(rhodes_2015(sd=12.0), p)
    assert scaled == pytest.approx(12.0 * plain, rel=EXACT, abs=0)


def test_every_published_prior_names_its_source():
    for outcome in RHODES_2015:
        assert "rhodes-2015-predictive" in rhodes_2015(outcome).citation
    for outcome in TURNER_2015:
        assert "turner-2015-predictive" in turner_2015(outcome).citation


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: half_normal(0.0), "scale 0.0, location 0.0; expected scale above 0"),
        (lambda: half_cauchy(float("nan")), "expected scale above 0"),
        (
            lambda: TauPrior(family="uniform", scale=1.0, name="u", citation="assumed"),
            "family 'uniform'; expected one of",
        ),
        (lambda: rhodes_2015("weight"), "outcome 'weight'; expected one of any"),
        (lambda: rhodes_2015(sd=-1.0), "sd -1.0; expected above 0"),
        (lambda: turner_2015("weight"), "outcome 'weight'"),
    ],
)
def test_what_is_no_prior_is_refused(call, reason):
    with pytest.raises(InputError, match=reason):
        call()
