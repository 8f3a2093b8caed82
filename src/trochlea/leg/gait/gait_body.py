"""What a cycle of postures means for the ground: where the feet are about the centre of mass, how the body turns."""

from dataclasses import dataclass

import numpy as np

from trochlea.leg.engine import MjData, load_engine
from trochlea.leg.gait.periodic import differentiate
from trochlea.leg.kinematics import over_frames, place
from trochlea.leg.posture.contact_points import SOLE_SITES
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
    """

    duration: float
    centre: Array
    heel: Array
    ball: Array
    turning: Array


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
    )


def sole_points(leg: LegModel) -> Array:
    """Sole below heel and metatarsal heads on the foot's middle line, in the calcaneus, shape (2, 3) [m].

    The heel's is as far back as the heel's site; the metatarsal heads are at the joint of the toes. Both are level with
    the calcaneus' origin, so that the foot stands flat where the model's ankle is at zero.
    """
    heel = float(leg.mj.site(f"{SOLE_SITES[0]}_r").pos[0])
    ball = leg.mj.body("toes_r").pos
    return np.array([[heel, 0.0, 0.0], [float(ball[0]), 0.0, 0.0]])
