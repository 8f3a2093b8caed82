"""Ground forces and the path of the body in a gait, from its postures: Newton's law, feet that stand, bodies that turn.

Nothing is measured but the angles. Unknown are the forces under heel and metatarsal heads of one foot over its time on
the ground (the other foot does the same half a cycle later), which rise from and fall to zero smoothly, and the
constants of motion. The centre of mass follows from the forces by Newton's law without remainder; how the forces share
double support, and where they act, is what makes least, in one bounded linear problem,

- the slipping of whichever part of the foot is on the ground,
- what the forces lack to turn the body about its centre of mass as the postures say (a rigid trunk without arms cannot
  turn quite as people do, so this is not forced to zero),
- the roughness of the forces.

Forces from whole-body movement alone, and smooth transitions between the feet: `dijkstra-2015-zero-moment`,
`vanhulle-2020-foot`; here the forces are the unknowns, and the path of the body follows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import lsq_linear

from trochlea.leg.gait_body import GaitBody
from trochlea.leg.periodic import bumps, half_later, integrate_twice
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import GRAVITY

SLIP = 0.005
"""A foot that slips or sinks this far [m] weighs as much as TURN or ROUGH. Assumed: a degree at the knee is 7 mm."""

TURN = 10.0
"""Moment left over about the centre of mass that weighs as much as SLIP [N.m]. Assumed."""

ROUGH = 0.10
"""Second difference of neighbouring spline coefficients, over body weight, that weighs as much as SLIP [-]. Assumed."""

HEEL_OFF = 0.01
"""The part of the sole that is lower by more than about this is on the ground [m]. Assumed."""

ASIDE = 0.01
"""Distance of the force from the foot's middle line that weighs as much as SLIP [m]. Assumed; a foot is 0.1 m wide."""

EXACT = 1e3
"""How much heavier than the rest weighs what must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitForces:
    """Path of the body and force of the ground on the right foot over one cycle.

    Attributes:
        stride: Length of a cycle [m].
        centre: Centre of mass, shape (frames, 3) [m]; the floor is at 0, the right heel lands at 0.
        force: On the right foot, shape (frames, 3) [N].
        along: Where it acts, from heel (0) to metatarsal heads (1), shape (frames,) [-].
        aside: Distance to the right of the foot's middle line, shape (frames,) [m].
        slip: How far the part of the right foot that is on the ground has moved forward and up, shape (frames, 2) [m].
        turn: Moment about the centre of mass that the forces lack, shape (frames, 3) [N.m].
    """

    stride: float
    centre: Array
    force: Array
    along: Array
    aside: Array
    slip: Array
    turn: Array


def sagittal_forces(body: GaitBody, mass: float, contact: float, speed: float) -> GaitForces:
    """Forces forward and up, and the path in the sagittal plane.

    Args:
        body: The cycle's postures; its duration sets the time scale of the forces.
        mass: Of the body [kg].
        contact: Share of the cycle that a foot is on the ground [-].
        speed: Only to compare: the stride comes from the feet.
    """
    frames = len(body.centre)
    phases = np.arange(frames) / frames
    weight = mass * GRAVITY
    count = max(6, round(contact * body.duration / KNOT))
    spread = bumps(phases, 0.0, contact, count)
    low = 1.0 / (1.0 + np.exp((body.heel[:, 1] - body.ball[:, 1]) / (HEEL_OFF / 2)))  # 1: the heel is lower
    stands = phases < contact
    is_heel = low[: round(contact * frames)] > 0.02
    n = count
    # Unknowns: vertical force at heel, at ball, fore-aft force (all over body weight), height, start, stride.
    heel, ball, fore = (slice(k * n, (k + 1) * n) for k in range(3))
    height, start, stride = 3 * n, 3 * n + 1, 3 * n + 2
    size = 3 * n + 3
    path = integrate_twice(spread + half_later(spread) - np.mean(spread + half_later(spread), axis=0), body.duration)
    path *= GRAVITY
    up, forward = np.zeros((frames, size)), np.zeros((frames, size))
    up[:, heel], up[:, ball], up[:, height] = path, path, 1.0
    forward[:, fore], forward[:, start], forward[:, stride] = path, 1.0, phases
    rows, right = [], []

    def ask(matrix: Array, wanted: Array | float, scale: Array | float) -> None:
        rows.append(matrix / np.reshape(scale, (-1, 1)))
        right.append(np.broadcast_to(wanted, len(matrix)) / scale)

    reach = float(np.linalg.norm(body.ball[0] - body.heel[0]))
    for point, share, place in ((body.heel, low, 0.0), (body.ball, 1.0 - low, reach)):
        part = share * stands
        ask(part[:, None] * up, -part * point[:, 1], SLIP)
        ask(part[:, None] * forward, part * (place - point[:, 0]), SLIP)
    # Moment about the lateral axis through the centre of mass, both feet.
    moment = np.zeros((frames, size))
    floor = np.minimum(body.heel[:, 1], body.ball[:, 1])
    for columns, arm in ((heel, body.heel[:, 0]), (ball, body.ball[:, 0]), (fore, -floor)):
        one = spread * arm[:, None]
        moment[:, columns] = weight * (one + half_later(one))
    ask(moment, body.turning[:, 2], TURN)
    second = np.diff(np.vstack([np.zeros(n), np.eye(n), np.zeros(n)]), n=2, axis=0)
    for columns in (heel, ball, fore):
        rough = np.zeros((len(second), size))
        rough[:, columns] = second
        ask(rough, 0.0, ROUGH)
    means = np.zeros((2, size))
    means[0, heel] = means[0, ball] = 2 * spread.mean(axis=0)
    means[1, fore] = spread.mean(axis=0)
    ask(means, np.array([1.0, 0.0]), 1.0 / (EXACT * np.sqrt(frames)))
    lower = np.full(size, -np.inf)
    lower[heel] = lower[ball] = 0.0
    found = lsq_linear(np.vstack(rows), np.concatenate(right), bounds=(lower, np.inf)).x
    push_heel, push_ball, shear = (weight * spread @ found[columns] for columns in (heel, ball, fore))
    push = push_heel + push_ball
    centre = np.column_stack([forward @ found, up @ found, np.zeros(frames)])
    on_ground = low[:, None] * (centre + body.heel)[:, :2] + (1 - low)[:, None] * (
        (centre + body.ball)[:, :2] - (reach, 0.0)
    )
    turn = np.zeros((frames, 3))
    turn[:, 2] = body.turning[:, 2] - moment @ found
    del is_heel, speed
    return GaitForces(
        stride=float(found[stride]),
        centre=read_only(centre),
        force=read_only(np.column_stack([shear, push, np.zeros(frames)])),
        along=read_only(np.where(push > 1.0, push_ball / np.maximum(push, 1.0), 0.0)),
        aside=read_only(np.zeros(frames)),
        slip=read_only(on_ground * stands[:, None]),
        turn=read_only(turn),
    )


KNOT = 0.055
"""Distance of the knots of the forces' splines [s]. Assumed: forces of gait hold little above 10 Hz."""
