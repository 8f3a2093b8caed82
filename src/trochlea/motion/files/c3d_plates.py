"""Force plates of a C3D file: their geometry and channels, with units."""

import re

import numpy as np

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.c3d_file import C3dFile
from trochlea.motion.files.force_plates import CHANNELS, PlateSetup, plate_force
from trochlea.motion.files.lab_frame import LabFrame
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.timeseries import Array
from trochlea.units import METRES

NEWTONS = {"n": 1.0, "kn": 1e3}
"""Unit of force, in lower case -> newtons."""


def c3d_plates(file: C3dFile, metres: float, lab: LabFrame, take_off_baseline: bool) -> tuple[PlateForce, ...]:
    """Force plates of a file, in ground, on the markers' clock.

    Args:
        file: The file.
        metres: Metres in its unit of length.
        lab: Where its axes point.
        take_off_baseline: Subtract the means over FORCE_PLATFORM:ZERO.

    Raises:
        FormatError: If a parameter is missing or a unit unknown.
        InputError: If a plate cannot be used.
    """
    if not file.has("FORCE_PLATFORM", "USED") or int(file.number("FORCE_PLATFORM", "USED")) == 0:
        return ()
    analog, n_frames = file.analog, len(file.points)
    rate = file.number("POINT", "RATE")
    times = (file.first_frame - 1) / rate + np.arange(len(analog)) / (rate * len(analog) / n_frames)
    if take_off_baseline:
        analog = analog - _baseline(file, analog, n_frames)
    plates = []
    for index in range(int(file.number("FORCE_PLATFORM", "USED"))):
        try:
            setup = _plate_setup(file, index, metres)
            signals = _signals(file, setup, index, analog, metres)
            plates.append(plate_force(setup, times, signals, lab))
        except InputError as error:
            raise InputError(f"{file.path}: {error}") from None
        except (IndexError, ValueError):
            reason = f"does not describe force plate {index + 1}, though USED counts it; export the trial again"
            raise FormatError(file.path, "FORCE_PLATFORM", reason) from None
    return tuple(plates)


def _plate_setup(file: C3dFile, index: int, metres: float) -> PlateSetup:
    """Geometry of one plate in metres."""
    name = f"force plate {index + 1}"
    kind = int(file.numbers("FORCE_PLATFORM", "TYPE").reshape(-1)[index])
    origin = file.numbers("FORCE_PLATFORM", "ORIGIN").reshape(3, -1, order="F")[:, index] * metres
    # The transducers lie below the surface and z points down, so that the origin is above them: a positive one was
    # stored with the other sign (hasmotion-2024-force-plates).
    if origin[2] > 0 and kind in (2, 4):
        origin = -origin
    if origin[2] > 0:
        origin = origin * (1, 1, -1)
    calibration = None
    if kind == 4:
        matrix = file.numbers("FORCE_PLATFORM", "CAL_MATRIX")[:6, :6, index]
        # Moments come out in newtons times the file's unit of length.
        calibration = matrix * np.array([1, 1, 1, metres, metres, metres])[:, None]
    corners = file.numbers("FORCE_PLATFORM", "CORNERS").reshape(3, 4, -1, order="F")[:, :, index].T * metres
    return PlateSetup(name=name, type=kind, corners=corners, origin=origin, calibration=calibration)


def _signals(file: C3dFile, setup: PlateSetup, index: int, analog: Array, metres: float) -> Array:
    """Channels of one plate in N, N.m and m, shape (samples, channels); of type 4 as they are."""
    names = CHANNELS[setup.type]
    channels = file.numbers("FORCE_PLATFORM", "CHANNEL")
    channels = channels.reshape(channels.shape[0], -1, order="F")[: len(names), index].astype(int)
    wrong = [int(channel) for channel in channels if not 1 <= channel <= analog.shape[1]]
    if wrong or channels.size < len(names):
        raise FormatError(
            file.path,
            "FORCE_PLATFORM:CHANNEL",
            f"{setup.name} of type {setup.type} needs {len(names)} channels among 1 to {analog.shape[1]}, found "
            f"{', '.join(map(str, channels))}; export the trial again with its analog data",
        )
    chosen = analog[:, channels - 1]
    if setup.type == 4:
        return chosen
    units = file.texts("ANALOG", "UNITS")
    labels = [units[channel - 1] if channel <= len(units) else "" for channel in channels]
    return chosen * [_si(file, setup, name, unit, metres) for name, unit in zip(names, labels, strict=True)]


def _si(file: C3dFile, setup: PlateSetup, name: str, unit: str, metres: float) -> float:
    """A channel's unit in SI. Where none is written, the format's: newtons, and the file's unit of length."""
    text = re.sub(r"[\s.*·]", "", unit.lower())
    if name[0] == "F":
        known, default = NEWTONS, 1.0
    elif name[0] == "P":
        known, default = METRES, metres
    else:
        known = {force + length: NEWTONS[force] * METRES[length] for force in NEWTONS for length in METRES}
        default = metres
    if not text:
        return default
    if text not in known:
        reason = f"{name} of {setup.name} is in {unit!r}; expected {', '.join(known)}: correct the unit in the file"
        raise FormatError(file.path, "ANALOG:UNITS", reason)
    return known[text]


def _baseline(file: C3dFile, analog: Array, n_frames: int) -> Array:
    """Mean of each channel over the frames FORCE_PLATFORM:ZERO, shape (channels,)."""
    first, last = (int(number) for number in file.numbers("FORCE_PLATFORM", "ZERO").reshape(-1)[:2])
    if not 0 <= first <= last or not 1 <= last <= n_frames:
        reason = f"frames {first} to {last} are no part of this trial of {n_frames}; expected frames of unloaded plates"
        raise FormatError(file.path, "FORCE_PLATFORM:ZERO", reason)
    per_frame = len(analog) // n_frames
    return analog[(max(first, 1) - 1) * per_frame : last * per_frame].mean(axis=0)
