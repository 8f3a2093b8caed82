"""Pools of subgroups of studies and the test between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates
from trochlea.evidence.heterogeneity import check_method, estimate_tau2
from trochlea.evidence.linear_model import LinearModel
from trochlea.evidence.pooling import Pooled, pool_common_effect, pool_random_effects

FEW_IN_GROUP = 3
"""Below this number of studies a subgroup's own tau2 is named as poorly known. Assumed: with two studies tau2 has
one degree of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupPool:
    """One subgroup.

    Attributes:
        name: Of the subgroup.
        pooled: Its pool.
    """

    name: str
    pooled: Pooled


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroups:
    """All subgroups and whether they differ.

    Attributes:
        groups: In the order in which they first appear.
        q_between: Weighted squares of the subgroups' estimates about their mean.
        df: Degrees of freedom.
        p_value: Of no difference between subgroups.
        model: "common" or "random".
        method: Estimator of tau2; empty in the common-effect model.
        tau2: "separate" for each subgroup or "common" to all; empty in the common-effect model.
        k: Number of studies.
        warnings: What a reader must know before using the test.
    """

    groups: tuple[SubgroupPool, ...]
    q_between: float
    df: int
    p_value: float
    model: str
    method: str
    tau2: str
    k: int
    warnings: tuple[str, ...]


def pool_subgroups(
    estimates: Sequence[Estimate],
    groups: Sequence[str],
    *,
    model: str = "random",
    method: str = "REML",
    common_tau2: bool = False,
    hartung_knapp: bool = True,
    level: float = 0.95,
) -> Subgroups:
    """Pools of subgroups, and the test between them.

    The test uses the normal standard errors of the pools whichever interval is shown, as is usual; a difference
    between subgroups of studies is an observation, not a randomised comparison, and a warning says so.

    Args:
        estimates: One effect of each study.
        groups: Subgroup of each study, in the same order.
        model: "common" or "random".
        method: Estimator of tau2, one of `heterogeneity.TAU2_METHODS`.
        common_tau2: One tau2 for all subgroups, which small subgroups need, or one for each.
        hartung_knapp: See `pooling.pool_random_effects`.
        level: Level of the intervals.

    Raises:
        InputError: If there are fewer than two subgroups or the estimates may not be pooled.

    References:
        raudenbush-2009-analyzing: subgroups as a categorical moderator.
    """
    check_estimates(estimates)
    if model not in ("common", "random"):
        raise InputError(f"model {model!r}; expected common or random")
    check_method(method)
    if len(groups) != len(estimates) or len(set(groups)) < 2:
        raise InputError(f"{len(set(groups))} subgroups for {len(estimates)} studies; expected two or more")
    names = tuple(dict.fromkeys(groups))
    members = [[item for item, group in zip(estimates, groups, strict=True) if group == name] for name in names]
    shared = _shared_tau2(members, method) if model == "random" and common_tau2 else None
    pools, plain = [], []
    for name, items in zip(names, members, strict=True):
        if model == "common":
            pools.append(SubgroupPool(name=name, pooled=pool_common_effect(items, level=level)))
            plain.append(pools[-1].pooled)
            continue
        pooled = pool_random_effects(items, method=method, hartung_knapp=hartung_knapp, level=level, tau2=shared)
        pools.append(SubgroupPool(name=name, pooled=pooled))
        plain.append(pool_random_effects(items, method=method, hartung_knapp=False, level=level, tau2=shared))
    means, weights = np.array([p.estimate for p in plain]), np.array([p.se for p in plain]) ** -2.0
    q = float(weights @ (means - weights @ means / weights.sum()) ** 2)
    return Subgroups(
        groups=tuple(pools),
        q_between=q,
        df=len(names) - 1,
        p_value=float(chdtrc(len(names) - 1, q)),
        model=model,
        method=method if model == "random" else "",
        tau2=("common" if common_tau2 else "separate") if model == "random" else "",
        k=len(estimates),
        warnings=_warnings(pools, separate=model == "random" and not common_tau2),
    )


def _shared_tau2(members: Sequence[Sequence[Estimate]], method: str) -> float | None:
    """The tau2 within subgroups, the same for all; None if every subgroup is a single study."""
    items = [item for group in members for item in group]
    x = np.zeros((len(items), len(members)))
    start = 0
    for column, group in enumerate(members):
        x[start : start + len(group), column] = 1.0
        start += len(group)
    y, v = np.array([item.estimate for item in items]), np.array([item.se for item in items]) ** 2
    model = LinearModel(y=y, v=v, x=x)
    return estimate_tau2(model, method=method) if model.df > 0 else None


def _warnings(pools: Sequence[SubgroupPool], *, separate: bool) -> tuple[str, ...]:
    """What the test does not show."""
    said = ["subgroups of studies were not randomised: a difference between them is an indirect comparison"]
    small = [f"{group.name} ({group.pooled.k})" for group in pools if group.pooled.k < FEW_IN_GROUP]
    if separate and small:
        said.append(f"too few studies for a tau2 of their own: {', '.join(small)}; a common tau2 is steadier")
    return tuple(said)
