"""How much each direct comparison contributes to each result of a network."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.evidence.connection import direct_studies
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.network_model import check_network, ordered_treatments

Array = NDArray[np.float64]

NO_FLOW = 1e-12
"""Flows below this share of the whole are rounding, not evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionMatrix:
    """Shares of direct comparisons in the results of a network.

    Attributes:
        comparisons: Every pair of treatments (C), names sorted within a pair.
        edges: Every direct comparison (E), names sorted within a pair.
        shares: Of each edge in each comparison (C, E); rows add up to 1.
        tau2: Between-study variance that the weights were made with.
    """

    comparisons: tuple[tuple[str, str], ...]
    edges: tuple[tuple[str, str], ...]
    shares: Array
    tau2: float


def contribution_matrix(studies: Sequence[StudyContrasts], *, tau2: float = 0.0) -> ContributionMatrix:
    """Shares by a random walk along the flow of evidence from one treatment to the other.

    A result is a flow of one unit from a to b through the direct comparisons. A walker follows it with
    probabilities in proportion to the flow; every path's probability is divided evenly among its edges.

    Args:
        studies: Studies of one connected network.
        tau2: Between-study variance of the weights; that of the fitted network, or 0 for a common effect.

    Returns:
        The matrix; directly compared pairs without a loop have all of their row in one place.

    References:
        davies-2022-random-walks: the random walk; papakonstantinou-2018-contribution: streams of evidence;
        rucker-2012-network: flows as currents, multi-arm studies by their Laplacian.
    """
    check_network(studies)
    names = tuple(sorted(ordered_treatments(studies, None)))
    laplacian = np.zeros((len(names), len(names)))
    for study in studies:
        index = np.array([names.index(name) for name in study.treatments])
        laplacian[np.ix_(index, index)] += _study_laplacian(study, tau2)
    potentials = np.linalg.pinv(laplacian, hermitian=True)
    comparisons = tuple(itertools.combinations(names, 2))
    edges = tuple(direct_studies(studies))
    where = {edge: column for column, edge in enumerate(edges)}
    shares = np.zeros((len(comparisons), len(edges)))
    for row, (a, b) in enumerate(comparisons):
        i, j = names.index(a), names.index(b)
        height = potentials[:, i] - potentials[:, j]
        flow = -laplacian * (height[:, None] - height[None, :])
        if (flow[height[:, None] < height[None, :]] > NO_FLOW).any():
            raise InputError(
                f"contributions to {a} with {b}: a study's covariance gives a negative weight; check its SEs"
            )
        for (u, v), share in _walk_shares(np.where(flow > NO_FLOW, flow, 0.0), height, i, j).items():
            shares[row, where[(min(names[u], names[v]), max(names[u], names[v]))]] += share
    shares.flags.writeable = False
    return ContributionMatrix(comparisons=comparisons, edges=edges, shares=shares, tau2=tau2)


def _study_laplacian(study: StudyContrasts, tau2: float) -> Array:
    """Weights between all arms of one study, as a Laplacian (m, m)."""
    m = len(study.treatments)
    to_first = np.hstack([-np.ones((m - 1, 1)), np.eye(m - 1)])
    covariance = study.covariance + 0.5 * tau2 * (np.eye(m - 1) + 1.0)
    return to_first.T @ np.linalg.solve(covariance, to_first)


def _walk_shares(flow: Array, height: Array, start: int, end: int) -> dict[tuple[int, int], float]:
    """Share of each edge in the unit flow from start to end.

    Flow runs downhill, so the paths form no circle; the lengths of the ways to and from each treatment are
    carried as distributions, which is exact and needs no list of paths.
    """
    n = height.size
    out = flow.sum(axis=1)
    step = np.divide(flow, out[:, None], out=np.zeros_like(flow), where=out[:, None] > 0)
    step[end] = 0.0
    downhill = np.argsort(-height)
    arriving, leaving = np.zeros((n, n)), np.zeros((n, n))
    arriving[start, 0] = 1.0
    leaving[end, 0] = 1.0
    for u in downhill:
        arriving[:, 1:] += step[u][:, None] * arriving[u, :-1]
    for u in downhill[::-1]:
        leaving[u, 1:] += step[u] @ leaving[:, :-1]
    lengths = np.arange(n)
    divisor = lengths[:, None] + lengths[None, :] + 1.0
    return {
        (int(u), int(v)): float(step[u, v] * (arriving[u] @ (leaving[v][None, :] / divisor).sum(axis=1)))
        for u, v in zip(*np.nonzero(step), strict=True)
    }
