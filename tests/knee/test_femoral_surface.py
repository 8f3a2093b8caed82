"""Points on the femur are those of the surface that the solver touches."""

import math

import numpy as np
import pytest

from trochlea.knee.femoral_surface import about_groove, deepest_line, femoral_points, femoral_radius
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.trochlea import ANGLES, WIDTHS, fit_height_field

SAME_SPLINE = 1e-12
"""Two evaluations of one spline [m]; the worst seen is 2e-17."""

AT_SAMPLES = 1e-9
"""A spline through samples returns them [m]; the worst seen is 9e-17."""

DEEPEST = 1e-8
"""Deepest point of a parabola, found on splines [m]; the worst seen is 3e-10."""


@pytest.fixture(scope="module")
def valley():
    """A groove with radius 22 mm whose deepest line wanders: z = 5 mm times the sine of the angle."""
    theta, z = np.linspace(*ANGLES), np.linspace(*WIDTHS)
    deepest = 0.005 * np.sin(theta)
    radius = 0.022 + 8.0 * (z - deepest[:, None]) ** 2
    return fit_height_field(radius, theta, z, axis=(0.004, -0.003))


def test_the_surface_is_the_one_the_solver_uses(male):
    rng = np.random.default_rng(3)
    theta, z = rng.uniform(-2.9, 1.7, 200), rng.uniform(-0.05, 0.05, 200)
    out, table, grid = np.empty((2, 6)), male.trochlea.table, male.trochlea.grid
    expected = []
    for one, other in zip(theta, z, strict=True):
        surface(table, grid, one, other, out)
        expected.append(out[0, 0])
    assert np.allclose(femoral_radius(male.trochlea, theta, z), expected, rtol=0, atol=SAME_SPLINE)


def test_the_surface_passes_through_its_samples(valley):
    theta, z = np.linspace(*ANGLES)[5:-5], np.linspace(*WIDTHS)[5:-5]
    expected = 0.022 + 8.0 * (z - 0.005 * np.sin(theta)[:, None]) ** 2
    assert np.allclose(femoral_radius(valley, theta[:, None], z), expected, rtol=0, atol=AT_SAMPLES)


def test_points_lie_at_their_angle_and_radius(valley):
    points = femoral_points(valley, np.array([0.0, math.pi / 2 - 0.1, -1.2]), np.array([0.001, 0.0, -0.004]))
    radius, theta = about_groove(valley, points)
    assert np.allclose(theta, [0.0, math.pi / 2 - 0.1, -1.2], rtol=0, atol=1e-12)
    assert np.allclose(radius, femoral_radius(valley, theta, points[:, 2]), rtol=0, atol=1e-15)
    forward = points[0] - (0.004, -0.003, 0.001)
    assert np.allclose(forward, (radius[0], 0, 0), rtol=0, atol=1e-15)


def test_the_deepest_line_follows_the_bottom_of_the_groove(valley):
    theta = np.radians([-110.0, -40.0, 0.0, 25.0, 60.0])
    found = deepest_line(valley, theta, half_width=0.015)
    assert np.allclose(found, 0.005 * np.sin(theta), rtol=0, atol=DEEPEST)
