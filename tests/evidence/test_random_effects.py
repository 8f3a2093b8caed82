"""The random-effects pool: what it carries, and properties; agreement with R is in test_metafor.py."""

import math

import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.pooling import Pooled, pool_common_effect, pool_random_effects

EXACT = 1e-12
"""Symmetries in double precision; the worst relative difference seen is 3e-15."""
SHARP = 1e-9
"""The same where tau2 is found by iteration; the worst relative difference seen is 2e-14."""
STUDIES = [
    Estimate(study="a", estimate=0.2, se=0.3, n=40),
    Estimate(study="b", estimate=1.4, se=0.5, n=20),
    Estimate(study="c", estimate=-0.6, se=0.4, n=30, marks=("SD of hip imputed",)),
    Estimate(study="d", estimate=2.1, se=0.7, n=12),
    Estimate(study="e", estimate=0.9, se=0.2, n=90),
]


def numbers(pooled: Pooled) -> list[float | None]:
    return [pooled.estimate, pooled.ci_low, pooled.ci_high, pooled.prediction_low, pooled.prediction_high]


def test_a_pool_says_what_is_in_it():
    pooled = pool_random_effects(STUDIES, method="PM")
    assert (pooled.k, pooled.n, pooled.studies) == (5, 192, ("a", "b", "c", "d", "e"))
    assert (pooled.model, pooled.method, pooled.interval) == ("random", "PM", "t")
    assert sum(pooled.weights) == pytest.approx(1.0, rel=EXACT, abs=0)
    assert pooled.marks == ("c: SD of hip imputed",)
    assert pooled.warnings == ()


@pytest.mark.parametrize("hartung_knapp", [True, False])
def test_order_sign_and_scale_of_studies_carry_over(hartung_knapp):
    plain = numbers(pool_random_effects(STUDIES, hartung_knapp=hartung_knapp))
    turned = [Estimate(study=e.study, estimate=-3 * e.estimate, se=3 * e.se) for e in reversed(STUDIES)]
    found = numbers(pool_random_effects(turned, hartung_knapp=hartung_knapp))
    expected = [-3 * plain[i] for i in (0, 2, 1, 4, 3)]
    assert found == pytest.approx(expected, rel=SHARP, abs=0)


def test_splitting_a_study_into_two_halves_leaves_the_common_effect():
    """Halves with the same effect and twice the variance carry the same information."""
    half = [Estimate(study=f"e{i}", estimate=0.9, se=0.2 * math.sqrt(2)) for i in (1, 2)]
    whole, split = pool_common_effect(STUDIES), pool_common_effect([*STUDIES[:4], *half])
    assert [split.estimate, split.se, split.q] == pytest.approx([whole.estimate, whole.se, whole.q], rel=EXACT, abs=0)


def test_splitting_a_study_moves_the_random_effects_towards_it():
    """Two studies are two draws of true effects: not the same information, which is why people are counted once."""
    half = [Estimate(study=f"e{i}", estimate=0.9, se=0.2 * math.sqrt(2)) for i in (1, 2)]
    whole, split = pool_random_effects(STUDIES), pool_random_effects([*STUDIES[:4], *half])
    assert abs(split.estimate - 0.9) < abs(whole.estimate - 0.9) - 0.01


def test_without_heterogeneity_the_random_pool_is_the_common_one():
    close = [Estimate(study=str(i), estimate=1 + 0.01 * i, se=1.0) for i in range(4)]
    random, common = pool_random_effects(close, hartung_knapp=False), pool_common_effect(close)
    assert random.tau2 == 0.0
    assert random.estimate == pytest.approx(common.estimate, rel=EXACT, abs=0)
    assert random.se == pytest.approx(common.se, rel=EXACT, abs=0)


def test_hartung_knapp_of_equal_studies_is_the_t_interval_of_their_mean():
    """By hand: 1, 3, 8 have mean 4, SD of the mean sqrt(13 / 3), and t on 2 degrees of freedom is 4.302653."""
    pooled = pool_random_effects([Estimate(study=str(y), estimate=y, se=1.0) for y in (1.0, 3.0, 8.0)])
    half = 4.302652729911275 * math.sqrt(13 / 3)
    assert [pooled.estimate, pooled.ci_low, pooled.ci_high] == pytest.approx([4, 4 - half, 4 + half], rel=1e-9, abs=0)


def test_one_study_is_given_back_with_a_warning():
    pooled = pool_random_effects(STUDIES[:1])
    assert (pooled.estimate, pooled.se, pooled.tau2) == (0.2, pytest.approx(0.3, rel=EXACT, abs=0), None)
    assert (pooled.prediction_low, pooled.interval) == (None, "normal")
    assert pooled.warnings == ("one study: the scatter of true effects between studies cannot be estimated",)


def test_few_studies_are_named_and_two_have_no_prediction_interval():
    two = pool_random_effects(STUDIES[:2], hartung_knapp=False)
    assert two.prediction_low is None
    assert two.warnings == (
        "2 studies: the between-study variance is poorly known",
        "2 studies: no prediction interval, which needs three",
    )
    assert pool_random_effects(STUDIES[:3]).prediction_low is not None


def test_a_hartung_knapp_interval_narrower_than_chance_is_named():
    close = [Estimate(study=str(i), estimate=1 + 0.01 * i, se=1.0) for i in range(6)]
    (warning,) = pool_random_effects(close).warnings
    assert warning.startswith("the Hartung-Knapp interval is narrower than the normal one")


def test_identical_effects_keep_a_p_value():
    same = [Estimate(study=str(i), estimate=2.0, se=1.0) for i in range(3)]
    assert pool_random_effects(same).p_value == 0.0
    zero = [Estimate(study=str(i), estimate=0.0, se=1.0) for i in range(3)]
    assert pool_random_effects(zero).p_value == 1.0


def test_a_given_tau2_is_used_as_it_is():
    assert pool_random_effects(STUDIES, tau2=4.0).tau2 == 4.0


def test_an_unknown_method_is_refused():
    with pytest.raises(InputError, match="tau2 estimator 'EB'"):
        pool_random_effects(STUDIES, method="EB")
