"""Whole knees from meshes: what they measure, where their frames lie, and that they are solved like any other."""

import math
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from trochlea.errors import FormatError, InputError
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.mesh_knee import MeshOrigins, build_mesh_knee, place_tissue
from trochlea.knee.patella import articular_centre_y
from trochlea.knee.shape import knee_shape
from trochlea.knee.tissue import build_tissue
from trochlea.knee.trochlea import groove_axis
from trochlea.person.measured import Measured

GROOVE_AXIS, RADIUS, GROOVE_Z = (0.011, -0.004), 0.022, 0.002
"""Of the invented femur in conftest."""

LENGTH_TOLERANCE = 5e-4
"""Half a millimetre between rays [m]. Worst seen 3e-4."""


@pytest.fixture(scope="module")
def knee(tmp_path_factory, femur_mesh, patella_mesh):
    folder = tmp_path_factory.mktemp("meshes")
    femur_mesh().export(folder / "femur.stl")
    patella_mesh().export(folder / "patella.stl")
    return build_mesh_knee(folder / "femur.stl", folder / "patella.stl", sex="male")


def test_shape_is_what_the_meshes_measure(knee):
    shape = knee.shape
    assert shape.groove_radius == pytest.approx(RADIUS, abs=LENGTH_TOLERANCE)
    assert shape.lateral_trochlear_inclination == pytest.approx(math.radians(22), abs=math.radians(0.5))
    assert shape.sulcus_angle == pytest.approx(math.radians(180 - 22 - 17), abs=math.radians(1))
    assert shape.patella_width == pytest.approx(0.040, abs=1e-6)
    assert shape.patella_height * shape.articular_height_ratio == pytest.approx(0.030, abs=1e-6)
    assert shape.ridge_position == pytest.approx(0.55, abs=0.02)


def test_frames_put_the_groove_at_zero_and_the_ridge_where_the_shape_says(knee):
    points = knee.patella.points
    assert points[:, 2].min() == pytest.approx(-0.020, abs=1e-3)
    assert points[:, 2].max() == pytest.approx(0.020, abs=1e-3)
    assert points[:, 1].mean() == pytest.approx(articular_centre_y(knee.shape), abs=1e-3)
    assert points[:, 0].min() == pytest.approx(-0.5 * knee.shape.patella_thickness, abs=LENGTH_TOLERANCE)
    facet = points[:, 2] > (0.5 - 0.55) * 0.040
    assert (facet == knee.patella.is_lateral).mean() > 0.97
    np.testing.assert_allclose(knee.trochlea.grid[:2], groove_axis(knee.shape), rtol=0, atol=1e-12)


def test_invented_knee_reaches_equilibrium_over_its_range(knee, make_load):
    result = solve_kneecap(knee, make_load([15, 30, 45, 60], 600))
    assert set(result.solution.status) == {"converged"}
    assert (result.contact_force > 300).all()
    assert (result.medial_force > 0).any()


def test_left_knee_is_the_mirror_image_of_the_right_one(tmp_path, femur_mesh, patella_mesh, knee, make_load):
    for name, mesh in (("femur", femur_mesh()), ("patella", patella_mesh())):
        faces = np.array(mesh.faces)[:, ::-1]
        trimesh.Trimesh(mesh.vertices * [1, 1, -1], faces, process=False).export(tmp_path / f"{name}.stl")
    left = build_mesh_knee(tmp_path / "femur.stl", tmp_path / "patella.stl", sex="male", side="left")
    load = make_load([30, 45], 600)
    here, there = solve_kneecap(knee, load), solve_kneecap(left, replace(load, side="left"))
    np.testing.assert_allclose(there.contact_force, here.contact_force, rtol=1e-4, atol=0)  # vertices in another order
    np.testing.assert_allclose(there.shift, here.shift, rtol=0, atol=2e-5)
    assert there.side == "left"


def test_epicondyles_put_the_origin_where_they_are(mesh_files):
    knee = build_mesh_knee(*mesh_files, sex="male", epicondyles=(0.001, -0.012, 0.0))
    np.testing.assert_allclose(groove_axis(knee.shape), (0.010, 0.008), rtol=0, atol=2e-4)


