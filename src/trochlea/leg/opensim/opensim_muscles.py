"""Muscle lengths, moment arms and parameters of an OpenSim model."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.kinematics import LEG_COORDINATES, MuscleGeometry, Pose
from trochlea.leg.muscles.muscle_parameters import MuscleParameters
from trochlea.leg.opensim.opensim_dynamics import check_side, in_our_columns, rotation_in_ground
from trochlea.leg.opensim.opensim_model import OpensimModel, OpensimMuscle
from trochlea.leg.opensim.opensim_path import force_on, unit_pull
from trochlea.leg.opensim.opensim_pose import over_frames, reduce
from trochlea.leg.opensim.opensim_program import Opensim, load_opensim
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import read_only


def muscle_geometry(loaded: OpensimModel, pose: Pose, side: Side) -> MuscleGeometry:
    """Lengths, velocities and moment arms of one side's muscles.

    `patella_arms` is the force of 1 N of tension on the kneecap, along the femur's x and y; NaN where the model has
    no kneecap.

    Raises:
        InputError: If the model has no leg, or no muscles, on this side.
    """
    opensim = load_opensim()
    muscles = _muscles(loaded, side)
    paths = [member.muscle.getPath() for member in muscles]
    patella, femur = loaded.body(f"patella_{side[0]}"), loaded.body(f"femur_{side[0]}")
    order = [c.state_index for c in loaded.coordinates]
    shape = (pose.times.size, len(muscles))
    lengths, along = np.empty(shape), np.empty((*shape, len(order)))
    on_patella = np.full((*shape, 2), np.nan)

    def visit(state: Opensim, frame: int) -> None:
        turn = None if patella is None or femur is None else rotation_in_ground(femur, state)
        for k, path in enumerate(paths):
            pull = unit_pull(opensim, loaded.model, state, path, loaded.n_bodies)
            lengths[frame, k] = path.getLength(state)
            along[frame, k] = pull.along[order]
            if turn is not None and patella is not None:
                on_patella[frame, k] = (force_on(pull, patella.getMobilizedBodyIndex()) @ turn)[:2]

    over_frames(loaded, pose, visit)
    return MuscleGeometry(
        names=tuple(member.name for member in muscles),
        coordinates=LEG_COORDINATES,
        lengths=read_only(lengths),
        velocities=read_only(-np.einsum("fmc,fc->fm", along, pose.qvel)),
        moment_arms=in_our_columns(loaded, reduce(loaded, pose, along), side),
        patella_arms=read_only(on_patella),
    )


def own_parameters(loaded: OpensimModel, side: Side) -> MuscleParameters:
    """The model's own parameters of one side's muscles, whatever their type.

    Raises:
        InputError: If the model has no leg, or no muscles, on this side.
    """
    muscles = [member.muscle for member in _muscles(loaded, side)]
    return MuscleParameters(
        names=tuple(member.name for member in loaded.muscles[side]),
        max_isometric_force=np.array([m.getMaxIsometricForce() for m in muscles]),
        optimal_fiber_length=np.array([m.getOptimalFiberLength() for m in muscles]),
        tendon_slack_length=np.array([m.getTendonSlackLength() for m in muscles]),
        pennation_angle=np.array([m.getPennationAngleAtOptimalFiberLength() for m in muscles]),
        max_contraction_velocity=np.array([m.getMaxContractionVelocity() for m in muscles]),
        sources=(f"{loaded.model.getName()} (model file)",) * len(muscles),
    )


def _muscles(loaded: OpensimModel, side: Side) -> tuple[OpensimMuscle, ...]:
    check_side(loaded, side)
    if not loaded.muscles[side]:
        raise InputError(f"{loaded.path}: no muscle acts on the {side} leg; give a model with muscles")
    return loaded.muscles[side]
