"""What a degree of trunk flexion is worth at the kneecap, knee angle and balance as they are.

Bending forwards moves load from the knee to the hip. How much of it the kneecap feels hangs on the hip's extensors:
where the gluteus maximus is weak the hamstrings help, they bend the knee, and the quadriceps must make up for them.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.chain import at_frames, share_muscles, solve_knee
from trochlea.knee.task_result import TaskResult
from trochlea.knee.task_variants import task_variants
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.motion.task import Task
from trochlea.motion.task_posture import decided_angles
from trochlea.motion.timeseries import Array, read_only

FLEXION_DEG = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0)
"""Trunk flexions of the rate [degrees]: further, weak hips do not hold the trunk."""

LEAST_POSTURES = 3
"""Fewer postures give no line worth its name. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkExchange:
    """Kneecap force against trunk flexion at the turning point of a task.

    Attributes:
        flexion: Of the trunk, those that balance and that muscles hold, shape (postures,) [rad].
        contact_force: Of the kneecap, shape (postures,) [N].
        knee_moment: Net extension moment, whatever the strength, shape (postures,) [N.m].
        percent_per_degree: Of the force: slope of the straight line over its middle; less than 0 if bending forwards
            unloads the kneecap.
        moment_percent_per_degree: The same of the moment.
    """

    flexion: Array
    contact_force: Array
    knee_moment: Array
    percent_per_degree: float
    moment_percent_per_degree: float


def exchanges_trunk(task: Task) -> bool:
    """Whether a task decides trunk flexion at its turning point, and knee flexion apart from it."""
    knee = task.posture.get("working_knee_flexion")
    return "trunk_flexion" in decided_angles(task) and knee is not None and not isinstance(knee.end, str)


def trunk_exchange(result: TaskResult, *, flexion_deg: tuple[float, ...] = FLEXION_DEG) -> TrunkExchange:
    """The exchange rate of trunk flexion in one task of one person.

    Args:
        result: The task, solved.
        flexion_deg: Trunk flexions to compare [degrees].

    Raises:
        InputError: If the task does not decide trunk and knee flexion, or too few of the postures are possible.

    References:
        teng-2014-trunk: in running, stress falls by 0.9 % a degree.
    """
    course = decided_angles(result.task).get("trunk_flexion")
    if course is None:
        raise InputError(f"{result.task.name}: no input trunk_flexion_deg, so its exchange rate cannot be found")
    if not exchanges_trunk(result.task):
        raise InputError(f"{result.task.name}: bending the trunk bends the knee too, so there is no exchange rate")
    assert isinstance(result.chain.leg, MujocoLeg)
    frames = np.array([len(result.movement.postures.values) - 1])
    ends = {course: np.radians(np.array(flexion_deg))}
    variants = task_variants(result.chain, result.chain.leg.model, result.movement, frames, ends)
    leg = share_muscles(variants.chain, result.chain.strengths.factors)
    held = variants.is_possible & ~leg.is_overloaded
    if held.sum() < LEAST_POSTURES:
        raise InputError(
            f"{result.task.name}: {held.sum()} of {held.size} postures of the trunk are in balance and held by the "
            f"muscles; expected at least {LEAST_POSTURES}: ask for less knee flexion"
        )
    kept = np.flatnonzero(held)
    chain = at_frames(variants.chain, kept)
    force = solve_knee(chain, share_muscles(chain, result.chain.strengths.factors).extensor).contact_force
    degrees = np.array(flexion_deg)[kept]
    moment = -chain.prepared.moments[:, chain.prepared.geometry.coordinates.index("knee_angle")]
    return TrunkExchange(
        flexion=read_only(np.radians(degrees)),
        contact_force=force,
        knee_moment=read_only(moment),
        percent_per_degree=_rate(degrees, force),
        moment_percent_per_degree=_rate(degrees, moment),
    )


def _rate(degrees: Array, values: Array) -> float:
    slope, middle = np.polyfit(degrees - degrees.mean(), values, 1)
    return float(100.0 * slope / middle)
