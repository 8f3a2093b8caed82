"""Points of the bodies in many poses at once."""

import numpy as np
import pytest

from trochlea.leg.kinematics import static_pose
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.segments import site_positions
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.timeseries import TimeSeries

DERIVATIVE = 1e-8
"""Against central differences, step 1e-6 [m/rad, m/m]; worst seen 6e-10."""

BODIES = ("pelvis", "torso", "femur_r", "tibia_r", "patella_r", "calcn_r", "toes_r", "femur_l", "tibia_l", "calcn_l")


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75, height=1.7, sex="male")


def test_the_jacobian_is_the_derivative_of_the_places(leg) -> None:
    rng = np.random.default_rng(4)
    points = body_points(leg, BODIES, rng.uniform(-0.1, 0.1, (len(BODIES), 3)))
    values = rng.uniform(0.1, 0.9, (3, len(leg.coordinates)))
    _, jacobian = place_points(points, values)
    for column in range(values.shape[1]):
        forth, back = np.array(values), np.array(values)
        forth[:, column] += 1e-6
        back[:, column] -= 1e-6
        slope = (place_points(points, forth)[0] - place_points(points, back)[0]) / 2e-6
        np.testing.assert_allclose(jacobian[..., column], slope, rtol=0, atol=DERIVATIVE)


def test_points_lie_where_the_engine_has_them(leg) -> None:
    names = ("CAL_r", "CAL_l")
    values = np.random.default_rng(2).uniform(0.0, 0.8, (4, len(leg.coordinates)))
    series = TimeSeries(times=np.arange(4.0), values=values, names=leg.coordinates, units=("rad",) * values.shape[1])
    positions = np.array([leg.mj.site(name).pos for name in names])
    places, _ = place_points(body_points(leg, ("calcn_r", "calcn_l"), positions), values)
    np.testing.assert_allclose(places, site_positions(leg, static_pose(leg, series), names), rtol=0, atol=1e-12)
