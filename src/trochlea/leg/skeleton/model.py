"""A leg model, ready for mechanics: MyoLegs, repaired, scaled and compiled."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from trochlea.errors import InputError, ModelError
from trochlea.leg.engine import MjModel, MjSpec, load_engine
from trochlea.leg.opensim.osim import REMEDY, OsimModel
from trochlea.leg.skeleton.anthropometry import length_factors, length_notes, segment_lengths
from trochlea.leg.skeleton.coupled_joints import CoupledJoints, coupled_joints
from trochlea.leg.skeleton.couplings import Coupling, couplings_of
from trochlea.leg.skeleton.gastrocnemius_path import repair_gastrocnemius
from trochlea.leg.skeleton.high_flexion import apply_high_flexion
from trochlea.leg.skeleton.mass_properties import MassProperties, assign
from trochlea.leg.skeleton.myolegs import add_muscle, load_legs
from trochlea.leg.skeleton.patella_path import repair_patella_path
from trochlea.leg.skeleton.path import MusclePath
from trochlea.leg.skeleton.pelvic_wraps import repair_pelvic_wraps
from trochlea.leg.skeleton.repairs import Repair, apply_repairs
from trochlea.leg.skeleton.scaling import Factors, factors_of, scale, scale_couplings
from trochlea.leg.skeleton.segment_masses import landmarks_of, segment_masses
from trochlea.leg.skeleton.upper_body import upper_body
from trochlea.units import GRAVITY

MusclePaths = Literal["rajagopal-2016", "lai-uhlrich-2023"]

MODEL_STATURE = 1.70
"""Stature that the unscaled skeleton stands for [m]. Assumed: the Rajagopal 2016 model has no head, and the
figure is Lai's description of it (`lai-2017-knee`: a man of 170 cm and 75 kg), seen in a secondary source."""

MODEL_SEX = "male"

