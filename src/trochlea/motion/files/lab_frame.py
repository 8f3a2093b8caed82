"""Where a laboratory's axes point, and how its positions and forces are turned into ground."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.timeseries import Array

AXES = tuple(sign + letter for letter in "XYZ" for sign in "+-")
"""Names of the directions along the laboratory's axes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFrame:
    """Two directions of a laboratory, named by its own axes.

    Attributes:
        forward: The axis that becomes x of ground, one of `AXES`, e.g. "+X". It turns everything about the vertical and
            so changes no angle between segments, no moment and no force; only "forward" and "to the right" follow it.
        up: The axis that points up and becomes y of ground.
        source: Where this is known from, for the report.
    """

    forward: str
    up: str
    source: str

    def __post_init__(self) -> None:
        """Check that both are axes, and perpendicular."""
        for name, axis in (("forward", self.forward), ("up", self.up)):
            if axis not in AXES:
                raise InputError(f"{name} axis {axis!r}: expected one of {', '.join(AXES)}")
        if self.forward[1] == self.up[1]:
            raise InputError(f"forward axis {self.forward} and up axis {self.up}: expected two different axes")

    def rotation(self) -> Array:
        """Laboratory to ground, shape (3, 3): x forward, y up, z to the right."""
        forward, up = _direction(self.forward), _direction(self.up)
        return np.array([forward, up, np.cross(forward, up)])

    def to_ground(self, vectors: Array) -> Array:
        """Positions or forces, shape (..., 3), in ground."""
        return vectors @ self.rotation().T


def _direction(axis: str) -> Array:
    """Unit vector of a named axis."""
    return np.array([float(letter == axis[1]) for letter in "XYZ"]) * (1 if axis[0] == "+" else -1)


GROUND = LabFrame(forward="+X", up="+Y", source="as in OpenSim")
"""Axes that point as those of ground do."""

FEWEST_MARKERS = 8
"""From fewer markers it is not told how a person stands. Assumed."""

UPRIGHT = 0.6
"""Markers of a person who stands, walks or squats reach at least this share of their largest horizontal extent upwards.
Assumed; 1.6 to 2.4 in the trials of the tests, and 0.35 to 0.58 when these are read with another axis up."""


def check_upright(path: Path | str, positions: Array, lab: LabFrame) -> None:
    """Refuse axes that nobody gave and along which nobody stands.

    Args:
        path: File, for the message.
        positions: Of markers in ground, shape (frames, markers, 3) [m or any unit]; NaN in gaps.
        lab: Axes that were taken.

    Raises:
        InputError: With the remedy.
    """
    whole = positions[np.isfinite(positions).all(axis=2).sum(axis=1) >= FEWEST_MARKERS]
    if not len(whole):
        return
    across, up, aside = np.median(np.nanmax(whole, axis=1) - np.nanmin(whole, axis=1), axis=0)
    if up < UPRIGHT * max(across, aside):
        raise InputError(
            f"{path}: the markers do not stand along {lab.up} ({lab.source}): upwards they reach "
            f"{up / max(across, aside):.2f} of their horizontal extent, expected {UPRIGHT} or more; give the axis that "
            f"points up, e.g. +Z, or {lab.up} itself for somebody who lies"
        )
