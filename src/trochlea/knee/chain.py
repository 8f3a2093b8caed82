"""From hip to kneecap for one person and one movement: build once, then solve as often as inputs change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.extensor_mechanism import extensor_mechanism
from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult
from trochlea.knee.setup import knee_setup
from trochlea.knee.shape import knee_shape
from trochlea.leg.extensor import ExtensorLoad, ExtensorMechanism
from trochlea.leg.knee_rotation import Case, KneeRotation, rotation_at, with_rotation
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscle_parameters import Generation, MuscleParameters
from trochlea.leg.muscle_sharing import DEFAULT_SHARING, Sharing, share
from trochlea.leg.prepared_leg import PreparedLeg, prepare_leg, prepared_at
from trochlea.leg.rotation_evidence import NO_EVIDENCE, RotationEvidence, rotation_of
from trochlea.leg.strength_fit import StrengthFit, fit_strengths
from trochlea.leg.strength_tests import StrengthTests, strength_tests
from trochlea.motion.motion import Motion, Side
from trochlea.person.measured import Measured
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
        InputError: If the person's mass is not the model's, or no frame has a ground force for this leg.
    """
    check_mass(person, leg)
    parameters = leg.parameters(side, generation=settings.muscles)
    prepared = prepare_leg(leg, motion, side, start=start, end=end)
    extensor, notes = _extensor(person, prepared, settings.lever_arm)
    return Chain(
        person=person,
        motion=motion,
        side=side,
        leg=leg,
        parameters=parameters,
        prepared=prepared,
        tests=strength_tests(leg, parameters, side, extensor=extensor),
        extensor=extensor,
        rotation=rotation_of(leg, motion, prepared, settings.rotation),
        settings=settings,
        notes=notes,
    )


def _extensor(
    person: Person, prepared: PreparedLeg, lever_arm: LeverArm
) -> tuple[ExtensorMechanism | None, tuple[str, ...]]:
    """The knee's table over the movement and the strength tests, or None for the pulley, and what must be said."""
    if lever_arm == "pulley":
        return None, ()
    try:
        table = extensor_mechanism(knee_setup(person))
    except InputError as error:
        return None, (f"the leg model's lever arm stands in for the knee's own: {error}",)
    angles = prepared.knee_angle  # also where there is no force: the muscles are placed there too
    low, high = table.flexion[[0, -1]]
    if angles.min() >= low and angles.max() <= high:
        return table, ()
    return None, (
        "the leg model's lever arm stands in for the knee's own: the knee bends from "
        f"{np.degrees(angles.min()):.0f} to {np.degrees(angles.max()):.0f} degrees and its kneecap has an equilibrium "
        f"in the groove from {np.degrees(low):.0f} to {np.degrees(high):.0f} degrees only",
    )


def check_mass(person: Person, leg: LegEngine) -> None:
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
    if chain.leg.has_own_strength:
        targets = {group: target for group, target in targets.items() if target.source == "measured"}
    fit = fit_strengths(chain.tests, targets)
    return fit, share_muscles(chain, fit.factors)


def share_muscles(chain: Chain, factors: Mapping[str, float]) -> LegResult:
    """Muscle forces with these strength factors by muscle [-]."""
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
