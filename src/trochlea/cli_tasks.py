"""The commands `trochlea tasks`, `task` and `exercises`: their options, and which part of the program each calls."""

import argparse
import sys
from typing import Any

from trochlea.cli_task import add_person, add_task_options, read_task_person, run_task

TASK_COMMANDS = ("tasks", "task", "exercises")


def add_tasks(commands: Any, formatter: type[argparse.HelpFormatter]) -> None:
    """Add the three commands to the command line."""
    tasks = _command(commands, formatter, "tasks", "movements of the software's own: squats, steps, bridges, machines")
    tasks.add_argument("--show", metavar="NAME", help="print one of them in YAML, to start your own from")
    tasks.add_argument("--json", action="store_true", help="print JSON: a list with every task and its inputs")

    task = _command(commands, formatter, "task", "one movement done by one person, from posture to kneecap")
    add_task_options(task)

    exercises = _command(commands, formatter, "exercises", "what each exercise trains and what it costs the kneecap")
    add_person(exercises)
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
    run = {"tasks": _tasks, "task": run_task, "exercises": _exercises}[arguments.command]
    sys.stdout.write(run(arguments))
    sys.stdout.flush()


def _tasks(arguments: argparse.Namespace) -> str:
    from trochlea.motion.gait_cycle import gait_names
    from trochlea.motion.gait_task import gait_task
    from trochlea.motion.task_file import read_task, task_names, task_text
    from trochlea.report.task_list import tasks_json, tasks_table

    if arguments.show is not None:
        return task_text(arguments.show)
    tasks = [*(read_task(name) for name in task_names()), *(gait_task(name) for name in gait_names())]
    return tasks_json(tasks) if arguments.json else tasks_table(tasks)


def _exercises(arguments: argparse.Namespace) -> str:
    from trochlea.exercise.exercise_table import check_order, exercise_table
    from trochlea.report.exercise_text import exercises_json, exercises_text

    check_order(arguments.sort)
    person = read_task_person(arguments.person)
    table = exercise_table(person, arguments.side or person.side)
    return (exercises_json if arguments.json else exercises_text)(table, by=arguments.sort)


def _command(commands: Any, formatter: type[argparse.HelpFormatter], name: str, words: str) -> argparse.ArgumentParser:
    sentence = f"{words[0].upper()}{words[1:]}."
    return commands.add_parser(name, help=words, description=sentence, formatter_class=formatter)
