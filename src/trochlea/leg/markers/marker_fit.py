"""Least squares behind inverse kinematics: Levenberg-Marquardt on all frames of a trial together.

Frames do not share unknowns, so each has its own damping, and steps of all frames are solved in one batch.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from trochlea.leg.markers.marker_kinematics import BodyPoints, place_points
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_HINGES, PELVIS_SLIDES
from trochlea.motion.timeseries import Array

BOUND_ARM = 1.0
"""A joint that is e beyond its range costs what all markers of the frame, each off by e times this, would [m].
Assumed; on the trials of the tests a joint leaves its range by less than 0.2 degrees where OpenSim stops it."""

STEP_TOLERANCE = 1e-7
"""Converged when no coordinate moves by more than this [rad, m] ..."""

COST_TOLERANCE = 1e-11
"""... or when a step lowers the cost by no more than this share [-]."""

MAX_STEPS = 60
STRIDE = 12
"""Every so many frames one is solved from a neutral posture; those between start from between two of them."""

CHUNK = 600
"""So many frames are solved together; more would only take memory."""

WORSE = 2.0
"""A frame whose markers are this many times farther off than in its neighbourhood is tried again from there [-].
Assumed; a second start can only lower the error."""

NEIGHBOURHOOD = 10
"""Frames to either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFit:
    """A least squares problem for each frame.

    Attributes:
        points: Markers on the model.
        measured: Shape (frames, markers, 3) [m]; any number where the weight is 0.
        weights: Shape (frames, markers) [-].
        free: Coordinates to be found, shape (coordinates,); the others are 0.
        ranges: Lower and upper end of each coordinate, shape (coordinates, 2) [rad, m]; infinite without a range.
    """

    points: BodyPoints
    measured: Array
    weights: Array
    free: NDArray[np.bool_]
    ranges: Array

    def frames(self, chosen: NDArray[np.intp]) -> "ToFit":
        """The problem of some frames."""
        return replace(self, measured=self.measured[chosen], weights=self.weights[chosen])


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerFit:
    """Solution frame by frame.

    Attributes:
        values: Shape (frames, coordinates) [rad, m].
        places: Markers on the model, shape (frames, markers, 3) [m].
        costs: Weighted sum of squared distances and of bounds, shape (frames,) [m^2].
        gains: How much a coordinate turns with marker noise, shape (frames, coordinates) [rad/m].
        is_converged: Shape (frames,).
        is_beyond: Joint beyond its range, shape (frames, coordinates).
    """

    values: Array
    places: Array
    costs: Array
    gains: Array
    is_converged: NDArray[np.bool_]
    is_beyond: NDArray[np.bool_]


def fit_markers(problem: ToFit) -> MarkerFit:
    """Best coordinates of every frame."""
    n_frames = len(problem.measured)
    leg = problem.points.leg
    start = neutral_starts(problem)
    keys = np.unique(np.append(np.arange(0, n_frames, STRIDE), n_frames - 1))
    keyed = descend(problem.frames(keys), start[keys])
    keyed_values = _unwrapped(leg, keyed.values)
    for i in np.flatnonzero(problem.free):
        start[:, i] = np.interp(np.arange(n_frames), keys, keyed_values[:, i])
    chunks = [np.arange(i, min(i + CHUNK, n_frames)) for i in range(0, n_frames, CHUNK)]
    fit = _joined([descend(problem.frames(chunk), start[chunk]) for chunk in chunks])
    fit = _again(problem, fit)
    return replace(fit, values=_unwrapped(leg, fit.values))


