"""Every exercise weighed for one person: what it trains against what it costs the kneecap."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trochlea.errors import InputError
from trochlea.exercise.exercise import LISTED_MUSCLES, Exercise, exercise_of
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_result import person_engine, solve_task
from trochlea.motion.motion import Side
from trochlea.motion.task_file import read_task, task_names
from trochlea.person.person import Person

BY_RATIO = "target/kneecap"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseTable:
    """Exercises of one person and one leg.

    Attributes:
        person: Who.
        side: The working leg.
        exercises: Those that the person can do.
        refused: Why the others cannot be done, or their load is not known, by name of the task.
    """

    person: Person
    side: Side
    exercises: tuple[Exercise, ...]
    refused: Mapping[str, str]


def exercise_table(
    person: Person,
    side: Side,
    *,
    names: tuple[str, ...] | None = None,
    settings: Mapping[str, Mapping[str, float]] | None = None,
    own: PersonLeg | None = None,
) -> ExerciseTable:
    """Solve every exercise for one person with one leg model.

    Args:
        person: Who.
        side: The working leg.
        names: Tasks; all built-in ones if None.
        settings: Inputs that are set, by task.
        own: The person's leg; built if None.
    """
    own = build_person_leg(person, person_engine(person), side) if own is None else own
    found: list[Exercise] = []
    refused: dict[str, str] = {}
    for name in task_names() if names is None else names:
        task = read_task(name, (settings or {}).get(name))
        try:
            found.append(exercise_of(solve_task(person, task, side, own=own)))
        except InputError as error:
            refused[name] = str(error)
    return ExerciseTable(person=person, side=side, exercises=tuple(found), refused=MappingProxyType(refused))


ORDERS: dict[str, Callable[[Exercise], float]] = {
    BY_RATIO: lambda one: -one.ratio,
    "target": lambda one: -one.target_activation,
    "kneecap": lambda one: one.peak_contact_force_bw,
    "pressure": lambda one: one.peak_pressure,
    **{name: lambda one, name=name: -one.peak_activation[name] for name in LISTED_MUSCLES},
}
"""What exercises can be sorted by, best first: much training, little load."""


def sorted_exercises(exercises: tuple[Exercise, ...], by: str) -> tuple[Exercise, ...]:
    """Exercises in one of ORDERS; where that is equal, the one that trains more comes first.

    Raises:
        InputError: If there is no such order.
    """
    check_order(by)
    return tuple(sorted(exercises, key=lambda one: (ORDERS[by](one), -one.target_activation, one.name)))


def check_order(by: str) -> None:
    """Refuse an order that is none of ORDERS."""
    if by not in ORDERS:
        raise InputError(f"sort by {by!r}: expected one of {', '.join(ORDERS)}")
