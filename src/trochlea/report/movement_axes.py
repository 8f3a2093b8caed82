"""What all figures over a movement share: their width, and how frames without a value are shown."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trochlea.motion.timeseries import Array
from trochlea.report import ink

WIDTH = 460
"""Width of a figure in its own units: about the width of a column on a desk, and readable on a phone."""


def empty_figure(height: float) -> Figure:
    """An empty figure of the page's width."""
    return Figure(figsize=(WIDTH / 72, height / 72))


def invalid_spans(times: Array, is_valid: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Start and end of each run of frames without a valid value, widened by half a frame."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (~is_valid).astype(int), [0]))))
    half = 0.5 * float(np.median(np.diff(times))) if times.size > 1 else 0.0
    return [
        (float(times[start]) - half, float(times[end - 1]) + half)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def hatch_gaps(axes: Axes, times: Array, is_valid: NDArray[np.bool_]) -> None:
    """Hatch the frames without a valid value, so that nobody reads a line into them."""
    for start, end in invalid_spans(times, is_valid):
        axes.axvspan(start, end, facecolor="none", edgecolor=ink.INVALID, hatch="////", linewidth=0)


def time_axes(axes: Axes, times: Array, is_valid: NDArray[np.bool_]) -> None:
    """Time from the first to the last frame, gaps hatched."""
    axes.tick_params(length=0)
    axes.grid(axis="y")
    axes.locator_params(axis="y", nbins=4)
    hatch_gaps(axes, times, is_valid)
    if times.size > 1:
        axes.set_xlim(float(times[0]), float(times[-1]))


def small_title(axes: Axes, text: str) -> None:
    """A short name above the panel's left end."""
    axes.set_title(text, loc="left", fontsize=11, color=ink.INK, pad=3)


def ends_of(values: Sequence[float] | Array) -> tuple[float, float]:
    """Lowest and highest value; zeros where there is none."""
    found = np.asarray(values)[np.isfinite(values)]
    return (float(found.min()), float(found.max())) if found.size else (0.0, 0.0)
