"""What is wrong in MyoLegs as shipped, and its repair when the model is loaded.

Each repair first checks that its defect is there and stands down if it is not, so that a later release of
myo-sim that fixes one is not broken again. Measured on myo-sim 0.2.4 against the Rajagopal 2016 model that it
was converted from.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.errors import ModelError
from trochlea.leg.engine import MjSpec, load_engine
from trochlea.leg.skeleton.couplings import Coupling, couplings_of
from trochlea.motion.timeseries import Array

# `rajagopal-2016-model`, model file Rajagopal2016.osim: joint walker_knee_r, offset frame of the child (tibia) [m].
TIBIA_OFFSET = np.array([-0.00808954, -0.0035348, -0.00148474])
# Tibia origin in the right femur at 60 degrees of knee flexion in `rajagopal-2016-model` [m];
# regenerate with validation/rajagopal_reference.py.
TIBIA_ORIGIN_AT_60 = np.array([0.00359338, -0.41141784, -0.00267276])
TIBIA_ORIGIN_TOLERANCE = 1e-3
"""Larger errors of the tibia's origin at 60 degrees are the defect [m]: it is 9.1 mm as shipped, 0.02 mm
repaired."""

PELVIC_CYLINDERS = {
    "glmax1": "Gmax1_at_pelvis",
    "glmax2": "Gmax2_at_pelvis",
    "psoas": "PS_at_brim",
    "iliacus": "IL_at_brim",
}
"""Cylinders that MyoLegs took out of a muscle's path (iliacus: made a sphere); each comes after the second
site."""

GASTROCNEMIUS = ("gasmed", "gaslat")

SIDE_DISTANCE = 2.0
"""Distance of gastrocnemius' side sites from the cylinder's axis, in radii. Assumed: only their direction matters as
long as they stay outside, and no scaling doubles one axis against another."""

CYLINDER_HALF_LENGTH = 0.05
"""For the drawing only [m]: MuJoCo wraps round an endless cylinder. Assumed."""

# `rajagopal-2016-model`, model file: joint back, offset in the pelvis [m].
LUMBAR_JOINT = (-0.1007, 0.0815, 0.0)
LUMBAR_AXES = {
    "lumbar_extension": (0.0, 0.0, 1.0),
    "lumbar_bending": (1.0, 0.0, 0.0),
    "lumbar_rotation": (0.0, 1.0, 0.0),
}
PELVIS_SLIDES = {"pelvis_tx": (1.0, 0.0, 0.0), "pelvis_ty": (0.0, 1.0, 0.0), "pelvis_tz": (0.0, 0.0, 1.0)}
PELVIS_HINGES = {
    "pelvis_tilt": (0.0, 0.0, 1.0),
    "pelvis_list": (1.0, 0.0, 0.0),
    "pelvis_rotation": (0.0, 1.0, 0.0),
}
KNEE_JOINTS = ("translation2", "translation1", "", "rotation2", "rotation3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair, done or not needed.

    Attributes:
        name: What is repaired.
        is_applied: False where the defect was not found.
        reason: What was found.
    """

    name: str
    is_applied: bool
    reason: str


def apply_repairs(spec: MjSpec) -> tuple[Repair, ...]:
    """Repair a MyoLegs spec in place.

    Args:
        spec: The legs of myo-sim, with their joint equalities still in place.

    Returns:
        One Repair for each known defect.

    Raises:
        ModelError: If the spec is not MyoLegs.
    """
    if spec.body("pelvis") is None or not spec.equalities:
        raise ModelError("this spec is not MyoLegs: expected a body 'pelvis' and joint equalities of the knees")
    return (
        _repair_knee_anchors(spec),
        _repair_side_sites(spec),
        _repair_gastrocnemius_side(spec),
        *(_repair_wrap(spec, muscle, cylinder) for muscle, cylinder in PELVIC_CYLINDERS.items()),
        _repair_root(spec),
        _repair_trunk(spec),
    )


