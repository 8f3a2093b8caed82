"""From where a picture of a person is drawn: two views of every position, the second where it shows most."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trochlea.leg.segments import Segments
from trochlea.motion.motion import Side
from trochlea.motion.task import Position
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import MILLIMETRE

View = Literal["side", "front"]
"""The first and the second view: who stands or sits is seen from the side and from the front; others as WORDS say."""

WORDS: dict[Position, tuple[str, str]] = {
    "standing": ("from the side", "from the front"),
    "seated": ("from the side", "from the front"),
    "supine": ("from the side", "from the feet, aslant"),
    "prone": ("from the side", "from the feet, aslant"),
    "quadruped": ("from the side", "from the feet, aslant"),
    "side_lying": ("from the front", "from above"),
    "side_lying_on_working": ("from the front", "from above"),
}
"""What the two views of each position are. Along a lying body's own axis everything lies behind everything else; from
above, who lifts a leg off the floor does not seem to move. On the side, both bent joints show only from above."""

ASLANT = (np.radians(42.0), np.radians(24.0))
"""Turn from the side towards the feet, and height above the horizontal, of the view aslant [rad]. Chosen by eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A parallel projection.

    Attributes:
        right: Direction in ground that is to the right in the picture, shape (3,).
        up: Direction that is up, shape (3,).
        nearer: Direction towards who looks, shape (3,).
    """

    right: Array
    up: Array
    nearer: Array

    def flat(self, points: Array) -> Array:
        """Points (..., 3) [m] in the picture, shape (..., 2) [mm]."""
        return np.stack([points @ self.right, points @ self.up], axis=-1) / MILLIMETRE

    def depth(self, points: Array) -> Array:
        """How near points (..., 3) are to who looks [m]."""
        return points @ self.nearer

    @property
    def is_level(self) -> bool:
        """Whether the floor is a line."""
        return abs(float(self.nearer[1])) < 1e-9


def view_words(view: View, position: Position) -> str:
    """From where a view is, in words."""
    return WORDS[position][0 if view == "side" else 1]


def camera(view: View, position: Position, segments: Segments, side: Side) -> Camera:
    """Where to look from in a movement, judged by its first frame.

    From the working leg's side; "from the front" of a lying person is the side to which the pelvis faces.
    """
    words = view_words(view, position)
    ahead = np.array([1.0, 0.0, 0.0])
    beside = np.array([0.0, 0.0, 1.0 if side == "right" else -1.0])
    if words == "from the side":
        return _looking(beside)
    if position in ("standing", "seated"):
        return _looking(ahead)
    if position in ("side_lying", "side_lying_on_working"):
        faces = np.array([0.0, 0.0, np.sign(segments.body("pelvis")[1][0][2, 0])])
        return _looking(faces) if words == "from the front" else _looking(np.array([0.0, 1.0, 0.0]), up=-faces)
    feet = -np.sign(segments.body("torso")[1][0][0, 1]) * ahead
    turn, height = ASLANT
    level = np.cos(turn) * beside + np.sin(turn) * feet
    return _looking(np.cos(height) * level + np.sin(height) * np.array([0.0, 1.0, 0.0]))


def _looking(nearer: Array, *, up: Array | None = None) -> Camera:
    """A camera on the side `nearer`, with the vertical upright unless `up` says otherwise."""
    right = np.cross(np.array([0.0, 1.0, 0.0]) if up is None else up, nearer)
    right /= np.linalg.norm(right)
    return Camera(right=read_only(right), up=read_only(np.cross(nearer, right)), nearer=read_only(nearer))
