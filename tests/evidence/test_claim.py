"""The page of the 2021 meta-analysis: reported, checked, not seen, and the two questions apart."""

from dataclasses import replace

import pytest

from trochlea.evidence.analysis import analyse
from trochlea.evidence.claim import read_claim
from trochlea.evidence.dataset import read_dataset


@pytest.fixture(scope="module")
def claim():
    data = read_dataset()
    return read_claim(data, analyse(data, with_networks=False).answers)


def test_it_tells_what_was_printed_and_that_it_agrees_with_itself(claim):
    printed = [(r.review.measure, r.review.estimate, r.review.ci_low, r.review.ci_high) for r in claim.reported]
    assert printed == [("MD", -1.71, -3.11, -0.3), ("SMD", 1.28, 0.45, 2.12)]
    assert all(item.agrees for item in claim.reported)


def test_the_values_that_the_claim_rests_on_are_told_as_not_seen(claim):
    unseen = {(row.arm_a, row.outcome) for row in claim.not_seen}
    assert {("hip", "pain"), ("hip", "function"), ("knee", "pain"), ("knee", "function")} <= unseen
    assert any("hip-only and knee-only programmes could not be seen" in text for text in claim.cannot)
    assert any("indirect evidence" in text for text in claim.cannot)


def test_the_two_questions_stay_apart(claim):
    assert [(q.class_a, q.class_b) for q in claim.questions] == [("hip+knee", "knee"), ("hip", "knee")]
    together, alone = claim.questions
    assert together.trials == ()
    assert {t.contrast.trial for t in alone.trials} == {"Hott 2019", "Hansen 2023"}
    assert not {r.review.id for r in together.reviews} & {r.review.id for r in alone.reviews}


def test_the_trial_of_2019_and_its_follow_up_are_one_trial(claim):
    alone = claim.questions[1]
    assert alone.sentence.startswith("2 trials with usable figures")
    assert [t.contrast.weeks for t in alone.trials if t.contrast.trial == "Hott 2019"] == [13.0, 52.0]
    assert all(pool.common.studies.count("Hott 2019") <= 1 for pool in alone.answers if pool.common)


def test_no_difference_and_equivalent_are_kept_apart(claim):
    verdicts = {(t.contrast.trial, t.contrast.weeks): t.verdict for t in claim.questions[1].trials}
    assert verdicts == {
        ("Hott 2019", 13.0): "no difference shown",
        ("Hott 2019", 52.0): "no difference shown",
        ("Hansen 2023", 12.0): "equivalent",
    }
    assert "never borrowed" in claim.apart


def test_the_votes_are_those_on_the_question(claim):
    together, alone = claim.questions
    assert "'appropriate' in all 4 votes" in together.sentence
    assert "'uncertain' in all 4 votes" in alone.sentence


def test_a_review_whose_interval_holds_no_difference_is_not_said_to_favour(claim):
    """Rogan 2019 on pain reaches 0.02 and the six-trial review on strength -0.31."""
    favours, holds = claim.questions[0].sentence.split(". Reviews whose interval holds no difference: ")
    assert "Nascimento 2018 on pain and activity; Rogan 2019 on function; six-trial review" in favours
    assert holds.startswith("Rogan 2019 on pain; six-trial review (authors and year not seen) on strength.")


def test_a_ratio_holds_no_effect_where_its_interval_holds_one():
    data = read_dataset()
    odds = {"measure": "OR", "estimate": 1.5, "ci_low": 0.8, "ci_high": 2.3, "favours": "knee"}
    reviews = tuple(replace(row, **odds) if row.id == "R12" else row for row in data.reviews)
    sentence = read_claim(replace(data, reviews=reviews), ()).questions[0].sentence
    assert "interval holds no difference: Nascimento 2018 on pain; Rogan 2019 on pain" in sentence


def test_reviews_on_both_sides_are_told():
    data = read_dataset()
    turned = {"estimate": 1.5, "ci_low": 0.8, "ci_high": 2.3, "favours": "knee"}
    reviews = tuple(replace(row, **turned) if row.id == "R12" else row for row in data.reviews)
    sentence = read_claim(replace(data, reviews=reviews), ()).questions[0].sentence
    assert "interval favours knee, from trials whose figures are not in hand: Nascimento 2018 on pain." in sentence
    assert (
        "interval favours hip+knee, from trials whose figures are not in hand: Nascimento 2018 on activity" in sentence
    )


def test_tables_without_the_review_have_no_claim(complete):
    data = read_dataset(complete)
    claim = read_claim(data, analyse(data, outcomes=("pain",), with_networks=False).answers)
    assert (claim.reported, claim.not_seen, claim.cannot) == ((), (), ())
    assert claim.says == "It is not in these tables."
