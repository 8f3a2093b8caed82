"""Hill muscle: values that the curves must take, and rigid-tendon geometry solved by hand."""

import numpy as np
import pytest

from trochlea.leg.kinematics import LEG_COORDINATES, MuscleGeometry
from trochlea.leg.muscles.hill import active_force_length, capacity, fibers, force_velocity
from trochlea.leg.muscles.muscle_curves import force_length_curve, force_velocity_curve
from trochlea.leg.muscles.muscle_parameters import MuscleParameters

ON_CURVE = 1e-9
"""Corners are points of the table; worst difference seen 2e-16."""

SAME_CURVE = 1e-7
"""Ours is a table with slopes, OpenSim's solves for the curve's parameter; worst difference seen 1e-9."""

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
    np.testing.assert_allclose(force_velocity(np.array([-1.0, -3.0])), 0.0, rtol=0, atol=ON_CURVE)


def test_fastest_lengthening_gives_its_largest_force_and_no_more_beyond():
    np.testing.assert_allclose(force_velocity(np.array([1.0, 3.0])), 1.4, rtol=0, atol=ON_CURVE)


def test_force_rises_with_lengthening_velocity():
    assert np.all(np.diff(force_velocity(np.linspace(-1.0, 1.0, 401))) > 0.0)


def test_slope_of_force_velocity_at_rest_is_the_given_one():
    step = 1e-5
    ahead = force_velocity(np.array([step]))[0] - force_velocity(np.array([-step]))[0]
    assert ahead / (2.0 * step) == pytest.approx(5.0, rel=1e-3)  # curvature on both sides: error of order step


def test_active_curve_rises_to_its_top_and_falls_to_nothing():
    lengths = np.linspace(0.26, 1.89, 400)
    force = active_force_length(lengths)
    top = force.argmax()
    assert abs(lengths[top] - 1.0) < 0.01
    assert np.all(np.diff(force[: top + 1]) > 0.0)
    assert np.all(np.diff(force[top:]) < 0.0)
    np.testing.assert_array_equal(active_force_length(np.array([0.1, 0.25, 1.9, 2.5])), 0.0)


def test_curves_are_smooth_where_their_pieces_meet():
    for curve in (force_length_curve(), force_velocity_curve()):
        steps = np.linspace(curve.x[0] + 1e-3, curve.x[-1] - 1e-3, 5001)
        bend = np.abs(np.diff(curve(steps, 1)))
        # A kink would jump by a good part of the largest slope within one step.
        assert bend.max() < 0.02 * np.abs(curve(steps, 1)).max()


def test_curves_agree_with_opensim(opensim):
    length, velocity = np.linspace(0.2, 2.0, 91), np.linspace(-1.0, 1.0, 81)
    theirs = opensim.ActiveForceLengthCurve(0.25, 0.77, 1.9, 0.75, 0.0)
    expected = [theirs.calcValue(float(x)) for x in length]
    np.testing.assert_allclose(active_force_length(length), expected, rtol=0, atol=SAME_CURVE)
    theirs = opensim.ForceVelocityCurve(0.0, 0.25, 5.0, 0.0, 0.15, 1.4, 0.6, 0.9)
    expected = [theirs.calcValue(float(x)) for x in velocity]
    np.testing.assert_allclose(force_velocity(velocity), expected, rtol=0, atol=SAME_CURVE)


def test_capacity_of_a_straight_muscle_is_its_force_times_the_curves():
    lengths = TENDON + OPTIMAL * np.array([0.8, 1.0, 1.2])
    expected = FORCE * active_force_length(np.array([0.8, 1.0, 1.2]))
    np.testing.assert_allclose(capacity(muscle(), path(lengths))[:, 0], expected, rtol=1e-9, atol=0)


def test_pennate_fiber_keeps_its_thickness():
    pennation = np.radians(30.0)
    # Fibre thickness 0.05 m; with 0.12 m along the tendon the fibre is 0.13 m: a 5-12-13 triangle.
    state = fibers(muscle(pennation), path(TENDON + 0.12))
    assert state.length[0, 0] == pytest.approx(1.3, rel=1e-12)
    assert state.cos_pennation[0, 0] == pytest.approx(12.0 / 13.0, rel=1e-12)


def test_only_the_fibers_pull_along_the_tendon_counts():
    pennation = np.radians(30.0)
    expected = FORCE * active_force_length(np.array([1.3]))[0] * 12.0 / 13.0
    assert capacity(muscle(pennation), path(TENDON + 0.12))[0, 0] == pytest.approx(expected, rel=1e-9)


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