def noise_gains(jacobian: Array, seen: NDArray[np.bool_], free: NDArray[np.bool_]) -> Array:
    """How far each coordinate moves when every marker seen is off by independent noise of 1 m.

    Args:
        jacobian: Shape (frames, markers, 3, coordinates).
        seen: Shape (frames, markers).
        free: Coordinates to be found; the others get 0.

    Returns:
        Shape (frames, coordinates) [rad/m, m/m]; very large where nothing holds a coordinate.
    """
    rows = (jacobian[..., free] * seen[..., None, None]).reshape(len(jacobian), -1, int(free.sum()))
    normal = np.swapaxes(rows, 1, 2) @ rows
    floor = 1e-12  # holds a coordinate that no marker moves; its gain is then 1e6
    inverse = np.linalg.inv(normal + floor * np.eye(normal.shape[-1]))
    gains = np.zeros((len(jacobian), free.size))
    gains[:, free] = np.sqrt(np.maximum(np.diagonal(inverse, axis1=1, axis2=2), 0.0))
    return gains


def neutral_starts(problem: ToFit) -> Array:
    """The pelvis laid on its markers, everything else at 0; shape (frames, coordinates).

    A frame that sees fewer than three pelvis markers takes all its markers in the neutral posture.
    """
    points, leg = problem.points, problem.points.leg
    values = np.zeros((len(problem.measured), len(leg.coordinates)))
    neutral = place_points(points, values[:1])[0][0]
    seen = problem.weights > 0
    on_pelvis = points.bodies == leg.mj.body("pelvis").id
    enough = (seen & on_pelvis).sum(axis=1) >= 3
    used = np.where(enough[:, None], seen & on_pelvis, seen)
    rotation, translation = superpose(neutral, problem.measured, used)
    angles = Rotation.from_matrix(rotation).as_euler("ZXY")
    for j, name in enumerate(PELVIS_HINGES):
        values[:, leg.coordinates.index(name)] = angles[:, j]
    for j, name in enumerate(PELVIS_SLIDES):
        values[:, leg.coordinates.index(name)] = translation[:, j]
    values[:, ~problem.free] = 0.0
    return values


