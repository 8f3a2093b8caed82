"""Everything that the tables answer: every question, outcome and time, with what was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trochlea.errors import InputError
from trochlea.evidence.arm_figures import FROM_ARMS
from trochlea.evidence.comparison import QUESTIONS, PairAnswer, Settings, compare_classes
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.network import NETWORK_METHODS
from trochlea.evidence.network_answer import NetworkAnswer, network_answers
from trochlea.evidence.network_part import NODES
from trochlea.evidence.person_prediction import Prediction, predict_person
from trochlea.evidence.selection import Exclusion, select
from trochlea.evidence.standard_scale import with_standard_scales
from trochlea.evidence.timepoint import TIMEPOINTS

OUTCOMES = ("pain", "function")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A study of which no figure enters anything.

    Attributes:
        study: Its id.
        reason: Why.
    """

    study: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All answers from one dataset under one setting.

    Attributes:
        outcomes: Outcomes asked for.
        timepoints: Times asked for.
        settings: How to pool.
        answers: One a question, outcome, time and scale.
        networks: One an outcome, time and scale; none where `no_network` gives a reason.
        predictions: One a class, outcome and time.
        excluded: Rows of the trials' tables that enter nothing asked for, once each with every reason.
        silent: Studies of which no row enters.
        data_name: "bundled", or the folder.
        data_hash: SHA-256 of all tables.
    """

    outcomes: tuple[str, ...]
    timepoints: tuple[str, ...]
    settings: Settings
    answers: tuple[PairAnswer, ...]
    networks: tuple[NetworkAnswer, ...]
    predictions: tuple[Prediction, ...]
    excluded: tuple[Exclusion, ...]
    silent: tuple[Silent, ...]
    data_name: str
    data_hash: str


def analyse(
    data: Dataset,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    timepoints: Sequence[str] = tuple(TIMEPOINTS),
    settings: Settings | None = None,
    with_networks: bool = True,
) -> Analysis:
    """Answer every question.

    Args:
        data: All tables.
        outcomes: Outcomes asked for.
        timepoints: "short", "long" or both.
        settings: How to pool; the defaults if None.
        with_networks: Whether to fit the networks too.

    Raises:
        InputError: If an outcome or time is unknown, or people would be counted twice.
    """
    settings, predicted = settings or Settings(), [name for name in NODES if name != "control"]
    if settings.measure == "SMD":
        data = with_standard_scales(data)
    answers: list[PairAnswer] = []
    networks: list[NetworkAnswer] = []
    predictions: list[Prediction] = []
    used: set[str] = set()
    reasons: dict[tuple[str, str], list[Exclusion]] = {}
    for outcome in outcomes:
        for timepoint in timepoints:
            selection = select(data, outcome=outcome, timepoint=timepoint, measure=settings.measure)
            used |= {part for row in selection.used for part in (row.id, *row.id.split(FROM_ARMS))}
            for row in selection.excluded:
                reasons.setdefault((row.table, row.id), []).append(row)
            here: list[PairAnswer] = []
            for class_a, class_b in QUESTIONS:
                here += compare_classes(data, selection, class_a=class_a, class_b=class_b, settings=settings)
            answers += here
            if with_networks and not no_network(settings):
                networks += network_answers(data, selection, settings=settings)
            predictions += [
                predict_person(data, here, programme_class=name, outcome=outcome, timepoint=timepoint)
                for name in predicted
            ]
    return Analysis(
        outcomes=tuple(outcomes),
        timepoints=tuple(timepoints),
        settings=settings,
        answers=tuple(answers),
        networks=tuple(networks),
        predictions=tuple(predictions),
        excluded=tuple(_merged(rows, outcomes) for (_, id), rows in reasons.items() if id not in used),
        silent=_silent(data, used),
        data_name=data.name,
        data_hash=data.sha256,
    )


def no_network(settings: Settings) -> str:
    """Why these settings allow no network, with the remedy; empty where they do."""
    if settings.measure != "MD":
        return f"a network works on one scale; --measure {settings.measure.lower()} pools pairs of classes only"
    if settings.tau2_method not in NETWORK_METHODS:
        choices = ", ".join(NETWORK_METHODS)
        return f"a network has no tau2 by {settings.tau2_method}; choose --tau2 from {choices}"
    return ""


def outcomes_of(data: Dataset) -> tuple[str, ...]:
    """Those of OUTCOMES that some instrument of the tables measures.

    Raises:
        InputError: If there is none.
    """
    known = {instrument.outcome for instrument in data.instruments}
    found = tuple(outcome for outcome in OUTCOMES if outcome in known)
    if not found:
        expected = " or ".join(OUTCOMES)
        raise InputError(f"{data.name}: no row of instruments.csv measures {expected}; add one or choose --outcome")
    return found


def _merged(rows: Sequence[Exclusion], outcomes: Sequence[str]) -> Exclusion:
    """One entry for a row that several selections left out, with the reasons of its own outcome."""
    first = rows[0]
    if first.outcome not in outcomes:
        return replace(first, reason=f"measures {first.outcome}; asked for {' and '.join(outcomes)}")
    own = [row.reason for row in rows if not row.reason.startswith(f"measures {row.outcome}, not ")]
    return replace(first, reason="; ".join(dict.fromkeys(own)))


def _silent(data: Dataset, used: set[str]) -> tuple[Silent, ...]:
    """Studies of which nothing enters, each with the reason."""
    arms = {arm.id: arm.study for arm in data.arms}
    speaking = {row.trial for row in data.contrasts if row.id in used}
    speaking |= {arms[row.arm] for row in data.figures if row.id in used}
    silent = []
    for study in data.studies:
        if study.id in speaking:
            continue
        rows = [row.id for row in data.contrasts if study.id in row.trial.split(" + ")]
        rows += [row.id for row in data.figures if arms[row.arm] == study.id]
        if study.found == "no":
            reason = "known by name only"
        elif study.same_people_as:
            reason = f"the same people as {study.same_people_as}; counted there"
        elif rows:
            reason = f"figures seen but none enters: {', '.join(rows)}"
        else:
            reason = "no arm mean with its SD and no difference with an interval was seen"
        silent.append(Silent(study=study.id, reason=reason))
    return tuple(silent)
