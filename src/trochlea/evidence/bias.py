"""Risk of bias of one trial in one domain."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.provenance import WORDS_CITATION

DOMAINS = ("randomisation", "deviations", "missing data", "measurement", "selective reporting")
"""Domains of sterne-2019-rob2, in short words."""

RISKS = ("low", "some concerns", "high", "not assessed")
"""From best to worst; "not assessed" where the full report was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """A row of bias.csv; every attribute is a column that says what it holds."""

    id: str = column("unique in the table", required=True)
    study: str = column("id in studies.csv", required=True)
    domain: str = column("domain of risk of bias (sterne-2019-rob2)", choices=DOMAINS)
    risk: str = column("the reviewer's judgement; a domain without a row is not assessed", choices=RISKS)
    reason: str = column("why", required=True)
    reviewer: str = column("who judged", required=True)
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
