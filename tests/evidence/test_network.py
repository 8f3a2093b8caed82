"""Networks: properties, stars, single trials, parts not connected; agreement with R is in test_metafor.py."""

import re

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.connection import (
    connected_parts,
    split_network,
)
from trochlea.evidence.effect_size import ContinuousArm
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.heterogeneity import heterogeneity
from trochlea.evidence.network import compare, fit_network, league_table
from trochlea.evidence.network_input import StudyContrasts, contrasts_from_means
from trochlea.evidence.network_model import contrast_design, ordered_treatments
from trochlea.evidence.pooling import pool_random_effects

EXACT = 1e-9
"""Symmetries with tau2 found by iteration; the worst relative difference seen is 6e-13."""


def trial(study, **arms):
    """A study of arms with (mean, se)."""
    return [
        ContinuousArm(study=study, treatment=name.replace("_", "+"), n=20, mean=mean, sd=se * 20**0.5)
        for name, (mean, se) in arms.items()
    ]


ARMS = [
    *trial("one", hip=(5.0, 1.0), knee=(3.5, 1.2), control=(1.0, 0.8)),
    *trial("two", knee=(2.0, 0.9), hip=(4.6, 1.1)),
    *trial("three", control=(0.4, 0.7), hip_knee=(6.5, 1.0)),
    *trial("four", hip=(2.0, 0.6), hip_knee=(2.2, 0.8)),
    *trial("five", control=(0.0, 1.0), knee=(4.4, 0.9), hip=(1.0, 1.0)),
]
STUDIES = contrasts_from_means(ARMS)


def table(network):
    return {(c.a, c.b): (c.estimate, c.se, c.prediction_low) for c in league_table(network)}


def same(found, expected, scale=1.0):
    assert found.keys() == expected.keys()
    for pair, values in expected.items():
        assert found[pair] == pytest.approx([scale * value for value in values], rel=EXACT, abs=1e-9 * scale)


@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM"])
def test_order_of_studies_of_arms_and_the_reference_do_not_matter(method):
    expected = table(fit_network(STUDIES, method=method))
    turned = contrasts_from_means(ARMS[::-1])
    same(table(fit_network(turned, method=method, reference="control")), expected)
    same(table(fit_network(turned[::-1], method=method, reference="hip+knee")), expected)


def test_scaling_the_outcome_scales_everything():
    scaled = [ContinuousArm(study=a.study, treatment=a.treatment, n=a.n, mean=10 * a.mean, sd=10 * a.sd) for a in ARMS]
    plain, found = fit_network(STUDIES), fit_network(contrasts_from_means(scaled))
    assert found.tau2 == pytest.approx(100 * plain.tau2, rel=EXACT, abs=0)
    same(table(found), table(plain), scale=10.0)


def test_splitting_a_study_into_two_halves_leaves_the_common_effect():
    halves = [
        StudyContrasts(study=f"one{i}", treatments=s.treatments, estimates=s.estimates, covariance=2 * s.covariance)
        for s in STUDIES[:1]
        for i in (1, 2)
    ]
    whole, split = fit_network(STUDIES, model="common"), fit_network([*halves, *STUDIES[1:]], model="common")
    for a, b in (("hip", "knee"), ("hip+knee", "control")):
        assert compare(split, a, b).estimate == pytest.approx(compare(whole, a, b).estimate, rel=EXACT, abs=0)
        assert compare(split, a, b).se == pytest.approx(compare(whole, a, b).se, rel=EXACT, abs=0)


def test_two_treatments_are_the_pairwise_random_effects():
    estimates = [
        Estimate(study=str(i), estimate=y, se=s) for i, (y, s) in enumerate([(1, 0.5), (3, 0.4), (-1, 0.6), (2, 1)])
    ]
    studies = [
        StudyContrasts(
            study=e.study, treatments=("b", "a"), estimates=np.array([e.estimate]), covariance=np.array([[e.se**2]])
        )
        for e in estimates
    ]
    pooled, network = pool_random_effects(estimates, hartung_knapp=False), fit_network(studies)
    found = compare(network, "a", "b")
    assert network.tau2 == pytest.approx(pooled.tau2, rel=EXACT, abs=0)
    spread = heterogeneity(estimates)
    assert (network.tau2_low, network.tau2_high) == pytest.approx((spread.tau2_low, spread.tau2_high), rel=EXACT, abs=0)
    expected = [
        pooled.estimate,
        pooled.se,
        pooled.ci_low,
        pooled.prediction_low,
        pooled.prediction_high,
        pooled.p_value,
    ]
    values = [found.estimate, found.se, found.ci_low, found.prediction_low, found.prediction_high, found.p_value]
    assert values == pytest.approx(expected, rel=EXACT, abs=0)


