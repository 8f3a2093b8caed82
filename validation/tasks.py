"""Built-in tasks against published figures: posture, trunk flexion, strength. Prints rows for docs/validation.md.

    python validation/tasks.py

A man of 75 kg and 1.75 m, both sets of muscle parameters. His strengths are not measured, so that the norms draw the
muscles half-way; the exchange rate of the trunk is also shown with the model's own strength and with the norm's.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trochlea.knee.person_leg import ChainSettings, PersonLeg, build_person_leg, strengths_of
from trochlea.knee.strategies import compare_strategies
from trochlea.knee.task_result import TaskResult, person_engine, solve_task
from trochlea.knee.trunk_exchange import trunk_exchange
from trochlea.leg.muscles.muscle_parameters import Generation
from trochlea.motion.task_file import read_task
from trochlea.person.norms import norm_strengths
from trochlea.person.person import Person
from trochlea.person.read import build_person
from trochlea.person.schema import PersonFile

GENERATIONS: tuple[Generation, ...] = ("RajagopalLaiUhlrich2023", "Rajagopal2016")

PAIN = {"hip_adduction_deg": 14.8, "pelvic_drop_deg": 10.3, "trunk_lean_deg": 9.3}
"""`nakagawa-2012-squat`: people with kneecap pain; without: 10.8, 7.4 and 6.7."""

TURN_DEG = 10.0
"""Turn of the femur over its foot that is tried [degrees]."""


def somebody() -> Person:
    """A man of whom nothing but sex, age and size is known."""
    numbers = {"mass_kg": 75.0, "height_m": 1.75, "age_years": 25.0}
    return build_person(PersonFile(sex="male", side=None, label="", numbers=numbers))


def exchange_rows(own: PersonLeg) -> list[tuple[str, str, str]]:
    """Trunk flexion with three strengths, in two tasks."""
    norms = {group: replace(norm, source="measured") for group, norm in norm_strengths(own.person).items()}
    strengths = {
        "between the model's and the norm's": own.strengths.factors,
        "the model's own": dict.fromkeys(own.strengths.factors, 1.0),
        "the norm's": strengths_of(own.leg, own.tests, norms).factors,
    }
    found = []
    for task in ("single_leg_squat", "double_leg_squat"):
        for words, factors in strengths.items():
            leg = replace(own, strengths=replace(own.strengths, factors=factors))
            rate = trunk_exchange(solve_task(own.person, read_task(task), "right", own=leg))
            found.append(
                (
                    f"{task}: a degree of trunk flexion, strength {words}",
                    "-0.9 % (stress in running, teng-2014-trunk)" if task.startswith("single") else "no figure",
                    f"kneecap force {rate.percent_per_degree:+.2f} %, "
                    f"knee moment {rate.moment_percent_per_degree:+.2f} %",
                )
            )
    return found


def squat(own: PersonLeg, settings: Mapping[str, float] | None = None, *, femur_turn: float = 0.0) -> TaskResult:
    """The single-leg squat."""
    return solve_task(own.person, read_task("single_leg_squat", settings), "right", own=own, femur_turn=femur_turn)


def percent(after: float, before: float) -> float:
    """Change [%]."""
    return 100.0 * (after / before - 1.0)


def rows(own: PersonLeg) -> list[tuple[str, str, str]]:
    """What, published, found."""
    usual = squat(own)
    force = usual.values["peak_contact_force_n"].value
    pain = squat(own, PAIN)
    found = exchange_rows(own)
    found += [
        (
            "posture of people with kneecap pain (nakagawa-2012-squat): kneecap force",
            "no figure",
            f"{percent(pain.values['peak_contact_force_n'].value, force):+.1f} %",
        ),
    ]
    turned = squat(own, femur_turn=float(np.radians(TURN_DEG)))
    deepest = len(turned.movement.postures.values) - 1
    found += [
        (
            f"femur turned in over its foot by {TURN_DEG:g} degrees: kneecap force; lateral share; shift",
            "more lateral (directions only)",
            f"{percent(turned.values['peak_contact_force_n'].value, force):+.1f} %; "
            f"{turned.values['lateral_share'].value - usual.values['lateral_share'].value:+.3f}; "
            f"{1e3 * (turned.kneecap.shift[deepest] - usual.kneecap.shift[deepest]):+.1f} mm",
        )
    ]
    for name, ratio in (
        ("hip extension 70 %", {"hip_extension": 0.7}),
        ("hip abduction and external rotation 70 %", {"hip_abduction": 0.7, "hip_external_rotation": 0.7}),
        ("hip abduction 82 %", {"hip_abduction": 0.82}),
    ):
        what_if = compare_strategies(usual, ratio)
        for one in what_if.others:
            names = ("hip_adduction_deg", "trunk_lean_deg", "trunk_flexion_deg")
            adduction, lean, flexion = (one.values[k] - what_if.now.values[k] for k in names)
            found.append(
                (
                    f"{name}: {one.name.replace('_', ' ')}",
                    "what-if",
                    f"adduction {adduction:+.1f}, lean {lean:+.1f}, trunk flexion {flexion:+.1f} degrees; quadriceps "
                    f"{percent(one.quadriceps_force, what_if.now.quadriceps_force):+.1f} %, its share of extension "
                    f"{percent(one.values['quadriceps_dominance'], what_if.now.values['quadriceps_dominance']):+.1f} %",
                )
            )
    return found


def main() -> None:
    """Print a table for each set of muscle parameters."""
    person = somebody()
    for generation in GENERATIONS:
        settings = ChainSettings(muscles=generation)
        own = build_person_leg(person, person_engine(person), "right", settings=settings)
        print(f"\n{generation}\n\n| what | published | found |\n|---|---|---|")
        for row in rows(own):
            print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