def tibia_origin(spec: MjSpec, side: str, knee_angle: float) -> Array:
    """Origin of the tibia in the femur at one knee angle, from the joints of a spec, shape (3,) [m]."""
    values = {f"knee_angle_{side}": knee_angle}
    for coupling in couplings_of(spec):
        values[coupling.joint] = _value(coupling, knee_angle)
    body = spec.body(f"tibia_{side}")
    position, turn = np.array(body.pos), Rotation.identity()
    for joint in body.joints:
        axis, value = np.array(joint.axis), values[joint.name]
        if "translation" in joint.name:
            position = position + turn.apply(axis) * value
            continue
        anchor = position + turn.apply(joint.pos)
        turn = turn * Rotation.from_rotvec(axis / np.linalg.norm(axis) * value)
        position = anchor - turn.apply(joint.pos)
    return position


def _value(coupling: Coupling, angle: float) -> float:
    return float(coupling.evaluate(np.array([angle]))[0][0])


def _repair_knee_anchors(spec: MjSpec) -> Repair:
    """The knee turns about the tibia's origin; in the source it turns about an offset frame."""
    name = "knee anchors"
    errors = []
    for side, mirror in (("r", np.ones(3)), ("l", np.array([1.0, 1.0, -1.0]))):
        origin = tibia_origin(spec, side, np.pi / 3)
        errors.append(float(np.linalg.norm(origin - TIBIA_ORIGIN_AT_60 * mirror)))
    if max(errors) < TIBIA_ORIGIN_TOLERANCE:
        return Repair(name=name, is_applied=False, reason="not needed: the tibia is where it should be at 60 degrees")
    for side, mirror in (("r", np.ones(3)), ("l", np.array([1.0, 1.0, -1.0]))):
        for joint in spec.body(f"tibia_{side}").joints:
            joint.pos = TIBIA_OFFSET * mirror
    reason = f"the tibia was {max(errors) * 1e3:.1f} mm off at 60 degrees of flexion"
    return Repair(name=name, is_applied=True, reason=reason)


def thread(spec: MjSpec, name: str, path: list[tuple[str, str, str]]) -> None:
    """Replace or add a tendon; `path` holds ("site" | "geom", name, side site or "")."""
    old = spec.tendon(name)
    if old is not None:
        spec.delete(old)
    tendon = spec.add_tendon(name=name)
    for kind, target, side_site in path:
        if kind == "site":
            tendon.wrap_site(target)
        else:
            tendon.wrap_geom(target, side_site)


def path_of(spec: MjSpec, name: str) -> list[tuple[str, str, str]]:
    """The path of a tendon as ("site" | "geom", name, side site or "")."""
    mujoco = load_engine()
    path = []
    for wrap in spec.tendon(name).path:
        if wrap.type == mujoco.mjtWrap.mjWRAP_SITE:
            path.append(("site", wrap.target.name, ""))
        else:
            path.append(("geom", wrap.target.name, wrap.sidesite.name if wrap.sidesite else ""))
    return path


def _repair_wrap(spec: MjSpec, muscle: str, cylinder: str) -> Repair:
    """Put a pelvic cylinder back into a muscle's path, without a side site."""
    mujoco = load_engine()
    name, applied = f"{muscle} wrap", False
    for side in "rl":
        tendon, wrap = f"{muscle}_{side}_tendon", f"{cylinder}_wrap_{side}"
        geom, path = spec.geom(wrap), path_of(spec, tendon)
        is_cylinder = geom.type == mujoco.mjtGeom.mjGEOM_CYLINDER
        if is_cylinder and any(target == wrap for _, target, _ in path):
            continue
        if not is_cylinder:
            geom.type = mujoco.mjtGeom.mjGEOM_CYLINDER
            geom.size = [geom.size[0], CYLINDER_HALF_LENGTH, 0.0]
        sites = [element for element in path if element[0] == "site"]
        thread(spec, tendon, [*sites[:2], ("geom", wrap, ""), *sites[2:]])
        applied = True
    reason = "its pelvic cylinder was not in the path" if applied else "not needed: it wraps its cylinder"
    return Repair(name=name, is_applied=applied, reason=reason)


