"""A woman and a man with the strengths of the norms, and their right legs, for the exercises."""

from functools import cache
from typing import Literal

import numpy as np

from trochlea.exercise.exercise import LISTED_MUSCLES, activation_of
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_result import TaskResult, person_engine, solve_task
from trochlea.motion.task_file import read_task
from trochlea.person.read import build_person
from trochlea.person.schema import PersonFile

PEOPLE: tuple[tuple[Literal["female", "male"], float, float], ...] = (("female", 62.0, 1.66), ("male", 75.0, 1.78))
"""Sex, mass [kg] and height [m]: ordinary adults of 24 years; published samples were young adults."""

AGE = 24.0


@cache
def legs() -> tuple[PersonLeg, ...]:
    """Right legs of both."""
    found = []
    for sex, mass, height in PEOPLE:
        numbers = {"age_years": AGE, "mass_kg": mass, "height_m": height}
        person = build_person(PersonFile(sex=sex, side="right", label=sex, numbers=numbers))
        found.append(build_person_leg(person, person_engine(person), "right"))
    return tuple(found)


@cache
def _solved(task: str, settings: tuple[tuple[str, float], ...]) -> tuple[TaskResult, ...]:
    return tuple(solve_task(own.person, read_task(task, dict(settings)), "right", own=own) for own in legs())


def solved(task: str, **settings: float) -> tuple[TaskResult, ...]:
    """A task done by both."""
    return _solved(task, tuple(sorted(settings.items())))


def peak_activation(task: str, muscle: str) -> float:
    """Largest activation of one of LISTED_MUSCLES or a single muscle, mean of both people [% of maximum]."""
    members = LISTED_MUSCLES.get(muscle, (muscle,))
    return 100.0 * float(np.mean([activation_of(result.leg, members).max() for result in solved(task)]))
