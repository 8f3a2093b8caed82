"""The lines of a leg's muscles in a pose: path points and arcs round the wraps, as MuJoCo finds them."""

import numpy as np

from trochlea.leg.engine import MjData, MjModel, load_engine
from trochlea.leg.kinematics import Pose, free_places, over_frames
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

ARC_STEP = np.radians(15.0)
"""Largest turn between two drawn points of an arc round a wrap [rad]."""


def muscle_lines(leg: LegModel, pose: Pose, side: Side) -> tuple[dict[str, Array], ...]:
    """From origin to insertion, in ground.

    Args:
        leg: The leg model.
        pose: Any number of frames.
        side: Which leg's muscles.

    Returns:
        For each frame: muscle (LegModel.muscles) -> points, shape (points, 3) [m].
    """
    mujoco, mj = load_engine(), leg.mj
    tendons = {name: int(mj.tendon(f"{name}_{side[0]}_tendon").id) for name in leg.muscles}
    places = free_places(leg, pose, side)
    found: list[dict[str, Array]] = []

    def visit(data: MjData, frame: int) -> None:
        for site, place in places:
            data.site_xpos[site] = place[frame]
        mujoco.mj_tendon(mj, data)
        found.append({name: read_only(_line(mj, data, tendon)) for name, tendon in tendons.items()})

    over_frames(leg, pose, visit)
    return tuple(found)


def _line(mj: MjModel, data: MjData, tendon: int) -> Array:
    """Points of one tendon; two successive points on the same wrap are joined by an arc."""
    first, count = int(data.ten_wrapadr[tendon]), int(data.ten_wrapnum[tendon])
    points = data.wrap_xpos.reshape(-1, 3)[first : first + count]
    objects = data.wrap_obj.reshape(-1)[first : first + count]
    line = [points[0].copy()]
    for i in range(1, count):
        geom = int(objects[i])
        if geom >= 0 and geom == int(objects[i - 1]):
            line += list(_arc(points[i - 1], points[i], data.geom_xpos[geom], data.geom_xmat[geom].reshape(3, 3)))
        line.append(points[i].copy())
    return np.array(line)


def _arc(start: Array, end: Array, centre: Array, turn: Array) -> Array:
    """Points between two on a cylinder (axis z), the shorter way round; shape (points, 3), may be none."""
    a, b = (start - centre) @ turn, (end - centre) @ turn
    angles = np.unwrap([np.arctan2(a[1], a[0]), np.arctan2(b[1], b[0])])
    n = int(abs(angles[1] - angles[0]) / ARC_STEP)
    share = np.arange(1, n + 1)[:, None] / (n + 1)
    radius, height = np.hypot(a[0], a[1]), a[2] + share * (b[2] - a[2])
    angle = angles[0] + share * (angles[1] - angles[0])
    return np.hstack([radius * np.cos(angle), radius * np.sin(angle), height]) @ turn.T + centre
