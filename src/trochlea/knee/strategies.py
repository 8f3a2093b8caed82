"""What a person may do about a change of strength: three named strategies, always shown together.

Each is a what-if of this model, and none of them is the prediction: they bracket what may happen. In people, strength
and posture are associated, weakly (`person.posture_prediction`); no strategy claims that one brings the other about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, share_muscles, solve_knee
from trochlea.knee.task_result import TaskResult
from trochlea.knee.task_values import task_values
from trochlea.knee.task_variants import TaskVariants, task_variants
from trochlea.leg.leg_result import LegResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.leg.posture.hip_stiffness import COMPENSATED, hip_stiffness
from trochlea.leg.posture.posture_effort import posture_angles, posture_effort
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.task_posture import decided_angles
from trochlea.motion.timeseries import Array

Name = Literal["now", "holds_posture", "leans_over_the_leg", "gives_way"]

WORDS: dict[Name, str] = {
    "now": "with the strength of today",
    "holds_posture": "holds the posture: only the muscles' sharing changes",
    "leans_over_the_leg": "leans over the leg: the posture of least effort near today's",
    "gives_way": "gives way: the hip adducts as if nothing but stiffness held it",
}

STIFFNESS = 1.0
"""How much a posture ten degrees off in one joint costs, in squared activations, w [-]. Assumed: of prototypes from 0.1
to 5 the sign of the lean was always the same; the size goes with about 1 / w."""

TEN_DEGREES = float(np.radians(10.0))
"""Unit of the stiffness above [rad]."""

STEP = float(np.radians(0.5))
"""Of the slopes of effort [rad]: effort bends by a hundredth of itself over it (assumed)."""

FLAT = 0.05
"""Slope at which a posture counts as the best [1/rad]: worth 0.01 degrees with the stiffness above."""

FREE = ("hip_adduction", "pelvic_drop", "trunk_lean", "trunk_flexion")
"""Angles that a person chooses at the turning point: with a foot flat on the ground, a given knee and balance, they
are all that is left of the posture. A task must have inputs that decide them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """One way to do the task at its turning point.

    Attributes:
        name: One of WORDS.
        words: What it is.
        values: By name as in `task_values`, at the turning point only.
        hip_abduction_moment: That muscles must give [N.m].
        knee_extension_moment: [N.m].
        quadriceps_force: [N].
        effort: Cost of the posture with the strength of this strategy [-].
        largest_reserve: Moment that no muscle carries [N.m].
    """

    name: Name
    words: str
    values: Mapping[str, float]
    hip_abduction_moment: float
    knee_extension_moment: float
    quadriceps_force: float
    effort: float
    largest_reserve: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategies:
    """The task today, and three ways to do it with another strength.

    Attributes:
        ratio: New strength over today's, by group [-].
        now: Today.
        others: Holds posture, leans over the leg, gives way, in this order; those that have an answer.
        refused: Why one of the three has none.
        stiffness: Of leaning [-].
        compensated: Share of giving way that is made up for [-].
        note: How to read them.
    """

    ratio: Mapping[str, float]
    now: Strategy
    others: tuple[Strategy, ...]
    refused: Mapping[Name, str]
    stiffness: float
    compensated: float
    note: str


def compare_strategies(
    result: TaskResult,
    ratio: Mapping[str, float],
    *,
    stiffness: float = STIFFNESS,
    compensated: float = COMPENSATED,
) -> Strategies:
    """Three ways to do a task with another strength, at its turning point.

    Args:
        result: The task with the strength of today.
        ratio: New strength over today's, by group [-].
        stiffness: How firmly a person keeps to today's posture when leaning, w [-].
        compensated: Share of giving way that the person makes up for, c [-].

    Raises:
        InputError: If the task's posture cannot vary, or a group is unknown.
    """
    if not stiffness > 0.0:
        raise InputError(f"stiffness of leaning: expected more than 0, found {stiffness:g}")
    task = _TurningPoint(result)
    today = dict(result.chain.strengths.factors)
    changed = changed_factors(result.chain.tests, today, ratio)
    ends: dict[Name, Array | str] = {
        "now": task.angles,
        "holds_posture": task.angles,
        "leans_over_the_leg": _leans(task, today, changed, stiffness),
        "gives_way": _gives_way(task, today, changed, compensated),
    }
    found, refused = _answers(task, ends, today, changed)
    return Strategies(
        ratio=MappingProxyType(dict(ratio)),
        now=found[0],
        others=tuple(found[1:]),
        refused=MappingProxyType(refused),
        stiffness=stiffness,
        compensated=compensated,
        note=(
            "Three what-ifs that bracket what may happen; none is the prediction. In people, weakness is associated "
            "with these postures, weakly; differences below 2 to 4 degrees are within one person's measurement error."
        ),
    )


def _answers(
    task: "_TurningPoint", ends: Mapping[Name, Array | str], today: Mapping[str, float], changed: Mapping[str, float]
) -> tuple[list[Strategy], dict[Name, str]]:
    """The strategies whose angles were found and are within the joints' ranges, and why the others have no answer."""
    refused: dict[Name, str] = {name: end for name, end in ends.items() if isinstance(end, str)}
    angles: dict[Name, Array] = {name: end for name, end in ends.items() if not isinstance(end, str)}
    variants = task.variants(np.array(list(angles.values())))
    found = []
    for i, name in enumerate(angles):
        if variants.is_possible[i]:
            found.append(_strategy(name, task, variants, i, today if name == "now" else changed))
        elif name == "now":
            raise InputError(f"{task.result.task.name}: its turning point is not within the joints' ranges")
        else:
            refused[name] = "no such posture is within the joints' ranges: ask for a smaller change"
    return found, refused


