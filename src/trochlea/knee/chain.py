"""From hip to kneecap for one person and one movement: build once, then solve as often as inputs change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult
from trochlea.knee.shape import knee_shape
from trochlea.leg.extensor import ExtensorLoad, ExtensorMechanism
from trochlea.leg.model import LegModel
from trochlea.leg.muscle_parameters import MuscleParameters
from trochlea.leg.muscle_set import parameters_of
from trochlea.leg.muscle_sharing import LegResult, PreparedLeg, prepare_leg, share
from trochlea.leg.strength import StrengthFit, StrengthTests, fit_strengths, strength_tests
from trochlea.motion.motion import Motion, Side
from trochlea.person.measured import Measured
from trochlea.person.person import Person

MASS_TOLERANCE = 0.05
"""A person may differ this much from a model's mass [-]. Assumed: clothes, and scales that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Everything that does not change when strengths or the knee's shape do.

    Attributes:
        person: Who.
        motion: What they do.
        side: Which leg.
        leg: The leg model.
        parameters: Of its muscles, with strength factors 1.
        prepared: Moments and muscle geometry over the movement.
        tests: What each muscle gives in each strength test.
    """

    person: Person
    motion: Motion
    side: Side
    leg: LegModel
    parameters: MuscleParameters
    prepared: PreparedLeg
    tests: StrengthTests


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainResult:
    """One solution of a chain.

    Attributes:
        strengths: Factors of the muscles, and which strengths could be met.
        leg: Moments and muscle forces.
        kneecap: Contact and tracking.
    """

    strengths: StrengthFit
    leg: LegResult
    kneecap: KneecapResult


def build_chain(
    person: Person,
    leg: LegModel,
    motion: Motion,
    side: Side,
    *,
    start: float | None = None,
    end: float | None = None,
    extensor: ExtensorMechanism | None = None,
) -> Chain:
    """Prepare one leg of one person for one movement.

    Args:
        person: Who; the mass must be the model's.
        leg: The leg model.
        motion: The whole movement, with forces.
        side: Which leg.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.
        extensor: Gives the quadriceps' lever arm at the knee, e.g. this person's `extensor_mechanism`; the leg model's
            own pulley if None.

    Raises:
        InputError: If the person's mass is not the model's, or no frame has a ground force for this leg.
    """
    check_mass(person, leg)
    parameters = parameters_of(leg, side)
    return Chain(
        person=person,
        motion=motion,
        side=side,
        leg=leg,
        parameters=parameters,
        prepared=prepare_leg(leg, motion, side, start=start, end=end, extensor=extensor),
        tests=strength_tests(leg, parameters, side, extensor=extensor),
    )


def check_mass(person: Person, leg: LegModel) -> None:
    """Refuse a person whose mass is more than MASS_TOLERANCE off the model's."""
    if abs(person.mass - leg.mass) > MASS_TOLERANCE * leg.mass:
        raise InputError(
            f"{leg.source}: the model weighs {leg.mass:.1f} kg, the person file says {person.mass:.1f} kg; "
            f"expected at most {MASS_TOLERANCE:.0%} apart: give the model scaled to this person, or this person's file"
        )


def solve_chain(
    chain: Chain,
    *,
    strength: Mapping[str, Measured] | None = None,
    knee: Mapping[str, Measured] | None = None,
    vmo_share_factor: float = 1.0,
) -> ChainResult:
    """Muscle forces, then the kneecap, over all frames.

    Args:
        chain: What was built.
        strength: Strength by group [N.m]; the person's if None.
        knee: Shape of the knee, SI; the person's if None.
        vmo_share_factor: Multiplies the oblique share of the vastus medialis force [-].
    """
    strengths, leg = solve_muscles(chain, strength)
    kneecap = solve_knee(chain, leg.extensor, knee=knee, vmo_share_factor=vmo_share_factor)
    return ChainResult(strengths=strengths, leg=leg, kneecap=kneecap)


def solve_muscles(chain: Chain, strength: Mapping[str, Measured] | None = None) -> tuple[StrengthFit, LegResult]:
    """Strength factors that give these strengths, and the muscle forces that follow.

    A given model file keeps its own strength in the groups that were not measured; a leg built from height and mass
    is drawn towards the norms.
    """
    targets = chain.person.strength if strength is None else strength
    if chain.leg.osim is not None:
        targets = {group: target for group, target in targets.items() if target.source == "measured"}
    fit = fit_strengths(chain.tests, targets)
    return fit, share(chain.prepared, chain.parameters, fit.factors)


def solve_knee(
    chain: Chain,
    load: ExtensorLoad,
    *,
    knee: Mapping[str, Measured] | None = None,
    vmo_share_factor: float = 1.0,
) -> KneecapResult:
    """The kneecap under a load; shape as in `solve_chain`."""
    sex = chain.person.sex
    shape = knee_shape(chain.person.knee if knee is None else knee, sex=sex)
    shape = replace(shape, vmo_share=min(1.0, shape.vmo_share * vmo_share_factor))
    return solve_kneecap(build_knee(shape, sex=sex), load)


def at_frames(chain: Chain, frames: NDArray[np.int64]) -> Chain:
    """The same chain at some frames of its window only."""
    prepared, geometry = chain.prepared, chain.prepared.geometry
    fewer = replace(
        geometry,
        lengths=geometry.lengths[frames],
        velocities=geometry.velocities[frames],
        moment_arms=geometry.moment_arms[frames],
        patella_arms=geometry.patella_arms[frames],
    )
    return replace(
        chain,
        prepared=replace(
            prepared,
            times=prepared.times[frames],
            knee_angle=prepared.knee_angle[frames],
            moments=prepared.moments[frames],
            geometry=fewer,
            is_valid=prepared.is_valid[frames],
        ),
    )
