"""What one random person's muscles and kneecap make of a movement, and many of them together with why some failed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, share_muscles, solve_knee
from trochlea.knee.draws import Draw
from trochlea.knee.result import KneecapResult
from trochlea.knee.task_values import VALUE_NAMES, task_values
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE
from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.motion.timeseries import Array

Failure = Literal["posture", "strength", "sharing", "groove", "equilibrium"]

FAILURE_WORDS: Mapping[Failure, str] = MappingProxyType(
    {
        "posture": "whose posture is out of reach or out of balance",
        "strength": "whose muscles are too weak",
        "sharing": "whose muscle forces were not found",
        "groove": "whose kneecap leaves its groove",
        "equilibrium": "whose kneecap has no equilibrium",
    }
)
"""Why a random person is left out, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraws:
    """What random people do.

    Attributes:
        values: Of the draws that succeeded, by name, each of shape (draws,).
        failures: Draws that are left out, by reason; those that occurred.
    """

    values: Mapping[str, Array]
    failures: Mapping[Failure, int]


def draw_outcome(
    chain: Chain,
    draw: Draw,
    *,
    known: NDArray[np.bool_],
    angles: Callable[[KneecapResult], Array],
    lacking: float = LARGEST_RESERVE,
    leg: LegResult | None = None,
    norm: LegResult | None = None,
) -> dict[str, float] | Failure:
    """Values of one random person, or why there are none.

    Args:
        chain: The movement at the frames that decide.
        draw: Strengths and knee.
        known: Frames in which the muscles miss as much at their best values too; they tell nothing about weaker ones.
        angles: Of the posture that is shown beside a kneecap's result, shape (5,) [degrees].
        lacking: Moment that muscles may miss before they count as too weak [N.m].
        leg: Muscle forces of this person, if they are known; shared here if None.
        norm: Muscle forces with the norm's strengths, if they are known.
    """
    if leg is None:
        leg = share_muscles(chain, changed_factors(chain.tests, chain.strengths.factors, draw.strength_ratio))
    if (leg.is_valid & ~leg.is_converged).any():
        return "sharing"
    if (leg.is_valid & (largest_miss(leg) > lacking) & ~known).any():
        return "strength"
    kneecap = solve_knee(chain, leg.extensor, knee=draw.knee)
    lost = {status for status in kneecap.solution.status if status not in ("converged", "no_load")}
    if lost:
        return "groove" if lost <= {"dislocated", "lifted_off", "off_surface"} else "equilibrium"
    return task_values(chain, leg, kneecap, angles(kneecap), norm=norm)


def largest_miss(leg: LegResult) -> Array:
    """Largest moment that no muscle carries, shape (frames,) [N.m]; 0 in a frame without an answer."""
    return np.abs(np.nan_to_num(leg.reserves)).max(axis=1)


def collect_draws(title: str, outcomes: Sequence[dict[str, float] | Failure]) -> TaskDraws:
    """The values of all random people.

    Args:
        title: Of the movement, for the message.
        outcomes: One of each.

    Raises:
        InputError: If most failed.
    """
    rows = [[one[name] for name in VALUE_NAMES] for one in outcomes if not isinstance(one, str)]
    failures = Counter[Failure](one for one in outcomes if isinstance(one, str))
    if len(rows) < len(outcomes) / 2:
        raise InputError(
            f"{title}: {len(outcomes) - len(rows)} of {len(outcomes)} random people cannot do it "
            f"({failure_words(failures)}); measure more of the knee, the strengths and the posture, or ask for less of "
            "the task"
        )
    columns = np.array(rows).T
    return TaskDraws(
        values=MappingProxyType(dict(zip(VALUE_NAMES, columns, strict=True))), failures=MappingProxyType(failures)
    )


def failure_words(failures: Mapping[Failure, int]) -> str:
    """How many failed for which reason, most first."""
    ordered = sorted(failures.items(), key=lambda item: -item[1])
    return ", ".join(f"{n} {FAILURE_WORDS[reason]}" for reason, n in ordered)
