"""A measured trial: joint angles and ground forces, from files or from plates, cut to a window of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.external_loads import force_file, read_external_loads
from trochlea.motion.files.storage import read_storage, read_table
from trochlea.motion.filtering import CUTOFF, Filtering, as_given, filter_contact, filter_series
from trochlea.motion.foot_path import FootPath, ground_speed
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.plate_feet import join_plates
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.resampling import resample_contact
from trochlea.motion.timeseries import Array, TimeSeries, read_only

TIME_TOLERANCE = 1e-6
"""Frames this close outside a window belong to it [s]: times in files are decimal and rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTrial:
    """A measured motion and what was done to its data.

    Attributes:
        motion: The motion with forces at its own times.
        filtering: One record for the joint angles, then one for each foot's force.
        notes: Forces that were given to no foot, and why, one line each.
    """

    motion: Motion
    filtering: tuple[Filtering, ...]
    notes: tuple[str, ...] = ()


def read_motion(
    path: Path | str, loads_path: Path | str, *, start: float | None = None, end: float | None = None
) -> Motion:
    """A measured motion with the ground forces at its own times, nothing filtered.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        loads_path: OpenSim ExternalLoads XML.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Raises:
        FormatError: If a file is damaged or holds no joint angles.
        ModelError: If the forces do not act on the feet or are not expressed in ground.
        InputError: If the window holds no frame, or forces and motion do not overlap in time.
    """
    return trim(prepare_trial(path, loads_path).motion, start=start, end=end)


def prepare_trial(
    path: Path | str,
    loads_path: Path | str,
    *,
    motion_cutoff: float | None = None,
    force_cutoff: float | None = None,
) -> PreparedTrial:
    """A measured motion with the ground forces at its own times, low-passed where a cut-off is given.

    Joint angles come from markers that are usually low-passed already: they are filtered only when asked. Forces are
    filtered at their own rate, before they are brought to the motion's times.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        loads_path: OpenSim ExternalLoads XML.
        motion_cutoff: For the joint angles [Hz]; as given if None.
        force_cutoff: For the ground forces [Hz]; as given if None.

    Raises:
        FormatError: If a file is damaged or holds no joint angles.
        ModelError: If the forces do not act on the feet or are not expressed in ground.
        InputError: If forces and motion do not overlap in time, or a cut-off is impossible.
    """
    coordinates = read_storage(path)
    if "rad" not in coordinates.units:
        found = ", ".join(coordinates.names[:5])
        raise FormatError(path, None, f"no joint angles among its columns; found {found}; expected hip_flexion_r, ...")
    times = coordinates.times
    records = [as_given("joint angles")]
    if motion_cutoff is not None:
        coordinates, records[0] = filter_series(coordinates, cutoff=motion_cutoff)
    contacts, filtered = trial_loads(loads_path, times, cutoff=force_cutoff, name=Path(path).name)
    records += filtered
    motion = Motion(name=Path(path).stem, coordinates=coordinates, contacts=contacts, source="measured")
    return PreparedTrial(motion=motion, filtering=tuple(records))


def trial_loads(
    loads_path: Path | str, times: Array, *, cutoff: float | None = None, name: str
) -> tuple[tuple[ContactLoad, ...], list[Filtering]]:
    """Loads of an ExternalLoads file at a motion's times, with the record of what was done to them.

    Args:
        loads_path: OpenSim ExternalLoads XML.
        times: Of the motion, shape (frames,) [s].
        cutoff: Low-pass at the force file's own rate [Hz]; as given if None.
        name: The motion, for messages.

    Raises:
        FormatError: If a file is damaged.
        ModelError: If the forces do not act on the feet or are not expressed in ground.
        InputError: If forces and motion do not overlap in time, or the cut-off is impossible.
    """
    if cutoff is None:
        contacts, records = read_external_loads(loads_path, times), [as_given("ground forces")]
    else:
        own = read_table(force_file(loads_path)).times
        contacts, records = _at_motion(read_external_loads(loads_path, own), own, times, cutoff)
    _check_overlap(name, loads_path, times, contacts)
    return contacts, records


