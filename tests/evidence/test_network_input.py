"""Studies as contrasts with their covariance: by hand, round trips and refusals."""

import itertools
import math
import re

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.effect_size import ContinuousArm, CountArm, hedges_g, odds_ratio, risk_difference, risk_ratio
from trochlea.evidence.network_input import (
    StudyContrasts,
    contrasts_from_counts,
    contrasts_from_means,
    contrasts_from_pairs,
)
from trochlea.evidence.pair_contrast import PairContrast

EXACT = 1e-12
"""Closed forms in double precision; the worst relative difference seen is 5e-16."""
MEANS = [
    ContinuousArm(study="s", treatment=name, n=n, mean=mean, sd=sd)
    for name, n, mean, sd in (("hip", 20, 5.0, 2.0), ("knee", 30, 3.0, 3.0), ("control", 25, 1.0, 2.5))
]
COUNTS = [
    CountArm(study="s", treatment=name, n=n, events=x)
    for name, n, x in (("hip", 20, 12), ("knee", 30, 9), ("control", 25, 4))
]


def pairs_of(effects, variances, study="s"):
    """All contrasts of independent arms, as a trial prints them."""
    return [
        PairContrast(
            study=study,
            a=a,
            b=b,
            estimate=effects[a] - effects[b],
            se=math.sqrt(variances[a] + variances[b]),
        )
        for a, b in itertools.combinations(effects, 2)
    ]


def test_arms_share_the_variance_of_the_first():
    """By hand: 4/20, 9/30 and 6.25/25 are 0.2, 0.3 and 0.25."""
    (study,) = contrasts_from_means(MEANS)
    assert study.treatments == ("hip", "knee", "control")
    assert study.estimates == pytest.approx([-2.0, -4.0], rel=EXACT, abs=0)
    assert study.covariance.ravel() == pytest.approx([0.5, 0.2, 0.2, 0.45], rel=EXACT, abs=0)
    assert (study.n, study.measure) == (75, "MD")


def test_standardised_differences_of_three_arms_by_hand():
    """Pooled SD over 72 degrees of freedom; the factor of 72 is gamma(36) / (6 gamma(35.5))."""
    (study,) = contrasts_from_means(MEANS, measure="SMD")
    sd = math.sqrt((19 * 4 + 29 * 9 + 24 * 6.25) / 72)
    factor = math.exp(math.lgamma(36) - math.lgamma(35.5)) / 6
    assert study.estimates == pytest.approx([-2 * factor / sd, -4 * factor / sd], rel=EXACT, abs=0)


@pytest.mark.parametrize(("measure", "size"), [("OR", odds_ratio), ("RR", risk_ratio), ("RD", risk_difference)])
def test_counts_of_two_arms_give_the_pairwise_effect_size(measure, size):
    (study,), pairwise = contrasts_from_counts(COUNTS[:2], measure=measure), size(COUNTS[1], COUNTS[0])
    assert study.estimates[0] == pytest.approx(pairwise.estimate, rel=EXACT, abs=0)
    assert study.covariance[0, 0] == pytest.approx(pairwise.se**2, rel=EXACT, abs=0)


def test_two_arms_give_the_pairwise_effect_size():
    (smd,) = contrasts_from_means(MEANS[:2], measure="SMD")
    pairwise = hedges_g(MEANS[1], MEANS[0])
    assert smd.estimates[0] == pytest.approx(pairwise.estimate, rel=EXACT, abs=0)
    assert smd.covariance[0, 0] == pytest.approx(pairwise.se**2, rel=EXACT, abs=0)


def test_the_covariance_of_standardised_differences_is_that_of_a_simulation():
    """40,000 three-arm trials of 40 people an arm; the tolerance is four standard errors of a simulated covariance."""
    rng, n, effects = np.random.default_rng(7), 40, np.array([0.0, 0.5, 1.0])
    people = rng.normal(size=(40_000, 3, n)) + effects[:, None]
    means, sd = people.mean(axis=2), np.sqrt(people.var(axis=2, ddof=1).mean(axis=1))
    g = (means[:, 1:] - means[:, :1]) / sd[:, None]
    simulated = np.cov(g.T)
    arms = [ContinuousArm(study="s", treatment=str(i), n=n, mean=m, sd=1.0) for i, m in enumerate(effects)]
    (study,) = contrasts_from_means(arms, measure="SMD")
    error = 4 * math.sqrt(2 / 40_000) * simulated.max()
    assert np.abs(study.covariance - simulated).max() < error + 0.002  # 0.002: terms of order 1/n^2


@pytest.mark.parametrize(("measure", "name"), [("OR", "log OR"), ("RR", "log RR"), ("RD", "RD")])
def test_an_empty_cell_of_a_multi_arm_study_gets_a_half_in_every_arm(measure, name):
    arms = [CountArm(study="s", treatment="hip", n=20, events=0), *COUNTS[1:]]
    (study,) = contrasts_from_counts(arms, measure=measure)
    assert study.marks == ("1/2 added to an empty cell",)
    assert study.measure == name
    if measure == "OR":
        expected = math.log(9.5 / 21.5) - math.log(0.5 / 20.5)
        assert study.estimates[0] == pytest.approx(expected, rel=EXACT, abs=0)


