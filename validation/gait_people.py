"""The people whose gaits are computed for validation, solved down to the kneecap."""

from dataclasses import dataclass

from trochlea.knee.chain import ChainResult, build_chain, solve_chain
from trochlea.knee.task_result import person_engine
from trochlea.leg.gait.gait_motion import GaitMotion, simulate_cycle
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.gait_cycle import GaitCycle, read_gait
from trochlea.motion.timeseries import Array
from trochlea.person.person import Person
from trochlea.person.read import build_person, demo_person
from trochlea.person.schema import PersonFile

GAITS = ("walk", "run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """One person's gait, solved down to the kneecap."""

    who: str
    name: str
    leg: LegModel
    done: GaitMotion
    moments: Array
    result: ChainResult


def people() -> dict[str, Person]:
    """Two people near the middle (assumed), with the norm's strengths, and the example person."""
    return {"woman": _person("female", 62.0, 1.65), "man": _person("male", 75.0, 1.75), "example": demo_person()}


def _person(sex: str, mass: float, height: float) -> Person:
    numbers = {"age_years": 30.0, "mass_kg": mass, "height_m": height}
    return build_person(PersonFile(sex=sex, side="right", label=sex, numbers=numbers))


def solve(who: str, person: Person, cycle: GaitCycle) -> Gait:
    """A gait with given angles."""
    engine = person_engine(person)
    done = simulate_cycle(engine.model, cycle, "right")
    chain = build_chain(person, engine, done.motion, "right", start=done.start, end=done.end)
    moments = chain.prepared.moments[:-1]
    return Gait(who=who, name=cycle.name, leg=engine.model, done=done, moments=moments, result=solve_chain(chain))


def solve_all() -> list[Gait]:
    """Both gaits of everybody."""
    return [solve(who, person, read_gait(name)) for name in GAITS for who, person in people().items()]
