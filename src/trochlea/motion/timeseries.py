"""Named columns over strictly increasing times."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def read_only(values: object) -> Array:
    """A read-only float64 copy."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSeries:
    """Columns of numbers over time, in SI units and radians.

    Attributes:
        times: Shape (frames,) [s], strictly increasing.
        values: Shape (frames, columns).
        names: Column names, unique.
        units: SI unit of each column as text, e.g. "rad", "m", "N", "N.m", "-".
    """

    times: Array
    values: Array
    names: tuple[str, ...]
    units: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check shapes, names and the order of times."""
        object.__setattr__(self, "times", read_only(self.times))
        object.__setattr__(self, "values", read_only(self.values))
        if self.values.shape != (self.times.size, len(self.names)):
            raise ValueError(f"values have shape {self.values.shape}, expected {(self.times.size, len(self.names))}")
        if len(self.units) != len(self.names):
            raise ValueError(f"{len(self.units)} units for {len(self.names)} columns")
        if len(set(self.names)) != len(self.names):
            raise ValueError("column names are not unique")
        if self.times.size > 1 and not bool(np.all(np.diff(self.times) > 0)):
            raise ValueError("times are not strictly increasing")

    def column(self, name: str) -> Array:
        """One column, shape (frames,)."""
        if name not in self.names:
            raise KeyError(f"no column {name!r}; there are {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]

    def as_mapping(self) -> Mapping[str, Array]:
        """Columns by name, each of shape (frames,)."""
        return {name: self.values[:, i] for i, name in enumerate(self.names)}
