"""One pooled value or conclusion of one published review."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one review says on one outcome.

    Attributes:
        id: Row of reviews.csv.
        review: Name and year.
        year: None if not seen.
        arm_a: First side of the comparison.
        arm_b: Second side; empty where the row compares nothing.
        outcome: "pain", "function", ...
        better: "higher", "lower" or "unknown".
        measure: One of `contrast.MEASURES`.
        estimate: None where none was seen.
        ci_low: Lower end of the 95 % interval; None where none was seen.
        ci_high: Upper end.
        p_value: As printed.
        favours: The side that the estimate favours, "neither" or "unstated".
        i2_percent: Heterogeneity as printed [percent].
        k: Number of studies, in the scope that `k_scope` names.
        k_scope: "review", "network", ...
        n: People.
        model: "random", ...
        status: "as reported", or "not seen" for a value known to exist.
        usable: "yes", "conditional" or "no".
        usable_why: What is missing.
        supports_claim: Whether it supports "knee-only is inferior": "yes", "no", "partly", "not applicable".
        supports_note: In which sense.
        citations: Keys in references.bib.
        where_seen: The kind of text that was read.
        note: Anything else.
    """

    id: str
    review: str
    year: int | None
    arm_a: str
    arm_b: str
    outcome: str
    better: str
    measure: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: str
    favours: str
    i2_percent: float | None
    k: int | None
    k_scope: str
    n: int | None
    model: str
    status: str
    usable: str
    usable_why: str
    supports_claim: str
    supports_note: str
    citations: tuple[str, ...]
    where_seen: str
    note: str
