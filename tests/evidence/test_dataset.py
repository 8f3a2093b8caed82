"""All tables of the package are read together, and what is written is read back."""

import csv

import pytest

from trochlea.errors import FormatError
from trochlea.evidence.column import columns
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.dose import CERT_ITEMS, NOT_REPORTED, NOT_SEEN, prescription
from trochlea.evidence.tables import BUNDLED, FILES
from trochlea.evidence.template import write_table
from trochlea.report.bibliography import references


def test_every_row_of_every_file_is_read():
    data = read_dataset()
    for name in FILES:
        with (BUNDLED / name).open(encoding="utf-8", newline="") as stream:
            n_rows = len(list(csv.DictReader(stream)))
        assert len(data.table(name)) == n_rows > 0, name


def test_the_tables_hold_what_was_collected():
    """Counts of the collection: 42 studies, 23 arm figures, 24 differences, 55 review rows, 20 votes and more."""
    data = read_dataset()
    assert (len(data.studies), len(data.figures), len(data.contrasts), len(data.reviews)) == (42, 23, 24, 55)
    votes = [row for row in data.statements if row.kind == "consensus vote"]
    assert len(votes) == 21
    assert sum(row.comparison in ("hip v knee", "hip+knee v knee") for row in votes) == 8


def test_every_citation_is_in_the_bibliography():
    data = read_dataset()
    for name in FILES:
        for row in data.table(name):
            keys = () if name == "judgements.csv" else row.citations
            unknown = [key for key in keys if key not in references() and key not in ("none", "assumed")]
            assert not unknown, f"{name} {row.id}: {unknown}"


def test_what_is_written_is_read_back(tmp_path):
    data = read_dataset()
    for name, kind in FILES.items():
        write_table(tmp_path / name, kind, data.table(name))
    again = read_dataset(tmp_path)
    assert all(again.table(name) == data.table(name) for name in FILES)
    assert again.sha256 == data.sha256


def test_the_hash_does_not_depend_on_the_order_of_rows(tmp_path):
    data = read_dataset()
    for name, kind in FILES.items():
        write_table(tmp_path / name, kind, tuple(reversed(data.table(name))))
    assert read_dataset(tmp_path).sha256 == data.sha256


def test_the_hash_moves_with_one_digit(changed_bundle):
    folder = changed_bundle("contrasts.csv", "C06", ci_high="11.1")
    assert read_dataset(folder).sha256 != read_dataset().sha256


def test_a_folder_that_is_not_there_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(FormatError, match="trochlea evidence new DIR"):
        read_dataset(tmp_path / "nowhere")


def test_a_missing_table_is_named(changed_bundle):
    folder = changed_bundle("studies.csv")
    (folder / "arms.csv").unlink()
    with pytest.raises(FormatError, match=r"lacks arms\.csv"):
        read_dataset(folder)


def test_a_table_that_is_not_text_is_refused(changed_bundle):
    folder = changed_bundle("studies.csv")
    (folder / "bias.csv").write_bytes(bytes(range(128, 256)))
    with pytest.raises(FormatError, match=r"bias\.csv: is not UTF-8"):
        read_dataset(folder)


def test_an_item_without_a_row_is_not_seen_and_never_guessed():
    data = read_dataset()
    items = prescription(data.doses, "Hott 2019: hip")
    assert list(items) == list(CERT_ITEMS)
    assert items["10"] == "the same patient education in every arm"
    assert items["5"] == NOT_SEEN
    assert NOT_REPORTED not in items.values()


def test_not_reported_is_a_value(changed_bundle):
    row = {"id": "D99", "arm": "Hott 2019: hip", "item": "5", "value": NOT_REPORTED, "citation": "assumed"}
    data = read_dataset(changed_bundle("doses.csv", added=[row]))
    assert prescription(data.doses, "Hott 2019: hip")["5"] == NOT_REPORTED


def test_every_column_says_what_it_holds():
    for name, kind in FILES.items():
        for column in columns(kind):
            assert column.words, f"{name} {column.name}"


def test_the_follow_up_of_2020_has_the_people_of_2019():
    data = read_dataset()
    assert data.study("Hott 2020").same_people_as == "Hott 2019"
    assert {row.trial for row in data.contrasts if "hott-2020-one-year" in row.citations} == {"Hott 2019"}
