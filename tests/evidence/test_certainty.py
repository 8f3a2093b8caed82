"""The computed domains follow their rules, the reviewer's word replaces them, and an open domain leaves no level."""

from dataclasses import replace

import pytest

from trochlea.evidence.certainty import COMPUTED, conclude, rate_certainty
from trochlea.evidence.comparison import Settings, compare_classes
from trochlea.evidence.concern import NOT_EVALUABLE, incoherence_concern, indirectness_concern, overall_risk
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.judgement import CONCERNS, DOMAINS, Judgement
from trochlea.evidence.selection import select

NONE, SOME, MAJOR = CONCERNS


@pytest.fixture(scope="module")
def data():
    return read_dataset()


@pytest.fixture(scope="module")
def hip_or_knee(data):
    selection = select(data, outcome="function", timepoint="short")
    return compare_classes(data, selection, class_a="hip", class_b="knee", settings=Settings())[0]


def rated(data, answer, *, interval=None, prediction=None, judgements=(), change=10.0):
    """One domain each of a pool with another interval."""
    pool = answer.common
    certainty = rate_certainty(
        data.biases,
        dict(zip(pool.studies, pool.weights, strict=True)),
        interval=interval or (pool.ci_low, pool.ci_high),
        prediction=prediction,
        scale=replace(data.instrument("AKPS"), important_change=change),
        judgements=judgements,
    )
    return {rating.domain: rating for rating in certainty.ratings}, certainty


def judged(domain, concerns):
    return Judgement(
        id="J",
        class_a="hip",
        class_b="knee",
        outcome="function",
        timepoint="short",
        domain=domain,
        concerns=concerns,
        reason="because",
        reviewer="R",
        date="2026-11-24",
    )


def test_every_domain_is_rated_once(hip_or_knee):
    assert [rating.domain for rating in hip_or_knee.certainty.ratings] == list(DOMAINS)


@pytest.mark.parametrize(
    ("interval", "change", "expected"),
    [
        ((-2.7, 2.0), 10.0, NONE),  # no effect that matters either way
        ((2.0, 9.0), 10.0, NONE),  # one side only
        ((-2.0, 11.0), 10.0, SOME),  # nothing, or something that matters
        ((-11.0, 12.0), 10.0, MAJOR),  # something that matters, either way
        ((-1.0, 2.0), None, SOME),
        ((1.0, 2.0), None, NONE),
    ],
)
def test_imprecision_asks_what_the_interval_leaves_open(data, hip_or_knee, interval, change, expected):
    ratings, _ = rated(data, hip_or_knee, interval=interval, change=change)
    assert ratings["imprecision"].concerns == expected


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        (None, NOT_EVALUABLE),
        ((-4.0, 4.0), NONE),
        ((-4.0, 11.0), SOME),
        ((-12.0, 11.0), MAJOR),
    ],
)
def test_heterogeneity_asks_what_a_new_trial_leaves_open(data, hip_or_knee, prediction, expected):
    ratings, _ = rated(data, hip_or_knee, prediction=prediction)
    assert ratings["heterogeneity"].concerns == expected


def test_a_trial_without_all_domains_is_not_assessed(data):
    assert overall_risk(data.biases, "Hott 2019")[0] == "not assessed"
    assert overall_risk(data.biases, "Khayambashi 2014")[0] == "high"
    assert overall_risk((), "Hott 2019") == ("not assessed", "Hott 2019: 5 of 5 domains not assessed")


@pytest.mark.parametrize(
    ("risks", "expected"),
    [
        (("low", "low"), NONE),
        (("some concerns", "low"), NONE),  # Hott carries 18 % of the weight
        (("low", "some concerns"), SOME),  # Hansen carries 82 %
        (("high", "low"), SOME),
        (("low", "high"), MAJOR),
    ],
)
def test_risk_of_bias_counts_by_weight(data, hip_or_knee, risks, expected):
    template = data.biases[0]
    domains = ("randomisation", "deviations", "missing data", "measurement", "selective reporting")
    biases = tuple(
        replace(template, id=f"{study}{domain}", study=study, domain=domain, risk=risk)
        for study, risk in zip(("Hott 2019", "Hansen 2023"), risks, strict=True)
        for domain in domains
    )
    ratings, _ = rated(replace(data, biases=biases), hip_or_knee)
    assert ratings["within-study bias"].concerns == expected


def test_an_open_domain_leaves_the_answer_unrated(data, hip_or_knee):
    _, certainty = rated(data, hip_or_knee)
    assert certainty.level == "not rated"
    assert "within-study bias" in certainty.sentence


def test_the_reviewers_word_replaces_the_rule_and_both_are_kept(data, hip_or_knee):
    ratings, _ = rated(data, hip_or_knee, judgements=(judged("imprecision", MAJOR),))
    rating = ratings["imprecision"]
    assert (rating.concerns, rating.source, rating.reason) == (MAJOR, "R", "because")
    assert rating.computed == NONE
    assert "10 points" in rating.computed_reason


@pytest.mark.parametrize(
    ("concerns", "level"),
    [
        ((NONE,) * 5, "high"),
        ((SOME, NONE, NONE, NONE, NONE), "moderate"),
        ((SOME, SOME, NONE, NONE, NONE), "low"),
        ((MAJOR, NONE, NONE, NONE, NONE), "low"),
        ((MAJOR, SOME, NONE, NONE, NONE), "very low"),
        ((MAJOR,) * 5, "very low"),
    ],
)
def test_each_concern_takes_its_steps_from_high(data, hip_or_knee, concerns, level):
    judgements = [judged(domain, word) for domain, word in zip(DOMAINS[:5], concerns, strict=True)]
    _, certainty = rated(data, hip_or_knee, judgements=judgements)
    assert certainty.level == level
    assert conclude(certainty.ratings) == certainty


def test_the_bundled_answer_is_rated_with_the_stored_judgements(hip_or_knee):
    sources = {rating.domain: rating.source for rating in hip_or_knee.certainty.ratings}
    assert sources["imprecision"] == "computed"
    assert sources["indirectness"] == "compilers of the bundled tables"
    assert hip_or_knee.certainty.level == "low"


@pytest.mark.parametrize(("p_value", "expected"), [(0.5, NONE), (0.05, SOME), (0.001, MAJOR), (None, NOT_EVALUABLE)])
def test_incoherence_follows_the_test_and_lowers_nothing_without_one(p_value, expected):
    concerns, reason = incoherence_concern(p_value, "direct against indirect evidence")
    assert concerns == expected
    assert ("lowers nothing" in reason) == (p_value is None)


def test_indirectness_says_how_much_is_direct_and_leaves_the_fit_to_a_reviewer():
    assert indirectness_concern(1.0)[1].startswith("all evidence is direct")
    assert indirectness_concern(0.25)[1].startswith("25 % of it is direct")
    assert indirectness_concern(0.25)[0] == NOT_EVALUABLE


def test_the_answer_says_whose_judgement_it_rests_on(hip_or_knee):
    assert hip_or_knee.certainty.sentence.endswith(
        "Judged, not computed: by compilers of the bundled tables on within-study bias, reporting bias, indirectness "
        "and heterogeneity."
    )
    ratings = tuple(replace(r, concerns=NONE, source=COMPUTED) for r in hip_or_knee.certainty.ratings)
    assert conclude(ratings).sentence == "Certainty high."
