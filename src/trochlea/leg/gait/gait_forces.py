"""Ground forces and the path of the body in a gait, from its postures: Newton's law, feet that stand, bodies that turn.

Nothing is measured but the angles. Unknown are the forces under heel and metatarsal heads of one foot over its time on
the ground (the other foot does the same half a cycle later), which rise from and fall to zero smoothly, and the
constants of motion. The centre of mass follows from the forces by Newton's law without remainder; how the forces share
double support, and where they act, is what makes least, in one bounded linear problem,

- the slipping of whichever part of the foot is on the ground,
- what the forces lack to turn the body about its centre of mass as the postures say, both as a moment and as the
  angle by which it would tip the trunk (one that keeps its lean and hangs its arms cannot turn quite as people do, so
  this is not forced to zero; a jolt at contact tips a trunk little, a moment that lasts tips it far),
- the roughness of the forces, and shear that a foot on the floor could not hold.

Forces from whole-body movement alone, and smooth transitions between the feet: `dijkstra-2015-zero-moment`,
`vanhulle-2020-foot`; here the forces are the unknowns, and the path of the body follows.
"""

from dataclasses import dataclass, replace

import numpy as np

from trochlea.leg.gait.force_problem import ForceProblem
from trochlea.leg.gait.gait_body import GaitBody
from trochlea.leg.gait.periodic import bumps, half_later, integrate_twice
from trochlea.leg.posture.support_forces import FRICTION
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import GRAVITY

SPLINES = 12
"""Splines of each force over its time on the ground: enough for two humps and a trough. Assumed."""

SLIP = 0.005
"""A foot that slips or sinks this far [m] weighs as much as TURN or ROUGH. Assumed: a degree at the knee is 7 mm."""

TURN = 40.0
"""Moment left over about the centre of mass that weighs as much as SLIP [N.m]. Assumed: hips and trunk take it."""

TIP = float(np.radians(2.0))
"""Tipping of the trunk by what the forces lack that weighs as much as SLIP [rad]. Assumed: trunks sway by degrees."""

LASTING = 1.0
"""Mean moment left over that weighs as much as SLIP [N.m]: nobody turns over and over. Assumed, small."""

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

FRICTION_ROUNDS = 3
"""Times that shear beyond friction is drawn back; what is left over is below SLIPPING by then."""

