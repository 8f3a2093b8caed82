"""Poses of the leg model over a motion, and the geometry of its muscles in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline, make_interp_spline

from trochlea.errors import InputError
from trochlea.leg.engine import MjData, load_engine
from trochlea.leg.skeleton.couplings import Coupling
from trochlea.leg.skeleton.gastrocnemius_path import free_points
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.pelvic_wraps import hold_on_cylinders
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, TimeSeries, read_only

LEG_COORDINATES = (
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee_angle",
    "ankle_angle",
    "subtalar_angle",
)
"""Coordinates of one leg, without side: the D of every (frames, muscles, D) array."""

OPTIONAL = ("subtalar_angle", "mtp_angle", "lumbar_extension", "lumbar_bending", "lumbar_rotation")
"""Coordinates that a motion may lack, without side; they are then 0."""

IGNORED = ("arm_flex", "arm_add", "arm_rot", "elbow_flex", "pro_sup", "wrist_flex", "wrist_dev")
"""Coordinates of the Rajagopal family that this model does not have, without side."""

SPLINE_ORDER = 5
"""Order of the splines that differentiate the coordinates; OpenSim's inverse dynamics uses the same."""

KNEE_SLACK = np.radians(10.0)
"""How far a knee angle may leave the model's range [rad]. Assumed: measured knees overshoot extension by a
few degrees; a knee that flexes negatively leaves it by far more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """The whole model frame by frame; couplings hold exactly.

    Attributes:
        times: Shape (frames,) [s].
        qpos: Shape (frames, nq) [rad, m].
        qvel: Shape (frames, nq) [rad/s, m/s].
        qacc: Shape (frames, nq) [rad/s^2, m/s^2].
        notes: Columns that were left out, and why.
    """

    times: Array
    qpos: Array
    qvel: Array
    qacc: Array
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleGeometry:
    """Muscle-tendon lengths, their rates and moment arms of one side.

    Attributes:
        names: F muscles, base names (LegModel.muscles).
        coordinates: D coordinates (LEG_COORDINATES).
        lengths: Shape (frames, F) [m].
        velocities: Lengthening rate, shape (frames, F) [m/s].
        moment_arms: -dL/dq with the knee couplings reduced, shape (frames, F, D) [m]; positive: a pulling
            muscle drives the coordinate up.
        patella_arms: -dL/d(patella slide), shape (frames, F, 2) [-]: tension times this is the force of the
            muscle on the patella along the femur's x (anterior) and y (proximal); couplings not reduced.
    """

    names: tuple[str, ...]
    coordinates: tuple[str, ...]
    lengths: Array
    velocities: Array
    moment_arms: Array
    patella_arms: Array


def place(leg: LegModel, motion_coordinates: TimeSeries, *, times: Array | None = None) -> Pose:
    """Pose of the leg over a motion; velocities and accelerations from splines through the coordinates.

    The coordinates are not filtered here.

    Args:
        leg: The model.
        motion_coordinates: Columns named as the model's coordinates [rad, m].
        times: When to evaluate [s]; the motion's own times if None. Give the whole motion and a window of its
            times rather than a window of the motion: derivatives at its edges need the frames outside.

    Returns:
        The pose at each time.

    Raises:
        InputError: If a column is missing, unknown or in a wrong unit, or a knee leaves the model's range.
    """
    columns, notes = _columns(leg, motion_coordinates)
    own = motion_coordinates.times
    if own.size < SPLINE_ORDER + 1:
        raise InputError(f"the motion has {own.size} frames; expected at least {SPLINE_ORDER + 1} to differentiate it")
    at = own if times is None else np.asarray(times, dtype=np.float64)
    if at.size and (at.min() < own[0] - 1e-9 or at.max() > own[-1] + 1e-9):
        raise InputError(f"times {at.min():g} to {at.max():g} s leave the motion, {own[0]:g} to {own[-1]:g} s")
    spline = coordinate_spline(own, columns)
    states = (spline(at), spline.derivative(1)(at), spline.derivative(2)(at))
    return _couple(leg, at, *states, notes=notes)


def coordinate_spline(times: Array, columns: Array) -> BSpline:
    """Spline through a motion's coordinates, shape (frames, coordinates), that is straightened at both ends.

    Its third and fourth derivatives vanish there, as those of OpenSim's splines do; left free they threw the first
    frame of a walk off by 100 N.m at the hip.
    """
    still = np.zeros(columns.shape[1:])
    ends = [(3, still), (4, still)]
    return make_interp_spline(times, columns, k=SPLINE_ORDER, bc_type=(ends, ends), axis=0)


def static_pose(leg: LegModel, coordinates: Mapping[str, float] | TimeSeries) -> Pose:
    """Frames at rest.

    Args:
        leg: The model.
        coordinates: Values by coordinate [rad, m], those not named are 0; or one column each, for many
            frames.

    Raises:
        InputError: If the model lacks a coordinate, or a knee leaves the model's range.
    """
    if isinstance(coordinates, TimeSeries):
        given, times = coordinates.as_mapping(), coordinates.times
    else:
        given, times = {name: np.array([value]) for name, value in coordinates.items()}, np.zeros(1)
    unknown = sorted(set(given) - set(leg.coordinates))
    if unknown:
        raise InputError(f"coordinate {unknown[0]!r}: expected one of {', '.join(leg.coordinates)}")
    values = np.zeros((times.size, len(leg.coordinates)))
    for name, column in given.items():
        values[:, leg.coordinates.index(name)] = column
    still = np.zeros_like(values)
    return _couple(leg, times, values, still, still, notes=())


def over_frames(leg: LegModel, pose: Pose, visit: Callable[[MjData, int], None]) -> None:
    """Put the model in each frame's position and call `visit` with the data and the frame's number."""
    mujoco = load_engine()
    data = mujoco.MjData(leg.mj)
    for frame in range(pose.times.size):
        data.qpos[:] = pose.qpos[frame]
        mujoco.mj_kinematics(leg.mj, data)
        mujoco.mj_comPos(leg.mj, data)
        visit(data, frame)


def muscle_geometry(leg: LegModel, pose: Pose, side: Side) -> MuscleGeometry:
    """Lengths, velocities and moment arms of one side's muscles."""
    mujoco = load_engine()
    mj, suffix, frames = leg.mj, side[0], pose.times.size
    lengths = np.empty((frames, mj.ntendon))
    sparse = np.empty((frames, mj.ten_J_colind.size))
    places = free_places(leg, pose, side)

    def visit(data: MjData, frame: int) -> None:
        for site, place in places:
            data.site_xpos[site] = place[frame]
        mujoco.mj_tendon(mj, data)
        lengths[frame] = data.ten_length
        sparse[frame] = data.ten_J

    over_frames(leg, pose, visit)
    tendons = [mj.tendon(f"{name}_{suffix}_tendon").id for name in leg.muscles]
    rows = np.full(mj.ntendon, -1)
    rows[tendons] = np.arange(len(tendons))
    row = np.repeat(rows, mj.ten_J_rownnz)
    own = row >= 0
    jacobian = np.zeros((frames, len(tendons), mj.nv))
    jacobian[:, row[own], mj.ten_J_colind[own]] = sparse[:, own]
    lengths = lengths[:, tendons]
    hold_on_cylinders(mj, suffix, leg.muscles, pose.qpos, lengths, jacobian)
    reduced = leg.joints.reduction(pose.qpos).reduce(jacobian)
    wanted = [leg.coordinates.index(f"{name}_{suffix}") for name in LEG_COORDINATES]
    slides = [mj.joint(f"knee_angle_beta_translation{k}_{suffix}").id for k in (1, 2)]
    return MuscleGeometry(
        names=leg.muscles,
        coordinates=LEG_COORDINATES,
        lengths=read_only(lengths),
        velocities=read_only(np.einsum("fmv,fv->fm", jacobian, pose.qvel)),
        moment_arms=read_only(-reduced[..., wanted]),
        patella_arms=read_only(-jacobian[..., slides]),
    )


