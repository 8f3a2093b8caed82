"""A trial of markers: a leg of the person's size, the joint angles that fit the markers, and the standing posture."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import InverseKinematics, solve_inverse_kinematics
from trochlea.leg.markers.marker_drift import reseat_drifted
from trochlea.leg.markers.marker_labels import check_unit, find_swaps
from trochlea.leg.markers.marker_scaling import scale_to_markers
from trochlea.leg.markers.marker_set import MarkerSet, read_marker_set
from trochlea.leg.markers.static_trial import StaticPosture, find_static_posture
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import LegModel, build_leg_from_osim
from trochlea.motion.files.c3d import read_c3d
from trochlea.motion.files.lab_frame import GROUND, LabFrame
from trochlea.motion.files.trc import read_trc
from trochlea.motion.filtering import CUTOFF, filter_markers
from trochlea.motion.markers import Markers
from trochlea.motion.resampling import regular_times, resample_markers
from trochlea.motion.timeseries import TimeSeries, read_only
from trochlea.person.person import Person
from trochlea.report.study_request import C3D, StudyRequest

Say = Callable[[str], None]

LEAST_RUN = 6
"""Frames in a row without which no spline of fifth order can be differentiated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerTrial:
    """What the markers gave.

    Attributes:
        leg: The scaled model.
        markers: The trial, filtered, at the rate that is solved.
        marker_set: Where its markers sit on the model.
        kinematics: Joint angles and marker errors of every frame.
        coordinates: The joint angles of the longest run of solved frames [rad, m].
        is_beside_gap: Frames of `coordinates` in which gaps of markers spoil speeds and accelerations.
        posture: Standing still; None without a static trial.
        preparation: What was done, each a sentence.
        flags: What a reader must know, each one line.
    """

    leg: LegModel
    markers: Markers
    marker_set: MarkerSet
    kinematics: InverseKinematics
    coordinates: TimeSeries
    is_beside_gap: NDArray[np.bool_]
    posture: StaticPosture | None
    preparation: tuple[str, ...]
    flags: tuple[str, ...]


def read_markers(path: Path, request: StudyRequest) -> Markers:
    """Markers of a `.trc` or `.c3d` in ground.

    Raises:
        FormatError: If the file is damaged or of another kind.
        InputError: If nothing says which axis points up.
    """
    kind = path.suffix.lower()
    if kind == C3D:
        return read_c3d(path, up=request.up, forward=request.forward).markers
    if kind != ".trc":
        raise InputError(
            f"{path}: expected markers as .trc or .c3d, found {kind or 'no ending'}; export the trial again"
        )
    return read_trc(path, lab=_lab_frame(request))


def solve_marker_trial(request: StudyRequest, person: Person, path: Path, *, say: Say) -> MarkerTrial:
    """Scale or read the leg, filter the markers and solve the joint angles.

    Args:
        request: Files and settings.
        person: Whose mass and height the built-in leg gets.
        path: The markers of the trial.
        say: Told what is being done.

    Raises:
        FormatError: If a file is damaged.
        InputError: If markers, model and static trial do not belong together, or no run of frames can be solved.
        ModelError: If the model is of another family.
    """
    trial = read_markers(path, request)
    check_unit(trial)
    static = None if request.static is None else read_markers(request.static, request)
    leg, marker_set, lines, flags = _leg_with_markers(request, person, static, say)
    posture = None if static is None else find_static_posture(leg, marker_set, static)
    cutoff = CUTOFF if request.cutoff is None else request.cutoff
    if cutoff:
        trial, record = filter_markers(trial, cutoff=cutoff)
        lines.append(record.sentence())
    else:
        lines.append("markers: as given, not filtered")
    if request.rate is not None:
        trial = resample_markers(trial, regular_times(trial.times, request.rate))
    if static is not None and request.model is None:
        marker_set, drifts = reseat_drifted(leg, marker_set, static, trial)
        flags = [*map(str, drifts), *flags]
    say("joint angles from markers")
    kinematics = solve_inverse_kinematics(leg, marker_set, trial)
    swaps = find_swaps(leg, marker_set, trial, kinematics)
    if swaps:
        raise InputError(f"{path}: {swaps[0]}")
    coordinates, lost = _longest_run(kinematics, request)
    return MarkerTrial(
        leg=leg,
        markers=trial,
        marker_set=marker_set,
        kinematics=kinematics,
        coordinates=coordinates,
        is_beside_gap=kinematics.is_beside_gap[np.isin(kinematics.coordinates.times, coordinates.times)],
        posture=posture,
        preparation=(*lines, f"joint angles: least squares of {len(kinematics.names)} markers in every frame"),
        flags=(*flags, *kinematics.notes, *lost),
    )


def _lab_frame(request: StudyRequest) -> LabFrame:
    """Axes of a file that does not say them."""
    if request.up is None and request.forward is None:
        return GROUND
    up = request.up or GROUND.up
    forward = request.forward or next(axis for axis in ("+X", "+Y") if axis[1] != up[-1:])
    return LabFrame(forward=forward, up=up, source="given")


def _leg_with_markers(
    request: StudyRequest, person: Person, static: Markers | None, say: Say
) -> tuple[LegModel, MarkerSet, list[str], list[str]]:
    """The person's own model with its markers, or the built-in one scaled to the static trial."""
    extra = deep_rotator_paths()
    if request.model is not None:
        say(f"reading {request.model.name}")
        return (
            build_leg_from_osim(read_osim(request.model), extra_muscles=extra),
            read_marker_set(request.model),
            [],
            [],
        )
    if static is None:
        raise InputError("--markers without --model need --static, a trial of standing still with the same markers")
    say("scaling the leg to the static trial")
    scaling = scale_to_markers(static, mass=person.mass, height=person.height, sex=person.sex, extra_muscles=extra)
    first, last = scaling.window
    line = f"leg scaled to the static trial, {first:.2f} to {last:.2f} s, markers of {scaling.marker_set.source}"
    return scaling.leg, scaling.marker_set, [line], [f"static trial: {note}" for note in reversed(scaling.notes)]


def _longest_run(kinematics: InverseKinematics, request: StudyRequest) -> tuple[TimeSeries, list[str]]:
    """Joint angles of the longest run of solved frames in the window, and what was left out.

    Speeds and accelerations need frames in a row; nothing is interpolated over those without a solution.
    """
    series, solved, runs = kinematics.coordinates, kinematics.is_solved, kinematics.solved_spans(least=LEAST_RUN)
    low = -np.inf if request.start is None else request.start
    high = np.inf if request.end is None else request.end
    inside = (series.times >= low) & (series.times <= high)
    if not runs or not inside.any():
        raise InputError(
            f"no {LEAST_RUN} frames in a row with enough markers in the window; {int(solved.sum())} of {solved.size} "
            "frames are solved: fill the gaps where the markers were recorded, or choose another window"
        )
    first, last = max(runs, key=lambda run: int(inside[run[0] : run[1]].sum()))
    lost = int(inside.sum()) - int(inside[first:last].sum())
    lines = []
    if lost:
        lines.append(
            f"{lost} of {int(inside.sum())} frames lie beyond gaps of the markers and are left out; solved is "
            f"{series.times[first]:.2f} to {series.times[last - 1]:.2f} s: fill the gaps where they were recorded"
        )
    kept = replace(series, times=read_only(series.times[first:last]), values=read_only(series.values[first:last]))
    return kept, lines
