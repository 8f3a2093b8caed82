"""A leg model of any family as the OpenSim wheel holds it, stripped to what kinematics and statics need."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from trochlea.errors import ModelError
from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.leg.opensim.family import ModelFamily, recognise_family
from trochlea.leg.opensim.opensim_coordinate import OpensimCoordinate, opensim_coordinates
from trochlea.leg.opensim.opensim_coupler import OpensimCoupler, read_couplers
from trochlea.leg.opensim.opensim_path import unit_pull
from trochlea.leg.opensim.opensim_program import Opensim, has_opensim, load_opensim
from trochlea.leg.opensim.osim import osim_document
from trochlea.motion.motion import Side

READABLE_VERSION = 40000
"""Files of older OpenSim are brought up to date by the program before their family is told."""

ACTING_ARM = 1e-6
"""A muscle with a smaller moment arm about every axis of its leg does not act on the leg [m]. Assumed: rounding leaves
1e-17, the smallest arm of the known families is 0.1 mm."""

REQUIRED_COORDINATES = ("hip_flexion", "knee_angle", "ankle_angle")
"""Without one of these, muscles that cross its joint would be free of its moment."""

REDUCED_FAMILIES = ("gait2354", "gait10dof")
"""Families in which one muscle stands for several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensimMuscle:
    """One muscle that acts on a leg.

    Attributes:
        name: Base name: ours where the family has a counterpart, else the model's own.
        muscle: The program's object.
    """

    name: str
    muscle: Opensim


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensimModel:
    """A model in the program's hands: every force but gravity is off, no coordinate is locked.

    Attributes:
        path: The file.
        family: Names and signs that lead to ours.
        model: The program's model.
        state: The program's state, of which every computation takes a copy.
        coordinates: In the order of the pose's columns.
        couplers: Drivers before what they drive.
        muscles: By side, in the model's order.
        n_bodies: Bodies of the program, ground included.
        mass: Whole body [kg].
        notes: What a reader must know.
    """

    path: str
    family: ModelFamily
    model: Opensim
    state: Opensim
    coordinates: tuple[OpensimCoordinate, ...]
    couplers: tuple[OpensimCoupler, ...]
    muscles: dict[Side, tuple[OpensimMuscle, ...]]
    n_bodies: int
    mass: float
    notes: tuple[str, ...]

    def index(self, ours: str) -> int | None:
        """Column of one of our coordinates, or None where the model does not move there."""
        return next((i for i, c in enumerate(self.coordinates) if c.ours == ours), None)

    def body(self, name: str) -> Opensim:
        """A body of the program, or None."""
        bodies = self.model.getBodySet()
        return bodies.get(name) if bodies.contains(name) else None


def read_opensim_model(path: Path | str) -> OpensimModel:
    """Load a model into the wheel.

    Args:
        path: A .osim file of any version.

    Raises:
        FormatError: If the file is not a model.
        ModelError: If the wheel is not installed or cannot load the model, if a coordinate of a leg cannot be told,
            or if the model has constraints other than coordinate couplers.
    """
    version = file_version(path)
    if not has_opensim():
        raise ModelError(f"{path}: only the OpenSim engine runs it; pip install 'trochlea[opensim]'")
    opensim = load_opensim()
    model = _load(opensim, path)
    family = _family(model, path, version)
    passive, disabled = _strip(opensim, model)
    state = model.initSystem()
    members = model.getCoordinateSet()
    names = tuple(members.get(i).getName() for i in range(members.getSize()))
    couplers = read_couplers(opensim, model, names, str(path))
    model.realizeDynamics(state)
    n_bodies = len(model.getGravityBodyForces(state))
    gravity = model.getGravity().to_numpy()
    if abs(gravity[0]) > 1e-9 or abs(gravity[2]) > 1e-9 or gravity[1] >= 0:
        raise ModelError(f"{path}: gravity: expected along -y, found {gravity}; turn the model's ground to y up")
    loaded = OpensimModel(
        path=str(path),
        family=family,
        model=model,
        state=state,
        coordinates=opensim_coordinates(opensim, model, state, family, couplers, str(path)),
        couplers=couplers,
        muscles={},
        n_bodies=n_bodies,
        mass=float(model.getTotalMass(state)),
        notes=(),
    )
    _check_bodies(loaded)
    model.realizePosition(state)
    muscles, idle = _muscles(opensim, loaded, disabled)
    return replace(loaded, muscles=muscles, notes=_notes(loaded, idle, passive))


def file_version(path: Path | str) -> int:
    """Version of the file's format, e.g. 40000; refuses what is not a model before the program sees it.

    Raises:
        FormatError: If the file is not a model.
    """
    version = osim_document(Path(path)).get("Version", "")
    return int(version) if version.isdigit() else 0


def _load(opensim: Opensim, path: Path | str) -> Opensim:
    try:
        return opensim.Model(str(path))
    except RuntimeError as error:
        reason = str(error).split("(std::string const &)': ")[-1].splitlines()[0].removesuffix(" It will be ignored.")
        raise ModelError(
            f"{path}: OpenSim {opensim.GetVersion()} cannot load it ({reason}); remove that part from the model, or "
            "give one made of the standard parts"
        ) from None


