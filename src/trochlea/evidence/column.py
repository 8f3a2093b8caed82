"""Columns of the tables of evidence, each declared once: the reader, the template and the dictionary follow."""

from dataclasses import Field, dataclass, field, fields
from typing import Any

KINDS = ("text", "number", "count", "choice", "keys")
"""What a cell may hold: any text, a finite number, a whole number above zero, one of a few words, citation keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of one table.

    Attributes:
        name: Header in the file.
        attribute: Attribute of the value that a row becomes.
        kind: One of KINDS.
        words: What to write, with its unit.
        is_required: An empty cell is refused.
        choices: Words allowed, for the kind "choice".
    """

    name: str
    attribute: str
    kind: str
    words: str
    is_required: bool
    choices: tuple[str, ...]


def column(
    words: str, *, kind: str = "text", required: bool = False, choices: tuple[str, ...] = (), name: str = ""
) -> Any:
    """A dataclass field that is also a column.

    Args:
        words: What to write, with its unit.
        kind: One of KINDS; choices make it "choice".
        required: An empty cell is refused.
        choices: Words allowed.
        name: Header, where it differs from the attribute.

    Raises:
        ValueError: If the kind is unknown.
    """
    kind = "choice" if choices else kind
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(KINDS)}")
    return field(metadata={"words": words, "kind": kind, "required": required, "choices": choices, "name": name})


def columns(table: type) -> tuple[Column, ...]:
    """The columns of a table's value type, in the order of its file."""
    return tuple(_column(item) for item in fields(table))


def _column(item: Field[Any]) -> Column:
    """One column from a field's metadata."""
    return Column(
        name=item.metadata["name"] or item.name,
        attribute=item.name,
        kind=item.metadata["kind"],
        words=item.metadata["words"],
        is_required=item.metadata["required"],
        choices=item.metadata["choices"],
    )
