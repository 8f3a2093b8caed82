"""The parts of a prediction for one person, each from the tables with its source or with the figure that is missing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.arm_figures import as_continuous, people
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.effect_size import ContinuousArm
from trochlea.evidence.number_words import listed
from trochlea.evidence.pooling import Estimate, Pooled, pool_random_effects
from trochlea.evidence.timepoint import TIMEPOINTS

TRIALS_FOR_TAU = 3
"""Assumed: two trials cannot show how much trials differ."""

Change = tuple[str, ContinuousArm, tuple[str, ...]]
"""Class of the arm, its change, its sources."""


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


def changes_of_arms(data: Dataset, instrument: str, outcome: str, timepoint: str) -> list[Change]:
    """Usable changes of single arms on one scale at one time, one of each arm."""
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


def seen_without_spread(data: Dataset, instrument: str, outcome: str, timepoint: str, reference: str) -> str:
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


def reference_parts(arms: Sequence[Change], instrument: str, reference: str, without_spread: str) -> tuple[Part, Part]:
    """The reference arm's change and its scatter between trials."""
    chosen = [(change, keys) for name, change, keys in arms if name == reference]
    keys = tuple(dict.fromkeys(key for _, item in chosen for key in item))
    names = ("change in the reference arm", "scatter of that change between trials")
    if not chosen:
        figure = f"mean change on {instrument} with its SD and n in {reference} arms{without_spread}"
        return lacking(names[0], figure), lacking(names[1], f"that change in {TRIALS_FOR_TAU} trials or more")
    if len(chosen) < TRIALS_FOR_TAU:
        have = f"{len(chosen)} seen"
        lack = f"mean change on {instrument} in {TRIALS_FOR_TAU} {reference} arms or more ({have})"
        return lacking(names[0], lack), lacking(names[1], lack)
    pool = pool_random_effects(
        [Estimate(study=c.study, estimate=c.mean, se=c.sd / math.sqrt(c.n), n=c.n, measure="change") for c, _ in chosen]
    )
    source = f"random-effects pool of {reference} arms: {listed(list(pool.studies))}"
    return (
        Part(name=names[0], value=pool.estimate, se=pool.se, source=source, citations=keys, missing=""),
        Part(name=names[1], value=_tau(pool), se=None, source=source, citations=keys, missing=""),
    )


def difference_parts(
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
            return [lacking(names[1], lack)]
        sign = 1.0 if pair == (programme_class, reference) else -1.0
        keys = tuple(dict.fromkeys(key for trial in answer.trials for key in trial.contrast.citations))
        source = f"random-effects pool of {listed(list(pool.studies))}"
        return [
            Part(name=names[0], value=sign * pool.estimate, se=pool.se, source=source, citations=keys, missing=""),
            Part(name=names[1], value=_tau(pool), se=None, source=source, citations=keys, missing=""),
        ]
    return [lacking(names[0], f"difference {programme_class} minus {reference} on {instrument} with an interval")]


def person_part(arms: Sequence[Change], instrument: str) -> Part:
    """The scatter of the change between people: root mean square of the arms' SDs, weighted by n - 1."""
    name = "scatter between people"
    if not arms:
        return lacking(name, f"SD of the change on {instrument} between people")
    weight = sum(change.n - 1 for _, change, _ in arms)
    sd = math.sqrt(sum((change.n - 1) * change.sd**2 for _, change, _ in arms) / weight)
    keys = tuple(dict.fromkeys(key for _, _, item in arms for key in item))
    studies = listed(list(dict.fromkeys(change.study for _, change, _ in arms)))
    return Part(name=name, value=sd, se=None, source=f"SD of the change in {studies}", citations=keys, missing="")


def _tau(pool: Pooled) -> float:
    """Scatter between trials [points]."""
    return math.sqrt(pool.tau2 or 0.0)


def lacking(name: str, figure: str) -> Part:
    """A part that is not there."""
    return Part(name=name, value=None, se=None, source="", citations=(), missing=figure)
