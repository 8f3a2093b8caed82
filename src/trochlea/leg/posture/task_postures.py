"""Postures that do a task, from its start to its turning point: one person's, or many variants of it at once."""

from collections.abc import Mapping

import numpy as np

from trochlea.leg.pelvis_position import pelvis_angles
from trochlea.leg.posture.posture import PostureProblem, Postures, measure_postures, solve_postures, standing_start
from trochlea.leg.posture.posture_quantity import quantity
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.task import Course, End, Task
from trochlea.motion.task_file import is_length
from trochlea.motion.timeseries import Array

ANGLE_TOLERANCE = float(np.radians(0.5))
"""A prescribed angle may be missed by this much [rad]. Assumed; measurement errors are several degrees."""

LENGTH_TOLERANCE = 2e-3
"""A prescribed place may be missed by this much [m]. Assumed: 1.5 N.m of a person's weight."""


def task_postures(
    leg: LegModel, task: Task, side: Side, progress: Array, *, ends: Mapping[str, Array] | None = None
) -> Postures:
    """Postures of a task at some points of its way.

    Args:
        leg: The leg model.
        task: What is prescribed.
        side: The working leg.
        progress: From the start (0) to the turning point (1), shape (points,).
        ends: Values of some quantities at the turning point in place of the task's, each of shape (variants,)
            [rad, m]: the task is then solved for every variant.

    Returns:
        Frames run over the points of the first variant, then of the next.
    """
    solve = _Solver(leg, task, side)
    n = max((value.size for value in (ends or {}).values()), default=1)
    values = {
        "end": {name: np.full(n, _number(course.end)) for name, course in task.posture.items()} | dict(ends or {}),
        "start": {name: np.full(n, _number(course.start)) for name, course in task.posture.items()},
    }
    passes = {"start": bool((progress < 1.0).any()), "end": bool((progress > 0.0).any())}
    for word, other in (("end", "start"), ("start", "end")):
        wanted = [name for name, course in task.posture.items() if _asks(course, word)]
        wanted = [name for name in wanted if np.isnan(values[word][name]).all()]
        if not passes[word] and not any(getattr(task.posture[name], other) == "hold" for name in wanted):
            values[word] |= {name: values[other][name] for name in wanted}  # an end that no frame comes near
        elif wanted:
            found = _at_end(solve, values[word], wanted, 1.0 if word == "end" else 0.0)
            for i, name in enumerate(wanted):
                values[word][name] = found[:, i]
                if getattr(task.posture[name], other) == "hold":
                    values[other][name] = found[:, i]
    start, end = values["start"], values["end"]
    kept = [name for name, course in task.posture.items() if "open" not in (course.start, course.end)]
    targets = {name: (start[name][:, None] + progress * (end[name] - start[name])[:, None]).ravel() for name in kept}
    return solve(targets, np.tile(progress, n))


def misses_over_tolerance(postures: Postures) -> dict[str, Array]:
    """How much of what a task prescribes is missed, over what is tolerated, by quantity: shape (frames,)."""
    return {
        name: np.nan_to_num(np.abs(missed)) / (LENGTH_TOLERANCE if is_length(name) else ANGLE_TOLERANCE)
        for name, missed in postures.misses.items()
    }


def _at_end(solve: "_Solver", values: Mapping[str, Array], wanted: list[str], progress: float) -> Array:
    """What the rest of the posture gives at one end, shape (variants, wanted); solved once if all variants agree."""
    stacked = np.array(list(values.values()))
    is_same = bool(np.array_equal(stacked, np.broadcast_to(stacked[:, :1], stacked.shape), equal_nan=True))
    chosen = {name: value[:1] if is_same else value for name, value in values.items()}
    n = 1 if is_same else stacked.shape[1]
    found = solve.measure(wanted, solve(chosen, np.full(n, progress)).values)
    return np.broadcast_to(found, (stacked.shape[1], len(wanted)))


def _number(end: End) -> float:
    return np.nan if isinstance(end, str) else end


def _asks(course: Course, word: str) -> bool:
    """Whether one end's value has to be found from the rest of the posture there."""
    return getattr(course, word) == "free"


class _Solver:
    """Postures of one task on one leg model."""

    def __init__(self, leg: LegModel, task: Task, side: Side) -> None:
        self.leg, self.task, self.reference = leg, task, pelvis_angles(task.position, side)
        self.side: Side = side

    def __call__(self, targets: Mapping[str, Array], progress: Array) -> Postures:
        """Postures that meet targets, from the task's guess and the prescribed joint angles."""
        start = standing_start(self.leg, progress.size, self.reference)
        guessed = {name: a + progress * (b - a) for name, (a, b) in self.task.guess.items()}
        for name, wanted in (*guessed.items(), *targets.items()):
            one = quantity(name, self.side)
            if one.kind == "coordinate":
                column = self.leg.coordinates.index(one.coordinate)
                start[:, column] = np.where(np.isnan(wanted), start[:, column], one.sign * wanted)
        problem = PostureProblem(
            leg=self.leg,
            side=self.side,
            targets=targets,
            reference=self.reference,
            support=self.task.balance_point,
            share=self.task.balance_share,
        )
        return solve_postures(problem, start)

    def measure(self, names: list[str], values: Array) -> Array:
        """Quantities of postures, shape (frames, names) [rad, m]."""
        return measure_postures(
            self.leg,
            self.side,
            tuple(names),
            values,
            support=self.task.balance_point,
            share=self.task.balance_share,
        )
