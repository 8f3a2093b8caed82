"""The wear index in words and JSON: numbers only where the interval allows them."""

import json

import numpy as np
import pytest

from trochlea.knee.wear import WearIndex
from trochlea.motion.timeseries import read_only
from trochlea.report.wear_text import wear_json, wear_table


def index(lateral, medial, statuses=("converged",)):
    return WearIndex(
        activities=("walking",),
        per_day=read_only([2740.0]),
        statuses=statuses,
        exponents=read_only([2.0, 13.0]),
        ratios=read_only([lateral, medial]),
        shares=read_only(np.ones((1, 2, 2))),
    )


@pytest.mark.parametrize(
    ("ratios", "words", "is_shown"),
    [
        ((1.2, 2.4), "lateral facet: 1.20 to 2.40 times that at the norm", True),
        ((1.2, 5.0), "lateral facet: more than at the norm", False),
        ((0.1, 0.8), "lateral facet: less than at the norm", False),
        ((0.2, 1.5), "lateral facet: more or less than at the norm, depending on the exponent: no answer", False),
        ((np.nan, np.nan), "lateral facet: no answer", False),
    ],
)
def test_a_ratio_is_shown_only_where_its_interval_is_narrow(ratios, words, is_shown):
    found = index(ratios, (1.0, 1.0))
    assert words in wear_table(found).splitlines()
    assert "medial facet: as at the norm" in wear_table(found).splitlines()
    assert (json.loads(wear_json(found))["facets"]["lateral"]["ratio"] is not None) == is_shown


def test_it_names_the_activities_and_says_nothing_of_years():
    text = wear_table(index((1.0, 1.0), (1.0, 1.0)))
    assert "walking 2740" in text
    assert "nothing of years" in text


def test_a_knee_out_of_the_groove_is_named():
    text = wear_table(index((np.nan, np.nan), (np.nan, np.nan), statuses=("converged", "dislocated")))
    assert "some frames have no equilibrium in the groove: dislocated" in text
