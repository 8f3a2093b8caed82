"""Random people behind one person's task: posture, strengths and knee drawn together, at the frames that decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.chain import Chain, at_frames, share_muscles, solve_knee
from trochlea.knee.draws import Draw, draw_person
from trochlea.knee.result import KneecapResult
from trochlea.knee.task_values import VALUE_NAMES, task_values
from trochlea.knee.task_variants import TaskVariants, task_variants
from trochlea.leg.leg_result import LegResult, leg_at
from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.task import Task
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
    variants = task_variants(chain, leg, movement, frames, _ends(movement.task, postures))
    people = _People(variants, draws)
    rows = []
    for i in range(n_draws):
        found = people.values(i, baseline.is_overloaded[frames])
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


def _ends(task: Task, postures: list[Mapping[str, Measured]]) -> dict[str, Array]:
    """Angles at the turning point, each of shape (draws,) [rad]; nothing where a task's posture is not drawn."""
    courses = replaceable(task, postures[0])
    return {name: np.array([one[quantity].value for one in postures]) for quantity, name in courses.items()}


class _People:
    """Random people in their postures, the muscles of all shared at once: each frame has its person's strengths."""

    def __init__(self, variants: TaskVariants, draws: list[Draw]) -> None:
        self.draws, self.variants = draws, variants
        n, n_frames = len(draws), variants.frames.size
        self.variant = np.zeros(n, dtype=np.intp) if variants.is_possible.size == 1 else np.arange(n)
        frames = (self.variant[:, None] * n_frames + np.arange(n_frames)).ravel()
        self.chain = at_frames(variants.chain, frames)
        best, tests = self.chain.strengths.factors, self.chain.tests
        factors = [changed_factors(tests, best, draw.strength_ratio) for draw in draws]
        each = {muscle: np.repeat([one[muscle] for one in factors], n_frames) for muscle in best}
        self.leg = share_muscles(self.chain, each)
        self.norm = share_muscles(self.chain, self.chain.norm_factors)

    def values(self, i: int, known: NDArray[np.bool_]) -> dict[str, float] | None:
        """Values of one of them; None if the posture is out of reach, muscles too weak or the kneecap is lost."""
        if not self.variants.is_possible[self.variant[i]]:
            return None
        own = np.arange(i * known.size, (i + 1) * known.size)
        chain, leg = at_frames(self.chain, own), leg_at(self.leg, own)
        if (leg.is_overloaded & ~known).any():
            return None
        kneecap = solve_knee(chain, leg.extensor, knee=self.draws[i].knee)
        if any(status not in ("converged", "no_load") for status in kneecap.solution.status):
            return None
        angles = self.variants.angles[self.variant[i]]
        return task_values(chain, leg, kneecap, angles, norm=leg_at(self.norm, own))
