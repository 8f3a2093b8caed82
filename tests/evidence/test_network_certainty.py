"""Trials count in a network's certainty by their share in each comparison."""

import pytest

from trochlea.evidence.comparison import Settings
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.network_answer import network_answers
from trochlea.evidence.network_certainty import study_shares
from trochlea.evidence.selection import select

EXACT = 1e-12
"""Shares add up to rounding; worst seen 2e-16."""


def part_of(data, outcome):
    selection = select(data, outcome=outcome, timepoint="short")
    (answer,) = network_answers(data, selection, settings=Settings())
    return answer.parts[0]


@pytest.fixture(scope="module")
def part():
    return part_of(read_dataset(), "function")


def test_every_pair_of_classes_is_rated_once(part):
    assert [(row.a, row.b) for row in part.certainties] == [("hip", "knee"), ("hip", "control"), ("knee", "control")]


def test_shares_add_up_to_one(part):
    for row in part.certainties:
        assert sum(share for _, share in row.shares) == pytest.approx(1.0, rel=0, abs=EXACT)


def test_a_comparison_of_one_trial_still_draws_on_the_other(part):
    shares = {(row.a, row.b): dict(row.shares) for row in part.certainties}
    assert shares["hip", "knee"]["Hansen 2023"] > 0.5
    assert 0 < shares["hip", "control"]["Hansen 2023"] < shares["hip", "control"]["Hott 2019"]


def test_a_direct_comparison_is_divided_by_precision(part):
    """Hip with knee alone: the weights of the pairwise pool, 18 and 82 %."""
    shares = study_shares({("hip", "knee"): 1.0}, part.studies)
    assert {study: round(100 * share) for study, share in shares.items()} == {"Hott 2019": 18, "Hansen 2023": 82}


def test_the_stored_judgements_reach_the_network(part):
    by_pair = {(row.a, row.b): row.certainty for row in part.certainties}
    assert by_pair["hip", "knee"].level == "low"
    assert by_pair["hip", "control"].level == "not rated"


def test_incoherence_comes_from_the_test_where_there_is_one(part):
    rating = next(r for r in part.certainties[0].certainty.ratings if r.domain == "incoherence")
    assert rating.concerns in ("no concerns", "not evaluable")
    assert rating.reason


def test_direct_shares_are_those_of_the_contribution_matrix(complete):
    part = part_of(read_dataset(complete), "pain")
    direct = {(row.a, row.b): row.direct_share for row in part.certainties}
    assert direct["hip", "knee"] == pytest.approx(1.0, rel=0, abs=1e-9), "nothing else reaches hip"
    assert direct["hip", "control"] == 0.0, "never compared directly"
    reason = next(
        r.reason
        for row in part.certainties
        if (row.a, row.b) == ("hip", "control")
        for r in row.certainty.ratings
        if r.domain == "indirectness"
    )
    assert reason.startswith("0 % of it is direct")
