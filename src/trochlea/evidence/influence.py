"""How the pool changes when a study is left out, and as studies are added."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trochlea.errors import InputError
from trochlea.evidence.estimate import Estimate, check_estimates
from trochlea.evidence.pooling import Pooled, pool_random_effects

Pool = Callable[[Sequence[Estimate]], Pooled]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The pool without one study.

    Attributes:
        study: The one left out.
        pooled: Of all others.
        change: Estimate without it minus estimate of all [points].
    """

    study: str
    pooled: Pooled
    change: float


def leave_one_out(estimates: Sequence[Estimate], *, pool: Pool = pool_random_effects) -> tuple[LeftOut, ...]:
    """The pool without each study in turn.

    Args:
        estimates: Two or more effects, one of each study.
        pool: How to pool, e.g. ``functools.partial(pool_random_effects, method="PM")``.

    Raises:
        InputError: If only one study is there.
    """
    check_estimates(estimates)
    if len(estimates) < 2:
        raise InputError(f"{estimates[0].study}: only one study; leaving it out leaves nothing to pool")
    whole = pool(estimates).estimate
    left = []
    for i, item in enumerate(estimates):
        pooled = pool([*estimates[:i], *estimates[i + 1 :]])
        left.append(LeftOut(study=item.study, pooled=pooled, change=pooled.estimate - whole))
    return tuple(left)


def cumulative(estimates: Sequence[Estimate], *, pool: Pool = pool_random_effects) -> tuple[Pooled, ...]:
    """The pool after each further study, in the order given, e.g. by year."""
    check_estimates(estimates)
    return tuple(pool(estimates[: i + 1]) for i in range(len(estimates)))
