"""Random people behind one person's task: posture, strengths and knee drawn together, at the frames that decide."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.chain import Chain, at_frames, share_muscles
from trochlea.knee.draw_outcome import Failure, TaskDraws, collect_draws, draw_outcome
from trochlea.knee.draws import Draw, draw_person
from trochlea.knee.result import KneecapResult
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
    known = baseline.is_overloaded[frames]
    return collect_draws(movement.task.name, [people.outcome(i, known) for i in range(n_draws)])


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

    def outcome(self, i: int, known: NDArray[np.bool_]) -> dict[str, float] | Failure:
        """Values of one of them, or why there are none."""
        if not self.variants.is_possible[self.variant[i]]:
            return "posture"
        own = np.arange(i * known.size, (i + 1) * known.size)
        angles = self.variants.angles[self.variant[i]]
        return draw_outcome(
            at_frames(self.chain, own),
            self.draws[i],
            known=known,
            angles=lambda _: angles,
            leg=leg_at(self.leg, own),
            norm=leg_at(self.norm, own),
        )
