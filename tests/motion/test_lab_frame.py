"""Axes of a laboratory."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.files.lab_frame import AXES, GROUND, LabFrame, check_upright

FRAMES = [(forward, up) for forward in AXES for up in AXES if forward[1] != up[1]]


@pytest.mark.parametrize(("forward", "up"), FRAMES)
def test_forward_becomes_x_and_up_becomes_y_without_a_mirror(forward: str, up: str):
    lab = LabFrame(forward=forward, up=up, source="given")
    unit = {"X": 0, "Y": 1, "Z": 2}
    for axis, expected in ((forward, [1, 0, 0]), (up, [0, 1, 0])):
        vector = np.zeros(3)
        vector[unit[axis[1]]] = 1 if axis[0] == "+" else -1
        assert lab.to_ground(vector).tolist() == expected
    assert np.linalg.det(lab.rotation()) == pytest.approx(1, abs=1e-15)


def test_the_usual_laboratory_has_z_up_and_y_to_the_left():
    lab = LabFrame(forward="+X", up="+Z", source="given")
    assert lab.to_ground(np.array([1.0, 2.0, 3.0])).tolist() == [1.0, 3.0, -2.0]
    assert GROUND.to_ground(np.array([1.0, 2.0, 3.0])).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("forward", "up", "message"),
    [
        ("+X", "Z", r"up axis 'Z': expected one of \+X, -X"),
        ("forward", "+Z", "forward axis 'forward'"),
        ("-Z", "+Z", "expected two different axes"),
    ],
)
def test_directions_that_are_no_axes_are_refused(forward: str, up: str, message: str):
    with pytest.raises(InputError, match=message):
        LabFrame(forward=forward, up=up, source="given")


def test_a_person_who_does_not_stand_along_the_axis_is_refused():
    rng = np.random.default_rng(1)
    standing = rng.uniform([0, 0, 0], [0.7, 1.6, 0.5], (30, 20, 3))
    standing[3, 4] = np.nan
    check_upright("walk.trc", standing, GROUND)
    with pytest.raises(InputError, match=r"do not stand along \+Y \(as in OpenSim\): .* give the axis that points up"):
        check_upright("walk.trc", standing[:, :, [0, 2, 1]], GROUND)
    check_upright("few.trc", standing[:, :7, [0, 2, 1]], GROUND)
