"""A load by flexion and quadriceps force, the default knees, and the leg of a person whose strengths are known."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_result import person_engine
from trochlea.leg.extensor import ExtensorLoad
from trochlea.person.norms import norm_strengths
from trochlea.person.read import demo_person

SPLIT = np.array([0.155, 0.195, 0.40, 0.25])
"""Shares of recfem, vasint, vaslat, vasmed. `farahmand-1998-quadriceps`: RF+VI 35, VL 40, VM 25 %."""


@pytest.fixture(scope="session")
def male() -> Knee:
    return build_knee(sex="male")


@pytest.fixture(scope="session")
def own() -> PersonLeg:
    """The right leg of the example person, the norm's strengths as if they were measured."""
    demo = demo_person()
    strength = {group: replace(norm, source="measured") for group, norm in norm_strengths(demo).items()}
    person = replace(demo, strength=strength)
    return build_person_leg(person, person_engine(person), "right")


@pytest.fixture(scope="session")
def make_load() -> Callable[..., ExtensorLoad]:
    def make(flexion_deg, quadriceps, *, femoral=0.0, tibial=0.0, valgus=0.0, split=SPLIT, side="right"):
        flexion = np.radians(np.atleast_1d(np.asarray(flexion_deg, dtype=float)))
        ones = np.ones_like(flexion)
        return ExtensorLoad(
            times=np.arange(flexion.size, dtype=float),
            side=side,
            tibiofemoral_flexion=flexion,
            femoral_rotation=np.radians(femoral) * ones,
            tibial_rotation=np.radians(tibial) * ones,
            knee_valgus=np.radians(valgus) * ones,
            tension=np.outer(np.broadcast_to(quadriceps, flexion.shape), np.asarray(split)),
        )

    return make


GROOVE_RADIUS = 0.022
GROOVE_AXIS = (0.011, -0.004)
LATERAL_SLOPE, MEDIAL_SLOPE = math.radians(22), math.radians(17)
"""Of the invented cartilages: a V of these slopes turned about GROOVE_AXIS, groove at z = 2 mm of the femur's file."""

GROOVE_Z = 0.002
WALLS = (0.019, 0.015)
"""Distance of the lateral and the medial wall's top from the groove [m]."""


def grid_faces(rows: int, columns: int) -> np.ndarray:
    """Two triangles for each cell of a grid of vertices."""
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
    right, up, across = first + 1, first + columns, first + columns + 1
    return np.concatenate([np.column_stack([first, right, across]), np.column_stack([first, across, up])])


def vee(u: np.ndarray) -> np.ndarray:
    """Rises on both sides at the two slopes, up to the walls' tops."""
    lateral, medial = math.tan(LATERAL_SLOPE), math.tan(MEDIAL_SLOPE)
    return np.where(u >= 0, lateral * np.minimum(u, WALLS[0]), -medial * np.maximum(u, -WALLS[1]))


@pytest.fixture(scope="session")
def femur_mesh() -> Callable[..., trimesh.Trimesh]:
    """A groove of known radius, axis and slopes, from -110 to 40 degrees, in metres; holes and folds on demand."""

    def make(*, hole: float = 0.0, fold: bool = False, step: float = 0.001) -> trimesh.Trimesh:
        theta = np.radians(np.linspace(-110, 40, round(2.6 * GROOVE_RADIUS / step)))
        z = np.linspace(-0.024, 0.028, round(0.052 / step) + 1)
        radius = np.broadcast_to(GROOVE_RADIUS + vee(z - GROOVE_Z), (theta.size, z.size))
        x = GROOVE_AXIS[0] + radius * np.cos(theta)[:, None]
        y = GROOVE_AXIS[1] + radius * np.sin(theta)[:, None]
        vertices = np.stack([x, y, np.broadcast_to(z, x.shape)], axis=-1).reshape(-1, 3)
        faces = grid_faces(theta.size, z.size)[:, ::-1]
        if hole:
            middle = np.array([GROOVE_AXIS[0] + GROOVE_RADIUS, GROOVE_AXIS[1], GROOVE_Z])
            faces = faces[np.linalg.norm(vertices[faces].mean(axis=1) - middle, axis=1) > hole]
        mesh = trimesh.Trimesh(vertices, faces, process=False)
        if fold:
            lifted = mesh.copy()
            lifted.apply_scale(1.1)
            return trimesh.util.concatenate([mesh, lifted])
        return mesh

    return make


PATELLA_SIZE = (0.040, 0.030)
RIDGE_Z = -0.002
"""Width and height of the invented patella, and its ridge, in its own file [m]."""


@pytest.fixture(scope="session")
def patella_mesh() -> Callable[..., trimesh.Trimesh]:
    """A ridge with the groove's slopes, slightly convex from top to bottom, in metres."""

    def make(*, is_closed: bool = False, hole: float = 0.0, n: int = 41) -> trimesh.Trimesh:
        y = np.linspace(-0.5, 0.5, n)[:, None] * PATELLA_SIZE[1]
        z = np.linspace(-0.5, 0.5, n)[None, :] * PATELLA_SIZE[0]
        u = z - RIDGE_Z
        x = np.where(u >= 0, math.tan(LATERAL_SLOPE) * u, -math.tan(MEDIAL_SLOPE) * u) + y**2 / 0.2
        vertices = np.stack([x, *np.broadcast_arrays(y, z)], axis=-1).reshape(-1, 3)
        faces = grid_faces(n, n)
        if hole:
            faces = faces[np.linalg.norm(vertices[faces].mean(axis=1)[:, 1:] - [0.002, 0.006], axis=1) > hole]
        mesh = trimesh.Trimesh(vertices, faces, process=False)
        if not is_closed:
            return mesh
        edge = np.concatenate([np.arange(n), np.arange(1, n) * n + n - 1])
        edge = np.concatenate([edge, (n - 1) * n + np.arange(n - 2, -1, -1), np.arange(n - 2, 0, -1) * n])
        back = vertices + [0.003, 0, 0]
        walls = np.column_stack([edge, np.roll(edge, -1), edge + n * n])
        walls = np.concatenate([walls, np.column_stack([np.roll(edge, -1), np.roll(edge, -1) + n * n, edge + n * n])])
        closed = trimesh.Trimesh(
            np.concatenate([vertices, back]),
            np.concatenate([faces, walls[:, ::-1], faces[:, ::-1] + n * n]),
            process=False,
        )
        assert closed.is_watertight
        assert closed.is_winding_consistent
        return closed

    return make


@pytest.fixture
def mesh_files(tmp_path, femur_mesh, patella_mesh) -> tuple[Path, Path]:
    """The invented femur and patella as STL files in metres."""
    femur, patella = tmp_path / "femur.stl", tmp_path / "patella.stl"
    femur_mesh().export(femur)
    patella_mesh().export(patella)
    return femur, patella
