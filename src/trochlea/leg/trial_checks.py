"""Whether a measured trial's motion, forces and model belong together.

What would make every number wrong is refused. What makes some frames wrong marks them as not covered and is said in one
line; what may be wrong is said. Nothing is repaired.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.segments import Segments
from trochlea.motion.clock_lag import clock_lag
from trochlea.motion.coverage import LOADED_FORCE
from trochlea.motion.foot_path import FootPath, ground_speed, sole_distance, stands
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.runs import unbroken_runs
from trochlea.motion.timeseries import Array, TimeSeries

CLEARLY_LOADED = 50.0
"""Vertical force above which the centre of pressure is exact enough to be compared with the foot [N]. Assumed."""

FAR = 0.10
"""A centre of pressure farther than this from the line of the sole is not under that foot [m]. Assumed; in the clean
trials of the tests it stays within 0.03 m."""

MOSTLY = 0.5
"""Share of a foot's impulse from which a defect is the trial's, not some frames' [-]. Assumed."""

LEAST_STAND = 0.1
"""A foot stands only if it does so for this long [s]. Assumed: the turning points of a swing are shorter."""

HIGHEST = 0.06
"""The planted part of a loaded foot is typically at most this high over the plate [m]. Assumed: soles and the model's
own offset; 0.001 to 0.005 m in one clean walk of the tests, 0.05 m in the other."""

LOWEST = -0.025
"""It is typically at least this high [m]. Assumed: no foot sinks into a plate, but floors and models are off by as
much."""

SLIP = 0.1
"""Typical speed of the planted part of a loaded foot over the ground that a model of the right size stays below [m/s].
Assumed; at most 0.034 m/s in the clean walks of the tests."""

LARGEST_LAG = 0.05
"""Forces and movement may show the steps this far apart [s]. `zeni-2008-events`: 98 % of the events that movement shows
in walking over ground lie within 0.033 s of the plates'."""

REFUSED_LAG = 0.15
"""Beyond this the clocks differ [s]. Assumed: four times what telling events from movement is off."""

PLANTED = 25.0
"""Percentile of heights and speeds of a loaded foot that is the planted foot's [%]. Assumed: in walking and running a
loaded foot is planted for longer than a quarter of the time."""

ANGLES = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle")
"""Coordinates whose size tells degrees from radians, without side."""

