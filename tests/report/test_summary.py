"""The summary that a command prints."""

from dataclasses import replace
from pathlib import Path

import pytest

from trochlea.report.study import run_study
from trochlea.report.study_inputs import read_inputs
from trochlea.report.study_request import StudyRequest
from trochlea.report.summary import MOST, WIDTH, summary_text


@pytest.fixture(scope="module")
def study():
    inputs = read_inputs(StudyRequest())
    return run_study(inputs, with_advice=False, say=lambda line: None, tick=lambda done, total: None)


def printed(study, *, warnings, preparation=()):
    findings = replace(study.findings, warnings=tuple(warnings), preparation=tuple(preparation))
    return summary_text(replace(study, findings=findings), Path("out"))


def test_every_line_fits_a_terminal_however_long_a_warning_is(study):
    labels = ", ".join(f"MARKER{i}" for i in range(80))
    text = printed(study, warnings=[f"labels left out: {labels}"], preparation=[f"leg scaled with {labels}"])
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "MARKER0," in text
    assert "..." in text


def test_warnings_beyond_the_first_are_counted_and_the_first_come_first(study):
    text = printed(study, warnings=[f"warning {i}" for i in range(MOST + 3)])
    assert text.index("kneecap force") < text.index("- warning 0")
    assert f"- warning {MOST - 1}\n" in text
    assert f"warning {MOST}\n" not in text
    assert "3 more in the report" in text


def test_reserves_and_what_is_assumed_always_stand_there(study):
    text = printed(study, warnings=[])
    assert "that the muscles could not carry" in text
    n = sum(item.source != "measured" for item in study.chain.person.strength.values())
    assert f"{n} of {len(study.chain.person.strength)} strengths" in text
    assert 0 < n
