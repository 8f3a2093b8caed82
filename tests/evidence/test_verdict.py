"""Better, equivalent and no difference shown, on scales that point either way."""

from dataclasses import replace

import pytest

from trochlea.errors import InputError
from trochlea.evidence.tables import read_contrasts
from trochlea.evidence.verdict import favoured_class, trial_result

HANSEN = next(row for row in read_contrasts() if row.id == "C07")


@pytest.mark.parametrize(
    ("interval", "better", "expected"),
    [
        ((1.0, 3.0), "higher", "hip"),
        ((1.0, 3.0), "lower", "knee"),
        ((-3.0, -1.0), "higher", "knee"),
        ((-3.0, -1.0), "lower", "hip"),
        ((-1.0, 3.0), "higher", ""),
        ((0.0, 3.0), "lower", ""),
    ],
)
def test_an_interval_beside_zero_favours_a_class(interval, better, expected):
    assert favoured_class(*interval, class_a="hip", class_b="knee", better=better) == expected


def test_an_unknown_direction_is_refused():
    with pytest.raises(InputError, match="expected 'higher' or 'lower'"):
        favoured_class(1.0, 2.0, class_a="hip", class_b="knee", better="unknown")


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((-7.9, 7.9), "equivalent"),
        ((-8.0, 2.0), "no difference shown"),
        ((-2.0, 8.0), "no difference shown"),
        ((1.0, 7.9), "equivalent"),
        ((1.0, 9.0), "knee better"),
    ],
)
def test_equivalent_needs_the_whole_interval_inside_the_margin_set_beforehand(interval, verdict):
    """The row is knee minus hip with a margin of 8 points."""
    low, high = interval
    row = replace(HANSEN, ci_low=low, ci_high=high, estimate=0.5 * (low + high))
    assert trial_result(row, class_a="hip", class_b="knee").verdict == verdict


def test_an_interval_beyond_the_margin_says_so():
    row = replace(HANSEN, ci_low=-9.0, ci_high=3.0)
    words = trial_result(row, class_a="hip", class_b="knee").sentence
    assert "reaches 9 points, beyond the 8 that it set beforehand" in words
