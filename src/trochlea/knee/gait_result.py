"""Walking or running without a laboratory, for one person: from published joint angles to the kneecap."""

from types import MappingProxyType

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.chain import chain_of, share_muscles, solve_knee
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_result import Interval, TaskResult, person_engine, result_notes
from trochlea.knee.task_values import angles_of, task_values
from trochlea.leg.gait.gait_motion import SPEEDS, GaitMotion, simulate_gait
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.posture.posture import Postures
from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.motion.gait_cycle import GaitCycle, read_gait
from trochlea.motion.motion import Side
from trochlea.motion.task import Task, TaskInput
from trochlea.motion.trial import trim
from trochlea.person.measured import Measured
from trochlea.person.person import Person

SPEED = "speed_mps"
"""The one input of a gait: forward speed [m/s]."""

NO_INTERVALS = "no intervals: the angles are averages of people, whose spread is not carried through"


def gait_task(name: str, *, speed: float | None = None, notes: tuple[str, ...] = ()) -> Task:
    """A gait as a task among the others: its title, its input and its notes.

    Args:
        name: "walk" or "run".
        speed: Forward speed [m/s]; that of the source if None.
        notes: What a reader must know besides.
    """
    cycle = read_gait(name)
    return Task(
        name=cycle.name,
        title=cycle.title,
        about="Level, from published joint angles; the ground's force follows from the body's motion.",
        trains=(),
        position="standing",
        is_balanced=False,
        duration=cycle.stride_time,
        posture={},
        guess={},
        balance_point=0.5,
        balance_share=1.0,
        supports=(),
        loads=(),
        carried_outside=(),
        relaxed=(),
        inputs={SPEED: _speed(cycle, speed)},
        notes=notes or cycle.notes,
    )


def solve_gait(
    person: Person, name: str, side: Side, *, own: PersonLeg | None = None, speed: float | None = None
) -> TaskResult:
    """Joint angles, ground force, muscle forces and kneecap of one gait cycle.

    Args:
        person: Who; the angles are not this person's.
        name: "walk" or "run".
        side: The leg to look at.
        own: The person's leg, built once for many movements, moved by MuJoCo; built anew if None.
        speed: Forward speed [m/s]; that of the source if None.

    Returns:
        As of a task; posture at the largest kneecap force, no intervals, frames about contact without a result.

    Raises:
        InputError: If there is no such gait, or the speed is far from the measured one.
        ValueError: If `own` is another leg.
    """
    own = build_person_leg(person, person_engine(person), side) if own is None else own
    if own.person is not person or own.side != side or not isinstance(own.leg, MujocoLeg):
        raise ValueError("a leg that is built must be this person's, of this side and moved by MuJoCo")
    gait = simulate_gait(own.leg.model, name, side, speed=speed)
    task = gait_task(name, speed=speed, notes=gait.notes)
    movement = _movement(own.leg, task, gait)
    chain = chain_of(own, gait.motion, start=gait.start, end=gait.end)
    leg = share_muscles(chain, chain.strengths.factors)
    kneecap = solve_knee(chain, leg.extensor)
    peak = int(np.nan_to_num(kneecap.contact_force).argmax())
    angles = angles_of(own.leg.model, task, side, movement.postures.values[peak : peak + 1])[0]
    values = task_values(chain, leg, kneecap, angles)
    return TaskResult(
        person=person,
        task=task,
        side=side,
        posture={},
        movement=movement,
        chain=chain,
        leg=leg,
        kneecap=kneecap,
        values=MappingProxyType({key: Interval(value=one, low=None, high=None) for key, one in values.items()}),
        n_draws=0,
        n_failed=0,
        notes=(*result_notes(task, chain, leg, kneecap), NO_INTERVALS),
    )


def gait_speed(name: str, settings: dict[str, float]) -> float | None:
    """The speed among the inputs that were set [m/s].

    Raises:
        InputError: If another input was set.
    """
    unknown = [one for one in settings if one != SPEED]
    if unknown:
        raise InputError(f"{name} has no input {unknown[0]!r}; expected {SPEED}")
    return settings.get(SPEED)


def _movement(leg: MujocoLeg, task: Task, gait: GaitMotion) -> TaskMotion:
    """The cycle itself, as a task's movement."""
    motion = trim(gait.motion, start=gait.start, end=gait.end)
    columns = [motion.coordinates.names.index(name) for name in leg.model.coordinates]
    values = motion.coordinates.values[:, columns]
    postures = Postures(
        values=values,
        misses={},
        at_limit=np.zeros(values.shape, dtype=bool),
        is_converged=np.ones(len(values), dtype=bool),
    )
    return TaskMotion(task=task, motion=motion, postures=postures, supports=None)


def _speed(cycle: GaitCycle, speed: float | None) -> TaskInput:
    low, high = SPEEDS[cycle.name]
    is_set = speed is not None
    value = Measured(
        value=cycle.speed if speed is None else speed,
        sd=None,
        unit="m/s",
        source="measured" if is_set else "published",
        citation=None if is_set else cycle.source[0],
        note="set" if is_set else "",
    )
    return TaskInput(name=SPEED, value=value, low=low, high=high, words="forward speed")
