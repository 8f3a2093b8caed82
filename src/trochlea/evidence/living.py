"""New rows, everything run again, and what changed and why."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from trochlea.errors import FormatError
from trochlea.evidence.analysis import Analysis
from trochlea.evidence.arm_figures import FROM_ARMS
from trochlea.evidence.column import columns
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.dataset import Dataset, build_dataset
from trochlea.evidence.number_words import points
from trochlea.evidence.tables import BUNDLED, FILES, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row that an update adds or corrects.

    Attributes:
        table: File of the table.
        id: Row.
        what: "added", or the cells that differ.
    """

    table: str
    id: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChange:
    """One result that an update moves.

    Attributes:
        name: The question, outcome, time and scale.
        before: In words.
        after: In words.
        why: Rows behind it.
    """

    name: str
    before: str
    after: str
    why: str


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
                changes.append(RowChange(table=name, id=row.id, what="added"))
            elif tables[name][place] != row:
                changes.append(RowChange(table=name, id=row.id, what=_difference(tables[name][place], row)))
                tables[name][place] = row
    try:
        after = build_dataset({name: tuple(rows) for name, rows in tables.items()}, folder=folder, name=data.name)
    except FormatError as error:
        names = ", ".join(str(path) for path in paths)
        raise FormatError(names, "together with the tables before", str(error)) from error
    return after, tuple(changes)


def changed_results(before: Analysis, after: Analysis, rows: Sequence[RowChange]) -> tuple[ResultChange, ...]:
    """Results that differ, with the rows behind each difference."""
    old = {_key(answer): answer for answer in before.answers if answer.common is not None}
    new = {_key(answer): answer for answer in after.answers if answer.common is not None}
    found = []
    for key in dict.fromkeys((*old, *new)):
        first, second = old.get(key), new.get(key)
        if first is not None and second is not None and first.data_hash == second.data_hash:
            continue
        name = f"{key[0]} minus {key[1]}, {key[2]}, {key[3]}, {key[4]}"
        why = _why(first, second, rows)
        found.append(ResultChange(name=name, before=_words(first), after=_words(second), why=why))
    return tuple(found)


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


def _key(answer: PairAnswer) -> tuple[str, str, str, str, str]:
    """What a result is about."""
    return answer.class_a, answer.class_b, answer.outcome, answer.timepoint, answer.instrument


def _words(answer: PairAnswer | None) -> str:
    """A result in a few words."""
    if answer is None or answer.pooled is None:
        return "no usable trial"
    pool = answer.pooled
    return (
        f"{points(pool.estimate, 2)} ({points(pool.ci_low, 2)} to {points(pool.ci_high, 2)}), k {pool.k}, "
        f"{answer.model}, {answer.verdict}, certainty {answer.certainty.level}"
    )


def _why(first: PairAnswer | None, second: PairAnswer | None, rows: Sequence[RowChange]) -> str:
    """Rows that entered, left or were corrected, and what else moved."""
    before = {t.contrast.id: t.contrast.trial for t in first.trials} if first else {}
    after = {t.contrast.id: t.contrast.trial for t in second.trials} if second else {}
    reasons = [f"{id} ({after[id]}) enters" for id in after if id not in before]
    reasons += [f"{id} ({before[id]}) no longer enters" for id in before if id not in after]
    touched = {row.id: row for row in rows if row.what != "added"}
    reasons += [f"{id}: {touched[id].what}" for id in after if id in before and id in touched]
    made_of = {part for id in after if id in before and FROM_ARMS in id for part in id.split(FROM_ARMS)}
    reasons += [f"{id}: {touched[id].what}" for id in sorted(made_of & set(touched))]
    answer = second or first
    scale = answer.instrument if answer else ""
    reasons += [
        f"{row.table} {row.id}: {row.what}" for row in rows if row.table == "instruments.csv" and row.id == scale
    ]
    reasons += [f"{row.table} {row.id}: {row.what}" for row in rows if row.table in ("judgements.csv", "bias.csv")]
    return "; ".join(reasons) or "the risk of bias or another table behind the certainty changed"
