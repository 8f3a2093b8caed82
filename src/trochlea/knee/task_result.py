"""One task done by one person: the whole movement from posture to kneecap, and the few values that sum it up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, chain_of, share_muscles, solve_knee
from trochlea.knee.draw_outcome import Failure, TaskDraws, failure_words
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.result import KneecapResult
from trochlea.knee.shortfall import shortfall
from trochlea.knee.task_draws import draw_task
from trochlea.knee.task_values import angles_of, task_values
from trochlea.leg.leg_result import MUSCLES_OF, LegResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.posture.task_motion import N_FRAMES, TaskMotion, simulate_task
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.task_posture import decided_angles, replaceable, with_posture
from trochlea.person.measured import Measured
from trochlea.person.person import Person
from trochlea.person.posture_prediction import CORRELATION, predict_posture

NO_SPREAD = "no spread of the posture is known or left open here: the intervals hold strengths and the knee only"
"""What must be said of intervals that no posture widens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value with its 95 % interval.

    Attributes:
        value: With every input at its best value; NaN where the task has none.
        low: Lower limit; None without draws.
        high: Upper limit; None without draws.
    """

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """A task done by a person.

    Attributes:
        person: Who.
        task: What is done, with this person's posture.
        side: The working leg.
        posture: Angles that were predicted or observed, with their spread [rad]; empty where the task has no norms.
        movement: Postures and forces.
        chain: What the movement demands; femoral rotation.
        leg: Muscle forces.
        kneecap: Contact and tracking.
        values: By name, the unit at its end: `VALUE_NAMES` of `task_values`.
        n_draws: Random people behind the intervals.
        failures: Random people left out of the intervals, by reason.
        notes: What a reader must know.
    """

    person: Person
    task: Task
    side: Side
    posture: Mapping[str, Measured]
    movement: TaskMotion
    chain: Chain
    leg: LegResult
    kneecap: KneecapResult
    values: Mapping[str, Interval]
    n_draws: int
    failures: Mapping[Failure, int]
    notes: tuple[str, ...]

    @property
    def n_failed(self) -> int:
        """Random people left out of the intervals."""
        return sum(self.failures.values())


def person_engine(person: Person) -> MujocoLeg:
    """The built-in leg model of a person of whom mass, height and sex are known."""
    model = build_leg(mass=person.mass, height=person.height, sex=person.sex, extra_muscles=deep_rotator_paths())
    return MujocoLeg(model=model)


def solve_task(
    person: Person,
    task: Task,
    side: Side,
    *,
    own: PersonLeg | None = None,
    style: float | None = None,
    r: float = CORRELATION,
    femur_turn: float = 0.0,
    n_frames: int = N_FRAMES,
    n_draws: int = 0,
    rng: np.random.Generator | None = None,
) -> TaskResult:
    """Posture, muscle forces and kneecap of one task.

    Args:
        person: Who.
        task: With every number decided; what was not set by anybody gives way to the person's own posture.
        side: The working leg.
        own: The person's leg, built once for many tasks, moved by MuJoCo; built anew if None.
        style: Movement style [-]; the person's own if None.
        r: Correlation of strength with posture, without sign [-].
        femur_turn: Inward turn of the femur over its foot where the knee bends most, beyond what the joint angles
            hold [rad]; see `RotationEvidence`.
        n_frames: Postures, an odd number.
        n_draws: Random people behind the intervals; no intervals if 0.
        rng: Source of randomness; needed for draws.

    Raises:
        InputError: If the task is not possible for this person: what is missed, by how much and at which limit.
        ValueError: If draws are asked for without a source of randomness, or `own` is another leg.
    """
    own = build_person_leg(person, person_engine(person), side) if own is None else own
    if own.person is not person or own.side != side or not isinstance(own.leg, MujocoLeg):
        raise ValueError("a leg that is built must be this person's, of this side and moved by MuJoCo")
    if n_draws and rng is None:
        raise ValueError("draws need a source of randomness")
    posture = predict_posture(person, task.name, style=style, r=r)
    task = with_posture(task, posture)
    model = own.leg.model
    try:
        movement = simulate_task(model, task, side, n_frames=n_frames)
    except InputError as error:
        raise InputError(f"{error}{_unseen(task, posture)}") from None
    chain = chain_of(_relaxed(_turned(own, femur_turn), task), movement.motion)
    leg = share_muscles(chain, chain.strengths.factors)
    kneecap = solve_knee(chain, leg.extensor)
    angles = angles_of(model, task, side, movement.postures.values[-1:])[0]
    best = task_values(chain, leg, kneecap, angles)
    drawn = None
    if n_draws and rng is not None:
        drawn = draw_task(chain, model, movement, leg, kneecap, n_draws=n_draws, rng=rng, style=style, r=r)
    return TaskResult(
        person=person,
        task=task,
        side=side,
        posture=posture,
        movement=movement,
        chain=chain,
        leg=leg,
        kneecap=kneecap,
        values=intervals(best, drawn),
        n_draws=n_draws,
        failures=MappingProxyType({}) if drawn is None else drawn.failures,
        notes=result_notes(task, chain, leg, kneecap)
        + (() if replaceable(task, posture) or drawn is None else (NO_SPREAD,))
        + left_out_notes(drawn, n_draws),
    )


def _unseen(task: Task, posture: Mapping[str, Measured]) -> str:
    """What to add where angles that were seen do not go with those that were predicted; empty if all are either."""
    angles = [quantity for quantity in decided_angles(task) if quantity in posture]
    own = replaceable(task, posture)
    predicted = [f"{quantity}_deg" for quantity in angles if quantity in own and posture[quantity].source != "measured"]
    if not predicted or len(predicted) == len(angles):
        return ""
    return f"; {', '.join(predicted)} {'are' if len(predicted) > 1 else 'is'} predicted and not seen: set what was seen"


def _turned(own: PersonLeg, femur_turn: float) -> PersonLeg:
    """The same leg with a turn of the femur over its foot that was seen [rad]."""
    rotation = replace(own.settings.rotation, femur_turn=own.settings.rotation.femur_turn + femur_turn)
    return replace(own, settings=replace(own.settings, rotation=rotation)) if femur_turn else own


RELAXED_WEIGHT = 100.0
"""How much more an activation of a relaxed muscle weighs than another's [-]. Assumed: it then works at a hundredth of
what it would, unless nothing else can."""


def _relaxed(own: PersonLeg, task: Task) -> PersonLeg:
    """The same leg with the muscles that the task keeps relaxed."""
    unknown = [group for group in task.relaxed if group not in MUSCLES_OF]
    if unknown:
        raise InputError(f"{task.name}: relaxed {unknown[0]!r}: expected some of {', '.join(MUSCLES_OF)}")
    sharing = own.settings.sharing
    weights = {
        name: RELAXED_WEIGHT * sharing.weights.get(name, 1.0)
        for group in task.relaxed
        for name in MUSCLES_OF[group]
        if name in own.parameters.names
    }
    if not weights:
        return own
    return replace(
        own, settings=replace(own.settings, sharing=replace(sharing, weights={**sharing.weights, **weights}))
    )


def intervals(best: Mapping[str, float], drawn: TaskDraws | None) -> Mapping[str, Interval]:
    """Every value with the 95 % limits of the draws; none without draws."""
    return MappingProxyType({name: _interval(name, value, drawn) for name, value in best.items()})


def _interval(name: str, value: float, drawn: TaskDraws | None) -> Interval:
    """95 % limits of the draws; they always hold the best value."""
    if drawn is None or not np.isfinite(value):
        return Interval(value=value, low=None, high=None)
    values = drawn.values[name]
    values = values[np.isfinite(values)]
    if values.size == 0:
        return Interval(value=value, low=None, high=None)
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(value=value, low=float(min(low, value)), high=float(max(high, value)))


def result_notes(task: Task, chain: Chain, leg: LegResult, kneecap: KneecapResult) -> tuple[str, ...]:
    """What stood in, where muscles are too weak, and where the kneecap is lost."""
    notes = [*task.notes, *chain.notes]
    weak = shortfall(leg)
    if weak is not None:
        notes.append(weak.words())
    unsolved = leg.is_valid & ~leg.is_converged
    if unsolved.any():
        notes.append(
            f"muscle forces are not known over {_share(unsolved)} of the movement: their search came to no end"
        )
    lost = np.array([status not in ("converged", "no_load") for status in kneecap.solution.status])
    if lost.any():
        notes.append(f"the kneecap has no equilibrium in its groove over {_share(lost)} of the movement")
    return tuple(notes)


ENOUGH_DRAWS = 40
"""Random people of whom one in each tail lies outside the middle 95 %."""


def left_out_notes(drawn: TaskDraws | None, n_draws: int) -> tuple[str, ...]:
    """How many random people the intervals leave out, and why; and whether those are too few for them."""
    if drawn is None:
        return ()
    notes = []
    if drawn.failures:
        n_failed, reasons = sum(drawn.failures.values()), failure_words(drawn.failures)
        notes.append(f"{n_failed} of {n_draws} random people are left out of the intervals: {reasons}")
    if n_draws < ENOUGH_DRAWS:
        notes.append(f"{n_draws} random people are few: the intervals are too narrow; ask for {ENOUGH_DRAWS} or more")
    return tuple(notes)


def _share(frames: NDArray[np.bool_]) -> str:
    return f"{frames.mean():.0%}"
