"""One difference between two arms of one trial, with everything needed to use it or to refuse it."""

import math
from dataclasses import dataclass, replace

CLASSES = ("hip", "knee", "hip+knee", "control", "other")
"""Classes of programme."""

DIFFERENCES = ("MD", "MD of change", "MD of post means", "MD pooled", "Hedges g", "SMD")
RATIOS = ("OR",)
WITHOUT_ESTIMATE = ("P only", "narrative", "test only", "not seen")
MEASURES = (*DIFFERENCES, *RATIOS, *WITHOUT_ESTIMATE, "unclear")
"""Effect measures; zero is no effect for a difference, one for a ratio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Arm a minus arm b (or a over b, for a ratio) on one outcome at one time.

    Attributes:
        id: Row of contrasts.csv.
        trial: The people; two reports of the same people carry the same name.
        year: Year of the report; None if not seen.
        arm_a: Words for the first arm.
        arm_b: Words for the second arm.
        class_a: Programme class of the first arm, one of CLASSES.
        class_b: Programme class of the second arm.
        n_a: People randomised to the first arm; None if not seen.
        n_b: People randomised to the second arm; None if not seen.
        outcome: "pain", "function", ...
        instrument: Scale, e.g. "AKPS"; empty if not seen.
        better: "higher", "lower" or "unknown".
        weeks: Time of measurement [weeks]; None if not seen.
        timepoint: The report's own words for it.
        measure: One of MEASURES.
        estimate: None where none was seen.
        ci_low: Lower end of the 95 % interval; None where none was seen.
        ci_high: Upper end.
        p_value: As printed.
        favours: The arm that the estimate favours, "neither" or "unstated".
        equivalence_margin: Margin that the trial set beforehand, in points; None if it set none.
        status: "as reported", or "derived" by the compilers of the table.
        usable: "yes", "conditional" or "no".
        usable_why: What is missing.
        trust: "high", "medium" or "low": where the figure was seen.
        citations: Keys in references.bib.
        where_seen: The kind of text that was read.
        note: Anything else.
    """

    id: str
    trial: str
    year: int | None
    arm_a: str
    arm_b: str
    class_a: str
    class_b: str
    n_a: int | None
    n_b: int | None
    outcome: str
    instrument: str
    better: str
    weeks: float | None
    timepoint: str
    measure: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: str
    favours: str
    equivalence_margin: float | None
    status: str
    usable: str
    usable_why: str
    trust: str
    citations: tuple[str, ...]
    where_seen: str
    note: str

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
