"""The trials' answer to "hip or knee?", worded from the numbers and never repeated as a fact."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.contrast import Contrast
from trochlea.evidence.fingerprint import data_hash
from trochlea.evidence.number_words import points, printed
from trochlea.evidence.pooling import Pooled, pool_contrasts
from trochlea.evidence.review import Review
from trochlea.evidence.tables import read_contrasts, read_reviews
from trochlea.evidence.verdict import TrialResult, trial_result

SCALE = "AKPS"
WEEKS = (12.0, 13.0)
"""Twelve weeks and three months: the only time at which two trials of hip against knee were seen."""

CLAIM_REVIEW = "Manojlović 2021"
"""The review that the public claim about hip and knee exercises goes back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAnswer:
    """What the trials say about hip against knee exercises.

    Attributes:
        comparison: Direction of every difference here.
        scale: Scale and range in words.
        better: "higher": a difference above zero is in favour of hip exercises.
        pooled: The pool.
        n: People randomised.
        trials: Each trial's own answer, in the order of the table.
        later: The same people measured later; not pooled.
        sentence: The answer in one sentence.
        method: How the pool was made.
        certainty: How sure that is, in words.
        claim: What the review behind the public claim says, and on what it rests.
        claim_citations: Keys behind `claim`.
        not_answered: What this cannot answer.
        not_answered_citations: Keys behind `not_answered`.
        citations: Keys in references.bib behind all of it.
        data_hash: SHA-256 of the rows used.
    """

    comparison: str
    scale: str
    better: str
    pooled: Pooled
    n: int
    trials: tuple[TrialResult, ...]
    later: tuple[TrialResult, ...]
    sentence: str
    method: str
    certainty: str
    claim: str
    claim_citations: tuple[str, ...]
    not_answered: str
    not_answered_citations: tuple[str, ...]
    citations: tuple[str, ...]
    data_hash: str


def hip_against_knee(
    contrasts: Sequence[Contrast] | None = None, reviews: Sequence[Review] | None = None
) -> EvidenceAnswer:
    """Hip-only against knee-only exercises on the AKPS at 12 to 13 weeks.

    Args:
        contrasts: Rows to use; the package's own table if None.
        reviews: Rows to quote; the package's own table if None.

    Returns:
        The pool, each trial's own answer, and the words for the report.

    Raises:
        InputError: If no usable contrast is left or the same people would be counted twice.
    """
    contrasts = read_contrasts() if contrasts is None else contrasts
    reviews = read_reviews() if reviews is None else reviews
    fitting = [c for c in contrasts if _fits(c)]
    used = [c for c in fitting if WEEKS[0] <= (c.weeks or 0) <= WEEKS[1]]
    after = [c for c in fitting if (c.weeks or 0) > WEEKS[1]]
    pooled = pool_contrasts(used, class_a="hip", class_b="knee", weeks=WEEKS)
    trials = tuple(trial_result(c, class_a="hip", class_b="knee") for c in used)
    later = tuple(trial_result(c, class_a="hip", class_b="knee") for c in after)
    claimed = [r for r in reviews if r.review == CLAIM_REVIEW]
    quoted = [r for r in reviews if _is_hip_and_knee_over_knee(r)]
    n = sum((c.n_a or 0) + (c.n_b or 0) for c in used)
    return EvidenceAnswer(
        comparison="hip minus knee",
        scale=f"{SCALE}, 0 to 100",
        better=used[0].better,
        pooled=pooled,
        n=n,
        trials=trials,
        later=later,
        sentence=_pool_sentence(pooled, n),
        method=_method(pooled),
        certainty=_certainty(pooled, trials),
        claim=_claim(reviews),
        not_answered=_not_answered(reviews),
        claim_citations=_keys(claimed),
        not_answered_citations=_keys(quoted),
        citations=_keys([*used, *after, *claimed, *quoted]),
        data_hash=data_hash(used, after, claimed, quoted),
    )


def _fits(contrast: Contrast) -> bool:
    """A usable contrast of hip-only with knee-only on the AKPS."""
    classes = {contrast.class_a, contrast.class_b}
    return contrast.usable == "yes" and classes == {"hip", "knee"} and contrast.instrument == SCALE


