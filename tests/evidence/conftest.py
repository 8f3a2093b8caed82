"""Tables to test with: the package's own copied and changed, and an invented complete data set."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from trochlea.evidence.column import columns
from trochlea.evidence.tables import BUNDLED, FILES
from trochlea.evidence.template import write_cells

Cells = dict[str, str]

PAIN_TRIALS = (
    # study, (arm, class, mean change, SD, n), ...: invented; lower is better
    ("Ash 2001", ("hip", "hip", -2.4, 1.9, 40), ("knee", "knee", -1.9, 2.1, 42)),
    ("Birch 2004", ("hip", "hip", -2.9, 2.2, 55), ("knee", "knee", -2.0, 2.0, 51)),
    ("Cedar 2009", ("hip", "hip", -2.0, 1.7, 30), ("knee", "knee", -2.1, 1.8, 31)),
    (
        "Elm 2013",
        ("hip+knee", "hip+knee", -3.1, 2.0, 60),
        ("knee", "knee", -2.2, 2.2, 60),
        ("none", "control", -0.9, 2.1, 58),
    ),
    ("Fir 2018", ("hip+knee", "hip+knee", -2.8, 2.1, 45), ("knee", "knee", -2.0, 1.9, 44)),
    ("Hazel 2022", ("hip+knee", "hip+knee", -3.4, 2.3, 38), ("knee", "knee", -2.3, 2.0, 37)),
)


def read_cells(path: Path) -> list[Cells]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_tables(folder: Path, tables: Mapping[str, Sequence[Cells]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in FILES.items():
        write_cells(folder / name, [column.name for column in columns(kind)], tables.get(name, ()))
    return folder


def complete_tables() -> dict[str, list[Cells]]:
    """Six invented trials with every figure that a prediction needs."""
    common = {"citation": "assumed"}
    tables: dict[str, list[Cells]] = {name: [] for name in FILES}
    tables["instruments.csv"] = [
        {
            "id": "SCALE",
            "outcome": "pain",
            "range_low": "0",
            "range_high": "10",
            "better": "lower",
            "important_change": "2",
            **common,
        }
    ]
    for study, *arms in PAIN_TRIALS:
        tables["studies.csv"].append(
            {
                "id": study,
                "found": "yes",
                "design": "invented",
                "randomised": "yes",
                "allocation": "random",
                "population": "invented",
                "outcomes": "SCALE",
                "finding": "invented",
                **common,
            }
        )
        for arm, programme, mean, sd, n in arms:
            tables["arms.csv"].append(
                {
                    "id": f"{study}: {arm}",
                    "study": study,
                    "arm": arm,
                    "label": arm,
                    "programme_class": programme,
                    **common,
                }
            )
            tables["figures.csv"].append(
                {
                    "id": f"{study.split()[0]}.{arm}",
                    "arm": f"{study}: {arm}",
                    "outcome": "pain",
                    "instrument": "SCALE",
                    "weeks": "12",
                    "timepoint": "12 weeks",
                    "kind": "change mean",
                    "value": str(mean),
                    "spread_kind": "SD",
                    "spread": str(sd),
                    "n": str(n),
                    "usable": "yes",
                    "trust": "high",
                    "where_seen": "invented",
                    **common,
                }
            )
    return tables


@pytest.fixture
def complete(tmp_path) -> Path:
    """Folder of the invented complete data set."""
    return write_tables(tmp_path / "complete", complete_tables())


@pytest.fixture
def changed_bundle(tmp_path) -> Callable[..., Path]:
    """A copy of the package's tables with cells of one row changed, or rows added."""

    def change(table: str, row_id: str | None = None, added: Sequence[Cells] = (), **cells: str) -> Path:
        folder = tmp_path / "tables"
        tables = {name: read_cells(BUNDLED / name) for name in FILES}
        if row_id is not None:
            next(row for row in tables[table] if row["id"] == row_id).update(cells)
        tables[table] = [*tables[table], *added]
        return write_tables(folder, tables)

    return change