def free_places(leg: LegModel, pose: Pose, side: Side) -> list[tuple[int, Array]]:
    """Sites that have no place of their own, and their places, shape (frames, 3) [m]."""
    free = free_points(leg.mj, side, pose.times.size)

    def observe(data: MjData, frame: int) -> None:
        for point in free:
            point.observe(data, frame)

    if free:
        over_frames(leg, pose, observe)
    return [(point.site, point.places()) for point in free]


def _columns(leg: LegModel, series: TimeSeries) -> tuple[Array, tuple[str, ...]]:
    """The motion's values in the order of the model's coordinates, shape (frames, coordinates)."""
    notes = []
    columns = np.zeros((series.times.size, len(leg.coordinates)))
    for i, name in enumerate(leg.coordinates):
        if name in series.names:
            unit, expected = series.units[series.names.index(name)], "m" if "_t" in name[-3:-1] else "rad"
            if unit != expected:
                raise InputError(
                    f"column {name!r}: expected unit {expected!r}, found {unit!r}; check the file's header"
                )
            columns[:, i] = series.column(name)
        elif _base(name) in OPTIONAL:
            notes.append(f"{name} is not in the motion and stays 0")
        else:
            raise InputError(
                f"the motion lacks column {name!r}; expected the coordinates of the Rajagopal family, "
                f"found {', '.join(series.names[:6])}, ..."
            )
    ignored = []
    for name in series.names:
        if name in leg.coordinates:
            continue
        if _base(name) not in IGNORED and not name.endswith("_beta"):
            raise InputError(f"column {name!r} is no coordinate of the model; expected {', '.join(leg.coordinates)}")
        ignored.append(name)
    if ignored:
        notes.append(f"not in this model and left out: {', '.join(ignored)}")
    return columns, tuple(notes)


