"""The folder of tables to start from runs as it is and explains every column."""

import pytest

from trochlea.errors import InputError
from trochlea.evidence.analysis import analyse
from trochlea.evidence.column import columns
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.dictionary import dictionary
from trochlea.evidence.tables import FILES
from trochlea.evidence.template import EXAMPLE, write_template


def test_the_template_runs_as_it_is(tmp_path):
    write_template(tmp_path / "mine")
    data = read_dataset(tmp_path / "mine")
    analysis = analyse(data, outcomes=("pain",), timepoints=("short",))
    (answer,) = (a for a in analysis.answers if a.common is not None)
    assert (answer.class_a, answer.class_b, answer.common.studies) == ("hip", "knee", (EXAMPLE,))
    assert answer.common.estimate == pytest.approx(-0.2, rel=0, abs=1e-12)


def test_its_trial_says_that_it_is_invented(tmp_path):
    write_template(tmp_path / "mine")
    data = read_dataset(tmp_path / "mine")
    assert "invented" in data.studies[0].id
    assert all(row.where_seen == "invented" for row in data.figures)


def test_every_column_is_in_the_dictionary(tmp_path):
    write_template(tmp_path / "mine")
    text = (tmp_path / "mine" / "DICTIONARY.md").read_text(encoding="utf-8")
    assert dictionary() in text
    for name, kind in FILES.items():
        section = text.split(f"## {name}")[1].split("\n## ")[0]
        for column in columns(kind):
            assert f"| `{column.name}` |" in section, f"{name} {column.name}"


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "studies.csv").write_text("keep me")
    with pytest.raises(InputError, match="already there; choose a new folder"):
        write_template(tmp_path / "mine")
    assert (tmp_path / "mine" / "studies.csv").read_text() == "keep me"
