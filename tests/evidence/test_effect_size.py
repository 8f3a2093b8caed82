"""Effect sizes: closed forms, marks and refusals; agreement with R is in test_metafor.py."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.effect_size import (
    ContinuousArm,
    CountArm,
    combine_arms,
    hedges_g,
    impute_sd,
    mean_difference,
    odds_ratio,
    ratio_of_means,
    risk_difference,
    risk_ratio,
    sd_from_interval,
    sd_from_se,
    sd_of_change,
    se_from_interval,
    se_from_p,
    se_from_t,
    small_sample_factor,
)
from trochlea.evidence.estimate import check_estimates

EXACT = 1e-12
"""Closed forms in double precision; the worst relative difference seen is 4e-16."""
HIP = ContinuousArm(study="s", treatment="hip", n=20, mean=5.0, sd=2.0)
KNEE = ContinuousArm(study="s", treatment="knee", n=30, mean=3.5, sd=3.0)
BETTER = CountArm(study="s", treatment="hip", n=20, events=12)
WORSE = CountArm(study="s", treatment="knee", n=30, events=9)


def test_mean_difference_by_hand():
    found = mean_difference(HIP, KNEE)
    assert (found.estimate, found.n, found.measure) == (1.5, 50, "MD")
    assert found.se == pytest.approx(math.sqrt(4 / 20 + 9 / 30), rel=EXACT, abs=0)


def test_the_small_sample_factor_of_four_degrees_of_freedom_by_hand():
    """gamma(2) / (sqrt(2) gamma(3/2)) = sqrt(2 / pi)."""
    assert small_sample_factor(4) == pytest.approx(math.sqrt(2 / math.pi), rel=EXACT, abs=0)


@pytest.mark.parametrize(
    "pair",
    [
        (mean_difference, HIP, KNEE),
        (hedges_g, HIP, KNEE),
        (ratio_of_means, HIP, KNEE),
        (odds_ratio, BETTER, WORSE),
        (risk_ratio, BETTER, WORSE),
        (risk_difference, BETTER, WORSE),
    ],
    ids=lambda pair: pair[0].__name__,
)
def test_swapping_the_arms_turns_the_sign_and_keeps_the_error(pair):
    size, a, b = pair
    assert size(b, a).estimate == pytest.approx(-size(a, b).estimate, rel=EXACT, abs=0)
    assert size(b, a).se == pytest.approx(size(a, b).se, rel=EXACT, abs=0)


def test_scaling_the_outcome_scales_the_difference_and_leaves_the_rest():
    big = [replace(arm, mean=10 * arm.mean, sd=10 * arm.sd) for arm in (HIP, KNEE)]
    assert mean_difference(*big).estimate == pytest.approx(15.0, rel=EXACT, abs=0)
    assert hedges_g(*big).estimate == pytest.approx(hedges_g(HIP, KNEE).estimate, rel=EXACT, abs=0)
    assert ratio_of_means(*big).se == pytest.approx(ratio_of_means(HIP, KNEE).se, rel=EXACT, abs=0)


def test_the_odds_ratio_by_hand():
    found = odds_ratio(BETTER, WORSE)
    assert found.estimate == pytest.approx(math.log((12 * 21) / (8 * 9)), rel=EXACT, abs=0)
    assert found.se == pytest.approx(math.sqrt(1 / 12 + 1 / 8 + 1 / 9 + 1 / 21), rel=EXACT, abs=0)


def test_an_empty_cell_gets_a_half_everywhere_and_a_mark():
    found = odds_ratio(replace(BETTER, events=0), WORSE)
    assert found.estimate == pytest.approx(math.log((0.5 * 21.5) / (20.5 * 9.5)), rel=EXACT, abs=0)
    assert found.marks == ("1/2 added to an empty cell",)


def test_imputed_and_derived_sds_are_marked_on_the_effect():
    found = mean_difference(replace(HIP, sd_source="imputed"), replace(KNEE, sd_source="derived"))
    assert found.marks == ("SD of hip imputed", "SD of knee derived")


def test_standardised_changes_and_final_values_are_not_pooled_together():
    final = hedges_g(HIP, KNEE)
    change = hedges_g(replace(HIP, study="t", kind="change"), replace(KNEE, study="t", kind="change"))
    with pytest.raises(InputError, match="measures SMD, SMD of change are mixed"):
        check_estimates([final, change])


def test_mean_differences_of_changes_and_final_values_are_pooled_together():
    change = mean_difference(replace(HIP, study="t", kind="change"), replace(KNEE, study="t", kind="change"))
    check_estimates([mean_difference(HIP, KNEE), change])


def test_combined_arms_have_the_mean_and_sd_of_all_their_people():
    people = [np.array([1.0, 4.0, 6.0, 7.0]), np.array([2.0, 2.5, 19.0])]
    arms = [
        ContinuousArm(study="s", treatment=str(i), n=len(x), mean=float(x.mean()), sd=float(x.std(ddof=1)))
        for i, x in enumerate(people)
    ]
    both, everybody = combine_arms(arms, treatment="exercise"), np.concatenate(people)
    assert (both.n, both.treatment) == (7, "exercise")
    assert [both.mean, both.sd] == pytest.approx([everybody.mean(), everybody.std(ddof=1)], rel=EXACT, abs=0)


def test_combined_arms_carry_the_weakest_source_of_an_sd():
    assert combine_arms([replace(HIP, sd_source="imputed"), KNEE], treatment="x").sd_source == "imputed"


def test_a_standard_error_comes_back_from_its_interval_p_value_and_statistic():
    """Quantiles of the normal (1.959964) and of t on 10 degrees of freedom (2.228139) from tables."""
    assert se_from_interval(1 - 1.959964 * 2, 1 + 1.959964 * 2) == pytest.approx(2.0, rel=1e-6, abs=0)
    assert se_from_interval(1 - 2.228139 * 2, 1 + 2.228139 * 2, df=10) == pytest.approx(2.0, rel=1e-6, abs=0)
    assert se_from_p(2 * 1.959964, 0.05) == pytest.approx(2.0, rel=1e-6, abs=0)
    assert se_from_p(-2 * 2.228139, 0.05, df=10) == pytest.approx(2.0, rel=1e-6, abs=0)
    assert se_from_t(-3.0, 1.5) == 2.0


def test_an_sd_comes_back_from_the_error_and_interval_of_a_mean():
    assert sd_from_se(0.5, 16) == 2.0
    assert sd_from_interval(3 - 2.228139, 3 + 2.228139, 11) == pytest.approx(math.sqrt(11), rel=1e-6, abs=0)


def test_the_sd_of_a_change_by_hand():
    assert sd_of_change(3.0, 4.0, 0.5) == pytest.approx(math.sqrt(13), rel=EXACT, abs=0)
    assert sd_of_change(3.0, 4.0, -1.0) == pytest.approx(7.0, rel=EXACT, abs=0)


def test_an_imputed_sd_is_the_pooled_one_of_arms_that_have_their_own():
    donors = [HIP, KNEE, replace(KNEE, study="t", sd=99.0, sd_source="imputed")]
    assert impute_sd(donors) == pytest.approx(math.sqrt((19 * 4 + 29 * 9) / 48), rel=EXACT, abs=0)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: replace(HIP, n=1), "s, hip: n is 1; an arm needs at least 2 people"),
        (lambda: replace(HIP, sd=-1.0), "s, hip: SD is -1.0; expected above 0"),
        (lambda: replace(HIP, sd=0.0), "SD is 0.0"),
        (lambda: replace(HIP, mean=float("inf")), "mean is inf"),
        (lambda: replace(HIP, kind="percent"), "kind is 'percent'; expected one of final, change"),
        (lambda: replace(HIP, sd_source="guessed"), "sd_source is 'guessed'"),
        (lambda: replace(BETTER, events=21), "s, hip: 21 events of n 20"),
        (lambda: mean_difference(HIP, replace(KNEE, study="t")), "expected two different arms of one study"),
        (lambda: mean_difference(HIP, HIP), "expected two different arms of one study"),
        (lambda: mean_difference(HIP, replace(KNEE, kind="change")), "hip is a final value and knee a change"),
        (lambda: ratio_of_means(HIP, replace(KNEE, mean=-1.0)), "a ratio of means needs both above 0"),
        (lambda: odds_ratio(replace(BETTER, events=0), replace(WORSE, events=0)), "no arm, or everybody"),
        (lambda: se_from_interval(2.0, 1.0), "interval 2 to 1: expected the lower end first"),
        (lambda: se_from_p(1.0, 0.0), "p value 0: expected a number between 0 and 1"),
        (lambda: se_from_p(0.0, 0.5), "the standard error cannot be had"),
        (lambda: se_from_t(1.0, 0.0), "the standard error cannot be had"),
        (lambda: sd_from_se(-1.0, 10), "expected se above 0"),
        (lambda: sd_of_change(1.0, 1.0, 2.0), "correlation 2: expected -1 to 1"),
        (lambda: sd_of_change(0.0, 1.0, 0.5), "expected above 0"),
        (lambda: combine_arms([HIP], treatment="x"), "expected two or more arms of one study"),
        (lambda: combine_arms([HIP, replace(KNEE, study="t")], treatment="x"), "arms of one study"),
        (lambda: impute_sd([replace(HIP, sd_source="imputed")]), "expected arms with their own SD"),
        (lambda: small_sample_factor(1), "expected at least 2"),
    ],
)
def test_impossible_input_is_refused_with_the_reason(call, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        call()
