"""A folder of tables to start from, with an invented trial that shows how a row is filled in."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trochlea.errors import InputError
from trochlea.evidence.column import columns
from trochlea.evidence.dictionary import dictionary
from trochlea.evidence.tables import FILES

EXAMPLE = "Example (invented)"

_WHO = {"citation": "assumed"}

EXAMPLE_ROWS: dict[str, Sequence[dict[str, str]]] = {
    "studies.csv": [
        {
            "id": EXAMPLE,
            "found": "yes",
            "design": "RCT, 2 arms",
            "randomised": "yes",
            "allocation": "random",
            "population": "invented people, replace this row",
            "n": "80",
            "outcomes": "VAS",
            "finding": "invented",
            "note": "every number of this trial is invented; delete its rows",
            **_WHO,
        }
    ],
    "arms.csv": [
        {
            "id": f"{EXAMPLE}: {name}",
            "study": EXAMPLE,
            "arm": name,
            "label": f"{name} exercises",
            "programme_class": name,
            "n_randomised": "40",
            **_WHO,
        }
        for name in ("hip", "knee")
    ],
    "doses.csv": [
        {"id": "D1", "arm": f"{EXAMPLE}: hip", "item": "13", "value": "not reported", **_WHO},
    ],
    "instruments.csv": [
        {
            "id": "VAS",
            "outcome": "pain",
            "range_low": "0",
            "range_high": "10",
            "better": "lower",
            "note": "add the smallest important change with its source",
            **_WHO,
        }
    ],
    "figures.csv": [
        {
            "id": f"F{i + 1}",
            "arm": f"{EXAMPLE}: {name}",
            "outcome": "pain",
            "instrument": "VAS",
            "weeks": "12",
            "timepoint": "12 weeks",
            "kind": "change mean",
            "value": value,
            "spread_kind": "SD",
            "spread": "2.0",
            "n": "40",
            "usable": "yes",
            "trust": "low",
            "where_seen": "invented",
            **_WHO,
        }
        for i, (name, value) in enumerate((("hip", "-2.0"), ("knee", "-1.8")))
    ],
}


def write_template(folder: Path) -> None:
    """Write every table with its header, an invented trial, and the dictionary beside them.

    Raises:
        InputError: If the folder exists already or cannot be written.
    """
    if folder.exists():
        raise InputError(f"{folder}: is already there; choose a new folder, nothing is overwritten")
    try:
        folder.mkdir(parents=True)
        for name, kind in FILES.items():
            write_cells(folder / name, [column.name for column in columns(kind)], EXAMPLE_ROWS.get(name, ()))
        (folder / "DICTIONARY.md").write_text(f"# Dictionary of the tables\n\n{dictionary()}", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from error


def write_table(path: Path, kind: type, rows: Sequence[Any]) -> None:
    """Write rows so that reading them gives them back."""
    table = columns(kind)
    cells = [
        {column.name: _cell(values[column.attribute]) for column in table} for values in (asdict(row) for row in rows)
    ]
    write_cells(path, [column.name for column in table], cells)


def write_cells(path: Path, header: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    """Write a CSV table; a cell that a row does not have stays empty."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _cell(value: Any) -> str:
    """A value as its cell."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)