def superpose(shape: Array, measured: Array, used: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Rigid motion that lays a shape on measured points, frame by frame, in the least squares sense.

    Args:
        shape: Shape (points, 3) [m].
        measured: Shape (frames, points, 3) [m].
        used: Shape (frames, points).

    Returns:
        Rotations (frames, 3, 3) and translations (frames, 3) [m]; measured = R shape + t.
    """
    share = used / np.maximum(used.sum(axis=1, keepdims=True), 1)
    shape_middle = share @ shape
    measured_middle = np.einsum("fp,fpi->fi", share, measured)
    own, other = shape[None] - shape_middle[:, None], measured - measured_middle[:, None]
    left, _, right = np.linalg.svd(np.einsum("fp,fpi,fpj->fij", share, other, own))
    flip = np.ones((len(measured), 3))
    flip[:, 2] = np.linalg.det(left @ right)
    rotation = (left * flip[:, None]) @ right
    return rotation, measured_middle - np.einsum("fij,fj->fi", rotation, shape_middle)


def descend(problem: ToFit, start: Array, *, max_steps: int = MAX_STEPS) -> MarkerFit:
    """Levenberg-Marquardt from one start in every frame, shape (frames, coordinates)."""
    free = problem.free
    values = np.array(start)
    damping = np.full(len(values), 1e-3)
    is_done = np.zeros(len(values), dtype=bool)
    state = _linearise(problem, values)
    for _ in range(max_steps):
        active = np.flatnonzero(~is_done)
        if not active.size:
            break
        normal, gradient = state.normal[active], state.gradient[active]
        scale = np.diagonal(normal, axis1=1, axis2=2) + 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None] + 1e-12
        damped = normal + damping[active, None, None] * scale[:, :, None] * np.eye(normal.shape[-1])
        step = -np.linalg.solve(damped, gradient[..., None])[..., 0]
        trial = values[active]
        trial[:, free] += step
        there = _linearise(problem.frames(active), trial)
        better = there.costs <= state.costs[active]
        is_level = better & (state.costs[active] - there.costs <= COST_TOLERANCE * state.costs[active])
        is_done[active] = (np.abs(step).max(axis=1) < STEP_TOLERANCE) | is_level
        accepted = active[better]
        values[accepted] = trial[better]
        state.put(accepted, there, better)
        damping[active] = np.where(better, damping[active] * 0.1, damping[active] * 10.0)
    seen = problem.weights > 0
    return MarkerFit(
        values=values,
        places=state.places,
        costs=state.costs,
        gains=noise_gains(state.jacobian, seen, free),
        is_converged=is_done,
        is_beyond=np.abs(_beyond(problem.ranges, values)) > 1e-6,
    )


@dataclass(slots=True, kw_only=True)
class _State:
    """What the current values mean, frame by frame; overwritten while the search goes on."""

    places: Array
    jacobian: Array
    costs: Array
    normal: Array
    gradient: Array

    def put(self, rows: NDArray[np.intp], other: "_State", chosen: NDArray[np.bool_]) -> None:
        for name in ("places", "jacobian", "costs", "normal", "gradient"):
            getattr(self, name)[rows] = getattr(other, name)[chosen]


def _linearise(problem: ToFit, values: Array) -> _State:
    """Cost, gradient and normal equations of every frame at given coordinates."""
    free = problem.free
    places, jacobian = place_points(problem.points, values)
    miss = places - problem.measured
    frames = len(values)
    root = np.sqrt(problem.weights)[..., None]
    rows = (jacobian[..., free] * root[..., None]).reshape(frames, -1, int(free.sum()))
    columns = np.swapaxes(rows, 1, 2)
    residual = (miss * root).reshape(frames, -1)
    beyond = _beyond(problem.ranges, values)[:, free]
    stiffness = problem.weights.sum(axis=1)[:, None] * BOUND_ARM**2
    normal = columns @ rows
    diagonal = np.arange(normal.shape[-1])
    normal[:, diagonal, diagonal] += stiffness * (beyond != 0)
    return _State(
        places=places,
        jacobian=jacobian,
        costs=(residual**2).sum(axis=1) + (stiffness * beyond**2).sum(axis=1),
        normal=normal,
        gradient=(columns @ residual[..., None])[..., 0] + stiffness * beyond,
    )


def _beyond(ranges: Array, values: Array) -> Array:
    """How far each coordinate is beyond its range, signed; 0 inside."""
    return values - np.clip(values, ranges[:, 0], ranges[:, 1])


def _joined(fits: list[MarkerFit]) -> MarkerFit:
    names = ("values", "places", "costs", "gains", "is_converged", "is_beyond")
    return MarkerFit(**{name: np.concatenate([getattr(fit, name) for fit in fits]) for name in names})


def _again(problem: ToFit, fit: MarkerFit) -> MarkerFit:
    """A second start, from the best frame of the neighbourhood, where a frame fits much worse than that one."""
    share = np.sqrt(fit.costs / np.maximum(problem.weights.sum(axis=1), 1e-12))
    n_frames = share.size
    best = np.array(
        [
            max(0, i - NEIGHBOURHOOD) + int(np.argmin(share[max(0, i - NEIGHBOURHOOD) : i + NEIGHBOURHOOD + 1]))
            for i in range(n_frames)
        ]
    )
    rows = np.flatnonzero((share > WORSE * share[best]) | ~fit.is_converged)
    if not rows.size:
        return fit
    other = descend(problem.frames(rows), fit.values[best[rows]])
    better = other.costs < fit.costs[rows]
    new = {name: np.array(getattr(fit, name)) for name in ("values", "places", "costs", "gains")}
    new |= {name: np.array(getattr(fit, name)) for name in ("is_converged", "is_beyond")}
    for name, array in new.items():
        array[rows[better]] = getattr(other, name)[better]
    return MarkerFit(**new)


def _unwrapped(leg: LegModel, values: Array) -> Array:
    """The pelvis angles without jumps of a whole turn."""
    values = np.array(values)
    columns = [leg.coordinates.index(name) for name in PELVIS_HINGES]
    values[:, columns] = np.unwrap(values[:, columns], axis=0)
    return values
