"""One difference between two arms of one trial, with everything needed to use it or to refuse it."""

import math
from dataclasses import dataclass, replace

from trochlea.evidence.column import column
from trochlea.evidence.provenance import (
    BETTER,
    TRUST,
    USABLE,
    WORDS_CITATION,
    WORDS_SEEN,
    WORDS_TRUST,
    WORDS_USABLE,
    WORDS_WHY,
)

CLASSES = ("hip", "knee", "hip+knee", "control", "other")
"""Classes of programme."""

DIFFERENCES = ("MD", "MD of change", "MD of post means", "MD pooled", "Hedges g", "SMD")
RATIOS = ("OR",)
WITHOUT_ESTIMATE = ("P only", "narrative", "test only", "not seen")
MEASURES = (*DIFFERENCES, *RATIOS, *WITHOUT_ESTIMATE, "unclear")
"""Effect measures; zero is no effect for a difference, one for a ratio."""

STATUS = ("as reported", "derived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Arm a minus arm b (or a over b, for a ratio): a row of contrasts.csv, every attribute a column."""

    id: str = column("unique in the table", required=True)
    trial: str = column("the people: id of the first report in studies.csv, the same in every report", required=True)
    year: int | None = column("year of the report; empty if not seen", kind="count")
    arm_a: str = column("words for the first arm", required=True)
    arm_b: str = column("words for the second arm", required=True)
    class_a: str = column("class of programme of the first arm", choices=CLASSES)
    class_b: str = column("class of programme of the second arm", choices=CLASSES)
    n_a: int | None = column("people randomised to the first arm; empty if not seen", kind="count")
    n_b: int | None = column("people randomised to the second arm; empty if not seen", kind="count")
    outcome: str = column("what was measured, e.g. 'pain'", required=True)
    instrument: str = column("id in instruments.csv; empty if not seen")
    better: str = column("which way is better on the instrument", choices=BETTER)
    weeks: float | None = column("time of measurement [weeks]; 3 months is 13, 12 months 52", kind="number")
    timepoint: str = column("the report's own words for the time")
    measure: str = column("effect measure", choices=MEASURES)
    estimate: float | None = column("arm a minus arm b, in points; a ratio for OR; empty if not seen", kind="number")
    ci_low: float | None = column("lower end of the 95 % interval; empty if not seen", kind="number")
    ci_high: float | None = column("upper end of the 95 % interval", kind="number")
    se: float | None = column("standard error, where it is printed instead of an interval", kind="number")
    p_value: str = column("as printed")
    favours: str = column("the arm that the report favours: arm_a, arm_b, 'neither' or 'unstated'", required=True)
    equivalence_margin: float | None = column("margin that the trial set beforehand [points]", kind="number")
    status: str = column("as reported, or derived by the compilers of the table", choices=STATUS)
    usable: str = column(WORDS_USABLE, choices=USABLE)
    usable_why: str = column(WORDS_WHY)
    trust: str = column(WORDS_TRUST, choices=TRUST)
    citations: tuple[str, ...] = column(WORDS_CITATION, kind="keys", required=True, name="citation")
    where_seen: str = column(WORDS_SEEN, required=True)
    note: str = column("anything else")

    @property
    def comparison(self) -> str:
        """The direction of the difference in words, e.g. "hip minus knee"."""
        return f"{self.arm_a} {'over' if self.measure in RATIOS else 'minus'} {self.arm_b}"


def favoured_arm(arm_a: str, arm_b: str, *, estimate: float, measure: str, better: str) -> str:
    """The arm that an estimate favours, or "neither".

    Raises:
        ValueError: If ``better`` or ``measure`` does not say which way is better.
    """
    if measure in DIFFERENCES:
        effect = estimate
    elif measure in RATIOS:
        effect = math.log(estimate)
    else:
        raise ValueError(f"measure {measure!r} has no direction")
    if better not in ("higher", "lower"):
        raise ValueError(f"better is {better!r}: a sign cannot be read without 'higher' or 'lower'")
    gain = effect if better == "higher" else -effect
    return arm_a if gain > 0 else arm_b if gain < 0 else "neither"


def turned(contrast: Contrast) -> Contrast:
    """The same difference seen from the other arm.

    Raises:
        ValueError: If the measure is not a difference.
    """
    if contrast.measure not in DIFFERENCES:
        raise ValueError(f"{contrast.id}: {contrast.measure!r} is not turned by its sign")

    def negative(value: float | None) -> float | None:
        return None if value is None else -value

    return replace(
        contrast,
        arm_a=contrast.arm_b,
        arm_b=contrast.arm_a,
        class_a=contrast.class_b,
        class_b=contrast.class_a,
        n_a=contrast.n_b,
        n_b=contrast.n_a,
        estimate=negative(contrast.estimate),
        ci_low=negative(contrast.ci_high),
        ci_high=negative(contrast.ci_low),
    )
