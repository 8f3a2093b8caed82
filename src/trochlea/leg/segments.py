"""Where the bodies and their points are in a pose."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.engine import MjData
from trochlea.leg.kinematics import Pose, over_frames
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.timeseries import Array, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """Where the bodies are, frame by frame, in ground.

    Attributes:
        names: Bodies.
        positions: Origins of the body frames, shape (frames, bodies, 3) [m].
        rotations: Body to ground, shape (frames, bodies, 3, 3).
        centre_of_mass: Of the whole body, shape (frames, 3) [m].
    """

    names: tuple[str, ...]
    positions: Array
    rotations: Array
    centre_of_mass: Array

    def body(self, name: str) -> tuple[Array, Array]:
        """Position (frames, 3) [m] and rotation (frames, 3, 3) of one body.

        Raises:
            InputError: If there is no such body.
        """
        if name not in self.names:
            raise InputError(f"body {name!r}: expected one of {', '.join(self.names)}")
        i = self.names.index(name)
        return self.positions[:, i], self.rotations[:, i]


def segments(leg: LegModel, pose: Pose) -> Segments:
    """Body frames and centre of mass in ground."""
    mj, frames = leg.mj, pose.times.size
    bodies = [i for i in range(mj.nbody) if mj.body(i).name not in ("world", "myolegs_root")]
    positions, rotations = np.empty((frames, len(bodies), 3)), np.empty((frames, len(bodies), 3, 3))
    centre = np.empty((frames, 3))

    def visit(data: MjData, frame: int) -> None:
        positions[frame] = data.xpos[bodies]
        rotations[frame] = data.xmat[bodies].reshape(-1, 3, 3)
        centre[frame] = data.subtree_com[0]

    over_frames(leg, pose, visit)
    return Segments(
        names=tuple(mj.body(i).name for i in bodies),
        positions=read_only(positions),
        rotations=read_only(rotations),
        centre_of_mass=read_only(centre),
    )


def site_positions(leg: LegModel, pose: Pose, names: tuple[str, ...]) -> Array:
    """Where named points of MyoLegs are in ground, e.g. "CAL_r" (heel), "MT5_r", "TOE_r".

    Returns:
        Shape (frames, names, 3) [m].

    Raises:
        InputError: If the model has no such point.
    """
    known = {leg.mj.site(i).name: i for i in range(leg.mj.nsite)}
    missing = [name for name in names if name not in known]
    if missing:
        raise InputError(f"the leg model has no point {missing[0]!r}")
    ids = [known[name] for name in names]
    positions = np.empty((pose.times.size, len(ids), 3))

    def visit(data: MjData, frame: int) -> None:
        positions[frame] = data.site_xpos[ids]

    over_frames(leg, pose, visit)
    return read_only(positions)
