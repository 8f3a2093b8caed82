"""Coordinates that others drive in an OpenSim model: value, speed and acceleration in closed form."""

import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.opensim.opensim_coupler import read_couplers
from trochlea.leg.opensim.opensim_dynamics import generalised_forces
from trochlea.leg.opensim.opensim_leg import build_opensim_leg
from trochlea.leg.opensim.opensim_program import load_opensim
from trochlea.motion.timeseries import TimeSeries

STEP = 1e-3
"""Time between the frames of the made-up motion [s]."""

RATE_TOLERANCE = 1e-6
"""Speed [rad/s] and acceleration [rad/s^2] of the driven joint against its closed form; worst seen 4e-9 and 3e-7
(splines through sines)."""


@pytest.fixture(scope="module")
def program(opensim):
    return load_opensim()


def couple(opensim, dependent, driver, coefficients, scale=1.0):
    """A coupler with a polynomial, highest power first as OpenSim's."""
    names = opensim.ArrayStr()
    names.append(driver)
    constraint = opensim.CoordinateCouplerConstraint()
    constraint.setName(f"{dependent}_follows")
    constraint.setIndependentCoordinateNames(names)
    constraint.setDependentCoordinateName(dependent)
    constraint.setFunction(opensim.PolynomialFunction(opensim.Vector.createFromMat(np.array(coefficients))))
    opensim.PropertyHelper.setValueDouble(scale, constraint.updPropertyByName("scale_factor"))
    return constraint


@pytest.fixture
def coupled(program, data_dir, tmp_path):
    """gait2392 with some couplers."""

    def build(*couplers):
        model = program.Model(str(data_dir / "mocap/gait2392_walk/subject01.osim"))
        for coupler in couplers:
            model.addConstraint(coupler)
        model.finalizeConnections()
        path = tmp_path / "coupled.osim"
        model.printToXML(str(path))
        return build_opensim_leg(path)

    return build


def chained(program):
    return (
        couple(program, "mtp_angle_r", "subtalar_angle_r", [0.5, 0.0, 0.1]),
        couple(program, "subtalar_angle_r", "ankle_angle_r", [-1.0, 0.25], scale=2.0),
    )


def test_driven_joints_follow_their_drivers_through_a_chain(program, coupled):
    leg = coupled(*chained(program))
    times = np.arange(200) * STEP
    names = [c.ours or c.name for c in leg.model.coordinates]
    values = np.zeros((times.size, len(names)))
    values[:, names.index("ankle_angle_r")] = 0.2 * np.sin(5 * times)
    motion = TimeSeries(
        times=times,
        values=values,
        names=tuple(names),
        units=tuple("m" if name.startswith("pelvis_t") and name[-2] == "t" else "rad" for name in names),
    )
    pose = leg.place(motion)
    ankle, rate, change = 0.2 * np.sin(5 * times), np.cos(5 * times), -5 * np.sin(5 * times)
    subtalar = 2 * (0.25 - ankle)
    toes = 0.5 * subtalar**2 + 0.1
    subtalar_rate, subtalar_change = -2 * rate, -2 * change
    inside = slice(20, -20)  # away from the ends, where the splines are straightened
    for array, expected_subtalar, expected_toes, tolerance in (
        (pose.qpos, subtalar, toes, 1e-9),
        (pose.qvel, subtalar_rate, subtalar * subtalar_rate, RATE_TOLERANCE),
        (pose.qacc, subtalar_change, subtalar_rate**2 + subtalar * subtalar_change, RATE_TOLERANCE),
    ):
        for name, expected in (("subtalar_angle_r", expected_subtalar), ("mtp_angle_r", expected_toes)):
            found = array[:, leg.model.index(name)]
            np.testing.assert_allclose(found[inside], expected[inside], rtol=0, atol=tolerance)


def test_a_drivers_moment_holds_what_it_drives(program, coupled, data_dir):
    leg = coupled(*chained(program))
    free = build_opensim_leg(data_dir / "mocap/gait2392_walk/subject01.osim")
    ankle = 0.1
    subtalar = 2 * (0.25 - ankle)
    toes = 0.5 * subtalar**2 + 0.1
    # In the model's own signs the toes count the other way round.
    posture = {"ankle_angle_r": ankle, "subtalar_angle_r": subtalar, "mtp_angle_r": -toes}
    found = leg.joint_moments(leg.static_pose({"ankle_angle_r": ankle}), (), "right")[0]
    columns = {c.name: i for i, c in enumerate(free.model.coordinates)}
    forces = generalised_forces(free.model, free.static_pose(posture), ())[0]
    of = {name: forces[columns[f"{name}_angle_r"]] for name in ("ankle", "subtalar", "mtp")}
    expected = of["ankle"] - 2 * (of["subtalar"] + subtalar * of["mtp"])
    assert found[4] == pytest.approx(expected, abs=1e-9)
    assert found[5] == 0.0
    assert abs(expected - of["ankle"]) > 1e-3


def test_couplers_in_a_ring_are_refused(program):
    model = program.Model()
    for dependent, driver in (("a", "b"), ("b", "a")):
        model.addConstraint(couple(program, dependent, driver, [1.0, 0.0]))
    with pytest.raises(ModelError, match="made up: the couplers of a, b drive each other in a ring"):
        read_couplers(program, model, ("a", "b"), "made up")


def test_a_coupler_that_is_switched_off_drives_nothing(program):
    model = program.Model()
    names = ("a", "b")
    constraint = couple(program, "a", "b", [1.0, 0.0])
    constraint.set_isEnforced(False)
    model.addConstraint(constraint)
    assert read_couplers(program, model, names, "made up") == ()
