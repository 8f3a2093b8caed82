"""One task in many postures at once, each at a few frames of its way: for draws and for what-ifs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.chain import Chain, at_frames
from trochlea.knee.task_values import angles_of
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.support_forces import BALANCED
from trochlea.leg.posture.task_motion import TaskMotion, task_contacts
from trochlea.leg.posture.task_postures import misses_over_tolerance, task_postures
from trochlea.leg.prepared_leg import prepare_still
from trochlea.leg.rotation.rotation_evidence import RotationEvidence, rotation_of
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Motion
from trochlea.motion.task import task_profile
from trochlea.motion.timeseries import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskVariants:
    """One task in many postures, at some frames of its way.

    Attributes:
        chain: Its frames run over the points of the first variant, then of the next.
        frames: Frames of the whole movement that were taken.
        angles: At the turning point, shape (variants, 5) [degrees].
        is_possible: Variants whose posture is met and balanced, shape (variants,).
    """

    chain: Chain
    frames: NDArray[np.int64]
    angles: Array
    is_possible: NDArray[np.bool_]

    def at(self, variant: int) -> Chain:
        """The chain of one variant."""
        n = self.frames.size
        return at_frames(self.chain, np.arange(variant * n, (variant + 1) * n))


def task_variants(
    chain: Chain,
    leg: LegModel,
    movement: TaskMotion,
    frames: NDArray[np.int64],
    ends: Mapping[str, Array],
) -> TaskVariants:
    """A task in many postures.

    Muscles shorten as in the whole movement: the speed changes little with the posture.

    Args:
        chain: Of the whole movement.
        leg: The leg model.
        movement: The whole movement.
        frames: Frames of it; one of them the turning point.
        ends: Angles at the turning point by quantity of the task's posture, each of shape (variants,) [rad];
            nothing for the one posture of the task.
    """
    task, side = movement.task, chain.side
    n = max((value.size for value in ends.values()), default=1)
    n_frames = movement.motion.coordinates.times.size
    progress = task_profile(task.duration, n_frames)[1][frames]
    found = task_postures(leg, task, side, progress, ends=ends)
    contacts, supports = task_contacts(leg, task, side, found.values)
    over = np.max(list(misses_over_tolerance(found).values()), axis=0)
    is_possible = found.is_converged & (over <= 1.0)
    if supports is not None and task.is_balanced:
        is_possible &= np.abs(supports.unbalanced).max(axis=1) <= BALANCED
    motion = Motion(
        name=task.title,
        coordinates=posture_series(leg, found.values),
        contacts=contacts,
        source="simulated",
        carried_outside=task.carried_outside,
    )
    velocities = np.tile(chain.prepared.geometry.velocities[frames], (n, 1))
    prepared = prepare_still(chain.leg, motion, side, velocities)
    turning = int(np.flatnonzero(frames == len(movement.postures.values) - 1)[0])
    return TaskVariants(
        chain=replace(
            chain,
            motion=motion,
            prepared=prepared,
            rotation=rotation_of(chain.leg, motion, prepared, _evidence(chain)),
        ),
        frames=frames,
        angles=angles_of(leg, task, side, found.values[turning :: frames.size]),
        is_possible=is_possible.reshape(n, -1).all(axis=1),
    )


def _evidence(chain: Chain) -> RotationEvidence:
    """Rotation is compared with the upright beginning of the whole movement."""
    evidence = chain.settings.rotation
    if evidence.standing is not None:
        return evidence
    first = chain.motion.coordinates
    return replace(evidence, standing={name: float(first.column(name)[0]) for name in first.names})
