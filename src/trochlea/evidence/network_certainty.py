"""How sure each comparison of a network is, by what contributes to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trochlea.evidence.bias import Bias
from trochlea.evidence.certainty import Certainty, rate_certainty
from trochlea.evidence.concern import Concern, incoherence_concern
from trochlea.evidence.contribution import ContributionMatrix
from trochlea.evidence.inconsistency import DesignTest, NodeSplits
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import Judgement
from trochlea.evidence.network import Comparison
from trochlea.evidence.network_input import StudyContrasts


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCertainty:
    """One comparison of a network.

    Attributes:
        a: First class.
        b: Class taken away.
        direct_share: Share of direct evidence in it, 0 to 1.
        shares: Trials and the share of each in it, adding up to 1.
        certainty: Its domains and level.
    """

    a: str
    b: str
    direct_share: float
    shares: tuple[tuple[str, float], ...]
    certainty: Certainty


def rate_comparison(
    row: Comparison,
    studies: Sequence[StudyContrasts],
    contributions: ContributionMatrix,
    *,
    biases: Sequence[Bias],
    scale: Instrument,
    judgements: Sequence[Judgement],
    splits: NodeSplits,
    design: DesignTest,
) -> NetworkCertainty:
    """Rate one comparison; trials count by their share in it.

    Args:
        row: The comparison.
        studies: Trials of its network.
        contributions: Share of each direct comparison in each result.
        biases: Risk of bias of all trials.
        scale: The instrument.
        judgements: The reviewer's on this comparison.
        splits: Direct against indirect evidence.
        design: Designs against each other.
    """
    pair = (min(row.a, row.b), max(row.a, row.b))
    edges = dict(zip(contributions.edges, contributions.shares[contributions.comparisons.index(pair)], strict=True))
    shares = study_shares({edge: float(share) for edge, share in edges.items()}, studies)
    prediction = None
    if row.prediction_low is not None and row.prediction_high is not None:
        prediction = (row.prediction_low, row.prediction_high)
    direct = float(edges.get(pair, 0.0))
    certainty = rate_certainty(
        biases,
        shares,
        interval=(row.ci_low, row.ci_high),
        prediction=prediction,
        scale=scale,
        judgements=judgements,
        direct_share=direct,
        incoherence=_incoherence(pair, splits, design),
    )
    return NetworkCertainty(a=row.a, b=row.b, direct_share=direct, shares=tuple(shares.items()), certainty=certainty)


def study_shares(edges: Mapping[tuple[str, str], float], studies: Sequence[StudyContrasts]) -> dict[str, float]:
    """The share of a direct comparison, divided among its trials by the precision of each.

    Args:
        edges: Share of each direct comparison, adding up to 1.
        studies: Trials of the network.

    Returns:
        Share of each trial, adding up to 1; trials without a share are left out.
    """
    shares: dict[str, float] = {}
    for (a, b), share in edges.items():
        precision = {s.study: 1.0 / _variance(s, a, b) for s in studies if {a, b} <= set(s.treatments)}
        for study, weight in precision.items():
            shares[study] = shares.get(study, 0.0) + share * weight / sum(precision.values())
    return {study: share for study, share in shares.items() if share > 0}


def _variance(study: StudyContrasts, a: str, b: str) -> float:
    """Sampling variance of a minus b in one trial."""
    row = np.zeros(len(study.treatments))
    row[study.treatments.index(a)], row[study.treatments.index(b)] = 1.0, -1.0
    return float(row[1:] @ study.covariance @ row[1:])


def _incoherence(pair: tuple[str, str], splits: NodeSplits, design: DesignTest) -> Concern:
    """The split of this comparison where there is one, else the test of all designs."""
    for split in splits.splits:
        if {split.a, split.b} == set(pair):
            return incoherence_concern(split.p_value, "direct against indirect evidence")
    p_value = design.p_value
    return incoherence_concern(p_value, "designs against each other" if p_value is not None else design.sentence)
