"""Random people behind one person's task: posture, strengths and knee drawn together, at the frames that decide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, at_frames, share_muscles, solve_knee
from trochlea.knee.draws import Draw, draw_person
from trochlea.knee.result import KneecapResult
from trochlea.knee.task_values import VALUE_NAMES, angles_of, task_values
from trochlea.leg.leg_result import LegResult
from trochlea.leg.model import LegModel
from trochlea.leg.posture_series import posture_series
from trochlea.leg.prepared_leg import prepare_still
from trochlea.leg.rotation_evidence import RotationEvidence, rotation_of
from trochlea.leg.strength_change import changed_factors
from trochlea.leg.support_forces import BALANCED
from trochlea.leg.task_motion import TaskMotion, task_contacts
from trochlea.leg.task_postures import misses_over_tolerance, task_postures
from trochlea.motion.motion import Motion
from trochlea.motion.task import task_profile
from trochlea.motion.task_posture import replaceable
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured
from trochlea.person.posture_prediction import draw_posture


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraws:
    """What random people do.

    Attributes:
        values: Of the draws that succeeded, by name, each of shape (draws,).
        n_failed: Draws that are left out.
    """

    values: Mapping[str, Array]
    n_failed: int


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


def draw_task(
    chain: Chain,
    leg: LegModel,
    movement: TaskMotion,
    baseline: LegResult,
    kneecap: KneecapResult,
    *,
    n_draws: int,
    rng: np.random.Generator,
    style: float | None,
    r: float,
) -> TaskDraws:
    """The values of a task for random people that the inputs allow.

    Args:
        chain: Of the whole movement.
        leg: The leg model.
        movement: The task with every input at its best value.
        baseline: Muscle forces in it; frames that overload these muscles tell nothing about weaker ones.
        kneecap: What the kneecap did in it: decides the frames.
        n_draws: Number of random people.
        rng: Source of randomness.
        style: Movement style; the person's own if None.
        r: Correlation of strength with posture.

    Raises:
        InputError: If most draws fail.
    """
    draws = [draw_person(chain.person, rng) for _ in range(n_draws)]
    postures = [
        draw_posture(chain.person, movement.task.name, rng, strength_ratio=draw.strength_ratio, style=style, r=r)
        for draw in draws
    ]
    frames = deciding_frames(kneecap, movement)
    variants = task_variants(chain, leg, movement, frames, postures)
    rows = []
    for i, draw in enumerate(draws):
        if variants.is_possible[i]:
            found = _values(variants, i, draw, baseline.is_overloaded[frames])
            if found is not None:
                rows.append([found[name] for name in VALUE_NAMES])
    if len(rows) < n_draws / 2:
        raise InputError(
            f"{movement.task.name}: {n_draws - len(rows)} of {n_draws} draws give no posture, are too weak or reach no "
            "equilibrium; measure more of the knee, the strengths and the posture, or ask for less of the task"
        )
    columns = np.array(rows).T
    return TaskDraws(
        values=MappingProxyType(dict(zip(VALUE_NAMES, columns, strict=True))), n_failed=n_draws - len(rows)
    )


def deciding_frames(kneecap: KneecapResult, movement: TaskMotion) -> NDArray[np.int64]:
    """The frames of the largest contact force and pressure, and the turning point."""
    peaks = [int(np.nan_to_num(values).argmax()) for values in (kneecap.contact_force, kneecap.peak_pressure)]
    return np.unique([*peaks, len(movement.postures.values) - 1])


def task_variants(
    chain: Chain,
    leg: LegModel,
    movement: TaskMotion,
    frames: NDArray[np.int64],
    postures: list[Mapping[str, Measured]],
) -> TaskVariants:
    """A task in many postures.

    Muscles shorten as in the whole movement: the speed changes little with the posture.

    Args:
        chain: Of the whole movement.
        leg: The leg model.
        movement: The whole movement.
        frames: Frames of it; one of them the turning point.
        postures: Angles at the turning point of each variant, by quantity [rad].
    """
    task, side, n = movement.task, chain.side, len(postures)
    n_frames = movement.motion.coordinates.times.size
    progress = task_profile(task.duration, n_frames)[1][frames]
    courses = replaceable(task, postures[0])
    ends = {name: np.array([one[quantity].value for one in postures]) for quantity, name in courses.items()}
    if not ends:  # nothing varies: one solution stands for all
        ends = {
            name: np.full(n, course.end) for name, course in task.posture.items() if not isinstance(course.end, str)
        }
    found = task_postures(leg, task, side, progress, ends=ends)
    contacts, supports = task_contacts(leg, task, side, found.values)
    over = np.max(list(misses_over_tolerance(found).values()), axis=0)
    is_possible = found.is_converged & (over <= 1.0)
    if supports is not None and task.is_balanced:
        is_possible &= np.abs(supports.unbalanced).max(axis=1) <= BALANCED
    motion = Motion(
        name=task.title, coordinates=posture_series(leg, found.values), contacts=contacts, source="simulated"
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


def _values(variants: TaskVariants, i: int, draw: Draw, known: NDArray[np.bool_]) -> dict[str, float] | None:
    """Values of one random person; None if the kneecap found no equilibrium or the muscles are too weak."""
    chain = variants.at(i)
    leg = share_muscles(chain, changed_factors(chain.tests, chain.strengths.factors, draw.strength_ratio))
    kneecap = solve_knee(chain, leg.extensor, knee=draw.knee)
    if (leg.is_overloaded & ~known).any():
        return None
    if any(status not in ("converged", "no_load") for status in kneecap.solution.status):
        return None
    return task_values(chain, leg, kneecap, variants.angles[i])
