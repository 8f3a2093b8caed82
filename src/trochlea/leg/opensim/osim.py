"""What the leg takes from a scaled OpenSim model of the Rajagopal family, read as XML."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError, ModelError
from trochlea.leg.skeleton.mass_properties import MassProperties
from trochlea.motion.timeseries import Array, read_only

REMEDY = "scale the Rajagopal 2016 full-body model (OpenSim 4) to this person and give that file"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsimJoint:
    """Where a joint sits in its two bodies.

    Attributes:
        parent: Body that carries the joint ("ground" for the root).
        child: Body that the joint moves.
        parent_offset: Joint centre in the parent, shape (3,) [m].
        child_offset: Joint centre in the child, shape (3,) [m].
        parent_orientation: Body-fixed XYZ angles of the joint frame in the parent, shape (3,) [rad].
        child_orientation: The same in the child.
    """

    parent: str
    child: str
    parent_offset: Array
    child_offset: Array
    parent_orientation: Array
    child_orientation: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class OsimCoordinate:
    """One generalised coordinate.

    Attributes:
        lower: Lower end of its range [rad, m].
        upper: Upper end of its range [rad, m].
        is_locked: Whether the file locks it.
    """

    lower: float
    upper: float
    is_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OsimMuscle:
    """Parameters and path points of one muscle.

    Attributes:
        max_isometric_force: [N].
        optimal_fiber_length: [m].
        tendon_slack_length: [m].
        pennation_angle: At optimal fibre length [rad].
        max_contraction_velocity: In optimal fibre lengths per second [1/s].
        points: From origin to insertion: body and position in it, shape (3,) [m].
    """

    max_isometric_force: float
    optimal_fiber_length: float
    tendon_slack_length: float
    pennation_angle: float
    max_contraction_velocity: float
    points: tuple[tuple[str, Array], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsimModel:
    """A model of the Rajagopal family, as read.

    Attributes:
        path: The file.
        name: The model's name.
        gravity: Shape (3,) in ground, y up [m/s^2].
        bodies: By name, e.g. "femur_r".
        joints: By name, e.g. "walker_knee_r".
        coordinates: By name, e.g. "hip_flexion_r".
        muscles: By name with side, e.g. "recfem_r".
    """

    path: str
    name: str
    gravity: Array
    bodies: dict[str, MassProperties]
    joints: dict[str, OsimJoint]
    coordinates: dict[str, OsimCoordinate]
    muscles: dict[str, OsimMuscle]


LEG_JOINTS = ("hip", "walker_knee", "patellofemoral", "ankle", "subtalar", "mtp")
"""Joints of one leg in the Rajagopal family, from the pelvis down."""


CLASS_IN_TAG = re.compile(rb"(</?\w+)::(\w)")
"""OpenSim writes `<HuntCrossleyForce::ContactParametersSet>` into models with contact, which is not XML."""

PROGRAM_MAX_CONTRACTION_VELOCITY = 10.0
"""What OpenSim 4.6 takes where neither the muscle nor the file's defaults say it [1/s]. `seth-2018-opensim`, asked of
the program (tests/leg/test_osim.py)."""


def read_osim(path: Path | str) -> OsimModel:
    """Read a model of the Rajagopal family.

    Args:
        path: A .osim file of OpenSim 4.

    Returns:
        Mass properties, joints, coordinate ranges and muscles.

    Raises:
        FormatError: If the file is empty, is not XML, or is not an OpenSim 4 model.
        ModelError: If the model is of another family.
    """
    model = model_element(Path(path))
    bodies = {str(e.get("name")): _body(path, e) for e in model.iterfind("BodySet/objects/Body")}
    joints: dict[str, OsimJoint] = {}
    coordinates: dict[str, OsimCoordinate] = {}
    for element in model.iterfind("JointSet/objects/*"):
        joints[str(element.get("name"))] = _joint(path, element)
        for coordinate in element.iterfind("coordinates/Coordinate"):
            coordinates[str(coordinate.get("name"))] = _coordinate(path, coordinate)
    _check_family(path, set(joints))
    muscles = {
        str(e.get("name")): _muscle(path, e, model.find(f"defaults/{e.tag}"))
        for e in model.iterfind("ForceSet/objects/*")
        if e.find("optimal_fiber_length") is not None
    }
    return OsimModel(
        path=str(path),
        name=str(model.get("name")),
        gravity=_numbers(path, model, "gravity", 3),
        bodies=bodies,
        joints=joints,
        coordinates=coordinates,
        muscles=muscles,
    )


def osim_document(path: Path) -> ET.Element:
    """The <OpenSimDocument> of a .osim file of any version.

    Raises:
        FormatError: If the file is empty, is not XML, or is not an OpenSim model.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(path, None, f"cannot be read ({error.strerror}); give the path of a .osim") from None
    if not content.strip():
        raise FormatError(path, None, "is empty; expected an OpenSim model (.osim)")
    try:
        root = ET.fromstring(CLASS_IN_TAG.sub(rb"\1.\2", content))
    except ET.ParseError as error:
        reason = f"is not XML ({error.msg.split(':')[0]}); expected an OpenSim model (.osim)"
        raise FormatError(path, error.position[0], reason) from None
    if root.tag != "OpenSimDocument" or root.find("Model") is None:
        reason = f"expected <OpenSimDocument> with a <Model>, found <{root.tag}>; give a .osim of a model"
        raise FormatError(path, None, reason)
    return root


