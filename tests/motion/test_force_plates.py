"""Force plates: what their channels say, against statics."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.motion.files.force_plates import PlateSetup, plate_force
from trochlea.motion.files.lab_frame import GROUND, LabFrame
from trochlea.motion.plate_force import PlateForce

LAB = LabFrame(forward="+X", up="+Z", source="given")
HALF_X, HALF_Y, DEPTH = 0.3, 0.2, 0.04
PLACE = np.array([1.2, -0.4, 0.1])
TURN = Rotation.from_euler("z", 0.4) * Rotation.from_euler("x", np.pi)  # the plate's z axis points down
CORNERS = PLACE + TURN.apply([[HALF_X, HALF_Y, 0], [-HALF_X, HALF_Y, 0], [-HALF_X, -HALF_Y, 0], [HALF_X, -HALF_Y, 0]])

WRENCH = 1e-10
"""Moments about the laboratory's origin agree [N.m]; worst seen 6e-13 at 900 N.m."""


def pressed(n_samples: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Force on the plate, where it acts on the surface, and twist about z, all in the plate's axes."""
    rng = np.random.default_rng(11)
    force = np.column_stack([rng.normal(0, 40, (n_samples, 2)), rng.uniform(100, 900, n_samples)])
    point = np.column_stack([rng.uniform(-HALF_X, HALF_X, n_samples), rng.uniform(-HALF_Y, HALF_Y, n_samples)])
    return force, np.column_stack([point, np.zeros(n_samples)]), rng.normal(0, 10, n_samples)


def six_channels(force: np.ndarray, point: np.ndarray, twist: np.ndarray) -> np.ndarray:
    """Force, and moment about a point that lies DEPTH below the surface."""
    moment = np.cross(point - [0, 0, DEPTH], force)
    moment[:, 2] += twist
    return np.hstack([force, moment])


def corner_channels(force: np.ndarray, point: np.ndarray, twist: np.ndarray) -> np.ndarray:
    """Forces of four transducers, DEPTH below the surface, that hold the plate in balance."""
    a, b = 0.25, 0.15
    moment = six_channels(force, point, twist)[:, 3:]
    total, mx, my, mz = force[:, 2] / 4, moment[:, 0] / (4 * b), moment[:, 1] / (4 * a), moment[:, 2]
    fz = [total + mx - my, total + mx + my, total - mx + my, total - mx - my]
    half_x, half_y = force[:, 0] / 2, force[:, 1] / 2
    return np.column_stack(
        [half_x - mz / (4 * b), half_x + mz / (4 * b), half_y + mz / (4 * a), half_y - mz / (4 * a), *fz]
    )


MIXING = np.eye(6) + 0.05 * np.random.default_rng(2).normal(size=(6, 6))


def setup(kind: int, **changes) -> PlateSetup:
    origin = {1: [0, 0, 0], 2: [0, 0, -DEPTH], 3: [0.25, 0.15, -DEPTH], 4: [0, 0, -DEPTH]}[kind]
    calibration = MIXING if kind == 4 else None
    values = {
        "name": "force plate 1",
        "type": kind,
        "corners": CORNERS,
        "origin": origin,
        "calibration": calibration,
    }
    return PlateSetup(**(values | changes))


def signals(kind: int) -> np.ndarray:
    force, point, twist = pressed()
    if kind == 1:
        return np.column_stack([force, point[:, :2], twist])
    if kind == 3:
        return corner_channels(force, point, twist)
    six = six_channels(force, point, twist)
    return np.linalg.solve(MIXING, six.T).T if kind == 4 else six


def measure(kind: int, sign: int = 1, lab: LabFrame = LAB) -> PlateForce:
    values = signals(kind) * (sign if kind != 1 else np.array([sign, sign, sign, 1, 1, sign]))
    return plate_force(setup(kind), np.arange(20) / 1000, values, lab)


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
@pytest.mark.parametrize("sign", [1, -1], ids=["force-on-the-plate", "force-of-the-ground"])
def test_every_type_gives_back_the_force_that_pressed_the_plate(kind: int, sign: int):
    force, point, twist = pressed()
    plate = measure(kind, sign)
    up = LAB.to_ground(TURN.apply([0.0, 0.0, -1.0]))
    np.testing.assert_allclose(plate.force, LAB.to_ground(-TURN.apply(force)), rtol=0, atol=WRENCH)
    np.testing.assert_allclose(plate.point, LAB.to_ground(PLACE + TURN.apply(point)), rtol=0, atol=1e-12)
    np.testing.assert_allclose(plate.free_moment, np.outer(twist, up), rtol=0, atol=WRENCH)
    assert (plate.force[:, 1] > 0).all()
    assert plate.name == "force plate 1"
    np.testing.assert_allclose(plate.corners, LAB.to_ground(CORNERS), rtol=0, atol=0)


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_the_moment_about_the_laboratory_is_that_of_the_person(kind: int):
    force, point, twist = pressed()
    plate = measure(kind, lab=LAB)
    found = np.cross(plate.point, plate.force) + plate.free_moment
    on_plate = np.cross(PLACE + TURN.apply(point), TURN.apply(force)) + np.outer(twist, TURN.apply([0, 0, 1.0]))
    np.testing.assert_allclose(found, LAB.to_ground(-on_plate), rtol=0, atol=WRENCH)


def test_an_unloaded_plate_has_no_point():
    values = signals(2)
    values[3:6] *= 1e-4
    plate = plate_force(setup(2), np.arange(20) / 1000, values, LAB)
    assert np.isnan(plate.point[3:6]).all()
    assert np.isfinite(np.delete(plate.point, [3, 4, 5], axis=0)).all()
    assert (plate.free_moment[3:6] == 0).all()
    assert np.isfinite(plate.force).all()


@pytest.mark.parametrize(
    ("changes", "lab", "message"),
    [
        ({}, GROUND, r"would stand upright if \+Y pointed up \(as in OpenSim\); expected a level plate: give the axis"),
        ({"type": 5}, LAB, "is of type 5; expected 1, 2, 3 or 4"),
        ({"corners": np.zeros((4, 3))}, LAB, "its four corners do not span a plate"),
        ({"type": 4}, LAB, "of type 4: a calibration matrix belongs to type 4"),
        ({"calibration": MIXING}, LAB, "of type 2: a calibration matrix belongs to type 4"),
        ({"type": 3}, LAB, "has 6 channels, expected 8"),
        ({"origin": [0.9, 0, -DEPTH]}, LAB, "m from the middle of a plate of 0.60 by 0.40 m; expected it on the plate"),
    ],
)
def test_plates_that_cannot_be_used_are_refused_in_one_line(changes: dict, lab: LabFrame, message: str):
    with pytest.raises(InputError, match=message) as caught:
        plate_force(setup(2, **changes), np.arange(20) / 1000, signals(2), lab)
    assert "force plate 1" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plate_that_pushes_and_pulls_is_refused():
    values = signals(2)
    values[:5, 2] -= 1000
    with pytest.raises(InputError, match="the vertical force runs from .* expected one direction: an offset"):
        plate_force(setup(2), np.arange(20) / 1000, values, LAB)
