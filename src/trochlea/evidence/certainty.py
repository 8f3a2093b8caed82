"""How sure a pooled answer is: six domains, computed where they can be, judged by the reviewer where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trochlea.evidence.bias import Bias
from trochlea.evidence.concern import (
    NOT_EVALUABLE,
    Concern,
    bias_concern,
    heterogeneity_concern,
    imprecision_concern,
    indirectness_concern,
    reporting_concern,
)
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import CONCERNS, DOMAINS, Judgement
from trochlea.evidence.number_words import listed

DIRECT_ONLY: Concern = (NOT_EVALUABLE, "direct evidence only; it lowers nothing")

COMPUTED = "computed"
"""Source of a rating that nobody judged."""

LEVELS = ("high", "moderate", "low", "very low")
"""Randomised trials start at high; each level of concern takes one or two steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One domain.

    Attributes:
        domain: One of `judgement.DOMAINS`.
        concerns: One of `judgement.CONCERNS`, or NOT_EVALUABLE.
        reason: Why, with the rule.
        source: "computed" or the reviewer who judged.
        computed: What the rule gave, kept beside a reviewer's judgement.
        computed_reason: Why the rule gave it.
        date: Of the judgement; empty where computed.
    """

    domain: str
    concerns: str
    reason: str
    source: str
    computed: str
    computed_reason: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """All domains and what follows.

    Attributes:
        ratings: One of each domain.
        level: One of LEVELS, or "not rated".
        sentence: The level in words, with what lowers it or what is missing.
    """

    ratings: tuple[Rating, ...]
    level: str
    sentence: str


def rate_certainty(
    biases: Sequence[Bias],
    shares: Mapping[str, float],
    *,
    interval: tuple[float, float],
    prediction: tuple[float, float] | None,
    scale: Instrument,
    judgements: Sequence[Judgement],
    direct_share: float = 1.0,
    incoherence: Concern = DIRECT_ONLY,
) -> Certainty:
    """Rate one comparison of randomised trials.

    Args:
        biases: Risk of bias of all trials.
        shares: Share of each trial in the result, adding up to 1.
        interval: 95 % interval of the difference [points].
        prediction: 95 % interval for a new trial [points]; None where it cannot be told.
        scale: Its instrument, for the smallest change that matters.
        judgements: The reviewer's on this comparison, which replace what is computed.
        direct_share: Share of direct evidence in the result.
        incoherence: What comparing direct with indirect evidence gave.

    Returns:
        A rating of each domain, and the level.
    """
    computed = {
        "within-study bias": bias_concern(biases, shares),
        "reporting bias": reporting_concern(len(shares)),
        "indirectness": indirectness_concern(direct_share),
        "imprecision": imprecision_concern(interval, scale),
        "heterogeneity": heterogeneity_concern(interval, prediction, scale, len(shares)),
        "incoherence": incoherence,
    }
    ratings = tuple(_rating(domain, *computed[domain], judgements) for domain in DOMAINS)
    return conclude(ratings)


def conclude(ratings: tuple[Rating, ...]) -> Certainty:
    """The level that ratings give: high, less one step for some and two for major concerns in each domain.

    A domain that is not evaluable, other than incoherence, leaves the answer "not rated" until a reviewer judges it.
    """
    open_ones = [r.domain for r in ratings if r.concerns == NOT_EVALUABLE and r.domain != "incoherence"]
    if open_ones:
        sentence = f"Not rated: {listed(open_ones)} cannot be computed and no reviewer's judgement is stored."
        return Certainty(ratings=ratings, level="not rated", sentence=sentence)
    steps = {rating.domain: CONCERNS.index(rating.concerns) for rating in ratings if rating.concerns in CONCERNS}
    total = sum(steps.values())
    level = LEVELS[min(total, len(LEVELS) - 1)]
    lowering = [f"{domain} ({CONCERNS[step]})" for domain, step in steps.items() if step]
    why = f", lowered from high for {listed(lowering)}" if lowering else ""
    return Certainty(ratings=ratings, level=level, sentence=f"Certainty {level}{why}.{_judged(ratings)}")


def _judged(ratings: tuple[Rating, ...]) -> str:
    """Whose judgement stands in which domains; empty where all is computed."""
    reviewers = dict.fromkeys(rating.source for rating in ratings if rating.source != COMPUTED)
    by = [f"{name} on {listed([r.domain for r in ratings if r.source == name])}" for name in reviewers]
    return f" Judged, not computed: by {'; '.join(by)}." if by else ""


def _rating(domain: str, computed: str, reason: str, judgements: Sequence[Judgement]) -> Rating:
    """The reviewer's judgement where there is one, what was computed otherwise."""
    for item in judgements:
        if item.domain == domain:
            return Rating(
                domain=domain,
                concerns=item.concerns,
                reason=item.reason,
                source=item.reviewer,
                computed=computed,
                computed_reason=reason,
                date=item.date,
            )
    return Rating(
        domain=domain,
        concerns=computed,
        reason=reason,
        source=COMPUTED,
        computed=computed,
        computed_reason=reason,
        date="",
    )
