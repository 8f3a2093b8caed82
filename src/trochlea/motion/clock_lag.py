"""Whether forces and movement of a walk run on one clock, told from the steps that both show."""

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.foot_path import FootPath, forward_direction
from trochlea.motion.gait_events import LEAST_STEP, EventKind, force_events, movement_events
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import Array

WIDEST_LAG = 0.4
"""Events farther apart than this are not the same [s]. Assumed: less than half a stride."""

LEAST_EVENTS = 3
"""Fewer events tell no lag. Assumed."""

OPPOSITE = -0.5
"""In gait one foot goes forward against the pelvis while the other goes back: correlation below this [-]. Assumed; -0.9
in the walks of the tests."""


def clock_lag(motion: Motion, feet: tuple[FootPath, FootPath], pelvis: Array) -> float | None:
    """How much later forces show the steps than the movement does [s]; None outside gait or with too few steps.

    Movement may show strikes and offs wrongly in opposite directions, as in running; another clock moves both alike, so
    that the smaller of both lags counts, and none where they differ in sign.

    Args:
        motion: Its forces at its own times.
        feet: Where the feet are at these times.
        pelvis: Where the pelvis is, shape (frames, 3) [m].
    """
    try:
        forward = forward_direction(feet)
    except InputError:
        return None
    ahead = [(foot.heel - pelvis) @ forward for foot in feet]
    if min(np.ptp(ahead, axis=1)) < LEAST_STEP or np.corrcoef(np.array(ahead))[0, 1] > OPPOSITE:
        return None
    lags: dict[EventKind, list[float]] = {"foot strike": [], "foot off": []}
    for load in motion.contacts:
        foot = next(foot for foot in feet if foot.side == load.side)
        moved = movement_events(foot, pelvis, forward)
        for event, _ in force_events(motion.coordinates.times, load):
            near = [event.time - other.time for other in moved if other.kind == event.kind]
            near = [lag for lag in near if abs(lag) <= WIDEST_LAG]
            lags[event.kind] += [min(near, key=abs)] if near else []
    if min(len(own) for own in lags.values()) == 0 or sum(len(own) for own in lags.values()) < LEAST_EVENTS:
        return None
    strikes, offs = (float(np.median(own)) for own in lags.values())
    return min(strikes, offs, key=abs) if strikes * offs > 0 else 0.0
