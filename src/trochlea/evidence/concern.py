"""What can be computed of each domain of certainty, by rules of this program that are printed with each rating."""

from collections.abc import Mapping, Sequence

from trochlea.evidence.bias import DOMAINS as BIAS_DOMAINS
from trochlea.evidence.bias import RISKS, Bias
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import CONCERNS
from trochlea.evidence.number_words import points

Concern = tuple[str, str]
"""One of `judgement.CONCERNS`, or NOT_EVALUABLE; and why."""

NOT_EVALUABLE = "not evaluable"

TRIALS_FOR_FUNNEL = 10
"""Assumed, the number that reviewers commonly ask for before they read anything into a funnel's asymmetry."""

HALF = 0.5
"""Assumed: high risk in trials that carry more than half of the result is a major concern."""

SOME_INCOHERENCE, MAJOR_INCOHERENCE = 0.10, 0.01
"""Assumed: p values of direct against indirect evidence below which there are some and major concerns; the test is
weak, so the first is looser than 0.05."""


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


def bias_concern(biases: Sequence[Bias], shares: Mapping[str, float]) -> Concern:
    """Concerns by the share that trials at high or some risk have in the result.

    Args:
        biases: Risk of bias of all trials.
        shares: Share of each trial in the result, adding up to 1.
    """
    risks = [overall_risk(biases, trial) for trial in shares]
    words = "; ".join(text for _, text in risks)
    if any(risk == "not assessed" for risk, _ in risks):
        return NOT_EVALUABLE, words
    share: dict[str, float] = dict.fromkeys(RISKS, 0.0)
    for weight, (risk, _) in zip(shares.values(), risks, strict=True):
        share[risk] += weight
    if share["high"] > HALF:
        return CONCERNS[2], f"trials at high risk carry {100 * share['high']:.0f} % of the weight; {words}"
    if share["high"] > 0 or share["some concerns"] > HALF:
        return CONCERNS[1], words
    return CONCERNS[0], words


def reporting_concern(k: int) -> Concern:
    """Small trials missing from a funnel cannot be told from few trials."""
    if k < TRIALS_FOR_FUNNEL:
        plural = "trial says" if k == 1 else "trials say"
        return NOT_EVALUABLE, f"{k} {plural} nothing about trials that are missing (a funnel needs {TRIALS_FOR_FUNNEL})"
    return NOT_EVALUABLE, "look at the funnel and Egger's test; the judgement is the reviewer's"


def imprecision_concern(interval: tuple[float, float], scale: Instrument) -> Concern:
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


def heterogeneity_concern(
    interval: tuple[float, float], prediction: tuple[float, float] | None, scale: Instrument, k: int
) -> Concern:
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


def indirectness_concern(direct_share: float) -> Concern:
    """How much is direct is computed; whether the people and programmes fit is not."""
    amount = "all evidence is direct" if direct_share > 1 - 1e-9 else f"{100 * direct_share:.0f} % of it is direct"
    return NOT_EVALUABLE, f"{amount}; whether the people and programmes fit is for a reviewer"


def incoherence_concern(p_value: float | None, test: str) -> Concern:
    """Do direct and indirect evidence, or trials of different designs, disagree?

    Args:
        p_value: Of their agreement; None where there is nothing to compare.
        test: Which test it is of, or why there is none.
    """
    if p_value is None:
        return NOT_EVALUABLE, f"{test}; it lowers nothing"
    text = f"{test}: p {p_value:.2g} (below {SOME_INCOHERENCE:g} some, below {MAJOR_INCOHERENCE:g} major concerns)"
    if p_value < MAJOR_INCOHERENCE:
        return CONCERNS[2], text
    return (CONCERNS[1] if p_value < SOME_INCOHERENCE else CONCERNS[0]), text
