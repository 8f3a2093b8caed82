"""Three different findings: one class better, equivalent, and no difference shown."""

from dataclasses import dataclass

from trochlea.errors import InputError
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.number_words import points
from trochlea.evidence.pooling import aligned
from trochlea.evidence.standard_name import is_standard


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """One trial's own answer, class a minus class b.

    Attributes:
        contrast: The difference as class a minus class b.
        verdict: "equivalent", "no difference shown", "hip better", "knee better", ...
        short: The verdict in a few words.
        sentence: The verdict in words, with its numbers.
    """

    contrast: Contrast
    verdict: str
    short: str
    sentence: str


def trial_result(contrast: Contrast, *, class_a: str, class_b: str) -> TrialResult:
    """One trial's verdict. Equivalence needs a margin that this trial set beforehand, not a borrowed one.

    Raises:
        InputError: If the contrast compares something else or has no interval.
    """
    row = aligned(contrast, class_a=class_a, class_b=class_b)
    if row.estimate is None or row.ci_low is None or row.ci_high is None:
        raise InputError(f"{row.id} ({row.trial}): has no estimate with an interval")
    margin, unit = row.equivalence_margin, "SDs" if is_standard(row.instrument) else "points"
    digits = 1 if row.status == "as reported" else 2
    numbers = f"{points(row.estimate, digits)} ({points(row.ci_low, digits)} to {points(row.ci_high, digits)})"
    start = f"{row.trial}, {time_words(row)}: {numbers}"
    better = favoured_class(row.ci_low, row.ci_high, class_a=class_a, class_b=class_b, better=row.better)
    if margin is not None and -margin < row.ci_low and row.ci_high < margin:
        verdict, short = "equivalent", f"equivalent within {margin:g} points"
        words = f"equivalent within the {margin:g} points that it set beforehand"
    elif better:
        verdict = short = f"{better} better"
        words = f"{better} exercises better"
    else:
        reach = round(max(abs(row.ci_low), abs(row.ci_high)), 2)
        verdict = short = "no difference shown"
        words = (
            f"no difference shown; no equivalence margin was seen and its interval reaches {reach:g} {unit}, "
            "so it does not show equivalence"
        )
        if margin is not None:
            words = (
                f"no difference shown; its interval reaches {reach:g} {unit}, beyond the {margin:g} that it set "
                "beforehand, so it does not show equivalence"
            )
    return TrialResult(contrast=row, verdict=verdict, short=short, sentence=f"{start}: {words}.")


def favoured_class(ci_low: float, ci_high: float, *, class_a: str, class_b: str, better: str) -> str:
    """The class that an interval of a minus b favours; empty where it holds zero.

    Raises:
        InputError: If ``better`` does not say which way is better.
    """
    if better not in ("higher", "lower"):
        raise InputError(f"better is {better!r}: expected 'higher' or 'lower'")
    if ci_low > 0:
        return class_a if better == "higher" else class_b
    if ci_high < 0:
        return class_b if better == "higher" else class_a
    return ""


def time_words(contrast: Contrast) -> str:
    """Time of measurement in words."""
    return contrast.timepoint.split(" (")[0]
