"""One question at a time, with both models and the right words."""

from dataclasses import replace
from statistics import NormalDist

import pytest

from trochlea.evidence.comparison import QUESTIONS, Settings, compare_classes
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.selection import select

WORKED = 0.005
"""The worked check of the collection is printed to two digits: -0.35 (-2.71 to 2.01), Q 0.20, weights 18 and 82 %."""

PROFILE = 1e-9
"""Root of a smooth function found to rounding; worst difference seen 2e-13."""


def answer_of(data, class_a, class_b, *, outcome="function", timepoint="short", settings=None):
    selection = select(data, outcome=outcome, timepoint=timepoint)
    (answer,) = compare_classes(data, selection, class_a=class_a, class_b=class_b, settings=settings or Settings())
    return answer


def test_hip_against_knee_gives_the_worked_check():
    answer = answer_of(read_dataset(), "hip", "knee")
    pool = answer.common
    assert (pool.estimate, pool.ci_low, pool.ci_high) == pytest.approx((-0.35, -2.71, 2.01), rel=0, abs=WORKED)
    assert pool.q == pytest.approx(0.20, rel=0, abs=WORKED)
    assert [round(100 * weight) for weight in pool.weights] == [18, 82]
    assert answer.n == 276


def test_the_sentence_says_what_was_shown_and_no_more():
    sentence = answer_of(read_dataset(), "hip", "knee").sentence
    assert "no difference shown" in sentence
    assert "equivalent" not in sentence
    assert "leaves out differences of 10 points" in sentence


def test_the_year_later_does_not_leave_out_ten_points():
    sentence = answer_of(read_dataset(), "hip", "knee", timepoint="long").sentence
    assert "does not leave out 10 points" in sentence
    assert "one trial (Hott 2019), nothing to pool" in sentence


def test_turning_the_question_turns_the_signs():
    data = read_dataset()
    there, back = answer_of(data, "hip", "knee"), answer_of(data, "knee", "hip")
    assert back.common.estimate == pytest.approx(-there.common.estimate, rel=1e-12, abs=0)
    assert back.common.ci_low == pytest.approx(-there.common.ci_high, rel=1e-12, abs=0)
    assert there.verdict == back.verdict == "no difference shown"


def test_the_two_questions_stay_apart():
    assert QUESTIONS[:2] == (("hip+knee", "knee"), ("hip", "knee"))
    answer = answer_of(read_dataset(), "hip+knee", "knee")
    assert answer.verdict == "no usable trial"
    assert answer.common is None
    assert "Şahin 2016" in answer.sentence


def test_two_trials_get_no_random_effects_headline_and_three_do(complete):
    assert answer_of(read_dataset(), "hip", "knee").model == "common"
    answer = answer_of(read_dataset(complete), "hip", "knee", outcome="pain")
    assert (answer.model, answer.random.k) == ("random", 3)


@pytest.mark.parametrize("model", ["common", "random"])
def test_the_model_asked_for_is_the_one_in_the_sentence(model, complete):
    answer = answer_of(read_dataset(complete), "hip", "knee", outcome="pain", settings=Settings(model=model))
    assert answer.pooled is (answer.random if model == "random" else answer.common)
    assert f"{model}-effect" in answer.sentence


def test_lower_is_better_on_a_pain_scale(complete):
    answer = answer_of(read_dataset(complete), "hip+knee", "knee", outcome="pain")
    assert answer.common.ci_high < 0
    assert answer.verdict == "hip+knee better"


def test_one_trial_gets_no_bayesian_answer_that_its_prior_alone_would_make():
    data = read_dataset()
    assert answer_of(data, "hip", "control").bayesian == ()
    assert len(answer_of(data, "hip", "knee").bayesian) == 2


def test_the_hash_follows_the_rows_used_only(changed_bundle):
    before = answer_of(read_dataset(), "hip", "knee").data_hash
    other = read_dataset(changed_bundle("contrasts.csv", "C04", ci_low="-12.4"))
    assert answer_of(other, "hip", "knee").data_hash == before
    moved = read_dataset(changed_bundle("contrasts.csv", "C07", ci_low="-2.1"))
    assert answer_of(moved, "hip", "knee").data_hash != before


def test_people_who_were_not_counted_are_not_added_up():
    data = read_dataset()
    contrasts = tuple(replace(row, n_a=None) if row.id == "C07" else row for row in data.contrasts)
    answer = answer_of(replace(data, contrasts=contrasts), "hip", "knee")
    assert answer.n is None
    assert "number of people not seen in full" in answer.sentence


def test_two_trials_leave_the_scatter_open_from_nothing_to_everything():
    """Q-profile by hand: for two trials Q(tau2) is d^2 / (v1 + v2 + 2 tau2), set to the 0.025 quantile of chi2(1)."""
    scatter = answer_of(read_dataset(), "hip", "knee").heterogeneity
    width = 2 * NormalDist().inv_cdf(0.975)
    v1, v2 = (((high - low) / width) ** 2 for low, high in ((-4.8, 6.4), (-3.2, 2.0)))
    lower_tail = NormalDist().inv_cdf(0.5 + 0.025 / 2) ** 2
    expected = ((0.8 + 0.6) ** 2 / lower_tail - v1 - v2) / 2
    assert scatter.tau2_high == pytest.approx(expected, rel=PROFILE, abs=0)
    assert (scatter.tau2, scatter.tau2_low) == (0.0, 0.0)
    assert 0.99 < scatter.i2_high < 1.0
