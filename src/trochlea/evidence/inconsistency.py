"""Whether direct and indirect evidence agree: node-splitting and the design-by-treatment test."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

from trochlea.evidence.connection import connected_parts, designs, direct_studies, inconsistency_df
from trochlea.evidence.heterogeneity import estimate_tau2
from trochlea.evidence.linear_model import fit_weighted
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.network_model import check_network, contrast_design, ordered_treatments, whitened

Array = NDArray[np.float64]

NO_LOOP = "no comparison has both direct and independent indirect evidence, so their agreement cannot be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSplit:
    """Direct against indirect evidence on a minus b.

    Attributes:
        a: First treatment.
        b: Treatment taken away.
        direct: From the studies that compared the two.
        direct_se: Its standard error.
        indirect: From all other evidence.
        indirect_se: Its standard error.
        difference: Direct minus indirect.
        se: Of the difference.
        p_value: Of no difference, two-tailed.
        tau2: Between-study variance about the split model; None where it cannot be estimated.
        studies: Names of the studies that compared the two.
    """

    a: str
    b: str
    direct: float
    direct_se: float
    indirect: float
    indirect_se: float
    difference: float
    se: float
    p_value: float
    tau2: float | None
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSplits:
    """All comparisons that can be split.

    Attributes:
        splits: One for every direct comparison with independent indirect evidence.
        not_split: The other direct comparisons.
        sentence: What was and what could not be checked.
    """

    splits: tuple[NodeSplit, ...]
    not_split: tuple[tuple[str, str], ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignTest:
    """Design-by-treatment test: do studies of different designs agree?

    Attributes:
        q_total: Generalised Q about the consistency model, common effect.
        q_total_df: Its degrees of freedom.
        q_within: Within designs.
        q_within_df: Its degrees of freedom.
        q_between: Between designs.
        q_between_df: Its degrees of freedom; 0 where no loop is closed by different designs.
        q_between_p_value: None where there is none.
        tau2: Between-study variance within designs; None where it cannot be estimated.
        q_random: Between designs with `tau2` in the weights; None where there is no loop.
        p_value: Of `q_random` on `q_between_df`; None where there is no loop.
        sentence: The result in words, or why there is none.
    """

    q_total: float
    q_total_df: int
    q_within: float
    q_within_df: int
    q_between: float
    q_between_df: int
    q_between_p_value: float | None
    tau2: float | None
    q_random: float | None
    p_value: float | None
    sentence: str


def node_splits(studies: Sequence[StudyContrasts], *, method: str = "REML") -> NodeSplits:
    """Direct against indirect evidence for every comparison that has both.

    One more coefficient lets the studies with both treatments differ from the rest, half of it on either
    treatment. A comparison is split only if its treatments stay connected without those studies, so that a
    multi-arm study is never set against itself.

    Args:
        studies: Studies of one connected network.
        method: Estimator of tau2, see `heterogeneity.estimate_tau2`.

    References:
        dias-2010-consistency: the question; higgins-2012-consistency: multi-arm studies.
    """
    check_network(studies)
    treatments = ordered_treatments(studies, None)
    splits, not_split = [], []
    for (a, b), names in direct_studies(studies).items():
        rest = [study for study in studies if study.study not in names]
        if not any(a in part and b in part for part in connected_parts(rest)):
            not_split.append((a, b))
            continue
        splits.append(_split(studies, treatments, a, b, names, method))
    if not splits:
        return NodeSplits(splits=(), not_split=tuple(not_split), sentence=NO_LOOP)
    low = min(splits, key=lambda split: split.p_value)
    sentence = (
        f"{len(splits)} of {len(splits) + len(not_split)} direct comparisons have independent indirect evidence; "
        f"the smallest p value of a disagreement is {low.p_value:.2g} ({low.a} with {low.b})"
    )
    return NodeSplits(splits=tuple(splits), not_split=tuple(not_split), sentence=sentence)


def design_by_treatment(studies: Sequence[StudyContrasts], *, method: str = "REML") -> DesignTest:
    """Global test of consistency: every design has its own effects, against one set of effects.

    Args:
        studies: Studies of one connected network.
        method: Estimator of the tau2 within designs.

    References:
        higgins-2012-consistency: the model; krahn-2013-graphical: Q within and between designs.
    """
    check_network(studies)
    treatments = ordered_treatments(studies, None)
    consistent = whitened(studies, [contrast_design(study, treatments) for study in studies])
    by_design = whitened(studies, _design_blocks(studies))
    total, within = (float(fit_weighted(model, 0.0).rss[0]) for model in (consistent, by_design))
    df = inconsistency_df(studies)
    tau2 = estimate_tau2(by_design, method=method) if by_design.df > 0 else None
    q_random = p_random = p_between = None
    sentence = NO_LOOP
    if df:
        q_random = float(fit_weighted(consistent, tau2 or 0.0).rss[0] - fit_weighted(by_design, tau2 or 0.0).rss[0])
        p_random, p_between = float(chdtrc(df, max(q_random, 0.0))), float(chdtrc(df, max(total - within, 0.0)))
        spread = "" if tau2 is not None else "; heterogeneity within designs cannot be estimated and is left out"
        sentence = (
            f"designs differ with Q {q_random:.2f} on {df} degrees of freedom, p {p_random:.2g}{spread}; "
            "a large p value is not evidence of agreement"
        )
    return DesignTest(
        q_total=total,
        q_total_df=consistent.df,
        q_within=within,
        q_within_df=by_design.df,
        q_between=total - within,
        q_between_df=df,
        q_between_p_value=p_between,
        tau2=tau2,
        q_random=q_random,
        p_value=p_random,
        sentence=sentence,
    )


def _split(
    studies: Sequence[StudyContrasts], treatments: tuple[str, ...], a: str, b: str, names: tuple[str, ...], method: str
) -> NodeSplit:
    """One comparison, split."""
    blocks = []
    for study in studies:
        shift = np.zeros(len(study.treatments))
        if study.study in names:
            shift[study.treatments.index(a)], shift[study.treatments.index(b)] = 0.5, -0.5
        blocks.append(np.column_stack([contrast_design(study, treatments), shift[1:] - shift[0]]))
    model = whitened(studies, blocks)
    tau2 = estimate_tau2(model, method=method) if model.df > 0 else None
    fit = fit_weighted(model, tau2 or 0.0)
    pick = np.zeros((2, model.x.shape[1]))  # indirect difference a minus b; direct minus indirect
    for name, sign in ((a, 1.0), (b, -1.0)):
        if name != treatments[0]:
            pick[0, treatments.index(name) - 1] = sign
    pick[1, -1] = 1.0
    value, cov = pick @ fit.beta[0], pick @ fit.covariance[0] @ pick.T
    se = math.sqrt(cov[1, 1])
    return NodeSplit(
        a=a,
        b=b,
        direct=float(value.sum()),
        direct_se=math.sqrt(cov.sum()),
        indirect=float(value[0]),
        indirect_se=math.sqrt(cov[0, 0]),
        difference=float(value[1]),
        se=se,
        p_value=2.0 * float(ndtr(-abs(value[1]) / se)),
        tau2=tau2,
        studies=names,
    )


def _design_blocks(studies: Sequence[StudyContrasts]) -> list[Array]:
    """Design of every study's contrasts with its own coefficients for each design."""
    found = designs(studies)
    starts = dict(zip(found, itertools.accumulate((len(design) - 1 for design in found), initial=0), strict=False))
    width = sum(len(design) - 1 for design in found)
    blocks = []
    for study in studies:
        design = tuple(sorted(study.treatments))
        rows = np.zeros((len(study.treatments) - 1, width))
        rows[:, starts[design] : starts[design] + len(design) - 1] = contrast_design(study, design)
        blocks.append(rows)
    return blocks
