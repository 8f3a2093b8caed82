"""A measured trial read and checked: its leg, its motion with forces, and what was done and found on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.choose_engine import choose_engine
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.markers.marker_set import read_marker_set
from trochlea.leg.markers.static_trial import StaticPosture, find_static_posture
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.opensim.model_motion import in_our_terms, read_own_motion
from trochlea.leg.segments import Segments
from trochlea.leg.trial_checks import check_angles, check_trial, foot_paths
from trochlea.motion.activity import recognise_activity
from trochlea.motion.filtering import CUTOFF, as_given, filter_series
from trochlea.motion.gait_events import gait_cycles, gait_events
from trochlea.motion.motion import Motion, Side
from trochlea.motion.resampling import regular_times, resample_series
from trochlea.motion.timeseries import TimeSeries
from trochlea.person.person import Person
from trochlea.report.ground_forces import read_ground_forces
from trochlea.report.marker_trial import MarkerTrial, read_markers, solve_marker_trial
from trochlea.report.peaks import Cycle
from trochlea.report.study_request import C3D, StudyRequest

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTrial:
    """A trial that is ready to be solved.

    Attributes:
        leg: The leg model.
        motion: Joint angles and forces; frames whose force is not known are marked as not covered.
        markers: What the markers gave; None for joint angles from a file.
        standing: Joint angles of standing still [rad, m]; None without a static trial.
        cycles: Gait cycles of the studied leg; empty in other activities.
        preparation: What was done to the recordings, each a sentence.
        flags: What was found wrong or doubtful, each one line; about forces first, about markers last.
    """

    leg: LegEngine
    motion: Motion
    markers: MarkerTrial | None
    standing: Mapping[str, float] | None
    cycles: tuple[Cycle, ...]
    preparation: tuple[str, ...]
    flags: tuple[str, ...]


def read_measured_trial(request: StudyRequest, person: Person, side: Side, *, say: Say) -> MeasuredTrial:
    """Read the files of a trial, bring them together and check that they belong together.

    Args:
        request: Files and settings, checked.
        person: Whose leg it is.
        side: The leg that will be solved.
        say: Told what is being done.

    Raises:
        FormatError: If a file is damaged.
        InputError: If the files do not belong together, or a setting is impossible.
        ModelError: If no engine can run the model.
    """
    markers = None
    if request.markers is not None:
        if request.engine == "opensim":
            raise InputError(
                "--markers with --engine opensim: joint angles are solved on the built-in leg; leave it out"
            )
        markers = solve_marker_trial(request, person, request.markers, say=say)
        leg: LegEngine = MujocoLeg(model=markers.leg)
        motion = Motion(name=request.markers.stem, coordinates=markers.coordinates, contacts=(), source="measured")
        lines, flags = list(markers.preparation), list(markers.flags)
    else:
        leg, motion, lines = _joint_angles(request, say)
        flags = []
    posture = markers.posture if markers is not None else _standing(request, leg)
    segments = leg.segments(leg.place(motion.coordinates))
    motion, found, done = _with_forces(request, motion, segments)
    checked = check_trial(motion, segments, side=side)
    if markers is not None and markers.is_beside_gap.any():
        checked = replace(checked, motion=_without(checked.motion, markers.is_beside_gap))
        times = checked.motion.coordinates.times[markers.is_beside_gap]
        flags.append(
            f"{times.size} frames ({times[0]:.2f} to {times[-1]:.2f} s) lie beside gaps of markers, where joint angles "
            "step: no moments and forces there; fill the gaps where they were recorded"
        )
    return MeasuredTrial(
        leg=leg,
        motion=checked.motion,
        markers=markers,
        standing=None if posture is None else posture.coordinates,
        cycles=_cycles(checked.motion, segments, side),
        preparation=(*lines, *done),
        flags=(*checked.flags, *found, *flags),
    )


def _joint_angles(request: StudyRequest, say: Say) -> tuple[LegEngine, Motion, list[str]]:
    """The model and its motion from a file, in our names and signs."""
    if request.model is None or request.motion is None:
        raise InputError("--motion needs --model, the model that the joint angles were made with")
    say(f"reading {request.motion.name} with {request.model.name}")
    leg = choose_engine(request.model, request.engine, extra_muscles=deep_rotator_paths())
    series = read_own_motion(request.motion, leg)
    motion = Motion(name=request.motion.stem, coordinates=series, contacts=(), source="measured")
    series = in_our_terms(leg, motion).coordinates
    check_angles(series, name=str(request.motion))
    record = as_given("joint angles")
    if request.motion_cutoff:
        series, record = filter_series(series, cutoff=request.motion_cutoff)
    return leg, replace(motion, coordinates=_at_rate(series, request.rate)), [record.sentence()]


def _standing(request: StudyRequest, leg: LegEngine) -> StaticPosture | None:
    """Standing still, by the markers of the model file."""
    if request.static is None or request.model is None:
        return None
    if not isinstance(leg, MujocoLeg):
        raise InputError(f"--static with {leg.program}: a standing posture is found on the built-in leg; leave it out")
    return find_static_posture(leg.model, read_marker_set(request.model), read_markers(request.static, request))


def _at_rate(series: TimeSeries, rate: float | None) -> TimeSeries:
    return series if rate is None else resample_series(series, regular_times(series.times, rate))


def _with_forces(
    request: StudyRequest, motion: Motion, segments: Segments
) -> tuple[Motion, tuple[str, ...], tuple[str, ...]]:
    """The motion with the forces on its feet, what was found wrong and what was done."""
    source = request.force_source
    if source is None:
        raise InputError("--forces missing: without ground forces no joint moment is known")
    is_recorded = request.markers is not None or source.suffix.lower() == C3D
    cutoff = request.cutoff if request.cutoff is not None else (CUTOFF if is_recorded else None)
    forces = read_ground_forces(source, request, motion, segments, cutoff=cutoff or None)
    return replace(motion, contacts=forces.contacts), forces.flags, forces.preparation


def _without(motion: Motion, spoilt: NDArray[np.bool_]) -> Motion:
    """The motion whose forces count as not known in some frames."""
    return replace(
        motion,
        contacts=tuple(replace(contact, is_covered=contact.is_covered & ~spoilt) for contact in motion.contacts),
    )


def _cycles(motion: Motion, segments: Segments, side: Side) -> tuple[Cycle, ...]:
    """Whole gait cycles of one leg in level walking."""
    if recognise_activity(motion) != "walking":
        return ()
    times = motion.coordinates.times
    events = gait_events(times, motion.contacts, foot_paths(segments, times), segments.body("pelvis")[0])
    return tuple((cycle.start, cycle.end) for cycle in gait_cycles(events) if cycle.side == side)
