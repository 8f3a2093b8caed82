"""Foot strike and foot off, from forces where they decide and from movement elsewhere, and the cycles between them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trochlea.motion.coverage import CONTACT_FORCE
from trochlea.motion.foot_path import FootPath, forward_direction
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.peaks import peak_time, prominent_peaks
from trochlea.motion.runs import unbroken_runs
from trochlea.motion.timeseries import Array

EventKind = Literal["foot strike", "foot off"]
EventSource = Literal["force", "movement"]

EVENT_FORCE = 10.0
"""Vertical force at which a foot strikes and leaves [N]. `unnamed-nd-force-thresholds`: for the strike any threshold up
to 50 N will do, for the foot off 10 N or less."""

LEAST_STEP = 0.15
"""Least travel of a foot against the pelvis in a step [m]. Assumed: people who shift their weight stay below."""

GENTLE = 50.0
"""A contact that begins or ends where the force is not known, with more than this, is cut off rather than struck [N].
Assumed: feet load within more than one sample."""

AGREEMENT = 0.1
"""Force and movement nearer than this show the same event [s]. Assumed: three times the largest difference in the
trials of the tests (0.033 s), a quarter of the time between two events of one foot in fast walking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitEvent:
    """A foot that meets or leaves the ground.

    Attributes:
        time: [s].
        side: Which foot.
        kind: "foot strike" or "foot off".
        source: "force": a plate shows it. "movement": told from where the foot is, and less exact: in the trials of
            the tests up to 0.033 s off.
    """

    time: float
    side: Side
    kind: EventKind
    source: EventSource


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitCycle:
    """From one strike of a foot to its next.

    Attributes:
        side: Which foot.
        start: Strike [s].
        foot_off: When it leaves the ground in between [s]; None if that was not found.
        end: Next strike [s].
        source: "force" if a plate shows all of them, else "movement".
    """

    side: Side
    start: float
    foot_off: float | None
    end: float
    source: EventSource


def gait_events(
    times: Array, contacts: tuple[ContactLoad, ...], feet: tuple[FootPath, ...], pelvis: Array
) -> tuple[GaitEvent, ...]:
    """Events of both feet in order of time.

    A plate shows an event if the force is known on both sides of it; where it is known on one side only (the first
    contact of a recording), movement must show the event too, since the foot may have come from beside the plate.
    Where forces are known, movement alone shows nothing.

    Args:
        times: Of the contacts and feet, shape (frames,) [s].
        contacts: Loads of the feet; none if there are no plates.
        feet: Paths of the feet; none if only forces are known.
        pelvis: A point of the pelvis, shape (frames, 3) [m].
    """
    loads = {load.side: load for load in contacts}
    forward = forward_direction(feet) if feet else None
    events = []
    for side in ("right", "left"):
        foot = next((foot for foot in feet if foot.side == side), None)
        moved = [] if foot is None or forward is None else movement_events(foot, pelvis, forward)
        events += _decide(times, loads.get(side), moved)
    return tuple(sorted(events, key=lambda event: event.time))


def force_events(times: Array, load: ContactLoad) -> tuple[tuple[GaitEvent, bool], ...]:
    """Crossings of EVENT_FORCE by contacts, each with whether the force is known on both sides of it.

    Args:
        times: Shape (samples,) [s]; crossings are interpolated between them.
        load: At these times.
    """
    vertical, found = load.force[:, 1], []
    for start, end in unbroken_runs(vertical >= EVENT_FORCE):
        if vertical[start:end].max() < CONTACT_FORCE:
            continue
        edges: tuple[tuple[EventKind, int, int], ...] = (("foot strike", start, start - 1), ("foot off", end - 1, end))
        for kind, loaded, unloaded in edges:
            if not 0 <= unloaded < times.size:
                continue
            is_known = bool(load.is_covered[loaded] and load.is_covered[unloaded])
            if is_known or vertical[loaded] <= GENTLE:
                time = _crossing(times, vertical, min(loaded, unloaded))
                found.append((GaitEvent(time=time, side=load.side, kind=kind, source="force"), is_known))
    return tuple(found)


def movement_events(foot: FootPath, pelvis: Array, forward: Array) -> list[GaitEvent]:
    """Strikes where the heel is farthest in front of the pelvis, offs where the toe joint is farthest behind it.

    Args:
        foot: Path of one foot, low-passed.
        pelvis: Shape (frames, 3) [m].
        forward: Horizontal unit vector, shape (3,).

    References:
        zeni-2008-events: the coordinate-based method.
    """
    ahead, behind = (foot.heel - pelvis) @ forward, -((foot.toe - pelvis) @ forward)
    signals: tuple[tuple[EventKind, Array], ...] = (("foot strike", ahead), ("foot off", behind))
    return [
        GaitEvent(time=peak_time(foot.times, signal, int(peak)), side=foot.side, kind=kind, source="movement")
        for kind, signal in signals
        for peak in prominent_peaks(signal, least=LEAST_STEP)
    ]


def gait_cycles(events: tuple[GaitEvent, ...]) -> tuple[GaitCycle, ...]:
    """Cycles of both feet in order of their start.

    Args:
        events: From `gait_events`.
    """
    cycles = []
    for side in ("right", "left"):
        own = [event for event in events if event.side == side]
        strikes = [event for event in own if event.kind == "foot strike"]
        for first, second in zip(strikes, strikes[1:], strict=False):
            offs = [e for e in own if e.kind == "foot off" and first.time < e.time < second.time]
            used = [first, second, *offs]
            cycles.append(
                GaitCycle(
                    side=side,
                    start=first.time,
                    foot_off=offs[0].time if len(offs) == 1 else None,
                    end=second.time,
                    source="force" if all(event.source == "force" for event in used) else "movement",
                )
            )
    return tuple(sorted(cycles, key=lambda cycle: cycle.start))


def _crossing(times: Array, vertical: Array, sample: int) -> float:
    """When the force passes EVENT_FORCE between a sample and the next [s]."""
    before, after = vertical[sample], vertical[sample + 1]
    share = (EVENT_FORCE - before) / (after - before)
    return float(times[sample] + share * (times[sample + 1] - times[sample]))


def _decide(times: Array, load: ContactLoad | None, moved: list[GaitEvent]) -> list[GaitEvent]:
    """Events of one foot from what the plates and the movement show."""
    if load is None:
        return moved
    kept = []
    for event, is_known in force_events(times, load):
        if is_known or any(_is_same(event, other) for other in moved):
            kept.append(event)
    for event in moved:
        around = np.abs(times - event.time) <= AGREEMENT
        if not load.is_covered[around].all() and not any(_is_same(event, other) for other in kept):
            kept.append(event)
    return kept


def _is_same(one: GaitEvent, other: GaitEvent) -> bool:
    return one.kind == other.kind and abs(one.time - other.time) <= AGREEMENT
