"""What gaps in marker trajectories do to the solution: segments short of markers, and angles that step at a gap."""

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.markers.marker_fit import CHUNK, MarkerFit, ToFit
from trochlea.leg.markers.marker_kinematics import place_points
from trochlea.leg.markers.marker_set import MarkerSet
from trochlea.leg.skeleton.repairs import PELVIS_SLIDES
from trochlea.motion.timeseries import Array

LEAST_ON_SEGMENT = 3
"""A rigid body needs so many markers to be placed on its own."""

LONG_GAP = 0.2
"""A segment that has fewer than three markers for longer than this is named [s]. Assumed: a fifth of a stride."""

GAP_STEP = np.radians(1.0)
"""A gap that moves an angle by more than this where it begins and ends is named [rad]. Assumed. A step between two
frames is an acceleration: at 100 frames a second the 3 degrees of a missing heel marker in the published walk put
260 N.m on the hip for some frames."""

EDGE_STEP = np.radians(0.1)
"""An angle that steps by more than this where a gap begins or ends spoils the moments there [rad]. Assumed: by the
figure of GAP_STEP some 10 N.m at the hip."""

EDGE_REACH = 8
"""Frames to either side of such an edge that are spoilt: so far a step reaches through a spline of fifth order, whose
answer to it falls to a thousandth (tests/leg/test_marker_gaps.py)."""

MOST_LINES = 6
"""At most so many gaps are named; of the others the number is said."""


def spans(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of True: first index and the index after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def segment_gaps(placed: MarkerSet, seen: NDArray[np.bool_], times: Array) -> list[str]:
    """Spans in which a body that carries three markers or more has fewer than three seen for long."""
    remarks = []
    for body in dict.fromkeys(placed.bodies):
        on_body = np.array([b == body for b in placed.bodies])
        if on_body.sum() < LEAST_ON_SEGMENT:
            continue
        for start, end in spans(seen[:, on_body].sum(axis=1) < LEAST_ON_SEGMENT):
            if times[end - 1] - times[start] > LONG_GAP:
                remarks.append(
                    f"{body} has fewer than {LEAST_ON_SEGMENT} markers from {times[start]:g} to {times[end - 1]:g} s; "
                    "there it is placed with the help of its neighbours"
                )
    return remarks


def missing_markers(problem: ToFit, is_solved: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Markers of the trial that are not seen in a frame, shape (frames, markers).

    Frames that are not solved, shape (frames,), are marked as such and have no angle that could step.
    """
    return (problem.weights <= 0) & (problem.weights.max(axis=0) > 0) & is_solved[:, None]


def angle_shifts(problem: ToFit, fit: MarkerFit, missing: NDArray[np.bool_]) -> Array:
    """How far each angle moves for want of each missing marker, without sign; 0 for what is no angle.

    Shape (frames, markers, coordinates) [rad].
    """
    is_angle = np.array([name not in PELVIS_SLIDES for name in problem.points.leg.coordinates])
    return np.abs(gap_shifts(problem, fit, missing)) * is_angle


def beside_gaps(shifts: Array, missing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames whose speeds and accelerations a gap spoils, because an angle steps where it begins or ends.

    Args:
        shifts: Of each angle for want of each marker, shape (frames, markers, coordinates) [rad].
        missing: Shape (frames, markers).

    Returns:
        Shape (frames,). A gap at an end of the trial has no edge there.
    """
    frames = len(missing)
    is_beside = np.zeros(frames, dtype=bool)
    for marker in range(missing.shape[1]):
        for start, end in spans(missing[:, marker]):
            edges = [(start, start)] * (start > 0) + [(end, end - 1)] * (end < frames)
            for edge, inside in edges:
                if shifts[inside, marker].max() > EDGE_STEP:
                    is_beside[max(edge - EDGE_REACH, 0) : edge + EDGE_REACH] = True
    return is_beside


def gap_steps(
    placed: MarkerSet, names: tuple[str, ...], shifts: Array, missing: NDArray[np.bool_], times: Array
) -> list[str]:
    """Gaps at which an angle steps because the marker that is missing had pulled on it, the largest first.

    Args:
        placed: The markers.
        names: Of the coordinates.
        shifts: Of each angle for want of each marker, shape (frames, markers, coordinates) [rad].
        missing: Shape (frames, markers).
        times: Shape (frames,) [s].
    """
    found = []
    for marker, name in enumerate(placed.names):
        for start, end in spans(missing[:, marker]):
            sizes = shifts[start:end, marker].max(axis=0)
            worst = int(sizes.argmax())
            if sizes[worst] > GAP_STEP:
                line = (
                    f"the gap of {name} from {times[start]:g} to {times[end - 1]:g} s moves {names[worst]} by about "
                    f"{np.degrees(sizes[worst]):.0f} degrees and makes moments jump where it begins and ends; fill it "
                    "where it was recorded, or leave the marker out"
                )
                found.append((float(sizes[worst]), line))
    found.sort(reverse=True)
    lines = [line for _, line in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        more = f"by more than {np.degrees(GAP_STEP):g} degree"
        lines.append(f"{len(found) - MOST_LINES} more gaps move an angle {more}; fill them where they were recorded")
    return lines


def gap_shifts(problem: ToFit, fit: MarkerFit, missing: NDArray[np.bool_]) -> Array:
    """How far each coordinate moves for want of each missing marker, to first order.

    A marker that is off by r at rest with the others pulls with its weight; without it the solution gives way by
    H^-1 J^T w r, H the normal matrix of the markers that are left. r is taken from the nearest frame that sees it.

    Args:
        problem: Of the trial.
        fit: Its solution.
        missing: Shape (frames, markers).

    Returns:
        Shape (frames, markers, coordinates) [rad, m]; 0 where a marker is not missing.
    """
    pull = _nearest_misses(problem, fit) * (missing * problem.weights.max(axis=0))[..., None]
    shifts = np.zeros((*missing.shape, problem.free.size))
    affected = np.flatnonzero(missing.any(axis=1))
    for start in range(0, affected.size, CHUNK):
        frames = affected[start : start + CHUNK]
        _, jacobian = place_points(problem.points, fit.values[frames])
        slopes = jacobian[..., problem.free]
        normal = np.einsum("fm,fmic,fmid->fcd", problem.weights[frames], slopes, slopes, optimize=True)
        # A coordinate that the markers left hardly determine must not stop the rest.
        normal += 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(normal.shape[-1]) + 1e-12 * np.eye(
            normal.shape[-1]
        )
        force = np.einsum("fmic,fmi->fcm", slopes, pull[frames])
        shifts[np.ix_(frames, np.arange(missing.shape[1]), np.flatnonzero(problem.free))] = np.swapaxes(
            np.linalg.solve(normal, force), 1, 2
        )
    return shifts


def _nearest_misses(problem: ToFit, fit: MarkerFit) -> Array:
    """Model less measured place of each marker, in its gaps that of the nearest frame that sees it [m]."""
    seen = problem.weights > 0
    misses = np.where(seen[..., None], fit.places - problem.measured, 0.0)
    frames = np.arange(len(misses))
    for marker in np.flatnonzero(~seen.all(axis=0) & seen.any(axis=0)):
        known = np.flatnonzero(seen[:, marker])
        after = np.clip(np.searchsorted(known, frames), 0, known.size - 1)
        before = np.maximum(after - 1, 0)
        nearer = np.abs(known[before] - frames) < np.abs(known[after] - frames)
        misses[:, marker] = misses[np.where(nearer, known[before], known[after]), marker]
    return misses
