"""Reading cartilage meshes: every format gives the same surface, and what cannot be right is refused in one line."""

import re

import numpy as np
import pytest
import trimesh

from trochlea.errors import FormatError, InputError
from trochlea.knee.mesh import RIGHT_ISB, axes_matrix, mesh_normals, read_mesh

SIZE = (0.02, 0.12)

STORED = 1e-8
"""STL holds single precision, OBJ eight decimals [m]. Worst seen 5e-9."""


def write_vtp(path, mesh):
    """Save with the library that VTP belongs to."""
    from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
    from vtkmodules.vtkIOXML import vtkXMLPolyDataWriter

    points, cells, data = vtkPoints(), vtkCellArray(), vtkPolyData()
    points.SetData(numpy_to_vtk(np.asarray(mesh.vertices)))
    corners = np.column_stack([np.full(len(mesh.faces), 3), mesh.faces]).ravel()
    cells.ImportLegacyFormat(numpy_to_vtkIdTypeArray(corners.astype(np.int64), deep=1))
    data.SetPoints(points)
    data.SetPolys(cells)
    writer = vtkXMLPolyDataWriter()
    writer.SetFileName(str(path))
    writer.SetInputData(data)
    writer.Write()


def corners(mesh):
    """Corners of the triangles in an order that does not depend on the file."""
    middles = mesh.vertices[mesh.faces].mean(axis=1)
    return middles[np.lexsort(np.round(middles, 7).T)]


def assert_same_surface(found, mesh):
    expected = np.asarray(mesh.triangles).mean(axis=1)
    expected = expected[np.lexsort(np.round(expected, 7).T)]
    assert found.faces.shape == mesh.faces.shape
    np.testing.assert_allclose(corners(found), expected, rtol=0, atol=STORED)
    assert mesh_normals(found)[1].sum() == pytest.approx(mesh.area, rel=1e-5)


@pytest.mark.parametrize("suffix", ["stl", "ply", "obj"])
def test_every_format_gives_the_same_surface(suffix, tmp_path, patella_mesh):
    mesh, path = patella_mesh(), tmp_path / f"patella.{suffix}"
    mesh.export(path)
    assert_same_surface(read_mesh(path, size=SIZE), mesh)


def test_vtp_gives_the_same_surface(tmp_path, patella_mesh, vtk):
    mesh, path = patella_mesh(), tmp_path / "patella.vtp"
    write_vtp(path, mesh)
    assert_same_surface(read_mesh(path, size=SIZE), mesh)


@pytest.mark.parametrize("unit", [None, "mm"])
def test_millimetres_are_recognised_or_given_and_become_metres(unit, tmp_path, patella_mesh):
    mesh, path = patella_mesh(), tmp_path / "patella.ply"
    extent = np.ptp(mesh.vertices, axis=0)
    mesh.apply_scale(1000.0)
    mesh.export(path)
    found = read_mesh(path, size=SIZE, unit=unit)
    np.testing.assert_allclose(np.ptp(found.vertices, axis=0), extent, rtol=0, atol=STORED)
    assert found.scale == 1e-3


def test_left_knee_becomes_its_mirror_image_with_the_normals_kept_outward(tmp_path, patella_mesh):
    mesh, path = patella_mesh(), tmp_path / "patella.ply"
    mesh.export(path)
    right, left = read_mesh(path, size=SIZE), read_mesh(path, size=SIZE, side="left")
    np.testing.assert_array_equal(left.vertices, right.vertices * [1, 1, -1])
    assert np.sign(mesh_normals(left)[0][:, 0].sum()) == np.sign(mesh_normals(right)[0][:, 0].sum())


def test_scanner_axes_turn_to_the_knee_s(tmp_path, patella_mesh):
    # left, posterior, superior: the axes of most medical images
    mesh, path = patella_mesh(), tmp_path / "patella.ply"
    v = mesh.vertices
    trimesh.Trimesh(np.column_stack([-v[:, 2], -v[:, 0], v[:, 1]]), mesh.faces, process=False).export(path)
    found = read_mesh(path, size=SIZE, axes=("left", "posterior", "proximal"))
    np.testing.assert_allclose(found.vertices, np.asarray(v), rtol=0, atol=STORED)


