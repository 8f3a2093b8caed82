"""Contrasts between pairs of arms as trials print them, and the arms' own variances behind them."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError

CLOSURE_SHARE = 0.1
"""Contrasts of one study may fail to close by this share of its smallest standard error. Assumed: printed
figures are rounded, and a gap this small moves no estimate by more than a tenth of its standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairContrast:
    """Treatment a minus treatment b in one study.

    Attributes:
        study: The people.
        a: First treatment.
        b: Treatment taken away.
        estimate: a minus b [points, or a logarithm of a ratio].
        se: Standard error.
        n: People in the whole study; None if not known.
        measure: "MD", "SMD", ...; empty where the caller keeps it.
        marks: What a reader must know about it.
    """

    study: str
    a: str
    b: str
    estimate: float
    se: float
    n: int | None = None
    measure: str = ""
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot enter a network."""
        name = f"{self.study}, {self.a} minus {self.b}"
        if self.a == self.b:
            raise InputError(f"{name}: expected two different treatments")
        if not (math.isfinite(self.estimate) and math.isfinite(self.se) and self.se > 0):
            raise InputError(f"{name}: estimate {self.estimate} with se {self.se}; expected se above 0")


def arms_of_pairs(
    pairs: Sequence[PairContrast], *, closure_tolerance: float | None = None
) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Contrasts with the first treatment, and their covariance, of one study.

    Args:
        pairs: All contrasts of the study.
        closure_tolerance: See `network_input.contrasts_from_pairs`.

    Returns:
        Treatments, further treatments minus the first (m - 1,), covariance (m - 1, m - 1). Where rounding
        leaves a gap, the estimates are the least-squares fit to all contrasts.

    Raises:
        InputError: If contrasts are missing, doubled, do not close, or have impossible SEs.
    """
    study = pairs[0].study
    treatments = tuple(dict.fromkeys(name for pair in pairs for name in (pair.b, pair.a)))
    m = len(treatments)
    found = {frozenset((pair.a, pair.b)) for pair in pairs}
    if len(found) < len(pairs):
        raise InputError(f"{study}: a contrast stands twice; keep one row of each")
    missing = [f"{a} with {b}" for a, b in itertools.combinations(treatments, 2) if frozenset((a, b)) not in found]
    if missing:
        raise InputError(
            f"{study}: {m} treatments, but no contrast of {', '.join(missing)}; give all contrasts, or the arms"
        )
    design, y, variances = _rows(pairs, treatments)
    effects = np.linalg.lstsq(design[:, 1:], y, rcond=None)[0].astype(np.float64)
    gap = _largest_gap(pairs, treatments)
    tolerance = CLOSURE_SHARE * math.sqrt(variances.min()) if closure_tolerance is None else closure_tolerance
    if gap > tolerance:
        raise InputError(
            f"{study}: its contrasts do not close (gap {gap:.3g}, allowed {tolerance:.3g}); check signs and directions"
        )
    if m == 2:
        return treatments, effects, variances[:, None]
    arms = np.linalg.lstsq(np.abs(design), variances, rcond=None)[0]
    covariance = np.diag(arms[1:]) + arms[0]
    left = float(np.abs(np.abs(design) @ arms - variances).max())
    if left > CLOSURE_SHARE * variances.min() or np.linalg.eigvalsh(covariance).min() <= 0:
        raise InputError(f"{study}: the SEs of its contrasts fit no set of arms; check them, or give the arms")
    return treatments, effects, covariance


def _largest_gap(pairs: Sequence[PairContrast], treatments: tuple[str, ...]) -> float:
    """By how much a minus b plus b minus c misses a minus c, at worst."""
    difference = {(p.a, p.b): p.estimate for p in pairs} | {(p.b, p.a): -p.estimate for p in pairs}
    loops = itertools.combinations(treatments, 3)
    return max((abs(difference[a, b] + difference[b, c] - difference[a, c]) for a, b, c in loops), default=0.0)


def _rows(
    pairs: Sequence[PairContrast], treatments: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Signed incidence (contrasts, arms), estimates and variances."""
    design = np.zeros((len(pairs), len(treatments)))
    for row, pair in enumerate(pairs):
        design[row, treatments.index(pair.a)] = 1.0
        design[row, treatments.index(pair.b)] = -1.0
    return design, np.array([pair.estimate for pair in pairs]), np.array([pair.se for pair in pairs]) ** 2
