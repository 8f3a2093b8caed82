"""A pooled answer in one sentence that says what was shown and no more."""

from trochlea.evidence.instrument import Instrument
from trochlea.evidence.number_words import listed, points
from trochlea.evidence.pooling import Pooled
from trochlea.evidence.selection import Selection
from trochlea.evidence.standard_name import unit_words


def pair_sentence(
    pooled: Pooled, name: str, selection: Selection, scale: Instrument, *, n: int | None, winner: str
) -> str:
    """The pool in one sentence.

    Args:
        pooled: The pool.
        name: The direction, e.g. "hip minus knee".
        selection: Outcome and time.
        scale: The instrument.
        n: People; None if not known in full.
        winner: The class that the interval favours; empty where it holds zero.
    """
    finding = f"{winner} did better" if winner else "no difference shown"
    interval = f"{points(pooled.ci_low, 2)} to {points(pooled.ci_high, 2)}"
    people = f"{n} people randomised" if n is not None else "number of people not seen in full"
    effects = "random-effects" if pooled.model == "random" else "common-effect"
    how = f"{pooled.k} trials ({listed(pooled.studies)}), {effects} pool"
    if pooled.k == 1:
        how = f"one trial ({pooled.studies[0]}), nothing to pool"
    return (
        f"{name[0].upper()}{name[1:]} on {selection.outcome}, {selection.timepoint.words}: "
        f"{points(pooled.estimate, 2)} {unit_words(scale.id)} (95 % interval {interval}; {scale.better} is better), "
        f"{finding}; {how}, {people}."
    )


def reach(pooled: Pooled, scale: Instrument) -> str:
    """Whether the interval leaves out the smallest change that matters. That is not equivalence: no margin was set."""
    change = scale.important_change
    if change is None:
        return ""
    if max(abs(pooled.ci_low), abs(pooled.ci_high)) < change:
        return f" The interval leaves out differences of {change:g} points, the smallest change that matters on it."
    return f" The interval does not leave out {change:g} points, the smallest change that matters on it."
