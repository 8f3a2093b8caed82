"""Where points of the bodies are in many poses at once, and how they move with the independent coordinates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.engine import MjData, load_engine
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.timeseries import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPoints:
    """Points fixed to bodies of a leg model.

    Attributes:
        leg: The model.
        bodies: Number of each point's body, shape (points,).
        positions: In the body's frame, shape (points, 3) [m].
        moves: Shape (points, joints): whether a joint of the compiled model moves a point.
        is_hinge: Shape (joints,).
        scratch: State of the engine that every call overwrites: making one takes longer than placing all points.
    """

    leg: LegModel
    bodies: NDArray[np.intp]
    positions: Array
    moves: NDArray[np.bool_]
    is_hinge: NDArray[np.bool_]
    scratch: MjData


def body_points(leg: LegModel, bodies: tuple[str, ...], positions: Array) -> BodyPoints:
    """Points given by body name and position in that body, shape (points, 3) [m]."""
    mj = leg.mj
    numbers = np.array([mj.body(body).id for body in bodies], dtype=np.intp)
    moves = np.zeros((numbers.size, mj.njnt), dtype=bool)
    for row, number in zip(moves, numbers, strict=True):
        body = int(number)
        while body:
            row[mj.jnt_bodyid == body] = True
            body = int(mj.body_parentid[body])
    is_hinge = np.array(mj.jnt_type == load_engine().mjtJoint.mjJNT_HINGE)
    return BodyPoints(
        leg=leg,
        bodies=numbers,
        positions=positions,
        moves=moves,
        is_hinge=is_hinge,
        scratch=load_engine().MjData(mj),
    )


def place_points(points: BodyPoints, values: Array) -> tuple[Array, Array]:
    """Points in ground and their Jacobian, the knee couplings reduced.

    Args:
        points: Fixed to bodies.
        values: Independent coordinates, shape (frames, coordinates) [rad, m].

    Returns:
        Positions (frames, points, 3) [m] and derivatives (frames, points, 3, coordinates) [m/rad, m/m].
    """
    mujoco, leg = load_engine(), points.leg
    mj, frames = leg.mj, len(values)
    qpos, follow = leg.joints.full_positions(values)
    data = points.scratch
    origins, turns = np.empty((frames, mj.nbody, 3)), np.empty((frames, mj.nbody, 9))
    anchors, axes = np.empty((frames, mj.njnt, 3)), np.empty((frames, mj.njnt, 3))
    for frame in range(frames):
        data.qpos[:] = qpos[frame]
        mujoco.mj_kinematics(mj, data)
        origins[frame], turns[frame] = data.xpos, data.xmat
        anchors[frame], axes[frame] = data.xanchor, data.xaxis
    rotations = turns.reshape(frames, mj.nbody, 3, 3)[:, points.bodies]
    places = origins[:, points.bodies] + np.einsum("fpij,pj->fpi", rotations, points.positions)
    # A hinge moves a point by axis x arm, a slide by its axis.
    arms = places[:, None] - anchors[:, :, None]  # (frames, joints, points, 3)
    turned = _cross(axes[:, :, None], arms)
    moved = np.where(points.is_hinge[:, None, None], turned, axes[:, :, None]) * points.moves.T[..., None]
    rows = moved.transpose(0, 2, 3, 1)
    return places, follow.reduce(rows)


def _cross(first: Array, second: Array) -> Array:
    """Cross product over the last axis; numpy's own is several times slower on small vectors."""
    (a, b, c), (x, y, z) = np.moveaxis(first, -1, 0), np.moveaxis(second, -1, 0)
    return np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=-1)
