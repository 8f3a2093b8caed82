"""The `trochlea` command: thin; heavy parts are imported only by the command that needs them."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trochlea import __version__, cli_kneecap
from trochlea.cli_evidence import add_evidence, run_evidence
from trochlea.cli_task import take_person
from trochlea.cli_tasks import TASK_COMMANDS, add_tasks, run_tasks
from trochlea.cli_trials import add_trial_options, study_request
from trochlea.errors import TrochleaError

SUPPORTS = "It supports a clinician and does not replace one."


class _Help(argparse.HelpFormatter):
    """Help of the same width everywhere, so that the documentation can quote it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


def _add_output(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path(default), metavar="DIR", help=f"folder to write (default: {default})"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON instead of a summary")


def _add_command(commands: Any, name: str, words: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=words, description=words, formatter_class=_Help)


def build_parser() -> argparse.ArgumentParser:
    """The command line with all its commands."""
    parser = argparse.ArgumentParser(
        prog="trochlea",
        description=f"Is kneecap pain from the hip, the knee or both? {SUPPORTS}",
        epilog="Start with: trochlea demo",
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"trochlea {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = _add_command(commands, "demo", "assess the example person on a simulated single-leg squat")
    _add_output(demo, "trochlea-demo")

    new = _add_command(commands, "new", "write a commented person file that runs as it is")
    new.add_argument("person", type=Path, metavar="PERSON.yaml")

    simulate = _add_command(commands, "simulate", "movement to muscle forces to kneecap")
    simulate.add_argument("person", type=Path, metavar="PERSON.yaml")
    add_trial_options(simulate)
    _add_output(simulate, "trochlea-simulation")

    kneecap = commands.add_parser(
        "kneecap",
        help="the kneecap over knee flexion: forces, pressure, tracking",
        description=cli_kneecap.DESCRIPTION,
        formatter_class=_Help,
    )
    cli_kneecap.add_options(kneecap)

    assess = _add_command(commands, "assess", "simulate, then a first answer to 'hip, knee or both?'")
    assess.add_argument("person", type=Path, metavar="PERSON.yaml")
    add_trial_options(assess)
    _add_output(assess, "trochlea-assessment")

    add_tasks(commands, _Help)
    add_evidence(commands, _Help)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; a known error becomes one line and exit code 1."""
    arguments = _parsed(argv)
    try:
        if arguments.command == "new":
            _new(arguments.person)
        elif arguments.command == "evidence":
            run_evidence(arguments)
        elif arguments.command in TASK_COMMANDS:
            run_tasks(arguments)
        elif arguments.command == "kneecap":
            cli_kneecap.run(arguments)
        else:
            _study(arguments)
    except TrochleaError as error:
        print(f"trochlea: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, e.g. head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("trochlea: stopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments; a person file after options is taken for what it is, which argparse alone does not do."""
    parser = build_parser()
    arguments, left_over = parser.parse_known_args(argv)
    if arguments.command == "task":
        left_over = take_person(arguments, left_over)
    if left_over:
        parser.error(f"unrecognized arguments: {' '.join(left_over)}")
    return arguments


def _new(path: Path) -> None:
    from trochlea.person.read import write_template

    write_template(path)
    print(f"Wrote {path}. Fill in what was measured, then: trochlea assess {path}")


def _study(arguments: argparse.Namespace) -> None:
    """Demo, simulate and assess: one study of one person, written as a whole folder."""
    from trochlea.report.folder import check_replaceable, whole_folder
    from trochlea.report.study import run_study
    from trochlea.report.study_inputs import read_inputs
    from trochlea.report.summary import summary_text

    check_replaceable(arguments.out)
    inputs = read_inputs(study_request(arguments), say=_say)
    study = run_study(inputs, with_advice=arguments.command != "simulate", say=_say, tick=_tick)
    with whole_folder(arguments.out) as folder:
        study.write(folder)
    text = study.json_text() if arguments.json else summary_text(study, arguments.out)
    sys.stdout.write(text)
    sys.stdout.flush()


def _say(line: str) -> None:
    """One line of progress, apart from the result on standard output."""
    print(f"  {line}", file=sys.stderr, flush=True)


def _tick(done: int, total: int) -> None:
    """A counter that stays on its line in a terminal, and speaks only at the end elsewhere."""
    if sys.stderr.isatty():
        print(f"\r  what-if: {done} of {total}", end="" if done < total else "\n", file=sys.stderr, flush=True)
    elif done == total:
        _say(f"what-if: {total} of {total}")


if __name__ == "__main__":
    sys.exit(main())
