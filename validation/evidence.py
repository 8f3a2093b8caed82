"""Print how far the statistics of the trials agree with R's metafor and with long MCMC runs.

Run from the checkout: python validation/evidence.py. The references are pinned beside it: metafor/reference.json by
metafor/reference.R, posterior_mcmc.json by posterior_mcmc.py.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from trochlea.evidence.estimate import Estimate
from trochlea.evidence.heterogeneity import TAU2_METHODS, heterogeneity
from trochlea.evidence.inconsistency import design_by_treatment, node_splits
from trochlea.evidence.meta_regression import meta_regression
from trochlea.evidence.network import fit_network
from trochlea.evidence.network_input import StudyContrasts, against_first
from trochlea.evidence.pooling import pool_random_effects
from trochlea.evidence.posterior import compare_posterior, fit_posterior
from trochlea.evidence.tau_prior import half_cauchy, half_normal, rhodes_2015

HERE = Path(__file__).parent
ROUNDING = 1e-15
"""Differences below this are rounding."""
PRIORS = {
    "hasselblad1998, half-normal 1": half_normal(1.0),
    "eight schools, half-Cauchy 25": half_cauchy(25.0),
    "hip and knee, log-t of Rhodes 2015 times SD 10": rhodes_2015(sd=10.0),
}


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def estimates_of(block):
    pairs = zip(block["yi"], block["vi"], strict=True)
    return [Estimate(study=str(i), estimate=y, se=v**0.5) for i, (y, v) in enumerate(pairs)]


def studies_of(block):
    studies = []
    for i, study in enumerate(block["studies"]):
        y, covariance = against_first(np.array(study["effects"]), np.array(study["variances"]))
        names = tuple(study["treatments"])
        studies.append(StudyContrasts(study=str(i), treatments=names, estimates=y, covariance=covariance))
    return studies


def compare_pairwise(reference, note):
    for block in reference["pairwise"]:
        estimates = estimates_of(block)
        for method in TAU2_METHODS:
            expected, spread = block["methods"][method], heterogeneity(estimates, method=method)
            note("tau2 and I2, six estimators", spread.tau2, expected["tau2"])
            note("tau2 and I2, six estimators", spread.i2, expected["i2"])
            for name in ("tau2_low", "tau2_high", "i2_low", "i2_high"):
                note("intervals of tau2 and I2 by Q-profile", getattr(spread, name), block["q_profile"][name])
            for key, hartung_knapp in (("normal", False), ("knha", True)):
                pooled = pool_random_effects(estimates, method=method, hartung_knapp=hartung_knapp)
                for name in ("estimate", "se", "ci_low", "ci_high", "p_value", "prediction_low", "prediction_high"):
                    note("pools, normal and Hartung-Knapp", getattr(pooled, name), expected[key][name])


def compare_regressions(reference, note):
    for block in reference["regressions"]:
        estimates = estimates_of(block)
        columns = np.array(block["x"]).reshape(len(estimates), -1).T
        moderators = dict(zip(block["names"], columns, strict=True))
        for method in TAU2_METHODS:
            expected, found = block["fits"][method], meta_regression(estimates, moderators, method=method)
            for key, values in (
                ("coefficients", found.coefficients),
                ("se_knha", found.se),
                ("p_knha", found.p_values),
            ):
                for value, wanted in zip(values, expected[key], strict=True):
                    note("meta-regression", value, wanted)


def compare_networks(reference, note):
    for block in reference["networks"]:
        studies = studies_of(block)
        for method in ("DL", "REML", "ML"):
            network, expected = (
                fit_network(studies, reference=block["treatments"][0], method=method),
                block["fits"][method],
            )
            note("networks, tau2", network.tau2, expected["tau2"])
            for value, wanted in zip(network.estimates[1:], expected["estimates"], strict=True):
                note("networks, effects", value, wanted)
            for value, wanted in zip(network.covariance[1:, 1:].ravel(), np.ravel(expected["covariance"]), strict=True):
                note("networks, covariances", value, wanted)
        note("design-by-treatment test", design_by_treatment(studies).q_random, block["design_test"]["q_random"])
        for split, wanted in zip(node_splits(studies).splits, block["node_splits"], strict=True):
            for name in ("difference", "se", "indirect", "indirect_se"):
                note("node-splitting", getattr(split, name), wanted[name])


def main():
    reference = read("metafor/reference.json")
    versions = reference["source"]["versions"]
    worst, counts = defaultdict(float), defaultdict(int)

    def note(kind, found, expected):
        if expected is None:
            return
        counts[kind] += 1
        difference = abs(found - expected)
        if expected and difference > ROUNDING:
            worst[kind] = max(worst[kind], difference / abs(expected))

    compare_pairwise(reference, note)
    compare_regressions(reference, note)
    compare_networks(reference, note)
    sets, networks = len(reference["pairwise"]), len(reference["networks"])
    print(f"metafor {versions['metafor']}: {sets} data sets, {networks} networks with multi-arm trials")
    print(f"{'compared':40s} {'values':>7s} {'worst relative difference':>26s}")
    for kind, n in counts.items():
        print(f"{kind:40s} {n:7d} {worst[kind]:26.1e}")
    runs = read("posterior_mcmc.json")
    draws = runs["source"]["chains"] * runs["source"]["kept"]
    print(f"\nexact posterior against {draws:,} steps of MCMC: largest distance in standard errors of the run")
    for name, case in runs["cases"].items():
        posterior = fit_posterior(studies_of(case), PRIORS[name], reference=case["reference"])
        pairs = [(getattr(posterior, f"tau_{key}"), case["tau"][key]) for key in ("low", "median", "high")]
        for treatment, run in case["effects"].items():
            effect = compare_posterior(posterior, treatment, case["reference"])
            pairs += [(effect.ci_low, run["low"]), (effect.median, run["median"]), (effect.ci_high, run["high"])]
            pairs.append((effect.probability_above_zero, run["above_zero"]))
        distance = max(abs(exact - mean) / error for exact, (mean, error) in pairs)
        print(f"{name:50s} {len(pairs):3d} values {distance:6.1f}")


if __name__ == "__main__":
    main()
