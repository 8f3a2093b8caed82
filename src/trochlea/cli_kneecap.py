"""The command `trochlea kneecap`: its options and how they are read. Heavy parts are imported when it runs."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trochlea.errors import InputError

if TYPE_CHECKING:
    from trochlea.knee.flexion_sweep import FlexionSweep
    from trochlea.knee.sensitivity import Sensitivity
    from trochlea.knee.setup import KneeSetup
    from trochlea.knee.wear import WearIndex
    from trochlea.person.person import Person

DESCRIPTION = (
    "The kneecap over knee flexion under a given pull of the quadriceps: forces, pressure and tracking of the person's "
    "knee, or of the median adult."
)

MOST_STEPS = 100_000
"""A range with more steps is refused before it is expanded (assumed)."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `trochlea kneecap`."""
    parser.add_argument(
        "person", type=Path, nargs="?", metavar="PERSON.yaml", help="whose knee (default: median adult)"
    )
    parser.add_argument(
        "--flexion",
        default="0:120:10",
        metavar="ANGLES",
        help="knee flexion [degrees], start:stop:step or a list a,b,c (default: 0:120:10); negative: --flexion=-5:60:5",
    )
    parser.add_argument(
        "--quadriceps",
        default="600",
        metavar="NEWTONS",
        help="quadriceps force before any head is scaled (default: 600)",
    )
    parser.add_argument(
        "--side", choices=("left", "right"), help="knee to look at (default: the person file's, or right)"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        help="set one input, e.g. tt_tg_mm=18; may be repeated; --list shows all",
    )
    parser.add_argument(
        "--keep-total", action="store_true", help="let the heads without a set scale make up for the scaled ones"
    )
    parser.add_argument(
        "--displace-lateral-mm",
        default="",
        metavar="MM",
        help="hold the kneecap displaced by each of a list, e.g. 1,5,10, and print the force; medially: =-5,5",
    )
    parser.add_argument(
        "--sensitivities",
        action="store_true",
        help="also print what each input changes: the largest in the table, all with --json",
    )
    parser.add_argument(
        "--wear",
        default="",
        metavar="ACTIVITIES",
        help="print the wear index of each facet instead, e.g. walking or 'walking=3000,stair descent=60' (cycles of "
        "one leg a day); needs a person file for the mass; with --out also in its pages",
    )
    parser.add_argument("--list", action="store_true", dest="lists_inputs", help="print every NAME and stop")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write kneecap.html (pictures; --wear and --sensitivities too), kneecap.json and kneecap.csv there",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON: a list with one object an angle")
    form.add_argument("--csv", action="store_true", help="print CSV: one row an angle")


def run(arguments: argparse.Namespace) -> None:
    """Read the options, solve, print and write."""
    from trochlea.knee.setup import knee_setup
    from trochlea.person.read import read_person
    from trochlea.report.sweep_text import inputs_json, inputs_table, sweep_csv, sweep_json, sweep_table
    from trochlea.report.wear_text import wear_json, wear_table

    person = None if arguments.person is None else read_person(arguments.person)
    values = read_settings(arguments.settings)
    setup = knee_setup(person, values=values, keep_total=arguments.keep_total)
    if arguments.lists_inputs:
        sys.stdout.write(inputs_json(setup) if arguments.json else inputs_table(setup))
        return
    wear = _wear(setup, person, arguments) if arguments.wear else None
    if wear is not None and arguments.out is None:
        sys.stdout.write(wear_json(wear) if arguments.json else wear_table(wear))
        return
    swept = _sweep(person, values, arguments)
    found = _sensitivities(swept, arguments) if arguments.sensitivities else None
    if arguments.out is not None:
        _write_all(arguments.out, person, swept, found, wear)
    if wear is not None:
        sys.stdout.write(wear_json(wear) if arguments.json else wear_table(wear))
    elif arguments.csv:
        sys.stdout.write(sweep_csv(swept))
    else:
        sys.stdout.write((sweep_json if arguments.json else sweep_table)(swept, found))
    sys.stdout.flush()


def _sweep(person: "Person | None", values: dict[str, float | str], arguments: argparse.Namespace) -> "FlexionSweep":
    from trochlea.knee.flexion_sweep import sweep

    return sweep(
        person,
        flexion_deg=read_angles(arguments.flexion),
        quadriceps=read_number("--quadriceps", arguments.quadriceps),
        side=arguments.side,
        values=values,
        keep_total=arguments.keep_total,
        displace_lateral_mm=read_list("--displace-lateral-mm", arguments.displace_lateral_mm),
    )


