"""Figures of joints and muscles over a movement: moments, muscle groups, reserves, fibres; each an inline SVG."""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trochlea.leg.leg_result import LegResult
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE
from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.leg_json import groups_of
from trochlea.report.movement_axes import empty_figure, ends_of, small_title, time_axes
from trochlea.report.wording import number

MOMENTS = (
    ("hip_flexion", "hip", "flexion", "extension", ink.HIP),
    ("hip_adduction", "hip", "adduction", "abduction", ink.HIP),
    ("hip_rotation", "hip", "internal", "external", ink.HIP),
    ("knee_angle", "knee", "flexion", "extension", ink.KNEE),
    ("ankle_angle", "ankle", "dorsi-", "plantarflexion", ink.BOTH),
)
"""Coordinate, joint, what a positive and a negative moment does, colour. The subtalar axis is left to the bones."""

JOINT_LINES = {
    "hip_flexion": (ink.HIP, "-"),
    "hip_adduction": (ink.HIP, (0, (5, 2))),
    "hip_rotation": (ink.HIP, (0, (1, 1.5))),
    "knee_angle": (ink.KNEE, "-"),
    "ankle_angle": (ink.BOTH, "-"),
}
"""Colour and dashes of each coordinate's line."""

ACTIVE = 0.02
"""Activation above which a fibre outside its valid lengths matters [-]. Assumed."""


def moments_figure(leg: LegResult, *, mass: float) -> str:
    """Joint moments per kilogram over the movement, each joint axis in a panel of its own."""
    shown = [row for row in MOMENTS if row[0] in leg.coordinates]
    with matplotlib.rc_context(ink.settings("moments")):
        figure = empty_figure(360)
        panels = _grid(figure, 2, len(shown), leg.times, leg.is_valid)
        words = []
        for axes, (name, joint, up, down, colour) in zip(panels, shown, strict=False):
            values = leg.moments[:, leg.coordinates.index(name)] / mass
            axes.axhline(0, color=ink.MUTED, linewidth=0.9)
            axes.plot(leg.times, values, color=colour, linewidth=2.2)
            small_title(axes, f"{joint}: ▲ {up}  ▼ {down}")
            axes.margins(y=0.12)
            lowest, highest = ends_of(values)
            words.append(f"{name.replace('_', ' ')} {lowest:.2f} to {highest:.2f}")
        figure.supylabel("moment (N·m/kg)", fontsize=11, color=ink.MUTED, x=0.005)
        figure.subplots_adjust(left=0.125, right=0.985, top=0.955, bottom=0.115, wspace=0.2, hspace=0.34)
        return ink.to_svg(
            figure,
            name="moments",
            title="Joint moments over the movement",
            description="N.m/kg: " + "; ".join(words) + ".",
        )


def groups_figure(leg: LegResult, *, body_weight: float) -> str:
    """Force of each group of muscles over the movement, all panels on one scale, each peak named."""
    groups = list(groups_of(leg))
    with matplotlib.rc_context(ink.settings("groups")):
        figure = empty_figure(480)
        panels = _grid(figure, 2, len(groups), leg.times, _solved(leg), sharey=True)
        words, top = [], 0.0
        for axes, group in zip(panels, groups, strict=False):
            force = leg.force_of(group) / body_weight
            axes.fill_between(leg.times, 0, force, color=ink.FORCE, alpha=0.16, linewidth=0)
            axes.plot(leg.times, force, color=ink.FORCE, linewidth=1.9)
            peak = ends_of(force)[1]
            top = max(top, peak)
            small_title(axes, f"{group.replace('_', ' ')}: {number(peak * body_weight, 0)} N")
            words.append(f"{group.replace('_', ' ')} {peak * body_weight:.0f} N, {peak:.2f} body weights")
        panels[0].set_ylim(0, 1.08 * top if top > 0 else 1.0)
        figure.supylabel("force (body weights)", fontsize=11, color=ink.MUTED, x=0.005)
        figure.subplots_adjust(left=0.1, right=0.985, top=0.965, bottom=0.085, wspace=0.1, hspace=0.36)
        return ink.to_svg(
            figure,
            name="groups",
            title="Forces of the muscle groups over the movement",
            description="Peaks: " + "; ".join(words) + ".",
        )


