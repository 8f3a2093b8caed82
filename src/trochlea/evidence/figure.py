"""One number of one arm: a mean, a change, a count."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import TRUST, USABLE, WORDS_CITATION, WORDS_SEEN, WORDS_TRUST, WORDS_USABLE, WORDS_WHY

MEANS = ("final mean", "change mean", "baseline mean")
KINDS = (*MEANS, "percent change", "percent of arm", "events")
SPREADS = ("SD", "SE", "CI", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A row of figures.csv; every attribute is a column that says what it holds."""

    id: str = column("unique in the table", required=True)
    arm: str = column("id in arms.csv", required=True)
    outcome: str = column("what was measured, e.g. 'pain'", required=True)
    instrument: str = column("id in instruments.csv", required=True)
    weeks: float | None = column(
        "time of measurement from the start [weeks]; 3 months is 13, 12 months 52", kind="number"
    )
    timepoint: str = column("the report's own words for the time")
    kind: str = column("what the number is; a change is follow-up minus baseline on the instrument", choices=KINDS)
    value: float | None = column("the number, in points of the instrument; a count for events", kind="number")
    spread_kind: str = column("what the spread is", choices=SPREADS)
    spread: float | None = column("SD or SE, in points; empty for CI or none", kind="number")
    ci_low: float | None = column("lower end of the 95 % interval", kind="number")
    ci_high: float | None = column("upper end of the 95 % interval", kind="number")
    n: int | None = column("people behind the number", kind="count")
    usable: str = column(WORDS_USABLE, choices=USABLE)
    usable_why: str = column(WORDS_WHY)
    trust: str = column(WORDS_TRUST, choices=TRUST)
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    where_seen: str = column(WORDS_SEEN, required=True)
    note: str = column("anything else, e.g. how the printed number was turned")
