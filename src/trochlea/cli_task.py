"""The command `trochlea task`: its options, read into one request."""

import argparse
import difflib
import math
from pathlib import Path
from typing import TYPE_CHECKING

from trochlea.errors import InputError

if TYPE_CHECKING:
    from trochlea.person.person import Person

N_DRAWS = 60
"""Random people behind the intervals."""


def add_task_options(task: argparse.ArgumentParser) -> None:
    """Options of one movement, in groups."""
    task.add_argument("task", metavar="TASK", help="name (see `trochlea tasks`) or file ending in .yaml")
    add_person(task)
    task.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        help="set one of the task's inputs, e.g. knee_flexion_deg=45; may be repeated",
    )
    task.add_argument(
        "--draws",
        type=int,
        default=N_DRAWS,
        metavar="N",
        help=f"random people behind the intervals, 0 for none (default: {N_DRAWS})",
    )
    task.add_argument("--json", action="store_true", help="print the whole movement as JSON")
    task.add_argument(
        "--out", type=Path, metavar="DIR", help="also write task.json, time series for OpenSim and pictures there"
    )
    _add_posture(task)
    _add_strength(task)


def add_person(parser: argparse.ArgumentParser) -> None:
    """Who does it, and with which leg."""
    parser.add_argument(
        "person", type=Path, nargs="?", metavar="PERSON.yaml", help="who does it (default: the example person)"
    )
    parser.add_argument(
        "--side", choices=("left", "right"), help="leg that works (default: the person file's, or right)"
    )


def take_person(arguments: argparse.Namespace, left_over: list[str]) -> list[str]:
    """Fill in a person file that stands after options; what is still left over."""
    if arguments.person is None and left_over and not left_over[0].startswith("-"):
        arguments.person = Path(left_over[0])
        return left_over[1:]
    return left_over


def run_task(arguments: argparse.Namespace) -> str:
    """Do the task; the text or JSON to print.

    Raises:
        TrochleaError: If a file, an option or the task itself is refused.
    """
    from trochlea.report.folder import check_replaceable
    from trochlea.report.task_report import TASK_OUTPUTS, task_json, write_task
    from trochlea.report.task_request import TaskRequest
    from trochlea.report.task_study import study_task
    from trochlea.report.task_text import task_text

    if arguments.out is not None:
        check_replaceable(arguments.out, TASK_OUTPUTS)
    request = TaskRequest(
        task=arguments.task,
        person=read_task_person(arguments.person),
        side=arguments.side,
        settings=read_task_settings(arguments.settings),
        style=arguments.style,
        r=arguments.r,
        femur_turn_deg=arguments.femur_turn,
        strength_ratio=read_strength_changes(arguments.strength),
        stiffness=arguments.stiffness,
        compensated=arguments.compensated,
        posture_file=arguments.posture,
        model=arguments.model,
        n_draws=arguments.draws,
    )
    study = study_task(request)
    if arguments.out is not None:
        write_task(arguments.out, study)
    return task_json(study) if arguments.json else task_text(study)


def read_task_person(path: Path | None) -> "Person":
    """The person of a file, or the example person."""
    from trochlea.person.read import demo_person, read_person

    return demo_person() if path is None else read_person(path)


def read_task_settings(texts: list[str]) -> dict[str, float]:
    """The numbers of all `--set NAME=VALUE`.

    Raises:
        InputError: If one is malformed or given twice.
    """
    values: dict[str, float] = {}
    for text in texts:
        name, number = _pair("--set", text, "NAME=VALUE, e.g. knee_flexion_deg=45")
        try:
            value = float(number)
        except ValueError:
            raise InputError(f"--set {name}: expected a number, found {number!r}") from None
        if name in values:
            raise InputError(f"--set {name} is given twice ({values[name]:g} and {value:g}); keep one")
        values[name] = value
    return values


def read_strength_changes(texts: list[str]) -> dict[str, float]:
    """New strength over today's of all `--strength GROUP=CHANGE` [-]: `0.8`, `-20%` and `+20%` are understood.

    Raises:
        InputError: If one is malformed or given twice, or there is no such group.
    """
    from trochlea.person.key import STRENGTH_GROUPS

    ratios: dict[str, float] = {}
    for text in texts:
        group, change = _pair("--strength", text, "GROUP=CHANGE, e.g. hip_abduction=-20% or hip_abduction=0.8")
        if group not in STRENGTH_GROUPS:
            near = difflib.get_close_matches(group, STRENGTH_GROUPS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InputError(f"--strength {group}: expected one of {', '.join(STRENGTH_GROUPS)}{hint}")
        if group in ratios:
            raise InputError(f"--strength {group} is given twice; keep one")
        ratios[group] = _ratio(group, change)
    return ratios


def _ratio(group: str, change: str) -> float:
    """A ratio as it stands, or a change in per cent with its sign; what could be either is refused."""
    is_percent, is_signed = change.endswith("%"), change.startswith(("+", "-"))
    try:
        number = float(change.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or is_percent != is_signed:
        raise InputError(
            f"--strength {group}: expected a change such as -20% or +20%, or new over today's strength such as 0.8, "
            f"found {change!r}"
        )
    return 1.0 + number / 100.0 if is_percent else number


def _pair(option: str, text: str, expected: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"{option} {text!r}: expected {expected}")
    return name, value


def _add_posture(task: argparse.ArgumentParser) -> None:
    group = task.add_argument_group(
        "the person's posture",
        "A squat or step-down takes the posture that is associated with the person's strength and movement style. What "
        "was seen replaces it: in the person file, with --set, or with a trial of the person's own.",
    )
    group.add_argument(
        "--style",
        type=float,
        metavar="X",
        help="movement style: 0 as people without kneecap pain, 1 as people with it (default: the person file's, or 0)",
    )
    group.add_argument(
        "--r", type=float, metavar="R", help="correlation of strength with posture, 0 to 0.45 (default: 0.35)"
    )
    group.add_argument(
        "--posture",
        type=Path,
        metavar="TRIAL.mot",
        help="joint angles of the person's own trial: its posture where the knee bends most",
    )
    group.add_argument(
        "--model", type=Path, metavar="MODEL.osim", help="the model that they were made with, for its names and signs"
    )
    group.add_argument(
        "--femur-turn",
        type=float,
        metavar="DEG",
        help="inward turn of the femur over its foot at the deepest point, beyond what the hip's angles hold",
    )


def _add_strength(task: argparse.ArgumentParser) -> None:
    group = task.add_argument_group(
        "what if strength changed",
        "Nobody knows what a person does then: three strategies are shown together, and none is the prediction.",
    )
    group.add_argument(
        "--strength",
        action="append",
        default=[],
        metavar="GROUP=CHANGE",
        help="e.g. hip_abduction=-20%% or hip_abduction=0.8; may be repeated",
    )
    group.add_argument(
        "--stiffness", type=float, metavar="W", help="how firmly the posture is kept when leaning (default: 1)"
    )
    group.add_argument(
        "--compensated", type=float, metavar="SHARE", help="share of giving way that is made up for (default: 0.65)"
    )
