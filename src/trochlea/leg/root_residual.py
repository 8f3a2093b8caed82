"""What would have to push and turn the pelvis for a motion and its ground forces to agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.inverse_dynamics import ROOT_COORDINATES
from trochlea.leg.leg_engine import LegEngine
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import Array, read_only
from trochlea.motion.trial import trim


@dataclass(frozen=True, slots=True, kw_only=True)
class RootResidual:
    """Force and moment on the pelvis that nothing in the world gives: the error of motion, forces and masses together.

    Attributes:
        times: Shape (frames,) [s].
        names: ROOT_COORDINATES: pelvis_tx, ty, tz, tilt, list, rotation.
        values: Along the names, shape (frames, 6) [N, N.m]; NaN where a foot's force is not known.
        ground_force: Largest force of the ground on both feet together [N].
    """

    times: Array
    names: tuple[str, ...]
    values: Array
    ground_force: float

    @property
    def force(self) -> Array:
        """Magnitude of the force, shape (frames,) [N]."""
        return np.linalg.norm(self.values[:, :3], axis=1)

    @property
    def moment(self) -> Array:
        """Magnitude of the moment, shape (frames,) [N.m]."""
        return np.linalg.norm(self.values[:, 3:], axis=1)


def root_residual(
    leg: LegEngine, motion: Motion, *, start: float | None = None, end: float | None = None
) -> RootResidual | None:
    """The residual of a measured motion in a window.

    Args:
        leg: The leg model; its trunk is rigid and its arms hang, so what they do differently is part of the residual.
        motion: The whole motion, with forces.
        start: Start of the window [s]; the first frame if None.
        end: End of the window [s]; the last frame if None.

    Returns:
        None where a residual would mean nothing: in a built-in task, whose forces were made to agree, or without the
        forces of both feet.
    """
    if motion.source == "simulated" or {contact.side for contact in motion.contacts} != {"left", "right"}:
        return None
    window = trim(motion, start=start, end=end)
    is_known: NDArray[np.bool_] = np.all([contact.is_covered for contact in window.contacts], axis=0)
    if not is_known.any():
        return None
    pose = leg.place(motion.coordinates, times=window.coordinates.times)
    values = np.where(is_known[:, None], leg.root_residual(pose, window.contacts), np.nan)
    total = np.sum([contact.force for contact in window.contacts], axis=0)[is_known]
    return RootResidual(
        times=window.coordinates.times,
        names=ROOT_COORDINATES,
        values=read_only(values),
        ground_force=float(np.linalg.norm(total, axis=1).max()),
    )
