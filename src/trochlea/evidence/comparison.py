"""One question on one outcome at one time: two classes of programme put against each other."""

from dataclasses import dataclass, replace
from functools import partial

from trochlea.evidence.bayesian_answer import BayesianAnswer, bayesian_answers
from trochlea.evidence.bias import Bias
from trochlea.evidence.certainty import Certainty, rate_certainty
from trochlea.evidence.closure import CI_QUANTILE
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.fingerprint import data_hash
from trochlea.evidence.heterogeneity import Heterogeneity, heterogeneity
from trochlea.evidence.influence import Pool
from trochlea.evidence.judgement import judgements_on
from trochlea.evidence.number_words import listed
from trochlea.evidence.pair_sentence import pair_sentence, reach
from trochlea.evidence.pooling import (
    Pooled,
    aligned,
    estimate_of,
    pool_common_effect,
    pool_random_effects,
)
from trochlea.evidence.robustness import Robustness, check_robustness
from trochlea.evidence.selection import Exclusion, Selection, one_question
from trochlea.evidence.standard_name import is_standard
from trochlea.evidence.standard_scale import back_translation
from trochlea.evidence.verdict import TrialResult, favoured_class, trial_result

QUESTIONS = (
    ("hip+knee", "knee"),
    ("hip", "knee"),
    ("hip+knee", "hip"),
    ("hip", "control"),
    ("knee", "control"),
    ("hip+knee", "control"),
)
"""Pairs of classes; the first two are the two questions that stay apart."""

MODELS = ("auto", "common", "random")

TRIALS_FOR_RANDOM = 3
"""Assumed: the headline is the random-effects pool from three trials on; two cannot show how much trials differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to pool.

    Attributes:
        model: "common", "random", or "auto": random from three trials on, common below.
        tau2_method: Estimator of the variance between trials, one of `heterogeneity.TAU2_METHODS`.
        hartung_knapp: Whether the random-effects interval is Hartung-Knapp's.
        measure: "MD" in points of one scale, or "SMD" in standard deviations across scales.
    """

    model: str = "auto"
    measure: str = "MD"
    tau2_method: str = "REML"
    hartung_knapp: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAnswer:
    """What the trials say about class a minus class b.

    Attributes:
        class_a: First class.
        class_b: Second class.
        outcome: What was measured.
        timepoint: "short" or "long".
        instrument: Scale; empty where no trial has usable figures.
        better: Which way is better; "unknown" where there is no scale.
        important_change: Smallest change that matters on the scale [points]; None if none was seen.
        trials: Each trial's own answer, class a minus class b.
        n: People randomised; None where a trial's number was not seen.
        common: Common-effect pool; None without trials.
        random: Random-effects pool; None below two trials.
        heterogeneity: tau2, I2 and Q with intervals by Q-profile; None below two trials.
        bayesian: Bayesian random-effects answers, one a prior; empty for one trial, of which the prior alone would
            make the scatter, and where no important change sets the scale of the priors.
        robustness: Leave-one-out, growth by year and small-study checks; None below three trials.
        model: The pool behind the sentence, "common" or "random"; empty without trials.
        verdict: "hip better", ..., "no difference shown" or "no usable trial".
        sentence: The answer in words.
        excluded: Rows on the same classes or outcome that do not enter, with their reasons.
        certainty: How sure it is.
        data_hash: SHA-256 of the rows used, the instrument, the judgements and the risk of bias.
    """

    class_a: str
    class_b: str
    outcome: str
    timepoint: str
    instrument: str
    better: str
    important_change: float | None
    trials: tuple[TrialResult, ...]
    n: int | None
    common: Pooled | None
    random: Pooled | None
    heterogeneity: Heterogeneity | None
    bayesian: tuple[BayesianAnswer, ...]
    robustness: Robustness | None
    model: str
    verdict: str
    sentence: str
    excluded: tuple[Exclusion, ...]
    certainty: Certainty
    data_hash: str

    @property
    def pooled(self) -> Pooled | None:
        """The pool behind the sentence."""
        return self.random if self.model == "random" else self.common

    @property
    def name(self) -> str:
        """The direction in words."""
        return f"{self.class_a} minus {self.class_b}"


def compare_classes(
    data: Dataset, selection: Selection, *, class_a: str, class_b: str, settings: Settings
) -> tuple[PairAnswer, ...]:
    """Answer one question, once for each scale on which it was measured.

    Args:
        data: All tables.
        selection: Rows of one outcome at one time.
        class_a: First class.
        class_b: Class taken away.
        settings: How to pool.

    Returns:
        One answer a scale; one that says "no usable trial" where there is none.

    Raises:
        InputError: If a trial would be counted twice.
    """
    answers = []
    for instrument in selection.instruments():
        rows = one_question(selection, class_a, class_b, instrument)
        if rows:
            answers.append(_pooled_answer(data, selection, rows, class_a, class_b, settings))
    return tuple(answers) or (_empty_answer(data, selection, class_a, class_b),)


