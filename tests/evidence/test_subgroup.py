"""Subgroups: by hand, and refusals; agreement with R is in test_metafor.py."""

import math

import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.pooling import pool_random_effects
from trochlea.evidence.subgroup import pool_subgroups

EXACT = 1e-12
"""Closed forms; the worst relative difference seen is 3e-16."""
STUDIES = [Estimate(study=str(i), estimate=y, se=1.0) for i, y in enumerate([1.0, 3.0, 6.0, 8.0])]
GROUPS = ["women", "women", "mixed", "mixed"]


def test_the_test_between_two_groups_by_hand():
    """Means 2 and 7 with variance 1/2 each: Q = 25 / 1."""
    found = pool_subgroups(STUDIES, GROUPS, model="common")
    assert [(group.name, group.pooled.estimate) for group in found.groups] == [("women", 2.0), ("mixed", 7.0)]
    assert found.q_between == pytest.approx(25.0, rel=EXACT, abs=0)
    assert found.p_value == pytest.approx(math.erfc(5 / math.sqrt(2)), rel=1e-9, abs=0)
    assert (found.df, found.k, found.method, found.tau2) == (1, 4, "", "")


def test_a_common_tau2_is_that_within_groups():
    """By hand: squares 1 + 1 + 1 + 1 on 2 degrees of freedom, less the sampling variance 1."""
    found = pool_subgroups(STUDIES, GROUPS, common_tau2=True)
    assert [group.pooled.tau2 for group in found.groups] == pytest.approx([1.0, 1.0], rel=1e-9, abs=0)
    assert found.q_between == pytest.approx(12.5, rel=1e-9, abs=0)
    assert found.tau2 == "common"


def test_every_subgroup_is_the_pool_of_its_own_studies():
    found = pool_subgroups(STUDIES, GROUPS)
    assert found.groups[1].pooled == pool_random_effects(STUDIES[2:])


def test_it_warns_that_subgroups_are_indirect_and_small():
    found = pool_subgroups(STUDIES, GROUPS)
    assert found.warnings[0].startswith("subgroups of studies were not randomised")
    assert found.warnings[1].startswith("too few studies for a tau2 of their own: women (2), mixed (2)")
    assert len(pool_subgroups(STUDIES, GROUPS, common_tau2=True).warnings) == 1


def test_groups_of_single_studies_have_no_tau2():
    found = pool_subgroups(STUDIES[:2], ["a", "b"], common_tau2=True)
    assert [group.pooled.tau2 for group in found.groups] == [None, None]


@pytest.mark.parametrize(
    ("groups", "settings", "reason"),
    [
        (["a"] * 4, {}, "1 subgroups for 4 studies; expected two or more"),
        (["a", "b"], {}, "2 subgroups for 4 studies"),
        (GROUPS, {"model": "mixed"}, "model 'mixed'"),
        (GROUPS, {"method": "EB"}, "tau2 estimator 'EB'"),
    ],
)
def test_what_is_no_set_of_subgroups_is_refused(groups, settings, reason):
    with pytest.raises(InputError, match=reason):
        pool_subgroups(STUDIES, groups, **settings)
