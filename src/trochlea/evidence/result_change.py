"""Results that new rows move: pools, network comparisons and predictions, each with the rows behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trochlea.evidence.analysis import Analysis
from trochlea.evidence.arm_figures import FROM_ARMS
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.judgement import judgements_on
from trochlea.evidence.living import RowChange
from trochlea.evidence.network_part import NetworkPart
from trochlea.evidence.number_words import points
from trochlea.evidence.person_prediction import Prediction

Key = tuple[str, str, str, str, str]
"""Two classes, outcome, time and instrument."""

NOT_CONNECTED = "not connected"
NO_TRIAL = "no usable trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChange:
    """One result that an update moves.

    Attributes:
        kind: "pool", "network" or "prediction".
        name: The question, outcome, time and scale.
        before: In words.
        after: In words.
        why: Rows behind it.
    """

    kind: str
    name: str
    before: str
    after: str
    why: str


def changed_results(before: Analysis, after: Analysis, rows: Sequence[RowChange]) -> tuple[ResultChange, ...]:
    """Results that differ, with the rows behind each difference.

    Args:
        before: Everything from the tables before.
        after: Everything from the tables after, under the same settings.
        rows: The rows in which the tables differ.

    Returns:
        Pools, then comparisons of networks, then predictions for one person.
    """
    return (*_pools(before, after, rows), *_networks(before, after, rows), *_predictions(before, after, rows))


def _pools(before: Analysis, after: Analysis, rows: Sequence[RowChange]) -> Iterator[ResultChange]:
    """Pairwise pools."""
    old, new = ({_key(answer): answer for answer in run.answers if answer.common} for run in (before, after))
    for key in dict.fromkeys((*old, *new)):
        first, second = old.get(key), new.get(key)
        if first is not None and second is not None and first.data_hash == second.data_hash:
            continue
        reasons = _reasons(_used([first] if first else []), _used([second] if second else []), key, rows)
        name = f"{key[0]} minus {key[1]}, {key[2]}, {key[3]}, {key[4]}"
        yield ResultChange(
            kind="pool", name=name, before=_pool_words(first), after=_pool_words(second), why="; ".join(reasons)
        )


def _networks(before: Analysis, after: Analysis, rows: Sequence[RowChange]) -> Iterator[ResultChange]:
    """Comparisons of networks; a class that no longer is, or newly is, connected."""
    old, new = _comparisons(before), _comparisons(after)
    for key in dict.fromkeys((*old, *new)):
        first, second = old.get(key, NOT_CONNECTED), new.get(key, NOT_CONNECTED)
        if first == second:
            continue
        class_a, class_b, *scale = key
        reasons = _reasons(_used(_on_scale(before, scale)), _used(_on_scale(after, scale)), key, rows)
        name = f"network, {class_a} minus {class_b}, {', '.join(scale)}"
        yield ResultChange(kind="network", name=name, before=first, after=second, why="; ".join(reasons))


def _predictions(before: Analysis, after: Analysis, rows: Sequence[RowChange]) -> Iterator[ResultChange]:
    """Predictions for one person, or what they lack."""
    old = {(item.programme_class, item.outcome, item.timepoint): item for item in before.predictions}
    for item in after.predictions:
        first = old.get((item.programme_class, item.outcome, item.timepoint))
        if first is None or first.sentence == item.sentence:
            continue
        reasons = [
            f"{row.table} {row.id}: {row.what}"
            for row in rows
            if row.table in ("contrasts.csv", "figures.csv", "instruments.csv", "arms.csv", "studies.csv")
            and getattr(row.new, "outcome", item.outcome) == item.outcome
        ]
        yield ResultChange(
            kind="prediction",
            name=f"one person, {item.programme_class}, {item.outcome}, {item.timepoint}",
            before=_prediction_words(first, item),
            after=_prediction_words(item, first),
            why="; ".join(reasons),
        )


def _key(answer: PairAnswer) -> Key:
    """What a pool is about."""
    return answer.class_a, answer.class_b, answer.outcome, answer.timepoint, answer.instrument


def _on_scale(run: Analysis, scale: Sequence[str]) -> list[PairAnswer]:
    """All pools of one outcome, time and instrument: the rows of its network."""
    return [answer for answer in run.answers if _key(answer)[2:] == tuple(scale)]


def _used(answers: Sequence[PairAnswer]) -> dict[str, str]:
    """Rows that enter, each with its trial."""
    return {trial.contrast.id: trial.contrast.trial for answer in answers for trial in answer.trials}


def _reasons(before: dict[str, str], after: dict[str, str], key: Key, rows: Sequence[RowChange]) -> list[str]:
    """Rows that entered, left or were corrected, and what else a result is made of."""
    reasons = [f"{id} ({after[id]}) enters" for id in after if id not in before]
    reasons += [f"{id} ({before[id]}) no longer enters" for id in before if id not in after]
    touched = {row.id: row for row in rows if row.what != "added"}
    kept = [id for id in after if id in before]
    made_of = {part for id in kept if FROM_ARMS in id for part in id.split(FROM_ARMS)}
    reasons += [f"{id}: {touched[id].what}" for id in (*kept, *sorted(made_of)) if id in touched]
    trials = {*before.values(), *after.values()}
    return reasons + [
        f"{row.table} {row.id}: {row.what}"
        for row in rows
        if (row.table == "instruments.csv" and row.id == key[4])
        or (row.table == "judgements.csv" and judgements_on((row.new,), *key[:4]))
        or (row.table == "bias.csv" and row.new.study in trials)
    ]


def _comparisons(run: Analysis) -> dict[Key, str]:
    """Every comparison of every network in words."""
    return {
        (a, b, answer.outcome, answer.timepoint, answer.instrument): _comparison_words(part, a, b)
        for answer in run.networks
        for part in answer.parts
        for a, b in _pairs(part)
    }


def _pairs(part: NetworkPart) -> list[tuple[str, str]]:
    """Pairs of classes of one part, each once."""
    return [(a, b) for i, a in enumerate(part.classes) for b in part.classes[i + 1 :]]


def _comparison_words(part: NetworkPart, a: str, b: str) -> str:
    """One comparison in a few words."""
    row = next(row for row in part.league if (row.a, row.b) == (a, b))
    level = next((item.certainty.level for item in part.certainties if (item.a, item.b) == (a, b)), "not rated")
    interval = f"{points(row.estimate, 2)} ({points(row.ci_low, 2)} to {points(row.ci_high, 2)})"
    k = len(part.studies)
    return f"{interval}, {part.network.model}, {k} {'trial' if k == 1 else 'trials'} in it, certainty {level}"


def _pool_words(answer: PairAnswer | None) -> str:
    """A pool in a few words."""
    if answer is None or answer.pooled is None:
        return NO_TRIAL
    pool = answer.pooled
    return (
        f"{points(pool.estimate, 2)} ({points(pool.ci_low, 2)} to {points(pool.ci_high, 2)}), k {pool.k}, "
        f"{answer.model}, {answer.verdict}, certainty {answer.certainty.level}"
    )


def _prediction_words(item: Prediction, other: Prediction) -> str:
    """A prediction in a few words, or the missing figures that the other one does not lack."""
    if item.is_estimable:
        return item.sentence.split(": ", 1)[1]
    others = {part.missing for part in other.parts}
    own = dict.fromkeys(part.missing for part in item.parts if part.missing not in others)
    return f"not estimable; lacks {'; '.join(own)}" if own else "not estimable; lacks the rest still"
