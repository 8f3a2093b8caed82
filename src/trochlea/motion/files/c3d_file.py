"""A C3D file as it is written: points, analog channels and parameters, with what is missing said in one line."""

import importlib
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trochlea.errors import FormatError
from trochlea.motion.timeseries import Array

DAMAGED = (
    AssertionError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    NameError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the library raises on files that are damaged or no C3D files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C3dFile:
    """What a file holds, in its own units and axes.

    Attributes:
        path: The file, for messages.
        points: Shape (frames, points, 3); NaN where the residual is negative or all three are 0.
        analog: Shape (samples, channels).
        first_frame: Number of the first frame in the whole capture, which starts with 1.
        parameters: The library's reader, asked by the methods.
    """

    path: Path | str
    points: Array
    analog: Array
    first_frame: int
    parameters: Any

    def has(self, group: str, name: str) -> bool:
        """Whether a parameter is there and not empty."""
        parameter = self.parameters.get(f"{group}:{name}")
        return parameter is not None and 0 not in parameter.dimensions

    def numbers(self, group: str, name: str) -> Array:
        """A parameter's numbers, in the order of dimensions that the format gives them.

        Raises:
            FormatError: If it is missing or empty, or no number.
        """
        if not self.has(group, name):
            reason = "is missing; expected by the C3D format: export the trial again from the capture software"
            raise FormatError(self.path, f"{group}:{name}", reason)
        parameter = self.parameters.get(f"{group}:{name}")
        if parameter.bytes_per_element not in (1, 2, 4):
            raise FormatError(self.path, f"{group}:{name}", "expected numbers, found text; export the trial again")
        is_whole = parameter.bytes_per_element < 4
        try:
            if parameter.dimensions:
                values = parameter.int_array if is_whole else parameter.float_array
            elif is_whole:
                values = parameter.uint8_value if parameter.bytes_per_element == 1 else parameter.int16_value
            else:
                values = parameter.float_value
            return np.atleast_1d(np.asarray(values, dtype=np.float64).T)
        except ValueError:
            raise FormatError(self.path, f"{group}:{name}", "is cut off; export the trial again") from None

    def number(self, group: str, name: str) -> float:
        """The first of a parameter's numbers."""
        return float(self.numbers(group, name).reshape(-1)[0])

    def texts(self, group: str, name: str) -> tuple[str, ...]:
        """A parameter's texts, with those of its continuations (LABELS2, LABELS3, ...); none where it is missing."""
        found: list[str] = []
        index = 1
        while self.has(group, key := name if index == 1 else f"{name}{index}"):
            parameter = self.parameters.get(f"{group}:{key}")
            one = len(parameter.dimensions) < 2
            words = [parameter.string_value] if one else parameter.string_array.reshape(-1).tolist()
            found += [str(word).strip("\0 \t\r\n") for word in words]
            index += 1
        return tuple(found)

    def text(self, group: str, name: str) -> str | None:
        """The first of a parameter's texts; None where it is missing or blank."""
        texts = self.texts(group, name)
        return texts[0] if texts and texts[0] else None


def open_c3d(path: Path | str) -> C3dFile:
    """A file with all its frames.

    Raises:
        FormatError: If it is no C3D file, is damaged or cut off, or holds no markers.
    """
    if not Path(path).is_file():
        raise FormatError(path, None, "cannot be read: there is no such file; give the path of a .c3d")
    points, analog = [], []
    try:
        with Path(path).open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its remarks on headers; what matters is checked below
            reader = importlib.import_module("c3d").Reader(stream)
            first, last = int(reader.first_frame), int(reader.last_frame)
            for _, frame, samples in reader.read_frames():
                points.append(frame[:, :4])
                analog.append(samples.T)
    except DAMAGED:
        raise FormatError(path, None, "is no C3D file or is damaged; export the trial again") from None
    if not points or not points[0].size:
        raise FormatError(path, None, "holds no markers; expected a trial with movement")
    if last - first + 1 > len(points):
        reason = f"the header says {last - first + 1} frames, the data end after {len(points)}; the file is cut off"
        raise FormatError(path, None, reason)
    whole = np.asarray(points, dtype=np.float64)
    is_gap = (whole[..., 3] < 0) | (whole[..., :3] == 0).all(axis=2) | ~np.isfinite(whole[..., :3]).all(axis=2)
    return C3dFile(
        path=path,
        points=np.where(is_gap[..., None], np.nan, whole[..., :3]),
        analog=np.concatenate(analog).astype(np.float64),
        first_frame=first,
        parameters=reader,
    )