def _pooled_answer(
    data: Dataset,
    selection: Selection,
    rows: tuple[Contrast, ...],
    class_a: str,
    class_b: str,
    settings: Settings,
) -> PairAnswer:
    """The answer of one scale."""
    lined_up = tuple(aligned(row, class_a=class_a, class_b=class_b) for row in rows)
    scale = data.instrument(rows[0].instrument)
    estimates = [estimate_of(row) for row in lined_up]
    common = pool_common_effect(estimates)
    random = (
        pool_random_effects(estimates, method=settings.tau2_method, hartung_knapp=settings.hartung_knapp)
        if len(estimates) > 1
        else None
    )
    model = settings.model
    if model == "auto":
        model = "random" if len(estimates) >= TRIALS_FOR_RANDOM else "common"
    pooled = random if model == "random" and random is not None else common
    numbers = [number for row in lined_up for number in (row.n_a, row.n_b)]
    n = sum(number or 0 for number in numbers) if all(numbers) else None
    winner = favoured_class(pooled.ci_low, pooled.ci_high, class_a=class_a, class_b=class_b, better=scale.better)
    judgements = judgements_on(data.judgements, class_a, class_b, selection.outcome, selection.timepoint.name)
    bayesian = bayesian_answers(estimates, class_a, class_b, scale.important_change) if len(estimates) > 1 else ()
    return PairAnswer(
        class_a=class_a,
        class_b=class_b,
        outcome=selection.outcome,
        timepoint=selection.timepoint.name,
        instrument=scale.id,
        better=scale.better,
        important_change=scale.important_change,
        trials=tuple(trial_result(_with_interval(row), class_a=class_a, class_b=class_b) for row in lined_up),
        n=n,
        common=common,
        random=random,
        heterogeneity=heterogeneity(estimates, method=settings.tau2_method) if len(estimates) > 1 else None,
        bayesian=bayesian,
        robustness=check_robustness(estimates, [row.year for row in lined_up], _pool_of(model, settings)),
        model="random" if pooled is random else "common",
        verdict=f"{winner} better" if winner else "no difference shown",
        sentence=pair_sentence(pooled, f"{class_a} minus {class_b}", selection, scale, n=n, winner=winner)
        + (back_translation(data, rows, pooled.estimate) if is_standard(scale.id) else reach(pooled, scale)),
        excluded=_about(selection, class_a, class_b),
        certainty=rate_certainty(
            data.biases,
            dict(zip(pooled.studies, pooled.weights, strict=True)),
            interval=(pooled.ci_low, pooled.ci_high),
            prediction=_prediction(random, bayesian),
            scale=scale,
            judgements=judgements,
        ),
        data_hash=data_hash(rows, (scale,), judgements, _biases(data, lined_up)),
    )


def _pool_of(model: str, settings: Settings) -> Pool:
    """The pool behind the sentence as a function."""
    if model == "common":
        return pool_common_effect
    return partial(pool_random_effects, method=settings.tau2_method, hartung_knapp=settings.hartung_knapp)


def _empty_answer(data: Dataset, selection: Selection, class_a: str, class_b: str) -> PairAnswer:
    """No usable trial; what is known of it is listed."""
    about, pair = _about(selection, class_a, class_b), {class_a, class_b}
    known = sorted({row.trial for row in selection.seen_then(pair) if set(row.classes) == pair})
    words = f"no usable trial of {class_a} against {class_b} on {selection.outcome}, {selection.timepoint.words}"
    seen = f"; figures of {listed(known)} were seen but cannot enter (see the list of excluded rows)" if known else ""
    return PairAnswer(
        class_a=class_a,
        class_b=class_b,
        outcome=selection.outcome,
        timepoint=selection.timepoint.name,
        instrument="",
        better="unknown",
        important_change=None,
        trials=(),
        n=None,
        common=None,
        random=None,
        heterogeneity=None,
        bayesian=(),
        robustness=None,
        model="",
        verdict="no usable trial",
        sentence=f"{words[0].upper()}{words[1:]}{seen}.",
        excluded=about,
        certainty=Certainty(ratings=(), level="not rated", sentence="Not rated: there is nothing to rate."),
        data_hash=data_hash(
            (), (), judgements_on(data.judgements, class_a, class_b, selection.outcome, selection.timepoint.name)
        ),
    )


def _with_interval(row: Contrast) -> Contrast:
    """A row whose interval follows from its standard error where none is printed."""
    if row.ci_low is not None:
        return row
    estimate, half = row.estimate or 0.0, CI_QUANTILE * (row.se or 0.0)
    return replace(row, ci_low=estimate - half, ci_high=estimate + half)


def _prediction(random: Pooled | None, bayesian: tuple[BayesianAnswer, ...]) -> tuple[float, float] | None:
    """Interval for a new trial: the random-effects pool's, or the first prior's where the data inform tau."""
    if random is not None and random.prediction_low is not None and random.prediction_high is not None:
        return random.prediction_low, random.prediction_high
    if bayesian and bayesian[0].informed:
        return bayesian[0].prediction_low, bayesian[0].prediction_high
    return None


def _about(selection: Selection, class_a: str, class_b: str) -> tuple[Exclusion, ...]:
    """Rows set aside that compare these classes, or belong to one of them."""
    wanted = {class_a, class_b}
    return tuple(row for row in selection.excluded if row.outcome == selection.outcome and set(row.classes) <= wanted)


def _biases(data: Dataset, rows: tuple[Contrast, ...]) -> tuple[Bias, ...]:
    """Risk of bias of the trials used."""
    trials = {row.trial for row in rows}
    return tuple(item for item in data.biases if item.study in trials)
