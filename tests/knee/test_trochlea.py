"""The groove: its measures come back from its surface, and the splines hold it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.kernel.contact import STEEPEST
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.knee import build_knee
from trochlea.knee.shape import knee_shape
from trochlea.knee.trochlea import (
    build_trochlea,
    groove_profile,
    notch_depth,
    surface_radius,
    trochlear_depth,
    wall_height,
)
from trochlea.person.measured import Measured

SPLINE_TOLERANCE = 5e-6
"""Splines against the analytic surface where the patella can be [m]. Worst seen: see test; a fifth of the rounding."""


@pytest.mark.parametrize("sex", ["female", "male"])
def test_splines_hold_the_analytic_surface(sex):
    knee = build_knee(sex=sex)
    generator = np.random.default_rng(1)
    worst = 0.0
    out = np.empty((2, 6))
    for theta, z in zip(generator.uniform(-2.2, 1.2, 400), generator.uniform(-0.025, 0.025, 400), strict=True):
        assert surface(knee.trochlea.table, knee.trochlea.grid, theta, z, out)
        worst = max(worst, abs(out[0, 0] - float(surface_radius(theta, z, knee.shape))))
    assert worst < SPLINE_TOLERANCE


def test_spline_derivatives_are_those_of_its_values():
    knee = build_knee(sex="male")
    step = 1e-6
    out, up, down = np.empty((2, 6)), np.empty((2, 6)), np.empty((2, 6))
    for theta, z in ((-0.5, 0.003), (0.3, -0.012), (-1.3, 0.02)):
        surface(knee.trochlea.table, knee.trochlea.grid, theta, z, out)
        for first, moved in ((1, (step, 0)), (2, (0, step))):
            surface(knee.trochlea.table, knee.trochlea.grid, theta + moved[0], z + moved[1], up)
            surface(knee.trochlea.table, knee.trochlea.grid, theta - moved[0], z - moved[1], down)
            np.testing.assert_allclose(out[:, first], (up[:, 0] - down[:, 0]) / (2 * step), rtol=1e-5, atol=1e-8)


def test_outside_the_table_value_stays_and_slopes_vanish():
    knee = build_knee(sex="male")
    inside, outside = np.empty((2, 6)), np.empty((2, 6))
    assert not surface(knee.trochlea.table, knee.trochlea.grid, 0.2, 0.2, outside)
    assert np.all(outside[:, [2, 4, 5]] == 0)
    surface(knee.trochlea.table, knee.trochlea.grid, 0.2, 0.3, inside)
    assert np.array_equal(inside, outside)


def test_walls_rise_at_the_angles_that_were_asked_for():
    far = np.array([-0.2, -0.1, 0.1, 0.2])
    height = wall_height(far, lateral=math.radians(20), medial=math.radians(14), rounding=0.01)
    assert math.atan((height[3] - height[2]) / 0.1) == pytest.approx(math.radians(20), rel=1e-3)
    assert math.atan((height[0] - height[1]) / 0.1) == pytest.approx(math.radians(14), rel=1e-3)


def test_deepest_point_is_at_zero_for_unequal_walls():
    u = np.linspace(-2e-3, 2e-3, 4001)
    height = wall_height(u, lateral=math.radians(22), medial=math.radians(9), rounding=0.012)
    assert abs(u[np.argmin(height)]) < 2e-6
    assert height.min() == pytest.approx(0, abs=1e-12)


def test_depth_is_the_mean_height_of_both_ridges_over_the_floor():
    # sharp lines: walls of 20 and 14 degrees up to ridges 20 and 12 mm from the floor
    shape = replace(
        knee_shape(sex="male"),
        sulcus_angle=math.radians(146),
        lateral_trochlear_inclination=math.radians(20),
        trochlear_width=0.032,
        facet_asymmetry=0.6,
        groove_rounding=1e-5,
        rim_rounding=1e-5,
    )
    expected = 0.5 * (0.020 * math.tan(math.radians(20)) + 0.012 * math.tan(math.radians(14)))
    assert trochlear_depth(shape) == pytest.approx(expected, rel=5e-3)  # the ridge lies between two samples


def test_condyles_fall_off_beyond_the_ridges_and_the_floor_is_untouched_by_them():
    shape = knee_shape(sex="male")
    edge = np.array([-0.048, 0.048])
    inside = groove_profile(np.array([-shape.medial_facet_width, shape.lateral_facet_width]), shape)
    assert (groove_profile(edge, shape) < inside).all()
    near = np.linspace(-0.004, 0.004, 9)
    wall = wall_height(
        near,
        lateral=shape.lateral_trochlear_inclination,
        medial=shape.medial_trochlear_inclination,
        rounding=shape.groove_rounding,
    )
    np.testing.assert_array_equal(groove_profile(near, shape), wall)


def test_notch_opens_below_the_groove_and_leaves_a_condyle_on_either_side():
    shape = knee_shape(sex="female")
    above, below = shape.notch_angle + 0.01, shape.notch_angle - shape.notch_opening
    assert notch_depth(above, np.array([0.0]), shape)[0] == 0
    depth = notch_depth(below, np.array([0.0, shape.notch_width]), shape)
    assert depth[0] == pytest.approx(shape.notch_depth)
    assert depth[1] < 0.02 * shape.notch_depth


@pytest.mark.parametrize("missing", ["sulcus_angle", "lateral_trochlear_inclination"])
def test_any_two_measures_of_the_groove_give_the_third(missing):
    def measured(value, unit):
        return Measured(value=value, sd=None, unit=unit, source="measured")

    whole = {
        "sulcus_angle": measured(math.radians(150), "rad"),
        "lateral_trochlear_inclination": measured(math.radians(17), "rad"),
    }
    depth = trochlear_depth(knee_shape(whole, sex="female"))
    given = {name: value for name, value in whole.items() if name != missing}
    found = knee_shape(given | {"trochlear_depth": measured(depth, "m")}, sex="female")
    assert getattr(found, missing) == pytest.approx(whole[missing].value, abs=1e-9)


def test_third_measure_that_disagrees_is_refused_with_the_implied_medial_slope():
    given = {
        "sulcus_angle": Measured(value=math.radians(140), sd=None, unit="rad", source="measured"),
        "lateral_trochlear_inclination": Measured(value=math.radians(22), sd=None, unit="rad", source="measured"),
        "trochlear_depth": Measured(value=0.001, sd=None, unit="m", source="measured"),
    }
    with pytest.raises(InputError, match=r"trochlear_depth 1\.0 mm disagrees .* medial facet of 18\.0 deg"):
        knee_shape(given, sex="male")


def test_angles_that_leave_no_medial_facet_are_refused_with_the_implied_slope():
    with pytest.raises(InputError, match=r"medial facet of -3\.0 deg"):
        replace(
            knee_shape(sex="male"),
            sulcus_angle=math.radians(165),
            lateral_trochlear_inclination=math.radians(18),
        )


def test_a_notch_that_reaches_the_axis_is_refused_with_the_deepest_one():
    with pytest.raises(InputError, match=r"notch_depth 30\.0 mm .* at most 20\.6 mm"):
        replace(knee_shape(sex="male"), notch_depth=0.03)


def test_slope_cosine_keeps_to_the_limit_that_the_contact_relies_on():
    shape = replace(knee_shape(sex="male"), notch_depth=0.02, notch_width=0.008)
    assert build_trochlea(shape).table[:, :, 1].min() >= 1 / STEEPEST
