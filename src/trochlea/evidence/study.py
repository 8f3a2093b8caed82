"""One trial, or a report of one."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import WORDS_CITATION

FOUND = ("yes", "partly", "no")
RANDOMISED = ("yes", "no", "unclear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A row of studies.csv; every attribute is a column that says what it holds."""

    id: str = column("name and year, e.g. 'Hott 2019'; one row for each report", required=True)
    year: int | None = column("year of the report; empty if not seen", kind="count")
    same_people_as: str = column("id of the study whose people these are too; empty for a trial of its own")
    found: str = column("was any text of it seen", choices=FOUND)
    design: str = column("design in the report's words; 'not seen' if so", required=True)
    randomised: str = column("were people allocated at random", choices=RANDOMISED)
    allocation: str = column("how people were allocated, in the report's words", required=True)
    population: str = column("who took part", required=True)
    n: int | None = column("people randomised", kind="count")
    outcomes: str = column("outcomes that the report names", required=True)
    finding: str = column("what the report says it found, direction only", required=True)
    doi: str = column("DOI; two rows with one DOI are refused")
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    note: str = column("anything else, e.g. what does not add up")
