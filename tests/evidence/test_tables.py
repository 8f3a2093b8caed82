"""The package's tables are read whole, and a row that contradicts itself is refused."""

import csv
import math
import re
from statistics import NormalDist

import pytest

from trochlea.errors import FormatError
from trochlea.evidence.contrast import favoured_arm, turned
from trochlea.evidence.tables import CONTRASTS, REVIEWS, read_contrasts, read_reviews

GOOD_CONTRAST = "C03"
GOOD_REVIEW = "R16"

P_ROUNDING = 0.006
"""Printed p values have two digits; the worst difference seen between print and interval is 0.004 (R16)."""


def changed_copy(table, tmp_path, row_id, **cells):
    with table.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns, rows = list(reader.fieldnames), list(reader)
    next(row for row in rows if row["id"] == row_id).update(cells)
    path = tmp_path / table.name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_all_rows_are_read():
    assert len(read_contrasts()) == len(CONTRASTS.read_text(encoding="utf-8").splitlines()) - 1 == 24
    assert len(read_reviews()) == len(REVIEWS.read_text(encoding="utf-8").splitlines()) - 1 == 55


def test_a_missing_figure_stays_missing():
    by_id = {c.id: c for c in read_contrasts()}
    assert by_id["C17"].estimate is None
    assert by_id["C10"].ci_low is None
    assert by_id["C09"].n_a is None
    assert all(r.estimate is None for r in read_reviews() if r.status == "not seen")


def test_turning_twice_gives_the_contrast_back():
    for contrast in read_contrasts():
        if contrast.id in ("C03", "C07", "C13"):
            assert turned(turned(contrast)) == contrast
            assert turned(contrast).favours == contrast.favours


def test_a_ratio_is_not_turned_by_its_sign():
    ratio = next(c for c in read_contrasts() if c.id == "C21")
    with pytest.raises(ValueError, match="is not turned by its sign"):
        turned(ratio)


def test_differences_close_in_the_three_arm_trial():
    """Hip minus control less knee minus control is hip minus knee, at both times."""
    value = {c.id: c.estimate for c in read_contrasts()}
    assert value["C02"] - value["C01"] == pytest.approx(value["C03"], rel=0, abs=0.051)
    assert value["C05"] - value["C04"] == pytest.approx(value["C06"], rel=0, abs=0.051)


@pytest.mark.parametrize("row_id", ["R01", "R02", "R15", "R16", "R17", "R18", "R19", "R20"])
def test_printed_p_values_agree_with_their_intervals(row_id):
    review = next(r for r in read_reviews() if r.id == row_id)
    se = (review.ci_high - review.ci_low) / (2 * NormalDist().inv_cdf(0.975))
    p_value = 2 * NormalDist().cdf(-abs(review.estimate) / se)
    assert p_value == pytest.approx(float(review.p_value), rel=0, abs=P_ROUNDING)


CONTRAST_FAULTS = [
    ({"estimate": "-0.8"}, "favours", "favours 'knee'; turn one of them"),
    ({"favours": "knee"}, "favours", "favours 'hip'; turn one of them"),
    ({"better": "lower"}, "favours", "favours 'knee'"),
    ({"favours": "Hip"}, "favours", "expected 'hip', 'knee', 'neither' or 'unstated'"),
    ({"ci_low": "1.0"}, "ci_low", "does not hold the estimate 0.8"),
    ({"ci_high": ""}, "ci_high", "an interval has two ends"),
    ({"estimate": "0,8"}, "estimate", "'0,8' is not a number"),
    ({"estimate": "nan"}, "estimate", "leave the cell empty"),
    ({"estimate": ""}, "estimate", "empty, but the measure is 'MD'"),
    ({"measure": "P only"}, "estimate", "the measure is 'P only'"),
    ({"measure": "difference"}, "measure", "expected one of MD"),
    ({"n_a": "39.5"}, "n_a", "whole number above 0"),
    ({"n_a": ""}, "n_a", "empty"),
    ({"class_a": "hips"}, "class_a", "expected one of hip, knee"),
    ({"status": "derived"}, "usable", "a derived row cannot enter a calculation"),
    ({"usable": "maybe"}, "usable", "expected one of yes, conditional, no"),
    ({"usable": "no"}, "usable_why", "empty"),
    ({"equivalence_margin": "-8"}, "equivalence_margin", "above 0"),
    ({"citation": ""}, "citation", "empty"),
    ({"id": "C02"}, "id", "stands twice"),
    ({"weeks": ""}, "weeks", "empty"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), CONTRAST_FAULTS)
def test_a_contrast_that_contradicts_itself_is_refused(tmp_path, cells, column, reason):
    path = changed_copy(CONTRASTS, tmp_path, GOOD_CONTRAST, **cells)
    with pytest.raises(FormatError, match=re.escape(reason)) as caught:
        read_contrasts(path)
    row = cells.get("id", GOOD_CONTRAST)
    assert str(caught.value).startswith(f"{path}: line 4, row {row}, {column}: ")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"favours": "knee"}, "favours", "favours 'hip+knee'; turn one of them"),
        ({"better": "unknown"}, "better", "a sign cannot be read"),
        ({"status": "not seen"}, "estimate", "the status says that it was not seen"),
        ({"ci_high": "-1.0"}, "ci_low", "does not hold the estimate"),
        ({"measure": "OR"}, "estimate", "a ratio is above 0"),
        ({"supports_claim": "maybe"}, "supports_claim", "expected one of yes, no"),
        ({"k": "0"}, "k", "whole number above 0"),
    ],
)
def test_a_review_that_contradicts_itself_is_refused(tmp_path, cells, column, reason):
    path = changed_copy(REVIEWS, tmp_path, GOOD_REVIEW, **cells)
    with pytest.raises(FormatError, match=re.escape(reason)) as caught:
        read_reviews(path)
    assert str(caught.value).startswith(f"{path}: line 17, row {GOOD_REVIEW}, {column}: ")


def test_one_scale_points_one_way_in_the_whole_table(tmp_path):
    path = changed_copy(CONTRASTS, tmp_path, "C06", better="lower", favours="knee")
    with pytest.raises(FormatError, match="row C06, better: AKPS is 'lower' here, 'higher' above"):
        read_contrasts(path)


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "contrasts.csv"
    path.write_text(CONTRASTS.read_text(encoding="utf-8").replace("ci_low", "low", 1), encoding="utf-8")
    with pytest.raises(FormatError, match="line 1: columns missing or unknown: ci_low, low"):
        read_contrasts(path)


def test_a_row_that_ends_early_is_refused(tmp_path):
    path = tmp_path / "contrasts.csv"
    lines = CONTRASTS.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1], "C02,Hott 2019"]), encoding="utf-8")
    with pytest.raises(FormatError, match=r"line 3: expected 29 cells"):
        read_contrasts(path)


def test_ratios_are_read_on_the_log_scale():
    """A ratio below one favours the other arm when higher is better."""
    assert favoured_arm("a", "b", estimate=0.5, measure="OR", better="higher") == "b"
    assert favoured_arm("a", "b", estimate=2.0, measure="OR", better="higher") == "a"
    assert favoured_arm("a", "b", estimate=math.exp(0), measure="OR", better="lower") == "neither"
