"""The groove: closed forms, the spline against them, and shapes that cannot be."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.patella import build_patella, ridge_z
from trochlea.knee.shape import knee_shape
from trochlea.knee.tracking import bisect_offset, patellar_flexion, patellar_shift, patellar_spin, patellar_tilt
from trochlea.knee.trochlea import build_trochlea, groove_profile, surface_radius, wall_height
from trochlea.person.measured import Measured

SURFACE_ERROR = 1e-6
"""The spline passes through its samples; between them it may miss the surface by this [m]. Worst seen 2e-7; a 5 um
error of depth is 0.02 MPa."""

SLOPE_STEP = 1e-6
"""Step of the central differences [m, rad]: the spline's third derivative leaves 1e-9 of error."""


@pytest.fixture(scope="module")
def shape():
    return knee_shape(sex="male")


@pytest.fixture(scope="module")
def trochlea(shape):
    return build_trochlea(shape)


def test_far_from_its_bottom_a_wall_rises_with_its_slope():
    lateral, medial, step = math.radians(20), math.radians(14), 1e-4
    for u, slope in ((0.5, math.tan(lateral)), (-0.5, -math.tan(medial))):
        pair = wall_height(np.array([u, u + step]), lateral=lateral, medial=medial, rounding=0.01)
        assert np.diff(pair)[0] / step == pytest.approx(slope, rel=1e-3)


def test_a_wall_has_its_lowest_point_at_zero_with_height_zero():
    u = np.linspace(-0.01, 0.01, 2001)
    height = wall_height(u, lateral=0.35, medial=0.25, rounding=0.01)
    assert u[height.argmin()] == pytest.approx(0.0, abs=1e-5)
    assert height.min() == pytest.approx(0.0, abs=1e-12)


def test_the_profile_levels_off_above_the_trochlear_depth(shape):
    far = groove_profile(np.array([-0.045, 0.045]), shape)
    assert (far > shape.trochlear_depth * 0.9).all()
    assert (far < shape.trochlear_depth * 2).all()


def test_the_spline_follows_the_surface(shape, trochlea):
    rng = np.random.default_rng(2)
    out = np.zeros((2, 6))
    for theta, z in zip(rng.uniform(-2.0, 0.6, 300), rng.uniform(-0.025, 0.025, 300), strict=True):
        assert surface(trochlea.table, trochlea.grid, theta, z, out)
        assert out[0, 0] == pytest.approx(float(surface_radius(theta, z, shape)), abs=SURFACE_ERROR)


def test_the_splines_slopes_are_its_own_differences(trochlea):
    rng = np.random.default_rng(3)
    out, low, high = np.zeros((2, 6)), np.zeros((2, 6)), np.zeros((2, 6))
    for theta, z in zip(rng.uniform(-2.0, 0.6, 50), rng.uniform(-0.025, 0.025, 50), strict=True):
        surface(trochlea.table, trochlea.grid, theta, z, out)
        for column, (a, b) in ((1, (SLOPE_STEP, 0.0)), (2, (0.0, SLOPE_STEP))):
            surface(trochlea.table, trochlea.grid, theta - a, z - b, low)
            surface(trochlea.table, trochlea.grid, theta + a, z + b, high)
            difference = (high[:, 0] - low[:, 0]) / (2 * SLOPE_STEP)
            assert np.allclose(out[:, column], difference, rtol=1e-5, atol=1e-8)


def test_points_of_the_patella_fill_its_outline_and_split_at_the_ridge(shape):
    patella = build_patella(shape)
    ellipse = math.pi / 4 * shape.patella_width * shape.articular_height_ratio * shape.patella_height
    rectangle = 4 / math.pi * ellipse
    assert ellipse < patella.areas.sum() < 1.1 * rectangle
    assert (patella.points[patella.is_lateral, 2] > ridge_z(shape)).all()
    lateral_share = patella.areas[patella.is_lateral].sum() / patella.areas.sum()
    assert lateral_share == pytest.approx(shape.ridge_position, abs=0.03)


def test_twice_the_points_give_the_same_area(shape):
    few, many = (build_patella(shape, n_points=n).areas.sum() for n in (300, 600))
    assert few == pytest.approx(many, rel=2e-3)


def turned(axis: int, angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = c
    matrix[j, i], matrix[i, j] = s, -s
    return matrix[None]


@pytest.mark.parametrize(
    ("axis", "angle", "measure"),
    [(2, -0.3, patellar_flexion), (0, -0.2, patellar_spin), (1, -0.1, patellar_tilt)],
)
def test_a_turn_about_one_axis_is_one_measure(axis, angle, measure):
    # Femur frame x anterior, y proximal, z lateral. Flexion turns the apex backwards, spin the apex laterally,
    # tilt the lateral border backwards: each a negative turn about z, x and y.
    rotations = turned(axis, angle)
    for other in (patellar_flexion, patellar_spin, patellar_tilt):
        assert other(rotations)[0] == pytest.approx(-angle if other is measure else 0.0, abs=1e-12)


def test_a_positive_measure_moves_the_landmark_that_the_conventions_name():
    apex, lateral_border = np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    assert (turned(2, -0.3)[0] @ apex)[0] < 0  # flexion: the apex goes backwards
    assert (turned(0, -0.3)[0] @ apex)[2] > 0  # spin: the inferior pole goes laterally
    assert (turned(1, -0.3)[0] @ lateral_border)[0] < 0  # tilt: the lateral border goes backwards


def test_shift_and_bisect_offset_of_a_patella_that_moves_sideways(shape):
    position = np.array([[0.04, 0.0, 0.1 * shape.patella_width]])
    assert patellar_shift(position)[0] == pytest.approx(0.1 * shape.patella_width)
    assert bisect_offset(np.eye(3)[None], position, shape)[0] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sulcus_angle": math.radians(175)}, "imply a medial facet"),
        ({"patella_width": -0.04}, "patella_width"),
        ({"groove_radius": 0.0}, "groove_radius"),
        ({"vmo_share": 1.2}, "vmo_share"),
        ({"cartilage_modulus": float("nan")}, "cartilage_modulus"),
    ],
)
def test_an_impossible_shape_is_refused(shape, changes, words):
    with pytest.raises(InputError, match=words):
        replace(shape, **changes)


def test_a_measure_that_a_knee_does_not_have_is_refused_with_the_list():
    wrong = {"sulcus_angel": Measured(value=2.5, sd=None, unit="rad", source="measured")}
    with pytest.raises(InputError, match="it has .*sulcus_angle"):
        knee_shape(wrong, sex="male")
    with pytest.raises(InputError, match="expected one of female, male"):
        knee_shape(sex="cat")
