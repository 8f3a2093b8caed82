"""Colours of the plots: placeholders that follow the page's theme, or fixed ones for a file of its own."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from trochlea.report import ink


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours by what they draw; shape and label tell things apart too, so that grey is enough.

    Attributes:
        ink: Text and pooled values.
        muted: Axes and notes.
        rule: Grid and frames.
        surface: Background.
        study: Single trials.
        band: The light shade of an area.
        shade: The dark shade of an area.
    """

    ink: str
    muted: str
    rule: str
    surface: str
    study: str
    band: str
    shade: str


THEMED = Palette(
    ink=ink.INK,
    muted=ink.MUTED,
    rule=ink.RULE,
    surface=ink.SURFACE,
    study=ink.TRIAL,
    band=ink.CARTILAGE,
    shade=ink.INVALID,
)
"""Placeholders of `ink`, which become CSS variables."""

LIGHT = Palette(
    ink="#1b232c",
    muted="#56626e",
    rule="#d5dad9",
    surface="#ffffff",
    study="#1f5aa6",
    band="#e3e8e8",
    shade="#c3c9c8",
)
DARK = Palette(
    ink="#e9edf0",
    muted="#a2aeb8",
    rule="#35404a",
    surface="#192027",
    study="#85b8ff",
    band="#2b353d",
    shade="#4a5660",
)
"""The page's own values (a test compares them with its style sheet)."""


def settings(name: str, palette: Palette) -> dict[Any, Any]:
    """Matplotlib settings of one figure in one palette."""
    colours = dict(zip(astuple(THEMED), astuple(palette), strict=True))
    return {
        key: colours.get(value, value) if isinstance(value, str) else value for key, value in ink.settings(name).items()
    }


def style(palette: Palette) -> str:
    """The palette as declarations of CSS variables."""
    values: Mapping[str, str] = dict(zip(astuple(THEMED), astuple(palette), strict=True))
    return " ".join(f"--{ink.VARIABLES[placeholder]}: {colour};" for placeholder, colour in values.items())
