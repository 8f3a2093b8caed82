"""The person standing still: the pose that later movements are compared with."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.kinematics import static_pose
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_set import MarkerSet
from trochlea.leg.segments import Segments, segments
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array, read_only

STILL = 5e-3
"""A marker that wanders by more than this about its mean is not standing still (standard deviation) [m]. Assumed; in
the published static trial the worst marker of pelvis and legs wanders by 1.1 mm."""

LANDMARK_ERROR = 0.02
"""Bony landmarks should lie nearer to the model than this in the static pose [m]. `hamner-nd-tips`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticPosture:
    """Standing posture, averaged over a window of a static trial.

    Attributes:
        coordinates: Every independent coordinate of the leg [rad, m].
        segments: Bodies in ground, one frame.
        window: What was averaged [s].
        names: Markers that the pose was fitted to.
        errors: Their distances from the model, shape (markers,) [m].
        notes: What a reader must know.
    """

    coordinates: dict[str, float]
    segments: Segments
    window: tuple[float, float]
    names: tuple[str, ...]
    errors: Array
    notes: tuple[str, ...]


def find_static_posture(
    leg: LegModel, marker_set: MarkerSet, static: Markers, *, window: tuple[float, float] | None = None
) -> StaticPosture:
    """Weighted least squares pose of the mean marker positions.

    To place markers that are not where they belong yet, give the set `weighted_for_placing`.

    Args:
        leg: The scaled model.
        marker_set: Its markers.
        static: The person standing still.
        window: Start and end [s]; the whole trial if None.

    Returns:
        The standing posture, the reference of later movements.

    Raises:
        InputError: If the window is empty or the markers do not determine a pose.
    """
    start, end = still_window(static, window)
    inside = (static.times >= start) & (static.times <= end)
    mean, spread = _averaged(static.positions[inside])
    standing = Markers(times=np.zeros(1), names=static.names, positions=mean[None], source=static.source)
    solution = solve_inverse_kinematics(leg, marker_set, standing)
    if not solution.is_solved[0]:
        raise InputError(
            f"{static.source}: the standing pose cannot be found ({solution.status[0].replace('_', ' ')}); check "
            "whether two labels are swapped in the static trial"
        )
    values = {name: float(solution.coordinates.column(name)[0]) for name in leg.coordinates}
    restless = [n for n, s in zip(static.names, spread, strict=True) if n in solution.names and s > STILL]
    notes = [note for note in solution.notes if "weight 0" not in note]
    far = [
        f"{name} {error * 1e3:.0f}"
        for name, error in zip(solution.names, solution.errors[0], strict=True)
        if error > LANDMARK_ERROR
    ]
    if far:
        notes.append(f"standing, more than {LANDMARK_ERROR * 1e3:.0f} mm from the model: {', '.join(far)} mm")
    if restless:
        notes.append(f"not still from {start:g} to {end:g} s: {', '.join(restless)}; choose a quieter window")
    return StaticPosture(
        coordinates=values,
        segments=segments(leg, static_pose(leg, values)),
        window=(start, end),
        names=solution.names,
        errors=read_only(solution.errors[0]),
        notes=tuple(notes),
    )


def still_window(static: Markers, window: tuple[float, float] | None) -> tuple[float, float]:
    """The asked window, or the whole trial.

    Raises:
        InputError: If no frame lies in it.
    """
    first, last = float(static.times[0]), float(static.times[-1])
    if window is None:
        return first, last
    start, end = window
    if not bool(((static.times >= start) & (static.times <= end)).any()):
        raise InputError(f"{static.source}: no frame from {start:g} to {end:g} s; it has {first:g} to {last:g} s")
    return float(start), float(end)


def _averaged(positions: Array) -> tuple[Array, Array]:
    """Mean place (markers, 3) and wander (markers,) of each marker over the frames that saw it [m]."""
    seen = np.isfinite(positions[..., 0])
    count = np.maximum(seen.sum(axis=0), 1)[:, None]
    filled = np.where(seen[..., None], positions, 0.0)
    mean = filled.sum(axis=0) / count
    wander = np.where(seen[..., None], positions - mean, 0.0)
    spread = np.sqrt((wander**2).sum(axis=(0, 2)) / count[:, 0])
    return np.where(np.asarray(seen.any(axis=0))[:, None], mean, np.nan), spread
