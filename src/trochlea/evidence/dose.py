"""What is known of an arm's programme, by the items of the Consensus on Exercise Reporting Template."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import WORDS_CITATION

NOT_REPORTED = "not reported"
"""The full report was read and does not say."""

NOT_SEEN = "not seen"
"""The full report was not read; nothing can be said about what it reports."""

CERT_ITEMS = {
    "1": "equipment",
    "2": "qualification of the instructor",
    "3": "alone or in a group",
    "4": "supervised or not",
    "5": "how adherence is measured",
    "6": "motivation",
    "7a": "rule for progressing",
    "7b": "how it was progressed",
    "8": "each exercise",
    "9": "home programme",
    "10": "parts that are not exercise",
    "11": "adverse events",
    "12": "setting",
    "13": "sets, repetitions, sessions, duration",
    "14a": "generic or tailored",
    "14b": "how it was tailored",
    "15": "rule for the starting level",
    "16a": "how fidelity is measured",
    "16b": "how far it was delivered as planned",
}
"""Items of slade-2016-cert, table 1, in short words of our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """A row of doses.csv; every attribute is a column that says what it holds."""

    id: str = column("unique in the table", required=True)
    arm: str = column("id in arms.csv", required=True)
    item: str = column("item of the CERT checklist (slade-2016-cert)", choices=tuple(CERT_ITEMS))
    value: str = column(f"what the report says, or '{NOT_REPORTED}' if the full report was read", required=True)
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")


def prescription(doses: Sequence[Dose], arm: str) -> dict[str, str]:
    """Every CERT item of one arm; an item without a row is NOT_SEEN, never guessed."""
    known = {dose.item: dose.value for dose in doses if dose.arm == arm}
    return {item: known.get(item, NOT_SEEN) for item in CERT_ITEMS}
