"""Joint angles from marker trajectories: weighted least squares over the whole trial, all frames at once."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.kinematics import OPTIONAL
from trochlea.leg.markers.marker_fit import MarkerFit, ToFit, fit_markers, noise_gains
from trochlea.leg.markers.marker_gaps import angle_shifts, beside_gaps, gap_steps, missing_markers, segment_gaps, spans
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import MarkerSet, listed, match_labels, on_leg
from trochlea.leg.skeleton.joint_ranges import joint_ranges
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_HINGES, PELVIS_SLIDES
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array, TimeSeries, read_only

FrameStatus = Literal["solved", "too_few_markers", "not_converged"]

LOCKED = ("subtalar_angle", "mtp_angle")
"""Coordinates that stay at 0, without side. `rajagopal-2016-model`: the model file locks them."""

LARGEST_GAIN = 30.0
"""A coordinate is determined in a frame if an error of 1 m in every marker, independent of each other, turns it by
less than this [rad/m, m/m]: 1.7 degrees a millimetre. Assumed; three markers on a circle of 10 cm give 8 rad/m."""

LOOSE_FIT = 0.03
"""Marker errors above this root mean square are worth a look [m]. Assumed; the published walk has 0.019 on its own
model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseKinematics:
    """A motion found from markers, frame by frame.

    Attributes:
        coordinates: The leg's independent coordinates [rad, m]; NaN where the markers of a frame do not determine
            one, never interpolated. A locked coordinate is 0.
        status: Of each frame.
        names: Markers that were used.
        errors: Distance of each marker from the model's, shape (frames, markers) [m]; NaN where not seen.
        model_positions: Of those markers on the model, shape (frames, markers, 3) [m].
        weights: Of those markers [-].
        rms: Root mean square error of the markers seen in a frame, shape (frames,) [m]; NaN without any.
        worst: Largest error in each frame, shape (frames,) [m].
        is_beside_gap: Frames at whose speeds and accelerations a marker's gap begins or ends, shape (frames,): moments
            there mean nothing.
        locked: Coordinates that were held at 0.
        notes: What a reader must know: labels left out, gaps, coordinates at their bounds.
    """

    coordinates: TimeSeries
    status: tuple[FrameStatus, ...]
    names: tuple[str, ...]
    errors: Array
    model_positions: Array
    weights: Array
    rms: Array
    worst: Array
    is_beside_gap: NDArray[np.bool_]
    locked: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def is_solved(self) -> NDArray[np.bool_]:
        """Frames in which every coordinate was found, shape (frames,)."""
        return np.array([status == "solved" for status in self.status])

    def solved_spans(self, *, least: int = 6) -> list[tuple[int, int]]:
        """Runs of solved frames, first frame and the frame after the last; `least` as `kinematics.place` needs."""
        return [(start, end) for start, end in spans(self.is_solved) if end - start >= least]


def solve_inverse_kinematics(
    leg: LegModel,
    marker_set: MarkerSet,
    markers: Markers,
    *,
    locked: tuple[str, ...] = LOCKED,
) -> InverseKinematics:
    """Motion of the leg model that comes closest to the markers in every frame.

    Weighted least squares of marker distances; a joint that leaves its range pays for it (see
    `marker_fit.BOUND_ARM`). Frames do not lean on each other: nothing is smoothed. The markers are not filtered here.

    Args:
        leg: The model, scaled to the person.
        marker_set: Where the markers sit on it.
        markers: The trial.
        locked: Coordinates held at 0, without side. Of the others, lumbar, subtalar and toe joints that the markers
            never determine are held too.

    Returns:
        Coordinates, marker errors and a status for each frame.

    Raises:
        InputError: If no marker of the trial is known, or no frame has enough markers.
    """
    problem, placed, notes = pose_problem(leg, marker_set, markers, locked=locked)
    fit = fit_markers(problem)
    return _result(leg, placed, markers, problem, fit, notes)


def pose_problem(
    leg: LegModel, marker_set: MarkerSet, markers: Markers, *, locked: tuple[str, ...] = LOCKED
) -> tuple[ToFit, MarkerSet, list[str]]:
    """The least squares problem of a trial, the markers in it, and what was left out of it.

    Raises:
        InputError: If no marker of the trial can be used, or a joint is never determined.
    """
    placed, columns, notes = _usable(leg, marker_set, markers)
    measured = markers.positions[:, columns]
    seen = np.isfinite(measured[..., 0])
    wanted = np.array([_base(name) not in locked for name in leg.coordinates])
    free = determined_by_set(leg, placed, seen, wanted)
    needed = [n for n, f in zip(leg.coordinates, free, strict=True) if not f and _base(n) not in (*OPTIONAL, *locked)]
    if needed:
        raise InputError(
            f"{markers.source}: its markers {listed(placed.names)} never determine {', '.join(needed)}; expected three "
            "or more on the pelvis and enough on thighs, shanks and feet"
        )
    problem = ToFit(
        points=body_points(leg, placed.bodies, placed.positions),
        measured=np.where(seen[..., None], measured, 0.0),
        weights=seen * placed.weights,
        free=free,
        ranges=joint_ranges(leg),
    )
    return problem, placed, notes