BODIES = (
    "pelvis",
    "torso",
    *(f"{body}_{side}" for side in "rl" for body in ("femur", "tibia", "patella", "talus", "calcn", "toes")),
)
"""Bodies of the model, each with scale factors of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegModel:
    """Pelvis to both feet, and a rigid trunk on lumbar hinges.

    Ground frame: OpenSim's, x forward, y up, z right. Every joint of the compiled model carries an OpenSim
    coordinate name (pelvis_tilt, ..., hip_flexion_r, ..., lumbar_extension, lumbar_bending, lumbar_rotation)
    except the dependent ones of the knees. There is no free joint, so qpos and qvel have the same order
    and length. Body frames equal OpenSim's: "pelvis", "torso", "femur_r", "tibia_r", "patella_r", "talus_r",
    "calcn_r", "toes_r" and the same with _l.

    Attributes:
        mj: The compiled model: constraints, damping and armature off, gravity along -y.
        muscles: Base names of the muscles of each side, the 40 of MyoLegs and then the added ones.
        coordinates: Names of the independent coordinates, in qpos order.
        couplings: How the dependent joints of the knees follow the knee angle.
        joints: The same for all of them at once.
        mass: Whole body [kg].
        height: Stature that the model stands for [m]; None for a given .osim.
        osim: The given model; None when built from mass and height.
        repairs: What was repaired on loading, and what did not need it.
        source: "anthropometry" or the path of the .osim.
        paths: Which published knee and muscle paths it has.
        factors: Scale factors of every body over the unscaled skeleton.
        notes: What a reader must know, e.g. what was assumed.
    """

    mj: MjModel
    muscles: tuple[str, ...]
    coordinates: tuple[str, ...]
    couplings: tuple[Coupling, ...]
    joints: CoupledJoints
    mass: float
    height: float | None
    osim: OsimModel | None
    repairs: tuple[Repair, ...]
    source: str
    paths: MusclePaths
    factors: Factors
    notes: tuple[str, ...]


def build_leg(
    *,
    mass: float,
    height: float,
    sex: str,
    extra_muscles: tuple[MusclePath, ...] = (),
    paths: MusclePaths = "rajagopal-2016",
) -> LegModel:
    """Leg model of a person of whom only mass, height and sex are known.

    Thigh, shank, foot and width of the pelvis follow a survey's regression on stature, segment masses a published
    table.

    Args:
        mass: Body mass [kg].
        height: Stature [m].
        sex: "female" or "male".
        extra_muscles: Muscles that MyoLegs lacks.
        paths: Published knee and muscle paths: Rajagopal 2016, or Lai 2017 with Uhlrich 2022 for deep flexion.

    Returns:
        The compiled model.

    Raises:
        InputError: If mass or height is not positive, or the sex has no table.
    """
    _check_person(mass, height)
    return build_leg_from_factors(
        length_factors(height=height, sex=sex, model_height=MODEL_STATURE, model_sex=MODEL_SEX),
        mass=mass,
        height=height,
        sex=sex,
        source="anthropometry",
        notes=length_notes(height=height, sex=sex),
        extra_muscles=extra_muscles,
        paths=paths,
    )


def build_leg_from_factors(
    factors: Factors,
    *,
    mass: float,
    height: float,
    sex: str,
    source: str,
    notes: tuple[str, ...],
    extra_muscles: tuple[MusclePath, ...] = (),
    paths: MusclePaths = "rajagopal-2016",
) -> LegModel:
    """Leg model whose bodies are scaled one by one; segment masses follow a published table.

    Args:
        factors: Along each body's own x, y, z, for every body of BODIES.
        mass: Body mass [kg].
        height: Stature [m]; trunk and head fill what the legs leave of it.
        sex: "female" or "male".
        source: Where the factors come from.
        notes: What a reader must know of them.
        extra_muscles: Muscles that MyoLegs lacks.
        paths: Published knee and muscle paths.

    Returns:
        The compiled model.

    Raises:
        InputError: If a factor is missing or not positive, mass or height is not positive, or the sex has no table.
    """
    _check_person(mass, height)
    for body in BODIES:
        if body not in factors or not bool(np.all(np.isfinite(factors[body]) & (factors[body] > 0))):
            raise InputError(f"scale factors of {body}: expected three positive numbers, found {factors.get(body)}")
    spec, couplings, repairs = _skeleton(paths)
    repairs = (*repairs, repair_gastrocnemius(spec, paths))
    for muscle in extra_muscles:
        add_muscle(spec, muscle)
    scale(spec, factors)
    ankle_height = segment_lengths(height=height, sex=sex)["ankle_height"].value
    masses = segment_masses(mass=mass, height=height, sex=sex, landmarks=landmarks_of(spec, ankle_height))
    return _compile(
        spec,
        masses,
        scale_couplings(couplings, factors),
        repairs,
        extra_muscles,
        gravity=GRAVITY,
        height=height,
        osim=None,
        source=source,
        paths=paths,
        factors=factors,
        notes=(*notes, "published: segment masses of de Leva 1996; arms hang and belong to the trunk"),
    )


def _check_person(mass: float, height: float) -> None:
    for name, value, unit in (("mass", mass, "kg"), ("height", height, "m")):
        if not (np.isfinite(value) and value > 0):
            raise InputError(f"{name}: expected a positive number of {unit}, found {value}")


def build_leg_from_osim(osim: OsimModel, *, extra_muscles: tuple[MusclePath, ...] = ()) -> LegModel:
    """Leg model scaled to a given .osim, with its masses.

    Args:
        osim: A model scaled from Rajagopal 2016 or RajagopalLaiUhlrich2023; the paths are recognised.
        extra_muscles: Muscles that MyoLegs lacks.

    Returns:
        The compiled model.

    Raises:
        ModelError: If the model's geometry is neither of the two, scaled.
    """
    if abs(osim.gravity[0]) > 1e-9 or abs(osim.gravity[2]) > 1e-9 or osim.gravity[1] >= 0:
        raise ModelError(f"{osim.path}: gravity: expected along -y, found {osim.gravity}; {REMEDY}")
    spec, couplings, repairs, factors, paths = _fitting_skeleton(osim)
    repairs = (*repairs, repair_gastrocnemius(spec, paths))
    for muscle in extra_muscles:
        add_muscle(spec, muscle)
    scale(spec, factors)
    masses = {body.name: osim.bodies[body.name] for body in spec.bodies if body.name in osim.bodies}
    masses["torso"] = upper_body(osim)
    notes = (
        "the arms belong to the trunk, hanging; leg moments do not depend on them when ground forces are measured",
    )
    return _compile(
        spec,
        masses,
        scale_couplings(couplings, factors),
        repairs,
        extra_muscles,
        gravity=-float(osim.gravity[1]),
        height=None,
        osim=osim,
        source=osim.path,
        paths=paths,
        factors=factors,
        notes=notes,
    )


def _skeleton(paths: MusclePaths) -> tuple[MjSpec, tuple[Coupling, ...], tuple[Repair, ...]]:
    """Repaired, unscaled legs with the chosen knee and muscle paths; the couplings are out of the spec."""
    spec = load_legs()
    repairs = apply_repairs(spec)
    couplings, patella_path = repair_patella_path(couplings_of(spec))
    for equality in list(spec.equalities):
        spec.delete(equality)
    if paths == "lai-uhlrich-2023":
        couplings = apply_high_flexion(spec, couplings)
    elif paths != "rajagopal-2016":
        raise InputError(f"muscle paths: expected one of {', '.join(get_args(MusclePaths))}, found {paths!r}")
    return spec, couplings, (*repairs, patella_path, repair_pelvic_wraps(spec))


def _fitting_skeleton(
    osim: OsimModel,
) -> tuple[MjSpec, tuple[Coupling, ...], tuple[Repair, ...], Factors, MusclePaths]:
    """The skeleton that scaling can turn into the given model, and the scale factors that do it."""
    refusals = []
    for paths in get_args(MusclePaths):
        spec, couplings, repairs = _skeleton(paths)
        try:
            return spec, couplings, repairs, factors_of(spec, osim), paths
        except ModelError as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _compile(
    spec: MjSpec,
    masses: dict[str, MassProperties],
    couplings: tuple[Coupling, ...],
    repairs: tuple[Repair, ...],
    extra_muscles: tuple[MusclePath, ...],
    *,
    gravity: float,
    height: float | None,
    osim: OsimModel | None,
    source: str,
    paths: MusclePaths,
    factors: Factors,
    notes: tuple[str, ...],
) -> LegModel:
    mujoco = load_engine()
    for name, properties in masses.items():
        assign(spec.body(name), properties)
    for joint in spec.joints:
        joint.damping = np.zeros_like(joint.damping)
        joint.armature = 0.0
        joint.limited = mujoco.mjtLimited.mjLIMITED_FALSE
    spec.compiler.balanceinertia = False
    spec.option.gravity = [0.0, -gravity, 0.0]
    spec.option.disableflags = int(mujoco.mjtDisableBit.mjDSBL_CONSTRAINT)
    mj = spec.compile()
    dependent = {coupling.joint for coupling in couplings}
    names = [mj.joint(i).name for i in range(mj.njnt)]
    right = sorted(mj.tendon(i).name for i in range(mj.ntendon) if mj.tendon(i).name.endswith("_r_tendon"))
    muscles = [name.removesuffix("_r_tendon") for name in right]
    added = [muscle.name for muscle in extra_muscles]
    coordinates = tuple(name for name in names if name not in dependent)
    return LegModel(
        mj=mj,
        muscles=(*(name for name in muscles if name not in added), *added),
        coordinates=coordinates,
        couplings=couplings,
        joints=coupled_joints(mj, coordinates, couplings),
        mass=float(mj.body_mass.sum()),
        height=height,
        osim=osim,
        repairs=repairs,
        source=source,
        paths=paths,
        factors=factors,
        notes=notes,
    )
