"""Poses of an OpenSim model over a motion in our names and signs."""

from collections.abc import Callable, Mapping

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.kinematics import KNEE_SLACK, OPTIONAL, SPLINE_ORDER, Pose, coordinate_spline
from trochlea.leg.opensim.opensim_model import OpensimCoordinate, OpensimModel
from trochlea.leg.opensim.opensim_program import Opensim, load_opensim
from trochlea.motion.timeseries import Array, TimeSeries, read_only

KNEES = ("knee_angle_r", "knee_angle_l")


def place(loaded: OpensimModel, motion: TimeSeries, *, times: Array | None = None) -> Pose:
    """Pose over a motion; velocities and accelerations from splines through the coordinates.

    A column overrules a lock: the motion says where the joint was. A coordinate without a column stays where the
    model locks or prescribes it; arms and the optional ones of `kinematics.OPTIONAL` stay at the model's default.

    Args:
        loaded: The model.
        motion: Columns in our names and signs, and in the model's own names where we have none [rad, m].
        times: When to evaluate [s]; the motion's own times if None.

    Raises:
        InputError: If a column is missing, unknown or in a wrong unit, or a knee leaves the model's range.
    """
    own = motion.times
    if own.size < SPLINE_ORDER + 1:
        raise InputError(f"the motion has {own.size} frames; expected at least {SPLINE_ORDER + 1} to differentiate it")
    at = own if times is None else np.asarray(times, dtype=np.float64)
    if at.size and (at.min() < own[0] - 1e-9 or at.max() > own[-1] + 1e-9):
        raise InputError(f"times {at.min():g} to {at.max():g} s leave the motion, {own[0]:g} to {own[-1]:g} s")
    columns, notes = _columns(loaded, motion)
    spline = coordinate_spline(own, columns)
    return _couple(loaded, at, spline(at), spline.derivative(1)(at), spline.derivative(2)(at), notes=notes)


def static_pose(loaded: OpensimModel, coordinates: Mapping[str, float] | TimeSeries) -> Pose:
    """Frames at rest.

    Args:
        loaded: The model.
        coordinates: Values by coordinate of ours [rad, m], those not named are 0; or one column each, for many
            frames. A coordinate that the model does not have may only be 0.

    Raises:
        InputError: If the model lacks a coordinate, or a knee leaves the model's range.
    """
    if isinstance(coordinates, TimeSeries):
        given, times = coordinates.as_mapping(), coordinates.times
    else:
        given, times = {name: np.array([value]) for name, value in coordinates.items()}, np.zeros(1)
    values = np.zeros((times.size, len(loaded.coordinates)))
    for i, coordinate in enumerate(loaded.coordinates):
        values[:, i] = coordinate.default if coordinate.ours is None else 0.0
    for name, column in given.items():
        i = _column_of(loaded, name)
        if i is None and np.any(column != 0.0):
            raise InputError(f"coordinate {name!r}: expected one of {', '.join(_known(loaded))}")
        if i is not None:
            values[:, i] = column * loaded.coordinates[i].sign
    still = np.zeros_like(values)
    return _couple(loaded, times, values, still, still, notes=())


def over_frames(loaded: OpensimModel, pose: Pose, visit: Callable[[Opensim, int], None]) -> None:
    """Put the model in each frame's position and velocity and call `visit` with the state and the frame's number."""
    opensim = load_opensim()
    state = opensim.State(loaded.state)
    for frame in range(pose.times.size):
        state.setQ(in_state_order(loaded, opensim, pose.qpos[frame]))
        state.setU(in_state_order(loaded, opensim, pose.qvel[frame]))
        loaded.model.realizePosition(state)
        visit(state, frame)


def in_state_order(loaded: OpensimModel, opensim: Opensim, values: Array) -> Opensim:
    """A vector of the program from values in the order of the coordinates."""
    ordered = np.empty(values.size)
    ordered[[c.state_index for c in loaded.coordinates]] = values
    return opensim.Vector.createFromMat(ordered)


def reduce(loaded: OpensimModel, pose: Pose, forces: Array) -> Array:
    """Generalised forces with those of the driven coordinates passed on to their drivers.

    Args:
        loaded: The model.
        pose: Of as many frames as the forces.
        forces: Shape (frames, ..., coordinates), in the order of the coordinates.

    Returns:
        The same shape; 0 along the driven coordinates.
    """
    reduced = np.array(forces)
    for coupler in reversed(loaded.couplers):
        slopes = coupler.slopes(pose.qpos[:, coupler.drivers])
        passed = reduced[..., coupler.dependent].copy()
        for k, driver in enumerate(coupler.drivers):
            slope = slopes[:, k].reshape(-1, *(1,) * (passed.ndim - 1))
            reduced[..., driver] += slope * passed
        reduced[..., coupler.dependent] = 0.0
    return reduced


