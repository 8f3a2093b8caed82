"""Hip muscles that wrap a cylinder on the pelvis, held on it where MuJoCo would let go.

Two things happen far from the neutral posture. The first point on the femur sinks into the cylinder: MuJoCo and
OpenSim then stop wrapping and the path jumps from the arc to the chord, by up to 36 mm (gluteus maximus in deep
flexion, psoas and iliacus in extension). And once the arc exceeds half a turn, MuJoCo takes the shorter way round the
other side, where gluteus maximus would flex the hip. Here a sunken point is pushed straight out to the surface, and a
path stays on the side on which it lies in the neutral posture. Everywhere else this is MuJoCo's own path.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from trochlea.leg.engine import MjModel, MjSpec
from trochlea.leg.skeleton.repairs import PELVIC_CYLINDERS, Repair, path_of
from trochlea.motion.timeseries import Array

HIP_COORDINATES = ("hip_flexion", "hip_adduction", "hip_rotation")

WRAPS = PELVIC_CYLINDERS | {"glmax3": "Gmax3_at_pelvis"}
"""Cylinder on the pelvis by muscle; each is passed between the second and the third of four points."""

LEAST_ANGLE = np.radians(-75.0)
"""Angles about the cylinder are counted from here up [rad]. Assumed: over the joints' ranges no muscle is found between
-120 and -30 degrees, so a path is never cut there."""

STEP = 1e-5
"""Step of the central differences that give the moment arms [rad]; their error is below 1e-9 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HipPath:
    """A muscle of four points, two on the pelvis and two on the femur, with a cylinder on the pelvis between them.

    Attributes:
        on_pelvis: First two points in the cylinder's frame, shape (2, 3) [m]; the cylinder's axis is z.
        on_femur: Last two points in the femur, shape (2, 3) [m].
        hip: Femur's origin in the cylinder's frame, shape (3,) [m].
        turn: Femur (hip angles 0) to the cylinder's frame, shape (3, 3).
        axes: Unit axes of the three hip joints, each in the femur as the joints before it left it, shape (3, 3).
        radius: Of the cylinder [m].
        sense: 1 if the neutral posture's path turns from the pelvis' points to the femur's as x turns to y, -1 if not.
    """

    on_pelvis: Array
    on_femur: Array
    hip: Array
    turn: Array
    axes: Array
    radius: float
    sense: float


def repair_pelvic_wraps(spec: MjSpec) -> Repair:
    """Say which paths are held; `hold_on_cylinders` does it in every pose."""
    found = [m for m, wrap in WRAPS.items() if any(t == f"{wrap}_wrap_r" for _, t, _ in path_of(spec, f"{m}_r_tendon"))]
    if not found:
        return Repair(name="pelvic wraps", is_applied=False, reason="not needed: no hip muscle wraps the pelvis")
    reason = (
        f"{', '.join(found)} can sink into or slip round their pelvic cylinders far from neutral, where the length "
        "jumped by up to 36 mm; they are held at the surface, on their side"
    )
    return Repair(name="pelvic wraps", is_applied=True, reason=reason)


def hold_on_cylinders(
    mj: MjModel, side: str, muscles: tuple[str, ...], qpos: Array, lengths: Array, jacobian: Array
) -> None:
    """Give the frames in which MuJoCo lets go the path along the surface, in place.

    Args:
        mj: The compiled model.
        side: "r" or "l".
        muscles: Base names, in the order of the arrays.
        qpos: Shape (frames, nq) [rad, m].
        lengths: Muscle-tendon lengths, shape (frames, muscles) [m].
        jacobian: dL/dq without the couplings, shape (frames, muscles, nq) [m].
    """
    hip = [mj.joint(f"{name}_{side}").id for name in HIP_COORDINATES]
    angles = qpos[:, hip]
    for muscle in WRAPS:
        path, column = hip_path(mj, muscle, side), muscles.index(muscle)
        frames = np.flatnonzero(is_let_go(path, angles))
        if not frames.size:
            continue
        lengths[frames, column] = path_length(path, angles[frames])
        jacobian[frames, column] = 0.0
        for joint, step in zip(hip, STEP * np.eye(3), strict=True):
            ahead, behind = (path_length(path, angles[frames] + s) for s in (step, -step))
            jacobian[frames, column, joint] = (ahead - behind) / (2 * STEP)


