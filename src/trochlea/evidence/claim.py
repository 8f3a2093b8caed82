"""The 2021 meta-analysis behind the public claim: what it reported, what can be checked, what trials found since."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.contrast import RATIOS
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.number_words import listed
from trochlea.evidence.question import CLAIM_REVIEW
from trochlea.evidence.recomputation import Recomputation, recompute
from trochlea.evidence.review import Review
from trochlea.evidence.statement import Statement
from trochlea.evidence.verdict import TrialResult, trial_result


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoClasses:
    """One of the two questions that stay apart.

    Attributes:
        class_a: First class.
        class_b: Second class.
        title: The question.
        trials: Trials with usable figures, at every time; the same people are named once and never pooled twice.
        answers: Pooled answers on both outcomes at both times.
        reviews: Published pooled values on it, other than the 2021 review's.
        votes: Guidelines and consensus votes on it.
        sentence: Where it stands, in words.
    """

    class_a: str
    class_b: str
    title: str
    trials: tuple[TrialResult, ...]
    answers: tuple[PairAnswer, ...]
    reviews: tuple[Recomputation, ...]
    votes: tuple[Statement, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The page of the 2021 meta-analysis.

    Attributes:
        review: Name and year.
        citations: Keys.
        says: What it concludes.
        reported: Its printed values and the check of each.
        directions: What it printed without a value.
        not_seen: Values known to exist that could not be seen.
        cannot: What cannot be recomputed and why.
        questions: The two questions.
        apart: Why "no difference shown" and "equivalent" differ, with the trials' own words.
    """

    review: str
    citations: tuple[str, ...]
    says: str
    reported: tuple[Recomputation, ...]
    directions: tuple[Review, ...]
    not_seen: tuple[Review, ...]
    cannot: tuple[str, ...]
    questions: tuple[TwoClasses, ...]
    apart: str


def read_claim(data: Dataset, answers: Sequence[PairAnswer]) -> Claim:
    """The page from the rows of the tables.

    Args:
        data: All tables.
        answers: Pooled answers on both outcomes at both times.
    """
    rows = [row for row in data.reviews if row.review == CLAIM_REVIEW]
    reported = tuple(recompute(row) for row in rows if row.estimate is not None)
    not_seen = tuple(row for row in rows if row.status == "not seen")
    directions = tuple(row for row in rows if row.estimate is None and row.status != "not seen")
    unseen = listed(sorted({f"{row.arm_a}-only" for row in not_seen if row.arm_a in ("hip", "knee")}))
    return Claim(
        review=CLAIM_REVIEW,
        citations=tuple(dict.fromkeys(key for row in rows for key in row.citations)),
        says=(
            "It concludes that knee-only programmes did worse than the other two; a subgroup test of hip+knee against "
            "hip-only gave p > 0.05. It describes 21 studies and pools 13 of them."
            if rows
            else "It is not in these tables."
        ),
        reported=reported,
        directions=directions,
        not_seen=not_seen,
        cannot=_cannot(unseen) if rows else (),
        questions=(
            _question(data, answers, "hip+knee", "knee", "Is hip and knee better than knee alone?"),
            _question(data, answers, "hip", "knee", "Is hip alone better than knee alone?"),
        ),
        apart=(
            "'No difference shown' means that the interval holds zero: the trial could not tell. 'Equivalent' means "
            "that the whole interval lies within a margin that the trial itself set beforehand. A margin is never "
            "borrowed from another trial."
        ),
    )


def _cannot(unseen: str) -> tuple[str, ...]:
    """What the published figures do not let one recompute."""
    return (
        f"The pooled values of {unseen} programmes could not be seen; the claim that knee-only is inferior rests on "
        "them.",
        "Its pools cannot be recomputed: the names of the 21 and 13 trials, the number of trials in each subgroup and "
        "every study's own figures could not be seen.",
        "Its subgroups are set against different comparators. A difference between such subgroups is indirect evidence "
        "and is not a comparison within trials; it is not shown here as one.",
        "Its heterogeneity (I\N{SUPERSCRIPT TWO}) cannot be turned into a scatter between trials without their number "
        "and weights.",
    )


def _question(data: Dataset, answers: Sequence[PairAnswer], class_a: str, class_b: str, title: str) -> TwoClasses:
    """One of the two questions."""
    wanted = {class_a, class_b}
    usable = [row for row in data.contrasts if row.usable == "yes" and {row.class_a, row.class_b} == wanted]
    trials = tuple(trial_result(row, class_a=class_a, class_b=class_b) for row in usable if row.ci_low is not None)
    reviews = tuple(
        recompute(row)
        for row in data.reviews
        if row.review != CLAIM_REVIEW and (row.arm_a, row.arm_b) == (class_a, class_b)
    )
    votes = tuple(row for row in data.statements if row.comparison == f"{class_a} v {class_b}")
    mine = tuple(a for a in answers if (a.class_a, a.class_b) == (class_a, class_b))
    return TwoClasses(
        class_a=class_a,
        class_b=class_b,
        title=title,
        trials=trials,
        answers=mine,
        reviews=reviews,
        votes=votes,
        sentence=_stands(class_a, class_b, trials, reviews, votes),
    )


def _stands(
    class_a: str,
    class_b: str,
    trials: Sequence[TrialResult],
    reviews: Sequence[Recomputation],
    votes: Sequence[Statement],
) -> str:
    """Where a question stands, from the rows."""
    people = list(dict.fromkeys(trial.contrast.trial for trial in trials))
    if not people:
        text = f"No trial of {class_a} against {class_b} had usable figures here"
    else:
        found = "; ".join(dict.fromkeys(f"{t.contrast.trial} at {t.contrast.timepoint}: {t.short}" for t in trials))
        text = f"{len(people)} {'trial' if len(people) == 1 else 'trials'} with usable figures ({found})"
    for name in (class_a, class_b):
        favour = [r.review for r in reviews if _shown_by(r.review) == name]
        if favour:
            text += f". Reviews whose interval favours {name}, from trials whose figures are not in hand: "
            text += _by_review(favour)
    open_ = [r.review for r in reviews if _shown_by(r.review) == "neither"]
    if open_:
        text += f". Reviews whose interval holds no difference: {_by_review(open_)}"
    if votes:
        text += f". {_vote_words(votes)}"
    return text + "."


def _shown_by(review: Review) -> str:
    """The class that a review's interval favours, "neither" where it holds no effect; empty without an interval."""
    if review.ci_low is None or review.ci_high is None:
        return ""
    null = 1.0 if review.measure in RATIOS else 0.0
    return "neither" if review.ci_low <= null <= review.ci_high else review.favours


def _by_review(rows: Sequence[Review]) -> str:
    """Outcomes by review, in words."""
    names = dict.fromkeys(row.review for row in rows)
    return "; ".join(f"{name} on {listed([row.outcome for row in rows if row.review == name])}" for name in names)


def _vote_words(votes: Sequence[Statement]) -> str:
    """How a panel voted, in one clause where all votes were the same."""
    results = list(dict.fromkeys(vote.strength for vote in votes))
    if len(results) == 1:
        return f"{votes[0].source}: '{results[0].lower()}' in all {len(votes)} votes on it"
    return f"{votes[0].source}: " + "; ".join(f"{v.text} ({v.timeframe}): {v.strength.lower()}" for v in votes)
