"""What stands in for a missing measurement: a published norm with its spread between people.

Where no norm exists for a person's sex or age, the nearest one stands in with a doubled spread and the note
"outside its population". Nothing here is an individual's value: every norm is marked assumed.
"""

import csv
import math
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from trochlea.errors import InputError
from trochlea.person.key import DEGREE, KNEE_KEYS
from trochlea.person.measured import Measured
from trochlea.person.person import Person, Sex
from trochlea.units import GRAVITY, MILLIMETRE

LEVERS = {"thigh": 0.530 - 0.285, "shank": 0.285 - 0.039, "leg": 0.530 - 0.039}
"""Length of a segment over body height [-], from hip, knee and ankle heights. `winter-2009-biomechanics`.

Where the dynamometer lay is not in the abstract of the force norms. Assumed: at the thigh's end for flexion
and extension, at the ankle for rotations (from the knee) and for abduction and adduction (from the hip). With
the thigh's length instead, healthy abduction would be 4.1 % of body weight x height, below the 5.4 % of women
with kneecap pain (dolak-2011-hip); with the leg's it is 8.3 %, and 6.5 % is quoted for healthy women there.
"""

SI_UNITS = {"mm": ("m", MILLIMETRE), "deg": ("rad", DEGREE), "-": ("-", 1.0)}
OUTSIDE = "outside its population"

ADULT_AGE = 30.0
"""An adult's age [years]; the knee's norms hold for all adults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One published norm.

    Attributes:
        quantity: E.g. "hip_abduction", "tt_tg".
        sex: "female", "male" or "both".
        age_min: Youngest of the population [years].
        age_max: Oldest of the population [years]; infinite where not stated.
        value: Mean, in `unit`.
        sd: Standard deviation between people, in `unit`; None if no spread was found.
        unit: "%BW" (force), "N.m/kg", "mm", "deg" or "-".
        lever: Segment whose length turns a force into a moment; empty if none is needed.
        spread: How `sd` was derived.
        population: Who was measured.
        citation: Key in references.bib.
        note: Anything else a reader must know.
    """

    quantity: str
    sex: str
    age_min: float
    age_max: float
    value: float
    sd: float | None
    unit: str
    lever: str
    spread: str
    population: str
    citation: str
    note: str


def sd_from_interval(low: float, high: float, n: int) -> float:
    """Standard deviation between people from the 95 % confidence interval of one study's mean."""
    return (high - low) / 3.92 * math.sqrt(n)


@cache
def load_norms() -> tuple[Norm, ...]:
    """All norms of the package."""
    text = resources.files("trochlea.person").joinpath("norms.csv").read_text(encoding="utf-8")
    return tuple(_norm(row) for row in csv.DictReader(text.splitlines()))


def assume(quantity: str, *, sex: Sex, age_years: float, mass: float, height: float) -> Measured:
    """The norm that stands in for a quantity of a person, in SI units, marked assumed.

    Args:
        quantity: A group of muscles or a measure of the knee.
        sex: The person's sex.
        age_years: The person's age [years].
        mass: The person's mass [kg], for strengths.
        height: The person's height [m], for strengths.

    Raises:
        InputError: If there is no norm for the quantity.

    References:
        winter-2009-biomechanics: segment lengths over body height.
    """
    norm, is_inside = _nearest(quantity, sex, age_years)
    factor, unit, lever_note = _to_si(norm, mass, height)
    sd = None if norm.sd is None else norm.sd * abs(factor) * (1 if is_inside else 2)
    spread = norm.spread if norm.spread != "SD as printed" else ""
    outside = "" if is_inside else f"{OUTSIDE}, spread doubled" if sd is not None else OUTSIDE
    notes = (outside, f"norm of {norm.population}", lever_note, spread, norm.note)
    return Measured(
        value=norm.value * factor,
        sd=sd,
        unit=unit,
        source="assumed",
        citation=norm.citation,
        note="; ".join(note for note in notes if note),
    )


def norm_strengths(person: Person) -> dict[str, Measured]:
    """A person's strengths if those that were measured were the norm; a measured one stays as firm as it was."""
    found = {}
    for group, own in person.strength.items():
        norm = assume(group, sex=person.sex, age_years=person.age_years, mass=person.mass, height=person.height)
        found[group] = replace(norm, source=own.source)
    return found


def knee_norms(sex: Sex) -> dict[str, Measured]:
    """The norm of every measure of the knee for an adult of one sex, in SI units."""
    nobody = float("nan")  # no norm of the knee depends on mass or height
    return {
        key.quantity: assume(key.quantity, sex=sex, age_years=ADULT_AGE, mass=nobody, height=nobody)
        for key in KNEE_KEYS
    }


def _nearest(quantity: str, sex: Sex, age_years: float) -> tuple[Norm, bool]:
    """The norm of the person's own sex and age, else the nearest: own sex first, then the nearest age."""
    candidates = [norm for norm in load_norms() if norm.quantity == quantity]
    if not candidates:
        known = ", ".join(sorted({norm.quantity for norm in load_norms()}))
        raise InputError(f"no norm for {quantity}; there are norms for {known}")

    def distance(norm: Norm) -> tuple[bool, float]:
        years = max(norm.age_min - age_years, age_years - norm.age_max, 0.0)
        # Someone aged 29.5 is 29 years old: ages count in whole years.
        return norm.sex not in (sex, "both"), float(math.floor(years) if age_years > norm.age_max else years)

    best = min(candidates, key=distance)
    return best, distance(best) == (False, 0.0)


def _to_si(norm: Norm, mass: float, height: float) -> tuple[float, str, str]:
    """Factor to SI, SI unit, and what was assumed about the lever arm."""
    if norm.unit == "N.m/kg":
        return mass, "N.m", ""
    if norm.unit == "%BW":
        lever = LEVERS[norm.lever]
        note = f"force x assumed lever arm: {norm.lever}, {lever:.3f} of height (winter-2009-biomechanics)"
        return mass * GRAVITY / 100 * lever * height, "N.m", note
    if norm.unit in SI_UNITS:
        unit, factor = SI_UNITS[norm.unit]
        return factor, unit, ""
    raise ValueError(f"norms.csv: unknown unit {norm.unit!r} of {norm.quantity}")


def _norm(row: dict[str, str]) -> Norm:
    """One row of norms.csv."""
    sd = float(row["sd"]) if row["sd"] else None
    if row["ci_low"]:
        sd = sd_from_interval(float(row["ci_low"]), float(row["ci_high"]), int(row["n"]))
    return Norm(
        quantity=row["quantity"],
        sex=row["sex"],
        age_min=float(row["age_min"]),
        age_max=float(row["age_max"] or "inf"),
        value=float(row["value"]),
        sd=sd,
        unit=row["unit"],
        lever=row["lever"],
        spread=row["spread"],
        population=row["population"],
        citation=row["citation"],
        note=row["note"],
    )