def _family(model: Opensim, path: Path | str, version: int) -> ModelFamily:
    """The family of a file, or of what the program makes of an old one."""
    if version >= READABLE_VERSION:
        return recognise_family(path)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model.osim"
        model.printToXML(str(copy))
        return replace(recognise_family(copy), path=str(path))


def _strip(opensim: Opensim, model: Opensim) -> tuple[list[str], set[str]]:
    """Turn every force off; names of forces that are not actuators, and of muscles that were off already."""
    passive, disabled = [], set()
    forces = model.updForceSet()
    for i in range(forces.getSize()):
        force = forces.get(i)
        if opensim.Actuator.safeDownCast(force) is None:
            passive.append(force.getName())
        elif not force.get_appliesForce():
            disabled.add(force.getName())
        force.set_appliesForce(False)
    return passive, disabled


def _check_bodies(loaded: OpensimModel) -> None:
    """A leg needs hip, knee and ankle that can be told, and the body that the ground pushes on."""
    legs = [side for side in "rl" if loaded.index(f"knee_angle_{side}") is not None]
    if not legs:
        found = ", ".join(c.name for c in loaded.coordinates[:8])
        raise ModelError(
            f"{loaded.path}: no knee can be told among its coordinates ({found}, ...); expected knee_angle_r or "
            "knee_angle_l: rename them as in the Rajagopal or gait2392 models"
        )
    for side in legs:
        for name in REQUIRED_COORDINATES:
            if loaded.index(f"{name}_{side}") is None:
                raise ModelError(
                    f"{loaded.path}: has knee_angle_{side} but no coordinate {name}_{side}; rename the one that it is"
                )
        if loaded.body(f"calcn_{side}") is None:
            raise ModelError(f"{loaded.path}: has no body 'calcn_{side}', on which the ground pushes; rename the foot")


def _muscles(
    opensim: Opensim, loaded: OpensimModel, disabled: set[str]
) -> tuple[dict[Side, tuple[OpensimMuscle, ...]], tuple[str, ...]]:
    """Muscles of each leg that are on and act on it, and the names of the others."""
    ours = {m.theirs: m.ours for m in loaded.family.muscles}
    members = loaded.model.getMuscles()
    acting: dict[Side, list[OpensimMuscle]] = {"right": [], "left": []}
    idle = []
    for i in range(members.getSize()):
        muscle = members.get(i)
        name = muscle.getName()
        side: Side | None = "right" if name.endswith("_r") else "left" if name.endswith("_l") else None
        if side is None or name in disabled or not _acts(opensim, loaded, muscle, side):
            idle.append(name)
            continue
        acting[side].append(OpensimMuscle(name=ours[name] if name in ours else name[:-2], muscle=muscle))
    return {side: tuple(muscles) for side, muscles in acting.items()}, tuple(idle)


def _acts(opensim: Opensim, loaded: OpensimModel, muscle: Opensim, side: Side) -> bool:
    """Whether a muscle has a moment arm about an axis of its own leg, in the model's default posture."""
    along = unit_pull(opensim, loaded.model, loaded.state, muscle.getPath(), loaded.n_bodies).along
    columns = [loaded.index(f"{name}_{side[0]}") for name in LEG_COORDINATES]
    arms = [along[loaded.coordinates[column].state_index] for column in columns if column is not None]
    return bool(np.max(np.abs(arms), initial=0.0) > ACTING_ARM)


def _notes(loaded: OpensimModel, idle: tuple[str, ...], passive: list[str]) -> tuple[str, ...]:
    """What a reader must know about the model."""
    notes = []
    sides = [side for side in "rl" if loaded.index(f"knee_angle_{side}") is not None]
    absent = [name for name in LEG_COORDINATES if sides and loaded.index(f"{name}_{sides[0]}") is None]
    if absent:
        notes.append(f"the model does not move along {', '.join(absent)}: no moment is asked of its muscles there")
    if len(sides) == 1:
        notes.append(f"the model has only the {'right' if sides == ['r'] else 'left'} leg")
    if idle:
        notes.append(
            f"muscles that do not act on a leg, or that the model switches off, are left out: {', '.join(idle)}"
        )
    if passive:
        notes.append(f"the model's own passive forces are left out, as in inverse dynamics: {', '.join(passive)}")
    if loaded.family.name in REDUCED_FAMILIES:
        lumps = [m for m in loaded.family.muscles_of("right") if len(m.stands_for) > 1]
        lists = "; ".join(f"{m.theirs} for {', '.join(m.stands_for)}" for m in lumps)
        notes.append(
            f"a reduced model, whose makers do not mean it for research: one muscle stands for several ({lists})"
        )
    if not any(loaded.body(f"patella_{side}") is not None for side in sides):
        notes.append("the model has no kneecap: its own pulley force is unknown, only the knee's own solution stands")
    return tuple(notes)
