"""Axes of coordinates, against what OpenSim does with them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.leg.opensim.coordinate_axes import BUILT_IN, CoordinateAxis, coordinate_axes
from trochlea.leg.opensim.osim import model_element

STEP = 1e-3
"""Step of a coordinate in the finite difference [rad, m]; an axis then turns by at most this in curved joints."""

SAME_DIRECTION = 0.995
"""Cosine between the axis read and the motion made by OpenSim; worst seen 0.9993, at the walker knee, whose splines
are read by their mean slope."""


def motion_in_parent(opensim, model, state, name: str, joint_name: str) -> tuple[np.ndarray, np.ndarray]:
    """How the child turns [rad] and moves [m] in its parent body when one coordinate grows."""
    joint = opensim.Joint.safeDownCast(model.getComponent(f"/jointset/{joint_name}"))
    parent, child = joint.getParentFrame().findBaseFrame(), joint.getChildFrame()
    coordinate = model.getCoordinateSet().get(name)
    poses = []
    for value in (0.0, STEP):
        for i in range(model.getCoordinateSet().getSize()):
            other = model.getCoordinateSet().get(i)
            other.setLocked(state, False)
            other.setValue(state, 0.0, False)
        coordinate.setValue(state, value, False)
        model.realizePosition(state)
        transform = child.findTransformBetween(state, parent)
        matrix = transform.R().asMat33()
        poses.append(
            (
                np.array([[matrix.get(i, j) for j in range(3)] for i in range(3)]),
                np.array([transform.p().get(i) for i in range(3)]),
            )
        )
    (start, origin), (end, moved) = poses
    return Rotation.from_matrix(end @ start.T).as_rotvec(), moved - origin


def check(opensim, model, axes: dict[str, CoordinateAxis]) -> None:
    state = model.initSystem()
    for name, axis in axes.items():
        assert axis.axis is not None, name
        turn, shift = motion_in_parent(opensim, model, state, name, axis.joint)
        made = turn if axis.kind == "rotation" else shift
        cosine = made @ axis.axis / np.linalg.norm(made)
        assert cosine > SAME_DIRECTION, (name, cosine)


@pytest.mark.parametrize("file", ["models/RajagopalLaiUhlrich2023.osim", "mocap/gait2392_walk/subject01.osim"])
def test_opensim_moves_every_coordinate_along_the_axis_that_is_read(opensim, data_dir: Path, file: str):
    opensim.Logger.setLevelString("Off")
    axes = coordinate_axes(model_element(data_dir / file))
    assert len(axes) > 20
    patella = [name for name in axes if name.endswith("_beta")]
    check(
        opensim,
        opensim.Model(str(data_dir / file)),
        {name: axis for name, axis in axes.items() if name not in patella},
    )


@pytest.mark.parametrize("tag", sorted(BUILT_IN))
def test_joints_with_built_in_axes_move_as_the_table_says(opensim, tmp_path: Path, tag: str):
    opensim.Logger.setLevelString("Off")
    model = opensim.Model()
    body = opensim.Body("child", 1.0, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
    turned = opensim.Vec3(0.3, -0.5, 0.7)
    joint = getattr(opensim, tag)(
        "joint", model.getGround(), opensim.Vec3(0.1, 0.2, 0.3), turned, body, opensim.Vec3(0), opensim.Vec3(0)
    )
    model.addBody(body)
    model.addJoint(joint)
    model.finalizeConnections()
    path = tmp_path / "joint.osim"
    model.printToXML(str(path))
    axes = coordinate_axes(model_element(path))
    assert len(axes) == len(BUILT_IN[tag])
    check(opensim, opensim.Model(str(path)), axes)


def joint(function: str) -> str:
    return (
        '<OpenSimDocument Version="40600"><Model name="m"><JointSet><objects><CustomJoint name="j"><coordinates>'
        '<Coordinate name="q"><range>-1 2</range><locked>true</locked></Coordinate></coordinates><SpatialTransform>'
        f'<TransformAxis name="rotation1"><coordinates>q</coordinates><axis>0 0 1</axis>{function}</TransformAxis>'
        "</SpatialTransform></CustomJoint></objects></JointSet></Model></OpenSimDocument>"
    )


@pytest.mark.parametrize(
    ("function", "sign"),
    [
        ("<LinearFunction><coefficients>-1 0</coefficients></LinearFunction>", -1),
        ("<function><LinearFunction><coefficients>-1 0</coefficients></LinearFunction></function>", -1),
        ("<SimmSpline><x>-6 6</x><y>6 -6</y></SimmSpline>", -1),
        (
            "<MultiplierFunction><function><SimmSpline><x>0 1</x><y>0 1</y></SimmSpline></function>"
            "<scale>-0.9</scale></MultiplierFunction>",
            -1,
        ),
        ("<PolynomialFunction><coefficients>-3 2 5</coefficients></PolynomialFunction>", 1),
        ("<Constant><value>1</value></Constant>", None),
    ],
)
def test_a_falling_function_turns_the_axis_round(tmp_path: Path, function: str, sign: int | None):
    path = tmp_path / "m.osim"
    path.write_text(joint(function))
    axis = coordinate_axes(model_element(path))["q"]
    assert (axis.lower, axis.upper, axis.is_locked, axis.joint) == (-1.0, 2.0, True, "j")
    if sign is None:
        assert axis.axis is None
    else:
        assert axis.kind == "rotation"
        assert axis.axis is not None
        assert axis.axis.tolist() == [0.0, 0.0, sign]


LINE = "<LinearFunction name='function'><coefficients>{} {}</coefficients></LinearFunction>"
SPLINE = "<SimmSpline name='function'><x>-6 0 6</x><y>6 0 -6</y></SimmSpline>"
AXES = {
    "rotation1": "0 0 1",
    "rotation2": "1 0 0",
    "rotation3": "0 1 0",
    "translation1": "1 0 0",
    "translation2": "0 1 0",
    "translation3": "0 0 1",
}


def moving_body(functions: dict[str, str]) -> str:
    """A model of one body whose coordinate q drives the given axes."""
    still = "<Constant name='function'><value>0</value></Constant>"
    transform = "".join(
        f'<TransformAxis name="{name}"><coordinates>{"q" if name in functions else ""}</coordinates>'
        f"<axis>{axis}</axis>{functions.get(name, still)}</TransformAxis>"
        for name, axis in AXES.items()
    )
    return (
        '<OpenSimDocument Version="40600"><Model name="m"><BodySet><objects><Body name="b"><mass>1</mass>'
        "<mass_center>0 0 0</mass_center><inertia>1 1 1 0 0 0</inertia></Body></objects></BodySet><JointSet><objects>"
        '<CustomJoint name="j"><socket_parent_frame>/ground</socket_parent_frame>'
        "<socket_child_frame>/bodyset/b</socket_child_frame><coordinates>"
        '<Coordinate name="q"><range>-1 2</range></Coordinate></coordinates>'
        f"<SpatialTransform>{transform}</SpatialTransform></CustomJoint></objects></JointSet></Model></OpenSimDocument>"
    )


@pytest.mark.parametrize(
    "functions",
    [
        {"rotation1": LINE.format(1, 0)},
        {"rotation1": LINE.format(-1, 0.5)},
        {"rotation1": LINE.format(2, 0)},
        {"rotation1": SPLINE},
        {"rotation1": SPLINE, "rotation2": LINE.format(1, 0)},
        {"rotation1": LINE.format(1, 0), "translation1": SPLINE},
        {"translation2": LINE.format(-1, 0)},
        {"translation2": SPLINE},
        {
            "rotation1": "<MultiplierFunction name='function'><function>"
            + LINE.format(1, 0)
            + "</function><scale>1</scale></MultiplierFunction>"
        },
    ],
)
def test_a_coordinate_is_coupled_where_opensim_says_so(opensim, tmp_path: Path, functions: dict[str, str]):
    opensim.Logger.setLevelString("Off")
    path = tmp_path / "m.osim"
    path.write_text(moving_body(functions))
    model = opensim.Model(str(path))
    model.initSystem()
    motion_type = model.getCoordinateSet().get("q").getMotionType()
    assert coordinate_axes(model_element(path))["q"].is_coupled == (motion_type == opensim.Coordinate.Coupled)


@pytest.mark.parametrize("file", ["models/RajagopalLaiUhlrich2023.osim", "mocap/gait2392_walk/subject01.osim"])
def test_opensim_counts_the_same_coordinates_of_real_models_as_coupled(opensim, data_dir: Path, file: str):
    opensim.Logger.setLevelString("Off")
    model = opensim.Model(str(data_dir / file))
    model.initSystem()
    coordinates = model.getCoordinateSet()
    for name, axis in coordinate_axes(model_element(data_dir / file)).items():
        assert axis.is_coupled == (coordinates.get(name).getMotionType() == opensim.Coordinate.Coupled), name
