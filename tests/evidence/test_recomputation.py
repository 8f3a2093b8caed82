"""Published values are checked against themselves: interval against p value, estimate against interval."""

import math

import pytest

from trochlea.evidence.recomputation import recompute
from trochlea.evidence.tables import read_reviews

ROWS = {row.id: row for row in read_reviews()}


@pytest.mark.parametrize("row_id", ["R01", "R02", "R15", "R16", "R17", "R18", "R19", "R20"])
def test_printed_p_values_follow_from_their_intervals(row_id):
    assert recompute(ROWS[row_id]).agrees is True


def test_the_p_values_of_the_2021_review_are_the_ones_noted_by_hand():
    """The collection notes 0.017 and 0.003."""
    assert recompute(ROWS["R01"]).p_value == pytest.approx(0.017, rel=0, abs=0.0005)
    assert recompute(ROWS["R02"]).p_value == pytest.approx(0.003, rel=0, abs=0.0005)


def test_a_misprinted_interval_is_lopsided():
    """The preprint's foot orthoses: -1.06 (-2.92 to -0.06)."""
    assert recompute(ROWS["R44"]).is_lopsided
    assert "not in the middle" in recompute(ROWS["R44"]).sentence


def test_only_that_row_of_the_table_and_those_rounded_to_one_digit_are_lopsided():
    lopsided = {row.id for row in ROWS.values() if recompute(row).is_lopsided}
    assert lopsided == {"R44"}


def test_a_ratio_is_checked_on_the_log_scale():
    found = recompute(ROWS["R32"])
    se = (math.log(83.5) - math.log(2.4)) / (2 * 1.959964)
    assert found.p_value == pytest.approx(math.erfc(math.log(13.0) / se / math.sqrt(2)), rel=1e-5, abs=0)
    assert found.off_centre is None


def test_without_an_interval_nothing_is_recomputed():
    found = recompute(ROWS["R21"])
    assert (found.p_value, found.agrees, found.sentence) == (
        None,
        None,
        "no interval was seen: nothing can be recomputed",
    )
