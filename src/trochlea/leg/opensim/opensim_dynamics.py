"""Joint moments and body frames of an OpenSim model in a pose."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.inverse_dynamics import ROOT_COORDINATES
from trochlea.leg.kinematics import LEG_COORDINATES, Pose
from trochlea.leg.opensim.opensim_model import OpensimModel
from trochlea.leg.opensim.opensim_pose import in_state_order, over_frames, reduce
from trochlea.leg.opensim.opensim_program import Opensim, load_opensim
from trochlea.leg.segments import Segments
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.timeseries import Array, read_only


def generalised_forces(loaded: OpensimModel, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
    """Internal generalised forces along every coordinate of the model, in its own signs and order.

    The program's inverse dynamics under gravity less the contact wrenches, which act on the calcanei; the forces of
    driven coordinates (the kneecap's) are passed on to their drivers. Without a centre of pressure (NaN) a contact is
    left out.

    Args:
        loaded: The model.
        pose: Position, velocity and acceleration.
        contacts: At the pose's times, in ground.

    Returns:
        Shape (frames, coordinates) [N.m, N].

    Raises:
        InputError: If a contact has another number of frames than the pose.
    """
    opensim, frames = load_opensim(), pose.times.size
    for contact in contacts:
        if contact.force.shape != (frames, 3):
            raise InputError(
                f"{contact.side} contact: expected {frames} frames as in the motion, found {len(contact.force)}"
            )
    solver = opensim.InverseDynamicsSolver(loaded.model)
    forces = np.empty((frames, len(loaded.coordinates)))
    order = [c.state_index for c in loaded.coordinates]

    def visit(state: Opensim, frame: int) -> None:
        acceleration = in_state_order(loaded, opensim, pose.qacc[frame])
        demanded = solver.solve(state, acceleration).to_numpy()
        wrenches = _wrenches(loaded, opensim, state, contacts, frame)
        external = opensim.Vector(demanded.size, 0.0)
        loaded.model.getMatterSubsystem().multiplyBySystemJacobianTranspose(state, wrenches, external)
        forces[frame] = (demanded - external.to_numpy())[order]

    over_frames(loaded, pose, visit)
    return read_only(reduce(loaded, pose, forces))


def joint_moments(loaded: OpensimModel, pose: Pose, contacts: tuple[ContactLoad, ...], side: Side) -> Array:
    """Internal generalised forces of one side along LEG_COORDINATES in our signs, shape (frames, 6) [N.m].

    0 along a coordinate that the model does not have.

    Raises:
        InputError: If the model has no leg on this side.
    """
    check_side(loaded, side)
    return in_our_columns(loaded, generalised_forces(loaded, pose, contacts), side)


def root_residual(loaded: OpensimModel, pose: Pose, contacts: tuple[ContactLoad, ...]) -> Array:
    """What would have to act on the pelvis for the motion and the contact forces to agree.

    Shape (frames, 6) along ROOT_COORDINATES [N, N.m]; NaN along a coordinate that the model does not have.
    """
    forces = generalised_forces(loaded, pose, contacts)
    found = np.full((pose.times.size, len(ROOT_COORDINATES)), np.nan)
    for k, name in enumerate(ROOT_COORDINATES):
        i = loaded.index(name)
        if i is not None:
            found[:, k] = forces[:, i] * loaded.coordinates[i].sign
    return read_only(found)


def in_our_columns(loaded: OpensimModel, forces: Array, side: Side) -> Array:
    """From (..., coordinates) of the model to (..., 6) along LEG_COORDINATES in our signs."""
    found = np.zeros((*forces.shape[:-1], len(LEG_COORDINATES)))
    for k, name in enumerate(LEG_COORDINATES):
        i = loaded.index(f"{name}_{side[0]}")
        if i is not None:
            found[..., k] = forces[..., i] * loaded.coordinates[i].sign
    return read_only(found)


def check_side(loaded: OpensimModel, side: Side) -> None:
    """Refuse the leg that a one-sided model does not have."""
    if loaded.index(f"knee_angle_{side[0]}") is None:
        raise InputError(f"{loaded.path}: has no {side} knee; choose the other side")


def segments(loaded: OpensimModel, pose: Pose) -> Segments:
    """Body frames and centre of mass in ground."""
    members = loaded.model.getBodySet()
    bodies = [members.get(i) for i in range(members.getSize())]
    positions, rotations = np.empty((pose.times.size, len(bodies), 3)), np.empty((pose.times.size, len(bodies), 3, 3))
    centre = np.empty((pose.times.size, 3))

    def visit(state: Opensim, frame: int) -> None:
        for i, body in enumerate(bodies):
            positions[frame, i] = body.getPositionInGround(state).to_numpy()
            rotations[frame, i] = rotation_in_ground(body, state)
        centre[frame] = loaded.model.calcMassCenterPosition(state).to_numpy()

    over_frames(loaded, pose, visit)
    return Segments(
        names=tuple(body.getName() for body in bodies),
        positions=read_only(positions),
        rotations=read_only(rotations),
        centre_of_mass=read_only(centre),
    )


def rotation_in_ground(body: Opensim, state: Opensim) -> Array:
    """Body to ground, shape (3, 3)."""
    turn = body.getTransformInGround(state).R().asMat33()
    return np.array([[turn.get(i, k) for k in range(3)] for i in range(3)])


def _wrenches(
    loaded: OpensimModel, opensim: Opensim, state: Opensim, contacts: tuple[ContactLoad, ...], frame: int
) -> Opensim:
    """Moment about each body's origin and force on it, from the contacts of one frame."""
    zero = opensim.SpatialVec(opensim.Vec3(0.0), opensim.Vec3(0.0))
    wrenches = opensim.VectorOfSpatialVec(loaded.n_bodies, zero)
    totals: dict[int, Array] = {}
    for contact in contacts:
        if not np.all(np.isfinite(contact.point[frame])):
            continue
        body = loaded.body(f"calcn_{contact.side[0]}")
        if body is None:
            raise InputError(f"{loaded.path}: has no {contact.side} foot, on which the ground pushes")
        arm = contact.point[frame] - body.getPositionInGround(state).to_numpy()
        moment = contact.free_moment[frame] + np.cross(arm, contact.force[frame])
        index = body.getMobilizedBodyIndex()
        totals[index] = totals.get(index, np.zeros((2, 3))) + np.array([moment, contact.force[frame]])
    for index, (moment, force) in totals.items():
        wrenches.set(index, opensim.SpatialVec(opensim.Vec3(*moment.tolist()), opensim.Vec3(*force.tolist())))
    return wrenches