class _TurningPoint:
    """A solved task at its turning point, its posture free to vary."""

    def __init__(self, result: TaskResult) -> None:
        decided = decided_angles(result.task)
        missing = [name for name in FREE if name not in decided]
        if missing:
            raise InputError(
                f"{result.task.name}: strategies need a task whose posture can vary; expected inputs "
                f"{', '.join(f'{name}_deg' for name in FREE)} that each decide an angle, found none for "
                f"{', '.join(missing)}: take single_leg_squat or step_down"
            )
        assert isinstance(result.chain.leg, MujocoLeg)
        self.result = result
        self.model: LegModel = result.chain.leg.model
        self.courses = tuple(decided[name] for name in FREE)
        ends = [result.task.posture[name].end for name in self.courses]
        self.angles = np.array([float(end) for end in ends if not isinstance(end, str)])
        self.frames = np.array([len(result.movement.postures.values) - 1])

    def variants(self, angles: Array) -> TaskVariants:
        """The turning point in many postures; angles have shape (variants, quantities) [rad]."""
        ends = {name: angles[:, i] for i, name in enumerate(self.courses)}
        return task_variants(self.result.chain, self.model, self.result.movement, self.frames, ends)

    def effort(self, chain: Chain, factors: Mapping[str, float]) -> tuple[Array, LegResult]:
        """Effort of each posture with some strength, and the muscles' answer."""
        leg = share_muscles(chain, factors)
        return posture_effort(self.model, chain.motion, leg), leg


def _leans(
    task: _TurningPoint, today: Mapping[str, float], changed: Mapping[str, float], stiffness: float
) -> Array | str:
    """Angles of least effort near today's, or why there are none; today's are stationary with today's strength."""
    n = task.angles.size
    steps = np.vstack([np.zeros(n), STEP * np.eye(n), -STEP * np.eye(n)])
    around = task.variants(task.angles + steps)
    before = _slope(task.effort(around.chain, today)[0])
    joints = posture_angles(around.chain.motion, around.chain.side)
    start, spread = joints[0], _slope(joints)
    bend = np.linalg.inv(2.0 * stiffness * spread @ spread.T / TEN_DEGREES**2)

    def cost(angles: Array) -> tuple[float, Array]:
        near = task.variants(angles + steps)
        moved = posture_angles(near.chain.motion, near.chain.side) - start
        held = stiffness * (moved**2).sum(axis=1) / TEN_DEGREES**2
        total = task.effort(near.chain, changed)[0] + held - (angles + steps - task.angles) @ before
        return float(total[0]), _slope(total)

    options = {"gtol": FLAT, "maxiter": 30, "hess_inv0": 0.5 * (bend + bend.T)}
    found = minimize(cost, task.angles, jac=True, method="BFGS", options=options)
    if not found.success:
        return "the search for the posture of least effort came to no end: ask for a smaller change or more stiffness"
    return np.asarray(found.x, dtype=np.float64)


def _slope(values: Array) -> Array:
    """Central differences of values at a point and a step forth and back along each angle, one row an angle."""
    n = (len(values) - 1) // 2
    return (values[1 : n + 1] - values[n + 1 :]) / (2.0 * STEP)


def _gives_way(
    task: _TurningPoint, today: Mapping[str, float], changed: Mapping[str, float], compensated: float
) -> Array | str:
    """Angles when hip and pelvis give way and the trunk stays as it was, or why the hip has no equilibrium."""
    chain = task.variants(task.angles[None]).chain
    leg = share_muscles(chain, today)
    stiffness = hip_stiffness(task.model, chain.parameters, chain.prepared, leg)
    strength = _abductors(chain, changed) / _abductors(chain, today)
    reason = stiffness.refusal(strength)
    if reason:
        return reason
    further = stiffness.gives_way(strength, compensated=compensated)
    angles = task.angles.copy()
    for name in ("hip_adduction", "pelvic_drop"):
        angles[FREE.index(name)] += further
    return angles


def _abductors(chain: Chain, factors: Mapping[str, float]) -> float:
    """What the abductors' muscles give in their strength test, the weight that they hold included [N.m]."""
    tests = chain.tests
    row = tests.moments[tests.groups.index("hip_abduction")]
    return float(row @ np.array([factors[muscle] for muscle in tests.muscles]))


def _strategy(
    name: Name, task: _TurningPoint, variants: TaskVariants, i: int, factors: Mapping[str, float]
) -> Strategy:
    chain = variants.at(i)
    leg = share_muscles(chain, factors)
    kneecap = solve_knee(chain, leg.extensor)
    effort = task.effort(variants.chain, factors)[0][i]
    moments = dict(zip(leg.coordinates, leg.moments[0], strict=True))
    return Strategy(
        name=name,
        words=WORDS[name],
        values=MappingProxyType(task_values(chain, leg, kneecap, variants.angles[i])),
        hip_abduction_moment=float(-moments["hip_adduction"]),
        knee_extension_moment=float(-moments["knee_angle"]),
        quadriceps_force=float(leg.force_of("quadriceps")[0]),
        effort=float(effort),
        largest_reserve=float(np.abs(leg.reserves).max()),
    )
