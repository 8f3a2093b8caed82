"""Positions of skin markers over time."""

from dataclasses import dataclass

import numpy as np

from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """Marker trajectories in ground: x forward, y up, z to the right (OpenSim's frame).

    Attributes:
        times: Shape (frames,) [s], strictly increasing.
        names: Marker names, unique.
        positions: Shape (frames, markers, 3) [m]; a marker that was not seen holds NaN in all three.
        source: The file they were read from, or what made them.
    """

    times: Array
    names: tuple[str, ...]
    positions: Array
    source: str

    def __post_init__(self) -> None:
        """Check shapes, names and the order of times."""
        object.__setattr__(self, "times", read_only(self.times))
        object.__setattr__(self, "positions", read_only(self.positions))
        if self.positions.shape != (self.times.size, len(self.names), 3):
            raise ValueError(
                f"positions have shape {self.positions.shape}, expected {(self.times.size, len(self.names), 3)}"
            )
        if len(set(self.names)) != len(self.names):
            raise ValueError("marker names are not unique")
        if self.times.size > 1 and not bool(np.all(np.diff(self.times) > 0)):
            raise ValueError("times are not strictly increasing")
        is_missing = np.isnan(self.positions)
        if (is_missing.any(axis=2) & ~is_missing.all(axis=2)).any():
            raise ValueError("a marker is known in all three axes or in none")

    def marker(self, name: str) -> Array:
        """One trajectory, shape (frames, 3) [m]."""
        if name not in self.names:
            raise KeyError(f"no marker {name!r}; there are {', '.join(self.names)}")
        return self.positions[:, self.names.index(name)]
