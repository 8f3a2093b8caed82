"""A measured trial: joint angles from one file, ground forces from another, cut to a window of time."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.external_loads import read_external_loads
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.storage import read_storage
from trochlea.motion.timeseries import TimeSeries, read_only

TIME_TOLERANCE = 1e-6
"""Frames this close outside a window belong to it [s]: times in files are decimal and rounded."""


def read_motion(
    path: Path | str, loads_path: Path | str, *, start: float | None = None, end: float | None = None
) -> Motion:
    """A measured motion with the ground forces at its own times.

    Args:
        path: Joint angles, `.mot` or `.sto`.
        loads_path: OpenSim ExternalLoads XML.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Raises:
        FormatError: If a file is damaged or holds no joint angles.
        ModelError: If the forces do not act on the feet or are not expressed in ground.
        InputError: If the window holds no frame.
    """
    coordinates = read_storage(path)
    if "rad" not in coordinates.units:
        found = ", ".join(coordinates.names[:5])
        raise FormatError(path, None, f"no joint angles among its columns; found {found}; expected hip_flexion_r, ...")
    motion = Motion(
        name=Path(path).stem,
        coordinates=coordinates,
        contacts=read_external_loads(loads_path, coordinates.times),
        source="measured",
    )
    return trim(motion, start=start, end=end)


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
