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

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import lsq_linear

from trochlea.leg.gait.gait_body import GaitBody
from trochlea.leg.gait.periodic import bumps, half_later, integrate_twice
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import GRAVITY

SPLINES = 12
"""Splines of each force over its time on the ground: enough for two humps and a trough. Assumed."""

SLIP = 0.005
"""A foot that slips or sinks this far [m] weighs as much as TURN or ROUGH. Assumed: a degree at the knee is 7 mm."""

TURN = 20.0
"""Moment left over about the centre of mass that weighs as much as SLIP [N.m]. Assumed."""

ROUGH = 0.10
"""Third difference of neighbouring spline coefficients, over body weight, that weighs as much as SLIP [-]. Assumed."""

HEEL_OFF = 0.01
"""The part of the sole that is lower by more than about this is on the ground [m]. Assumed."""

SETTLE = 0.04
"""Time after touching the ground before which, and before leaving it after which, a foot need not stand [s]. Assumed:
heel pad, shoe and arch give way while the load comes and goes, which a rigid foot cannot."""

LIFTED = 0.05
"""Force over body weight under a part of the sole that is off the ground, that weighs as much as SLIP [-]. Assumed."""

ASIDE = 0.01
"""Distance of the force from the foot's middle line that weighs as much as SLIP [m]. Assumed; a foot is 0.1 m wide."""

EXACT = 1e3
"""How much heavier than the rest weighs what must hold."""

