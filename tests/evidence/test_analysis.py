"""Everything at once: nothing is dropped silently, and the result is JSON with the hash of its data."""

import json
from dataclasses import replace

import pytest

from trochlea.evidence.analysis import analyse
from trochlea.evidence.analysis_json import analysis_json
from trochlea.evidence.comparison import QUESTIONS
from trochlea.evidence.dataset import read_dataset


@pytest.fixture(scope="module")
def data():
    return read_dataset()


@pytest.fixture(scope="module")
def analysis(data):
    return analyse(data)


def test_every_row_of_the_trials_enters_or_is_listed_with_its_reason(data, analysis):
    used = {trial.contrast.id for answer in analysis.answers for trial in answer.trials}
    listed = {row.id: row.reason for row in analysis.excluded}
    assert used | set(listed) == {row.id for row in (*data.contrasts, *data.figures)}
    assert not used & set(listed)
    assert all(listed.values())


def test_every_study_speaks_or_is_listed_with_its_reason(data, analysis):
    speaking = {trial.contrast.trial for answer in analysis.answers for trial in answer.trials}
    silent = {item.study: item.reason for item in analysis.silent}
    assert speaking == {"Hott 2019", "Hansen 2023"}
    assert speaking | set(silent) == {study.id for study in data.studies}
    assert silent["Avraham 2007"] == "known by name only"
    assert silent["Bolgla 2016"] == "the same people as Ferber 2015; counted there"


def test_every_question_is_answered_at_every_time(analysis):
    asked = {(a.class_a, a.class_b, a.outcome, a.timepoint) for a in analysis.answers}
    assert asked == {(a, b, o, t) for a, b in QUESTIONS for o in ("pain", "function") for t in ("short", "long")}


def test_the_levels_are_never_pooled_together(data, analysis):
    """Only rows of trials stand in a pool: no review, guideline or vote."""
    studies = {name for a in analysis.answers if a.common for name in a.common.studies}
    assert studies <= {study.id for study in data.studies}
    assert not studies & {row.review for row in data.reviews}


def test_the_order_of_rows_does_not_matter(data, analysis):
    turned = replace(data, contrasts=tuple(reversed(data.contrasts)), studies=tuple(reversed(data.studies)))
    again = analyse(turned)
    numbers = {a.name + a.outcome + a.timepoint: a.common.estimate for a in analysis.answers if a.common}
    for answer in again.answers:
        if answer.common:
            expected = numbers[answer.name + answer.outcome + answer.timepoint]
            assert answer.common.estimate == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_json_is_whole_and_carries_the_hash(data, analysis):
    document = json.loads(analysis_json(analysis))
    assert document["schema"] == 1
    assert document["data_hash"] == data.sha256
    assert len(document["answers"]) == len(analysis.answers)
    assert len(document["excluded"]) == len(analysis.excluded)
    hip = next(a for a in document["answers"] if a["class_a"] == "hip" and a["timepoint"] == "short" and a["common"])
    assert hip["common"]["k"] == 2
    assert len(hip["data_hash"]) == 64
    assert "(" not in next(iter(document["networks"][2]["parts"][0]["network"]["direct"]))
