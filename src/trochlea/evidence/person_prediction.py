"""What one person can expect from a class of programme, told only where every part of it is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.number_words import points
from trochlea.evidence.prediction_parts import (
    Part,
    changes_of_arms,
    difference_parts,
    lacking,
    person_part,
    reference_parts,
    seen_without_spread,
)
from trochlea.evidence.timepoint import TIMEPOINTS

REFERENCE = "knee"
"""Class whose change the others are added to: the one that neal-2024-guide calls the base."""

TWO_SIDED = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One person's expected change under one class of programme.

    Attributes:
        programme_class: What the person would do.
        outcome: What is measured.
        timepoint: "short" or "long".
        instrument: Scale; empty where none has figures.
        parts: Every part with its source, or with what is missing.
        mean: Expected change [points]; None if a part is missing.
        low: Lower end of the 95 % interval for one person.
        high: Upper end.
        chance: Probability of improving by the smallest important change; None without between-person SD.
        sentence: In words; names the missing figures where it is not estimable.
    """

    programme_class: str
    outcome: str
    timepoint: str
    instrument: str
    parts: tuple[Part, ...]
    mean: float | None
    low: float | None
    high: float | None
    chance: float | None
    sentence: str

    @property
    def is_estimable(self) -> bool:
        """Whether every part is known."""
        return self.mean is not None


def predict_person(
    data: Dataset,
    answers: Sequence[PairAnswer],
    *,
    programme_class: str,
    outcome: str,
    timepoint: str,
    reference: str = REFERENCE,
) -> Prediction:
    """Add up the parts: the reference arm's change, the difference, the scatter between trials and between people.

    The person's change is taken as normal: mean the sum of the two estimates, variance the sum of their squared
    standard errors, both scatters between trials and the scatter between people.

    Args:
        data: All tables.
        answers: Pairwise answers of this outcome and time; the one against `reference` gives the difference.
        programme_class: What the person would do.
        outcome: What is measured.
        timepoint: "short" or "long".
        reference: Class whose change is the start.

    Returns:
        The prediction, or the list of missing figures.
    """
    scales = _scales(data, answers, outcome, timepoint)
    tries = [_predict(data, answers, scale, programme_class, outcome, timepoint, reference) for scale in scales]
    if not tries:
        return _without_scale(programme_class, outcome, timepoint, reference)
    return min(tries, key=lambda item: sum(part.missing != "" for part in item.parts))


def _predict(
    data: Dataset,
    answers: Sequence[PairAnswer],
    scale: Instrument,
    programme_class: str,
    outcome: str,
    timepoint: str,
    reference: str,
) -> Prediction:
    """The prediction on one scale."""
    arms = changes_of_arms(data, scale.id, outcome, timepoint)
    start, start_tau = reference_parts(
        arms, scale.id, reference, seen_without_spread(data, scale.id, outcome, timepoint, reference)
    )
    parts = [start, start_tau]
    if programme_class != reference:
        parts += difference_parts(answers, scale.id, programme_class, reference)
    parts.append(person_part(arms, scale.id))
    if scale.important_change is None:
        parts.append(lacking("smallest important change", f"the smallest change that matters on {scale.id}"))
    missing = [part.missing for part in parts if part.missing]
    if missing:
        return _not_estimable(programme_class, outcome, timepoint, scale.id, tuple(parts), missing)
    return _estimated(programme_class, outcome, timepoint, scale, tuple(parts))


def _estimated(
    programme_class: str, outcome: str, timepoint: str, scale: Instrument, parts: tuple[Part, ...]
) -> Prediction:
    """A prediction whose parts are all there."""
    mean = sum(part.value or 0.0 for part in parts if part.se is not None)
    variance = sum((part.value or 0.0) ** 2 if part.se is None else part.se**2 for part in parts)
    spread = math.sqrt(variance)
    change = scale.important_change or 0.0
    gain = mean if scale.better == "higher" else -mean
    chance = 1.0 - NormalDist(gain, spread).cdf(change)
    low, high = mean - TWO_SIDED * spread, mean + TWO_SIDED * spread
    start = (
        f"{programme_class}, {outcome}, {TIMEPOINTS[timepoint].words}: expected change {points(mean)} {scale.id} points"
    )
    sentence = (
        f"{start}; 95 of 100 people between {points(low)} and {points(high)}. Chance of improving by {change:g} points "
        f"or more ({scale.better} is better): {100 * chance:.0f} %, with the scatter between people included."
    )
    return Prediction(
        programme_class=programme_class,
        outcome=outcome,
        timepoint=timepoint,
        instrument=scale.id,
        parts=parts,
        mean=mean,
        low=low,
        high=high,
        chance=chance,
        sentence=sentence,
    )


def _not_estimable(
    programme_class: str,
    outcome: str,
    timepoint: str,
    instrument: str,
    parts: tuple[Part, ...],
    missing: Sequence[str],
) -> Prediction:
    """A prediction that lacks a part."""
    sentence = (
        f"{programme_class}, {outcome}, {TIMEPOINTS[timepoint].words}: not estimable from these data; "
        f"missing: {'; '.join(dict.fromkeys(missing))}."
    )
    return Prediction(
        programme_class=programme_class,
        outcome=outcome,
        timepoint=timepoint,
        instrument=instrument,
        parts=parts,
        mean=None,
        low=None,
        high=None,
        chance=None,
        sentence=sentence,
    )


def _without_scale(programme_class: str, outcome: str, timepoint: str, reference: str) -> Prediction:
    """No scale has a usable figure."""
    parts = [lacking("change in the reference arm", f"mean change with its SD and n in {reference} arms")]
    if programme_class != reference:
        parts.append(lacking("difference", f"difference {programme_class} minus {reference} with an interval"))
    parts.append(lacking("scatter between people", "SD of the change between people"))
    missing = [part.missing for part in parts]
    return _not_estimable(programme_class, outcome, timepoint, "", tuple(parts), missing)


def _scales(data: Dataset, answers: Sequence[PairAnswer], outcome: str, timepoint: str) -> list[Instrument]:
    """Scales with a usable figure on this outcome at this time."""
    window = TIMEPOINTS[timepoint]
    names = [a.instrument for a in answers if a.instrument and (a.outcome, a.timepoint) == (outcome, timepoint)]
    names += [
        f.instrument
        for f in data.figures
        if f.outcome == outcome and f.usable == "yes" and window.holds(f.weeks) and f.kind == "change mean"
    ]
    return [data.instrument(name) for name in dict.fromkeys(names)]
