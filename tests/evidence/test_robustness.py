"""Checks of a pool of three or more trials, in the order of years."""

import math
from functools import partial

import pytest

from trochlea.evidence.comparison import Settings, compare_classes
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.pooling import pool_common_effect, pool_random_effects
from trochlea.evidence.robustness import check_robustness
from trochlea.evidence.selection import select

ESTIMATES = [
    Estimate(study="c", estimate=1.0, se=0.5),
    Estimate(study="a", estimate=2.0, se=0.4),
    Estimate(study="b", estimate=0.5, se=0.6),
]


def test_two_trials_are_too_few():
    assert check_robustness(ESTIMATES[:2], [2001, 2002], pool_common_effect) is None


def test_leaving_one_out_is_the_pool_of_the_others():
    checks = check_robustness(ESTIMATES, [2001, 2002, 2003], pool_common_effect)
    left = {item.study: item.pooled.estimate for item in checks.left_out}
    weights = [1 / 0.4**2, 1 / 0.6**2]
    assert left["c"] == pytest.approx((2.0 * weights[0] + 0.5 * weights[1]) / sum(weights), rel=1e-12, abs=0)


def test_the_pool_grows_by_year_and_an_unseen_year_comes_last():
    checks = check_robustness(ESTIMATES, [None, 2010, 2001], pool_common_effect)
    assert [pool.studies[-1] for pool in checks.grown] == ["b", "a", "c"]
    assert checks.grown[0].estimate == pytest.approx(0.5, rel=1e-12, abs=0)


def test_a_check_that_cannot_be_made_says_why():
    same = [Estimate(study=name, estimate=value, se=0.5) for name, value in (("a", 1.0), ("b", 2.0), ("c", 3.0))]
    checks = check_robustness(same, [1, 2, 3], pool_common_effect)
    assert checks.egger is None
    assert "standard errors" in checks.notes[0]


def test_an_answer_checks_the_pool_behind_its_sentence(complete):
    data = read_dataset(complete)
    selection = select(data, outcome="pain", timepoint="short")
    for model, pool in (("common", pool_common_effect), ("random", partial(pool_random_effects, method="PM"))):
        settings = Settings(model=model, tau2_method="PM")
        (answer,) = compare_classes(data, selection, class_a="hip", class_b="knee", settings=settings)
        last = answer.robustness.grown[-1]
        assert last.model == pool(ESTIMATES).model == model
        assert math.isclose(last.estimate, answer.pooled.estimate, rel_tol=1e-12)
