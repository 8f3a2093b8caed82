"""Numbers of the lenhart2015 model file that the code-to-code check needs, read as XML; all in femur_distal_r."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.motion.timeseries import Array

HEADS = ("recfem_r", "vasint_r", "vaslat_r", "vasmed_r")
"""The quadriceps of the reference, one line of action each."""

TRANSITION_STRAIN = 0.06
"""Default of the reference's ligament class; the file does not change it."""

COORDINATES = ("pf_flex_r", "pf_rot_r", "pf_tilt_r", "pf_tx_r", "pf_ty_r", "pf_tz_r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Three rotations about frame axes, one after the other, and a translation.

    Attributes:
        turns: Coordinate, axis and sign of each rotation.
        moves: Coordinate of each translation, None where there is none.
        offset: Of the parent's frame [m].
    """

    turns: tuple[tuple[str, int, float], ...]
    moves: tuple[str | None, ...]
    offset: Array

    def place(self, values: Mapping[str, Array]) -> tuple[Array, Array]:
        """Orientation (frames, 3, 3) and position (frames, 3) of the child in the parent."""
        rotation = Rotation.identity()
        for name, axis, sign in self.turns:
            rotation = rotation * Rotation.from_rotvec(sign * values[name][:, None] * np.eye(3)[axis])
        zero = np.zeros_like(values[self.turns[0][0]])
        moves = [zero if name is None else values[name] for name in self.moves]
        return rotation.as_matrix(), np.column_stack(moves) + self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceModel:
    """Lines of action, ligaments and joints of the reference.

    Attributes:
        head_origins: Point and body of each head's last point before the patella.
        head_ends: Shape (4, 3), patella [m].
        fibre_ends: Shape (fibres, 3), patella [m].
        fibre_fixed: Point and body of each fibre's other end.
        slack_length: Shape (fibres,) [m].
        stiffness: Force over strain, shape (fibres,) [N].
        distal_in_femur: Origin of femur_distal_r in femur_r [m].
        wrap: Axis x, axis y, radius of KnExt_at_fem_r [m], and a stiffness of zero: nothing rests on it.
        patella_mass: [kg].
        gravity: [m/s^2].
        joints: By name.
        modulus: [Pa].
        poisson: [-].
        thickness: Of one layer [m].
        viscosity: Of each of COORDINATES [N m s, N s/m].
    """

    head_origins: tuple[tuple[Array, str], ...]
    head_ends: Array
    fibre_ends: Array
    fibre_fixed: tuple[tuple[Array, str], ...]
    fibre_names: tuple[str, ...]
    slack_length: Array
    stiffness: Array
    distal_in_femur: Array
    wrap: Array
    patella_mass: float
    gravity: float
    joints: Mapping[str, Joint]
    modulus: float
    poisson: float
    thickness: float
    viscosity: Array


def numbers(element: ET.Element, tag: str) -> Array:
    return np.array([float(word) for word in (element.findtext(tag) or "").split()])


def named(root: ET.Element, tag: str, name: str) -> ET.Element:
    return next(element for element in root.iter(tag) if element.get("name") == name)


def read_joint(root: ET.Element, name: str) -> Joint:
    joint = named(root, "CustomJoint", name)
    axes = list(joint.iter("TransformAxis"))
    turns = []
    for axis in axes[:3]:
        sign = numbers(axis.find("LinearFunction"), "coefficients")[0]
        turns.append((axis.findtext("coordinates"), int(np.argmax(numbers(axis, "axis"))), sign))
    frame = joint.find("frames/PhysicalOffsetFrame")
    return Joint(
        turns=tuple(turns),
        moves=tuple(axis.findtext("coordinates") for axis in axes[3:]),
        offset=np.zeros(3) if frame is None else numbers(frame, "translation"),
    )


def path_points(force: ET.Element) -> list[tuple[Array, str]]:
    points = []
    for point in force.iter("PathPoint"):
        points.append((numbers(point, "location"), point.findtext("socket_parent_frame").rsplit("/", 1)[-1]))
    return points


def read_model(path: Path) -> ReferenceModel:
    root = ET.parse(path).getroot()
    weld = named(root, "WeldJoint", "femur_femur_distal_r").find("frames/PhysicalOffsetFrame")
    distal = numbers(weld, "translation")

    def in_distal(point: Array, body: str) -> tuple[Array, str]:
        return (point - distal, "femur_distal_r") if body == "femur_r" else (point, body)

    origins, ends = [], []
    for name in HEADS:
        points = path_points(named(root, "Millard2012EquilibriumMuscle", name))
        first = next(i for i, (_, body) in enumerate(points) if body == "patella_r")
        origins.append(in_distal(*points[first - 1]))
        ends.append(points[first][0])
    fibre_ends, fixed, names, slack, stiffness = [], [], [], [], []
    for ligament in root.iter("Blankevoort1991Ligament"):
        points = path_points(ligament)
        if "patella_r" not in [body for _, body in points]:
            continue
        names.append(ligament.get("name"))
        fibre_ends.append(next(point for point, body in points if body == "patella_r"))
        fixed.append(next(in_distal(*pair) for pair in points if pair[1] != "patella_r"))
        slack.append(float(ligament.findtext("slack_length")))
        stiffness.append(float(ligament.findtext("linear_stiffness")))
    cylinder = named(root, "WrapCylinder", "KnExt_at_fem_r")
    layer = named(root, "Smith2018ContactMesh", "patella_cartilage")
    springs = [named(root, "SpringGeneralizedForce", name) for name in COORDINATES]
    return ReferenceModel(
        head_origins=tuple(origins),
        head_ends=np.array(ends),
        fibre_ends=np.array(fibre_ends),
        fibre_fixed=tuple(fixed),
        fibre_names=tuple(names),
        slack_length=np.array(slack),
        stiffness=np.array(stiffness),
        distal_in_femur=distal,
        wrap=np.array([*(numbers(cylinder, "translation") - distal)[:2], float(cylinder.findtext("radius")), 0.0]),
        patella_mass=float(named(root, "Body", "patella_r").findtext("mass")),
        gravity=-numbers(root.find("Model"), "gravity")[1],
        joints={name: read_joint(root, name) for name in ("gnd_pelvis", "hip_r", "knee_r", "pf_r")},
        modulus=float(layer.findtext("elastic_modulus")),
        poisson=float(layer.findtext("poissons_ratio")),
        thickness=float(layer.findtext("thickness")),
        viscosity=np.array([float(spring.findtext("viscosity")) for spring in springs]),
    )


def femur_points(model: ReferenceModel, values: Mapping[str, Array], points: tuple[tuple[Array, str], ...]) -> Array:
    """Points of femur, tibia or pelvis in femur_distal_r, shape (frames, points, 3) [m]."""
    hip, hip_at = model.joints["hip_r"].place(values)
    knee, knee_at = model.joints["knee_r"].place(values)
    placed = []
    for point, body in points:
        if body == "femur_distal_r":
            placed.append(np.tile(point, (len(hip), 1)))
        elif body == "tibia_proximal_r":
            placed.append(knee @ point + knee_at)
        elif body == "pelvis":
            placed.append(np.einsum("fji,fj->fi", hip, point - hip_at) - model.distal_in_femur)
        else:
            raise ValueError(f"a point on {body}; expected one on femur, tibia or pelvis")
    return np.stack(placed, axis=1)


def weight_in_femur(model: ReferenceModel, values: Mapping[str, Array]) -> Array:
    """The patella's weight in femur_distal_r, shape (frames, 3) [N]."""
    pelvis, _ = model.joints["gnd_pelvis"].place(values)
    hip, _ = model.joints["hip_r"].place(values)
    down = np.array([0.0, -model.patella_mass * model.gravity, 0.0])
    return np.einsum("fji,j->fi", pelvis @ hip, down)
