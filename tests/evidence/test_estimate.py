"""What may enter a pool, and what is refused."""

import re

import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates, total_people

A = Estimate(study="a", estimate=1.0, se=0.5, n=20, measure="MD")


@pytest.mark.parametrize(
    ("estimates", "reason"),
    [
        ([], "nothing to pool"),
        ([A, A], "a: the same people would be counted twice; keep one report of each"),
        ([Estimate(study="a", estimate=1.0, se=0.0)], "a: estimate 1.0 with se 0.0; expected se above 0"),
        ([Estimate(study="a", estimate=1.0, se=-1.0)], "expected se above 0"),
        ([Estimate(study="a", estimate=float("nan"), se=1.0)], "a: estimate nan"),
        ([A, Estimate(study="b", estimate=1.0, se=1.0, measure="SMD")], "measures MD, SMD are mixed"),
    ],
)
def test_what_may_not_be_pooled_is_refused(estimates, reason):
    with pytest.raises(InputError, match=re.escape(reason)):
        check_estimates(estimates)


def test_an_unnamed_measure_goes_with_any():
    check_estimates([A, Estimate(study="b", estimate=1.0, se=1.0)])


def test_people_are_summed_only_where_every_study_gives_them():
    assert total_people([10, 20]) == 30
    assert total_people([10, None]) is None
