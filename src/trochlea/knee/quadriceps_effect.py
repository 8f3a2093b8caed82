"""How much weak hip extensors shift to the quadriceps in one task, the posture as it is."""

from dataclasses import dataclass

import numpy as np

from trochlea.knee.chain import at_frames, share_muscles
from trochlea.knee.task_result import TaskResult
from trochlea.leg.muscles.strength_change import changed_factors

WEAKER = 0.8
"""Strength of the hip's extensors in the comparison over today's [-]. Assumed: a deficit that is common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuadricepsEffect:
    """The quadriceps with weaker hip extensors, where it pulls most.

    Attributes:
        ratio: Strength of the hip's extensors over today's [-].
        percent: Change of the quadriceps' force.
        is_overloaded: Whether the weaker muscles do not hold the posture, or their forces were not found; the change
            then says nothing.
    """

    ratio: float
    percent: float
    is_overloaded: bool


def quadriceps_effect(result: TaskResult, *, ratio: float = WEAKER) -> QuadricepsEffect | None:
    """What weaker hip extensors would add to the quadriceps' force, or None where the quadriceps does not pull.

    Args:
        result: The task with the strength of today.
        ratio: Strength of the hip's extensors over today's [-].
    """
    chain, pull = result.chain, np.nan_to_num(result.leg.extensor.tension.sum(axis=1))
    frame = int(pull.argmax())
    if not pull[frame] > 0.0:
        return None
    weaker = changed_factors(chain.tests, chain.strengths.factors, {"hip_extension": ratio})
    leg = share_muscles(at_frames(chain, np.array([frame])), weaker)
    change = float(leg.extensor.tension[0].sum() / pull[frame] - 1.0)
    is_lost = bool(leg.is_overloaded[0] or not leg.is_converged[0])
    return QuadricepsEffect(ratio=ratio, percent=100.0 * change, is_overloaded=is_lost)
