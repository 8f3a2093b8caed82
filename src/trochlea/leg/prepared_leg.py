"""What a motion demands of one leg, whatever the strength of its muscles; done once, before every what-if."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.kinematics import MuscleGeometry, Pose
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.segments import Segments
from trochlea.motion.motion import HipAxis, Motion, Side
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import trim


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedLeg:
    """What a motion demands of one leg, whatever the strength of its muscles.

    Attributes:
        side: The leg.
        times: Shape (frames,) [s].
        knee_angle: Tibiofemoral flexion, shape (frames,) [rad].
        moments: Internal generalised forces along LEG_COORDINATES, shape (frames, 6) [N.m].
        geometry: Muscle lengths, velocities and moment arms.
        segments: Where the bodies are.
        is_valid: Frames with a measured (or simulated) ground force for this leg, shape (frames,).
        carried_outside: Axes of the hip that no muscle has to carry.
    """

    side: Side
    times: Array
    knee_angle: Array
    moments: Array
    geometry: MuscleGeometry
    segments: Segments
    is_valid: NDArray[np.bool_]
    carried_outside: tuple[HipAxis, ...] = ()


def prepare_leg(
    leg: LegEngine,
    motion: Motion,
    side: Side,
    *,
    start: float | None = None,
    end: float | None = None,
) -> PreparedLeg:
    """What a motion demands of one leg.

    In a quasi-static task speeds and accelerations load no joint, but its muscles do shorten
    and lengthen.

    Args:
        leg: The leg model.
        motion: The whole motion: derivatives at the edges of a window need the frames outside it.
        side: Which leg.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Returns:
        Moments and muscle geometry in the window.

    Raises:
        InputError: If no frame of the window has a ground force for this leg.
    """
    window = trim(motion, start=start, end=end)
    is_valid = _valid_frames(window, side)
    try:
        pose = leg.place(motion.coordinates, times=window.coordinates.times)
    except InputError as error:
        raise InputError(f"{motion.name}: {error}") from error
    loaded_pose = _at_rest(pose) if motion.is_quasi_static else pose
    return PreparedLeg(
        side=side,
        times=window.coordinates.times,
        knee_angle=window.coordinates.column(f"knee_angle_{side[0]}"),
        moments=leg.joint_moments(loaded_pose, window.contacts, side),
        geometry=leg.muscle_geometry(pose, side),
        segments=leg.segments(pose),
        is_valid=is_valid,
        carried_outside=motion.carried_outside,
    )


def prepare_still(leg: LegEngine, motion: Motion, side: Side, velocities: Array) -> PreparedLeg:
    """What postures demand of one leg that are frames of no one movement: variants of a built-in task.

    Args:
        leg: The leg model.
        motion: The postures, in any order, with their contacts.
        side: Which leg.
        velocities: Lengthening rate of each muscle where each posture is passed, shape (frames, F) [m/s].
    """
    pose = leg.static_pose(motion.coordinates)
    return PreparedLeg(
        side=side,
        times=motion.coordinates.times,
        knee_angle=motion.coordinates.column(f"knee_angle_{side[0]}"),
        moments=leg.joint_moments(pose, motion.contacts, side),
        geometry=replace(leg.muscle_geometry(pose, side), velocities=velocities),
        segments=leg.segments(pose),
        is_valid=_valid_frames(motion, side),
        carried_outside=motion.carried_outside,
    )


def prepared_at(prepared: PreparedLeg, frames: NDArray[np.int64]) -> PreparedLeg:
    """What the motion demands at some of its frames only."""
    geometry, bodies = prepared.geometry, prepared.segments
    return replace(
        prepared,
        times=prepared.times[frames],
        knee_angle=prepared.knee_angle[frames],
        moments=prepared.moments[frames],
        is_valid=prepared.is_valid[frames],
        geometry=replace(
            geometry,
            lengths=geometry.lengths[frames],
            velocities=geometry.velocities[frames],
            moment_arms=geometry.moment_arms[frames],
            patella_arms=geometry.patella_arms[frames],
        ),
        segments=replace(
            bodies,
            positions=bodies.positions[frames],
            rotations=bodies.rotations[frames],
            centre_of_mass=bodies.centre_of_mass[frames],
        ),
    )


def _valid_frames(motion: Motion, side: Side) -> NDArray[np.bool_]:
    own = [contact for contact in motion.contacts if contact.side == side]
    if not own:
        if motion.source == "simulated":  # a foot off the floor, known to carry nothing
            return np.ones(motion.coordinates.times.size, dtype=bool)
        raise InputError(f"{motion.name}: no ground force of the {side} foot; give the other side or its forces")
    is_valid = np.all([contact.is_covered for contact in own], axis=0)
    if not is_valid.any():
        raise InputError(f"{motion.name}: the {side} foot's ground force covers none of the {is_valid.size} frames")
    return is_valid


def _at_rest(pose: Pose) -> Pose:
    return replace(pose, qvel=np.zeros_like(pose.qvel), qacc=np.zeros_like(pose.qacc))
