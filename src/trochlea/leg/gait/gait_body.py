"""What a cycle of postures means for the ground: where the feet are about the centre of mass, how the body turns."""

from dataclasses import dataclass

import numpy as np

from trochlea.leg.engine import MjData, load_engine
from trochlea.leg.gait.periodic import differentiate
from trochlea.leg.kinematics import over_frames, place
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_SLIDES
from trochlea.motion.timeseries import Array, read_only

OVERHANG = 0.25
"""Share of a cycle that is repeated at either end before it is differentiated [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitBody:
    """One cycle of postures, whatever the path of the pelvis.

    Attributes:
        duration: Of the cycle [s].
        centre: Centre of mass from the pelvis' origin, shape (frames, 3) [m].
        heel: Sole below the right heel from the centre of mass, shape (frames, 3) [m].
        ball: Sole below the right metatarsal heads from the centre of mass, shape (frames, 3) [m].
        turning: Rate of angular momentum about the centre of mass, shape (frames, 3) [N.m].
        trunk: How hard the trunk is to tip sideways (about x) and forwards (about z), shape (2,) [kg.m2].
    """

    duration: float
    centre: Array
    heel: Array
    ball: Array
    turning: Array
    trunk: Array


def gait_body(leg: LegModel, values: Array, duration: float) -> GaitBody:
    """Centre of mass, feet and angular momentum of one cycle.

    Args:
        leg: The leg model.
        values: Coordinates over one cycle without its end, the pelvis' path left out, shape (frames, coordinates).
        duration: Of the cycle [s].
    """
    frames = len(values)
    extra = round(OVERHANG * frames)
    order = np.arange(-extra, frames + extra)
    times = order * duration / frames
    series = posture_series(leg, values[order % frames], times)
    pose = place(leg, series, times=times[extra : extra + frames])
    mujoco, mj = load_engine(), leg.mj
    foot = mj.body("calcn_r").id
    sole = sole_points(leg)
    centre, momentum = np.empty((frames, 3)), np.empty((frames, 3))
    points = np.empty((frames, 2, 3))

    def visit(data: MjData, frame: int) -> None:
        data.qvel[:] = pose.qvel[frame]
        mujoco.mj_comVel(mj, data)
        mujoco.mj_subtreeVel(mj, data)
        centre[frame], momentum[frame] = data.subtree_com[0], data.subtree_angmom[0]
        points[frame] = data.xpos[foot] + sole @ data.xmat[foot].reshape(3, 3).T

    over_frames(leg, pose, visit)
    pelvis = values[:, [leg.coordinates.index(slide) for slide in PELVIS_SLIDES]]
    return GaitBody(
        duration=duration,
        centre=read_only(centre - pelvis),
        heel=read_only(points[:, 0] - centre),
        ball=read_only(points[:, 1] - centre),
        turning=read_only(differentiate(momentum, duration)),
        trunk=_trunk_inertia(leg),
    )


def sole_points(leg: LegModel) -> Array:
    """Sole below heel and metatarsal heads on the foot's middle line, in the calcaneus, shape (2, 3) [m].

    The heel is round: it rolls and yields about the calcaneus' origin, not on its hindmost edge, and the metatarsal
    heads are at the joint of the toes. Both are level with the calcaneus' origin, so that the foot stands flat where
    the model's ankle is at zero. That is 17 mm above the sole of a foot that stands still (`contact_points.SOLE`): a
    sole of that height would load the kneecap by 5 % more in walking and by less than 2 % more or less in running,
    agree no better with measured forces and moments, and let the feet slip further (3.4 mm in place of 2.9 in walking,
    8.3 in place of 7.0 in running; `validation/gait.py`).

    References:
        predsim-2022-spheres: sphere of contact under the heel, radius 32 mm, 2 mm ahead of the calcaneus' origin.
    """
    ball = leg.mj.body("toes_r").pos
    return np.array([[0.0, 0.0, 0.0], [float(ball[0]), 0.0, 0.0]])


def _trunk_inertia(leg: LegModel) -> Array:
    """Of the trunk, tipping over the lumbar joint of a body that is free to give way below, shape (2,) [kg.m2]."""
    mujoco, mj = load_engine(), leg.mj
    trunk = mj.body("torso")
    turn = np.empty(9)
    mujoco.mju_quat2Mat(turn, trunk.iquat)
    inertia = np.einsum("ij,j,ij->i", turn.reshape(3, 3), trunk.inertia, turn.reshape(3, 3))
    mass = float(trunk.mass[0])
    shared = mass * (leg.mass - mass) / leg.mass
    x, y, z = trunk.ipos
    return read_only([inertia[0] + shared * (y * y + z * z), inertia[2] + shared * (x * x + y * y)])
