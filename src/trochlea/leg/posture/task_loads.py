"""What acts on the legs in a task besides the ground: weights, bands, machines, a resting foot."""

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.segments import Segments, segments
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.task import Load
from trochlea.motion.timeseries import Array, read_only

SEGMENT = {"thigh": ("femur", "tibia"), "shank": ("tibia", "talus"), "foot": ("calcn", "toes")}
"""Segment -> its body, and the body at its lower end."""

BESIDE = (-0.5, 1.5)
"""How far a load may lie beyond the ends of its segment [-]. Assumed: a heel reaches behind the ankle, and toes
beyond their joint."""

SHORTEST = 1e-3
"""Shortest band or press [m]. Assumed: below that its direction is chance."""

OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


def task_loads(leg: LegModel, side: Side, values: Array, loads: tuple[Load, ...]) -> tuple[ContactLoad, ...]:
    """Forces of the loads, frame by frame.

    Args:
        leg: The leg model.
        side: The working leg.
        values: Postures, shape (frames, coordinates) [rad, m].
        loads: What acts.

    Raises:
        InputError: If a part is no segment of a leg, a place is far off its segment, or a band's ends coincide.
    """
    if not loads:
        return ()
    now = segments(leg, static_pose(leg, posture_series(leg, values)))
    found: list[ContactLoad] = []
    for load in loads:
        at = _place(now, side, load.part, load.along)
        if load.kind in ("band", "press"):
            far = _place(now, side, load.towards, load.towards_along)
            pull = _direction(load, far - at) * (load.force if load.kind == "band" else -load.force)
            found += [_contact(side, load.part, at, pull), _contact(side, load.towards, far, -pull)]
        else:
            found.append(_contact(side, load.part, at, _single(leg, now, side, load)))
    return tuple(found)


def _single(leg: LegModel, now: Segments, side: Side, load: Load) -> Array:
    """Force of a load that has nothing at its other end, shape (frames, 3) [N]."""
    up = np.zeros((len(now.centre_of_mass), 3))
    gravity = -float(leg.mj.opt.gravity[1])
    if load.kind == "weight":
        up[:, 1] = -load.force * gravity
        return up
    own, segment = _leg_and_segment(side, load.part)
    if load.kind == "rest":
        up[:, 1] = load.force * gravity * sum(leg.mj.body(f"{b}_{own[0]}").mass[0] for b in BELOW_KNEE)
        return up
    body = SEGMENT[segment][0]
    _, rotation = now.body(f"{body}_{own[0]}")
    directions = {"front": (-1.0, 0.0, 0.0), "back": (1.0, 0.0, 0.0), "sole": (0.0, 1.0, 0.0)}
    if load.towards not in directions:
        raise InputError(f"push on {load.part}: expected it on front, back or sole, found {load.towards!r}")
    across = rotation @ np.array(directions[load.towards])
    upwards = rotation @ np.array([-1.0, 0.0, 0.0] if segment == "foot" else [0.0, 1.0, 0.0])
    return load.force * (np.cos(load.lean) * across + np.sin(load.lean) * upwards)


BELOW_KNEE = ("tibia", "talus", "calcn", "toes")
"""Bodies whose weight a resting foot shares."""


def _place(now: Segments, side: Side, part: str, along: float) -> Array:
    """Point on a segment, shape (frames, 3) [m]."""
    own, segment = _leg_and_segment(side, part)
    if not BESIDE[0] <= along <= BESIDE[1]:
        raise InputError(
            f"load on {part}: expected its place from {BESIDE[0]:g} to {BESIDE[1]:g} along the segment, 0 at the upper "
            f"joint and 1 at the lower, found {along:g}"
        )
    upper, lower = (now.body(f"{body}_{own[0]}")[0] for body in SEGMENT[segment])
    return upper + along * (lower - upper)


def _leg_and_segment(side: Side, part: str) -> tuple[Side, str]:
    whose, _, segment = part.partition("_")
    if whose not in ("working", "other") or segment not in SEGMENT:
        raise InputError(f"load on {part!r}: expected working_ or other_ with {', '.join(SEGMENT)}")
    return (side if whose == "working" else OTHER[side]), segment


def _contact(side: Side, part: str, at: Array, force: Array) -> ContactLoad:
    own, segment = _leg_and_segment(side, part)
    is_covered = np.ones(len(at), dtype=bool)
    is_covered.setflags(write=False)
    body = SEGMENT[segment][0]
    assert body in ("femur", "tibia", "calcn")
    return ContactLoad(
        side=own,
        force=read_only(force),
        point=read_only(at),
        free_moment=read_only(np.zeros_like(at)),
        is_covered=is_covered,
        body=body,
    )


def _direction(load: Load, between: Array) -> Array:
    """From one end of a band or press to the other, shape (frames, 3) [-]."""
    length = np.linalg.norm(between, axis=1, keepdims=True)
    if length.min() < SHORTEST:
        raise InputError(
            f"{load.kind} between {load.part} and {load.towards}: its ends coincide, so it has no direction; expected "
            f"them at least {1e3 * SHORTEST:.0f} mm apart: join two parts, or other places on them"
        )
    return between / length
