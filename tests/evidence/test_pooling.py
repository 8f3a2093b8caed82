"""The pool against closed forms, against the pinned check, and its refusals."""

import itertools
import math
import re
from dataclasses import replace

import pytest

from trochlea.errors import InputError
from trochlea.evidence.pooling import (
    CI_QUANTILE,
    Estimate,
    aligned,
    estimate_of,
    pool_common_effect,
    pool_contrasts,
)
from trochlea.evidence.tables import read_contrasts

BY_ID = {contrast.id: contrast for contrast in read_contrasts()}
EXACT = 1e-12
"""Closed forms in double precision; the worst difference seen is 2e-16."""
HALF_LAST_DIGIT = 0.005
"""The pinned values have two decimals."""


def pool(*contrasts, weeks=(12.0, 13.0)):
    return pool_contrasts(contrasts, class_a="hip", class_b="knee", weeks=weeks)


def test_hip_minus_knee_at_three_months_is_the_pinned_pool():
    """Pinned in the issue, and worked out by the compilers of the table as its derived row C24."""
    pooled = pool(BY_ID["C03"], BY_ID["C07"])
    assert pooled.estimate == pytest.approx(-0.35, rel=0, abs=HALF_LAST_DIGIT)
    assert pooled.ci_low == pytest.approx(-2.71, rel=0, abs=HALF_LAST_DIGIT)
    assert pooled.ci_high == pytest.approx(2.01, rel=0, abs=HALF_LAST_DIGIT)
    assert pooled.q == pytest.approx(0.20, rel=0, abs=HALF_LAST_DIGIT)
    assert [round(100 * weight) for weight in pooled.weights] == [18, 82]
    assert pooled.i2 == 0.0
    assert pooled.k == 2
    derived = BY_ID["C24"]
    assert (derived.estimate, derived.ci_low, derived.ci_high) == (
        round(pooled.estimate, 2),
        round(pooled.ci_low, 2),
        round(pooled.ci_high, 2),
    )


def test_the_sign_of_a_knee_minus_hip_trial_is_turned():
    hip = aligned(BY_ID["C07"], class_a="hip", class_b="knee")
    assert (hip.estimate, hip.ci_low, hip.ci_high) == (-0.6, -3.2, 2.0)
    assert hip.comparison == "hip minus knee"
    assert hip.favours == "knee"


def test_the_order_of_studies_does_not_matter():
    estimates = [
        Estimate(study=name, estimate=value, se=se)
        for name, value, se in (("a", 1.0, 0.5), ("b", -2.0, 1.5), ("c", 0.3, 0.9))
    ]
    pools = [pool_common_effect(order) for order in itertools.permutations(estimates)]
    for other in pools[1:]:
        assert other.estimate == pytest.approx(pools[0].estimate, rel=EXACT, abs=EXACT)
        assert other.q == pytest.approx(pools[0].q, rel=EXACT, abs=EXACT)
        assert dict(zip(other.studies, other.weights, strict=True)) == pytest.approx(
            dict(zip(pools[0].studies, pools[0].weights, strict=True)), rel=EXACT, abs=EXACT
        )


def test_two_equal_standard_errors_give_the_plain_mean():
    """By hand: mean 2, se 1/sqrt(2), Q (1 + 1) / 1 = 2, I2 1 - 1/2."""
    pooled = pool_common_effect([Estimate(study="a", estimate=1, se=1), Estimate(study="b", estimate=3, se=1)])
    assert pooled.estimate == pytest.approx(2, rel=EXACT, abs=0)
    assert pooled.se == pytest.approx(math.sqrt(0.5), rel=EXACT, abs=0)
    assert pooled.q == pytest.approx(2, rel=EXACT, abs=0)
    assert pooled.i2 == pytest.approx(0.5, rel=EXACT, abs=0)
    assert pooled.q_p_value == pytest.approx(math.erfc(1.0), rel=1e-9, abs=0)  # chi-squared, 1 df, at 2


def test_one_study_is_given_back_without_heterogeneity():
    pooled = pool(BY_ID["C03"])
    assert pooled.estimate == pytest.approx(0.8, rel=EXACT, abs=0)
    assert (pooled.ci_low, pooled.ci_high) == pytest.approx((-4.8, 6.4), rel=1e-9, abs=0)
    assert pooled.q_p_value is None
    assert pooled.i2 is None


def test_changing_the_sign_of_every_study_changes_only_the_sign():
    hip = pool(BY_ID["C03"], BY_ID["C07"])
    knee = pool_contrasts([BY_ID["C03"], BY_ID["C07"]], class_a="knee", class_b="hip", weeks=(12, 13))
    assert knee.estimate == pytest.approx(-hip.estimate, rel=EXACT, abs=0)
    assert knee.ci_low == pytest.approx(-hip.ci_high, rel=EXACT, abs=0)
    assert knee.q == pytest.approx(hip.q, rel=EXACT, abs=0)


def test_the_normal_quantile_is_the_exact_one():
    assert math.erfc(CI_QUANTILE / math.sqrt(2)) == pytest.approx(0.05, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("rows", "weeks", "reason"),
    [
        (("C03", "C06"), (12, 52), "Hott 2019: the same people would be counted twice"),
        (("C07", "C08"), (12, 13), "C08 (Hansen 2023): usable is 'no' (superseded)"),
        (("C03", "C24"), (12, 13), "C24 (Hott 2019 + Hansen 2023): is derived from other rows"),
        (("C03", "C06"), (12, 13), "C06 (Hott 2019): measured at 52.0 weeks, expected 12 to 13"),
        (("C03", "C02"), (12, 13), "C02 (Hott 2019): compares hip with control, not hip with knee"),
        (("C03", "C09"), (12, 13), "C09 (Tahir (no year seen)): usable is 'conditional'"),
        ((), (12, 13), "nothing to pool"),
    ],
)
def test_what_may_not_be_pooled_is_refused(rows, weeks, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        pool(*(BY_ID[row] for row in rows), weeks=weeks)


def test_two_reports_of_one_trial_are_refused_even_if_both_are_usable():
    conference = replace(BY_ID["C08"], usable="yes")
    with pytest.raises(InputError, match="Hansen 2023: the same people would be counted twice"):
        pool(BY_ID["C07"], conference)


def test_different_scales_are_refused():
    other = replace(BY_ID["C07"], instrument="VAS", better="lower")
    with pytest.raises(InputError, match=r"C07 .*scale is \('VAS', 'lower'\), but C03 has"):
        pool(BY_ID["C03"], other)


def test_a_contrast_s_own_standard_error_goes_before_its_interval():
    row = BY_ID["C07"]
    assert estimate_of(row).se == pytest.approx((row.ci_high - row.ci_low) / (2 * CI_QUANTILE))
    assert estimate_of(replace(row, se=3.0)).se == 3.0
    assert estimate_of(replace(row, se=3.0)).n == row.n_a + row.n_b


def test_a_missing_interval_or_a_zero_width_is_refused():
    with pytest.raises(InputError, match="has no estimate with an interval"):
        estimate_of(BY_ID["C10"])
    with pytest.raises(InputError, match="expected se above 0"):
        pool_common_effect([Estimate(study="a", estimate=1.0, se=0.0)])