def hip_path(mj: MjModel, muscle: str, side: str) -> HipPath:
    """The path of one of WRAPS in a compiled model."""
    cylinder, femur = mj.geom(f"{WRAPS[muscle]}_wrap_{side}"), mj.body(f"femur_{side}")
    to_cylinder = Rotation.from_quat(cylinder.quat, scalar_first=True).as_matrix().T
    sites = np.array([mj.site(f"{muscle}-P{number}_{side}").pos for number in (1, 2, 3, 4)])
    on_pelvis = (sites[:2] - cylinder.pos) @ to_cylinder.T
    hip = to_cylinder @ (femur.pos - cylinder.pos)
    turn = to_cylinder @ Rotation.from_quat(femur.quat, scalar_first=True).as_matrix()
    return HipPath(
        on_pelvis=on_pelvis,
        on_femur=sites[2:],
        hip=hip,
        turn=turn,
        sense=float(np.sign(_about_axis(on_pelvis[1], hip + turn @ sites[2]))),
        axes=np.array([mj.joint(f"{name}_{side}").axis for name in HIP_COORDINATES]),
        radius=float(cylinder.size[0]),
    )


def is_let_go(path: HipPath, angles: Array) -> NDArray[np.bool_]:
    """Whether the femur's first point is inside the cylinder, or more than half a turn round it.

    A point of the pelvis itself inside the cylinder takes the cylinder out of the path in every pose, here as in
    OpenSim.

    Args:
        path: The muscle.
        angles: Of the hip, shape (frames, 3) [rad].

    Returns:
        Shape (frames,).
    """
    near = _on_femur(path, angles)[:, 0]
    if np.hypot(*path.on_pelvis[1, :2]) <= path.radius:
        return np.zeros(len(near), dtype=bool)
    return (np.hypot(near[:, 0], near[:, 1]) < path.radius) | (_turned(path, near) > np.pi)


def path_length(path: HipPath, angles: Array) -> Array:
    """Length along the surface, shape (frames,) [m]; the cylinder is endless and outside the pelvis' second point.

    `angles` are the hip's, shape (frames, 3) [rad].
    """
    near, far = np.swapaxes(_on_femur(path, angles), 0, 1)
    origin, last = path.on_pelvis
    turned = _turned(path, near)
    near[:, :2] *= np.maximum(path.radius / np.hypot(near[:, 0], near[:, 1]), 1.0)[:, None]
    distances = np.hypot(last[0], last[1]), np.hypot(near[:, 0], near[:, 1])
    tangents = sum(np.arccos(np.minimum(path.radius / d, 1.0)) for d in distances)
    reach = sum(np.sqrt(np.maximum(d**2 - path.radius**2, 0.0)) for d in distances)
    straight = np.linalg.norm(near[:, :2] - last[:2], axis=1)
    planar = np.where(turned > tangents, reach + path.radius * (turned - tangents), straight)
    wrapped = np.hypot(planar, near[:, 2] - last[2])
    return float(np.linalg.norm(last - origin)) + wrapped + np.linalg.norm(far - near, axis=1)


def _turned(path: HipPath, near: Array) -> Array:
    """Angle about the cylinder from the pelvis' point to the femur's, positive as in the neutral posture [rad]."""
    angle = _about_axis(path.on_pelvis[1], near) * path.sense
    return np.where(angle < LEAST_ANGLE, angle + 2 * np.pi, angle)


def _about_axis(start: Array, end: Array) -> Array:
    x, y = end[..., 0], end[..., 1]
    return np.arctan2(start[0] * y - start[1] * x, start[0] * x + start[1] * y)


def _on_femur(path: HipPath, angles: Array) -> Array:
    """Both points of the femur in the cylinder's frame, shape (frames, 2, 3) [m]."""
    points = np.repeat(path.on_femur[None], len(angles), axis=0)
    for axis, angle in zip(path.axes[::-1], angles.T[::-1], strict=True):
        along = (points @ axis)[..., None] * axis
        cosine, sine = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
        points = along + cosine * (points - along) + sine * np.cross(axis, points)
    return path.hip + points @ path.turn.T
