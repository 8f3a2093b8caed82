"""What one force plate measured, in ground."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateForce:
    """Force of one plate on what stands on it; ground: x forward, y up, z to the right.

    Attributes:
        name: Which plate, for messages.
        times: Shape (samples,) [s].
        force: Shape (samples, 3) [N], up on a foot.
        point: Centre of pressure, shape (samples, 3) [m]; NaN where unloaded.
        free_moment: Shape (samples, 3) [N.m].
        corners: Outline in order round it, shape (4, 3) [m]; None if it is not known.
    """

    name: str
    times: Array
    force: Array
    point: Array
    free_moment: Array
    corners: Array | None = None

    def __post_init__(self) -> None:
        """Check shapes."""
        for name in ("times", "force", "point", "free_moment"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        for name in ("force", "point", "free_moment"):
            if getattr(self, name).shape != (self.times.size, 3):
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, expected {(self.times.size, 3)}")
        if self.corners is not None:
            object.__setattr__(self, "corners", read_only(self.corners))
            if self.corners.shape != (4, 3):
                raise ValueError(f"corners have shape {self.corners.shape}, expected (4, 3)")


def combine(plates: Sequence[PlateForce]) -> PlateForce:
    """The single load that is equivalent to several loads on the same foot, at the same times."""
    if len(plates) == 1:
        return plates[0]
    total = sum((plate.force for plate in plates), np.zeros_like(plates[0].force))
    points = [np.nan_to_num(plate.point) for plate in plates]
    weights = [plate.force[:, 1:2] for plate in plates]
    weighted = sum((w * p for w, p in zip(weights, points, strict=True)), np.zeros_like(total))
    with np.errstate(invalid="ignore", divide="ignore"):
        point = weighted / total[:, 1:2]
    moment = np.zeros_like(total)
    for plate, own in zip(plates, points, strict=True):
        arm = np.where(plate.force[:, 1:2] > 0, own - np.nan_to_num(point), 0.0)
        moment += plate.free_moment + np.cross(arm, plate.force)
    name = " + ".join(plate.name for plate in plates)
    return replace(plates[0], name=name, force=total, point=point, free_moment=moment, corners=None)