def _is_hip_and_knee_over_knee(review: Review) -> bool:
    """A usable pooled pain value of hip+knee against knee."""
    arms = (review.arm_a, review.arm_b)
    return review.usable == "yes" and arms == ("hip+knee", "knee") and review.outcome == "pain"


def _pool_sentence(pooled: Pooled, n: int) -> str:
    """The pool in one sentence."""
    if pooled.ci_low > 0:
        finding = "hip exercises did better"
    elif pooled.ci_high < 0:
        finding = "knee exercises did better"
    else:
        finding = "no difference shown"
    interval = f"{points(pooled.ci_low, 2)} to {points(pooled.ci_high, 2)}"
    return (
        f"Hip minus knee exercises at {WEEKS[0]:g} to {WEEKS[1]:g} weeks: "
        f"{points(pooled.estimate, 2)} {SCALE} "
        f"points (95 % interval {interval}; higher is better), {finding}. "
        f"{pooled.k} trials had usable figures, {' and '.join(pooled.studies)}, with {n} people randomised."
    )


def _method(pooled: Pooled) -> str:
    """How the pool was made."""
    shares = ", ".join(
        f"{study} {100 * weight:.0f} %" for study, weight in zip(pooled.studies, pooled.weights, strict=True)
    )
    spread = "" if pooled.i2 is None else f" Q {pooled.q:.2f}, I² {100 * pooled.i2:.0f} %."
    return (
        f"Common-effect inverse-variance pool of mean differences, weights {shares}; standard errors from "
        f"the printed intervals (width over 2 x 1.96).{spread} {pooled.k} trials are too few to "
        "estimate how much the effect differs between trials."
    )


def _certainty(pooled: Pooled, trials: Sequence[TrialResult]) -> str:
    """How sure the answer is, in words, with what was not judged."""
    margins = {t.contrast.equivalence_margin: t.contrast.trial for t in trials}
    margin = min((m for m in margins if m is not None), default=None)
    parts = []
    if margin is not None and -margin < pooled.ci_low and pooled.ci_high < margin:
        parts.append(
            f"The pooled interval lies inside the {margin:g} points of {margins[margin]}; that margin was "
            "set by one trial only, so equivalence is that trial's result and not the pool's."
        )
    parts.append(
        "Certainty is not graded: only abstracts were read, so the risk of bias was not judged; pain, the "
        "outcome that matters most to many, had no interval for hip against knee."
    )
    return " ".join(parts)


def _claim(reviews: Sequence[Review]) -> str:
    """The public claim, as what a review said and on what that rests."""
    rows = [r for r in reviews if r.review == CLAIM_REVIEW]
    unseen = {r.arm_a for r in rows if r.status == "not seen" and r.arm_a in ("hip", "knee")}
    if not rows:
        return ""
    rests = "It sets subgroups with different comparators side by side, which is indirect evidence"
    if unseen:
        names = " and ".join(f"{arm}-only" for arm in sorted(unseen))
        rests += f"; its values for {names} programmes could not be seen here"
    return (
        f"The review {CLAIM_REVIEW} concludes that knee-only programmes are inferior to hip and hip+knee "
        f"programmes. {rests}. The two trials above put hip and knee in the same trial."
    )


def _not_answered(reviews: Sequence[Review]) -> str:
    """Hip and knee together is another question."""
    rows = [r for r in reviews if _is_hip_and_knee_over_knee(r)]
    quoted = "; ".join(
        f"{r.review} {r.measure} {printed(r.estimate)} ({printed(r.ci_low)} to {printed(r.ci_high)})" for r in rows
    )
    older = (
        " Reviews of older, small, mostly female trials point to less pain with hip+knee than with knee "
        "alone (mean difference, MD, or standardised mean difference, SMD; below zero is less pain): "
        f"{quoted}. No large recent trial was found."
        if rows
        else ""
    )
    return f"Hip and knee together is not in this network of trials, so this cannot rank it.{older}"


def _keys(rows: Sequence[Contrast | Review]) -> tuple[str, ...]:
    """Citation keys of rows, once each."""
    return tuple(dict.fromkeys(key for row in rows for key in row.citations))
