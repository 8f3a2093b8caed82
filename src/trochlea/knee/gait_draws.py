"""Random people behind one person's gait: strengths and knee, and joint angles where their spread is known."""

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.chain import Chain, at_frames, chain_of
from trochlea.knee.draw_outcome import Failure, TaskDraws, collect_draws, draw_outcome, largest_miss
from trochlea.knee.draws import Draw, draw_person
from trochlea.knee.person_leg import PersonLeg
from trochlea.knee.result import KneecapResult
from trochlea.knee.task_values import angles_of
from trochlea.leg.gait.gait_motion import N_FRAMES, GaitMotion, simulate_like
from trochlea.leg.leg_result import LegResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.gait_spread import draw_gait, has_spread
from trochlea.motion.motion import Motion
from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array

AROUND = 12
"""How far from the averages' peak a random person's is looked for [% of the cycle]. Assumed: with 16 no limit moved."""

LACKING = 10.0
"""Moment that a random person's muscles may miss [N.m]. Assumed: the moments of a gait whose ground force is computed
are not known better (root mean square 0.2 to 0.4 N.m/kg off measured ones), and to leave out whoever misses one at the
hip would keep the strong."""

STEP = 2
"""Between the instants that are looked at [% of the cycle]."""


def draw_gaits(
    own: PersonLeg,
    task: Task,
    gait: GaitMotion,
    chain: Chain,
    baseline: LegResult,
    kneecap: KneecapResult,
    *,
    n_draws: int,
    rng: np.random.Generator,
) -> TaskDraws:
    """The values of a gait for random people that the inputs allow, about the peaks of the averages.

    Args:
        own: The person's leg, moved by MuJoCo.
        task: The gait among the tasks.
        gait: With the averages' angles.
        chain: Of its cycle.
        baseline: Muscle forces in it; frames in which these muscles miss more than LACKING tell nothing about weaker
            ones.
        kneecap: What the kneecap did in it: decides the frames.
        n_draws: Number of random people.
        rng: Source of randomness.

    Raises:
        InputError: If most draws fail.
    """
    frames = gait_frames(chain, kneecap)
    known = largest_miss(baseline)[frames] > LACKING
    people = [draw_person(chain.person, rng) for _ in range(n_draws)]
    outcomes: list[dict[str, float] | Failure]
    if has_spread(gait.cycle):
        outcomes = [_with_own_angles(own, task, gait, frames, known, draw, rng) for draw in people]
    else:
        leg, motion = _model(own), chain.motion
        part = at_frames(chain, frames)
        outcomes = [_outcome(part, leg, task, motion, draw, known) for draw in people]
    return collect_draws(task.name, outcomes)


def gait_frames(chain: Chain, kneecap: KneecapResult) -> NDArray[np.int64]:
    """Frames about those of the largest contact force and pressure that have a result."""
    peaks = [int(np.nan_to_num(values).argmax()) for values in (kneecap.contact_force, kneecap.peak_pressure)]
    around = np.arange(-AROUND, AROUND + 1, STEP)
    frames = np.unique(np.concatenate([peak + around for peak in peaks]))
    frames = frames[(frames >= 0) & (frames < N_FRAMES)]
    return frames[chain.prepared.is_valid[frames]]


def _with_own_angles(
    own: PersonLeg,
    task: Task,
    gait: GaitMotion,
    frames: NDArray[np.int64],
    known: NDArray[np.bool_],
    draw: Draw,
    rng: np.random.Generator,
) -> dict[str, float] | Failure:
    leg = _model(own)
    done = simulate_like(leg, draw_gait(gait.cycle, rng), own.side, gait)
    step = (done.end - done.start) / N_FRAMES
    first, last = done.start + (frames[0] - 0.5) * step, done.start + (frames[-1] + 0.5) * step
    chain = chain_of(own, done.motion, start=first, end=last)
    return _outcome(at_frames(chain, frames - frames[0]), leg, task, done.motion, draw, known)


def _outcome(
    chain: Chain, leg: LegModel, task: Task, motion: Motion, draw: Draw, known: NDArray[np.bool_]
) -> dict[str, float] | Failure:
    def angles(kneecap: KneecapResult) -> Array:
        time = chain.prepared.times[int(np.nan_to_num(kneecap.contact_force).argmax())]
        row = int(np.abs(motion.coordinates.times - time).argmin())
        columns = [motion.coordinates.names.index(name) for name in leg.coordinates]
        return angles_of(leg, task, chain.side, motion.coordinates.values[row : row + 1, columns])[0]

    return draw_outcome(chain, draw, known=known, angles=angles, lacking=LACKING)


def _model(own: PersonLeg) -> LegModel:
    if not isinstance(own.leg, MujocoLeg):
        raise ValueError("a leg that walks without a laboratory must be moved by MuJoCo")
    return own.leg.model
