"""Small-study effects: by hand, symmetry and refusals; agreement with R is in test_metafor.py."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.pooling import pool_common_effect
from trochlea.evidence.small_study import egger_test, trim_and_fill

EXACT = 1e-9
"""Symmetries; the worst relative difference seen is 4e-14."""
SES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def studies(values):
    return [Estimate(study=str(i), estimate=y, se=s) for i, (y, s) in enumerate(zip(values, SES, strict=True))]


SKEWED = studies([0.10, 0.05, 0.45, 0.60, 1.10, 1.20])


@pytest.mark.parametrize("model", ["regression", "random"])
def test_effects_that_grow_with_their_error_have_that_slope(model):
    values = 0.3 + 1.7 * np.array(SES) + 1e-3 * np.array([1, -1, 1, -1, 1, -1])
    found = egger_test(studies(values), model=model)
    assert found.slope == pytest.approx(1.7, rel=0.01, abs=0)
    assert found.limit == pytest.approx(0.3, rel=0.01, abs=0)


@pytest.mark.parametrize("model", ["regression", "random"])
def test_turning_the_outcome_turns_the_slope_and_keeps_its_p_value(model):
    plain = egger_test(SKEWED, model=model)
    turned = egger_test([replace(e, estimate=-10 * e.estimate, se=10 * e.se) for e in reversed(SKEWED)], model=model)
    assert turned.slope == pytest.approx(-plain.slope, rel=EXACT, abs=0)
    assert turned.limit == pytest.approx(-10 * plain.limit, rel=EXACT, abs=0)
    assert turned.p_value == pytest.approx(plain.p_value, rel=EXACT, abs=0)


def test_a_symmetric_funnel_misses_nothing():
    values = [0.0, 0.0, 0.3, -0.3, 0.5, -0.5]
    even = [
        Estimate(study=str(i), estimate=y, se=s)
        for i, (y, s) in enumerate(zip(values, [0.1, 0.1, 0.3, 0.3, 0.5, 0.5], strict=True))
    ]
    found = trim_and_fill(even, side="left", pool=pool_common_effect)
    assert (found.k_missing, found.filled) == (0, ())
    assert found.pooled == pool_common_effect(even)


@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_missing_studies_are_mirrored_about_the_trimmed_centre(estimator):
    found = trim_and_fill(SKEWED, estimator=estimator, pool=pool_common_effect)
    assert (found.side, found.k_missing) == ("left", len(found.filled))
    assert found.k_missing > 0
    trimmed = sorted(SKEWED, key=lambda e: e.estimate)[: -found.k_missing]
    centre = pool_common_effect(trimmed).estimate
    by_study = {e.study: e for e in SKEWED}
    for item in found.filled:
        original = by_study[item.study.removeprefix("mirror of ")]
        assert item.estimate == pytest.approx(2 * centre - original.estimate, rel=EXACT, abs=0)
        assert item.se == original.se
    assert found.pooled.estimate < pool_common_effect(SKEWED).estimate
    assert found.pooled.k == 6 + found.k_missing


def test_turning_the_outcome_turns_the_side_and_the_result():
    plain = trim_and_fill(SKEWED)
    turned = trim_and_fill([replace(e, estimate=-e.estimate) for e in SKEWED])
    assert (turned.side, turned.k_missing) == ("right", plain.k_missing)
    assert turned.pooled.estimate == pytest.approx(-plain.pooled.estimate, rel=EXACT, abs=0)


def test_few_studies_are_named():
    said = "6 studies: fewer than 10, so asymmetry cannot be told from chance"
    assert egger_test(SKEWED).warnings == (said,)
    assert trim_and_fill(SKEWED).warnings == ("filled studies are a what-if, not data", said)
    many = [Estimate(study=str(i), estimate=np.sin(i), se=0.1 + 0.05 * i) for i in range(10)]
    assert egger_test(many).warnings == ()


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: egger_test(SKEWED[:2]), "2 studies for Egger's test; expected at least 3, and 10 for a useful one"),
        (lambda: egger_test(SKEWED, model="linear"), "model 'linear'"),
        (lambda: egger_test([replace(e, se=1.0) for e in SKEWED]), "standard errors of all studies are the same"),
        (lambda: trim_and_fill(SKEWED[:2]), "2 studies for trim-and-fill"),
        (lambda: trim_and_fill(SKEWED, side="top"), "side 'top'; expected left or right"),
        (lambda: trim_and_fill(SKEWED, estimator="Q0"), "estimator 'Q0'; expected L0 or R0"),
    ],
)
def test_what_cannot_be_tested_is_refused(call, reason):
    with pytest.raises(InputError, match=reason):
        call()
