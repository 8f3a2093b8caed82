"""The commands `trochlea tasks`, `task` and `exercises`: their options, and which part of the program each calls."""

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trochlea.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from trochlea.knee.task_result import TaskResult
    from trochlea.person.person import Person

TASK_COMMANDS = ("tasks", "task", "exercises")

N_DRAWS = 60
"""Random people behind the intervals."""

SEED = 20210
"""The same inputs give the same intervals."""


def add_tasks(commands: Any, formatter: type[argparse.HelpFormatter]) -> None:
    """Add the three commands to the command line."""
    tasks = _command(commands, formatter, "tasks", "movements of the software's own: squats, steps, bridges, machines")
    tasks.add_argument("--show", metavar="NAME", help="print one of them in YAML, to start your own from")
    tasks.add_argument("--json", action="store_true", help="print JSON: a list with every task and its inputs")

    task = _command(commands, formatter, "task", "one movement done by one person, from posture to kneecap")
    task.add_argument("task", metavar="TASK", help="name (see `trochlea tasks`) or file ending in .yaml")
    _add_person(task)
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

    exercises = _command(commands, formatter, "exercises", "what each exercise trains and what it costs the kneecap")
    _add_person(exercises)
    exercises.add_argument(
        "--sort",
        default="target/kneecap",
        metavar="BY",
        help="target/kneecap (default), target, kneecap, pressure, or a muscle, e.g. gluteus_medius",
    )
    exercises.add_argument("--json", action="store_true", help="print JSON")


def run_tasks(arguments: argparse.Namespace) -> None:
    """Run one of the commands and print its answer.

    Raises:
        TrochleaError: If a file, an option or the task itself is refused.
    """
    run = {"tasks": _tasks, "task": _task, "exercises": _exercises}[arguments.command]
    sys.stdout.write(run(arguments))
    sys.stdout.flush()


def read_task_settings(texts: list[str]) -> dict[str, float]:
    """The numbers of all `--set NAME=VALUE`.

    Raises:
        InputError: If one is malformed or given twice.
    """
    values: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        if not equals or not name:
            raise InputError(f"--set {text!r}: expected NAME=VALUE, e.g. knee_flexion_deg=45")
        try:
            value = float(number)
        except ValueError:
            raise InputError(f"--set {name}: expected a number, found {number!r}") from None
        if name in values:
            raise InputError(f"--set {name} is given twice ({values[name]:g} and {value:g}); keep one")
        values[name] = value
    return values


def _tasks(arguments: argparse.Namespace) -> str:
    from trochlea.knee.gait_result import gait_task
    from trochlea.motion.gait_cycle import gait_names
    from trochlea.motion.task_file import read_task, task_names, task_text
    from trochlea.report.task_list import tasks_json, tasks_table

    if arguments.show is not None:
        return task_text(arguments.show)
    tasks = [*(read_task(name) for name in task_names()), *(gait_task(name) for name in gait_names())]
    return tasks_json(tasks) if arguments.json else tasks_table(tasks)


def _task(arguments: argparse.Namespace) -> str:
    from trochlea.exercise.open_choice import open_choices
    from trochlea.knee.gait_result import gait_speed, solve_gait
    from trochlea.knee.person_leg import build_person_leg
    from trochlea.knee.task_result import person_engine, solve_task
    from trochlea.motion.gait_cycle import gait_names
    from trochlea.motion.task_file import read_task
    from trochlea.report.folder import check_replaceable
    from trochlea.report.task_report import TASK_OUTPUTS, task_json, task_text, write_task

    if arguments.draws < 0:
        raise InputError(f"--draws: expected 0 or more, found {arguments.draws}")
    if arguments.out is not None:
        check_replaceable(arguments.out, TASK_OUTPUTS)
    settings = read_task_settings(arguments.settings)
    is_gait = arguments.task in gait_names()
    speed = gait_speed(arguments.task, settings) if is_gait else None
    task = None if is_gait else read_task(arguments.task, settings)
    person = _person(arguments.person)
    own = build_person_leg(person, person_engine(person), arguments.side or person.side)
    if task is None:
        result = _solved(partial(solve_gait, person, arguments.task, own.side, own=own, speed=speed), arguments.draws)
        choices = ()
    else:
        result = _solved(partial(solve_task, person, task, own.side, own=own), arguments.draws)
        choices = open_choices(result, arguments.task, settings, own)
    if arguments.out is not None:
        write_task(arguments.out, result, choices)
    return task_json(result, choices) if arguments.json else task_text(result, choices)


def _solved(solve: "Callable[..., TaskResult]", n_draws: int) -> "TaskResult":
    """A movement; where random people fail at it, without intervals and with the reason among its notes."""
    import numpy as np

    result = solve()
    if n_draws == 0:
        return result
    try:
        return solve(n_draws=n_draws, rng=np.random.default_rng(SEED))
    except InputError as error:
        return replace(result, notes=(*result.notes, f"no intervals: {error}"))


def _exercises(arguments: argparse.Namespace) -> str:
    from trochlea.exercise.exercise_table import check_order, exercise_table
    from trochlea.report.exercise_text import exercises_json, exercises_text

    check_order(arguments.sort)
    person = _person(arguments.person)
    table = exercise_table(person, arguments.side or person.side)
    return (exercises_json if arguments.json else exercises_text)(table, by=arguments.sort)


def _person(path: Path | None) -> "Person":
    from trochlea.person.read import demo_person, read_person

    return demo_person() if path is None else read_person(path)


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "person", type=Path, nargs="?", metavar="PERSON.yaml", help="who does it (default: the example person)"
    )
    parser.add_argument(
        "--side", choices=("left", "right"), help="leg that works (default: the person file's, or right)"
    )


def _command(commands: Any, formatter: type[argparse.HelpFormatter], name: str, words: str) -> argparse.ArgumentParser:
    sentence = f"{words[0].upper()}{words[1:]}."
    return commands.add_parser(name, help=words, description=sentence, formatter_class=formatter)
