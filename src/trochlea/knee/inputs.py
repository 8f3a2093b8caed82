"""Every scalar that can be set at the door, by NAME: unit, range with its reason, and what it does."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from trochlea.errors import InputError
from trochlea.person.key import KNEE_KEYS
from trochlea.units import MEGAPASCAL, MILLIMETRE

Kind = Literal["shape", "thickness", "setting"]

SEX = "sex"
"""The one NAME that takes a word; it chooses the norms of everything that is not set."""

_FACTORS = {
    "mm": MILLIMETRE,
    "deg": math.radians(1),
    "MPa": MEGAPASCAL,
    "N/mm": 1 / MILLIMETRE,
    "N": 1.0,
    "-": 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarInput:
    """One scalar of a knee or its load.

    Attributes:
        name: NAME at the door, with its unit, e.g. "tt_tg_mm".
        unit: Unit at the door: mm, deg, MPa, N/mm, N or -.
        factor: Value in SI units over value at the door.
        kind: "shape" is a field of `KneeShape`, "thickness" both cartilage layers together, "setting" anything else.
        quantity: Field of `KneeShape`; empty if `kind` is not "shape".
        low: Smallest value that is accepted, in `unit`.
        high: Largest value that is accepted, in `unit`.
        default: Value where it is not set, in `unit`; None where the norm of the sex decides.
        step: Change that stands in for a spread between people where none is published, in `unit`; None where one
            is. Assumed.
        reason: Why the range ends where it does.
        effect: What it does, and which way.
    """

    name: str
    unit: str
    factor: float
    kind: Kind
    quantity: str
    low: float
    high: float
    default: float | None
    step: float | None
    reason: str
    effect: str


@cache
def scalar_inputs() -> Mapping[str, ScalarInput]:
    """All inputs by NAME, in the order in which they are listed."""
    text = files("trochlea.knee").joinpath("inputs.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["name"]: _input(row) for row in csv.DictReader(text.splitlines())})


def _input(row: Mapping[str, str]) -> ScalarInput:
    """One row of inputs.csv; a measure of the person file has the limits of the person file."""
    if row["kind"] not in ("shape", "thickness", "setting"):
        raise ValueError(f"inputs.csv: unknown kind {row['kind']!r} of {row['name']}")
    limits = {key.quantity: (key.low, key.high) for key in KNEE_KEYS}
    low, high = limits[row["quantity"]] if row["quantity"] in limits else (float(row["low"]), float(row["high"]))
    return ScalarInput(
        name=row["name"],
        unit=row["unit"],
        factor=_FACTORS[row["unit"]],
        kind=row["kind"],
        quantity=row["quantity"],
        low=low,
        high=high,
        default=float(row["default"]) if row["default"] else None,
        step=float(row["step"]) if row["step"] else None,
        reason=row["reason"],
        effect=row["effect"],
    )


def find_input(name: str) -> ScalarInput:
    """The input of this NAME.

    Raises:
        InputError: If there is none; lists all.
    """
    inputs = scalar_inputs()
    if name not in inputs:
        raise InputError(f"unknown NAME {name!r}; expected one of: {', '.join((SEX, *inputs))}")
    return inputs[name]


def checked_value(scalar: ScalarInput, value: float) -> float:
    """A value at the door in SI units.

    Raises:
        InputError: If it is no finite number or outside the range; gives the limit and its reason.
    """
    if not (math.isfinite(value) and scalar.low <= value <= scalar.high):
        unit = "" if scalar.unit == "-" else f" {scalar.unit}"
        raise InputError(
            f"{scalar.name} is {value:g}; expected {scalar.low:g} to {scalar.high:g}{unit} ({scalar.reason})"
        )
    return value * scalar.factor


def parse_setting(text: str) -> tuple[str, float | str]:
    """NAME and value of `NAME=VALUE`.

    Raises:
        InputError: If the text has another form, the NAME is unknown or the value is no number.
    """
    name, equals, word = (part.strip() for part in text.partition("="))
    if not equals or not name or not word:
        raise InputError(f"--set {text!r}: expected NAME=VALUE, e.g. tt_tg_mm=18")
    if name == SEX:
        return name, word
    scalar = find_input(name)
    try:
        return name, float(word)
    except ValueError:
        unit = "a plain number" if scalar.unit == "-" else f"a number in {scalar.unit}"
        raise InputError(f"--set {name}: expected {unit}, found {word!r}") from None
