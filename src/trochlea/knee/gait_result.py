"""Walking or running without a laboratory, for one person: from published joint angles to the kneecap."""

from types import MappingProxyType

import numpy as np

from trochlea.knee.chain import chain_of, share_muscles, solve_knee
from trochlea.knee.gait_draws import LACKING, draw_gaits
from trochlea.knee.person_leg import PersonLeg, build_person_leg
from trochlea.knee.task_result import TaskResult, intervals, left_out_notes, person_engine, result_notes
from trochlea.knee.task_values import angles_of, task_values
from trochlea.leg.gait.gait_motion import GaitMotion, simulate_gait
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.posture.posture import Postures
from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.motion.gait_spread import has_spread
from trochlea.motion.gait_task import gait_task
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.trial import trim
from trochlea.person.person import Person

NO_SPREAD = "how these people's angles differ was not found published: intervals hold strengths and the knee only"
"""What must be said of a gait of which only averages are known."""

SPREAD = (
    "the intervals hold strengths, the knee, the trunk's lean and how hip, knee and ankle of 46 runners differ, errors "
    "of markers included; time on the ground and the pelvis' motion are everybody's"
)
"""What the intervals of a gait hold whose spread is known."""

KEPT = f"random people whose muscles miss up to {LACKING:g} N.m of a moment are kept in the intervals"
"""Whom the intervals of a gait keep."""


def solve_gait(
    person: Person,
    name: str,
    side: Side,
    *,
    own: PersonLeg | None = None,
    speed: float | None = None,
    n_draws: int = 0,
    rng: np.random.Generator | None = None,
) -> TaskResult:
    """Joint angles, ground force, muscle forces and kneecap of one gait cycle.

    Args:
        person: Who; the angles are not this person's.
        name: "walk" or "run".
        side: The leg to look at.
        own: The person's leg, built once for many movements, moved by MuJoCo; built anew if None.
        speed: Forward speed [m/s]; that of the source if None.
        n_draws: Random people behind the intervals; no intervals if 0.
        rng: Source of randomness; needed for draws.

    Returns:
        As of a task; posture at the largest kneecap force, frames about contact without a result.

    Raises:
        InputError: If there is no such gait, the speed is far from the measured one, or most random people fail.
        ValueError: If draws are asked for without a source of randomness, or `own` is another leg.
    """
    own = build_person_leg(person, person_engine(person), side) if own is None else own
    if own.person is not person or own.side != side or not isinstance(own.leg, MujocoLeg):
        raise ValueError("a leg that is built must be this person's, of this side and moved by MuJoCo")
    if n_draws and rng is None:
        raise ValueError("draws need a source of randomness")
    gait = simulate_gait(own.leg.model, name, side, speed=speed)
    task = gait_task(name, speed=speed, notes=gait.notes)
    movement = _movement(own.leg, task, gait)
    chain = chain_of(own, gait.motion, start=gait.start, end=gait.end)
    leg = share_muscles(chain, chain.strengths.factors)
    kneecap = solve_knee(chain, leg.extensor)
    peak = int(np.nan_to_num(kneecap.contact_force).argmax())
    angles = angles_of(own.leg.model, task, side, movement.postures.values[peak : peak + 1])[0]
    values = task_values(chain, leg, kneecap, angles)
    drawn = None
    if n_draws and rng is not None:
        drawn = draw_gaits(own, task, gait, chain, leg, kneecap, n_draws=n_draws, rng=rng)
    said = () if drawn is None else (SPREAD if has_spread(gait.cycle) else NO_SPREAD, KEPT)
    return TaskResult(
        person=person,
        task=task,
        side=side,
        posture={},
        movement=movement,
        chain=chain,
        leg=leg,
        kneecap=kneecap,
        values=intervals(values, drawn),
        n_draws=n_draws,
        failures=MappingProxyType({}) if drawn is None else drawn.failures,
        notes=(*result_notes(task, chain, leg, kneecap), *said, *left_out_notes(drawn, n_draws)),
    )


def _movement(leg: MujocoLeg, task: Task, gait: GaitMotion) -> TaskMotion:
    """The cycle itself, as a task's movement."""
    motion = trim(gait.motion, start=gait.start, end=gait.end)
    columns = [motion.coordinates.names.index(name) for name in leg.model.coordinates]
    values = motion.coordinates.values[:, columns]
    postures = Postures(
        values=values,
        misses={},
        at_limit=np.zeros(values.shape, dtype=bool),
        is_converged=np.ones(len(values), dtype=bool),
    )
    return TaskMotion(task=task, motion=motion, postures=postures, supports=None)
