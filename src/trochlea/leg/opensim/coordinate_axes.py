"""About which axis each coordinate of an OpenSim model turns or moves, read from its joints.

The sign of a coordinate is not in its name: `knee_angle_r` bends the knee in one family of models and stretches it in
another. It is in the joint: the axis, the frame that the axis stands in, and whether the function of the coordinate
rises or falls.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.motion.files.column import CoordinateUnit
from trochlea.motion.timeseries import Array, read_only

Kind = Literal["rotation", "translation"]

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
BUILT_IN: dict[str, tuple[tuple[Kind, tuple[float, float, float]], ...]] = {
    "PinJoint": (("rotation", Z),),
    "SliderJoint": (("translation", X),),
    "UniversalJoint": (("rotation", X), ("rotation", Y)),
    "BallJoint": (("rotation", X), ("rotation", Y), ("rotation", Z)),
    "PlanarJoint": (("rotation", Z), ("translation", X), ("translation", Y)),
    "FreeJoint": (
        *(("rotation", axis) for axis in (X, Y, Z)),
        *(("translation", axis) for axis in (X, Y, Z)),
    ),
}
"""Kind and axis of each coordinate of a joint whose axes are fixed by its type, in their order. `seth-2018-opensim`,
asked of the program (tests/leg/test_coordinate_axes.py)."""

RIGID = ("WeldJoint",)
"""Joints without coordinates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinateAxis:
    """One coordinate of a model and how it moves the joint's child in its parent.

    Attributes:
        joint: Name of its joint.
        lower: Lower end of its range [rad, m].
        upper: Upper end of its range [rad, m].
        is_locked: Whether the file locks it.
        kind: Whether it mainly turns or moves the child; None where its joint's functions do not tell.
        axis: Unit axis in the parent body along which it grows, shape (3,); None where ``kind`` is.
        is_coupled: Whether OpenSim counts it neither among the rotations nor the translations, because none of its
            functions is a line of slope 1 or -1; files in degrees then hold it in radians.
    """

    joint: str
    lower: float
    upper: float
    is_locked: bool
    kind: Kind | None
    axis: Array | None
    is_coupled: bool


def coordinate_axes(model: ET.Element) -> dict[str, CoordinateAxis]:
    """Every coordinate of a model by name, in the file's order.

    Args:
        model: The <Model> of a .osim file of OpenSim 4.
    """
    found: dict[str, CoordinateAxis] = {}
    for joint in model.iterfind("JointSet/objects/*"):
        turn = _parent_turn(joint)
        for index, coordinate in enumerate(joint.iterfind("coordinates/Coordinate")):
            name = str(coordinate.get("name"))
            kind, axis = _own_axis(joint, index, name)
            lower, upper = (float(word) for word in (coordinate.findtext("range") or "nan nan").split())
            found[name] = CoordinateAxis(
                joint=str(joint.get("name")),
                lower=lower,
                upper=upper,
                is_locked=(coordinate.findtext("locked") or "false").strip() == "true",
                kind=kind,
                axis=None if axis is None else read_only(turn.apply(axis)),
                is_coupled=joint.tag not in BUILT_IN and not _has_straight_line(joint, name),
            )
    return found


def coordinate_units(axes: dict[str, CoordinateAxis]) -> dict[str, CoordinateUnit]:
    """Units of a model's coordinates in its motion files; those whose kind is not known are left out."""
    return {
        name: CoordinateUnit(unit="rad" if axis.kind == "rotation" else "m", is_coupled=axis.is_coupled)
        for name, axis in axes.items()
        if axis.kind is not None
    }


def _has_straight_line(joint: ET.Element, name: str) -> bool:
    """Whether a coordinate turns or moves the joint by its own amount along one axis.

    References:
        seth-2018-opensim: asked of the program (tests/leg/test_coordinate_axes.py).
    """
    for element in joint.iterfind("SpatialTransform/TransformAxis"):
        if name in (element.findtext("coordinates") or "").split():
            lines = [*element.iterfind("LinearFunction"), *element.iterfind("function/LinearFunction")]
            if any(abs(_numbers(line, "coefficients")[0]) == 1 for line in lines):
                return True
    return False


def _parent_turn(joint: ET.Element) -> Rotation:
    """Rotation from the joint's frame to the parent body."""
    socket = (joint.findtext("socket_parent_frame") or "").strip().rsplit("/", 1)[-1]
    for frame in joint.iterfind("frames/PhysicalOffsetFrame"):
        if frame.get("name") == socket:
            angles = [float(word) for word in (frame.findtext("orientation") or "0 0 0").split()]
            return Rotation.from_euler("XYZ", angles)
    return Rotation.identity()


def _own_axis(joint: ET.Element, index: int, name: str) -> tuple[Kind | None, Array | None]:
    """Kind and axis of a coordinate in its joint's frame."""
    if joint.tag in BUILT_IN:
        kind, axis = BUILT_IN[joint.tag][index]
        return kind, np.array(axis)
    totals: dict[Kind, Array] = {"rotation": np.zeros(3), "translation": np.zeros(3)}
    for element in joint.iterfind("SpatialTransform/TransformAxis"):
        if name not in (element.findtext("coordinates") or "").split():
            continue
        kind = "rotation" if str(element.get("name")).startswith("rotation") else "translation"
        axis = np.array([float(word) for word in (element.findtext("axis") or "0 0 0").split()])
        totals[kind] += axis * _slope(element)
    for kind in ("rotation", "translation"):
        length = float(np.linalg.norm(totals[kind]))
        if length > 0:
            return kind, totals[kind] / length
    return None, None


def _slope(element: ET.Element) -> float:
    """How much a function rises over its range, or at zero where it has none; 0 if its kind is not known."""
    for function in element:
        if function.tag == "LinearFunction":
            return _numbers(function, "coefficients")[0]
        if function.tag == "PolynomialFunction":
            coefficients = _numbers(function, "coefficients")
            return coefficients[-2] if len(coefficients) > 1 else 0.0
        if function.tag in ("SimmSpline", "NaturalCubicSpline", "PiecewiseLinearFunction", "GCVSpline"):
            x, y = _numbers(function, "x"), _numbers(function, "y")
            return (y[-1] - y[0]) / (x[-1] - x[0]) if len(x) > 1 else 0.0
        if function.tag == "MultiplierFunction":
            inner = function.find("function")
            scale = float(function.findtext("scale") or "1")
            return 0.0 if inner is None else scale * _slope(inner)
        if function.tag == "function":
            return _slope(function)
    return 0.0


def _numbers(element: ET.Element, tag: str) -> list[float]:
    """The numbers in a child's text."""
    return [float(word) for word in (element.findtext(tag) or "").split()]
