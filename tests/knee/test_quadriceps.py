"""Paths of the quadriceps over the femur, against circles drawn by hand."""

import math

import numpy as np
import pytest

from trochlea.knee.kernel.quadriceps import head_force, planar_path
from trochlea.knee.kneecap import solve_kneecap

RADIUS = 0.025

STEP = 1e-6
"""Of central differences of a path's length [m]."""

SLOPE = 1e-8
"""Absolute error of the gradient so found [-]. Worst seen 2e-10."""

CURVATURE = 1e-6
"""Error of the Hessian from differences of the gradient, over its largest entry [-]. Worst seen 1e-8."""


def test_quarter_turn_over_the_cylinder_has_its_closed_form_length():
    # from straight above the front tangent to straight behind the bottom tangent: 0.1 + quarter circle + 0.04
    length, gx, gy, xx, xy, yy, vx, vy, is_wrapped = planar_path(-0.04, -0.025, 0.025, 0.1, RADIUS)
    assert is_wrapped
    assert length == pytest.approx(0.1 + 0.025 * math.pi / 2 + 0.04, rel=1e-12)
    assert (gx, gy, vx, vy) == pytest.approx((-1, 0, 0, 1), abs=1e-12)
    # the wave front about the tangent point: curvature one over the free length, across the path
    assert (xx, xy, yy) == pytest.approx((0, 0, 1 / 0.04), abs=1e-9)


# in front and straight, wrapped, sunk into the circle and wrapped, sunk and straight
@pytest.mark.parametrize(
    ("end", "is_wrapped"),
    [((0.05, 0.0), False), ((-0.03, -0.03), True), ((0.015, -0.012), True), ((0.015, 0.018), False)],
)
def test_gradient_and_hessian_of_a_path_are_those_of_its_length(end, is_wrapped):
    def path(x, y):
        return planar_path(x, y, 0.03, 0.1, RADIUS)

    x, y = end
    _, gx, gy, xx, xy, yy, _, _, wrapped = path(x, y)
    assert wrapped == is_wrapped
    assert gx == pytest.approx((path(x + STEP, y)[0] - path(x - STEP, y)[0]) / (2 * STEP), abs=SLOPE)
    assert gy == pytest.approx((path(x, y + STEP)[0] - path(x, y - STEP)[0]) / (2 * STEP), abs=SLOPE)
    scale = max(abs(xx), abs(xy), abs(yy))
    assert xx == pytest.approx((path(x + STEP, y)[1] - path(x - STEP, y)[1]) / (2 * STEP), abs=CURVATURE * scale)
    assert xy == pytest.approx((path(x, y + STEP)[1] - path(x, y - STEP)[1]) / (2 * STEP), abs=CURVATURE * scale)
    assert yy == pytest.approx((path(x, y + STEP)[2] - path(x, y - STEP)[2]) / (2 * STEP), abs=CURVATURE * scale)


def test_length_and_gradient_are_continuous_where_an_insertion_sinks_into_the_circle():
    for angle in (-0.2, -0.8, -1.5):
        ends = [(r * math.cos(angle), r * math.sin(angle)) for r in (RADIUS + 1e-12, RADIUS - 1e-12)]
        above, below = (planar_path(*end, 0.03, 0.1, RADIUS)[:3] for end in ends)
        # the free length is sqrt(2 x radius x 1e-12) just above, so the tangent is that much off
        assert above == pytest.approx(below, abs=2e-5)


def test_sunk_insertion_rests_on_the_femur_with_its_stiffness():
    end, origins = np.array([[0.020, 0.0, 0.0]]), np.array([[0.024, 0.1, 0.0]])
    on_patella, on_femur = np.zeros((1, 3)), np.zeros((1, 3))
    for stiffness, expected in ((0.0, 0.0), (2e5, 2e5 * 0.005)):
        wrap = np.array([0.0, 0.0, RADIUS, stiffness])
        head_force(np.eye(3), np.zeros(3), end, origins, np.array([1e-9]), wrap, np.zeros(3), on_patella, on_femur)
        np.testing.assert_allclose(on_patella[0], [expected, 0, 0], rtol=0, atol=1e-8)
        np.testing.assert_allclose(on_femur[0], [-expected, 0, 0], rtol=0, atol=1e-8)


def test_path_in_front_of_the_cylinder_is_straight():
    length, ux, uy, *_, is_wrapped = planar_path(0.05, 0.0, 0.04, 0.1, 0.025)
    assert not is_wrapped
    assert length == pytest.approx(math.hypot(0.01, 0.1))
    assert (ux, uy) == pytest.approx((0.01 / length, -0.1 / length))


def test_force_on_the_femur_is_what_the_two_ends_leave():
    # a quarter turn, seen from 0.6 rad aside so that both ends pull along x and y
    c, s = math.cos(0.6), math.sin(0.6)
    turned = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    origins = (turned @ [0.025, 0.1, 0.0])[None]
    end = (turned @ [-0.04, -0.025, 0.0])[None]
    on_patella, on_femur = np.zeros((1, 3)), np.zeros((1, 3))
    wrap = np.array([0.0, 0.0, 0.025, 0.0])
    head_force(np.eye(3), np.zeros(3), end, origins, np.array([100.0]), wrap, np.zeros(3), on_patella, on_femur)
    np.testing.assert_allclose(on_patella[0], turned @ [100, 0, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(on_femur[0], turned @ [-100, 100, 0], rtol=0, atol=1e-9)


def test_tendon_presses_on_the_femur_only_in_deep_flexion(male, make_load):
    result = solve_kneecap(male, make_load([0, 30, 60, 90, 120], 600))
    assert (result.tendofemoral_force[:3] == 0).all()
    assert result.tendofemoral_force[4] > result.tendofemoral_force[3] > 0