def model_element(path: Path) -> ET.Element:
    """The <Model> of a .osim file of OpenSim 4.

    Raises:
        FormatError: If the file is empty, is not XML, or is not an OpenSim 4 model.
    """
    root = osim_document(path)
    model = root.find("Model")
    assert model is not None
    version = root.get("Version", "none")
    if not version.isdigit() or int(version) < 40000:
        reason = f"version {version}, expected 40000 or newer; open and save the model in OpenSim 4"
        raise FormatError(path, "OpenSimDocument", reason)
    return model


def _numbers(path: Path | str, element: ET.Element, tag: str, count: int) -> Array:
    text = element.findtext(tag)
    where = f"{element.get('name')}/{tag}"
    if text is None:
        raise FormatError(path, where, f"is missing; expected {count} number(s); save the model again in OpenSim")
    try:
        values = np.array([float(word) for word in text.split()])
    except ValueError:
        values = np.array([])
    if values.size != count or not bool(np.all(np.isfinite(values))):
        reason = f"expected {count} number(s), found {text.strip()[:40]!r}; save the model again in OpenSim"
        raise FormatError(path, where, reason)
    return read_only(values)


def _number(path: Path | str, element: ET.Element, tag: str) -> float:
    return float(_numbers(path, element, tag, 1)[0])


def _body(path: Path | str, element: ET.Element) -> MassProperties:
    xx, yy, zz, xy, xz, yz = _numbers(path, element, "inertia", 6)
    return MassProperties(
        mass=_number(path, element, "mass"),
        mass_center=_numbers(path, element, "mass_center", 3),
        inertia=read_only([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]),
    )


def _joint(path: Path | str, element: ET.Element) -> OsimJoint:
    frames = {f.get("name"): f for f in element.iterfind("frames/PhysicalOffsetFrame")}
    ends: list[tuple[str, Array, Array]] = []
    for socket in ("socket_parent_frame", "socket_child_frame"):
        name = (element.findtext(socket) or "").strip()
        frame = frames.get(name.split("/")[-1])
        if frame is None:
            ends.append((name.split("/")[-1], read_only(np.zeros(3)), read_only(np.zeros(3))))
            continue
        body = (frame.findtext("socket_parent") or "").strip().split("/")[-1]
        translation = _numbers(path, frame, "translation", 3)
        ends.append((body, translation, _numbers(path, frame, "orientation", 3)))
    (parent, parent_offset, parent_turn), (child, child_offset, child_turn) = ends
    return OsimJoint(
        parent=parent,
        child=child,
        parent_offset=parent_offset,
        child_offset=child_offset,
        parent_orientation=parent_turn,
        child_orientation=child_turn,
    )


def _coordinate(path: Path | str, element: ET.Element) -> OsimCoordinate:
    lower, upper = _numbers(path, element, "range", 2)
    is_locked = (element.findtext("locked") or "false").strip() == "true"
    return OsimCoordinate(lower=float(lower), upper=float(upper), is_locked=is_locked)


def _muscle(path: Path | str, element: ET.Element, defaults: ET.Element | None) -> OsimMuscle:
    """A muscle; what it leaves out stands among the file's defaults."""
    points = []
    for point in element.iterfind(".//PathPointSet/objects/*"):
        if point.tag != "PathPoint":
            raise ModelError(
                f"{path}: {element.get('name')}: path point of type {point.tag} is not supported; {REMEDY}"
            )
        body = (point.findtext("socket_parent_frame") or "").strip().split("/")[-1]
        points.append((body, _numbers(path, point, "location", 3)))

    def parameter(tag: str) -> float:
        if element.find(tag) is None and defaults is not None and defaults.find(tag) is not None:
            return _number(path, defaults, tag)
        if element.find(tag) is None and tag == "max_contraction_velocity":
            return PROGRAM_MAX_CONTRACTION_VELOCITY
        return _number(path, element, tag)

    return OsimMuscle(
        max_isometric_force=parameter("max_isometric_force"),
        optimal_fiber_length=parameter("optimal_fiber_length"),
        tendon_slack_length=parameter("tendon_slack_length"),
        pennation_angle=parameter("pennation_angle_at_optimal"),
        max_contraction_velocity=parameter("max_contraction_velocity"),
        points=tuple(points),
    )


def _check_family(path: Path | str, joints: set[str]) -> None:
    """Refuse a model whose joints are not those of the Rajagopal family."""
    expected = {"ground_pelvis", "back", *(f"{j}_{s}" for j in LEG_JOINTS for s in "rl")}
    missing = sorted(expected - joints)
    if missing:
        found = ", ".join(sorted(joints)[:4]) or "none"
        raise ModelError(
            f"{path}: not of the Rajagopal family: expected joint {missing[0]!r} ({len(missing)} of "
            f"{len(expected)} missing), found {found}, ...; {REMEDY}"
        )
