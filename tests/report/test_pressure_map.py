"""The map shows the pressures of the contact points, on the side where a viewer from behind sees them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from trochlea.report import ink
from trochlea.report.pressure_map import contour_step, large_map, pressure_maps, scale_bar, scale_top, small_map

FIELD = 0.06
"""Largest pressure on the grid against that of the contact points [-]: the grid may miss the highest point, and the
spline may overshoot between points; the worst seen is 0.018."""


def place_of(svg, word):
    """Horizontal place of a text element."""
    element = next(e for e in re.findall(r"<text[^>]*>[^<]*</text>", svg) if f">{word}<" in e)
    return float(re.search(r"translate\(([-\d.]+)", element).group(1))


def outer_share(maps, index):
    """Share of the drawn pressure that lies on the right half of the picture."""
    field = np.nan_to_num(maps.fields[index])
    return field[:, maps.across > 0].sum() / field.sum()


def test_the_field_holds_the_pressures_of_the_points(sweep):
    maps = pressure_maps(sweep, (0, 1, 4), top=10.0)
    for i, frame in enumerate(maps.frames):
        largest = sweep.pressure[frame].max() / 1e6
        assert maps.largest[i] == pytest.approx(largest, rel=1e-12)
        assert np.nanmax(maps.fields[i]) == pytest.approx(largest, rel=FIELD)
        assert np.nanmin(maps.fields[i]) == 0


def test_a_lateral_contact_is_drawn_right_on_a_right_knee_and_left_on_a_left_one(sweep, left_sweep):
    right, left = (
        pressure_maps(replace(result, pressure=np.where(result.is_lateral, result.pressure, 0.0)), (4,), top=5.0)
        for result in (sweep, left_sweep)
    )
    assert outer_share(right, 0) > 0.9
    assert outer_share(left, 0) < 0.1
    assert np.allclose(right.fields, left.fields[:, :, ::-1], rtol=0, atol=1e-9)
    assert np.allclose(right.across, -left.across[::-1], rtol=0, atol=1e-12)


def test_the_summit_is_the_point_with_the_largest_pressure(sweep):
    maps = pressure_maps(sweep, (4,), top=5.0)
    expected = sweep.points[sweep.pressure[4].argmax()] * 1e3
    assert np.allclose(maps.summits[0], (expected[2], expected[1]), rtol=0, atol=1e-12)


def test_centres_of_pressure_balance_the_pressure_of_their_facet(sweep):
    maps = pressure_maps(sweep, (4,), top=5.0)
    for facet, chosen in enumerate((sweep.is_lateral, ~sweep.is_lateral)):
        push = sweep.pressure[4][chosen] * sweep.point_areas[chosen]
        z, y = maps.centres[0, facet] * 1e-3
        arms = sweep.points[chosen][:, [2, 1]] - (z, y)
        assert np.allclose(push @ arms, 0, atol=1e-9 * push.sum())


def test_a_facet_without_pressure_has_no_centre(sweep):
    only_lateral = np.where(sweep.is_lateral, sweep.pressure, 0.0)
    maps = pressure_maps(replace(sweep, pressure=only_lateral), (4,), top=5.0)
    assert np.isfinite(maps.centres[0, 0]).all()
    assert np.isnan(maps.centres[0, 1]).all()


def test_a_frame_without_a_result_is_drawn_bare(sweep):
    maps = pressure_maps(sweep, (3,), top=5.0)
    svg = small_map(maps, 0, name="bare", description="nothing")
    assert np.isnan(maps.largest[0])
    assert "var(--p" not in svg
    assert "var(--cartilage)" in svg


@pytest.mark.parametrize(("side", "sign"), [("right", 1), ("left", -1)])
def test_the_names_of_the_sides_stand_on_their_side(sweep, left_sweep, side, sign):
    result = sweep if side == "right" else left_sweep
    svg = large_map(pressure_maps(result, (4,), top=5.0), 0, side=side, label="knee bent 80°")
    assert sign * (place_of(svg, "outer") - place_of(svg, "inner")) > 0
    assert f"at one point {np.nanmax(result.pressure[4]) / 1e6:.1f} MPa" in svg
    assert f"{side.capitalize()} kneecap seen from the thigh bone, knee bent 80°" in svg


def test_the_highest_step_of_the_scale_appears_only_near_its_top(sweep):
    highest = f"var(--p{ink.N_PRESSURE_STEPS - 1})"
    largest = np.nanmax(sweep.pressure[4]) / 1e6
    near, far = (
        large_map(pressure_maps(sweep, (4,), top=top), 0, side="right", label="80°").partition("patella-axes_2")[0]
        for top in (largest, 3 * largest)
    )
    assert highest in near
    assert highest not in far


@pytest.mark.parametrize(("top", "step"), [(4.0, 1.0), (10.0, 2.0), (7.5, 1.0), (0.9, 0.2), (22.0, 5.0)])
def test_contour_lines_lie_at_round_pressures(top, step):
    assert contour_step(top) == pytest.approx(step, rel=1e-12)


def test_the_scale_ends_above_the_largest_pressure_at_a_round_number():
    assert scale_top(np.array([3.2, 9.6, np.nan])) == 10.0
    assert scale_top(np.array([4.0])) == 4.0
    assert scale_top(np.zeros(3)) == 1.0
    assert scale_top(np.array([np.nan])) == 1.0


def test_the_scale_bar_names_its_unit():
    assert ">10 MPa<" in scale_bar(10.0)
