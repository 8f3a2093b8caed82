"""Leave-one-out and cumulative pools."""

from functools import partial

import pytest

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.influence import cumulative, leave_one_out
from trochlea.evidence.pooling import pool_common_effect, pool_random_effects

STUDIES = [Estimate(study=name, estimate=y, se=1.0) for name, y in (("a", 1.0), ("b", 3.0), ("c", 8.0))]


def test_each_study_is_left_out_in_turn():
    """By hand: means of the other two, against the mean 4 of all."""
    found = leave_one_out(STUDIES, pool=pool_common_effect)
    assert [left.study for left in found] == ["a", "b", "c"]
    assert [left.pooled.estimate for left in found] == pytest.approx([5.5, 4.5, 2.0], rel=1e-12, abs=0)
    assert [left.change for left in found] == pytest.approx([1.5, 0.5, -2.0], rel=1e-12, abs=0)
    assert found[0].pooled.studies == ("b", "c")


def test_studies_are_added_in_the_order_given():
    found = cumulative(STUDIES, pool=pool_common_effect)
    assert [pooled.estimate for pooled in found] == pytest.approx([1.0, 2.0, 4.0], rel=1e-12, abs=0)
    assert [pooled.k for pooled in found] == [1, 2, 3]


def test_the_last_cumulative_pool_is_the_pool_of_all():
    pool = partial(pool_random_effects, method="PM")
    assert cumulative(STUDIES, pool=pool)[-1] == pool(STUDIES)


def test_leaving_out_the_only_study_is_refused():
    with pytest.raises(InputError, match="a: only one study; leaving it out leaves nothing to pool"):
        leave_one_out(STUDIES[:1])


def test_a_study_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="counted twice"):
        cumulative([*STUDIES, STUDIES[0]])
