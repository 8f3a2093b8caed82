"""The door for tasks: YAML in, a `Task` with every number decided out, or one line that says what is wrong."""

import difflib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.gait_cycle import gait_names
from trochlea.motion.task import Course, End, Load, Prop, Support, Task, TaskInput, usual_props
from trochlea.motion.task_row import Amount, InputRow, LoadRow, PropRow, SupportRow, TaskRow
from trochlea.motion.task_yaml import checked_yaml
from trochlea.person.measured import Measured

MULTIPLE = re.compile(r"(?P<minus>-)?(?:(?P<factor>[0-9.]+)\*)?(?P<name>[a-z][a-z0-9_]*)")
"""An input, with a minus or a factor before it."""


@cache
def task_names() -> tuple[str, ...]:
    """Names of the built-in tasks, in alphabetical order."""
    return tuple(sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml")))


def read_task(task: str | Path, settings: Mapping[str, float] | None = None) -> Task:
    """A built-in task by name, or one from a YAML file.

    Args:
        task: Name, or path of a `.yaml` file.
        settings: Inputs that are set, in the units of their names.

    Raises:
        FormatError: If a file is no task.
        InputError: If there is no such task or input, or a value is out of its range.
    """
    path = Path(task)
    if path.suffix.lower() in (".yaml", ".yml"):
        return decide(load_task(path), settings or {})
    return decide(_checked(Path(f"{task}.yaml"), task_text(str(task))), settings or {})


def task_text(name: str) -> str:
    """A built-in task as it is written, to start one of your own from.

    Raises:
        InputError: If there is no such task.
    """
    if name in gait_names():
        raise InputError(f"{name} is published joint angles and no YAML; expected one of {', '.join(task_names())}")
    if name not in task_names():
        raise _unknown(name)
    return _folder().joinpath(f"{name}.yaml").read_text(encoding="utf-8")


def load_task(path: Path) -> TaskRow:
    """A task as a file writes it, checked for its form.

    Raises:
        FormatError: If the file cannot be read, is no YAML or no task.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FormatError(path, None, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise FormatError(path, None, "the file is not text; expected a task in YAML") from None
    return _checked(path, text)


def decide(row: TaskRow, settings: Mapping[str, float]) -> Task:
    """The task with its inputs set.

    Raises:
        InputError: If an input is unknown or out of its range, or a value names no input.
    """
    inputs = {name: _set(row, name, settings.get(name)) for name in row.inputs}
    for name in settings:
        if name not in inputs:
            near = difflib.get_close_matches(name, inputs, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InputError(f"{row.name} has no input {name!r}; expected one of {', '.join(inputs) or 'none'}{hint}")
    if row.balanced and not row.supports:
        raise InputError(
            f"{row.name}: balanced, but nothing carries the body; expected supports such as part: working_foot, or "
            "balanced: false for a body that lies or sits"
        )
    _refuse_twice(row)
    value = _Values(row.name, {name: one.value.value for name, one in inputs.items()})
    if not value(row.duration_s) > 0.0:
        raise InputError(f"{row.name}: duration_s: expected more than 0 s, found {value(row.duration_s):g}")
    return Task(
        name=row.name,
        title=row.title,
        about=row.about,
        trains=row.trains,
        position=row.position,
        is_balanced=row.balanced,
        duration=value(row.duration_s),
        posture={name: _course(value, name, course) for name, course in row.posture.items()},
        guess={name: (float(np.radians(a)), float(np.radians(b))) for name, (a, b) in row.guess.items()},
        balance_point=value(row.balance_point),
        balance_share=value(row.balance_share),
        supports=tuple(
            Support(part=one.part, sideways=value(one.sideways_n), forward=value(one.forward_n)) for one in row.supports
        ),
        loads=tuple(_load(value, row.name, one) for one in row.loads),
        carried_outside=row.carried_outside,
        relaxed=row.relaxed,
        inputs=inputs,
        notes=row.notes,
        ends=row.ends,
        props=_props(value, row),
    )


def _refuse_twice(row: TaskRow) -> None:
    """Refuse a part of the body that carries it twice: which of the two pushes count would be chance."""
    parts = [one.part for one in row.supports]
    twice = next((part for part in parts if parts.count(part) > 1), None)
    if twice is not None:
        raise InputError(f"{row.name}: supports: {twice} is given {parts.count(twice)} times; keep one")


class _Values:
    """Numbers as they stand, or those of the inputs that are named."""

    def __init__(self, task: str, inputs: Mapping[str, float]) -> None:
        self.task, self.inputs = task, inputs

    def __call__(self, amount: Amount) -> float:
        if not isinstance(amount, str):
            return float(amount)
        found = MULTIPLE.fullmatch(amount)
        if found is None or found["name"] not in self.inputs:
            known = ", ".join(self.inputs)
            raise InputError(f"{self.task}: {amount!r} is no number and no input; expected one of {known}, or 0.5*NAME")
        factor = -1.0 if found["minus"] else 1.0
        return factor * float(found["factor"] or 1.0) * self.inputs[found["name"]]


def _course(value: _Values, name: str, course: Amount | tuple[Amount, Amount]) -> Course:
    """Angles are in degrees, lengths in metres: what the quantity is tells which."""
    ends = course if isinstance(course, tuple) else (course, course)
    factor = 1.0 if is_length(name) else float(np.radians(1.0))
    start, end = _end(value, ends[0], factor), _end(value, ends[1], factor)
    if isinstance(start, str) and isinstance(end, str) and (start, end) not in (("hold", "free"), ("free", "hold")):
        raise InputError(f"{value.task}: {name}: expected a number at one end at least, found {start} and {end}")
    return Course(start=start, end=end)


def _end(value: _Values, amount: Amount, factor: float) -> End:
    words: dict[Amount, End] = {"free": "free", "hold": "hold", "open": "open"}
    return words[amount] if amount in words else factor * value(amount)


def is_length(quantity: str) -> bool:
    """Whether a quantity of a posture is a length [m] and no angle."""
    return quantity.startswith("balance_") or quantity.endswith(("_forward", "_height", "_aside"))


def _load(value: _Values, task: str, row: LoadRow) -> Load:
    wanted = {"weight": "kg", "rest": "share"}.get(row.kind, "n")
    amount = getattr(row, wanted)
    if amount is None:
        raise InputError(f"{task}: a load of kind {row.kind} needs {wanted}")
    if row.kind in ("band", "press", "push") and not row.towards:
        what = "front, back or sole" if row.kind == "push" else "the other part, e.g. other_thigh"
        raise InputError(f"{task}: a load of kind {row.kind} needs towards: {what}")
    return Load(
        kind=row.kind,
        part=row.part,
        along=value(row.along),
        force=value(amount),
        towards=row.towards,
        towards_along=value(row.towards_along),
        lean=float(np.radians(value(row.lean_deg))),
    )


def _props(value: _Values, row: TaskRow) -> tuple[Prop, ...]:
    """As written, or the usual ones of the position; only a step has a height of its own."""
    if row.props is None:
        return usual_props(row.position, is_balanced=row.balanced)
    for one in row.props:
        if one.height_m is not None and one.kind != "step":
            raise InputError(f"{row.name}: a prop of kind {one.kind} has no height_m; only a step has one")
    return tuple(Prop(kind=one.kind, height=None if one.height_m is None else value(one.height_m)) for one in row.props)


def _set(row: TaskRow, name: str, given: float | None) -> TaskInput:
    written = row.inputs[name]
    number = written.value if given is None else float(given)
    if not written.low < written.high:
        raise InputError(
            f"{row.name}: {name}: expected low below high, found low {written.low:g} and high {written.high:g}"
        )
    if not (np.isfinite(number) and written.low <= number <= written.high):
        raise InputError(f"{row.name}: {name}: expected {written.low:g} to {written.high:g}, found {number:g}")
    unit = {"deg": "deg", "m": "m", "kg": "kg", "n": "N", "s": "s"}.get(name.rpartition("_")[2], "-")
    if given is not None:
        measured = Measured(value=number, sd=None, unit=unit, source="measured", note="set")
    else:
        source = "assumed" if written.citation is None else "published"
        measured = Measured(value=number, sd=written.sd, unit=unit, source=source, citation=written.citation)
    return TaskInput(
        name=name, value=measured, low=written.low, high=written.high, words=written.words, open_range=written.open
    )


def _checked(path: Path, text: str) -> TaskRow:
    return checked_yaml(
        path, text, TaskRow, {"inputs": InputRow, "supports": SupportRow, "loads": LoadRow, "props": PropRow}
    )


def _unknown(name: str) -> InputError:
    names = (*task_names(), *gait_names())
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else "`trochlea tasks` lists them; a file of your own ends in .yaml"
    return InputError(f"no task {name!r}: expected one of {', '.join(names)}; {hint}")


def _folder():
    return files("trochlea.motion").joinpath("task_files")
