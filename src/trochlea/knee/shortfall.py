"""Where a movement asks for more than the muscles have."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """The worst moment that no muscle carries.

    Attributes:
        axis: Of the joint, e.g. "hip_adduction".
        asked: Moment that the movement asks for there [N.m].
        missing: What no muscle carries of it; more than what is asked for where muscles that other axes need pull the
            wrong way [N.m].
        share: Of the movement, that asks for more than the muscles have [-].
    """

    axis: str
    asked: float
    missing: float
    share: float

    def words(self) -> str:
        """In one sentence, with a remedy."""
        return (
            f"too weak for this: {self.missing:.0f} N.m about {self.axis.replace('_', ' ')} are left that no muscle "
            f"carries, where {abs(self.asked):.0f} N.m are asked for; over {self.share:.0%} of the movement the "
            "muscles are not enough: ask for less, or measure more strengths"
        )


def shortfall(leg: LegResult) -> Shortfall | None:
    """The worst of a movement; None if the muscles hold it throughout."""
    if not leg.is_overloaded.any():
        return None
    frame, axis = np.unravel_index(np.nanargmax(np.abs(leg.reserves)), leg.reserves.shape)
    name = leg.carried[axis]
    return Shortfall(
        axis=name,
        asked=float(leg.moments[frame, leg.coordinates.index(name)]),
        missing=float(abs(leg.reserves[frame, axis])),
        share=float(leg.is_overloaded.mean()),
    )


def refuse_weak_knee(task: str, leg: LegResult) -> None:
    """Refuse a movement in which the quadriceps cannot straighten the knee as far as it is asked to.

    Its pull, and with it the kneecap's load, would be what it has, not what the movement needs. A shortfall elsewhere
    hardly touches the kneecap and is said beside the result.

    Args:
        task: Name of the movement.
        leg: Muscle forces.

    Raises:
        InputError: If more than LARGEST_RESERVE of knee extension is missing: how much, of how much, and when.
    """
    missing = np.nan_to_num(-leg.reserves[:, leg.carried.index("knee_angle")])
    worst = int(missing.argmax())
    if missing[worst] <= LARGEST_RESERVE:
        return
    asked = -leg.moments[worst, leg.coordinates.index("knee_angle")]
    raise InputError(
        f"{task}: too weak to hold it: the quadriceps misses {missing[worst]:.0f} N.m of the {asked:.0f} N.m of knee "
        f"extension that are asked for, so the kneecap's load is not known; expected at most "
        f"{LARGEST_RESERVE:.0f} N.m: ask for less depth or load, or measure knee extension"
    )