SLIPPING = 0.01
"""Shear over body weight beyond friction that weighs as much as SLIP, and that is let be [-]. Assumed, small."""

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
    problem = ForceProblem({"heel": n, "ball": n, "fore": n, "height": 1, "start": 1, "stride": 1})
    path = _path(spread, half_later(spread), body.duration)
    up = problem.linear(frames, heel=path, ball=path, height=np.ones((frames, 1)))
    forward = problem.linear(frames, fore=path, start=np.ones((frames, 1)), stride=phases[:, None])
    _ask_standing(problem, body, up, forward, contact)
    _ask_unlifted(problem, body, spread)
    arms = {"heel": body.heel[:, 0], "ball": body.ball[:, 0], "fore": -_floor(body)}
    turned = {name: spread * arm[:, None] for name, arm in arms.items()}
    moment = weight * problem.linear(frames, **{name: one + half_later(one) for name, one in turned.items()})
    _ask_turned(problem, body, moment, body.turning[:, 2], body.trunk[1])
    problem.ask_smooth("heel", "ball", "fore", scale=ROUGH)
    whole = spread.mean(axis=0, keepdims=True)
    problem.ask(problem.linear(1, heel=whole, ball=whole), 0.5, 1.0 / EXACT)
    problem.ask(problem.linear(1, fore=whole), 0.0, 1.0 / EXACT)
    found = _solve_with_friction(problem, spread)
    on_heel, on_ball, fore = (weight * spread @ found[problem.columns[name]] for name in ("heel", "ball", "fore"))
    push = on_heel + on_ball
    centre = np.column_stack([forward @ found, up @ found, np.zeros(frames)])
    return GaitForces(
        stride=float(found[problem.columns["stride"]][0]),
        centre=read_only(centre),
        force=read_only(np.column_stack([fore, push, np.zeros(frames)])),
        along=read_only(on_ball / np.maximum(push, SMALL)),
        aside=read_only(np.zeros(frames)),
        slip=read_only(_slip(body, centre, contact)),
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
    problem = ForceProblem({"side": n, "aside": n})
    sway = problem.linear(frames, side=_path(spread, -half_later(spread), body.duration))
    # Moment about the forward axis: r_y F_z - r_z F_y with r_z = foot's line + aside - sway, r_y = -drop; right + left.
    shear, aside = -weight * drop[:, None] * spread, -push[:, None] * spread
    moment = problem.linear(frames, side=shear - half_later(shear), aside=aside - half_later(aside))
    both = push + half_later(push)
    moment += both[:, None] * sway
    line = -0.5 * step_width * (push - half_later(push))
    _ask_turned(problem, body, moment, body.turning[:, 0] - line, body.trunk[0])
    problem.ask(problem.linear(frames, aside=spread), 0.0, ASIDE)
    problem.ask_smooth("side", scale=ROUGH)
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


def _ask_standing(problem: ForceProblem, body: GaitBody, up: Array, forward: Array, contact: float) -> None:
    """That the part of the right foot that is on the ground stays in its place on the floor."""
    phases = np.arange(len(body.centre)) / len(body.centre)
    is_heel = _heel_share(body)
    stands = np.clip(np.minimum(phases, contact - phases) / (SETTLE / body.duration), 0.0, 1.0)
    for point, share, place in ((body.heel, is_heel, 0.0), (body.ball, 1.0 - is_heel, _reach(body))):
        part = share * stands
        problem.ask(part[:, None] * up, -part * point[:, 1], SLIP)
        problem.ask(part[:, None] * forward, part * (place - point[:, 0]), SLIP)


def _ask_unlifted(problem: ForceProblem, body: GaitBody, spread: Array) -> None:
    """That a part of the sole that is off the ground carries nothing."""
    for name, point in (("heel", body.heel), ("ball", body.ball)):
        lifted = np.clip((point[:, 1] - _floor(body)) / HEEL_OFF, 0.0, 1.0)
        problem.ask(problem.linear(len(lifted), **{name: lifted[:, None] * spread}), 0.0, LIFTED)


def _ask_turned(problem: ForceProblem, body: GaitBody, moment: Array, wanted: Array, inertia: float) -> None:
    """That a moment about the centre of mass turns the body as its postures do, and over a cycle not at all."""
    lasting, asked = moment.mean(axis=0, keepdims=True), wanted.mean()
    problem.ask(moment, wanted, TURN)
    tipping = integrate_twice(np.column_stack([moment - lasting, wanted - asked]), body.duration) / inertia
    problem.ask(tipping[:, :-1], tipping[:, -1], TIP)
    problem.ask(lasting, asked, LASTING)


def _solve_with_friction(problem: ForceProblem, spread: Array) -> Array:
    """The unknowns; where a foot would slip, its shear is drawn to what friction holds, and all is solved again."""
    found = problem.solve("heel", "ball")
    drawn = np.zeros(len(spread), dtype=bool)
    for _ in range(FRICTION_ROUNDS):
        fore = spread @ found[problem.columns["fore"]]
        hold = FRICTION * spread @ (found[problem.columns["heel"]] + found[problem.columns["ball"]])
        slips = (np.abs(fore) > hold + SLIPPING) & ~drawn
        if not slips.any():
            break
        drawn |= slips
        shear, push = spread[slips], np.sign(fore[slips])[:, None] * FRICTION * spread[slips]
        problem.ask(problem.linear(len(shear), fore=shear, heel=-push, ball=-push), 0.0, SLIPPING)
        found = problem.solve("heel", "ball")
    return found


def _slip(body: GaitBody, centre: Array, contact: float) -> Array:
    """Where the part of the right foot on the ground is, from its place; NaN in the air, shape (frames, 2) [m]."""
    phases = np.arange(len(centre)) / len(centre)
    is_heel = _heel_share(body)[:, None]
    placed = is_heel * (centre + body.heel)[:, :2]
    placed += (1.0 - is_heel) * ((centre + body.ball)[:, :2] - (_reach(body), 0.0))
    return np.where((phases > 0)[:, None] & (phases < contact)[:, None], placed, np.nan)


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
