"""How sure a pooled answer is: six domains, computed where they can be, judged by the reviewer where not.

The rules by which a domain is computed are this program's own and are printed with each rating; the domains and their
levels are those of CINeMA.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.bias import DOMAINS as BIAS_DOMAINS
from trochlea.evidence.bias import Bias
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import CONCERNS, DOMAINS, Judgement
from trochlea.evidence.number_words import listed, points
from trochlea.evidence.pooling import Pooled

NOT_EVALUABLE = "not evaluable"
LEVELS = ("high", "moderate", "low", "very low")
"""Randomised trials start at high; each level of concern takes one or two steps."""

TRIALS_FOR_FUNNEL = 10
"""Assumed, the number that reviewers commonly ask for before they read anything into a funnel's asymmetry."""

HALF = 0.5
"""Assumed: high risk in trials that carry more than half of the weight is a major concern."""


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
    data: Dataset,
    rows: Sequence[Contrast],
    pooled: Pooled,
    prediction: tuple[float, float] | None,
    scale: Instrument,
    judgements: Sequence[Judgement],
) -> Certainty:
    """Rate one pooled comparison of randomised trials.

    Args:
        data: All tables, for the risk of bias.
        rows: Contrasts in the pool, in the order of its weights.
        pooled: The pool.
        prediction: 95 % interval for a new trial; None where it cannot be told.
        scale: Its instrument, for the smallest change that matters.
        judgements: The reviewer's, which replace what is computed.

    Returns:
        A rating of each domain, and the level.
    """
    interval = (pooled.ci_low, pooled.ci_high)
    computed = {
        "within-study bias": _bias(data, rows, pooled.weights),
        "reporting bias": _reporting(pooled.k),
        "indirectness": (
            NOT_EVALUABLE,
            "all evidence is direct; whether the people and programmes fit is for a reviewer",
        ),
        "imprecision": _imprecision(interval, scale),
        "heterogeneity": _heterogeneity(interval, prediction, scale, pooled.k),
        "incoherence": (NOT_EVALUABLE, "direct evidence only; it lowers nothing"),
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
    steps = {
        rating.domain: max(CONCERNS.index(rating.concerns), 0) for rating in ratings if rating.concerns in CONCERNS
    }
    total = sum(steps.values())
    level = LEVELS[min(total, len(LEVELS) - 1)]
    lowering = [f"{domain} ({CONCERNS[step]})" for domain, step in steps.items() if step]
    why = f", lowered from high for {listed(lowering)}" if lowering else ""
    return Certainty(ratings=ratings, level=level, sentence=f"Certainty {level}{why}.")


def overall_risk(biases: Sequence[Bias], study: str) -> tuple[str, str]:
    """The worst domain of a trial, or "not assessed" where a domain is missing and none is high; and in words."""
    known = {bias.domain: bias for bias in biases if bias.study == study and bias.risk != "not assessed"}
    high = [bias for bias in known.values() if bias.risk == "high"]
    if high:
        return "high", f"{study}: high ({high[0].domain}: {high[0].reason})"
    missing = len(BIAS_DOMAINS) - len(known)
    if missing:
        return "not assessed", f"{study}: {missing} of {len(BIAS_DOMAINS)} domains not assessed"
    risks = [bias.risk for bias in known.values()]
    worst = "some concerns" if "some concerns" in risks else "low"
    return worst, f"{study}: {worst}"


def _bias(data: Dataset, rows: Sequence[Contrast], weights: Sequence[float]) -> tuple[str, str]:
    """Concerns by the weight of trials at high or some risk."""
    risks = [overall_risk(data.biases, row.trial) for row in rows]
    words = "; ".join(text for _, text in risks)
    if any(risk == "not assessed" for risk, _ in risks):
        return NOT_EVALUABLE, words
    share = {
        name: sum(w for w, (risk, _) in zip(weights, risks, strict=True) if risk == name)
        for name in ("high", "some concerns")
    }
    if share["high"] > HALF:
        return CONCERNS[2], f"trials at high risk carry {100 * share['high']:.0f} % of the weight; {words}"
    if share["high"] > 0 or share["some concerns"] > HALF:
        return CONCERNS[1], words
    return CONCERNS[0], words


def _reporting(k: int) -> tuple[str, str]:
    """Small trials missing from a funnel cannot be told from few trials."""
    if k < TRIALS_FOR_FUNNEL:
        plural = "trial says" if k == 1 else "trials say"
        return NOT_EVALUABLE, f"{k} {plural} nothing about trials that are missing (a funnel needs {TRIALS_FOR_FUNNEL})"
    return NOT_EVALUABLE, "look at the funnel and Egger's test; the judgement is the reviewer's"


def _imprecision(interval: tuple[float, float], scale: Instrument) -> tuple[str, str]:
    """Does the interval leave open an effect that matters, in one direction or in both?"""
    low, high = interval
    change = scale.important_change
    text = f"the interval {points(low, 2)} to {points(high, 2)}"
    if change is None:
        crosses = low <= 0 <= high
        reason = (
            f"{text} {'holds' if crosses else 'leaves out'} zero; no smallest important change of {scale.id} was seen"
        )
        return (CONCERNS[1] if crosses else CONCERNS[0]), reason
    matters = f"a difference of {change:g} points, the smallest that matters"
    if low <= -change and high >= change:
        return CONCERNS[2], f"{text} holds {matters}, in both directions"
    if low <= 0 <= high and (low <= -change or high >= change):
        return CONCERNS[1], f"{text} holds both no difference and {matters}"
    return CONCERNS[0], f"{text} does not hold both no difference and {matters}"


def _heterogeneity(
    interval: tuple[float, float], prediction: tuple[float, float] | None, scale: Instrument, k: int
) -> tuple[str, str]:
    """Does the prediction interval for a new trial leave open more than the interval of the mean?"""
    if prediction is None:
        plural = "trial" if k == 1 else "trials"
        return NOT_EVALUABLE, f"{k} {plural} cannot show how much trials differ; no interval for a new trial follows"
    change = scale.important_change
    cuts = (0.0,) if change is None else (-change, 0.0, change)
    more = _zones(prediction, cuts) - _zones(interval, cuts)
    text = f"the interval for a new trial, {points(prediction[0], 2)} to {points(prediction[1], 2)},"
    if more <= 0:
        return CONCERNS[0], f"{text} leads to the same conclusion as the interval of the mean"
    return CONCERNS[
        min(more, 2)
    ], f"{text} leaves open {more} more of: a difference that matters, a small one, on either side"


def _zones(interval: tuple[float, float], cuts: tuple[float, ...]) -> int:
    """Number of zones between cuts that an interval touches."""
    return 1 + sum(interval[0] < cut < interval[1] for cut in cuts)


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
        source="computed",
        computed=computed,
        computed_reason=reason,
        date="",
    )
