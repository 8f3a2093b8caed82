"""What a force plate's channels say: force, centre of pressure and free moment in ground.

A plate's own axes follow from its corners, which are numbered by the quadrants of those axes: +x +y, -x +y, -x -y,
+x -y. Its z axis usually points down. `motionlab-2021-c3d-guide`, FORCE_PLATFORM:CORNERS.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.coverage import CONTACT_FORCE, LOADED_FORCE
from trochlea.motion.files.lab_frame import LabFrame
from trochlea.motion.plate_force import PlateForce
from trochlea.motion.timeseries import Array, read_only

CHANNELS: dict[int, tuple[str, ...]] = {
    1: ("Fx", "Fy", "Fz", "Px", "Py", "Mz"),
    2: ("Fx", "Fy", "Fz", "Mx", "My", "Mz"),
    3: ("Fx12", "Fx34", "Fy14", "Fy23", "Fz1", "Fz2", "Fz3", "Fz4"),
    4: ("Fx", "Fy", "Fz", "Mx", "My", "Mz"),
}
"""Signals of each type in their order. `motionlab-2021-c3d-guide`, FORCE_PLATFORM:TYPE and CHANNEL."""

LEVEL = 0.7
"""Least cosine between a plate's normal and the vertical. Assumed: 45 degrees, more than any
ramp that people walk on."""

BOTH_WAYS = 0.1
"""A plate that pulls with more than this share of its push is not zeroed. Assumed: vibrations stay below it; in the
trial of the tests the noise of unloaded plates reaches 0.02."""

BESIDE = 0.05
"""The typical centre of pressure may lie this far outside the plate [m]. Assumed: error of its place in
the laboratory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateSetup:
    """Where a plate lies and how it measures.

    Attributes:
        name: For messages, e.g. "force plate 1".
        type: How its channels are to be read, one of `CHANNELS`.
        corners: In the laboratory's axes, shape (4, 3) [m].
        origin: Type 2 and 4: from where the transducers measure to the middle of the surface, in the plate's axes,
            shape (3,) [m]. Type 3: half the distances between the transducers, and the same height. Type 1: not used.
        calibration: Signals to forces and moments, shape (6, 6); of type 4 only.
    """

    name: str
    type: int
    corners: Array
    origin: Array
    calibration: Array | None

    def __post_init__(self) -> None:
        """Check shapes, and that the type has what it needs."""
        if self.type not in CHANNELS:
            raise InputError(f"{self.name} is of type {self.type}; expected 1, 2, 3 or 4: export it again as type 2")
        for name, shape in (("corners", (4, 3)), ("origin", (3,))):
            object.__setattr__(self, name, read_only(getattr(self, name)))
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} have shape {getattr(self, name).shape}, expected {shape}")
        if (self.calibration is not None) != (self.type == 4):
            raise InputError(f"{self.name} of type {self.type}: a calibration matrix belongs to type 4, and only to it")


