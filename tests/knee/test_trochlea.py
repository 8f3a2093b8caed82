"""The groove: its measures come back from its surface, and the splines hold it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.knee import build_knee
from trochlea.knee.shape import knee_shape
from trochlea.knee.trochlea import groove_profile, surface_radius, wall_height

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
    step = 1e-5
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


def test_deeper_groove_has_higher_walls():
    shape = knee_shape(sex="male")
    edge = np.array([-0.035, 0.035])
    deeper = replace(shape, trochlear_depth=1.3 * shape.trochlear_depth)
    assert (groove_profile(edge, deeper) > groove_profile(edge, shape)).all()


def test_angles_that_leave_no_medial_facet_are_refused_with_the_implied_slope():
    with pytest.raises(InputError, match=r"medial facet of -3\.0 deg"):
        replace(
            knee_shape(sex="male"),
            sulcus_angle=math.radians(165),
            lateral_trochlear_inclination=math.radians(18),
        )