@pytest.mark.parametrize("m", [2, 3, 4, 5])
def test_contrasts_of_independent_arms_give_back_their_covariance(m):
    rng = np.random.default_rng(m)
    names = [f"t{i}" for i in range(m)]
    effects, variances = (
        dict(zip(names, rng.normal(size=m), strict=True)),
        dict(zip(names, rng.uniform(1, 3, m), strict=True)),
    )
    pairs = pairs_of(effects, variances)
    turned = [PairContrast(study=p.study, a=p.b, b=p.a, estimate=-p.estimate, se=p.se) for p in pairs[::2]] + pairs[
        1::2
    ]
    for given in (pairs, turned):
        (study,) = contrasts_from_pairs(given)
        first, rest = study.treatments[0], study.treatments[1:]
        assert study.estimates == pytest.approx([effects[t] - effects[first] for t in rest], rel=1e-10, abs=1e-12)
        expected = np.diag([variances[t] for t in rest]) + variances[first]
        if m == 2:
            expected = np.array([[sum(variances.values())]])
        assert study.covariance.ravel() == pytest.approx(expected.ravel(), rel=1e-10, abs=0)


def test_rounding_is_shared_among_contrasts_that_nearly_close():
    """By hand: 1.0, 1.0 and 2.3 miss by 0.3, and least squares moves each by 0.1."""
    pairs = [
        PairContrast(study="s", a="a", b="b", estimate=1.0, se=5.0),
        PairContrast(study="s", a="b", b="c", estimate=1.0, se=5.0),
        PairContrast(study="s", a="a", b="c", estimate=2.3, se=5.0),
    ]
    (study,) = contrasts_from_pairs(pairs)
    found = dict(zip(study.treatments[1:], study.estimates, strict=True))
    assert study.treatments[0] == "b"
    assert found["a"] == pytest.approx(1.1, rel=EXACT, abs=0)
    assert found["c"] == pytest.approx(-1.1, rel=EXACT, abs=0)


AB = PairContrast(study="s", a="a", b="b", estimate=1.0, se=1.0)
BC = PairContrast(study="s", a="b", b="c", estimate=1.0, se=1.0)
AC = PairContrast(study="s", a="a", b="c", estimate=2.0, se=1.0)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: contrasts_from_pairs([AB, BC]), "s: 3 treatments, but no contrast of a with c"),
        (lambda: contrasts_from_pairs([AB, AB]), "s: a contrast stands twice"),
        (
            lambda: contrasts_from_pairs([AB, BC, PairContrast(study="s", a="a", b="c", estimate=-2.0, se=1.0)]),
            "s: its contrasts do not close (gap 4, allowed 0.1); check signs and directions",
        ),
        (
            lambda: contrasts_from_pairs([AB, BC, PairContrast(study="s", a="a", b="c", estimate=2.0, se=3.0)]),
            "s: the SEs of its contrasts fit no set of arms",
        ),
        (
            lambda: contrasts_from_pairs(
                [
                    PairContrast(study="s", a=a, b=b, estimate=0.0, se=2.0 if a + b == "ab" else 1.5)
                    for a, b in itertools.combinations("abcd", 2)
                ]
            ),
            "s: the SEs of its contrasts fit no set of arms",
        ),
        (lambda: PairContrast(study="s", a="a", b="b", estimate=1.0, se=0.0), "s, a minus b: estimate 1.0 with se 0.0"),
        (lambda: PairContrast(study="s", a="a", b="a", estimate=1.0, se=1.0), "expected two different treatments"),
        (lambda: contrasts_from_means(MEANS[:1]), "s: only the arm hip; a study needs two arms"),
        (lambda: contrasts_from_means([*MEANS, MEANS[0]]), "s: two arms of one treatment; combine them first"),
        (lambda: contrasts_from_means(MEANS, measure="ROM"), "measure 'ROM'; expected MD or SMD"),
        (lambda: contrasts_from_counts(COUNTS, measure="HR"), "measure 'HR'; expected OR, RR or RD"),
        (
            lambda: contrasts_from_means(
                [MEANS[0], ContinuousArm(study="s", treatment="knee", n=9, mean=1.0, sd=1.0, kind="change")]
            ),
            "s: final values and changes are mixed",
        ),
        (
            lambda: contrasts_from_counts([CountArm(study="s", treatment=t, n=9, events=0) for t in "ab"]),
            "s: no arm, or everybody, had the outcome",
        ),
        (
            lambda: StudyContrasts(
                study="s", treatments=("a", "b"), estimates=np.zeros(1), covariance=np.zeros((1, 1))
            ),
            "s: a sampling variance is not above zero",
        ),
        (
            lambda: StudyContrasts(
                study="s",
                treatments=("a", "b", "c"),
                estimates=np.zeros(2),
                covariance=np.array([[1.0, 2.0], [2.0, 1.0]]),
            ),
            "s: the contrasts' covariance is not positive definite",
        ),
        (
            lambda: StudyContrasts(study="s", treatments=("a", "a"), estimates=np.zeros(1), covariance=np.eye(1)),
            "expected two or more different ones",
        ),
        (
            lambda: StudyContrasts(study="s", treatments=("a", "b"), estimates=np.zeros(2), covariance=np.eye(2)),
            "s: expected 1 contrasts with their covariance",
        ),
        (
            lambda: StudyContrasts(
                study="s", treatments=("a", "b"), estimates=np.array([np.nan]), covariance=np.eye(1)
            ),
            "is missing or infinite",
        ),
    ],
)
def test_impossible_studies_are_refused_with_the_reason(call, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        call()


def test_arrays_are_read_only():
    (study,) = contrasts_from_means(MEANS)
    with pytest.raises(ValueError, match="read-only"):
        study.estimates[0] = 1.0
