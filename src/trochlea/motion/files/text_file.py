"""Text files as movement programs write them: any line end, whole or not there, times that increase."""

import os
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError
from trochlea.motion.timeseries import Array


def read_text(path: Path | str, expected: str) -> str:
    """A text file's content; `str.splitlines` parts it whatever its line ends.

    Args:
        path: File.
        expected: What it should be, for the message, e.g. "an OpenSim .mot or .sto file".

    Raises:
        FormatError: If the file cannot be read, is empty or is binary.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise FormatError(path, None, f"cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise FormatError(path, None, f"the file is empty; expected {expected}")
    try:
        if b"\0" in data:
            raise UnicodeError
        return data.decode("utf-8-sig")
    except UnicodeError:
        raise FormatError(path, None, f"the file is not text; expected {expected}") from None


def write_whole(path: Path | str, text: str) -> None:
    """Write beside the target, then rename, so that a target that exists is complete."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def is_finite_number(cell: str) -> bool:
    """Whether a cell is a finite number as such files write them."""
    try:
        return "_" not in cell and bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def check_times(path: Path | str, times: Array, lines: list[int]) -> None:
    """Refuse times that repeat or run backwards.

    Args:
        path: File, for the message.
        times: Shape (frames,) [s].
        lines: Line number of each.

    Raises:
        FormatError: With the line of the first such time.
    """
    steps = np.diff(times)
    if not (steps > 0).all():
        i = int(np.argmax(steps <= 0)) + 1
        repeats = steps[i - 1] == 0
        verb, remedy = ("repeats", "remove one of them") if repeats else ("runs backwards", "sort them by time")
        reason = f"time {verb}: {times[i]:g} s after {times[i - 1]:g} s; expected rows of rising time: {remedy}"
        raise FormatError(path, lines[i], reason)
