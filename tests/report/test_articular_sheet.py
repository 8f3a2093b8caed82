"""The sheet through the contact points keeps their surface and their pressure."""

import numpy as np
import pytest

from trochlea.report.articular_sheet import articular_sheet, rings

ON_POINTS = 1e-9
"""The spline passes through its points, relative to the largest value [-]; the worst seen is 3e-13."""

PLANE = 1e-9
"""A thin-plate spline reproduces a plane [m]; the worst seen is 3e-17."""


def test_values_at_the_points_are_kept(sweep):
    sheet = articular_sheet(sweep.points, sweep.is_lateral)
    found = sheet.spread(sweep.pressure[4], sweep.points[:, [2, 1]])
    assert np.allclose(found, sweep.pressure[4], rtol=0, atol=ON_POINTS * sweep.pressure[4].max())
    assert np.allclose(sheet.depth(sweep.points[:, [2, 1]]), sweep.points[:, 0], rtol=0, atol=ON_POINTS)


def test_a_flat_patella_stays_flat_between_and_beside_its_points(sweep):
    points = sweep.points.copy()
    points[:, 0] = 0.002 + 0.3 * points[:, 2] - 0.1 * points[:, 1]
    sheet = articular_sheet(points, sweep.is_lateral)
    assert np.allclose(sheet.depth(sheet.rim), 0.002 + sheet.rim @ (0.3, -0.1), rtol=0, atol=PLANE)


def test_the_rim_goes_around_all_points_once(sweep):
    sheet = articular_sheet(sweep.points, sweep.is_lateral)
    rim, places = sheet.rim, sweep.points[:, [2, 1]]
    middle = 0.5 * (rim.max(axis=0) + rim.min(axis=0))

    def polar(z_y):
        return np.arctan2(*(z_y - middle).T[::-1]), np.linalg.norm(z_y - middle, axis=1)

    bearing, reach = polar(rim[:-1])
    order = np.argsort(bearing)
    own_bearing, own_reach = polar(places)
    assert np.all(own_reach < np.interp(own_bearing, bearing[order], reach[order], period=2 * np.pi))
    assert np.array_equal(rim[0], rim[-1])


def test_the_ridge_runs_between_the_facets(sweep):
    sheet = articular_sheet(sweep.points, sweep.is_lateral)
    z = sweep.points[:, 2]
    assert sheet.ridge[:, 0].max() < z[sweep.is_lateral].min() + 0.002
    assert sheet.ridge[:, 0].min() > z[~sweep.is_lateral].max() - 0.002
    assert articular_sheet(sweep.points, np.ones_like(sweep.is_lateral)).ridge.shape == (0, 2)


def test_rings_fill_the_outline_without_gaps_or_overlap():
    angle = np.linspace(0, 2 * np.pi, 181)
    rim = np.column_stack((3 * np.cos(angle), np.sin(angle)))
    nodes, triangles = rings(rim, n_rings=6, n_around=60)
    a, b, c = (nodes[triangles[:, i]] for i in range(3))
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    area = 0.5 * (ux * vy - uy * vx)
    assert (area > 0).all() or (area < 0).all()
    # a polygon of 60 corners on an ellipse has sin(2 pi / 60) / (2 pi / 60) of its area
    expected = 3 * np.pi * np.sin(np.pi / 30) / (np.pi / 30)
    assert abs(area.sum()) == pytest.approx(expected, rel=1e-3, abs=0)
    assert len(nodes) == 1 + 6 * 60
