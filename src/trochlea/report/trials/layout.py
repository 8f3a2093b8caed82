"""Headings and broken lines of plain text for a terminal."""

import textwrap
from collections.abc import Sequence

WIDTH = 100
"""Longest line."""


def head(text: str) -> str:
    """A heading."""
    return f"{text}\n{'-' * len(text)}"


def wrapped(lines: Sequence[str]) -> str:
    """Lines broken at WIDTH, continuation lines indented under their start."""
    out: list[str] = []
    for block in lines:
        for line in block.split("\n"):
            indent = len(line) - len(line.lstrip(" ")) + (2 if line.lstrip().startswith("- ") else 0)
            out += textwrap.wrap(
                line, WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
            ) or [""]
    return "\n".join(out).rstrip() + "\n"
