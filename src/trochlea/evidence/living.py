"""New and corrected rows put into the tables, and what each of them changes there."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from trochlea.errors import FormatError
from trochlea.evidence.column import columns
from trochlea.evidence.dataset import Dataset, build_dataset
from trochlea.evidence.tables import BUNDLED, FILES, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row that an update adds or corrects.

    Attributes:
        table: File of the table.
        id: Row.
        what: "added", or the cells that differ.
        new: The row as it is now.
    """

    table: str
    id: str
    what: str
    new: Any


def updated(data: Dataset, paths: Sequence[Path], *, folder: Path = BUNDLED) -> tuple[Dataset, tuple[RowChange, ...]]:
    """The dataset with new or corrected rows.

    A row whose id is known replaces the old one; any other row is added. Which table a file belongs to is read from
    its columns.

    Args:
        data: All tables before.
        paths: CSV files with new rows.
        folder: Where the old tables lie, for the errors.

    Returns:
        The dataset after, and what each row changes.

    Raises:
        FormatError: If a file is no table of evidence or its rows contradict themselves or the others.
    """
    tables = {name: list(data.table(name)) for name in FILES}
    changes: list[RowChange] = []
    for path in paths:
        name = _table_of(path)
        for row in read_table(path, FILES[name]):
            place = next((i for i, old in enumerate(tables[name]) if old.id == row.id), None)
            if place is None:
                tables[name].append(row)
                changes.append(RowChange(table=name, id=row.id, what="added", new=row))
            elif tables[name][place] != row:
                what = _difference(tables[name][place], row)
                changes.append(RowChange(table=name, id=row.id, what=what, new=row))
                tables[name][place] = row
    try:
        after = build_dataset({name: tuple(rows) for name, rows in tables.items()}, folder=folder, name=data.name)
    except FormatError as error:
        names = ", ".join(str(path) for path in paths)
        raise FormatError(names, "together with the tables before", str(error)) from error
    return after, tuple(changes)


def _table_of(path: Path) -> str:
    """The table whose columns a file has."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = set(next(csv.reader(stream), []))
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(path, None, "cannot be read; expected a CSV file in UTF-8") from error
    names = {name: {column.name for column in columns(kind)} for name, kind in FILES.items()}
    for name, expected in names.items():
        if header == expected:
            return name
    nearest = min(names, key=lambda name: len(names[name] ^ header))
    wrong = ", ".join(sorted(names[nearest] ^ header))
    raise FormatError(path, 1, f"columns of no table; nearest is {nearest}, missing or unknown: {wrong}")


def _difference(old: Any, new: Any) -> str:
    """The cells in which two versions of a row differ."""
    pairs = [(field.name, getattr(old, field.name), getattr(new, field.name)) for field in fields(old)]
    return "; ".join(f"{name} {_shown(a)} \N{RIGHTWARDS ARROW} {_shown(b)}" for name, a, b in pairs if a != b)


def _shown(value: Any) -> str:
    """A cell in words."""
    if value is None or value == "":
        return "empty"
    return "; ".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)
