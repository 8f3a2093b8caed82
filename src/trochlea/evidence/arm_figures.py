"""Differences made from the means of single arms, where a trial's own difference was not seen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from trochlea.errors import InputError
from trochlea.evidence.arm import Arm
from trochlea.evidence.contrast import Contrast, favoured_arm
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.effect_size import ContinuousArm, hedges_g, mean_difference, sd_from_interval, sd_from_se
from trochlea.evidence.figure import Figure
from trochlea.evidence.standard_name import standard_scale_name
from trochlea.evidence.timepoint import Timepoint

PREFERENCE = ("change mean", "final mean")
"""A change is used before a final value: it carries each person's own start."""

FROM_ARMS = " minus "
"""Joins the ids of two figures into the id of the difference made from them."""

Left = dict[str, Any]
"""Attributes of an exclusion."""


def contrasts_of_arms(
    data: Dataset, reported: Sequence[Contrast], *, outcome: str, window: Timepoint, standardised: bool = False
) -> tuple[list[Contrast], list[Left]]:
    """Make the differences of trials whose own differences do not enter.

    Args:
        data: All tables.
        reported: Differences that enter as reported; their trials' arm figures are set aside.
        outcome: What was measured.
        window: Time of measurement.
        standardised: In standard deviations on the scales of `standard_scale`, instead of points.

    Returns:
        Differences of every pair of arms, and the figures that do not enter with their reasons.
    """
    arms = {arm.id: arm for arm in data.arms}
    taken = {(row.trial, row.instrument) for row in reported}
    left: list[Left] = []
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in data.figures:
        trial = people(data, arms[figure.arm].study)
        reason = _why_not(figure, outcome, window)
        if not reason and (trial, figure.instrument) in taken:
            reason = "the trial's own difference between arms is used"
        if reason:
            left.append(_left(figure, arms[figure.arm], trial, reason))
        else:
            groups[trial, figure.instrument].append(figure)
    if standardised:
        left += _keep_one_scale(data, groups, arms)
    made: list[Contrast] = []
    for (trial, _), figures in groups.items():
        chosen, aside = _one_reading(figures, window)
        left += [_left(figure, arms[figure.arm], trial, reason) for figure, reason in aside]
        if len(chosen) < 2:
            left += [_left(figure, arms[figure.arm], trial, "no second arm to compare it with") for figure in chosen]
        for first, second in combinations(chosen, 2):
            pair = (first, arms[first.arm]), (second, arms[second.arm])
            made.append(_contrast(data, trial, *pair, standardised=standardised))
    return made, left


def people(data: Dataset, study: str) -> str:
    """The first report of a study's people."""
    return data.study(study).same_people_as or study


def as_continuous(figure: Figure, arm: Arm, trial: str) -> ContinuousArm:
    """A mean with its standard deviation.

    Raises:
        InputError: If the figure has no spread or no people.
    """
    if figure.value is None or figure.n is None:
        raise InputError(f"{figure.id} ({figure.arm}): needs a value and n; add them or set usable to 'no'")
    if figure.spread_kind == "SD" and figure.spread is not None:
        sd, source = figure.spread, "reported"
    elif figure.spread_kind == "SE" and figure.spread is not None:
        sd, source = sd_from_se(figure.spread, figure.n), "derived"
    elif figure.ci_low is not None and figure.ci_high is not None:
        sd, source = sd_from_interval(figure.ci_low, figure.ci_high, figure.n), "derived"
    else:
        raise InputError(f"{figure.id} ({figure.arm}): has no SD, SE or interval; add one or set usable to 'no'")
    kind = "change" if figure.kind == "change mean" else "final"
    return ContinuousArm(
        study=trial, treatment=arm.arm, n=figure.n, mean=figure.value, sd=sd, kind=kind, sd_source=source
    )


def _why_not(figure: Figure, outcome: str, window: Timepoint) -> str:
    """Why a figure cannot enter; empty if it can."""
    if figure.outcome != outcome:
        return f"measures {figure.outcome}, not {outcome}"
    if figure.usable != "yes":
        return figure.usable_why if figure.usable == "no" else f"conditional: {figure.usable_why}"
    if figure.kind == "events":
        return "a count of people, not a mean; counts are not pooled by the command"
    if figure.kind not in PREFERENCE:
        return f"{figure.kind} is not a follow-up mean"
    if not window.holds(figure.weeks):
        return f"measured at {figure.weeks:g} weeks, not {window.words}"
    return ""


