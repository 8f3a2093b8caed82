"""A reviewer's judgement of one domain of certainty, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.column import column
from trochlea.evidence.contrast import CLASSES

DOMAINS = ("within-study bias", "reporting bias", "indirectness", "imprecision", "heterogeneity", "incoherence")
"""The six domains of nikolakopoulou-2020-cinema."""

CONCERNS = ("no concerns", "some concerns", "major concerns")
"""Levels of papakonstantinou-2020-cinema."""

TIMES = ("short", "long")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A row of judgements.csv; every attribute is a column that says what it holds."""

    id: str = column("unique in the table", required=True)
    class_a: str = column("first class of the question", choices=CLASSES)
    class_b: str = column("second class of the question", choices=CLASSES)
    outcome: str = column("outcome, e.g. 'function'", required=True)
    timepoint: str = column("short or long", choices=TIMES)
    domain: str = column("domain of certainty (nikolakopoulou-2020-cinema)", choices=DOMAINS)
    concerns: str = column("the reviewer's judgement; it replaces the computed one", choices=CONCERNS)
    reason: str = column("why", required=True)
    reviewer: str = column("who judged", required=True)
    date: str = column("when, year-month-day", required=True)


def judgements_on(
    judgements: Sequence[Judgement], class_a: str, class_b: str, outcome: str, timepoint: str
) -> tuple[Judgement, ...]:
    """Those on one question, whichever class stands first."""
    return tuple(
        item
        for item in judgements
        if {item.class_a, item.class_b} == {class_a, class_b} and (item.outcome, item.timepoint) == (outcome, timepoint)
    )
