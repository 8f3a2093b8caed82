"""Points and areas on the back of the patella, and summaries of pressure over them."""

import math

import numpy as np
import pytest
from scipy.special import gamma

from trochlea.knee.patella import OUTLINE, build_patella, ridge_z, unit_outline
from trochlea.knee.pressure import HALF_VOXEL, centre_of_pressure, contact_area, smoothed_peak
from trochlea.knee.shape import knee_shape

AREA_TOLERANCE = 2e-3
"""Sum of 300 point areas against the closed form. Worst seen 1e-3."""


def test_point_areas_fill_the_outline():
    p = OUTLINE
    closed_form = 4 * gamma(1 + 1 / p) ** 2 / gamma(1 + 2 / p)  # area of |u|^p + |v|^p < 1
    assert unit_outline()[1].sum() == pytest.approx(closed_form, rel=AREA_TOLERANCE)


def test_facets_are_the_sides_of_the_ridge():
    shape = knee_shape(sex="male")
    patella = build_patella(shape)
    assert np.array_equal(patella.is_lateral, patella.points[:, 2] > ridge_z(shape))
    lateral_width = 0.5 * shape.patella_width - ridge_z(shape)
    assert lateral_width / shape.patella_width == pytest.approx(shape.ridge_position)


def test_ridge_is_the_hindmost_part():
    shape = knee_shape(sex="female")
    points = build_patella(shape, n_points=3000).points
    hindmost = points[np.argmin(points[:, 0])]
    assert hindmost[2] == pytest.approx(ridge_z(shape), abs=1e-3)
    assert hindmost[0] == pytest.approx(-0.5 * shape.patella_thickness, abs=1e-4)


def test_smoothed_peak_of_a_paraboloid_is_nine_tenths_of_its_top():
    n = 20000
    radius2 = (np.arange(n) + 0.5) / n  # equal areas of a disc
    pressure = 4e6 * (1 - radius2)[None, :]
    assert smoothed_peak(pressure, np.ones(n))[0] == pytest.approx(0.9 * 4e6, rel=1e-4)


def test_smoothed_peak_of_a_uniform_field_is_the_field_and_of_nothing_is_zero():
    peaks = smoothed_peak(np.array([[2e6] * 5, [0.0] * 5]), np.arange(1.0, 6.0))
    np.testing.assert_allclose(peaks, [2e6, 0.0], rtol=1e-12, atol=0)


def test_point_at_zero_depth_counts_half_and_one_at_the_gap_counts_half_in_the_image():
    depth = np.array([[1e-3, 0.0, -HALF_VOXEL, -1e-3]])
    areas = np.full(4, 2e-6)
    assert contact_area(depth, areas)[0] == pytest.approx(3e-6)
    assert contact_area(depth, areas, gap=HALF_VOXEL)[0] == pytest.approx(5e-6)


def test_centre_of_pressure_of_two_points_divides_their_distance_by_their_force():
    points = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.03]])
    centre = centre_of_pressure(np.array([[2e6, 1e6], [0.0, 0.0]]), points, np.array([1e-6, 4e-6]))
    np.testing.assert_allclose(centre[0], [0, 0, 0.02], rtol=0, atol=1e-15)
    assert np.isnan(centre[1]).all()


def test_areas_follow_the_slope_of_the_facets():
    shape = knee_shape(sex="male")
    patella = build_patella(shape)
    flat = patella.areas.sum() / (shape.patella_width * shape.articular_height_ratio * shape.patella_height / 4)
    mean_secant = flat / unit_outline()[1].sum()
    slopes = (shape.lateral_trochlear_inclination, shape.medial_trochlear_inclination)
    assert 1 < mean_secant < 1 / math.cos(max(slopes)) + 0.02