def test_axes_of_a_right_and_a_left_knee_differ_in_what_right_means():
    np.testing.assert_array_equal(axes_matrix(RIGHT_ISB, "right"), np.eye(3))
    np.testing.assert_array_equal(axes_matrix(RIGHT_ISB, "left"), np.diag([1, 1, -1]))
    np.testing.assert_array_equal(
        axes_matrix(("lateral", "distal", "anterior"), "left"), [[0, 0, 1], [0, -1, 0], [1, 0, 0]]
    )


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        (("anterior", "up", "right"), "'up' is no direction"),
        (("anterior", "posterior", "right"), "do not name three different directions"),
        (("anterior", "proximal"), "do not name three different directions"),
    ],
)
def test_impossible_axes_are_refused(axes, said):
    with pytest.raises(InputError, match=said):
        axes_matrix(axes, "right")


def wound_both_ways(mesh):
    faces = np.array(mesh.faces)
    faces[::2] = faces[::2, ::-1]
    return trimesh.Trimesh(mesh.vertices, faces, process=False)


def with_a_hole_in_its_numbers(mesh):
    vertices = np.array(mesh.vertices)
    vertices[5, 1] = np.nan
    return trimesh.Trimesh(vertices, mesh.faces, process=False)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (lambda m: m.apply_scale(1000.0), {"unit": "m"}, "extent is 40 m; expected 20 to 120 mm; as mm it would fit"),
        (lambda m: m.apply_scale(100.0), {}, "extent is 4; expected 20 to 120 mm, in metres or millimetres"),
        (lambda m: m.apply_scale(4.0), {"unit": "m"}, "extent is 0.16 m; .*export this cartilage alone"),
        (wound_both_ways, {}, "wound in opposite senses"),
        (with_a_hole_in_its_numbers, {}, "not finite"),
    ],
)
def test_impossible_meshes_are_refused(change, options, said, tmp_path, patella_mesh):
    path = tmp_path / "patella.ply"
    change(patella_mesh()).export(path)
    with pytest.raises(FormatError, match=re.escape(str(path)) + ".*" + said) as error:
        read_mesh(path, size=SIZE, **options)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.stl", "solid nothing\nendsolid\n", "no triangles"),
        ("a.ply", "ply\nformat ascii 1.0\nelement vertex 3\n", "cannot be read as PLY"),
        ("a.obj", "v 0 0 0\nf 1 2 3\n", "cannot be read as OBJ"),
        ("a.obj", "v 0 0 0\n", "no triangles"),
        ("a.step", "", "is no .stl, .ply, .obj, .vtp file"),
    ],
)
def test_damaged_files_are_refused(name, text, said, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(FormatError, match=said):
        read_mesh(tmp_path / name, size=SIZE)


@pytest.mark.parametrize("name", ["a.stl", "a.ply"])
def test_missing_file_is_refused(name, tmp_path):
    with pytest.raises(FormatError, match="is not there"):
        read_mesh(tmp_path / name, size=SIZE)


@pytest.mark.parametrize("text", ["not a mesh", '<VTKFile type="PolyData"><PolyData>'])
def test_damaged_vtp_is_refused_quietly(text, tmp_path, vtk, capfd):
    path = tmp_path / "a.vtp"
    path.write_text(text)
    with pytest.raises(FormatError, match="cannot be read as VTP"):
        read_mesh(path, size=SIZE)
    assert capfd.readouterr().err == ""


def test_vtp_without_its_library_names_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vtkmodules.vtkIOXML", None)
    with pytest.raises(InputError, match=re.escape("pip install 'trochlea[vtp]'")):
        read_mesh(tmp_path / "a.vtp", size=SIZE)


def test_unknown_unit_is_refused_with_the_choice(tmp_path, patella_mesh):
    path = tmp_path / "a.ply"
    patella_mesh().export(path)
    with pytest.raises(InputError, match="unit is 'inch'; expected one of m, mm"):
        read_mesh(path, size=SIZE, unit="inch")  # type: ignore[arg-type]
