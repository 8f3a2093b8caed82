"""A movement: joint angles and the forces of the ground on the feet."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array, TimeSeries

Side = Literal["left", "right"]
HipAxis = Literal["hip_flexion", "hip_adduction", "hip_rotation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLoad:
    """Force of the ground on one foot, or of something else on a segment, at the motion's times.

    Frame: ground, x forward, y up, z to the right (OpenSim's).

    Attributes:
        side: The leg that the force acts on.
        force: Shape (frames, 3) [N].
        point: Centre of pressure, shape (frames, 3) [m]; NaN where the vertical force is below 1 N.
        free_moment: Shape (frames, 3) [N.m].
        is_covered: Shape (frames,): True where a force measurement exists for this foot at this time.
        body: Segment that it acts on, without side.
    """

    side: Side
    force: Array
    point: Array
    free_moment: Array
    is_covered: NDArray[np.bool_]
    body: Literal["calcn", "tibia", "femur"] = "calcn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """Joint angles in the Rajagopal family's coordinates, with contact loads.

    Attributes:
        name: What the movement is, e.g. "single-leg squat" or the file's name.
        coordinates: Columns named as in the model's coordinates (hip_flexion_r, ...) [rad, m].
        contacts: One ContactLoad for each foot with forces, and for whatever else acts on the legs.
        source: "measured" (read from files) or "simulated" (built-in task).
        is_quasi_static: Whether speeds and accelerations load no joint: a simulated task, but not a simulated gait.
        carried_outside: Axes of the hip that something outside carries, e.g. a seat under the thigh: no muscle has to.
    """

    name: str
    coordinates: TimeSeries
    contacts: tuple[ContactLoad, ...]
    source: Literal["measured", "simulated"]
    is_quasi_static: bool = False
    carried_outside: tuple[HipAxis, ...] = ()
