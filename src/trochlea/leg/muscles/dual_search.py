"""How far to go along a descent direction of a convex function, many functions at once.

Convex means that the slope along the direction only rises: where it crosses zero is bracketed, then approached by the
chord of the bracket, with a halving every third time so that no bracket shrinks slowly.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array

LineSearch = tuple[Callable[[Array, NDArray[np.int64]], Array], int]
"""Slope along each direction at given lengths, for the chosen rows; and the number of rows."""

FLATNESS = 0.1
"""A length is accepted where the slope is at most this share of that at the start [-]. Assumed: 0.05 to 0.3 cost the
same, 0.9 leaves some frames without an answer."""

SHORTEST_SHARE = 0.1
"""The chord's point keeps this share of the bracket's width from its ends [-]. Assumed."""

MAX_TRIES = 40
"""Lengths tried at most. Assumed: halvings alone would shrink the bracket 8000 times."""


def lowest_along(search: LineSearch) -> Array:
    """Length at which each function is about least along its direction, from 0 to 1.

    Newton's full step is taken where the slope has not turned by then.

    Args:
        search: Slopes along the directions; each is negative at length 0 and rises.

    Returns:
        Lengths, shape (rows,) [-].

    References:
        nocedal-2006-optimization, section 3.5: bracketing and interpolation.
    """
    slope, n_rows = search
    rows = np.arange(n_rows)
    length, low, high = np.ones(n_rows), np.zeros(n_rows), np.ones(n_rows)
    at_start = slope(np.zeros(n_rows), rows)
    at_low, at_high = at_start.copy(), np.zeros(n_rows)
    for count in range(MAX_TRIES):
        found = slope(length[rows], rows)
        past = found > 0.0
        high[rows[past]], at_high[rows[past]] = length[rows[past]], found[past]
        low[rows[~past]], at_low[rows[~past]] = length[rows[~past]], found[~past]
        is_open = np.abs(found) > -FLATNESS * at_start[rows]
        if count == 0:
            is_open &= past & (at_start < 0.0)  # at the lowest point the slope is rounding, of either sign
        rows = rows[is_open]
        if rows.size == 0:
            break
        share = -at_low[rows] / (at_high[rows] - at_low[rows])
        share = np.clip(share, SHORTEST_SHARE, 1.0 - SHORTEST_SHARE) if count % 3 < 2 else np.full(rows.size, 0.5)
        length[rows] = low[rows] + share * (high[rows] - low[rows])
    return length
