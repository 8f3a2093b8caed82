"""What statics leaves open in a task, and what it changes: the same task at both ends of each such choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trochlea.errors import InputError
from trochlea.exercise.exercise import trained_activations
from trochlea.knee.person_leg import PersonLeg
from trochlea.knee.task_result import TaskResult, solve_task
from trochlea.motion.task import TaskInput
from trochlea.motion.task_file import read_task


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEnd:
    """A task with an open choice at one value.

    Attributes:
        value: In the unit of the input's name.
        peak_contact_force_bw: Of the kneecap, in body weights [-]; NaN if the task cannot be done so.
        trained: Largest activation of each group that is trained [-].
        refused: Why it cannot be done so; empty if it can.
        notes: What a reader must know.
    """

    value: float
    peak_contact_force_bw: float
    trained: Mapping[str, float]
    refused: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChoice:
    """One choice that equilibrium does not decide.

    Attributes:
        input: The task's input, with the value that was used.
        ends: The task at both ends of the input's open range.
    """

    input: TaskInput
    ends: tuple[OpenEnd, OpenEnd]


def open_choices(
    result: TaskResult,
    task: str | Path,
    settings: Mapping[str, float],
    own: PersonLeg,
    *,
    femur_turn: float = 0.0,
) -> tuple[OpenChoice, ...]:
    """The effect of each open choice of a task that was solved.

    Args:
        result: The task with the choices as they were used.
        task: Its name or file.
        settings: Inputs that were set.
        own: The person's leg.
        femur_turn: Inward turn of the femur over its foot that the result has [rad].
    """
    found = []
    for name, one in result.task.inputs.items():
        if one.open_range is not None:
            low, high = (
                _at(result, task, {**settings, name: value}, own, value, femur_turn) for value in one.open_range
            )
            found.append(OpenChoice(input=one, ends=(low, high)))
    return tuple(found)


def _at(
    result: TaskResult,
    task: str | Path,
    settings: Mapping[str, float],
    own: PersonLeg,
    value: float,
    femur_turn: float,
) -> OpenEnd:
    try:
        other = solve_task(result.person, read_task(task, settings), result.side, own=own, femur_turn=femur_turn)
    except InputError as error:
        return OpenEnd(value=value, peak_contact_force_bw=float("nan"), trained={}, refused=str(error), notes=())
    return OpenEnd(
        value=value,
        peak_contact_force_bw=other.values["peak_contact_force_bw"].value,
        trained=trained_activations(other),
        refused="",
        notes=other.notes,
    )
