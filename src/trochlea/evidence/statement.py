"""What a guideline says or a consensus panel voted; never pooled with trials."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import TRUST, WORDS_CITATION, WORDS_SEEN, WORDS_TRUST

KINDS = ("guideline", "consensus vote", "reporting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A row of statements.csv; every attribute is a column that says what it holds."""

    id: str = column("unique in the table", required=True)
    kind: str = column("a guideline's recommendation, a panel's vote, or a study of how trials report", choices=KINDS)
    source: str = column("guideline or panel, with its year", required=True)
    year: int | None = column("year; empty if not seen", kind="count")
    comparison: str = column("what is compared or recommended, in a few words", required=True)
    text: str = column("the statement in words of our own", required=True)
    strength: str = column("grade or result of the vote as printed; 'not seen' if so", required=True)
    timeframe: str = column("time that it speaks of; empty if none")
    trust: str = column(WORDS_TRUST, choices=TRUST)
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    where_seen: str = column(WORDS_SEEN, required=True)
    note: str = column("anything else")
