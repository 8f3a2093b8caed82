"""Refusals of a task that cannot be done: postures out of reach, supports that slide or cannot hold the body."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.inverse_dynamics import ROOT_COORDINATES
from trochlea.leg.posture.posture import Postures
from trochlea.leg.posture.posture_misses import miss_words
from trochlea.leg.posture.support_forces import BALANCED, SupportForces
from trochlea.leg.posture.task_postures import misses_over_tolerance
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array

SLIDES = 0.1
"""A support whose every point moves further than this from where it began does not stay where it is [m]. Assumed: trunk
and foot are rigid here, and an elbow or sole on a mat gives way by a few centimetres."""


def refuse_misses(leg: LegModel, task: Task, postures: Postures, progress: Array) -> None:
    """Refuse a task whose postures miss what it prescribes, or were not found.

    Args:
        leg: The leg model.
        task: What is prescribed.
        postures: What was found.
        progress: How far on the way each is [-].

    Raises:
        InputError: What is missed most, by how much, and which joints are at the end of their range.
    """
    over = misses_over_tolerance(postures)
    name = max(over, key=lambda one: float(over[one].max()), default="")
    if not name or over[name].max() <= 1.0:
        _refuse_unfinished(task, postures, progress)
        return
    frame = int(over[name].argmax())
    raise InputError(
        f"{task.name} at {progress[frame]:.0%} of the way: {miss_words(leg, task, postures, over, frame)}; ask for "
        "less depth or height, or for other angles"
    )


def _refuse_unfinished(task: Task, postures: Postures, progress: Array) -> None:
    """Refuse postures that meet everything but are still on their way."""
    if not postures.is_converged.all():
        frame = int(postures.is_converged.argmin())
        raise InputError(
            f"{task.name} at {progress[frame]:.0%} of the way: the search for a posture came to no end; "
            "give less range or a guess that is nearer"
        )


def refuse_unbalanced(task: Task, supports: SupportForces, progress: Array) -> None:
    """Refuse supports that cannot hold the body.

    Raises:
        InputError: What is left over, and where.
    """
    frame = int(np.abs(supports.unbalanced).max(axis=1).argmax())
    left = supports.unbalanced[frame]
    worst = int(np.abs(left).argmax())
    if abs(left[worst]) <= BALANCED:
        return
    unit = "N" if worst < 3 else "N.m"
    parts = ", ".join(sorted(set(supports.parts)))
    raise InputError(
        f"{task.name} at {progress[frame]:.0%} of the way: its supports ({parts}) cannot hold the body: "
        f"{abs(left[worst]):.0f} {unit} along {ROOT_COORDINATES[worst]} are left over; "
        "move a support or the centre of mass"
    )


def refuse_sliding(task: Task, supports: SupportForces) -> None:
    """Refuse supports that move over the floor: what carries the body stays where it is.

    A foot may turn about an end that touches throughout.

    Raises:
        InputError: Which support moves, and by how much.
    """
    moved = np.linalg.norm(supports.points - supports.points[:1], axis=2).max(axis=0)
    moved[~supports.is_touching.all(axis=0)] = np.inf
    for part in sorted(set(supports.parts)):
        least = min(float(one) for one, own in zip(moved, supports.parts, strict=True) if own == part)
        if least > SLIDES:
            by = f"slides by {1e3 * least:.0f} mm" if np.isfinite(least) else "stands on one end, then on the other,"
            raise InputError(
                f"{task.name}: the support {part} {by} while it carries the body; expected at most "
                f"{1e3 * SLIDES:.0f} mm: prescribe where it stands, from start to end"
            )
