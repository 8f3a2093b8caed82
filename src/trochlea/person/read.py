"""From a person file to a `Person`: converted to SI, with norms for what was not measured."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from trochlea.person.alternative import converted
from trochlea.person.groove import complete_groove
from trochlea.person.key import KNEE_KEYS, POSTURE_KEYS, STRENGTH_GROUPS, STYLE_KEY, NumberKey
from trochlea.person.measured import Measured
from trochlea.person.norms import assume
from trochlea.person.person import Person, Symptoms
from trochlea.person.schema import PersonFile, load_person_file
from trochlea.person.template import write_template
from trochlea.units import GRAVITY

USUAL_STYLE = Measured(value=0.0, sd=None, unit="-", source="assumed", note="as people without kneecap pain")
"""Movement style of a person of whom nothing else is known."""

__all__ = ["build_person", "demo_person", "read_person", "write_template"]


def read_person(path: Path | str) -> Person:
    """A person from a YAML file; what the file does not give is assumed and marked so.

    Raises:
        FormatError: If the file is no valid person file.
    """
    return build_person(load_person_file(path))


def demo_person() -> Person:
    """The invented person that ships with the package."""
    with resources.as_file(resources.files("trochlea.person").joinpath("demo.yaml")) as path:
        return read_person(path)


def build_person(file: PersonFile) -> Person:
    """A person in SI units, with norms for what the file does not give."""
    numbers = file.numbers
    mass, height, age_years = numbers["mass_kg"], numbers["height_m"], numbers["age_years"]

    def norm(quantity: str) -> Measured:
        return assume(quantity, sex=file.sex, age_years=age_years, mass=mass, height=height)

    strength = {group: _measured_strength(file, group, mass) or norm(group) for group in STRENGTH_GROUPS}
    measured = _measured(numbers, KNEE_KEYS)

    def size(quantity: str) -> float:
        return measured.get(quantity, norm(quantity)).value

    measured |= converted(numbers, size)
    knee = complete_groove(measured, {key.quantity: norm(key.quantity) for key in KNEE_KEYS})
    return Person(
        label=file.label or "person",
        sex=file.sex,
        age_years=age_years,
        mass=mass,
        height=height,
        side=file.side or "right",
        side_source="measured" if file.side else "assumed",
        strength=strength,
        strength_readings=file.strength_readings,
        knee=knee,
        posture={name.removeprefix("observed_"): angle for name, angle in _measured(numbers, POSTURE_KEYS).items()},
        movement_style=_measured(numbers, (STYLE_KEY,)).get(STYLE_KEY.quantity, USUAL_STYLE),
        symptoms=Symptoms(worst_pain=numbers.get("worst_pain_nprs"), akps=numbers.get("akps")),
    )


def _measured(numbers: Mapping[str, float], keys: tuple[NumberKey, ...]) -> dict[str, Measured]:
    """What the file gives of some keys, by quantity, in SI units."""
    return {
        key.quantity: Measured(value=numbers[key.name] * key.factor, sd=None, unit=key.si_unit, source="measured")
        for key in keys
        if key.name in numbers
    }


def _measured_strength(file: PersonFile, group: str, mass: float) -> Measured | None:
    """A group's strength as a moment, or None if the file does not give it."""
    numbers = file.numbers
    if f"{group}_nm" in numbers:
        return Measured(value=numbers[f"{group}_nm"], sd=None, unit="N.m", source="measured")
    if f"{group}_n" in numbers:
        force, words = numbers[f"{group}_n"], f"{numbers[f'{group}_n']:g} N"
    elif f"{group}_percent_bw" in numbers:
        share = numbers[f"{group}_percent_bw"]
        force, words = share / 100 * mass * GRAVITY, f"{share:g} % of body weight"
    else:
        return None
    lever = numbers[f"{group}_lever_arm_m"]
    note = f"{words} at a lever arm of {lever:g} m"
    return Measured(value=force * lever, sd=None, unit="N.m", source="measured", note=note)
