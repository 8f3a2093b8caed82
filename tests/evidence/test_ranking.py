"""Ranks: closed forms, exactness against draws, and what is withheld."""

import math

import numpy as np
import pytest

from trochlea.evidence.network import compare, fit_network
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.posterior import fit_posterior
from trochlea.evidence.ranking import N_DRAWS, p_scores, sucra, thin_comparisons
from trochlea.evidence.tau_prior import half_cauchy, half_normal

EXACT = 1e-12
"""Closed forms; the worst relative difference seen is 4e-16."""
FOUR_ERRORS = 4.0 * math.sqrt(0.25 / N_DRAWS)
"""Four standard errors of a probability from the draws; the worst difference seen is 2.1 of them."""


def pair(study, a, b, estimate, se):
    return StudyContrasts(
        study=study, treatments=(b, a), estimates=np.array([estimate]), covariance=np.array([[se**2]])
    )


TRIANGLE = [
    pair(f"{a}{b}{i}", a, b, estimate + 0.3 * i, 0.8)
    for a, b, estimate in (("hip", "knee", 0.5), ("hip", "control", 1.5), ("knee", "control", 1.2))
    for i in (-1, 0, 1)
]


def rng():
    return np.random.default_rng(5)


def by_name(ranking):
    return {rank.treatment: rank for rank in ranking.ranks}


def test_the_p_score_of_two_treatments_is_the_probability_of_being_better():
    """By hand: difference 1 with se 0.5 on three equal studies of se 0.5 sqrt(3)."""
    studies = [pair(str(i), "hip", "knee", 1.0, 0.5 * math.sqrt(3)) for i in range(3)]
    network = fit_network(studies)
    found = by_name(p_scores(network, studies, higher_is_better=True, rng=rng()))
    probability = 0.5 * math.erfc(-2 / math.sqrt(2))
    assert found["hip"].score == pytest.approx(probability, rel=EXACT, abs=0)
    assert found["knee"].score == pytest.approx(1 - probability, rel=1e-9, abs=0)
    assert found["hip"].mean_rank == pytest.approx(2 - probability, rel=EXACT, abs=0)
    assert found["hip"].probability_best == pytest.approx(probability, rel=0, abs=FOUR_ERRORS)


@pytest.mark.parametrize("kind", ["P-score", "SUCRA"])
def test_scores_average_a_half_and_ranks_add_up(kind):
    ranking = ranking_of(kind, higher_is_better=True)
    assert ranking.kind == kind
    assert sum(rank.score for rank in ranking.ranks) == pytest.approx(1.5, rel=EXACT, abs=0)
    assert sum(rank.mean_rank for rank in ranking.ranks) == pytest.approx(6.0, rel=EXACT, abs=0)
    assert sum(rank.probability_best for rank in ranking.ranks) == pytest.approx(1.0, rel=EXACT, abs=0)
    assert [rank.treatment for rank in ranking.ranks] == ["hip", "knee", "control"]
    assert ranking.sentence == ""


def ranking_of(kind, **settings):
    if kind == "P-score":
        return p_scores(fit_network(TRIANGLE), TRIANGLE, rng=rng(), **settings)
    return sucra(fit_posterior(TRIANGLE, half_normal(0.5)), TRIANGLE, rng=rng(), **settings)


@pytest.mark.parametrize("kind", ["P-score", "SUCRA"])
def test_where_lower_is_better_the_scores_turn_round(kind):
    higher, lower = (by_name(ranking_of(kind, higher_is_better=better)) for better in (True, False))
    for name, rank in higher.items():
        assert lower[name].score == pytest.approx(1 - rank.score, rel=EXACT, abs=0)


@pytest.mark.parametrize("kind", ["P-score", "SUCRA"])
def test_the_reference_does_not_matter(kind):
    expected = by_name(ranking_of(kind, higher_is_better=True))
    if kind == "P-score":
        network = fit_network(TRIANGLE, reference="control")
        found = by_name(p_scores(network, TRIANGLE, higher_is_better=True, rng=rng()))
    else:
        posterior = fit_posterior(TRIANGLE, half_normal(0.5), reference="control")
        found = by_name(sucra(posterior, TRIANGLE, higher_is_better=True, rng=rng()))
    for name, rank in expected.items():
        assert found[name].score == pytest.approx(rank.score, rel=1e-10, abs=0)
        assert found[name].probability_best == pytest.approx(rank.probability_best, rel=0, abs=2 * FOUR_ERRORS)


def test_sucra_under_a_prior_without_heterogeneity_is_the_p_score_of_the_common_effect():
    posterior = fit_posterior(TRIANGLE, half_normal(1e-9))
    bayesian = by_name(sucra(posterior, TRIANGLE, higher_is_better=True, rng=rng()))
    network = fit_network(TRIANGLE, model="common")
    for rank in p_scores(network, TRIANGLE, higher_is_better=True, rng=rng()).ranks:
        assert bayesian[rank.treatment].score == pytest.approx(rank.score, rel=1e-9, abs=0)


def test_the_uncertainty_of_tau_pulls_scores_to_the_middle():
    narrow = by_name(sucra(fit_posterior(TRIANGLE, half_normal(1e-9)), TRIANGLE, higher_is_better=True, rng=rng()))
    wide = by_name(sucra(fit_posterior(TRIANGLE, half_cauchy(5.0)), TRIANGLE, higher_is_better=True, rng=rng()))
    assert 0.5 < wide["hip"].score < narrow["hip"].score


def test_a_clear_winner_has_one_rank_and_equal_treatments_have_all():
    far = [pair(f"{i}{b}", "hip", b, 50.0, 0.5) for i in range(3) for b in ("knee", "control")]
    found = by_name(p_scores(fit_network(far), far, higher_is_better=True, rng=rng()))
    assert (found["hip"].rank_low, found["hip"].rank_high) == (1, 1)
    assert (found["knee"].rank_low, found["knee"].rank_high) == (2, 3)


def test_a_treatment_with_a_thin_comparison_is_not_ranked_and_the_reason_is_given():
    thin = TRIANGLE[:-1]
    ranking = p_scores(fit_network(thin), thin, higher_is_better=True, rng=rng())
    found = by_name(ranking)
    assert found["hip"].score is not None
    assert (found["knee"].score, found["control"].mean_rank, found["control"].rank_low) == (None, None, None)
    assert found["knee"].withheld == "control with knee rests on 2 studies; expected at least 3"
    assert ranking.sentence.startswith(
        "P-score withheld for treatments whose comparisons rest on fewer than 3 studies: "
    )
    assert ranking.sentence.endswith(": control with knee rests on 2 studies")
    assert [rank.treatment for rank in ranking.ranks] == ["hip", "control", "knee"]


def test_the_number_of_studies_that_is_enough_can_be_chosen():
    thin = TRIANGLE[:-1]
    ranking = p_scores(fit_network(thin), thin, higher_is_better=True, rng=rng(), min_studies=2)
    assert all(rank.score is not None for rank in ranking.ranks)


def test_thin_comparisons_are_named_with_their_number():
    direct = {("control", "hip"): ("a",), ("control", "knee"): ("a", "b", "c")}
    assert thin_comparisons("control", direct, min_studies=3) == ("control with hip rests on 1 study",)
    assert thin_comparisons("knee", direct, min_studies=3) == ()


def test_the_same_generator_gives_the_same_ranks():
    assert ranking_of("SUCRA", higher_is_better=True) == ranking_of("SUCRA", higher_is_better=True)
    assert compare(fit_network(TRIANGLE), "hip", "control").estimate > 0