def test_epicondyles_are_in_the_file_s_own_unit_and_axes(tmp_path, femur_mesh, patella_mesh):
    for name, mesh in (("femur", femur_mesh()), ("patella", patella_mesh())):
        v = 1000 * np.asarray(mesh.vertices)
        turned = np.column_stack([-v[:, 2], -v[:, 0], v[:, 1]])  # left, posterior, superior
        trimesh.Trimesh(turned, mesh.faces, process=False).export(tmp_path / f"{name}.ply")
    files = (tmp_path / "femur.ply", tmp_path / "patella.ply")
    knee = build_mesh_knee(*files, sex="male", axes=("left", "posterior", "proximal"), epicondyles=(0.0, -1.0, -12.0))
    np.testing.assert_allclose(groove_axis(knee.shape), (0.010, 0.008), rtol=0, atol=2e-4)


def test_own_measurements_are_believed_before_the_meshes(mesh_files):
    height = Measured(value=0.041, sd=None, unit="m", source="measured", citation=None, note="")
    knee = build_mesh_knee(*mesh_files, sex="female", measured={"patella_height": height})
    assert knee.shape.patella_height == 0.041
    assert knee.shape.patella_width == pytest.approx(0.040, abs=1e-6)


def test_own_attachments_move_with_the_meshes(mesh_files):
    own = build_tissue(knee_shape(sex="male"))
    knee = build_mesh_knee(*mesh_files, sex="male", tissue=own)
    origin = np.array([*(np.array(GROOVE_AXIS) - groove_axis(knee.shape)), GROOVE_Z])
    np.testing.assert_allclose(own.head_origins - knee.tissue.head_origins, np.tile(origin, (6, 1)), rtol=0, atol=3e-4)
    np.testing.assert_array_equal(knee.tissue.slack_length, own.slack_length)
    patella = own.head_ends - knee.tissue.head_ends
    assert np.ptp(patella, axis=0).max() < 1e-12
    np.testing.assert_allclose(own.fibre_ends - knee.tissue.fibre_ends, np.tile(patella[0], (len(own.fibre_ends), 1)))


def test_placing_tissue_moves_each_end_with_its_own_bone():
    own = build_tissue(knee_shape(sex="male"))
    moved = place_tissue(own, MeshOrigins(femur=np.array([0.1, 0.2, 0.3]), patella=np.array([0.4, 0.5, 0.6])))
    np.testing.assert_allclose(own.fibre_fixed - moved.fibre_fixed, np.tile([0.1, 0.2, 0.3], (len(own.fibre_fixed), 1)))
    np.testing.assert_allclose(own.head_ends - moved.head_ends, np.tile([0.4, 0.5, 0.6], (6, 1)))
    np.testing.assert_allclose(own.wrap - moved.wrap, [0.1, 0.2, 0.0], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"head_ends": np.zeros((4, 3))}, r"tissue.head_ends has shape \(4, 3\); expected \(6, 3\)"),
        ({"fibre_fixed": np.full((3, 3), np.nan)}, "tissue.fibre_fixed has shape"),
        ({"n_tendon": 1}, "tissue has 1 fibres of the patellar tendon"),
    ],
)
def test_impossible_attachments_are_refused(change, said):
    own = replace(build_tissue(knee_shape(sex="male")), **change)
    with pytest.raises(InputError, match=said):
        place_tissue(own, MeshOrigins(femur=np.zeros(3), patella=np.zeros(3)))


def test_meshes_of_the_other_side_are_refused_unless_trusted(mesh_files):
    with pytest.raises(InputError, match="wall called lateral is the lower one .* expected a left knee: give side"):
        build_mesh_knee(*mesh_files, sex="male", side="left")
    build_mesh_knee(*mesh_files, sex="male", side="left", trust_side=True)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"law": "cubic"}, InputError, "law is 'cubic'; expected one of linear, nonlinear"),
        ({"sex": "x"}, InputError, "sex is 'x'"),
        ({"unit": "mm"}, FormatError, r"0\.05\d* mm; expected 40 to 120 mm; as m it would fit"),
    ],
)
def test_wrong_options_are_refused(options, error, said, mesh_files):
    with pytest.raises(error, match=said):
        build_mesh_knee(*mesh_files, **{"sex": "male"} | options)


def test_lenhart_meshes_load_and_run(data_dir, make_load):
    folder = data_dir / "lenhart2015"
    femur, patella = folder / "femur_cartilage_decimated.stl", folder / "patella_cartilage.stl"
    knee = build_mesh_knee(femur, patella, sex="female", epicondyles=(0.0, 0.0, 0.0))
    assert knee.shape.knee_size == pytest.approx(1.0, abs=1e-3)  # the attachment tables are this knee's
    result = solve_kneecap(knee, make_load(np.arange(0, 106, 15), 600))
    assert set(result.solution.status) == {"converged"}
    at_30 = result.contact_force[2] / 600
    assert 0.6 < at_30 < 1.0  # van Eijden's measured ratio is 0.74
