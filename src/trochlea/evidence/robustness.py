"""How much a pool hangs on one trial, how it grew, and whether small trials differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.influence import LeftOut, Pool, cumulative, leave_one_out
from trochlea.evidence.pooling import Pooled
from trochlea.evidence.small_study import EggerTest, TrimAndFill, egger_test, trim_and_fill

TRIALS_FOR_ROBUSTNESS = 3
"""Assumed: of two trials, leaving one out leaves the other, which is told already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Checks of one pool of three or more trials.

    Attributes:
        left_out: The pool without each trial.
        grown: The pool after each further trial, in the order of years.
        egger: Test of small-study effects; None where it cannot be made.
        trimmed: The pool with the trials that asymmetry suggests are missing; None likewise.
        notes: Why a check could not be made.
    """

    left_out: tuple[LeftOut, ...]
    grown: tuple[Pooled, ...]
    egger: EggerTest | None
    trimmed: TrimAndFill | None
    notes: tuple[str, ...]


def check_robustness(estimates: Sequence[Estimate], years: Sequence[int | None], pool: Pool) -> Robustness | None:
    """Every check that so many trials allow; None below three.

    Args:
        estimates: Differences, one a trial.
        years: Of the trials; one whose year was not seen comes last.
        pool: How they are pooled.
    """
    if len(estimates) < TRIALS_FOR_ROBUSTNESS:
        return None
    by_year = sorted(range(len(estimates)), key=lambda i: (years[i] is None, years[i] or 0, estimates[i].study))
    notes: list[str] = []
    egger: EggerTest | None = None
    trimmed: TrimAndFill | None = None
    try:
        egger = egger_test(estimates)
        trimmed = trim_and_fill(estimates, pool=pool)
    except InputError as error:
        notes.append(str(error))
    return Robustness(
        left_out=leave_one_out(estimates, pool=pool),
        grown=cumulative([estimates[i] for i in by_year], pool=pool),
        egger=egger,
        trimmed=trimmed,
        notes=tuple(notes),
    )