def reserves_figure(leg: LegResult) -> str:
    """Moments that the muscles could not carry, with the bounds beyond which a frame is flagged."""
    with matplotlib.rc_context(ink.settings("reserves")):
        figure = empty_figure(230)
        axes = figure.subplots()
        time_axes(axes, leg.times, _solved(leg))
        axes.axhspan(-LARGEST_RESERVE, LARGEST_RESERVE, color=ink.MUTED, alpha=0.12, linewidth=0)
        reach, words = 1.6 * LARGEST_RESERVE, []
        for i, name in enumerate(leg.carried):
            colour, dashes = JOINT_LINES.get(name, (ink.MUTED, "-"))
            axes.plot(leg.times, leg.reserves[:, i], color=colour, linestyle=dashes, linewidth=1.8)
            low, high = ends_of(leg.reserves[:, i])
            reach = max(reach, 1.1 * abs(low), 1.1 * abs(high))
            words.append(f"{name.replace('_', ' ')} {low:.2f} to {high:.2f}")
        axes.set_ylim(-reach, reach)
        axes.set_xlabel("time (s)")
        axes.set_ylabel("reserve (N·m)")
        figure.subplots_adjust(left=0.125, right=0.985, top=0.97, bottom=0.18)
        return ink.to_svg(
            figure,
            name="reserves",
            title="Moments that the muscles could not carry",
            description="N.m: " + "; ".join(words) + ".",
        )


def fibres_figure(leg: LegResult) -> str:
    """When which fibre leaves its valid range of lengths: a bar for each span, full where the muscle is active."""
    rows = outside_muscles(leg)
    with matplotlib.rc_context(ink.settings("fibres")):
        height = 62 + 19 * len(rows)
        figure = empty_figure(height)
        axes = figure.subplots()
        time_axes(axes, leg.times, leg.is_valid)
        axes.grid(visible=False)
        for i, muscle in enumerate(rows):
            column = leg.muscles.index(muscle)
            outside = leg.is_fiber_outside[:, column] & leg.is_valid
            active = outside & (np.nan_to_num(leg.activations[:, column]) > ACTIVE)
            axes.hlines(i, *ends_of(leg.times), color=ink.RULE, linewidth=0.7)
            _bars(axes, leg.times, outside, i, {"facecolor": "none", "edgecolor": ink.ALERT, "linewidth": 0.9})
            _bars(axes, leg.times, active, i, {"facecolor": ink.ALERT, "linewidth": 0})
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("time (s)")
        figure.subplots_adjust(left=0.2, right=0.985, top=0.99, bottom=42 / height)
        return ink.to_svg(
            figure,
            name="fibres",
            title="Muscle fibres outside their valid range of lengths",
            description="At some time outside: " + ", ".join(rows) + ".",
        )


def outside_muscles(leg: LegResult) -> tuple[str, ...]:
    """Muscles whose fibre leaves its valid range of lengths in a frame with forces."""
    is_outside = (leg.is_fiber_outside & leg.is_valid[:, None]).any(axis=0)
    return tuple(np.array(leg.muscles)[is_outside].tolist())


def _grid(
    figure: Figure, columns: int, n: int, times: Array, is_valid: NDArray[np.bool_], *, sharey: bool = False
) -> list[Axes]:
    """Panels over time, row by row; places left over stay empty."""
    rows = -(-n // columns)
    cells = figure.subplots(rows, columns, sharex=True, sharey=sharey, squeeze=False)
    panels: list[Axes] = list(cells.ravel())
    for axes in panels[:n]:
        time_axes(axes, times, is_valid)
    for axes in panels[n:]:
        axes.set_visible(False)
    for i, axes in enumerate(panels[:n]):
        if i + columns >= n:
            axes.tick_params(labelbottom=True)
            axes.set_xlabel("time (s)")
    return panels[:n]


def _bars(axes: Axes, times: Array, is_on: NDArray[np.bool_], row: int, style: dict[str, Any]) -> None:
    """A bar for each run of frames."""
    step = float(np.median(np.diff(times))) if times.size > 1 else 0.0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_on.astype(int), [0]))))
    spans = [
        (float(times[a]) - step / 2, float(times[b - 1] - times[a]) + step)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    axes.broken_barh(spans, (row - 0.3, 0.6), zorder=3, **style)


def _solved(leg: LegResult) -> NDArray[np.bool_]:
    """Frames whose muscle forces are known and solved."""
    return leg.is_valid & leg.is_converged
