"""Which rows enter a calculation, and for every other row why it does not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from trochlea.errors import InputError
from trochlea.evidence.arm_figures import contrasts_of_arms
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.pooling import MEAN_DIFFERENCES
from trochlea.evidence.timepoint import TIMEPOINTS, Timepoint

MEASURES = ("MD", "SMD")
"""Differences in points of one scale, or in standard deviations across scales."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One row that does not enter, and why.

    Attributes:
        id: Row.
        table: File.
        trial: The people.
        outcome: What was measured.
        classes: The classes it compares, or the class of its arm.
        weeks: Time of measurement [weeks]; None if it was not seen.
        reason: Why it does not enter.
    """

    id: str
    table: str
    trial: str
    outcome: str
    classes: tuple[str, ...]
    weeks: float | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Rows of one outcome at one time.

    Attributes:
        outcome: What was measured.
        timepoint: The window.
        used: Differences that enter, one of each pair of arms; those made from arm figures are "derived".
        excluded: Every other row of the trials' tables.
    """

    outcome: str
    timepoint: Timepoint
    used: tuple[Contrast, ...]
    excluded: tuple[Exclusion, ...]

    def instruments(self) -> tuple[str, ...]:
        """Scales of the rows that enter, in their order."""
        return tuple(dict.fromkeys(row.instrument for row in self.used))

    def seen_then(self, classes: set[str]) -> tuple[Exclusion, ...]:
        """Rows left out that touch one of the classes, measured in this window or at a time not seen."""
        return tuple(
            row
            for row in self.excluded
            if row.outcome == self.outcome
            and classes & set(row.classes)
            and (row.weeks is None or self.timepoint.holds(row.weeks))
        )


def select(data: Dataset, *, outcome: str, timepoint: str, measure: str = "MD") -> Selection:
    """Choose the rows of one outcome at one time.

    Args:
        data: All tables.
        outcome: "pain", "function" or another outcome of instruments.csv.
        timepoint: "short" or "long".
        measure: "MD", differences in points of each scale; or "SMD", differences in standard deviations, made from
            arm means, on the scales that `standard_scale.with_standard_scales` adds.

    Returns:
        The rows that enter, and every other row with its reason.

    Raises:
        InputError: If the outcome or the time is unknown.
    """
    outcomes = sorted({instrument.outcome for instrument in data.instruments})
    if outcome not in outcomes:
        raise InputError(f"outcome {outcome!r}: expected one of {', '.join(outcomes)}")
    if timepoint not in TIMEPOINTS:
        raise InputError(f"timepoint {timepoint!r}: expected one of {', '.join(TIMEPOINTS)}")
    if measure not in MEASURES:
        raise InputError(f"measure {measure!r}: expected one of {', '.join(MEASURES)}")
    window = TIMEPOINTS[timepoint]
    excluded: list[Exclusion] = []
    reported: list[Contrast] = []
    for row in data.contrasts:
        reason = _why_not(row, outcome, window)
        if not reason and measure == "SMD":
            reason = "a difference in points has no SD to divide it by; standardised ones are made from arm means"
        if reason:
            excluded.append(left_out(row, reason))
        else:
            reported.append(row)
    kept, later = _nearest(reported, window)
    excluded += later
    from_arms, left = contrasts_of_arms(data, kept, outcome=outcome, window=window, standardised=measure == "SMD")
    excluded += [Exclusion(**item) for item in left]
    return Selection(outcome=outcome, timepoint=window, used=(*kept, *from_arms), excluded=tuple(excluded))


def _why_not(row: Contrast, outcome: str, window: Timepoint) -> str:
    """Why a contrast cannot enter; empty if it can."""
    if row.outcome != outcome:
        return f"measures {row.outcome}, not {outcome}"
    if row.usable != "yes":
        return row.usable_why if row.usable == "no" else f"conditional: {row.usable_why}"
    if row.measure not in MEAN_DIFFERENCES:
        return f"{row.measure} is not a difference in points of the scale"
    if not window.holds(row.weeks):
        return f"measured at {row.weeks:g} weeks, not {window.words}"
    return ""


def left_out(row: Contrast, reason: str) -> Exclusion:
    """A contrast set aside, with its reason."""
    return Exclusion(
        id=row.id,
        table="contrasts.csv",
        trial=row.trial,
        outcome=row.outcome,
        classes=(row.class_a, row.class_b),
        weeks=row.weeks,
        reason=reason,
    )


def _nearest(rows: Sequence[Contrast], window: Timepoint) -> tuple[list[Contrast], list[Exclusion]]:
    """One reading of each trial on each scale: all its contrasts at the time nearest to the window's target."""
    times: dict[tuple[str, str], set[float]] = defaultdict(set)
    for row in rows:
        times[row.trial, row.instrument].add(row.weeks or 0.0)
    best = {key: min(weeks, key=lambda w: (abs(w - window.target), w)) for key, weeks in times.items()}
    kept = [row for row in rows if row.weeks == best[row.trial, row.instrument]]
    left = [
        left_out(row, f"the same people are used at {best[row.trial, row.instrument]:g} weeks")
        for row in rows
        if row.weeks != best[row.trial, row.instrument]
    ]
    return kept, left


def one_question(selection: Selection, class_a: str, class_b: str, instrument: str) -> tuple[Contrast, ...]:
    """The rows of one scale that compare two classes.

    Raises:
        InputError: If a trial has two pairs of arms of these classes; they share people.
    """
    wanted = {class_a, class_b}
    rows = [row for row in selection.used if row.instrument == instrument and {row.class_a, row.class_b} == wanted]
    for first, second in combinations(rows, 2):
        if first.trial == second.trial:
            raise InputError(
                f"{first.id} and {second.id} ({first.trial}): two pairs of arms of {class_a} and {class_b}; they share "
                "people: combine the arms of one class first, or set one pair's usable to 'no'"
            )
    return tuple(rows)
