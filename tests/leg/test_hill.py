"""Hill muscle: values that the curves must take, and rigid-tendon geometry solved by hand."""

import numpy as np
import pytest

from trochlea.leg.hill import active_force_length, capacity, fibers, force_velocity
from trochlea.leg.kinematics import LEG_COORDINATES, MuscleGeometry
from trochlea.leg.muscle_parameters import MuscleParameters

ON_CURVE = 1e-12
"""The published constants carry 12 or more decimals; worst difference seen 3e-16."""

FORCE, OPTIMAL, TENDON, FASTEST = 1000.0, 0.1, 0.3, 10.0


def muscle(pennation=0.0, tendon=TENDON):
    return MuscleParameters(
        names=("m",),
        max_isometric_force=np.array([FORCE]),
        optimal_fiber_length=np.array([OPTIMAL]),
        tendon_slack_length=np.array([tendon]),
        pennation_angle=np.array([pennation]),
        max_contraction_velocity=np.array([FASTEST]),
        sources=("made up",),
    )


def path(length, velocity=0.0):
    length = np.atleast_1d(np.asarray(length, dtype=float))
    return MuscleGeometry(
        names=("m",),
        coordinates=LEG_COORDINATES,
        lengths=length[:, None],
        velocities=np.full((length.size, 1), velocity),
        moment_arms=np.zeros((length.size, 1, 6)),
        patella_arms=np.zeros((length.size, 1, 2)),
    )


def test_isometric_fiber_at_optimal_length_gives_full_force():
    assert active_force_length(np.array([1.0]))[0] == pytest.approx(1.0, abs=ON_CURVE)
    assert force_velocity(np.array([0.0]))[0] == pytest.approx(1.0, abs=ON_CURVE)


def test_no_force_at_maximal_shortening_and_none_beyond():
    assert force_velocity(np.array([-1.0]))[0] == pytest.approx(0.0, abs=ON_CURVE)
    assert force_velocity(np.array([-3.0]))[0] == 0.0


def test_lengthening_gives_more_and_shortening_less_than_isometric_force():
    speeds = np.linspace(-1.0, 1.0, 201)
    assert np.all(np.diff(force_velocity(speeds)) > 0.0)
    # d1 arcsinh(d2 + d3) + d4 with the constants of the source, on paper: 1.794.
    assert force_velocity(np.array([1.0]))[0] == pytest.approx(1.794, abs=5e-4)


def test_active_curve_has_one_top_and_dies_out_at_both_ends():
    lengths = np.linspace(0.3, 1.9, 400)
    force = active_force_length(lengths)
    assert abs(lengths[force.argmax()] - 1.0) < 0.02
    assert np.all(np.diff(force[: force.argmax()]) > 0.0)
    assert np.all(np.diff(force[force.argmax() :]) < 0.0)
    assert force[0] < 0.1
    assert force[-1] < 0.05


def test_active_curve_has_no_hole_where_one_bell_has_no_width():
    near = np.linspace(0.1494, 0.1495, 5)
    assert np.all(np.isfinite(active_force_length(near)))
    assert np.isfinite(active_force_length(np.array([0.029947116970696 / 0.200356847296188])))[0]


def test_capacity_of_a_straight_muscle_is_its_force_times_the_curves():
    lengths = TENDON + OPTIMAL * np.array([0.8, 1.0, 1.2])
    expected = FORCE * active_force_length(np.array([0.8, 1.0, 1.2]))
    np.testing.assert_allclose(capacity(muscle(), path(lengths))[:, 0], expected, rtol=1e-12, atol=0)


def test_pennate_fiber_keeps_its_thickness():
    pennation = np.radians(30.0)
    # Fibre thickness 0.05 m; with 0.12 m along the tendon the fibre is 0.13 m: a 5-12-13 triangle.
    state = fibers(muscle(pennation), path(TENDON + 0.12))
    assert state.length[0, 0] == pytest.approx(1.3, rel=1e-12)
    assert state.cos_pennation[0, 0] == pytest.approx(12.0 / 13.0, rel=1e-12)


def test_fiber_velocity_is_the_derivative_of_fiber_length():
    parameters, step = muscle(np.radians(20.0)), 1e-6
    ahead = fibers(parameters, path(0.42 + step)).length - fibers(parameters, path(0.42 - step)).length
    rate = ahead[0, 0] / (2.0 * step) * 0.3
    found = fibers(parameters, path(0.42, velocity=0.3)).velocity[0, 0] * FASTEST
    assert found == pytest.approx(rate, rel=1e-8)  # central difference: error of order step squared


def test_muscle_on_a_slack_tendon_pulls_nothing():
    assert capacity(muscle(np.radians(10.0)), path(TENDON - 0.02))[0, 0] == 0.0
    assert capacity(muscle(0.0), path(TENDON - 0.02))[0, 0] == 0.0


def test_fibers_outside_the_valid_range_are_flagged():
    state = fibers(muscle(), path(TENDON + OPTIMAL * np.array([0.49, 0.51, 1.0, 1.59, 1.61])))
    np.testing.assert_array_equal(state.is_outside[:, 0], [True, False, False, False, True])


def test_other_muscles_than_those_of_the_geometry_are_refused():
    other = MuscleParameters(
        names=("n",),
        max_isometric_force=np.ones(1),
        optimal_fiber_length=np.ones(1),
        tendon_slack_length=np.ones(1),
        pennation_angle=np.zeros(1),
        max_contraction_velocity=np.ones(1),
        sources=("made up",),
    )
    with pytest.raises(ValueError, match="same muscles in the same order"):
        capacity(other, path(0.4))
