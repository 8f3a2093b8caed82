"""One pooled value or conclusion of one published review; never pooled with trials."""

from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.contrast import MEASURES
from trochlea.evidence.provenance import BETTER, USABLE, WORDS_CITATION, WORDS_SEEN, WORDS_USABLE, WORDS_WHY

STATUS = ("as reported", "not seen")
SUPPORTS = ("yes", "no", "partly", "not applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one review says on one outcome: a row of reviews.csv, every attribute a column."""

    id: str = column("unique in the table", required=True)
    review: str = column("name and year of the review", required=True)
    year: int | None = column("year; empty if not seen", kind="count")
    arm_a: str = column("first side of the comparison", required=True)
    arm_b: str = column("second side; empty where the row compares nothing")
    outcome: str = column("what was measured, e.g. 'pain'", required=True)
    better: str = column("which way is better", choices=BETTER)
    measure: str = column("effect measure", choices=MEASURES)
    estimate: float | None = column("pooled value; empty if not seen", kind="number")
    ci_low: float | None = column("lower end of the 95 % interval", kind="number")
    ci_high: float | None = column("upper end of the 95 % interval", kind="number")
    p_value: str = column("as printed")
    favours: str = column("the side that the estimate favours: arm_a, arm_b, 'neither' or 'unstated'", required=True)
    i2_percent: float | None = column("heterogeneity as printed [percent]", kind="number")
    k: int | None = column("studies, in the scope that k_scope names", kind="count")
    k_scope: str = column("what k counts: the review, the network, the pool")
    n: int | None = column("people", kind="count")
    model: str = column("model of the pool as printed")
    status: str = column("as reported, or 'not seen' for a value known to exist", choices=STATUS)
    usable: str = column(WORDS_USABLE, choices=USABLE)
    usable_why: str = column(WORDS_WHY)
    supports_claim: str = column("does it support 'knee-only is inferior'", choices=SUPPORTS)
    supports_note: str = column("in which sense")
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    where_seen: str = column(WORDS_SEEN, required=True)
    note: str = column("anything else")

    @property
    def stance(self) -> str:
        """How the compilers read a review without an estimate."""
        note = f" ({self.supports_note})" if self.supports_note else ""
        return f"supports 'knee-only is inferior', as the compilers read it: {self.supports_claim}{note}"
