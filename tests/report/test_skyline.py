"""The cross-section is that of the knee that was solved."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.knee.trochlea import surface_radius
from trochlea.report.right_knee import points_on_femur, right_points
from trochlea.report.skyline import Skyline, cut_skyline, overlap

OVERLAP = 0.10
"""Overlap in the section against largest pressure over stiffness [-]: the section looks along the radius and not
along the surface's normal, and the largest pressure may lie beside it; the worst seen is 0.061."""

ON_SURFACE = 5e-6
"""Splines of the table against the parametric surface that it was sampled from [m]; the worst seen is 4e-7."""

SAME = 1e-9
"""Left and right are mirror images [m]; the worst seen is 0."""


@pytest.fixture(scope="module")
def result(knee, make):
    return make.solve_sweep(knee, [30, 60], 900.0)


@pytest.mark.parametrize("frame", [0, 1])
def test_surfaces_overlap_by_the_compression_of_the_cartilage(knee, result, frame):
    skyline = cut_skyline(knee, result, frame=frame)
    expected = np.nanmax(result.pressure[frame]) / knee.foundation_stiffness
    assert overlap(skyline).max() == pytest.approx(expected, rel=OVERLAP, abs=0)


def test_the_groove_is_that_of_the_shape(knee, result):
    skyline = cut_skyline(knee, result, frame=1)
    middle = points_on_femur(result, 1, right_points(result))
    weight = result.pressure[1] * result.point_areas
    x, y, _ = np.average(middle, axis=0, weights=weight)
    cut = np.arctan2(y - knee.trochlea.grid[1], x - knee.trochlea.grid[0])
    inner = np.abs(skyline.groove[:, 0]) < 0.02
    z = skyline.groove[inner, 0]
    expected = surface_radius(np.array(cut), z, knee.shape)
    assert np.allclose(skyline.groove[inner, 1], expected, rtol=0, atol=ON_SURFACE)
    assert skyline.deepest[1] == pytest.approx(
        float(surface_radius(np.array(cut), np.array(0.0), knee.shape)), rel=0, abs=ON_SURFACE
    )


def test_a_left_knee_gives_the_same_section(knee, sweep, left_sweep):
    right, left = (cut_skyline(knee, result, frame=4) for result in (sweep, left_sweep))
    for name in ("patella", "groove", "landmarks", "width_line"):
        assert np.allclose(getattr(right, name), getattr(left, name), rtol=0, atol=SAME), name


def test_the_section_moves_with_the_patella(knee, result):
    moved = result.solution.value.copy()
    moved[:, 5] += 0.004
    shifted = replace(result, solution=replace(result.solution, value=moved))
    one, other = (cut_skyline(knee, item, frame=1) for item in (result, shifted))
    assert np.allclose(other.patella[:, 0] - one.patella[:, 0], 0.004, rtol=0, atol=1e-6)
    assert np.allclose(other.width_line[:, 0] - one.width_line[:, 0], 0.004, rtol=0, atol=1e-12)


def test_the_width_line_shows_the_bisect_offset_of_the_result(knee, result):
    skyline = cut_skyline(knee, result, frame=0)
    medial, lateral = skyline.width_line[:, 0]
    assert lateral / (lateral - medial) == pytest.approx(result.bisect_offset[0], rel=1e-12, abs=0)


def section(**changes):
    """A symmetric V of 45 degrees with a patella above it."""
    z = np.linspace(-0.03, 0.03, 61)
    groove = np.column_stack((z, 0.02 + np.abs(z)))
    values = {
        "frame": 0,
        "patella": groove + (0.0, 0.001),
        "groove": groove,
        "patella_layer": 0.002,
        "groove_layer": 0.002,
        "deepest": np.array((0.0, 0.02)),
        "landmarks": np.zeros((4, 2)),
        "width_line": np.array(((-0.02, 0.03), (0.02, 0.03))),
        "tilt": 0.0,
        "bisect_offset": 0.5,
        "shift": 0.0,
        "congruence_angle": 0.0,
    }
    return Skyline(**values | changes)


@pytest.mark.parametrize("frame", [0, 1])
def test_the_drawn_landmarks_make_the_congruence_angle_of_the_result(knee, result, frame):
    medial, lateral, sulcus, ridge = cut_skyline(knee, result, frame=frame).landmarks
    bearing = [np.arctan2(*(end - sulcus)) for end in (medial, lateral, ridge)]
    expected = bearing[2] - 0.5 * (bearing[0] + bearing[1])
    assert expected == pytest.approx(result.congruence_angle[frame], rel=1e-9, abs=1e-12)


def test_the_sulcus_lies_one_layer_below_the_deepest_cartilage(knee, result):
    skyline = cut_skyline(knee, result, frame=0)
    assert skyline.deepest[1] - skyline.landmarks[2, 1] == pytest.approx(skyline.groove_layer, rel=1e-9)


def test_surfaces_that_do_not_touch_do_not_overlap():
    assert overlap(section()).max() == 0


def test_a_frame_without_contact_is_refused(knee, result):
    empty = replace(result, pressure=np.full_like(result.pressure, np.nan))
    with pytest.raises(ValueError, match="frame 0 has no contact"):
        cut_skyline(knee, empty, frame=0)


def test_a_skyline_of_the_wrong_shape_is_refused():
    good = section()
    with pytest.raises(ValueError, match="patella has shape"):
        replace(good, patella=np.zeros((4, 3)))
    with pytest.raises(ValueError, match="groove holds a value that is not finite"):
        replace(good, groove=np.full((4, 2), np.nan))
