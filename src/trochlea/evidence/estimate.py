"""One study's effect with its standard error: what every pool is made of."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One effect that can enter a pool.

    Attributes:
        study: The people that it comes from.
        estimate: Effect, in points of the scale or as a logarithm of a ratio.
        se: Standard error.
        n: People behind it; None if not known.
        measure: "MD", "SMD", "log ROM", "log OR", "log RR", "RD"; empty where the caller keeps it.
        marks: What a reader must know about it, e.g. that an SD was imputed.
    """

    study: str
    estimate: float
    se: float
    n: int | None = None
    measure: str = ""
    marks: tuple[str, ...] = ()


def check_estimates(estimates: Sequence[Estimate]) -> None:
    """Refuse estimates that may not be pooled.

    Raises:
        InputError: If there are none, one is not finite, a standard error is not above zero, a study stands
            twice, or measures are mixed.
    """
    if not estimates:
        raise InputError("nothing to pool: no contrast fits the question")
    twice = sorted(study for study, count in Counter(item.study for item in estimates).items() if count > 1)
    if twice:
        raise InputError(
            f"{', '.join(twice)}: the same people would be counted twice; keep one report of each, and combine "
            "arms that share a control"
        )
    for item in estimates:
        if not (math.isfinite(item.estimate) and math.isfinite(item.se) and item.se > 0):
            raise InputError(f"{item.study}: estimate {item.estimate} with se {item.se}; expected se above 0")
    measures = sorted({item.measure for item in estimates} - {""})
    if len(measures) > 1:
        raise InputError(f"measures {', '.join(measures)} are mixed; expected one measure in a pool")


def total_people(counts: Sequence[int | None]) -> int | None:
    """Sum of people; None where the number of one study is not known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
