"""Where a foot is over time: heel and toe joint, and what follows from them about the ground under it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

LOW = 0.04
"""A heel or toe joint this near the height that it has in standing is on the ground [m]. Assumed: in the trials of the
tests a foot's own lowest part wanders by up to 0.02 m while it carries weight."""

LOWEST_PART = 5.0
"""Percentile of all heights of both heels, or both toe joints, that is their height in standing [%]. Assumed: a foot
stands for longer than this share of any trial that is told apart here, and single samples must not decide."""

STILL = 0.4
"""A heel or toe joint slower than this over the ground may be standing on it [m/s]. Assumed: below a fifth of what it
does in swing (2 to 4.7 m/s in the walk of the tests); planted parts of a foot stay below 0.15."""

HEEL_PAD = 0.05
"""How far the sole reaches behind the heel's point [m]. Assumed."""

TOES = 0.10
"""How far the sole reaches in front of the toe joint [m]. Assumed: length of the toes in a shoe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FootPath:
    """One foot in ground: x forward, y up, z to the right.

    Attributes:
        side: Which foot.
        times: Shape (frames,) [s].
        heel: A point near the heel (origin of the calcaneus), shape (frames, 3) [m].
        toe: The toe joint, or a marker near it, shape (frames, 3) [m].
    """

    side: Side
    times: Array
    heel: Array
    toe: Array

    def __post_init__(self) -> None:
        """Check shapes and that nothing is missing."""
        for name in ("times", "heel", "toe"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        for name, points in (("heel", self.heel), ("toe", self.toe)):
            if points.shape != (self.times.size, 3):
                raise ValueError(f"{name} has shape {points.shape}, expected {(self.times.size, 3)}")
            if not np.isfinite(points).all():
                lost = self.times[int(np.argmin(np.isfinite(points).all(axis=1)))]
                raise InputError(
                    f"{self.side} foot: {name} is missing at {lost:g} s; expected a whole path: choose a marker "
                    "without gaps, or cut the window"
                )

    def at(self, times: Array) -> "FootPath":
        """The same path at other times inside it, linearly interpolated."""
        columns = np.hstack([self.heel, self.toe])
        moved = np.column_stack([np.interp(times, self.times, column) for column in columns.T])
        return FootPath(side=self.side, times=times, heel=moved[:, :3], toe=moved[:, 3:])


def forward_direction(feet: tuple[FootPath, ...]) -> Array:
    """Horizontal unit vector from the heels to the toes over the whole trial, shape (3,).

    Raises:
        InputError: If the feet point nowhere on average, as in turning round.
    """
    pointing = sum(((foot.toe - foot.heel).mean(axis=0) for foot in feet), np.zeros(3)) * np.array([1.0, 0.0, 1.0])
    lengths = [np.linalg.norm((foot.toe - foot.heel)[:, [0, 2]], axis=1).mean() for foot in feet]
    size = float(np.linalg.norm(pointing))
    if size < 0.5 * sum(lengths):
        raise InputError("the feet point into many directions; expected a trial along one: cut out the turn")
    return pointing / size


def ground_speed(feet: tuple[FootPath, ...], pelvis: Array) -> Array:
    """Velocity of the ground under the feet, shape (3,) [m/s]: that of a treadmill's belt, else zero.

    The belt runs where the pelvis stays and the lowest parts of the feet move: its velocity is then their median.

    Args:
        feet: Both or one.
        pelvis: Shape (frames, 3) [m].
    """
    times = feet[0].times
    duration = float(times[-1] - times[0])
    travelled = np.linalg.norm((pelvis[-1] - pelvis[0])[[0, 2]])
    velocities = []
    for foot in feet:
        for points in (foot.heel, foot.toe):
            is_low = points[:, 1] <= np.percentile(points[:, 1], 4 * LOWEST_PART)
            velocities.append(_velocity(times, points)[is_low])
    belt = np.median(np.vstack(velocities), axis=0) * np.array([1.0, 0.0, 1.0])
    pace = float(np.linalg.norm(belt))
    return belt if pace > STILL and travelled < 0.5 * pace * duration else np.zeros(3)


def stands(feet: tuple[FootPath, ...], *, ground: Array | None = None) -> dict[Side, NDArray[np.bool_]]:
    """When each foot has its heel or its toe joint low and still, shape (frames,).

    Heights are compared with the lowest of both feet, so that a foot held in the air throughout does not stand.

    Args:
        feet: At the same times.
        ground: Velocity of the ground, shape (3,) [m/s]; at rest if None.
    """
    moving = np.zeros(3) if ground is None else ground
    result: dict[Side, NDArray[np.bool_]] = {foot.side: np.zeros(foot.times.size, dtype=bool) for foot in feet}
    for part in ("heel", "toe"):
        standing = min(np.percentile(getattr(foot, part)[:, 1], LOWEST_PART) for foot in feet)
        for foot in feet:
            points = getattr(foot, part)
            pace = np.linalg.norm((_velocity(foot.times, points) - moving)[:, [0, 2]], axis=1)
            result[foot.side] |= (points[:, 1] <= standing + LOW) & (pace <= STILL)
    return result


def sole_distance(foot: FootPath, points: Array) -> Array:
    """Horizontal distance of points from the line of the sole, shape (frames,) [m]; NaN where a point is.

    The line runs from HEEL_PAD behind the heel to TOES in front of the toe joint.

    Args:
        foot: At the points' times.
        points: Shape (frames, 3) [m].
    """
    heel, toe, point = (array[:, [0, 2]] for array in (foot.heel, foot.toe, points))
    along = toe - heel
    length = np.linalg.norm(along, axis=1, keepdims=True)
    along = along / np.maximum(length, 1e-9)
    reach = np.sum((point - heel) * along, axis=1, keepdims=True)
    nearest = heel + np.clip(reach, -HEEL_PAD, length + TOES) * along
    return np.linalg.norm(point - nearest, axis=1)


def _velocity(times: Array, points: Array) -> Array:
    """Central differences, shape (frames, 3) [m/s]."""
    return np.gradient(points, times, axis=0) if times.size > 1 else np.zeros_like(points)
