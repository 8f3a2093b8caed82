"""Unbroken runs of samples."""

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
"""First sample and the sample after the last."""


def unbroken_runs(is_inside: NDArray[np.bool_]) -> list[Span]:
    """Spans of samples that are True, in order; `is_inside` has shape (samples,)."""
    padded = np.concatenate(([False], is_inside, [False]))
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
