"""Paths of the quadriceps over the femur, against circles drawn by hand."""

import math

import numpy as np
import pytest

from trochlea.knee.kernel.quadriceps import head_force, planar_path
from trochlea.knee.kneecap import solve_kneecap


def test_quarter_turn_over_the_cylinder_has_its_closed_form_length():
    # from straight above the front tangent to straight behind the bottom tangent: 0.1 + quarter circle + 0.04
    length, ux, uy, free, vx, vy, is_wrapped = planar_path(-0.04, -0.025, 0.025, 0.1, 0.025)
    assert is_wrapped
    assert length == pytest.approx(0.1 + 0.025 * math.pi / 2 + 0.04, rel=1e-12)
    assert (ux, uy, vx, vy) == pytest.approx((-1, 0, 0, 1), abs=1e-12)
    assert free == pytest.approx(0.04, rel=1e-12)


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
    wrap = np.array([0.0, 0.0, 0.025])
    head_force(np.eye(3), np.zeros(3), end, origins, np.array([100.0]), wrap, np.zeros(3), on_patella, on_femur)
    np.testing.assert_allclose(on_patella[0], turned @ [100, 0, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(on_femur[0], turned @ [-100, 100, 0], rtol=0, atol=1e-9)


def test_tendon_presses_on_the_femur_only_in_deep_flexion(male, make_load):
    result = solve_kneecap(male, make_load([0, 30, 60, 90, 120], 600))
    assert (result.tendofemoral_force[:3] == 0).all()
    assert result.tendofemoral_force[4] > result.tendofemoral_force[3] > 0