LARGEST_ANGLE = np.pi
"""No joint of the leg turns farther from its neutral position than half a turn [rad]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTrial:
    """A trial after its checks.

    Attributes:
        motion: The same motion; frames whose force is not known are marked as not covered.
        flags: What was found, one line each, with the remedy.
    """

    motion: Motion
    flags: tuple[str, ...]


def check_angles(coordinates: TimeSeries, *, name: str) -> None:
    """Refuse angles whose unit is not what the file declares.

    Degrees declared as radians make legs that turn several times; radians declared as degrees make a leg that hardly
    moves and stays within pi degrees of straight in every joint. Call it before the model is placed.

    Args:
        coordinates: As read, in radians.
        name: The file, for the message.

    Raises:
        InputError: If the angles cannot be in the declared unit.
    """
    columns = [f"{angle}_{side}" for angle in ANGLES for side in "rl" if f"{angle}_{side}" in coordinates.names]
    largest = {column: float(np.abs(coordinates.column(column)).max()) for column in columns}
    if not largest or max(largest.values()) == 0.0:
        return
    worst = max(largest, key=lambda column: largest[column])
    if largest[worst] > LARGEST_ANGLE:
        raise InputError(
            f"{name}: {worst} reaches {largest[worst]:.4g} rad as the file declares it; expected at most half a turn: "
            "if the angles are in degrees, write inDegrees=yes in the header"
        )
    if largest[worst] < np.radians(LARGEST_ANGLE):
        raise InputError(
            f"{name}: no angle of the legs exceeds {np.degrees(largest[worst]):.2g} degrees as the file declares it; "
            "expected a movement: if the angles are in radians, write inDegrees=no in the header"
        )


def foot_paths(segments: Segments, times: Array) -> tuple[FootPath, FootPath]:
    """Heel and toe joint of the right and the left foot: the origins of calcaneus and toes."""
    right = FootPath(side="right", times=times, heel=segments.body("calcn_r")[0], toe=segments.body("toes_r")[0])
    left = FootPath(side="left", times=times, heel=segments.body("calcn_l")[0], toe=segments.body("toes_l")[0])
    return right, left


def check_trial(motion: Motion, segments: Segments, *, side: Side) -> CheckedTrial:
    """Compare forces with where the model's feet are.

    Args:
        motion: Angles and forces; one that was not measured is left as it is.
        segments: Of the model in this motion, at all its frames.
        side: The leg that will be solved.

    Raises:
        InputError: If that leg has no force, the feet are exchanged, the forces act beside the feet, or they run on
            another clock.
    """
    if motion.source != "measured":
        return CheckedTrial(motion=motion, flags=())
    times = motion.coordinates.times
    feet = foot_paths(segments, times)
    pelvis = segments.body("pelvis")[0]
    ground = ground_speed(feet, pelvis)
    standing = stands(feet, ground=ground)
    flags = _missing_feet(motion, side, standing)
    _refuse_far_forces(motion, feet)
    flags += _out_of_step(motion, clock_lag(motion, feet, pelvis))
    contacts = []
    for load in motion.contacts:
        foot = next(foot for foot in feet if foot.side == load.side)
        doubts = (
            (_is_far(load, foot), "its force acts beside it", "check which foot stepped on that plate"),
            (_lacks_force(times, load, standing[load.side]), "it stands but has no force", "choose a step on a plate"),
        )
        for frames, finding, remedy in doubts:
            if frames.any():
                flags.append(f"{load.side} foot, {_spans(times, frames)}: {finding}; not covered: {remedy}")
                load = _uncover(load, frames)
        flags += _doubtful_model(load, foot, ground)
        contacts.append(load)
    return CheckedTrial(motion=replace(motion, contacts=tuple(contacts)), flags=tuple(flags))


def _missing_feet(motion: Motion, side: Side, standing: dict[Side, NDArray[np.bool_]]) -> list[str]:
    """Feet that stand without any force; refuses if it is the one to be solved."""
    loaded = {load.side for load in motion.contacts if load.force[:, 1].max() >= CLEARLY_LOADED}
    if side not in loaded:
        found = f"only for the {' and '.join(sorted(loaded))} foot" if loaded else "for neither foot"
        raise InputError(
            f"{motion.name}: no ground force for the {side} foot, {found}; choose the other leg, or name the "
            f"{side} foot's plate in the ExternalLoads file"
        )
    other: Side = "left" if side == "right" else "right"
    if other in loaded or not standing[other].any():
        return []
    return [
        f"{other} foot: it stands but no plate has its force; only the {side} leg can be solved: name its plate in the "
        "ExternalLoads file if there is one"
    ]


def _refuse_far_forces(motion: Motion, feet: tuple[FootPath, FootPath]) -> None:
    """Refuse forces that mostly act beside their foot, telling exchanged feet from other mistakes."""
    beside, swapped, worst = [], [], 0.0
    for load in motion.contacts:
        own, other = sorted(feet, key=lambda foot: foot.side != load.side)
        weight = _clear_weight(load)
        if weight.sum() == 0.0:
            continue
        near = np.nan_to_num(sole_distance(other, load.point)) <= FAR
        far = _is_far(load, own)
        if np.sum(weight * far) > MOSTLY * weight.sum():
            beside.append(load.side)
            swapped.append(np.sum(weight * (far & near)) > MOSTLY * np.sum(weight * far))
            worst = max(worst, float(np.average(np.nan_to_num(sole_distance(own, load.point)), weights=weight)))
    if not beside:
        return
    where = f"{motion.name}: the force on the {' and '.join(beside)} foot acts {worst:.2f} m from it"
    if all(swapped):
        raise InputError(f"{where}, under the other foot; exchange calcn_r and calcn_l in the ExternalLoads file")
    raise InputError(
        f"{where}; expected at most {FAR:g} m: put forces and motion into one ground frame (x forward, y up, z right, "
        "in metres) and on one clock, and give the model that the motion was made with"
    )


def _clear_weight(load: ContactLoad) -> Array:
    """Vertical force where it is large enough to locate, else 0."""
    is_clear = load.is_covered & (load.force[:, 1] >= CLEARLY_LOADED) & np.isfinite(load.point).all(axis=1)
    return np.where(is_clear, load.force[:, 1], 0.0)


def _is_far(load: ContactLoad, foot: FootPath) -> NDArray[np.bool_]:
    """Frames at which a clear force acts beside the foot."""
    return (_clear_weight(load) > 0.0) & (np.nan_to_num(sole_distance(foot, load.point)) > FAR)


def _lacks_force(times: Array, load: ContactLoad, standing: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames at which the foot stands though its force is taken to be zero."""
    lacking = np.zeros(times.size, dtype=bool)
    for start, end in unbroken_runs(standing & load.is_covered & (load.force[:, 1] < LOADED_FORCE)):
        if times[end - 1] - times[start] >= LEAST_STAND:
            lacking[start:end] = True
    return lacking


