"""What statics leaves open in a task, and what it changes: the same task at both ends of each such choice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trochlea.errors import InputError
from trochlea.exercise.exercise import trained_activations
from trochlea.knee.person_leg import PersonLeg
from trochlea.knee.task_result import TaskResult, solve_task
from trochlea.motion.task import TaskInput
from trochlea.motion.task_file import read_task
from trochlea.person.posture_prediction import CORRELATION


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
    style: float | None = None,
    r: float = CORRELATION,
    femur_turn: float = 0.0,
) -> tuple[OpenChoice, ...]:
    """The effect of each open choice of a task that was solved.

    Args:
        result: The task with the choices as they were used.
        task: Its name or file.
        settings: Inputs that were set.
        own: The person's leg.
        style: Movement style that the result has [-]; the person's own if None.
        r: Correlation of strength with posture that the result has [-].
        femur_turn: Inward turn of the femur over its foot that the result has [rad].
    """
    solve = partial(solve_task, result.person, side=result.side, own=own, style=style, r=r, femur_turn=femur_turn)
    found = []
    for name, one in result.task.inputs.items():
        if one.open_range is not None:
            low, high = (_at(solve, task, {**settings, name: value}, value) for value in one.open_range)
            found.append(OpenChoice(input=one, ends=(low, high)))
    return tuple(found)


def _at(solve: Callable[..., TaskResult], task: str | Path, settings: Mapping[str, float], value: float) -> OpenEnd:
    try:
        other = solve(task=read_task(task, settings))
    except InputError as error:
        return OpenEnd(value=value, peak_contact_force_bw=float("nan"), trained={}, refused=str(error), notes=())
    return OpenEnd(
        value=value,
        peak_contact_force_bw=other.values["peak_contact_force_bw"].value,
        trained=trained_activations(other),
        refused="",
        notes=other.notes,
    )
