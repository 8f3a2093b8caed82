"""Triangle meshes of cartilage: read, brought to SI and to the knee's axes, refused where they cannot be right."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import trimesh
from numpy.typing import NDArray

from trochlea.errors import FormatError, InputError
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import MILLIMETRE

Unit = Literal["m", "mm"]

METRES = {"m": 1.0, "mm": MILLIMETRE}

SUFFIXES = (".stl", ".ply", ".obj", ".vtp")

RIGHT_ISB = ("anterior", "proximal", "right")
"""What x, y and z of OpenSim's and the International Society of Biomechanics' files point to."""

_WAYS = {
    "anterior": (0, 1.0),
    "posterior": (0, -1.0),
    "proximal": (1, 1.0),
    "distal": (1, -1.0),
    "lateral": (2, 1.0),
    "medial": (2, -1.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceMesh:
    """Triangles of one cartilage of a right knee: x anterior, y proximal, z lateral.

    Attributes:
        path: File it was read from.
        vertices: Shape (vertices, 3) [m].
        faces: Corners of each triangle, shape (triangles, 3).
        is_closed: No edge belongs to one triangle only.
        scale: Metres in one unit of the file.
    """

    path: Path
    vertices: Array
    faces: NDArray[np.int64]
    is_closed: bool
    scale: float


def mesh_normals(mesh: SurfaceMesh) -> tuple[Array, Array]:
    """Unit normals, shape (triangles, 3), and areas, shape (triangles,) [m^2]."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    twice = np.linalg.norm(cross, axis=1)
    return cross / twice[:, None], 0.5 * twice


def flipped(mesh: SurfaceMesh) -> SurfaceMesh:
    """The same triangles wound the other way."""
    return replace(mesh, faces=mesh.faces[:, ::-1].copy())


def axes_matrix(axes: tuple[str, str, str], side: Side) -> Array:
    """Turns file coordinates to (anterior, proximal, lateral): a signed permutation, shape (3, 3).

    Args:
        axes: What x, y and z point to: anterior, posterior, proximal, distal, lateral, medial, right or left.
        side: The knee; decides what right and left are. A left knee is mirrored by this alone.

    Raises:
        InputError: If a word is unknown or two words name the same axis.
    """
    words = {"right": "lateral" if side == "right" else "medial", "left": "medial" if side == "right" else "lateral"}
    matrix = np.zeros((3, 3))
    for column, word in enumerate(axes):
        if word not in _WAYS and word not in words:
            raise InputError(f"axes: {word!r} is no direction; expected three of {', '.join([*_WAYS, *words])}")
        row, sign = _WAYS[words.get(word, word)]
        matrix[row, column] = sign
    if len(axes) != 3 or not np.array_equal(np.abs(matrix).sum(axis=1), np.ones(3)):
        raise InputError(f"axes: {', '.join(axes)} do not name three different directions; expected x, y and z in turn")
    return matrix


def read_mesh(
    path: Path,
    *,
    size: tuple[float, float],
    side: Side = "right",
    unit: Unit | None = None,
    axes: tuple[str, str, str] = RIGHT_ISB,
) -> SurfaceMesh:
    """Read an STL, PLY, OBJ or VTP file.

    Args:
        path: The file.
        size: Smallest and largest possible greatest extent [m].
        side: The knee; a left one is mirrored.
        unit: Unit of the file; recognised by the size if None.
        axes: What x, y and z of the file point to.

    Raises:
        FormatError: If the file cannot be read, holds no surface, or has an impossible size.
        InputError: If axes or unit are not known, or VTP is read without its library.
    """
    turn = axes_matrix(axes, side)
    vertices, faces = _read_vtp(path) if path.suffix.lower() == ".vtp" else _read_triangles(path)
    if not np.isfinite(vertices).all():
        raise FormatError(path, "vertices", "some coordinates are not finite; export the mesh again")
    mesh = trimesh.Trimesh(vertices=vertices, faces=faces, process=True)
    mesh.update_faces(mesh.nondegenerate_faces(height=0.0))
    if len(mesh.faces) == 0:
        raise FormatError(path, None, "holds no triangles; expected the surface of one cartilage")
    if not mesh.is_winding_consistent:
        raise FormatError(
            path, "triangles", "neighbours are wound in opposite senses; make the normals coherent in a mesh program"
        )
    scale = _metres(path, float(np.ptp(mesh.vertices[np.unique(mesh.faces)], axis=0).max()), size, unit)
    corners = np.asarray(mesh.faces, dtype=np.int64)
    if np.linalg.det(turn) < 0:
        corners = corners[:, ::-1].copy()
    return SurfaceMesh(
        path=path,
        vertices=read_only(np.asarray(mesh.vertices) @ turn.T * scale),
        faces=corners,
        is_closed=bool(mesh.is_watertight),
        scale=scale,
    )


