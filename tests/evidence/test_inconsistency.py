"""Node-splitting and the design-by-treatment test: by hand; agreement with R is in test_metafor.py."""

import math

import numpy as np
import pytest

from trochlea.evidence.inconsistency import NO_LOOP, design_by_treatment, node_splits
from trochlea.evidence.network_input import StudyContrasts, against_first

EXACT = 1e-10
"""Closed forms; the worst relative difference seen is 2e-15."""


def pair(study, a, b, estimate, se=1.0):
    return StudyContrasts(
        study=study, treatments=(b, a), estimates=np.array([estimate]), covariance=np.array([[se**2]])
    )


def three(study, effects, variances, names=("a", "b", "c")):
    estimates, covariance = against_first(np.array(effects, dtype=float), np.array(variances, dtype=float))
    return StudyContrasts(study=study, treatments=tuple(names), estimates=estimates, covariance=covariance)


LOOP = [pair("1", "a", "b", 5.0), pair("2", "b", "c", 1.0), pair("3", "a", "c", 2.0)]


def test_a_triangle_of_single_trials_is_split_by_hand():
    """Direct 5 with variance 1; indirect 2 - 1 with variance 2; the difference 4 has variance 3."""
    found = {(split.a, split.b): split for split in node_splits(LOOP).splits}
    split = found["a", "b"]
    assert [split.direct, split.indirect, split.difference] == pytest.approx([5.0, 1.0, 4.0], rel=EXACT, abs=0)
    errors = [split.direct_se, split.indirect_se, split.se]
    assert errors == pytest.approx([1.0, math.sqrt(2), math.sqrt(3)], rel=EXACT, abs=0)
    assert split.p_value == pytest.approx(math.erfc(4 / math.sqrt(3) / math.sqrt(2)), rel=EXACT, abs=0)
    assert (split.tau2, split.studies) == (None, ("1",))
    assert len(found) == 3


def test_the_design_test_of_a_triangle_is_the_square_of_its_gap_over_its_variance():
    """By hand: gap 4, variance 3, on one degree of freedom."""
    found = design_by_treatment(LOOP)
    assert (found.q_between_df, found.q_within_df, found.q_total_df) == (1, 0, 1)
    assert found.q_random == pytest.approx(16 / 3, rel=EXACT, abs=0)
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(16 / 3 / 2)), rel=EXACT, abs=0)
    assert found.tau2 is None
    assert "heterogeneity within designs cannot be estimated" in found.sentence


def test_a_triangle_of_two_trials_each_estimates_heterogeneity_within_designs():
    twice = [
        pair(f"{s.study}{i}", *s.treatments[::-1], s.estimates[0] + d, 0.5) for s in LOOP for i, d in enumerate((-3, 3))
    ]
    found = design_by_treatment(twice)
    assert (found.q_between_df, found.q_within_df) == (1, 3)
    assert found.tau2 == pytest.approx(18 - 0.25, rel=EXACT, abs=0)  # by hand: variance of -3, 3, less 0.25
    assert found.q_random == pytest.approx(16 / (3 * 18 / 2), rel=EXACT, abs=0)
    assert found.q_between == pytest.approx(16 / (3 * 0.25 / 2), rel=EXACT, abs=0)
    assert found.q_between_p_value == pytest.approx(math.erfc(math.sqrt(16 / (3 * 0.25 / 2) / 2)), rel=1e-8, abs=0)
    assert found.q_total == pytest.approx(found.q_within + found.q_between, rel=EXACT, abs=0)


def test_a_star_and_a_single_trial_say_plainly_that_nothing_can_be_checked():
    star = [pair("1", "a", "c", 1.0), pair("2", "b", "c", 2.0), pair("3", "b", "c", 2.5)]
    for studies in (star, [three("1", [0, 1, 2], [1, 1, 1])]):
        splits, test = node_splits(studies), design_by_treatment(studies)
        assert splits.splits == ()
        assert splits.sentence == test.sentence == NO_LOOP
        assert (test.p_value, test.q_random, test.q_between_df) == (None, None, 0)
        assert test.q_between == pytest.approx(0.0, rel=0, abs=EXACT)
    assert node_splits(star).not_split == (("a", "c"), ("b", "c"))


def test_a_multi_arm_trial_is_never_set_against_itself():
    """The three-arm trial closes a loop only with the other trial of a and b."""
    studies = [three("1", [0, 1, 2], [1, 1, 1]), pair("2", "a", "b", 3.0)]
    found = node_splits(studies)
    assert found.splits == ()
    assert found.not_split == (("a", "b"), ("a", "c"), ("b", "c"))


def test_a_loop_beside_a_multi_arm_trial_is_split_only_where_evidence_is_independent():
    studies = [three("1", [0, 1, 2], [1, 1, 1]), pair("2", "a", "d", 3.0), pair("3", "b", "d", 1.0)]
    found = node_splits(studies)
    assert [(split.a, split.b) for split in found.splits] == [("a", "b"), ("a", "d"), ("b", "d")]
    assert found.not_split == (("a", "c"), ("b", "c"))
    assert found.sentence.startswith("3 of 5 direct comparisons have independent indirect evidence")


def test_swapping_treatments_in_the_data_does_not_matter():
    turned = [pair(s.study, *s.treatments, -s.estimates[0]) for s in reversed(LOOP)]
    for split, other in zip(node_splits(LOOP).splits, node_splits(turned).splits, strict=True):
        assert (split.a, split.b) == (other.a, other.b)
        assert split.difference == pytest.approx(other.difference, rel=EXACT, abs=0)
    assert design_by_treatment(turned).q_random == pytest.approx(design_by_treatment(LOOP).q_random, rel=EXACT, abs=0)
