"""What postures miss of a task, in words: the joints at their limit, and how much is missed of what."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trochlea.leg.posture.posture import Postures, measure_postures
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.task_file import is_length
from trochlea.motion.timeseries import Array, read_only

OPEN_SLACK = 5.0
"""How much more of a quantity may be missed that is prescribed at one end and open at the other [-]: what it decides
there is held in its place. Assumed: 1 cm of a step's height; the built-in steps miss up to 5 mm."""

NOT_MET = 0.5
"""Misses over what is tolerated from which they are named [-]. Assumed: half of it."""

MOST_NAMED = 3
"""Misses that are named."""


def with_open_ends(leg: LegModel, task: Task, side: Side, postures: Postures) -> Postures:
    """The postures with what they miss of quantities that are prescribed at one end and open at the other.

    The solver drops such a quantity on the way; without this a step higher than the leg would go unseen.

    Args:
        leg: The leg model.
        task: What is prescribed.
        side: The working leg.
        postures: From the start to the turning point.

    Returns:
        Misses of such quantities over OPEN_SLACK at the end that prescribes them, NaN elsewhere.
    """
    misses = dict(postures.misses)
    for name in _open_at_one_end(task):
        course = task.posture[name]
        frame, wanted = (-1, course.end) if course.start == "open" else (0, course.start)
        if not isinstance(wanted, str):
            at = postures.values[[frame]]
            found = measure_postures(leg, side, (name,), at, support=task.balance_point, share=task.balance_share)
            missed = np.full(len(postures.values), np.nan)
            missed[frame] = (found[0, 0] - wanted) / OPEN_SLACK
            misses[name] = read_only(missed)
    return replace(postures, misses=misses)


def miss_words(leg: LegModel, task: Task, postures: Postures, over: Mapping[str, Array], frame: int) -> str:
    """Which joints are at their limit in a frame, and what is missed there by how much, the worst first.

    Args:
        leg: The leg model.
        task: What is prescribed.
        postures: What was found.
        over: Misses over what is tolerated, by quantity, each of shape (frames,) [-].
        frame: The frame, in which something is missed.
    """
    worst = sorted((name for name in over if over[name][frame] > NOT_MET), key=lambda name: -float(over[name][frame]))
    slack = dict.fromkeys(_open_at_one_end(task), OPEN_SLACK)
    first, *more = [
        (name.replace("_", " "), _amount(name, slack.get(name, 1.0) * postures.misses[name][frame]))
        for name in worst[:MOST_NAMED]
    ]
    missed = ", ".join((f"{first[0]} is missed by {first[1]}", *(f"{what} by {by}" for what, by in more)))
    stuck = [
        f"{name} ({np.degrees(value):.0f} degrees)"
        for name, value, is_stuck in zip(leg.coordinates, postures.values[frame], postures.at_limit[frame], strict=True)
        if is_stuck
    ]
    why = f"with {', '.join(stuck)} at the end of its range" if stuck else "what is prescribed contradicts itself"
    return f"{why}, {missed}"


def _open_at_one_end(task: Task) -> tuple[str, ...]:
    return tuple(name for name, course in task.posture.items() if "open" in (course.start, course.end))


def _amount(quantity: str, missed: float) -> str:
    amount = abs(float(missed))
    return f"{amount * 1e3:.0f} mm" if is_length(quantity) else f"{np.degrees(amount):.1f} degrees"
