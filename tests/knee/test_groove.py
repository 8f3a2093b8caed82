"""The groove of a mesh: known axis, radius and walls come back; meshes that show none are refused."""

import math

import numpy as np
import pytest
import trimesh

from trochlea.errors import FormatError
from trochlea.knee.groove import find_groove, radial_distance
from trochlea.knee.mesh import read_mesh
from trochlea.knee.mesh_knee import FEMUR_SIZE

RADIUS, AXIS, GROOVE_Z = 0.022, (0.011, -0.004), 0.002
LATERAL_SLOPE, MEDIAL_SLOPE = math.radians(22), math.radians(17)
"""Of the invented femur in conftest."""

LENGTH_TOLERANCE = 1e-4
"""Rays half a millimetre apart see the groove's bottom up to 0.25 mm aside, 0.1 mm up the wall [m]. Worst seen 5e-5."""

ANGLE_TOLERANCE = math.radians(0.5)
"""The same, over a wall of 15 mm. Worst seen 0.2 degrees."""


def groove_of(mesh, tmp_path, **options):
    path = tmp_path / "femur.ply"
    mesh.export(path)
    return find_groove(read_mesh(path, size=FEMUR_SIZE, **options))[1]


def test_axis_radius_and_walls_come_back(femur_mesh, tmp_path):
    groove = groove_of(femur_mesh(), tmp_path)
    assert groove.axis == pytest.approx(AXIS, abs=LENGTH_TOLERANCE)
    assert groove.radius == pytest.approx(RADIUS, abs=LENGTH_TOLERANCE)
    assert groove.z == pytest.approx(GROOVE_Z, abs=0.25e-3)  # half a ray's spacing
    assert math.atan2(groove.lateral_rise, groove.lateral_run) == pytest.approx(LATERAL_SLOPE, abs=ANGLE_TOLERANCE)
    assert math.atan2(groove.medial_rise, groove.medial_run) == pytest.approx(MEDIAL_SLOPE, abs=ANGLE_TOLERANCE)
    assert np.degrees(groove.arc) == pytest.approx([-110, 40], abs=1.5)


def test_winding_of_the_whole_mesh_does_not_matter(femur_mesh, tmp_path):
    mesh = femur_mesh()
    turned = trimesh.Trimesh(mesh.vertices, np.array(mesh.faces)[:, ::-1], process=False)
    assert groove_of(turned, tmp_path).radius == groove_of(mesh, tmp_path).radius


def test_rays_measure_the_surface(femur_mesh, tmp_path):
    path = tmp_path / "femur.ply"
    femur_mesh().export(path)
    rays, distance = radial_distance(read_mesh(path, size=FEMUR_SIZE), AXIS)
    u = rays.v - GROOVE_Z
    inside = (u >= -0.015) & (u <= 0.019)
    expected = RADIUS + np.where(u >= 0, math.tan(LATERAL_SLOPE) * u, -math.tan(MEDIAL_SLOPE) * u)
    met = np.isfinite(distance[:, inside]).all(axis=1)
    assert np.degrees(rays.u[met][[0, -1]]) == pytest.approx([-110, 40], abs=1.5)
    # chords of 1 mm stay inside the circle by 1 / (8 * 22) mm
    error = distance[met][:, inside] - expected[inside]
    assert np.abs(error).max() < 1.2e-5


def turned_about_z(mesh):
    mesh.apply_transform(trimesh.transformations.rotation_matrix(math.radians(100), [0, 0, 1]))
    return mesh


def flat(mesh):
    vertices = np.array(mesh.vertices)
    angle = np.arctan2(vertices[:, 1] - AXIS[1], vertices[:, 0] - AXIS[0])
    vertices[:, 0], vertices[:, 1] = AXIS[0] + RADIUS * np.cos(angle), AXIS[1] + RADIUS * np.sin(angle)
    return trimesh.Trimesh(vertices, mesh.faces, process=False)


@pytest.mark.parametrize(
    ("options", "change", "said"),
    [
        ({}, flat, "no groove of 1 mm depth is seen over 40 degrees"),
        (
            {},
            turned_about_z,
            "middle of the groove lies .* degrees above the front; expected -85 to 25: check the axes",
        ),
        ({"fold": True}, lambda mesh: mesh, "two sheets, so the surface is not single-valued about the groove's axis"),
    ],
)
def test_meshes_without_a_groove_in_front_are_refused(options, change, said, femur_mesh, tmp_path):
    with pytest.raises(FormatError, match=said) as error:
        groove_of(change(femur_mesh(**options)), tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "axes",
    [
        ("posterior", "proximal", "left"),
        ("anterior", "distal", "right"),
        ("proximal", "anterior", "right"),
        ("right", "anterior", "proximal"),
        ("anterior", "right", "distal"),
    ],
)
def test_wrong_axes_are_refused(axes, femur_mesh, tmp_path):
    with pytest.raises(FormatError, match="check the axes"):
        groove_of(femur_mesh(), tmp_path, axes=axes)