def _doubtful_model(load: ContactLoad, foot: FootPath, ground: Array) -> list[str]:
    """Signs that the motion was made with a model of another size or family."""
    weight = _clear_weight(load)
    if weight.sum() == 0.0:
        return []
    clear = weight > 0.0
    height = np.minimum(foot.heel[:, 1], foot.toe[:, 1]) - np.nan_to_num(load.point[:, 1])
    pace = np.minimum(*(_pace(foot.times, points, ground) for points in (foot.heel, foot.toe)))
    found = []
    if not LOWEST <= (typical := float(np.percentile(height[clear], PLANTED))) <= HIGHEST:
        found.append(f"{abs(typical):.2f} m {'above' if typical > 0 else 'below'} the plate")
    if (slip := float(np.percentile(pace[clear], PLANTED))) > SLIP:
        found.append(f"slipping at {slip:.2f} m/s")
    if not found:
        return []
    return [
        f"{load.side} foot: while loaded it is {' and '.join(found)}; was the motion made with another model? "
        "Give the model that it was made with"
    ]


def _pace(times: Array, points: Array, ground: Array) -> Array:
    """Horizontal speed over the ground, shape (frames,) [m/s]."""
    return np.linalg.norm((np.gradient(points, times, axis=0) - ground)[:, [0, 2]], axis=1)


def _out_of_step(motion: Motion, lag: float | None) -> list[str]:
    """Whether forces and motion run on different clocks; refuses what no way of telling events explains."""
    if lag is None or abs(lag) <= LARGEST_LAG:
        return []
    line = (
        f"{motion.name}: forces show the steps about {abs(lag):.2f} s {'later' if lag > 0 else 'earlier'} than the "
        "movement; put both files on one clock"
    )
    if abs(lag) > REFUSED_LAG:
        raise InputError(line)
    return [line]


def _uncover(load: ContactLoad, frames: NDArray[np.bool_]) -> ContactLoad:
    covered = load.is_covered & ~frames
    covered.setflags(write=False)
    return replace(load, is_covered=covered)


def _spans(times: Array, frames: NDArray[np.bool_]) -> str:
    """The first spans of some frames in words, and how many frames there are."""
    runs = [f"{times[start]:.2f} to {times[end - 1]:.2f} s" for start, end in unbroken_runs(frames)]
    shown = ", ".join(runs[:3]) + (", ..." if len(runs) > 3 else "")
    return f"{shown} ({int(frames.sum())} frames)"
