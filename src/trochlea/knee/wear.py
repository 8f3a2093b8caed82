"""A wear index for each facet of the kneecap: damage that adds up over the cycles of activities.

It is only ever a ratio: this knee over the same one in the same activities with alignment, patellar height and the
heads of the quadriceps at the norm. It says nothing of years: tissue repairs and adapts, and the law's scale is not
known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.fatigue import exponents, facet_damage
from trochlea.knee.result import KneecapResult, Status
from trochlea.motion.timeseries import Array, read_only

FACETS = ("lateral", "medial")

WIDEST = 3.0
"""A ratio whose interval spans a larger factor is shown by its direction only [-]; part of the index's definition."""

SAME = 1e-6
"""A ratio nearer to 1 than this is no difference; larger than what the solver's tolerance leaves [-]."""

Direction = Literal["more", "less", "either", "same", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCycle:
    """One cycle of an activity, by this knee and by the same one at the norm.

    Attributes:
        activity: What is done.
        per_day: Cycles of this leg a day.
        own: This knee, one frame or the frames of the whole cycle.
        norm: The same at the norm.
    """

    activity: str
    per_day: float
    own: KneecapResult
    norm: KneecapResult

    def __post_init__(self) -> None:
        """Refuse numbers of cycles that cannot be."""
        if not 0 < self.per_day < float("inf"):
            raise InputError(f"{self.activity}: {self.per_day:g} cycles a day; expected a number above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class WearIndex:
    """Damage of each facet over that at the norm, over the published range of the law's exponent.

    Attributes:
        activities: Names of what is done.
        per_day: Cycles a day, shape (activities,).
        statuses: Every status of the frames behind it.
        exponents: Shape (n,) [-].
        ratios: For FACETS; NaN if a loaded frame has no equilibrium in the groove, shape (2, n) [-].
        shares: Of each activity in this knee's damage, shape (activities, 2, n) [-].
    """

    activities: tuple[str, ...]
    per_day: Array
    statuses: tuple[Status, ...]
    exponents: Array
    ratios: Array
    shares: Array

    def interval(self, facet: str) -> tuple[float, float]:
        """Smallest and largest ratio over the exponents."""
        row = self.ratios[FACETS.index(facet)]
        return float(row.min()), float(row.max())

    def is_number(self, facet: str) -> bool:
        """Whether the interval is narrow enough to be shown; else only the direction is."""
        low, high = self.interval(facet)
        return bool(high <= WIDEST * low and high < float("inf"))

    def direction(self, facet: str) -> Direction:
        """Whether the facet wears more than at the norm, whatever the exponent."""
        low, high = self.interval(facet)
        if not (np.isfinite(low) or np.isfinite(high)):
            return "more" if low == float("inf") else "unknown"
        if low > 1 + SAME:
            return "more"
        if high < 1 - SAME:
            return "less"
        return "same" if max(high - 1, 1 - low) <= SAME else "either"


def wear_index(cycles: Sequence[LoadCycle]) -> WearIndex:
    """The index over some activities.

    Args:
        cycles: At least one; every loaded frame of an activity counts towards the largest pressure of each point in
            its cycle; frames without load are left out.

    Raises:
        InputError: If there is no cycle.
    """
    if not cycles:
        raise InputError("wear index: no activity; expected at least one with its cycles a day")
    powers = exponents()
    results = [result for cycle in cycles for result in (cycle.own, cycle.norm)]
    statuses = _statuses(results)
    is_known = set(statuses) <= {"converged", "no_load"} and all(_loaded(result).any() for result in results)
    scale = max(float(np.nanmax(result.pressure)) for result in results) if is_known else 1.0
    own, norm = (
        np.array([cycle.per_day * _damages(result, scale, powers) for cycle, result in pairs])
        if is_known
        else np.full((len(cycles), len(FACETS), powers.size), np.nan)
        for pairs in ([(cycle, cycle.own) for cycle in cycles], [(cycle, cycle.norm) for cycle in cycles])
    )
    with np.errstate(divide="ignore", invalid="ignore"):  # a facet that does not touch: the ratio says so
        ratios = own.sum(axis=0) / norm.sum(axis=0)
        shares = own / own.sum(axis=0)
    return WearIndex(
        activities=tuple(cycle.activity for cycle in cycles),
        per_day=read_only([cycle.per_day for cycle in cycles]),
        statuses=statuses,
        exponents=powers,
        ratios=read_only(ratios),
        shares=read_only(shares),
    )


def _statuses(results: Sequence[KneecapResult]) -> tuple[Status, ...]:
    """Every status once, in the order of its first frame."""
    found: dict[Status, None] = {}
    for result in results:
        for status in result.solution.status:
            found[status] = None
    return tuple(found)


def _loaded(result: KneecapResult) -> NDArray[np.bool_]:
    """Frames in which the kneecap is pressed, shape (frames,)."""
    return np.array([status == "converged" for status in result.solution.status], dtype=np.bool_)


def _damages(result: KneecapResult, scale: float, powers: Array) -> Array:
    """Damage of FACETS by one cycle, shape (2, n) [-]."""
    peaks = result.pressure[_loaded(result)].max(axis=0)
    sides = (result.is_lateral, ~result.is_lateral)
    return np.array([facet_damage(peaks[side], result.point_areas[side], scale, powers) for side in sides])
