"""Parameters of a C3D file by group and name, with what is missing said in one line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trochlea.errors import FormatError
from trochlea.motion.timeseries import Array

METRES = {"mm": 1e-3, "cm": 1e-2, "m": 1.0}
"""Unit of length -> metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class C3dParameters:
    """Parameters as `ezc3d` gives them.

    Attributes:
        path: The file, for messages.
        groups: Group -> name -> {"value": ...}.
    """

    path: Path | str
    groups: Any

    def has(self, group: str, name: str) -> bool:
        """Whether a parameter is there and not empty."""
        return group in self.groups and name in self.groups[group] and len(self.groups[group][name]["value"]) > 0

    def numbers(self, group: str, name: str) -> Array:
        """A parameter's numbers, in the shape that the file gives.

        Raises:
            FormatError: If it is missing or empty, or no number.
        """
        self._require(group, name)
        try:
            return np.asarray(self.groups[group][name]["value"], dtype=np.float64)
        except ValueError:
            raise FormatError(self.path, f"{group}:{name}", "expected numbers, found text") from None

    def number(self, group: str, name: str) -> float:
        """The first of a parameter's numbers."""
        return float(self.numbers(group, name).reshape(-1)[0])

    def texts(self, group: str, name: str) -> tuple[str, ...]:
        """A parameter's texts, with those of its continuations (LABELS2, LABELS3, ...); none where it is missing."""
        found: list[str] = []
        index = 1
        while self.has(group, key := name if index == 1 else f"{name}{index}"):
            found += [str(text).strip() for text in self.groups[group][key]["value"]]
            index += 1
        return tuple(found)

    def text(self, group: str, name: str) -> str | None:
        """The first of a parameter's texts; None where it is missing or blank."""
        texts = self.texts(group, name)
        return texts[0] if texts and texts[0] else None

    def _require(self, group: str, name: str) -> None:
        if not self.has(group, name):
            reason = "is missing; expected by the C3D format: export the trial again from the capture software"
            raise FormatError(self.path, f"{group}:{name}", reason)
