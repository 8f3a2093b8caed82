"""A gait as a task among the others: what it is called, and the one number of it that can be set."""

from collections.abc import Mapping

from trochlea.errors import InputError
from trochlea.motion.gait_cycle import SPEEDS, GaitCycle, read_gait
from trochlea.motion.task import Task, TaskInput
from trochlea.person.measured import Measured

SPEED = "speed_mps"
"""The one input of a gait: forward speed [m/s]."""


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


def gait_speed(name: str, settings: Mapping[str, float]) -> float | None:
    """The speed among the inputs that were set [m/s].

    Raises:
        InputError: If another input was set.
    """
    unknown = [one for one in settings if one != SPEED]
    if unknown:
        raise InputError(f"{name} has no input {unknown[0]!r}; expected {SPEED}")
    return settings.get(SPEED)


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
