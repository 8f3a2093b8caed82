"""Traced outlines of known shapes."""

import numpy as np
import pytest

from trochlea.report.outline import TOLERANCE, Raster, area, path_data, simplified

PIXELS_OFF = 0.35
"""Largest distance of a traced circle from the true one beyond the simplification [mm]; 0.2 seen."""


def circle(radius, n=180, middle=(30.0, -20.0)):
    angle = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    return np.array(middle) + radius * np.column_stack([np.cos(angle), np.sin(angle)])


def test_a_disc_comes_back_where_it_was_painted():
    disc = circle(50.0)
    raster = Raster(disc)
    (line,) = raster.trace(raster.paint([disc], [255]), 127.5)
    off = np.linalg.norm(line - [30.0, -20.0], axis=1) - 50.0
    assert np.abs(off).max() < TOLERANCE + PIXELS_OFF
    assert abs(area(line)) == pytest.approx(np.pi * 50.0**2, rel=0.02)
    assert len(line) < 60


def test_a_hole_stays_a_hole():
    ring = [circle(50.0), circle(20.0)]
    raster = Raster(ring[0])
    lines = raster.trace(raster.paint(ring, [255, 0]), 127.5)
    assert sorted(round(abs(area(line)) / np.pi, -2) for line in lines) == [400.0, 2500.0]
    assert np.prod([np.sign(area(line)) for line in lines]) == -1  # one runs the other way


@pytest.mark.parametrize("tolerance", [0.5, 2.0, 10.0])
def test_a_simplified_line_stays_within_its_tolerance(tolerance):
    closed = np.vstack([circle(50.0), circle(50.0)[:1]])
    kept = simplified(closed, tolerance)
    ends = np.stack([kept[:-1], kept[1:]], axis=1)
    for point in closed:
        chord = ends[:, 1] - ends[:, 0]
        share = np.clip(np.einsum("ij,ij->i", point - ends[:, 0], chord) / np.einsum("ij,ij->i", chord, chord), 0, 1)
        assert np.linalg.norm(ends[:, 0] + share[:, None] * chord - point, axis=1).min() <= tolerance + 1e-9
    assert len(kept) < len(closed)


def test_path_data_steps_along_the_line_with_y_down():
    square = np.array([[1.0, 1.0], [11.0, 1.0], [11.0, 21.0], [1.0, 21.0], [1.0, 1.0]])
    assert path_data([square]) == "M1 -1l10 0 0-20-10 0z"
    assert path_data([square[:2]], is_closed=False) == "M1 -1l10 0"
