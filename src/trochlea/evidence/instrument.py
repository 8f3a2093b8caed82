"""One scale: its range, which way is better, and the smallest change that matters on it."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import BETTER, WORDS_CITATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A row of instruments.csv; every attribute is a column that says what it holds."""

    id: str = column("name, as contrasts.csv and figures.csv use it, e.g. 'AKPS'", required=True)
    outcome: str = column("what it measures, e.g. 'pain' or 'function'", required=True)
    range_low: float | None = column("lowest possible value [points]", kind="number")
    range_high: float | None = column("highest possible value [points]", kind="number")
    better: str = column("which way is better", choices=BETTER)
    important_change: float | None = column(
        "smallest change that matters to a person [points]; empty if none was seen", kind="number"
    )
    important_change_words: str = column("who found it and in whom")
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    note: str = column("anything else")