def _sensitivities(swept: "FlexionSweep", arguments: argparse.Namespace) -> "Sensitivity":
    from trochlea.knee.sensitivity import sensitivities

    if arguments.csv:
        raise InputError("--sensitivities does not go with --csv; expected --json, or neither for the table")
    return sensitivities(
        swept.setup,
        flexion=swept.load.tibiofemoral_flexion,
        quadriceps=read_number("--quadriceps", arguments.quadriceps),
        side=swept.load.side,
    )


def _wear(setup: "KneeSetup", person: "Person | None", arguments: argparse.Namespace) -> "WearIndex":
    from trochlea.knee.daily_load import daily_wear

    if person is None:
        raise InputError(
            "--wear: the body mass is not known; expected a person file: trochlea kneecap PERSON.yaml --wear"
        )
    if arguments.csv or arguments.sensitivities or arguments.displace_lateral_mm:
        raise InputError(
            "--wear goes with --set, --keep-total, --json and --out; expected no --csv, --sensitivities or "
            "--displace-lateral-mm: run them apart"
        )
    return daily_wear(setup, mass=person.mass, per_day=read_activities(arguments.wear))


def read_activities(text: str) -> dict[str, float | None]:
    """Cycles a day of `ACTIVITY` or `ACTIVITY=CYCLES`, separated by commas; None for the published number.

    Raises:
        InputError: If an activity is given twice or its number is none.
    """
    found: dict[str, float | None] = {}
    for word in text.split(","):
        name, equals, cycles = (part.strip() for part in word.partition("="))
        if name in found:
            raise InputError(f"--wear: {name!r} is given twice; expected each activity once: keep one")
        found[name] = read_number(f"--wear {name}", cycles) if equals else None
    return found


def _write_all(
    folder: Path,
    person: "Person | None",
    swept: "FlexionSweep",
    found: "Sensitivity | None",
    wear: "WearIndex | None",
) -> None:
    """Everything that `--out` asks for."""
    from trochlea.report.folder import whole_folder
    from trochlea.report.sweep_page import sweep_page
    from trochlea.report.sweep_text import sweep_csv, sweep_json
    from trochlea.report.wear_text import wear_json

    title = "The kneecap over knee flexion" if person is None else f"{person.label}: the kneecap over knee flexion"
    texts = {
        "kneecap.html": sweep_page(swept, title, sensitivity=found, wear=wear),
        "kneecap.json": sweep_json(swept, found),
        "kneecap.csv": sweep_csv(swept),
    }
    if wear is not None:
        texts["wear.json"] = wear_json(wear)
    with whole_folder(folder) as new:
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8")


def read_settings(texts: list[str]) -> dict[str, float | str]:
    """The values of all `--set NAME=VALUE`.

    Raises:
        InputError: If one is malformed, unknown or given twice.
    """
    from trochlea.knee.inputs import parse_setting

    values: dict[str, float | str] = {}
    for text in texts:
        name, value = parse_setting(text)
        if name in values:
            raise InputError(f"--set {name} is given twice ({values[name]} and {value}); keep one")
        values[name] = value
    return values


def read_number(option: str, text: str) -> float:
    """One number of an option.

    Raises:
        InputError: If it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option}: expected a number, found {text!r}") from None


def read_list(option: str, text: str) -> list[float]:
    """Numbers separated by commas; an empty text is an empty list."""
    return [read_number(option, word.strip()) for word in text.split(",")] if text.strip() else []


def read_angles(text: str) -> list[float]:
    """Angles of `start:stop:step`, both ends included, or of a list.

    Raises:
        InputError: If the text has another form or gives no angle.
    """
    if ":" not in text:
        return read_list("--flexion", text)
    words = text.split(":")
    if len(words) != 3:
        raise InputError(f"--flexion {text!r}: expected start:stop:step, e.g. 0:120:10, or a list a,b,c")
    start, stop, step = (read_number("--flexion", word) for word in words)
    count = (stop - start) / step if step else float("nan")
    if not 0 <= count <= MOST_STEPS:
        raise InputError(f"--flexion {text!r}: expected a step that leads from start to stop in at most {MOST_STEPS}")
    return [start + n * step for n in range(int(count + 1e-9) + 1)]
