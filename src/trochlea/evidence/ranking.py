"""Ranks of treatments with their uncertainty, withheld where the evidence is too thin to rank on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from trochlea.evidence.connection import direct_studies
from trochlea.evidence.network import Network, compare
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.posterior import NetworkPosterior, difference_at_nodes

Array = NDArray[np.float64]

N_DRAWS = 20_000
"""Draws behind the intervals of ranks; a rank's probability is then known to 0.004 (one standard error, worst case)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where one treatment stands.

    Attributes:
        treatment: Its name.
        score: Mean probability of being better than another treatment, 0 to 1; None where withheld.
        mean_rank: 1 is best; None where withheld.
        rank_low: Lower end of the interval of the rank; None where withheld.
        rank_high: Upper end.
        probability_best: Of rank 1; None where withheld.
        withheld: Why nothing is shown; empty where it is.
    """

    treatment: str
    score: float | None
    mean_rank: float | None
    rank_low: int | None
    rank_high: int | None
    probability_best: float | None
    withheld: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Ranks of all treatments of a network.

    Attributes:
        kind: "P-score" or "SUCRA".
        ranks: Best first; those withheld last, by name.
        higher_is_better: Whether larger effects are better.
        min_studies: Number of studies below which a comparison is too thin.
        level: Level of the intervals.
        sentence: What is withheld and why; empty where all is shown.
    """

    kind: str
    ranks: tuple[Rank, ...]
    higher_is_better: bool
    min_studies: int
    level: float
    sentence: str


def p_scores(
    network: Network,
    studies: Sequence[StudyContrasts],
    *,
    higher_is_better: bool,
    rng: np.random.Generator,
    min_studies: int = 3,
) -> Ranking:
    """P-scores: how certain it is, on average, that a treatment is better than another one.

    Args:
        network: Fitted network.
        studies: The studies that it was fitted to.
        higher_is_better: Whether larger effects are better.
        rng: For the intervals of the ranks.
        min_studies: A treatment is not ranked if one of its direct comparisons rests on fewer studies.

    References:
        rucker-2015-ranking: the P-score.
    """
    names, sign = network.treatments, 1.0 if higher_is_better else -1.0
    better = np.zeros((len(names), len(names)))
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            if a != b:
                pair = compare(network, a, b)
                better[i, j] = ndtr(sign * pair.estimate / pair.se)
    draws = network.estimates + rng.standard_normal((N_DRAWS, len(names))) @ _root(network.covariance).T
    return _ranking(
        "P-score", names, better, sign * draws, direct_studies(studies), network.level, min_studies, higher_is_better
    )


def sucra(
    posterior: NetworkPosterior,
    studies: Sequence[StudyContrasts],
    *,
    higher_is_better: bool,
    rng: np.random.Generator,
    min_studies: int = 3,
) -> Ranking:
    """SUCRA: the same average under the posterior, with tau's uncertainty in it.

    Args:
        posterior: Fitted posterior.
        studies: The studies that it was fitted to.
        higher_is_better: Whether larger effects are better.
        rng: For the intervals of the ranks.
        min_studies: A treatment is not ranked if one of its direct comparisons rests on fewer studies.

    References:
        salanti-2011-graphical: SUCRA; rucker-2015-ranking: as a mean of probabilities.
    """
    names, sign = posterior.treatments, 1.0 if higher_is_better else -1.0
    better = np.zeros((len(names), len(names)))
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            if a != b:
                mean, variance = difference_at_nodes(posterior, a, b)
                better[i, j] = posterior.weights @ ndtr(sign * mean / np.sqrt(variance))
    draws = np.empty((N_DRAWS, len(names)))
    counts = rng.multinomial(N_DRAWS, posterior.weights / posterior.weights.sum())
    start = 0
    for node in np.flatnonzero(counts):
        stop = start + counts[node]
        normal = rng.standard_normal((counts[node], len(names)))
        draws[start:stop] = posterior.means[node] + normal @ _root(posterior.covariances[node]).T
        start = stop
    return _ranking(
        "SUCRA", names, better, sign * draws, direct_studies(studies), posterior.level, min_studies, higher_is_better
    )


def thin_comparisons(
    treatment: str, direct: Mapping[tuple[str, str], tuple[str, ...]], *, min_studies: int
) -> tuple[str, ...]:
    """Direct comparisons of one treatment that rest on fewer than so many studies, in words."""
    return tuple(
        f"{a} with {b} rests on {len(studies)} {'study' if len(studies) == 1 else 'studies'}"
        for (a, b), studies in direct.items()
        if treatment in (a, b) and len(studies) < min_studies
    )


def _root(covariance: Array) -> Array:
    """Cholesky factor of a covariance whose first row and column are zero."""
    root = np.zeros_like(covariance)
    root[1:, 1:] = np.linalg.cholesky(covariance[1:, 1:])
    return root


def _ranking(
    kind: str,
    names: tuple[str, ...],
    better: Array,
    draws: Array,
    direct: Mapping[tuple[str, str], tuple[str, ...]],
    level: float,
    min_studies: int,
    higher_is_better: bool,
) -> Ranking:
    """Scores from probabilities, and ranks from draws in which more is better."""
    scores = better.sum(axis=1) / (len(names) - 1)
    order = np.argsort(np.argsort(-draws, axis=1), axis=1) + 1
    tail = 0.5 * (1.0 - level)
    low, high = np.quantile(order, [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    ranks, reasons = [], []
    for i, name in enumerate(names):
        thin = thin_comparisons(name, direct, min_studies=min_studies)
        reason = f"{'; '.join(thin)}; expected at least {min_studies}" if thin else ""
        reasons += thin
        ranks.append(
            Rank(
                treatment=name,
                score=None if thin else float(scores[i]),
                mean_rank=None if thin else 1.0 + (len(names) - 1) * (1.0 - float(scores[i])),
                rank_low=None if thin else int(low[i]),
                rank_high=None if thin else int(high[i]),
                probability_best=None if thin else float((order[:, i] == 1).mean()),
                withheld=reason,
            )
        )
    ranks.sort(key=lambda rank: (rank.score is None, -(rank.score or 0.0), rank.treatment))
    sentence = ""
    if reasons:
        listed = "; ".join(dict.fromkeys(reasons))
        sentence = (
            f"{kind} withheld for treatments whose comparisons rest on fewer than {min_studies} studies: {listed}"
        )
    return Ranking(
        kind=kind,
        ranks=tuple(ranks),
        higher_is_better=higher_is_better,
        min_studies=min_studies,
        level=level,
        sentence=sentence,
    )
