"""What one person can expect from a class of programme, told only where every part of it is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from trochlea.evidence.arm_figures import as_continuous, people
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.effect_size import ContinuousArm
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.number_words import listed, points
from trochlea.evidence.pooling import Estimate, Pooled, pool_random_effects
from trochlea.evidence.timepoint import TIMEPOINTS

REFERENCE = "knee"
"""Class whose change the others are added to: the one that neal-2024-guide calls the base."""

TRIALS_FOR_TAU = 3
"""Assumed: two trials cannot show how much trials differ."""

TWO_SIDED = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a prediction.

    Attributes:
        name: What it is.
        value: Estimate or standard deviation [points]; None where it is missing.
        se: Standard error of an estimate; None for a standard deviation.
        source: Where it comes from, in words.
        citations: Keys.
        missing: The figure that would be needed; empty where the part is there.
    """

    name: str
    value: float | None
    se: float | None
    source: str
    citations: tuple[str, ...]
    missing: str


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
    arms = _changes(data, scale.id, outcome, timepoint)
    start, start_tau = _reference_parts(
        arms, scale.id, reference, _without_spread(data, scale.id, outcome, timepoint, reference)
    )
    parts = [start, start_tau]
    if programme_class != reference:
        parts += _difference_parts(answers, scale.id, programme_class, reference)
    parts.append(_person_part(arms, scale.id))
    if scale.important_change is None:
        parts.append(_lacking("smallest important change", f"the smallest change that matters on {scale.id}"))
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
        f"missing: {'; '.join(missing)}."
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
    parts = [_lacking("change in the reference arm", f"mean change with its SD and n in {reference} arms")]
    if programme_class != reference:
        parts.append(_lacking("difference", f"difference {programme_class} minus {reference} with an interval"))
    parts.append(_lacking("scatter between people", "SD of the change between people"))
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


Change = tuple[str, ContinuousArm, tuple[str, ...]]
"""Class of the arm, its change, its sources."""


def _changes(data: Dataset, instrument: str, outcome: str, timepoint: str) -> list[Change]:
    """Usable changes of single arms, one of each arm."""
    window, arms = TIMEPOINTS[timepoint], {arm.id: arm for arm in data.arms}
    found: dict[str, tuple[float, Change]] = {}
    for figure in data.figures:
        fits = figure.kind == "change mean" and window.holds(figure.weeks) and figure.outcome == outcome
        if not fits or figure.usable != "yes" or figure.instrument != instrument:
            continue
        arm = arms[figure.arm]
        change = as_continuous(figure, arm, people(data, arm.study))
        distance = abs((figure.weeks or 0.0) - window.target)
        if figure.arm not in found or distance < found[figure.arm][0]:
            found[figure.arm] = (distance, (arm.programme_class, change, figure.citations))
    return [change for _, change in found.values()]


def _without_spread(data: Dataset, instrument: str, outcome: str, timepoint: str, reference: str) -> str:
    """Changes of the reference class that were seen without a spread, in words; empty if none."""
    window, arms = TIMEPOINTS[timepoint], {arm.id: arm for arm in data.arms}
    seen = [
        f"{figure.value:g} in {arms[figure.arm].study} ({figure.id})"
        for figure in data.figures
        if figure.kind == "change mean"
        and (figure.instrument, figure.outcome, figure.spread_kind) == (instrument, outcome, "none")
        and arms[figure.arm].programme_class == reference
        and window.holds(figure.weeks)
        and figure.value is not None
    ]
    return f" (seen without an SD: {listed(seen)})" if seen else ""


def _reference_parts(arms: Sequence[Change], instrument: str, reference: str, without_spread: str) -> tuple[Part, Part]:
    """The reference arm's change and its scatter between trials."""
    chosen = [(change, keys) for name, change, keys in arms if name == reference]
    keys = tuple(dict.fromkeys(key for _, item in chosen for key in item))
    names = ("change in the reference arm", "scatter of that change between trials")
    if not chosen:
        figure = f"mean change on {instrument} with its SD and n in {reference} arms{without_spread}"
        return _lacking(names[0], figure), _lacking(names[1], f"that change in {TRIALS_FOR_TAU} trials or more")
    if len(chosen) < TRIALS_FOR_TAU:
        have = f"{len(chosen)} seen"
        lack = f"mean change on {instrument} in {TRIALS_FOR_TAU} {reference} arms or more ({have})"
        return _lacking(names[0], lack), _lacking(names[1], lack)
    pool = pool_random_effects(
        [Estimate(study=c.study, estimate=c.mean, se=c.sd / math.sqrt(c.n), n=c.n, measure="change") for c, _ in chosen]
    )
    source = f"random-effects pool of {reference} arms: {listed(list(pool.studies))}"
    return (
        Part(name=names[0], value=pool.estimate, se=pool.se, source=source, citations=keys, missing=""),
        Part(name=names[1], value=_tau(pool), se=None, source=source, citations=keys, missing=""),
    )


def _difference_parts(
    answers: Sequence[PairAnswer], instrument: str, programme_class: str, reference: str
) -> list[Part]:
    """The difference from the reference and its scatter between trials."""
    names = ("difference", "scatter of the difference between trials")
    for answer in answers:
        pair, pool = (answer.class_a, answer.class_b), answer.random
        if answer.instrument != instrument or {*pair} != {programme_class, reference} or answer.common is None:
            continue
        if pool is None or pool.k < TRIALS_FOR_TAU:
            k = answer.common.k
            lack = f"{programme_class} minus {reference} on {instrument} in {TRIALS_FOR_TAU} trials or more ({k} seen)"
            return [_lacking(names[1], lack)]
        sign = 1.0 if pair == (programme_class, reference) else -1.0
        keys = tuple(dict.fromkeys(key for trial in answer.trials for key in trial.contrast.citations))
        source = f"random-effects pool of {listed(list(pool.studies))}"
        return [
            Part(name=names[0], value=sign * pool.estimate, se=pool.se, source=source, citations=keys, missing=""),
            Part(name=names[1], value=_tau(pool), se=None, source=source, citations=keys, missing=""),
        ]
    return [_lacking(names[0], f"difference {programme_class} minus {reference} on {instrument} with an interval")]


def _person_part(arms: Sequence[Change], instrument: str) -> Part:
    """The scatter of the change between people: root mean square of the arms' SDs, weighted by n - 1."""
    name = "scatter between people"
    if not arms:
        return _lacking(name, f"SD of the change on {instrument} between people")
    weight = sum(change.n - 1 for _, change, _ in arms)
    sd = math.sqrt(sum((change.n - 1) * change.sd**2 for _, change, _ in arms) / weight)
    keys = tuple(dict.fromkeys(key for _, _, item in arms for key in item))
    studies = listed(list(dict.fromkeys(change.study for _, change, _ in arms)))
    return Part(name=name, value=sd, se=None, source=f"SD of the change in {studies}", citations=keys, missing="")


def _tau(pool: Pooled) -> float:
    """Scatter between trials [points]."""
    return math.sqrt(pool.tau2 or 0.0)


def _lacking(name: str, figure: str) -> Part:
    """A part that is not there."""
    return Part(name=name, value=None, se=None, source="", citations=(), missing=figure)
