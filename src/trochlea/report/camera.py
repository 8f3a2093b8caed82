"""From where a picture of a person is drawn: level with the floor, so that the vertical stays vertical."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trochlea.leg.segments import Segments
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import MILLIMETRE

View = Literal["side", "front"]

ACROSS = 0.7
"""A pelvis whose front points sideways by more than this lies on its side [-]."""


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


def camera(view: View, segments: Segments, side: Side) -> Camera:
    """Where to look from in a movement, judged by its first frame.

    "side": along ground z, from the working leg's side; from the front of a person who lies on the side. "front":
    along ground x, from the front of a person who stands or sits, from the feet of one who lies.
    """
    up = np.array([0.0, 1.0, 0.0])
    pelvis, trunk = segments.body("pelvis")[1][0], segments.body("torso")[1][0]
    if view == "side":
        front = pelvis[2, 0]
        outward = 1.0 if side == "right" else -1.0
        nearer = np.array([0.0, 0.0, np.sign(front) if abs(front) > ACROSS else outward])
    else:
        head = trunk[0, 1]
        nearer = np.array([-np.sign(head) if abs(head) > ACROSS else 1.0, 0.0, 0.0])
    return Camera(right=read_only(np.cross(up, nearer)), up=read_only(up), nearer=read_only(nearer))