def test_the_league_table_closes_and_turns_its_sign():
    network = fit_network(STUDIES)
    league = {(c.a, c.b): c for c in league_table(network)}
    assert len(league) == 4 * 3
    for (a, b), comparison in league.items():
        assert comparison.estimate == pytest.approx(-league[b, a].estimate, rel=EXACT, abs=0)
        for c in set(network.treatments) - {a, b}:
            through = league[a, c].estimate + league[c, b].estimate
            assert comparison.estimate == pytest.approx(through, rel=EXACT, abs=1e-12)


def test_a_network_says_what_is_in_it():
    network = fit_network(STUDIES, reference="control")
    assert network.treatments == ("control", "hip", "hip+knee", "knee")
    assert (network.k, network.n, network.model, network.method) == (5, 12 * 20, "random", "REML")
    assert network.direct["hip", "knee"] == ("one", "two", "five")
    assert compare(network, "knee", "hip").direct_studies == ("one", "two", "five")
    assert compare(network, "knee", "hip+knee").direct_studies == ()
    assert network.q_df == 7 - 3


def test_a_single_trial_gives_back_its_own_contrasts():
    network = fit_network(STUDIES[:1])
    found = compare(network, "hip", "control")
    assert (found.estimate, found.se) == pytest.approx((4.0, (1 + 0.64) ** 0.5), rel=EXACT, abs=0)
    assert (network.tau2_low, network.tau2_high) == (None, None)
    assert (network.tau2, network.i2, network.q_p_value, found.prediction_low) == (None, None, None, None)
    assert network.warnings[0] == "one study: its own contrasts, no network evidence"
    assert "cannot be estimated" in network.warnings[1]


def test_one_degree_of_freedom_gives_tau2_but_no_prediction_interval():
    network = fit_network(
        contrasts_from_means([*trial("a", hip=(0, 1), knee=(5, 1)), *trial("b", hip=(0, 1), knee=(0, 1))])
    )
    assert network.tau2 == pytest.approx(12.5 - 2.0, rel=EXACT, abs=0)  # by hand: variance of 5 and 0, less 2
    assert compare(network, "hip", "knee").prediction_low is None
    assert network.warnings == ("1 degrees of freedom: the between-study variance is poorly known",)


def test_a_star_of_single_trials_works_and_says_that_tau2_cannot_be_had():
    star = contrasts_from_means([*trial("a", control=(0, 1), hip=(2, 1)), *trial("b", control=(1, 1), knee=(4, 1))])
    network = fit_network(star)
    assert compare(network, "knee", "hip").estimate == pytest.approx(1.0, rel=EXACT, abs=0)
    assert compare(network, "knee", "hip").se == pytest.approx(2.0, rel=EXACT, abs=0)
    assert network.tau2 is None
    assert len(network.warnings) == 1


APART = [*STUDIES, *contrasts_from_means(trial("six", brace=(1, 1), tape=(2, 1)))]


def test_parts_that_are_not_connected_are_named_and_split_never_joined():
    assert connected_parts(APART) == (("control", "hip", "hip+knee", "knee"), ("brace", "tape"))
    large, small = split_network(APART)
    assert [study.study for study in large] == ["one", "two", "three", "four", "five"]
    assert [study.study for study in small] == ["six"]
    with pytest.raises(
        InputError, match=re.escape("not connected: control, hip, hip+knee, knee | brace, tape; no trial")
    ):
        fit_network(APART)


def test_the_default_reference_stands_in_the_most_studies():
    assert ordered_treatments(STUDIES, None)[0] == "hip"


def test_the_design_of_a_contrast_with_the_reference_has_one_entry():
    rows = contrast_design(STUDIES[2], ("control", "hip", "hip+knee", "knee"))
    assert rows.tolist() == [[0.0, 1.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: fit_network([]), "no study for a network"),
        (lambda: fit_network([*STUDIES, STUDIES[0]]), "one: the same people would be counted twice"),
        (
            lambda: fit_network(STUDIES, reference="tape"),
            "reference 'tape' is not in the network; expected one of control",
        ),
        (lambda: fit_network(STUDIES, model="mixed"), "model 'mixed'; expected common or random"),
        (lambda: fit_network(STUDIES, method="SJ"), "'SJ'; expected one of REML, ML, DL, PM"),
        (lambda: compare(fit_network(STUDIES), "hip", "tape"), "tape is not in the network"),
        (lambda: compare(fit_network(STUDIES), "hip", "hip"), "hip with itself"),
        (
            lambda: fit_network(
                [*STUDIES, *contrasts_from_means(trial("six", hip=(1, 1), knee=(2, 1)), measure="SMD")]
            ),
            "measures MD, SMD are mixed",
        ),
    ],
)
def test_what_is_no_network_is_refused_with_the_reason(call, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        call()