def plate_force(setup: PlateSetup, times: Array, signals: Array, lab: LabFrame) -> PlateForce:
    """Force of the ground on what stands on a plate.

    Whether a file holds the force on the plate or the one that the plate gives back is not written in it. A plate
    pushes up and never pulls: the sign with which it pushes is taken.

    Args:
        setup: The plate.
        times: Shape (samples,) [s].
        signals: Shape (samples, channels), in N, N.m and m; before calibration for type 4.
        lab: Where the laboratory's axes point.

    Returns:
        Force, centre of pressure on the surface and free moment about the plate's normal, in ground. The force is as
        measured, noise included; the point is NaN where the vertical force is below 1 N.

    Raises:
        InputError: If the plate does not lie level with this vertical, both pushes and pulls, or its centre of
            pressure lies beside it.

    References:
        motionlab-2021-c3d-guide: FORCE_PLATFORM.
        hasmotion-2024-force-plates: moments about the surface for each type.
    """
    axes, centre = _axes(setup, lab)
    force, moment = _force_and_moment(setup, signals)
    sign = _sign(setup, force @ axes @ lab.rotation()[1])
    force, moment = sign * force, sign * moment
    vertical = force @ axes @ lab.rotation()[1]
    along = force[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        point = np.column_stack([-moment[:, 1] / along, moment[:, 0] / along, np.zeros_like(along)])
    point[vertical < LOADED_FORCE] = np.nan
    _check_point(setup, point[vertical > CONTACT_FORCE])
    free = np.zeros_like(force)
    free[:, 2] = moment[:, 2] - np.nan_to_num(point[:, 0] * force[:, 1] - point[:, 1] * force[:, 0])
    free[vertical < LOADED_FORCE] = 0.0
    return PlateForce(
        name=setup.name,
        times=times,
        force=lab.to_ground(force @ axes),
        point=lab.to_ground(point @ axes + centre),
        free_moment=lab.to_ground(free @ axes),
        corners=lab.to_ground(setup.corners),
    )


def _axes(setup: PlateSetup, lab: LabFrame) -> tuple[Array, Array]:
    """The plate's axes as rows in the laboratory, and the middle of its surface there."""
    first, second, third, fourth = setup.corners
    x, y = (first - second) + (fourth - third), (first - fourth) + (second - third)
    z = np.cross(x, y)
    lengths = [float(np.linalg.norm(axis)) for axis in (x, y, z)]
    if min(lengths) == 0:
        raise InputError(f"{setup.name}: its four corners do not span a plate; correct FORCE_PLATFORM:CORNERS")
    y = np.cross(z, x)
    axes = np.array([axis / np.linalg.norm(axis) for axis in (x, y, z)])
    if abs(float(lab.rotation()[1] @ axes[2])) < LEVEL:
        raise InputError(
            f"{setup.name} would stand upright if {lab.up} pointed up ({lab.source}); expected a level plate: give the "
            "axis that points up"
        )
    return axes, setup.corners.mean(axis=0)


def _force_and_moment(setup: PlateSetup, signals: Array) -> tuple[Array, Array]:
    """Force and moment about the middle of the surface, in the plate's axes, each of shape (samples, 3)."""
    n_channels = len(CHANNELS[setup.type])
    if signals.shape[1] != n_channels:
        names = ", ".join(CHANNELS[setup.type])
        raise InputError(f"{setup.name} has {signals.shape[1]} channels, expected {n_channels} ({names})")
    if setup.type == 3:
        return _of_corners(setup, signals)
    force, rest = signals[:, :3], signals[:, 3:]
    if setup.type == 1:
        point = np.column_stack([rest[:, 0], rest[:, 1], np.zeros(len(rest))])
        twist = np.column_stack([np.zeros((len(rest), 2)), rest[:, 2]])
        return force, np.cross(point, force) + twist
    if setup.calibration is not None:
        loads = signals @ setup.calibration.T
        force, rest = loads[:, :3], loads[:, 3:]
    return force, rest + np.cross(force, setup.origin)


def _of_corners(setup: PlateSetup, signals: Array) -> tuple[Array, Array]:
    """Type 3: four transducers, of which two and two give one horizontal signal."""
    fx12, fx34, fy14, fy23, fz1, fz2, fz3, fz4 = signals.T
    a, b, height = setup.origin
    force = np.column_stack([fx12 + fx34, fy14 + fy23, fz1 + fz2 + fz3 + fz4])
    moment = np.column_stack(
        [b * (fz1 + fz2 - fz3 - fz4), a * (-fz1 + fz2 + fz3 - fz4), b * (-fx12 + fx34) + a * (fy14 - fy23)]
    )
    return force, moment + np.cross(force, [0.0, 0.0, height])


def _sign(setup: PlateSetup, vertical: Array) -> int:
    """1 if the signals are the force of the ground, -1 if they are the force on the plate."""
    up, down = float(vertical.max()), float(-vertical.min())
    if min(up, down) > max(CONTACT_FORCE, BOTH_WAYS * max(up, down)):
        raise InputError(
            f"{setup.name}: the vertical force runs from {-down:.0f} to {up:.0f} N; expected one direction: an offset "
            "of the unloaded plate has to be taken off, or its channels are in another order"
        )
    return 1 if up >= down else -1


def _check_point(setup: PlateSetup, points: Array) -> None:
    """Refuse a plate whose typical centre of pressure, in its own axes, lies beside it."""
    if not len(points):
        return
    first, second, _, fourth = setup.corners
    halves = np.array([np.linalg.norm(first - second), np.linalg.norm(first - fourth)]) / 2
    typical = np.median(np.abs(points[:, :2]), axis=0)
    if (typical > halves + BESIDE).any():
        raise InputError(
            f"{setup.name}: the centre of pressure lies {typical[0]:.2f} and {typical[1]:.2f} m from the middle of a "
            f"plate of {2 * halves[0]:.2f} by {2 * halves[1]:.2f} m; expected it on the plate: check the units of its "
            "moments and FORCE_PLATFORM:ORIGIN"
        )
