"""What the femur's rotation does to one kneecap: the movement solved with none of it, the best share and all of it."""

from dataclasses import dataclass

import numpy as np

from trochlea.knee.chain import Chain, ChainResult, solve_knee
from trochlea.knee.result import KneecapResult

LEAST = 1e-6
"""Rotations below this are rounding [rad]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationCases:
    """The kneecap at shares 0, best and 1 of the rotation between femur and foot.

    Attributes:
        none: Nothing of it reaches the knee.
        best: The result itself.
        whole: All of it does.
    """

    none: KneecapResult
    best: KneecapResult
    whole: KneecapResult


def solve_rotation_cases(chain: Chain, result: ChainResult) -> RotationCases | None:
    """Solve the kneecap again at shares 0 and 1, the muscles as they are.

    Returns:
        None where no rotation reaches the knee in any frame: the cases are then the same.
    """
    if not (np.abs(np.nan_to_num(chain.rotation.whole)) > LEAST).any():
        return None
    return RotationCases(
        none=solve_knee(chain, result.leg.extensor, rotation="none"),
        best=result.kneecap,
        whole=solve_knee(chain, result.leg.extensor, rotation="whole"),
    )