def _metres(path: Path, extent: float, size: tuple[float, float], unit: Unit | None) -> float:
    """Metres in one unit of the file; refuses a size that no knee has."""
    if unit is not None and unit not in METRES:
        raise InputError(f"unit is {unit!r}; expected one of {', '.join(get_args(Unit))}")
    wanted = f"{size[0] / MILLIMETRE:.0f} to {size[1] / MILLIMETRE:.0f} mm"
    fits = [name for name, scale in METRES.items() if size[0] <= extent * scale <= size[1]]
    if unit is None and not fits:
        raise FormatError(
            path,
            "size",
            f"the greatest extent is {extent:.4g}; expected {wanted}, in metres or millimetres: give the "
            "unit, or export this cartilage alone",
        )
    if unit is not None and unit not in fits:
        hint = f"; as {fits[0]} it would fit" if fits else "; export this cartilage alone"
        raise FormatError(path, "size", f"the greatest extent is {extent:.4g} {unit}; expected {wanted}{hint}")
    return METRES[unit or fits[0]]


def _read_triangles(path: Path) -> tuple[Any, Any]:
    """Vertices and faces of an STL, PLY or OBJ file."""
    if path.suffix.lower() not in SUFFIXES:
        raise FormatError(path, None, f"is no {', '.join(SUFFIXES)} file; export the mesh as one of these")
    if not path.is_file():
        raise FormatError(path, None, "is not there; check the name")
    try:
        mesh = trimesh.load_mesh(path, process=False)
    except Exception as error:  # the library's parsers raise whatever they met
        raise FormatError(
            path, None, f"cannot be read as {path.suffix[1:].upper()} ({error}); export it again"
        ) from error
    if not isinstance(mesh, trimesh.Trimesh):
        raise FormatError(path, None, "holds no triangles; expected the surface of one cartilage")
    return mesh.vertices, mesh.faces


def _read_vtp(path: Path) -> tuple[Any, Any]:
    """Vertices and faces of a VTP file; polygons and strips are cut into triangles."""
    try:
        from vtkmodules.util.numpy_support import vtk_to_numpy
        from vtkmodules.vtkCommonCore import vtkLogger
        from vtkmodules.vtkFiltersCore import vtkTriangleFilter
        from vtkmodules.vtkIOXML import vtkXMLPolyDataReader
    except ImportError as error:
        raise InputError(
            f"{path}: reading VTP needs the vtk package: pip install 'trochlea[vtp]', or export as PLY"
        ) from error
    if not path.is_file():
        raise FormatError(path, None, "is not there; check the name")
    before = vtkLogger.GetCurrentVerbosityCutoff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)  # what is wrong is said by the refusal
    try:
        reader, triangles = vtkXMLPolyDataReader(), vtkTriangleFilter()
        reader.SetFileName(str(path))
        triangles.SetInputConnection(reader.GetOutputPort())
        triangles.PassVertsOff()
        triangles.PassLinesOff()
        triangles.Update()
    finally:
        vtkLogger.SetStderrVerbosity(before)
    surface = triangles.GetOutput()
    if reader.GetErrorCode() or surface.GetNumberOfPolys() == 0:
        raise FormatError(path, None, "cannot be read as VTP or holds no triangles; export it again")
    vertices = vtk_to_numpy(surface.GetPoints().GetData()).astype(np.float64)
    return vertices, vtk_to_numpy(surface.GetPolys().GetConnectivityArray()).reshape(-1, 3)
