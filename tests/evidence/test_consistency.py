"""Bad tables are refused: each refusal names the row, the column and the remedy."""

import re

import pytest

from trochlea.errors import FormatError
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.tables import BUNDLED

from .conftest import read_cells

FIGURE = {
    "id": "X1",
    "arm": "Fukuda 2010: knee",
    "outcome": "pain",
    "instrument": "VAS",
    "weeks": "4",
    "timepoint": "4 weeks",
    "kind": "final mean",
    "value": "3.1",
    "spread_kind": "SD",
    "spread": "1.2",
    "n": "22",
    "usable": "yes",
    "trust": "high",
    "citation": "assumed",
    "where_seen": "invented",
}


def copied(table, row_id, **cells):
    """A row of the package's table under a new id."""
    row = next(row for row in read_cells(BUNDLED / table) if row["id"] == row_id)
    return {**row, "id": "X1", **cells}


CASES = {
    "negative SD": ("figures.csv", {**FIGURE, "spread": "-1.2"}, "spread", "a spread is above 0"),
    "SD of zero": ("figures.csv", {**FIGURE, "spread": "0"}, "spread", "a spread is above 0"),
    "SD missing": ("figures.csv", {**FIGURE, "spread": ""}, "spread", "empty, but spread_kind is 'SD'"),
    "usable mean without spread": (
        "figures.csv",
        {**FIGURE, "spread": "", "spread_kind": "none"},
        "spread_kind",
        "needs its SD, SE or interval; or set usable to 'no'",
    ),
    "arm without n": ("figures.csv", {**FIGURE, "n": ""}, "n", "set usable to 'no'"),
    "mean of one person": ("figures.csv", {**FIGURE, "n": "1"}, "n", "one person has no scatter"),
    "more people than were randomised": (
        "figures.csv",
        {**FIGURE, "n": "23"},
        "n",
        "23, but 22 were randomised to Fukuda 2010: knee in arms.csv",
    ),
    "outcome that its scale does not measure": (
        "figures.csv",
        {**FIGURE, "outcome": "function"},
        "outcome",
        "'function', but VAS measures 'pain' in instruments.csv",
    ),
    "n of zero": ("figures.csv", {**FIGURE, "n": "0"}, "n", "whole number above 0"),
    "interval beside its mean": (
        "figures.csv",
        {**FIGURE, "spread_kind": "CI", "spread": "", "ci_low": "3.2", "ci_high": "4.0"},
        "ci_low",
        "does not hold the value 3.1",
    ),
    "interval with one end": (
        "figures.csv",
        {**FIGURE, "spread_kind": "CI", "spread": "", "ci_low": "3.0"},
        "ci_low",
        "two ends",
    ),
    "mean outside the scale": ("figures.csv", {**FIGURE, "value": "31"}, "value", "31 does not fit VAS, 0 to 10"),
    "change larger than the scale": (
        "figures.csv",
        {**FIGURE, "kind": "change mean", "value": "-11"},
        "value",
        "-11 does not fit VAS",
    ),
    "more events than people": (
        "figures.csv",
        {**FIGURE, "kind": "events", "value": "23", "spread_kind": "none", "spread": ""},
        "value",
        "events are a whole number from 0 to n",
    ),
    "arm that is not there": ("figures.csv", {**FIGURE, "arm": "Nobody: knee"}, "arm", "not an id in arms.csv"),
    "scale that is not there": (
        "figures.csv",
        {**FIGURE, "instrument": "KOOS"},
        "instrument",
        "'KOOS' is not an id in instruments.csv; add the row there",
    ),
    "difference on the wrong side of its interval": (
        "contrasts.csv",
        copied("contrasts.csv", "C01", estimate="-0.2", ci_low="5.5", ci_high="6.0", favours="control"),
        "ci_low",
        "look for a lost sign, or turn all three",
    ),
    "text and sign disagree": (
        "contrasts.csv",
        copied("contrasts.csv", "C07", favours="hip"),
        "favours",
        "favours 'knee'; turn one of them",
    ),
    "interval without width": (
        "contrasts.csv",
        copied("contrasts.csv", "C07", weeks="6", estimate="0.6", ci_low="0.6", ci_high="0.6"),
        "ci_low",
        "a study without sampling error cannot be weighted; write the printed interval",
    ),
    "arm interval without width": (
        "figures.csv",
        {**FIGURE, "spread_kind": "CI", "spread": "", "ci_low": "3.1", "ci_high": "3.1"},
        "ci_low",
        "a study without sampling error cannot be weighted; write the printed interval",
    ),
    "class that differs from its arm's": (
        "contrasts.csv",
        copied("contrasts.csv", "C09", class_a="hip"),
        "class_a",
        "'hip' here, 'hip+knee' for Tahir (no year seen): hip+knee in arms.csv; correct one",
    ),
    "arm that its trial does not have": (
        "contrasts.csv",
        copied("contrasts.csv", "C09", arm_a="hip and knee", favours="hip and knee"),
        "arm_a",
        "'hip and knee' is no arm of Tahir (no year seen) in arms.csv: expected one of knee, hip+knee",
    ),
    "difference with more people than its arm": (
        "contrasts.csv",
        copied("contrasts.csv", "C08", n_b="101"),
        "n_b",
        "101, but 100 were randomised to Hansen 2023: hip in arms.csv",
    ),
    "difference on another scale's outcome": (
        "contrasts.csv",
        copied("contrasts.csv", "C08", outcome="pain"),
        "outcome",
        "'pain', but AKPS measures 'function'",
    ),
    "difference larger than the scale": (
        "contrasts.csv",
        copied("contrasts.csv", "C15", estimate="-16.7", ci_low="-25.1", ci_high="-8.3"),
        "estimate",
        "more than the whole range of VAS, 10 points",
    ),
    "same people at the same time": (
        "contrasts.csv",
        copied("contrasts.csv", "C08", usable="yes"),
        "usable",
        "as row C07; people would be counted twice",
    ),
    "trial that is not there": (
        "contrasts.csv",
        copied("contrasts.csv", "C09", trial="Tahir"),
        "trial",
        "'Tahir' is not an id in studies.csv",
    ),
    "second report under its own name": (
        "contrasts.csv",
        copied("contrasts.csv", "C09", trial="Hott 2020"),
        "trial",
        "Hott 2020 has the same people as Hott 2019; write 'Hott 2019' here",
    ),
    "standard error of zero": (
        "contrasts.csv",
        copied("contrasts.csv", "C09", se="0"),
        "se",
        "a study without sampling error cannot be weighted",
    ),
    "usable difference without interval": (
        "contrasts.csv",
        copied("contrasts.csv", "C10", usable="yes", status="as reported", n_a="16", n_b="17"),
        "ci_low",
        "empty",
    ),
    "study twice": ("studies.csv", {**copied("studies.csv", "Saad 2018"), "id": "Saad 2018"}, "id", "stands twice"),
    "report twice under two names": (
        "studies.csv",
        copied("studies.csv", "Saad 2018"),
        "doi",
        "the same report as row Saad 2018",
    ),
    "repeat of a repeat": (
        "studies.csv",
        copied("studies.csv", "Saad 2018", doi="", same_people_as="Hott 2020"),
        "same_people_as",
        "is itself a repeat; name the first report, 'Hott 2019'",
    ),
    "arm twice": (
        "arms.csv",
        copied("arms.csv", "Hott 2019: hip"),
        "arm",
        "the same arm as row Hott 2019: hip",
    ),
    "unknown class": (
        "arms.csv",
        copied("arms.csv", "Hott 2019: hip", programme_class="core"),
        "programme_class",
        "hip",
    ),
    "dose of an arm that is not there": (
        "doses.csv",
        {"id": "X1", "arm": "Hott 2019", "item": "13", "value": "?", "citation": "assumed"},
        "arm",
        "not an id in arms.csv",
    ),
    "unknown CERT item": (
        "doses.csv",
        {"id": "X1", "arm": "Hott 2019: hip", "item": "17", "value": "?", "citation": "assumed"},
        "item",
        "expected one of 1, 2, 3",
    ),
    "scale upside down": (
        "instruments.csv",
        copied("instruments.csv", "VAS", range_low="10", range_high="0"),
        "range_high",
        "0 is not above range_low 10; swap them",
    ),
    "negative important change": (
        "instruments.csv",
        copied("instruments.csv", "VAS", important_change="-2"),
        "important_change",
        "the direction is in better",
    ),
    "domain judged twice": (
        "judgements.csv",
        copied("judgements.csv", "J01", class_a="knee", class_b="hip"),
        "domain",
        "the same domain of one question as row J01",
    ),
    "bias of a study that is not there": (
        "bias.csv",
        copied("bias.csv", "B01", study="Nobody"),
        "study",
        "not an id in studies.csv",
    ),
    "bias of a domain twice": ("bias.csv", copied("bias.csv", "B01"), "domain", "the same domain as row B01"),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_bad_row_is_refused_with_its_place_and_the_remedy(case, changed_bundle):
    table, row, column, reason = CASES[case]
    folder = changed_bundle(table, added=[row])
    with pytest.raises(FormatError, match=re.escape(reason)) as caught:
        read_dataset(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder / table}: ")
    assert re.search(rf"row {re.escape(row['id'])}, {column}: ", message), message
    assert "\n" not in message


def test_one_scale_cannot_point_both_ways(changed_bundle):
    folder = changed_bundle("instruments.csv", "AKPS", better="lower")
    with pytest.raises(FormatError, match=r"row C01, better: AKPS is 'higher' here, 'lower' in instruments\.csv"):
        read_dataset(folder)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"estimate": "3.2", "ci_low": "-2.4", "ci_high": "8.8"}, "imply 0.8 .* found 3.2"),
        ({"estimate": "-0.8", "ci_low": "-6.4", "ci_high": "4.8", "favours": "knee"}, "look for a lost sign"),
        ({"ci_low": "-24.8", "ci_high": "26.4"}, "expected above 0: look for an interval from another analysis"),
    ],
)
def test_contrasts_of_one_trial_that_cannot_all_be_true_are_refused(cells, expected, changed_bundle):
    folder = changed_bundle("contrasts.csv", "C03", **cells)
    with pytest.raises(FormatError, match=expected) as caught:
        read_dataset(folder)
    assert re.search(r"C01|C02|C03", str(caught.value))


def test_rounding_of_printed_contrasts_is_not_an_inconsistency(changed_bundle):
    folder = changed_bundle("contrasts.csv", "C03", estimate="0.9")
    assert read_dataset(folder)
