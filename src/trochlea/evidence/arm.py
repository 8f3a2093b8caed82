"""One arm of one trial."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.contrast import CLASSES
from trochlea.evidence.provenance import WORDS_CITATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A row of arms.csv; every attribute is a column that says what it holds."""

    id: str = column("name of the arm, unique in the table, e.g. 'Hott 2019: hip'", required=True)
    study: str = column("id in studies.csv", required=True)
    arm: str = column("short name of the arm in its study, as contrasts.csv uses it", required=True)
    label: str = column("what people did, in the report's words", required=True)
    programme_class: str = column("class of programme", choices=CLASSES)
    n_randomised: int | None = column("people randomised to it; empty if not seen", kind="count")
    n_analysed: int | None = column("people analysed; empty if not seen", kind="count")
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    note: str = column("anything else")