def _base(name: str) -> str:
    return name[:-2] if name.endswith(("_r", "_l")) else name


def _couple(leg: LegModel, times: Array, q: Array, dq: Array, ddq: Array, *, notes: tuple[str, ...]) -> Pose:
    """Fill in the dependent joints: position, velocity, acceleration."""
    joints = leg.joints
    full = np.zeros((3, times.size, joints.n_joints))
    full[:, :, joints.independent] = q, dq, ddq
    angles, speed, acceleration = full[:, :, joints.driver]
    for coupling, angle in zip(leg.couplings, angles.T, strict=True):
        _check_range(coupling, angle, times)
    value, first, second = joints.evaluate(angles)
    full[:, :, joints.dependent] = value, first * speed, first * acceleration + second * speed**2
    return Pose(
        times=read_only(times),
        qpos=read_only(full[0]),
        qvel=read_only(full[1]),
        qacc=read_only(full[2]),
        notes=notes,
    )


def _check_range(coupling: Coupling, angle: Array, times: Array) -> None:
    worst = int(np.argmax(np.maximum(coupling.lower - angle, angle - coupling.upper)))
    if coupling.lower - KNEE_SLACK <= angle[worst] <= coupling.upper + KNEE_SLACK:
        return
    low, high, found = np.degrees([coupling.lower, coupling.upper, angle[worst]])
    if angle[worst] > coupling.upper and angle.min() >= coupling.lower - KNEE_SLACK:
        remedy = "the model's knee and kneecap are tabulated no further: leave the deeper frames out"
    else:
        remedy = "a motion made with another model (gait2392 flexes negatively) must be redone with this one"
    raise InputError(
        f"{coupling.driver} is {found:.0f} degrees at {times[worst]:g} s, expected {low:.0f} to {high:.0f}, "
        f"flexion positive; {remedy}"
    )