def _repair_side_sites(spec: MjSpec) -> Repair:
    """Side sites make paths jump to the wrong side of their wraps, or through them, when a body is scaled unevenly.

    Without them the path takes the shorter way round, as in OpenSim. Only gastrocnemius needs its side.
    """
    dropped = set()
    for tendon in list(spec.tendons):
        name, path = tendon.name, path_of(spec, tendon.name)
        muscle = name.removesuffix("_tendon")[:-2]
        if muscle not in GASTROCNEMIUS and any(side_site for _, _, side_site in path):
            thread(spec, name, [(kind, target, "") for kind, target, _ in path])
            dropped.add(muscle)
    if not dropped:
        return Repair(name="side sites", is_applied=False, reason="not needed: only gastrocnemius has any")
    reason = f"under uneven scaling {len(dropped)} muscles flipped at their side sites: {', '.join(sorted(dropped))}"
    return Repair(name="side sites", is_applied=True, reason=reason)


def _repair_gastrocnemius_side(spec: MjSpec) -> Repair:
    """A side site 1.2 radii from the cylinder's axis sinks into it, and the path goes through, when scaled unevenly."""
    is_applied = False
    for side, muscle in ((side, muscle) for side in "rl" for muscle in GASTROCNEMIUS):
        ((cylinder, name),) = [(t, s) for kind, t, s in path_of(spec, f"{muscle}_{side}_tendon") if kind == "geom"]
        geom, site = spec.geom(cylinder), spec.site(name)
        axis = Rotation.from_quat(np.array(geom.quat), scalar_first=True).apply([0.0, 0.0, 1.0])
        away = np.array(site.pos) - np.array(geom.pos)
        across = away - (away @ axis) * axis
        missing = SIDE_DISTANCE * geom.size[0] / np.linalg.norm(across) - 1.0
        if missing > 0.01:
            site.pos = np.array(site.pos) + missing * across
            is_applied = True
    reason = "its side site, 1.2 radii out, sinks into the shank's cylinder under uneven scaling"
    return Repair(
        name="gastrocnemius side site",
        is_applied=is_applied,
        reason=reason if is_applied else "not needed: it is far out",
    )


def _repair_root(spec: MjSpec) -> Repair:
    """The pelvis stands on Euler angles of 1.57 instead of pi/2 and has no coordinates of its own."""
    mujoco = load_engine()
    pelvis = spec.body("pelvis")
    if spec.joint("pelvis_tilt") is not None:
        return Repair(name="pelvis coordinates", is_applied=False, reason="not needed: the pelvis has coordinates")
    pelvis.alt.type = mujoco.mjtOrientation.mjORIENTATION_QUAT
    pelvis.quat = [1.0, 0.0, 0.0, 0.0]
    pelvis.pos = np.zeros(3)
    for name, axis in PELVIS_SLIDES.items():
        pelvis.add_joint(name=name, type=mujoco.mjtJoint.mjJNT_SLIDE, axis=axis)
    for name, axis in PELVIS_HINGES.items():
        pelvis.add_joint(name=name, type=mujoco.mjtJoint.mjJNT_HINGE, axis=axis)
    reason = "the pelvis had no coordinates and stood on Euler angles of 1.57 instead of pi/2"
    return Repair(name="pelvis coordinates", is_applied=True, reason=reason)


def _repair_trunk(spec: MjSpec) -> Repair:
    """The legs carry no trunk; myo-sim's own one doubles the pelvis, is rigid and has no arms."""
    mujoco = load_engine()
    if spec.body("torso") is not None:
        return Repair(name="trunk", is_applied=False, reason="not needed: there is a torso")
    torso = spec.body("pelvis").add_body(name="torso", pos=LUMBAR_JOINT)
    for name, axis in LUMBAR_AXES.items():
        torso.add_joint(name=name, type=mujoco.mjtJoint.mjJNT_HINGE, axis=axis)
    reason = "no trunk: a rigid one on lumbar hinges was added, its mass with head and arms set by scaling"
    return Repair(name="trunk", is_applied=True, reason=reason)