def join_trial(
    name: str,
    coordinates: TimeSeries,
    plates: Sequence[PlateForce],
    feet: tuple[FootPath, FootPath],
    pelvis: Array,
    *,
    markers: Filtering,
    force_cutoff: float | None = CUTOFF,
) -> PreparedTrial:
    """A motion made from markers, with the forces of plates of which no one says who stood on them.

    Args:
        name: What the movement is.
        coordinates: Joint angles from the markers.
        plates: At the same times as each other, at their own rate.
        feet: Where the model's feet are in this motion.
        pelvis: Where its pelvis is, shape (frames, 3) [m].
        markers: What was done to the markers.
        force_cutoff: For the ground forces [Hz], the markers' own for choice; as given if None.

    Raises:
        InputError: If plates and feet do not overlap in time, no force acts on a foot, or the cut-off is impossible.
    """
    joined = join_plates(plates, feet, ground=ground_speed(feet, pelvis))
    contacts, filtered = _at_motion(joined.contacts, joined.times, coordinates.times, force_cutoff)
    motion = Motion(name=name, coordinates=coordinates, contacts=contacts, source="measured")
    return PreparedTrial(motion=motion, filtering=(markers, *filtered), notes=joined.notes)


def _at_motion(
    loads: tuple[ContactLoad, ...], own: Array, times: Array, cutoff: float | None
) -> tuple[tuple[ContactLoad, ...], list[Filtering]]:
    """Loads filtered at their own times if asked, then at the motion's, with their records."""
    if cutoff is None:
        return tuple(resample_contact(load, own, times) for load in loads), [as_given("ground forces")]
    smooth, records = [], []
    for load in loads:
        filtered, record = filter_contact(own, load, cutoff=cutoff)
        smooth.append(resample_contact(filtered, own, times))
        records.append(record)
    return tuple(smooth), records


def _check_overlap(name: str, loads_path: Path | str, times: Array, contacts: tuple[ContactLoad, ...]) -> None:
    """Refuse forces of which the motion's frames see nothing."""
    if any(load.is_covered.any() for load in contacts):
        return
    data = force_file(loads_path)
    own = read_table(data).times
    if own[0] > times[-1] or own[-1] < times[0]:
        raise InputError(
            f"{data}: forces run from {own[0]:g} to {own[-1]:g} s, the motion {name} from {times[0]:g} to "
            f"{times[-1]:g} s: they do not overlap; give files of the same trial, with times on one clock"
        )
    raise InputError(
        f"{data}: no foot is loaded at any frame of {name}; expected more than 20 N on a foot: give "
        "the force file of this trial"
    )


def trim(motion: Motion, *, start: float | None = None, end: float | None = None) -> Motion:
    """The frames of a motion from start to end, both included.

    Differentiate before trimming: derivatives at a window's edge need the frames outside it.

    Raises:
        InputError: If the window holds no frame.
    """
    times = motion.coordinates.times
    low = -np.inf if start is None else start - TIME_TOLERANCE
    high = np.inf if end is None else end + TIME_TOLERANCE
    keep = (times >= low) & (times <= high)
    if not keep.any():
        window = f"{'start' if start is None else f'{start:g} s'} to {'end' if end is None else f'{end:g} s'}"
        available = f"{times[0]:g} to {times[-1]:g} s"
        raise InputError(f"{motion.name}: no frame from {window}; the motion has frames from {available}")
    series = motion.coordinates
    return replace(
        motion,
        coordinates=TimeSeries(times=times[keep], values=series.values[keep], names=series.names, units=series.units),
        contacts=tuple(_trim_contact(load, keep) for load in motion.contacts),
    )


def _trim_contact(load: ContactLoad, keep: np.ndarray) -> ContactLoad:
    """One foot's load at the kept frames."""
    flags = load.is_covered[keep]
    flags.setflags(write=False)
    return ContactLoad(
        side=load.side,
        force=read_only(load.force[keep]),
        point=read_only(load.point[keep]),
        free_moment=read_only(load.free_moment[keep]),
        is_covered=flags,
    )
