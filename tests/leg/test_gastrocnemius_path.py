"""The gastrocnemii round condyles and shank: consistent with their own lengths, and with OpenSim's moment arms."""

import numpy as np
import pytest

from trochlea.leg.kinematics import LEG_COORDINATES, muscle_geometry, over_frames, static_pose
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.gastrocnemius_path import HEADS, free_points, repair_gastrocnemius
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.leg.skeleton.myolegs import load_legs
from trochlea.leg.skeleton.repairs import apply_repairs
from trochlea.motion.timeseries import TimeSeries

ARM_IS_RATE = 2e-6
"""A moment arm is the rate of the path's length [m]; worst difference seen 7e-7, of a central difference over 1e-4 rad:
the free point moves between the two postures."""

SAME_ARM = {"Rajagopal2016": 0.8e-3, "RajagopalLaiUhlrich2023": 1.3e-3}
"""Knee arms beside OpenSim's [m]; worst seen 0.63 mm and 1.07 mm, medial head at full extension, where without the
condyles they were 7.4 mm and 9.8 mm apart."""

SAME_LEG = 1e-9
KNEE, ANKLE = LEG_COORDINATES.index("knee_angle"), LEG_COORDINATES.index("ankle_angle")


def postures(side="r", knees=range(0, 121, 10), ankles=(-30, 0, 20), offset=0.0):
    knee, ankle = (values.ravel() for values in np.meshgrid(knees, ankles))
    return TimeSeries(
        times=np.arange(knee.size) * 0.01,
        names=(f"knee_angle_{side}", f"ankle_angle_{side}"),
        values=np.radians(np.column_stack([knee, ankle]).astype(float)) + [offset, 0.0],
        units=("rad", "rad"),
    )


def geometry_of(leg, series, side="right"):
    return muscle_geometry(leg, static_pose(leg, series), side)


@pytest.fixture(scope="module", params=["rajagopal-2016", "lai-uhlrich-2023"])
def leg(request):
    return build_leg(mass=68.0, height=1.62, sex="female", paths=request.param)


def test_moment_arms_are_the_rates_of_the_lengths(leg):
    step = 1e-4
    found = geometry_of(leg, postures())
    ahead, behind = (geometry_of(leg, postures(offset=sign * step)) for sign in (1, -1))
    for head in HEADS:
        i = found.names.index(head)
        rate = (ahead.lengths[:, i] - behind.lengths[:, i]) / (2.0 * step)
        np.testing.assert_allclose(found.moment_arms[:, i, KNEE], -rate, rtol=0, atol=ARM_IS_RATE)


def test_the_path_is_straight_in_the_flexed_knee_and_bent_by_the_condyles_in_the_extended_one(leg):
    # Without the condyles the knee arm of the medial head is 10 to 13 mm in the extended knee, with them 16 to 21 mm.
    arms = geometry_of(leg, postures(knees=[0], ankles=[0])).moment_arms[0, :, KNEE]
    assert arms[leg.muscles.index("gasmed")] > 0.015
    assert arms[leg.muscles.index("gaslat")] > 0.020


def test_lengths_change_without_a_jump(leg):
    lengths = geometry_of(leg, postures(knees=range(0, 121), ankles=[0])).lengths
    for head in HEADS:
        steps = np.diff(lengths[:, leg.muscles.index(head)])
        assert np.abs(steps).max() < 0.7e-3  # a knee arm of at most 40 mm, over one degree


def test_a_point_inside_a_cylinder_of_any_radius_has_a_path(leg):
    """A radius squared by Python and one squared by numpy differ in the last digit for one radius in a thousand."""
    radii = 0.04 + np.arange(100_000) * 1e-7
    unlucky = next(r for r, square in zip(radii.tolist(), (radii**2).tolist(), strict=True) if r**2 > square)
    pose = static_pose(leg, postures())
    for point in free_points(leg.mj, "right", pose.times.size):
        point.radii[0] = unlucky  # the tendon's end in the femur is about 25 mm from the axis
        over_frames(leg, pose, point.observe)
        assert np.isfinite(point.places()).all()


def test_left_and_right_are_mirror_images(leg):
    right, left = geometry_of(leg, postures("r")), geometry_of(leg, postures("l"), "left")
    for head in HEADS:
        i = right.names.index(head)
        np.testing.assert_allclose(left.lengths[:, i], right.lengths[:, i], rtol=0, atol=1e-6)
        np.testing.assert_allclose(left.moment_arms[:, i], right.moment_arms[:, i], rtol=0, atol=1e-5)


def test_frames_do_not_influence_each_other(leg):
    together = geometry_of(leg, postures(ankles=[0]))
    alone = geometry_of(leg, postures(knees=[20], ankles=[0]))
    for head in HEADS:
        i = together.names.index(head)
        # All frames move until the last is still; worst difference seen 2e-12.
        assert alone.lengths[0, i] == pytest.approx(together.lengths[2, i], abs=SAME_LEG)


def test_a_second_repair_stands_down():
    spec = load_legs()
    apply_repairs(spec)
    assert repair_gastrocnemius(spec, "rajagopal-2016").is_applied
    assert not repair_gastrocnemius(spec, "rajagopal-2016").is_applied


@pytest.mark.parametrize("name", list(SAME_ARM))
def test_moment_arms_agree_with_opensim(opensim, data_dir, name):
    path = data_dir / "models" / f"{name}.osim"
    leg = build_leg_from_osim(read_osim(path))
    series = postures(knees=range(0, 121, 5))
    found = geometry_of(leg, series)
    opensim.Logger.setLevelString("Error")
    model = opensim.Model(str(path))
    state = model.initSystem()
    coordinates = [model.getCoordinateSet().get(name) for name in series.names]
    for frame, values in enumerate(series.values):
        for coordinate, value in zip(coordinates, values, strict=True):
            coordinate.setValue(state, float(value), False)
        model.assemble(state)
        for head in HEADS:
            theirs = [model.getMuscles().get(f"{head}_r").computeMomentArm(state, c) for c in coordinates]
            ours = found.moment_arms[frame, found.names.index(head)][[KNEE, ANKLE]]
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=SAME_ARM[name])
