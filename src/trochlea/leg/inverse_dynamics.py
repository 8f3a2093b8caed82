"""Joint moments that a motion and its contact forces demand."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.engine import MjData, load_engine
from trochlea.leg.kinematics import LEG_COORDINATES, Pose, over_frames
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_HINGES, PELVIS_SLIDES
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import Array, read_only

ROOT_COORDINATES = (*PELVIS_SLIDES, *PELVIS_HINGES)
"""pelvis_tx, ty, tz, tilt, list, rotation."""


def generalised_forces(leg: LegModel, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
    """Internal generalised forces along every independent coordinate, as OpenSim prints them.

    M qacc + bias - J^T (contact wrench), reduced by the knee couplings. A contact acts on its own body;
    without a centre of pressure (NaN) its force is left out.

    Args:
        leg: The model.
        pose: Position, velocity and acceleration.
        contacts: At the pose's times, in ground.

    Returns:
        Shape (frames, coordinates) in the order of `leg.coordinates` [N.m, N].

    Raises:
        InputError: If a contact has another number of frames than the pose.
    """
    mujoco = load_engine()
    mj, frames = leg.mj, pose.times.size
    for contact in contacts:
        if contact.force.shape != (frames, 3):
            raise InputError(
                f"{contact.side} contact: expected {frames} frames as in the motion, found {len(contact.force)}"
            )
    bodies = [mj.body(f"{contact.body}_{contact.side[0]}").id for contact in contacts]
    forces = np.empty((frames, mj.nv))

    def visit(data: MjData, frame: int) -> None:
        data.qvel[:] = pose.qvel[frame]
        data.qacc[:] = pose.qacc[frame]
        mujoco.mj_inverse(mj, data)
        external = np.zeros(mj.nv)
        for contact, body in zip(contacts, bodies, strict=True):
            if np.all(np.isfinite(contact.point[frame])):
                force, moment = contact.force[frame], contact.free_moment[frame]
                mujoco.mj_applyFT(mj, data, force, moment, contact.point[frame], body, external)
        forces[frame] = data.qfrc_inverse - external

    over_frames(leg, pose, visit)
    return read_only(leg.joints.reduction(pose.qpos).reduce(forces))


def joint_moments(leg: LegModel, pose: Pose, contacts: tuple[ContactLoad, ...], side: Side) -> Array:
    """Internal generalised forces of one side along LEG_COORDINATES, shape (frames, 6) [N.m]."""
    forces = generalised_forces(leg, pose, contacts)
    return read_only(forces[:, [leg.coordinates.index(f"{name}_{side[0]}") for name in LEG_COORDINATES]])


def root_residual(leg: LegModel, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
    """What would have to act on the pelvis for the motion and the contact forces to agree.

    Shape (frames, 6) along ROOT_COORDINATES: force in ground [N], then moments along tilt, list, rotation
    [N.m].
    """
    forces = generalised_forces(leg, pose, contacts)
    return read_only(forces[:, [leg.coordinates.index(name) for name in ROOT_COORDINATES]])
