"""One leg of one person, whatever the movement: muscles, the knee's lever arm, and how strong each muscle must be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.setup import knee_setup
from trochlea.leg.extensor import ExtensorMechanism
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.muscles.muscle_parameters import Generation, MuscleParameters
from trochlea.leg.muscles.muscle_sharing import DEFAULT_SHARING, Sharing
from trochlea.leg.muscles.strength_fit import StrengthFit, fit_strengths
from trochlea.leg.muscles.strength_tests import StrengthTests, standard_positions, strength_tests
from trochlea.leg.rotation.rotation_evidence import NO_EVIDENCE, RotationEvidence
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured
from trochlea.person.norms import norm_strengths
from trochlea.person.person import Person

MASS_TOLERANCE = 0.05
"""A person may differ this much from a model's mass [-]. Assumed: clothes, and scales that differ."""

LeverArm = Literal["knee", "pulley"]
"""Where the quadriceps' lever arm at the knee comes from: the person's own knee at equilibrium, or the leg model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainSettings:
    """Choices of how a chain is computed.

    Attributes:
        lever_arm: Whose lever arm the quadriceps has at the knee. The leg model's stands in, with a note, for a knee
            that has no equilibrium in its groove over the whole movement.
        muscles: Published set of muscle parameters; the model's own, else the default set, if None.
        sharing: What muscle sharing makes least.
        rotation: What is known of the femur's rotation besides the joint angles.
    """

    lever_arm: LeverArm = "knee"
    muscles: Generation | None = None
    sharing: Sharing = DEFAULT_SHARING
    rotation: RotationEvidence = NO_EVIDENCE

    def __post_init__(self) -> None:
        """Refuse a lever arm that nobody has."""
        if self.lever_arm not in get_args(LeverArm):
            raise InputError(f"lever arm {self.lever_arm!r}: expected {' or '.join(get_args(LeverArm))}")


DEFAULT_SETTINGS = ChainSettings()
"""The knee's lever arm, the model's muscles, least squared activations, no evidence of rotation but joint angles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLeg:
    """One leg of one person, ready for any movement.

    Attributes:
        person: Who.
        side: Which leg.
        leg: The leg model.
        parameters: Of its muscles, with strength factors 1.
        extensor: Gives the quadriceps' lever arm at the knee; None for the leg model's own pulley.
        tests: What each muscle gives in each strength test.
        strengths: Factors of the muscles that give the person's strengths.
        norm_factors: Factors of the muscles if each measured strength were the norm of sex, age, mass and height [-].
        settings: How it is computed.
        notes: What stood in for what was asked for.
    """

    person: Person
    side: Side
    leg: LegEngine
    parameters: MuscleParameters
    extensor: ExtensorMechanism | None
    tests: StrengthTests
    strengths: StrengthFit
    norm_factors: Mapping[str, float]
    settings: ChainSettings
    notes: tuple[str, ...]


def build_person_leg(
    person: Person, leg: LegEngine, side: Side, *, settings: ChainSettings = DEFAULT_SETTINGS
) -> PersonLeg:
    """One leg of one person; build it once for all movements.

    Args:
        person: Who; the mass must be the model's.
        leg: The leg model.
        side: Which leg.
        settings: How it is computed.

    Raises:
        InputError: If the person's mass is not the model's.
    """
    check_mass(person, leg)
    extensor, notes = _own_arm(person) if settings.lever_arm == "knee" else (None, ())
    parameters = leg.parameters(side, generation=settings.muscles)
    raw = strength_tests(leg, parameters, side, extensor=extensor)
    tests = tests_of(person, raw)
    strengths = strengths_of(leg, tests, person.strength)
    return PersonLeg(
        person=person,
        side=side,
        leg=leg,
        parameters=parameters,
        extensor=extensor,
        tests=tests,
        strengths=strengths,
        norm_factors=_norm_factors(leg, raw, person, strengths),
        settings=settings,
        notes=notes,
    )


def _own_arm(person: Person) -> tuple[ExtensorMechanism | None, tuple[str, ...]]:
    """The knee's table, or None for the pulley if it does not reach the strength tests, and what must be said."""
    try:
        table = extensor_mechanism(knee_setup(person))
    except InputError as error:
        return None, (f"the leg model's lever arm stands in for the knee's own: {error}",)
    note = _beyond(table, np.array([one.angles.get("knee_angle", 0.0) for one in standard_positions()]))
    return (table, ()) if note is None else (None, (note,))


def _beyond(table: ExtensorMechanism, angles: Array) -> str | None:
    """What must be said of knee angles [rad] outside a table; None if it holds them all."""
    low, high = table.flexion[[0, -1]]
    if angles.min() >= low and angles.max() <= high:
        return None
    return (
        "the leg model's lever arm stands in for the knee's own: the knee bends from "
        f"{np.degrees(angles.min()):.0f} to {np.degrees(angles.max()):.0f} degrees and its kneecap has an equilibrium "
        f"in the groove from {np.degrees(low):.0f} to {np.degrees(high):.0f} degrees only"
    )


def within_table(own: PersonLeg, angles: Array) -> PersonLeg:
    """The same leg for a movement's knee angles [rad]: with the leg model's pulley if they leave the knee's table."""
    note = None if own.extensor is None else _beyond(own.extensor, angles)
    if note is None:
        return own
    raw = strength_tests(own.leg, own.parameters, own.side)
    tests = tests_of(own.person, raw)
    strengths = strengths_of(own.leg, tests, own.person.strength)
    return replace(
        own,
        extensor=None,
        tests=tests,
        strengths=strengths,
        norm_factors=_norm_factors(own.leg, raw, own.person, strengths),
        notes=(*own.notes, note),
    )


def _norm_factors(leg: LegEngine, tests: StrengthTests, person: Person, own: StrengthFit) -> Mapping[str, float]:
    """Factors with the norm in place of what was measured; the person's own if nothing was."""
    if all(strength.source != "measured" for strength in person.strength.values()):
        return own.factors
    return strengths_of(leg, tests, norm_strengths(person)).factors


def tests_of(person: Person, raw: StrengthTests) -> StrengthTests:
    """Strength tests as this person's measured strengths are read; norms are raw readings."""
    if person.strength_readings == "raw":
        return raw
    return raw.corrected([group for group, strength in person.strength.items() if strength.source == "measured"])


def strengths_of(leg: LegEngine, tests: StrengthTests, strength: Mapping[str, Measured]) -> StrengthFit:
    """Strength factors of the muscles that give these strengths by group [N.m].

    A given model file keeps its own strength in the groups that were not measured; a leg built from height and mass
    is drawn towards the norms.
    """
    if leg.has_own_strength:
        strength = {group: target for group, target in strength.items() if target.source == "measured"}
    return fit_strengths(tests, strength)


def check_mass(person: Person, leg: LegEngine) -> None:
    """Refuse a person whose mass is more than MASS_TOLERANCE off the model's."""
    if abs(person.mass - leg.mass) > MASS_TOLERANCE * leg.mass:
        raise InputError(
            f"{leg.source}: the model weighs {leg.mass:.1f} kg, the person file says {person.mass:.1f} kg; "
            f"expected at most {MASS_TOLERANCE:.0%} apart: give the model scaled to this person, or this person's file"
        )