SMALL = 1.0
"""Force below which it does not matter where it acts [N]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitForces:
    """Path of the body and force of the ground on the right foot over one cycle.

    Attributes:
        stride: Length of a cycle [m].
        centre: Centre of mass, shape (frames, 3) [m]; the floor is at 0, the right heel lands at 0.
        force: On the right foot, shape (frames, 3) [N].
        along: Where it acts, from heel (0) to metatarsal heads (1), shape (frames,) [-].
        aside: Distance to the right of the foot's middle line, shape (frames,) [m].
        slip: How far the part of the right foot that is on the ground is forward of its place and above the floor,
            shape (frames, 2) [m]; NaN in the air.
        turn: Moment about the centre of mass that the forces lack forward (x) and sideways (z), shape (frames, 2)
            [N.m].
    """

    stride: float
    centre: Array
    force: Array
    along: Array
    aside: Array
    slip: Array
    turn: Array


class _Problem:
    """Rows of a linear least-squares problem whose unknowns come in named blocks."""

    def __init__(self, blocks: dict[str, int]) -> None:
        ends = np.cumsum(list(blocks.values()))
        self.columns = {name: slice(int(e) - n, int(e)) for (name, n), e in zip(blocks.items(), ends, strict=True)}
        self.size = int(ends[-1])
        self.rows: list[Array] = []
        self.right: list[Array] = []

    def linear(self, frames: int, **blocks: Array) -> Array:
        """A quantity at every frame as a matrix that the unknowns multiply."""
        found = np.zeros((frames, self.size))
        for name, matrix in blocks.items():
            found[:, self.columns[name]] = matrix
        return found

    def ask(self, matrix: Array, wanted: Array | float, scale: float) -> None:
        """That a quantity is as wanted, give or take its scale."""
        self.rows.append(matrix / scale)
        self.right.append(np.broadcast_to(wanted, len(matrix)) / scale)

    def ask_smooth(self, *names: str) -> None:
        """That coefficients change smoothly from one spline to the next."""
        for name in names:
            columns = self.columns[name]
            count = columns.stop - columns.start
            third = np.diff(np.vstack([np.zeros(count), np.eye(count), np.zeros(count)]), n=3, axis=0)
            self.ask(self.linear(len(third), **{name: third}), 0.0, ROUGH)

    def solve(self, *pushes: str) -> Array:
        """The unknowns; splines of the blocks named pull on nothing."""
        lower = np.full(self.size, -np.inf)
        for name in pushes:
            lower[self.columns[name]] = 0.0
        return lsq_linear(np.vstack(self.rows), np.concatenate(self.right), bounds=(lower, np.inf)).x


def sagittal_forces(body: GaitBody, mass: float, contact: float) -> GaitForces:
    """Forces forward and up, and the path of the body in the sagittal plane.

    Args:
        body: The cycle's postures; its duration is the time scale of the forces.
        mass: Of the body [kg].
        contact: Share of the cycle that a foot is on the ground [-].
    """
    frames = len(body.centre)
    phases, weight = np.arange(frames) / frames, mass * GRAVITY
    spread = _splines(body, contact)
    n = spread.shape[1]
    problem = _Problem({"heel": n, "ball": n, "fore": n, "height": 1, "start": 1, "stride": 1})
    path = _path(spread, half_later(spread), body.duration)
    up = problem.linear(frames, heel=path, ball=path, height=np.ones((frames, 1)))
    forward = problem.linear(frames, fore=path, start=np.ones((frames, 1)), stride=phases[:, None])
    is_heel, reach = _heel_share(body), _reach(body)
    stands = np.clip(np.minimum(phases, contact - phases) / (SETTLE / body.duration), 0.0, 1.0)
    for point, share, place in ((body.heel, is_heel, 0.0), (body.ball, 1.0 - is_heel, reach)):
        part = share * stands
        problem.ask(part[:, None] * up, -part * point[:, 1], SLIP)
        problem.ask(part[:, None] * forward, part * (place - point[:, 0]), SLIP)
    for name, point in (("heel", body.heel), ("ball", body.ball)):
        lifted = np.clip((point[:, 1] - _floor(body)) / HEEL_OFF, 0.0, 1.0)
        problem.ask(problem.linear(frames, **{name: lifted[:, None] * spread}), 0.0, LIFTED)
    arms = {"heel": body.heel[:, 0], "ball": body.ball[:, 0], "fore": -_floor(body)}
    turned = {name: spread * arm[:, None] for name, arm in arms.items()}
    moment = weight * problem.linear(frames, **{name: one + half_later(one) for name, one in turned.items()})
    problem.ask(moment, body.turning[:, 2], TURN)
    problem.ask_smooth("heel", "ball", "fore")
    whole = spread.mean(axis=0, keepdims=True)
    problem.ask(problem.linear(1, heel=whole, ball=whole), 0.5, 1.0 / EXACT)
    problem.ask(problem.linear(1, fore=whole), 0.0, 1.0 / EXACT)
    found = problem.solve("heel", "ball")
    on_heel, on_ball, fore = (weight * spread @ found[problem.columns[name]] for name in ("heel", "ball", "fore"))
    push = on_heel + on_ball
    centre = np.column_stack([forward @ found, up @ found, np.zeros(frames)])
    placed = is_heel[:, None] * (centre + body.heel)[:, :2]
    placed += (1.0 - is_heel)[:, None] * ((centre + body.ball)[:, :2] - (reach, 0.0))
    return GaitForces(
        stride=float(found[problem.columns["stride"]][0]),
        centre=read_only(centre),
        force=read_only(np.column_stack([fore, push, np.zeros(frames)])),
        along=read_only(on_ball / np.maximum(push, SMALL)),
        aside=read_only(np.zeros(frames)),
        slip=read_only(np.where((phases > 0)[:, None] & (phases < contact)[:, None], placed, np.nan)),
        turn=read_only(np.column_stack([np.zeros(frames), body.turning[:, 2] - moment @ found])),
    )


def with_sideways(forces: GaitForces, body: GaitBody, mass: float, contact: float, step_width: float) -> GaitForces:
    """The same with forces to the side: the body sways so that its weight stays over the feet.

    Args:
        forces: Of `sagittal_forces`.
        body: The same cycle.
        mass: Of the body [kg].
        contact: Share of the cycle that a foot is on the ground [-].
        step_width: Between the middles of the feet [m].
    """
    frames, weight = len(body.centre), mass * GRAVITY
    spread = _splines(body, contact)
    n = spread.shape[1]
    push, drop = forces.force[:, 1], -_floor(body)
    problem = _Problem({"side": n, "aside": n})
    sway = problem.linear(frames, side=_path(spread, -half_later(spread), body.duration))
    # Moment about the forward axis: r_y F_z - r_z F_y with r_z = foot's line + aside - sway, r_y = -drop; right + left.
    shear, aside = -weight * drop[:, None] * spread, -push[:, None] * spread
    moment = problem.linear(frames, side=shear - half_later(shear), aside=aside - half_later(aside))
    both = push + half_later(push)
    moment += both[:, None] * sway
    line = -0.5 * step_width * (push - half_later(push))
    problem.ask(moment, body.turning[:, 0] - line, TURN)
    problem.ask(problem.linear(frames, aside=spread), 0.0, ASIDE)
    problem.ask_smooth("side")
    found = problem.solve()
    force, centre = np.array(forces.force), np.array(forces.centre)
    force[:, 2] = weight * spread @ found[problem.columns["side"]]
    centre[:, 2] = sway @ found
    turn = np.column_stack([body.turning[:, 0] - line - moment @ found, forces.turn[:, 1]])
    return replace(
        forces,
        force=read_only(force),
        centre=read_only(centre),
        aside=read_only(spread @ found[problem.columns["aside"]]),
        turn=read_only(turn),
    )


def _splines(body: GaitBody, contact: float) -> Array:
    """Splines of a foot's force over its time on the ground, shape (frames, count)."""
    frames = len(body.centre)
    return bumps(np.arange(frames) / frames, 0.0, contact, SPLINES)


def _path(own: Array, other: Array, duration: float) -> Array:
    """How the centre of mass moves under forces over body weight of both feet, shape (frames, splines) [m]."""
    both = own + other
    return GRAVITY * integrate_twice(both - both.mean(axis=0), duration)


def _heel_share(body: GaitBody) -> Array:
    """1 where the heel is the lowest part of the right foot, 0 where the metatarsal heads are [-]."""
    return 1.0 / (1.0 + np.exp(np.clip((body.heel[:, 1] - body.ball[:, 1]) / (0.5 * HEEL_OFF), -50.0, 50.0)))


def _floor(body: GaitBody) -> Array:
    """Height of the lowest part of the right foot above the centre of mass [m]."""
    return np.minimum(body.heel[:, 1], body.ball[:, 1])


def _reach(body: GaitBody) -> float:
    """Forward distance of the metatarsal heads from the heel of a flat foot [m]."""
    return float(np.max(np.linalg.norm((body.ball - body.heel)[:, [0, 1]], axis=1)))