def _known(loaded: OpensimModel) -> list[str]:
    """Names that a motion's columns may have."""
    return [c.ours or c.name for c in loaded.coordinates if not c.is_dependent]


def _column_of(loaded: OpensimModel, name: str) -> int | None:
    """Coordinate of a column in our name, or in the model's own where we have none."""
    return next((i for i, c in enumerate(loaded.coordinates) if name == (c.ours or c.name)), None)


def _columns(loaded: OpensimModel, series: TimeSeries) -> tuple[Array, tuple[str, ...]]:
    """The motion's values in the model's sign and order, shape (frames, coordinates)."""
    columns = np.zeros((series.times.size, len(loaded.coordinates)))
    resting = []
    for i, coordinate in enumerate(loaded.coordinates):
        name = coordinate.ours or coordinate.name
        if coordinate.is_dependent:
            continue
        if name in series.names:
            _check_unit(coordinate, name, series.units[series.names.index(name)])
            columns[:, i] = coordinate.sign * series.column(name)
        elif coordinate.prescribed is not None:
            columns[:, i] = _prescribed(coordinate, series.times)
        elif coordinate.is_held or coordinate.ours is None or _base(name) in OPTIONAL:
            columns[:, i] = coordinate.default
            resting.append(name)
        else:
            raise InputError(
                f"the motion lacks column {name!r}, along which {loaded.path} moves; found "
                f"{', '.join(series.names[:6])}, ..."
            )
    foreign = [name for name in series.names if _column_of(loaded, name) is None]
    wrong = [name for name in foreign if _base(name) not in OPTIONAL]
    if wrong:
        raise InputError(
            f"column {wrong[0]!r} is no coordinate of {loaded.path}; expected {', '.join(_known(loaded))}; a motion "
            "made with another model must be redone with this one"
        )
    notes = [f"not in the motion and left at the model's own value: {', '.join(resting)}"] if resting else []
    notes += [f"not in this model and left out: {', '.join(foreign)}"] if foreign else []
    return columns, tuple(notes)


def _check_unit(coordinate: OpensimCoordinate, name: str, unit: str) -> None:
    if coordinate.unit is not None and unit != coordinate.unit:
        raise InputError(f"column {name!r}: expected unit {coordinate.unit!r}, found {unit!r}; check the file's header")


def _prescribed(coordinate: OpensimCoordinate, times: Array) -> Array:
    vector = load_opensim().Vector
    return np.array([coordinate.prescribed.calcValue(vector(1, float(time))) for time in times])


def _base(name: str) -> str:
    return name[:-2] if name.endswith(("_r", "_l")) else name


def _couple(loaded: OpensimModel, times: Array, q: Array, dq: Array, ddq: Array, *, notes: tuple[str, ...]) -> Pose:
    """Fill in the driven coordinates: position, velocity, acceleration."""
    _check_knees(loaded, q, times)
    value, speed, acceleration = np.array(q), np.array(dq), np.array(ddq)
    for coupler in loaded.couplers:
        followed = coupler.follow(value, speed, acceleration)
        for array, column in zip((value, speed, acceleration), followed, strict=True):
            array[:, coupler.dependent] = column
    return Pose(
        times=read_only(times),
        qpos=read_only(value),
        qvel=read_only(speed),
        qacc=read_only(acceleration),
        notes=notes,
    )


def _check_knees(loaded: OpensimModel, q: Array, times: Array) -> None:
    for name in KNEES:
        i = loaded.index(name)
        if i is None:
            continue
        limits = loaded.family.coordinate(name)
        angle = q[:, i] * loaded.coordinates[i].sign
        worst = int(np.argmax(np.maximum(limits.lower - angle, angle - limits.upper)))
        if limits.lower - KNEE_SLACK <= angle[worst] <= limits.upper + KNEE_SLACK:
            continue
        low, high, found = np.degrees([limits.lower, limits.upper, angle[worst]])
        raise InputError(
            f"{name} is {found:.0f} degrees of flexion at {times[worst]:g} s, expected {low:.0f} to {high:.0f}; a "
            "motion made with another model must be redone with this one"
        )
