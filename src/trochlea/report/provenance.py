"""The table of what was measured and what was assumed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from trochlea.person.measured import Measured, Source
from trochlea.person.person import Person
from trochlea.report.wording import significant

KNEE_NAMES = {
    "tt_tg": "TT-TG distance",
    "q_angle": "Q angle",
    "insall_salvati_ratio": "Insall-Salvati ratio",
}
"""Names that are more than their key with spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceRow:
    """One quantity as the reader sees it.

    Attributes:
        name: In words.
        value: Number with unit.
        aside: The same in another unit; empty if there is none.
        spread: Standard deviation with its meaning; empty if unknown.
        source: "measured", "published" or "assumed".
        citation: Key in references.bib; None for a measurement.
        note: Anything a reader must know.
    """

    name: str
    value: str
    aside: str
    spread: str
    source: Source
    citation: str | None
    note: str


def strength_rows(person: Person) -> tuple[ProvenanceRow, ...]:
    """Strengths in N.m and N.m/kg, measured ones first."""

    def shown(item: Measured) -> tuple[str, str, str]:
        spread = "" if item.sd is None else f"{significant(item.sd)} N·m"
        return f"{significant(item.value)} N·m", f"{significant(item.value / person.mass)} N·m/kg", spread

    return _rows(person.strength, shown, {})


def knee_rows(person: Person) -> tuple[ProvenanceRow, ...]:
    """Shape of the knee in millimetres and degrees, measured ones first."""
    return _rows(person.knee, _shown_measure, KNEE_NAMES)


def movement_rows(posture: Mapping[str, Measured]) -> tuple[ProvenanceRow, ...]:
    """What a built-in movement prescribes, in degrees and seconds."""
    return _rows(posture, _shown_measure, {})


def _shown_measure(item: Measured) -> tuple[str, str, str]:
    """A length, angle or time in the unit that a clinician uses."""
    units = {"m": (1e3, " mm"), "rad": (float(np.rad2deg(1.0)), "°"), "-": (1.0, ""), "s": (1.0, " s")}
    factor, unit = units[item.unit]
    spread = "" if item.sd is None else f"{significant(factor * item.sd)}{unit}"
    return f"{significant(factor * item.value)}{unit}", "", spread


def _rows(
    items: Mapping[str, Measured],
    shown: Callable[[Measured], tuple[str, str, str]],
    names: Mapping[str, str],
) -> tuple[ProvenanceRow, ...]:
    """Rows with the measured ones first, otherwise in the order of the mapping."""
    rows = []
    for key, item in items.items():
        value, aside, spread = shown(item)
        meaning = "of the measurement" if item.source == "measured" else "between people"
        rows.append(
            ProvenanceRow(
                name=names.get(key, words(key)),
                value=value,
                aside=aside,
                spread=f"± {spread} {meaning}" if spread else "",
                source=item.source,
                citation=item.citation,
                note=item.note,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.source != "measured"))


def words(key: str) -> str:
    """A key as words, e.g. "Hip external rotation"."""
    return key.replace("_", " ").capitalize()
