"""The wear index of a person's own movement: all strengths, alignment and patellar height against their norms."""

from dataclasses import replace

from trochlea.knee.chain import Chain, solve_chain
from trochlea.knee.daily_load import ALIGNMENT
from trochlea.knee.wear import LoadCycle, WearIndex, wear_index
from trochlea.person.measured import Measured
from trochlea.person.norms import assume
from trochlea.person.person import Person


def person_at_norm(person: Person) -> Person:
    """The same person with every strength, and the knee's alignment and patellar height, at the norm."""
    strength = {group: _norm(person, group) for group in person.strength}
    alignment = {name: _norm(person, name) for name in ALIGNMENT if name in person.knee}
    return replace(person, strength=strength, knee={**person.knee, **alignment})


def _norm(person: Person, quantity: str) -> Measured:
    return assume(quantity, sex=person.sex, age_years=person.age_years, mass=person.mass, height=person.height)


def movement_wear(chain: Chain, *, per_day: float) -> WearIndex:
    """The wear index of one movement done some times a day.

    Both knees make the same movement; muscles share its moments with the person's strengths, and with the norms. With a
    model file of one's own the file's own strength is the norm: only what was measured differs from it.

    Args:
        chain: One leg of the person in the movement.
        per_day: How often a day this leg does it.

    Raises:
        InputError: If `per_day` is no number above 0.
    """
    norm = person_at_norm(chain.person)
    own, at_norm = solve_chain(chain), solve_chain(chain, strength=norm.strength, knee=norm.knee)
    cycle = LoadCycle(activity=chain.motion.name, per_day=per_day, own=own.kneecap, norm=at_norm.kneecap)
    return wear_index([cycle])
