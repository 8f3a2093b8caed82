"""A mesh as a spline height field: it follows the mesh, goes on smoothly beyond it, and refuses holes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import FormatError
from trochlea.knee.femoral_mesh import RUN_OUT, build_femur, fit_surface
from trochlea.knee.groove import Groove, find_groove, radial_rays
from trochlea.knee.kernel.height_field import surface
from trochlea.knee.mesh import read_mesh
from trochlea.knee.mesh_knee import FEMUR_SIZE

AXIS, GROOVE_Z = (0.011, -0.004), 0.002
"""Of the invented femur in conftest."""

FIT_TOLERANCE = 2e-5
"""Smoothing over 0.4 mm and chords of 1 mm [m]. Worst seen 1.1e-5 away from the creases."""


@pytest.fixture(scope="module")
def invented(femur_mesh, tmp_path_factory):
    path = tmp_path_factory.mktemp("mesh") / "femur.ply"
    femur_mesh().export(path)
    return find_groove(read_mesh(path, size=FEMUR_SIZE))


def sampled(distance, *, z=None):
    """A groove that consists of given distances on the rays of an axis at zero."""
    v = np.arange(-0.03, 0.0301, 0.0005) if z is None else z
    rays = radial_rays((0.0, 0.0), v)
    values = distance(rays.u[:, None], rays.v[None, :])
    numbers = dict.fromkeys(("lateral_rise", "medial_rise", "lateral_run", "medial_run"), 0.01)
    return Groove(axis=(0.0, 0.0), radius=0.025, z=0.0, arc=(-1.0, 0.5), distance=values, rays=rays, **numbers)


def test_spline_follows_the_mesh(invented):
    mesh, groove = invented
    femur = build_femur(mesh, groove, axis=(0.0, 0.0))
    out = np.empty((2, 6))
    for degrees in (-90, -45, 0, 25):
        for u in (-0.012, -0.006, 0.006, 0.012, 0.016):
            assert surface(femur.table, femur.grid, math.radians(degrees), u + GROOVE_Z - groove.z, out)
            slope = math.tan(math.radians(22 if u > 0 else 17))
            assert out[0, 0] == pytest.approx(0.022 + abs(u) * slope, abs=FIT_TOLERANCE)
            assert out[1, 0] == pytest.approx(1 / math.hypot(1, slope), abs=2e-3)


def test_slope_at_the_edge_fades_over_the_run_out_length():
    # across a surface that is the same at every angle: r'' and r' compete as in r'''' = r'' / RUN_OUT^2
    slope, edge = 0.2, 0.01
    radius, theta, z = fit_surface(
        sampled(lambda t, v: np.where(np.abs(v) <= edge + 1e-9, 0.025 + slope * v, np.nan) + 0 * t)
    )
    row = radius[theta.size // 2]
    by_z = np.gradient(row, z)
    at = np.searchsorted(z, edge + np.array([0.004, 0.008, 0.012]) - 1e-9)
    expected = slope * np.exp(-(z[at] - edge) / RUN_OUT)
    np.testing.assert_allclose(by_z[at], expected, rtol=0.06, atol=0)  # 1 mm steps of the table; worst seen 0.03
    assert np.abs(np.diff(row, 2)).max() < 1e-4 * 1.0  # no kink: below slope / RUN_OUT * step^2 with room


def test_surface_never_comes_nearer_to_the_axis_than_the_least_radius():
    groove = sampled(
        lambda t, v: np.where(np.abs(v) <= 0.01, 0.02 - 3.0 * np.abs(v) * (np.abs(v) > 0.006), np.nan) + 0 * t
    )
    mesh = object()
    femur = build_femur(mesh, groove, axis=(0.0, 0.0))  # type: ignore[arg-type]
    out = np.empty((2, 6))
    radii = []
    for z in np.linspace(-0.04, 0.04, 41):
        surface(femur.table, femur.grid, 0.0, z, out)
        radii.append(out[0, 0])
    assert min(radii) > 1.5e-3


def test_hole_in_the_cartilage_is_refused_with_its_place(femur_mesh, tmp_path):
    path = tmp_path / "femur.ply"
    femur_mesh(hole=0.003).export(path)
    mesh, groove = find_groove(read_mesh(path, size=FEMUR_SIZE))
    with pytest.raises(FormatError, match=r"hole at -?\d degrees from the front, z [123] mm: 2\d mm2 .* fill the hole"):
        build_femur(mesh, groove, axis=(0.0, 0.0))


def test_notch_that_opens_to_the_border_is_no_hole(invented):
    mesh, groove = invented
    distance = groove.distance.copy()
    distance[np.degrees(groove.rays.u) < -80, np.abs(groove.rays.v - GROOVE_Z)[None, :].argmin() - 10 :][:, :20] = (
        np.nan
    )
    low = np.degrees(groove.rays.u) < -80
    across = np.abs(groove.rays.v - GROOVE_Z) < 0.005
    distance[np.ix_(low, across)] = np.nan
    build_femur(mesh, replace(groove, distance=distance), axis=(0.0, 0.0))
