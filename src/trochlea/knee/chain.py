"""From hip to kneecap for one person and one movement: build once, then solve as often as inputs change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.person_leg import (
    DEFAULT_SETTINGS,
    ChainSettings,
    PersonLeg,
    build_person_leg,
    strengths_of,
    within_table,
)
from trochlea.knee.result import KneecapResult
from trochlea.knee.shape import knee_shape
from trochlea.leg.extensor import ExtensorLoad, ExtensorMechanism
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.leg_result import LegResult
from trochlea.leg.motion_origin import refuse_foreign_motion
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.muscles.strength_fit import StrengthFit
from trochlea.leg.muscles.strength_tests import StrengthTests
from trochlea.leg.prepared_leg import PreparedLeg, prepare_leg, prepared_at
from trochlea.leg.rotation.knee_rotation import Case, KneeRotation, rotation_at, with_rotation
from trochlea.leg.rotation.rotation_evidence import rotation_of
from trochlea.motion.motion import Motion, Side
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured
from trochlea.person.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Everything that does not change when strengths or the knee's shape do.

    The quadriceps' lever arm is that of the person's best values; it is not made anew for every drawn knee.

    Attributes:
        person: Who.
        motion: What they do.
        side: Which leg.
        leg: The leg model.
        parameters: Of its muscles, with strength factors 1.
        prepared: Moments and muscle geometry over the movement.
        tests: What each muscle gives in each strength test.
        strengths: Factors of the muscles that give the person's strengths.
        norm_factors: Factors of the muscles if each measured strength were the norm [-].
        extensor: Gives the quadriceps' lever arm at the knee; None for the leg model's own pulley.
        rotation: Femoral rotation that reaches the knee.
        settings: How it is computed.
        notes: What stood in for what was asked for.
    """

    person: Person
    motion: Motion
    side: Side
    leg: LegEngine
    parameters: MuscleParameters
    prepared: PreparedLeg
    tests: StrengthTests
    strengths: StrengthFit
    norm_factors: Mapping[str, float]
    extensor: ExtensorMechanism | None
    rotation: KneeRotation
    settings: ChainSettings
    notes: tuple[str, ...]


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
    leg: LegEngine,
    motion: Motion,
    side: Side,
    *,
    start: float | None = None,
    end: float | None = None,
    settings: ChainSettings = DEFAULT_SETTINGS,
) -> Chain:
    """Prepare one leg of one person for one movement.

    Args:
        person: Who; the mass must be the model's.
        leg: The leg model.
        motion: The whole movement, with forces.
        side: Which leg.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.
        settings: How it is computed.

    Raises:
        InputError: If the person's mass is not the model's, measured joint angles meet a leg made from height alone, or
            no frame has a ground force for this leg.
    """
    return chain_of(build_person_leg(person, leg, side, settings=settings), motion, start=start, end=end)


def chain_of(own: PersonLeg, motion: Motion, *, start: float | None = None, end: float | None = None) -> Chain:
    """A chain for one more movement of a leg that is built; arguments as in `build_chain`."""
    refuse_foreign_motion(own.leg, motion)
    prepared = prepare_leg(own.leg, motion, own.side, start=start, end=end)
    own = within_table(own, prepared.knee_angle)  # also where there is no force: the muscles are placed there too
    return Chain(
        person=own.person,
        motion=motion,
        side=own.side,
        leg=own.leg,
        parameters=own.parameters,
        prepared=prepared,
        tests=own.tests,
        strengths=own.strengths,
        norm_factors=own.norm_factors,
        extensor=own.extensor,
        rotation=rotation_of(own.leg, motion, prepared, own.settings.rotation),
        settings=own.settings,
        notes=own.notes,
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
    """Strength factors that give these strengths (the person's if None), and the muscle forces that follow."""
    fit = strengths_of(chain.leg, chain.tests, chain.person.strength if strength is None else strength)
    return fit, share_muscles(chain, fit.factors)


def share_muscles(chain: Chain, factors: Mapping[str, float | Array]) -> LegResult:
    """Muscle forces with these strength factors by muscle, each a number or one for each frame [-]."""
    return share(chain.prepared, chain.parameters, factors, extensor=chain.extensor, sharing=chain.settings.sharing)


def solve_knee(
    chain: Chain,
    load: ExtensorLoad,
    *,
    knee: Mapping[str, Measured] | None = None,
    vmo_share_factor: float = 1.0,
    rotation: Case = "best",
) -> KneecapResult:
    """The kneecap under a load of muscles, and the femoral rotation of one case; shape as in `solve_chain`."""
    sex = chain.person.sex
    shape = knee_shape(chain.person.knee if knee is None else knee, sex=sex)
    shape = replace(shape, vmo_share=min(1.0, shape.vmo_share * vmo_share_factor))
    return solve_kneecap(build_knee(shape, sex=sex), with_rotation(load, chain.rotation, rotation))


def at_frames(chain: Chain, frames: NDArray[np.int64]) -> Chain:
    """The same chain at some frames of its window only."""
    return replace(chain, prepared=prepared_at(chain.prepared, frames), rotation=rotation_at(chain.rotation, frames))
