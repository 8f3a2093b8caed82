"""One line of a table of evidence, read cell by cell."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trochlea.errors import FormatError
from trochlea.evidence.column import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table; every refusal names its file, line, row and column."""

    path: Path
    line: int
    cells: dict[str, str]

    def refusal(self, column: str, reason: str) -> FormatError:
        """The error for one cell."""
        return FormatError(self.path, f"line {self.line}, row {self.cells['id'].strip() or '?'}, {column}", reason)

    def value(self, column: Column) -> Any:
        """One cell as what its column says."""
        if column.is_required:
            self.required(column.name)
        if column.kind == "choice":
            return self.choice(column.name, column.choices)
        if column.kind == "number":
            return self.number(column.name)
        if column.kind == "count":
            return self.count(column.name)
        if column.kind == "keys":
            return self.citations(column.name)
        return self.text(column.name)

    def text(self, column: str) -> str:
        """Any text, stripped."""
        return self.cells[column].strip()

    def required(self, column: str) -> str:
        """Text that may not be missing."""
        if not self.text(column):
            raise self.refusal(column, "empty; write what was seen, or where it was looked for")
        return self.text(column)

    def needed(self, column: str) -> str:
        """Text without which a row cannot enter a calculation."""
        if not self.text(column):
            raise self.refusal(column, "empty, but usable is 'yes'; write what was seen, or set usable to 'no'")
        return self.text(column)

    def choice(self, column: str, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        if self.text(column) not in choices:
            raise self.refusal(column, f"{self.text(column)!r}; expected one of {', '.join(choices)}")
        return self.text(column)

    def number(self, column: str) -> float | None:
        """A finite number, or None where the cell is empty."""
        if not self.text(column):
            return None
        try:
            value = float(self.text(column))
        except ValueError:
            raise self.refusal(column, f"{self.text(column)!r} is not a number") from None
        if not math.isfinite(value):
            raise self.refusal(column, f"{self.text(column)!r}; leave the cell empty where nothing was seen")
        return value

    def count(self, column: str) -> int | None:
        """A whole number above zero, or None where the cell is empty."""
        value = self.number(column)
        if value is None:
            return None
        if value != int(value) or value <= 0:
            raise self.refusal(column, f"{self.text(column)!r}; expected a whole number above 0")
        return int(value)

    def citations(self, column: str = "citation") -> tuple[str, ...]:
        """Keys, separated by semicolons."""
        return tuple(key.strip() for key in self.text(column).split(";"))
