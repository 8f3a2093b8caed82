"""Surfaces of the bones of MyoLegs, scaled as a leg model's bodies are; for drawing only."""

import warnings
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from trochlea.leg.engine import load_engine
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.timeseries import Array, read_only

BoneSide = Literal["left", "right", "middle"]

SACRUM = "meshes/sacrum.stl"
"""A mesh of myo-sim's spine in the frame of the pelvis, which the legs alone do not have."""

SIDES: dict[str, BoneSide] = {"r": "right", "l": "left"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoneMesh:
    """Surface of one bone.

    Attributes:
        name: Without side: "pelvis", "sacrum", "femur", "patella", "tibia", "fibula", "talus", "foot" (heel to
            metatarsals), "toes".
        side: Whose leg.
        body: Body of the leg model that it moves with.
        vertices: In the body's frame, shape (vertices, 3) [m].
        triangles: Numbers of vertices, shape (triangles, 3).
    """

    name: str
    side: BoneSide
    body: str
    vertices: Array
    triangles: NDArray[np.int32]


def bone_meshes(leg: LegModel) -> tuple[BoneMesh, ...]:
    """Bones of pelvis and both legs, each stretched along its body's axes by the body's scale factors."""
    return tuple(
        BoneMesh(
            name=bone.name,
            side=bone.side,
            body=bone.body,
            vertices=read_only(bone.vertices * leg.factors[bone.body]),
            triangles=bone.triangles,
        )
        for bone in _unscaled()
    )


@cache
def _unscaled() -> tuple[BoneMesh, ...]:
    """Bones as shipped; the repairs move joints, wraps and the root, but no bone within its body."""
    mujoco = load_engine()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Attaching a spec with an empty prefix", category=UserWarning)
        import myo_sim

        spec = myo_sim.FRAGMENT_SPEC_BUILDERS["myolegs"]()  # pyright: ignore[reportCallIssue]
    spec.add_mesh(name="sacrum", file=SACRUM)
    spec.body("pelvis").add_geom(name="sacrum", type=mujoco.mjtGeom.mjGEOM_MESH, meshname="sacrum")
    mj = spec.compile()
    found = []
    for geom in range(mj.ngeom):
        if mj.geom_type[geom] == mujoco.mjtGeom.mjGEOM_MESH:
            found.append(_bone(mj, geom))
    return tuple(found)


def _bone(mj, geom: int) -> BoneMesh:
    """One mesh in its body; MuJoCo keeps it in the frame of its own inertia."""
    name, mesh = str(mj.geom(geom).name), int(mj.geom_dataid[geom])
    first, after = mj.mesh_vertadr[mesh], mj.mesh_vertadr[mesh] + mj.mesh_vertnum[mesh]
    turn = Rotation.from_quat(mj.geom_quat[geom], scalar_first=True)
    faces = mj.mesh_faceadr[mesh] + np.arange(mj.mesh_facenum[mesh])
    triangles = np.array(mj.mesh_face[faces], dtype=np.int32)
    triangles.setflags(write=False)
    base, _, letter = name.rpartition("_")
    return BoneMesh(
        name={"bofoot": "toes"}.get(base, base) if base else name,
        side=SIDES[letter] if base else "middle",
        body=str(mj.body(int(mj.geom_bodyid[geom])).name),
        vertices=read_only(turn.apply(mj.mesh_vert[first:after].astype(np.float64)) + mj.geom_pos[geom]),
        triangles=triangles,
    )
