"""When a foot's force is known: on a plate, or certainly in the air.

A foot with zero force is either in the air or off the plates; its force alone does not say which. It is known
to be in the air only

- between two of its own contacts, while the other foot is on its plate or both are in flight: the swing of a
  walk or a run. Both feet are in flight where both have zero force between two contacts for at most 0.2 s; a
  step beside the plates leaves a longer hole;
- while the other foot stands alone: between the largest force of the first half and that of the second half
  of one whole contact of the other foot. The vertical force of a walking foot has two peaks; the foot behind
  has unloaded by the first, and the foot in front lands about the second. In the trials of the tests the foot
  taken to be in the air carries at most 15 N (2 % of body weight) at these bounds, where a plate shows it.
  The few milliseconds from its own lift-off to the first bound, or from the second to its landing, belong to
  the same swing.

Everywhere else a foot with zero force is not covered.
"""

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.runs import Span, unbroken_runs
from trochlea.motion.timeseries import Array

CONTACT_FORCE = 20.0
"""A contact is a span of vertical force that somewhere exceeds this [N]; less is a plate's noise. Assumed."""

LOADED_FORCE = 1.0
"""Vertical force below which a foot counts as unloaded [N]. Assumed."""

LONGEST_FLIGHT = 0.2
"""Both feet unloaded for longer than this are no flight of a run [s]. `unnamed-nd-running-times`: flights of
runners last 83 to 112 ms on average (SD 19 to 31), their contacts 271 to 284 ms."""


def covered_samples(times: Array, vertical: Array, other: Array | None) -> NDArray[np.bool_]:
    """Samples at which the force on one foot is known, zero included.

    Args:
        times: Shape (samples,) [s].
        vertical: Vertical force of the foot, shape (samples,) [N].
        other: Vertical force of the other foot, shape (samples,) [N]; None if it was not measured.

    Returns:
        Shape (samples,).
    """
    own = contacts(vertical)
    covered = _inside(own, vertical.size)
    if other is None:
        return covered
    others = contacts(other)
    explained = _inside(others, other.size)
    for lift_off, landing in _flights(times, covered | explained):
        explained[lift_off:landing] = True
    for (_, lift_off), (landing, _) in zip(own, own[1:], strict=False):
        if explained[lift_off:landing].all():
            covered[lift_off:landing] = True
    for start, end in others:
        first, last = _single_support(other, start, end)
        if last > first:
            first = max((lift_off for _, lift_off in own if start <= lift_off <= first), default=first)
            last = min((landing for landing, _ in own if last <= landing <= end), default=last)
            covered[first:last] = True
    return covered


def contacts(vertical: Array) -> list[Span]:
    """Spans of samples in which the foot is loaded, in order."""
    spans = unbroken_runs(vertical >= LOADED_FORCE)
    return [(start, end) for start, end in spans if vertical[start:end].max() >= CONTACT_FORCE]


def _inside(spans: list[Span], n_samples: int) -> NDArray[np.bool_]:
    """Samples that lie in any of the spans."""
    inside = np.zeros(n_samples, dtype=bool)
    for start, end in spans:
        inside[start:end] = True
    return inside


def _flights(times: Array, is_loaded: NDArray[np.bool_]) -> list[Span]:
    """Spans without load between two loaded ones that are short enough for a flight."""
    edges = np.flatnonzero(is_loaded[1:] != is_loaded[:-1]) + 1
    if is_loaded[0]:
        edges = edges[:-1] if edges.size % 2 else edges
    else:
        edges = edges[1:] if edges.size % 2 else edges[1:-1]
    holes = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(start, end) for start, end in holes if times[end] - times[start - 1] <= LONGEST_FLIGHT]


def _single_support(vertical: Array, start: int, end: int) -> Span:
    """Samples of one contact at which the other foot is in the air; empty if the contact is not whole."""
    if start == 0 or end == vertical.size or end - start < 4:
        return start, start
    middle = (start + end) // 2
    return start + int(np.argmax(vertical[start:middle])), middle + int(np.argmax(vertical[middle:end])) + 1