def _one_reading(figures: Sequence[Figure], window: Timepoint) -> tuple[list[Figure], list[tuple[Figure, str]]]:
    """The time and kind that most arms share, nearest to the window's target; a change before a final value."""
    options = sorted({(figure.weeks or 0.0, figure.kind) for figure in figures})

    def rank(option: tuple[float, str]) -> tuple[int, float, int]:
        shared = sum((figure.weeks or 0.0, figure.kind) == option for figure in figures)
        return -shared, abs(option[0] - window.target), PREFERENCE.index(option[1])

    best = min(options, key=rank)
    chosen = [figure for figure in figures if (figure.weeks or 0.0, figure.kind) == best]
    reason = f"the same people are used with the {best[1]} at {best[0]:g} weeks"
    return chosen, [(figure, reason) for figure in figures if (figure.weeks or 0.0, figure.kind) != best]


def _keep_one_scale(data: Dataset, groups: dict[tuple[str, str], list[Figure]], arms: Mapping[str, Arm]) -> list[Left]:
    """Keep one scale of each trial, the one with most arms, then the first of instruments.csv."""
    order = [instrument.id for instrument in data.instruments]
    left: list[Left] = []
    for trial in dict.fromkeys(trial for trial, _ in tuple(groups)):
        scales = [scale for name, scale in groups if name == trial]
        kept = min(scales, key=lambda scale: (-len(groups[trial, scale]), order.index(scale)))
        for scale in scales:
            if scale != kept:
                aside = groups.pop((trial, scale))
                left += [_left(f, arms[f.arm], trial, f"the same people are used on {kept}") for f in aside]
    return left


def _contrast(
    data: Dataset, trial: str, first: tuple[Figure, Arm], second: tuple[Figure, Arm], *, standardised: bool
) -> Contrast:
    """Arm a minus arm b from two means."""
    (figure_a, arm_a), (figure_b, arm_b) = first, second
    pair = as_continuous(figure_a, arm_a, trial), as_continuous(figure_b, arm_b, trial)
    effect = hedges_g(*pair) if standardised else mean_difference(*pair)
    instrument, estimate = figure_a.instrument, effect.estimate
    better = data.instrument(instrument).better
    measure = "MD of change" if figure_a.kind == "change mean" else "MD"
    if better not in ("higher", "lower"):
        raise InputError(f"{figure_a.instrument}: which way is better is unknown; write it in instruments.csv")
    if standardised:
        instrument, measure = standard_scale_name(figure_a.outcome, figure_a.kind), "Hedges g"
        estimate, better = (estimate if better == "higher" else -estimate), "higher"
    template = Contrast(
        id=f"{figure_a.id}{FROM_ARMS}{figure_b.id}",
        trial=trial,
        year=data.study(arm_a.study).year,
        arm_a=arm_a.arm,
        arm_b=arm_b.arm,
        class_a=arm_a.programme_class,
        class_b=arm_b.programme_class,
        n_a=figure_a.n,
        n_b=figure_b.n,
        outcome=figure_a.outcome,
        instrument=instrument,
        better=better,
        weeks=figure_a.weeks,
        timepoint=figure_a.timepoint,
        measure=measure,
        estimate=estimate,
        ci_low=None,
        ci_high=None,
        se=effect.se,
        p_value="",
        favours="neither",
        equivalence_margin=None,
        status="derived",
        usable="yes",
        usable_why="",
        trust=max(figure_a.trust, figure_b.trust, key=("high", "medium", "low").index),
        citations=tuple(dict.fromkeys((*figure_a.citations, *figure_b.citations))),
        where_seen=figure_a.where_seen,
        note="computed from arm means" + "".join(f"; {mark}" for mark in effect.marks),
    )
    favours = favoured_arm(arm_a.arm, arm_b.arm, estimate=estimate, measure=measure, better=better)
    return replace(template, favours=favours)


def _left(figure: Figure, arm: Arm, trial: str, reason: str) -> Left:
    """A figure set aside."""
    return {
        "id": figure.id,
        "table": "figures.csv",
        "trial": trial,
        "outcome": figure.outcome,
        "classes": (arm.programme_class,),
        "weeks": figure.weeks,
        "reason": reason,
    }