def determined_by_set(
    leg: LegModel, placed: MarkerSet, seen: NDArray[np.bool_], free: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Coordinates that all markers of the trial together would determine, in a slightly bent posture."""
    values = np.zeros((1, len(leg.coordinates)))
    values[0, ["knee_angle" in name for name in leg.coordinates]] = np.radians(20.0)  # assumed: a usual posture
    points = body_points(leg, placed.bodies, placed.positions)
    _, jacobian = place_points(points, values)
    found = np.array(free)
    while found.any():
        gains = noise_gains(jacobian, np.asarray(seen.any(axis=0))[None], found)[0]
        if gains[found].max() <= LARGEST_GAIN:
            break
        # The farthest from the root first: holding it may settle the others.
        found[np.flatnonzero(found & (gains > LARGEST_GAIN))[-1]] = False
    return found


def _usable(leg: LegModel, marker_set: MarkerSet, markers: Markers) -> tuple[MarkerSet, NDArray[np.intp], list[str]]:
    """The markers that can be used, their columns in the trial, and what was left out."""
    notes: list[str] = []
    on_bodies, arms = on_leg(marker_set, leg.mj)
    match = match_labels(on_bodies, markers.names)
    unknown = tuple(label for label in match.unknown if label not in arms)
    matched = on_bodies.subset(match.rows)
    is_placed = np.asarray(np.isfinite(matched.positions).all(axis=1))
    is_seen = np.asarray(np.isfinite(markers.positions[:, match.columns, 0]).any(axis=0))
    use = is_placed & is_seen & (matched.weights > 0)
    for names, reason in (
        (arms, "on the arms, which the model does not have, and left out"),
        (unknown, "labels that the marker set does not have, left out"),
        (match.missing, "markers of the set that the trial does not have"),
        (_names(matched, ~is_placed), "markers whose place needs a static trial, left out"),
        (_names(matched, is_placed & ~is_seen), "markers that were never seen"),
        (_names(matched, is_placed & is_seen & (matched.weights <= 0)), "markers with weight 0, left out"),
    ):
        if names:
            notes.append(f"{reason}: {', '.join(names)}")
    if not use.any():
        raise InputError(
            f"{markers.source}: none of its markers can be used with {marker_set.source}: "
            f"{'; '.join(notes) or listed(markers.names)}; give a static trial or the scaled model"
        )
    rows = np.flatnonzero(use)
    return matched.subset(rows), match.columns[rows], notes


def _names(marker_set: MarkerSet, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(name for name, is_chosen in zip(marker_set.names, chosen, strict=True) if is_chosen)


def _result(
    leg: LegModel, placed: MarkerSet, markers: Markers, problem: ToFit, fit: MarkerFit, notes: list[str]
) -> InverseKinematics:
    seen = problem.weights > 0
    errors = np.where(seen, np.linalg.norm(fit.places - problem.measured, axis=2), np.nan)
    is_found = fit.gains <= LARGEST_GAIN
    is_found[:, ~problem.free] = True
    enough = np.asarray(is_found.all(axis=1))
    status: list[FrameStatus] = [
        "too_few_markers" if not full else "solved" if done else "not_converged"
        for full, done in zip(enough, fit.is_converged, strict=True)
    ]
    if not bool(enough.any()):
        raise InputError(
            f"{markers.source}: no frame can be solved: the markers {listed(placed.names)} do not determine "
            "pelvis and legs together in any frame; give a trial with more markers seen"
        )
    values = np.where(is_found & fit.is_converged[:, None], fit.values, np.nan)
    count = np.maximum(seen.sum(axis=1), 1)
    rms = np.sqrt(np.nansum(errors**2, axis=1) / count)
    has_any = seen.any(axis=1)
    worst = np.where(seen, errors, -np.inf).max(axis=1)
    held = tuple(name for name, is_free in zip(leg.coordinates, problem.free, strict=True) if not is_free)
    notes += _remarks(leg, placed, markers, problem, fit, rms[has_any], held, status)
    missing = missing_markers(problem, np.array([each == "solved" for each in status]))
    shifts = angle_shifts(problem, fit, missing)
    notes += gap_steps(placed, leg.coordinates, shifts, missing, markers.times)
    return InverseKinematics(
        coordinates=TimeSeries(
            times=markers.times,
            values=values,
            names=leg.coordinates,
            units=tuple("m" if name in PELVIS_SLIDES else "rad" for name in leg.coordinates),
        ),
        status=tuple(status),
        names=placed.names,
        errors=read_only(errors),
        model_positions=read_only(fit.places),
        weights=placed.weights,
        rms=read_only(np.where(has_any, rms, np.nan)),
        worst=read_only(np.where(has_any, worst, np.nan)),
        is_beside_gap=beside_gaps(shifts, missing),
        locked=held,
        notes=tuple(notes),
    )


def _remarks(
    leg: LegModel,
    placed: MarkerSet,
    markers: Markers,
    problem: ToFit,
    fit: MarkerFit,
    rms: Array,
    held: tuple[str, ...],
    status: list[FrameStatus],
) -> list[str]:
    """One line for each thing that a reader must know about the solution."""
    remarks = []
    if held:
        remarks.append(f"held at 0, locked or not determined by the markers: {', '.join(held)}")
    frames = len(status)
    for kind, words in (("too_few_markers", "too few markers"), ("not_converged", "no least squares solution")):
        if kind in status:
            remarks.append(f"{status.count(kind)} of {frames} frames are marked and left empty: {words}")
    remarks += segment_gaps(placed, problem.weights > 0, markers.times)
    for i, name in enumerate(leg.coordinates):
        n_beyond = int(fit.is_beyond[:, i].sum())
        if n_beyond:
            remarks.append(f"{name} stands at the end of its range in {n_beyond} of {frames} frames")
    if float(np.median(rms)) > LOOSE_FIT:
        remarks.append(
            f"the markers are {np.median(rms) * 1e3:.0f} mm from the model (root mean square, middle frame; at most "
            f"{LOOSE_FIT * 1e3:.0f} mm is usual); check scaling and labels"
        )
    return remarks


def _base(name: str) -> str:
    return name[:-2] if name.endswith(("_r", "_l")) and name not in PELVIS_HINGES else name
