"""The patella's path on the unrolled groove, and its shift and tilt against flexion."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation

from trochlea.knee.result import KneecapResult
from trochlea.report import ink
from trochlea.report.track import TOUCH, Track
from trochlea.report.wording import number, signed
from trochlea.units import MILLIMETRE

WIDTH = 460
"""Width of a figure in its own units."""

MARGIN = 2.0
"""Room around the surface [mm]."""

HEIGHT_STEP = 1.0
"""Distance of the lines of equal height [mm]."""

ROUND_FLEXIONS = 10.0
"""The path carries a dot where flexion passes a multiple of this [degrees]."""


def track_figure(track: Track, *, side: str) -> str:
    """Unrolled groove with its deepest line, the ridge's path and contact patches, to scale."""
    sign = 1.0 if side == "right" else -1.0
    wide = 2 * (track.lateral[-1] / MILLIMETRE + MARGIN)
    tall = track.along[-1] / MILLIMETRE + 2 * MARGIN
    with matplotlib.rc_context(ink.settings("track")):
        figure = Figure(figsize=(WIDTH / 72, (WIDTH * tall / wide) / 72))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        _draw_surface(axes, track, sign)
        _draw_patches(axes, track, sign)
        _draw_path(axes, track, sign)
        half = track.lateral[-1] / MILLIMETRE
        for name, place, colour in (("outer (lateral)", sign, ink.LATERAL), ("inner (medial)", -sign, ink.MEDIAL)):
            axes.text(
                place * (half - 1), 1.2, name, ha="right" if place > 0 else "left", va="top", color=colour,
                fontweight="bold",
            )  # fmt: skip
        bottom = track.along[-1] / MILLIMETRE
        axes.plot((-half + 1, -half + 11), (bottom - 1.5, bottom - 1.5), color=ink.INK, linewidth=2)
        axes.text(-half + 6, bottom - 2.3, "10 mm", ha="center", va="bottom", color=ink.MUTED, fontsize=10)
        axes.set_xlim(-0.5 * wide, 0.5 * wide)
        axes.set_ylim(tall - MARGIN, -MARGIN)
        axes.set_aspect("equal")
        axes.axis("off")
        shift = track.ridge[:, 0] - np.interp(track.ridge[:, 1], track.along, track.deepest)
        description = (
            "The groove unrolled, upper end at the top. The kneecap's ridge runs from "
            f"{signed(float(shift.min()) / MILLIMETRE, 1)} to {signed(float(shift.max()) / MILLIMETRE, 1)} mm beside "
            "the groove's deepest line, outer side positive."
        )
        return ink.to_svg(figure, name="track", title="Track of the kneecap over the groove", description=description)


def _draw_surface(axes: Axes, track: Track, sign: float) -> None:
    """Cartilage with lines of equal height and its deepest line."""
    across, down = sign * track.lateral / MILLIMETRE, track.along / MILLIMETRE
    axes.fill_between(across[[0, -1]], down[0], down[-1], facecolor=ink.CARTILAGE, linewidth=0)
    height = track.height / MILLIMETRE
    lines = np.arange(HEIGHT_STEP, height.max(), HEIGHT_STEP)
    order = slice(None, None, int(sign))
    axes.contour(across[order], down, height[:, order], levels=lines, colors=(ink.BONE,), linewidths=0.5)
    axes.plot(sign * track.deepest / MILLIMETRE, down, color=ink.INK, linewidth=1.2, linestyle=(0, (5, 3)))


def _draw_patches(axes: Axes, track: Track, sign: float) -> None:
    """Outline of where the patella presses, at a few flexions."""
    for places, pressure in zip(track.patches, track.pressures, strict=True):
        net = Triangulation(sign * places[:, 0] / MILLIMETRE, places[:, 1] / MILLIMETRE, track.triangles)
        if np.nanmax(pressure) > TOUCH:
            axes.tricontourf(net, pressure, levels=(TOUCH, 1e12), colors=(ink.FORCE,), alpha=0.13)
            axes.tricontour(net, pressure, levels=(TOUCH,), colors=(ink.FORCE,), linewidths=0.8)


def _draw_path(axes: Axes, track: Track, sign: float) -> None:
    """Path of the ridge, with a dot and its flexion at round angles."""
    path = track.ridge * (sign, 1.0) / MILLIMETRE
    breaks = np.flatnonzero(np.diff(track.frames) > 1) + 1
    for piece in np.split(path, breaks):
        axes.plot(*piece.T, color=ink.LATERAL, linewidth=2.2)
    flexion = np.rad2deg(track.flexion)
    box = {"facecolor": ink.SURFACE, "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
    for wanted in np.arange(0, flexion.max() + 1, ROUND_FLEXIONS):
        nearest = int(np.abs(flexion - wanted).argmin())
        if abs(flexion[nearest] - wanted) < 0.25 * ROUND_FLEXIONS:
            x, y = path[nearest]
            axes.plot(x, y, "o", markersize=5.5, markerfacecolor=ink.SURFACE, markeredgecolor=ink.LATERAL)
            axes.text(
                x + sign * 1.6, y, f"{number(float(flexion[nearest]), 0)}°", ha="left" if sign > 0 else "right",
                va="center", fontsize=10, bbox=box,
            )  # fmt: skip


def tracking_figure(result: KneecapResult, frames: tuple[int, ...]) -> str:
    """Shift and tilt against flexion; frames out of the groove as open squares."""
    chosen = list(frames)
    flexion = np.rad2deg(result.tibiofemoral_flexion[chosen])
    is_out = np.array([result.solution.status[frame] == "dislocated" for frame in frames])
    rows = (
        ("shift (mm)", result.shift[chosen] / MILLIMETRE, ink.LATERAL),
        ("tilt (°)", np.rad2deg(result.tilt[chosen]), ink.FORCE),
    )
    with matplotlib.rc_context(ink.settings("tracking")):
        figure = Figure(figsize=(WIDTH / 72, 330 / 72))
        pair = figure.subplots(2, 1, sharex=True, gridspec_kw={"hspace": 0.22})
        for axes, (label, values, colour) in zip(pair, rows, strict=True):
            for piece in np.split(np.arange(len(frames)), np.flatnonzero(np.diff(frames) > 1) + 1):
                axes.plot(flexion[piece], values[piece], color=colour, linewidth=1.2)
            axes.plot(flexion[~is_out], values[~is_out], "o", color=colour, markersize=4.5)
            axes.plot(
                flexion[is_out], values[is_out], "s", markerfacecolor="none", markeredgecolor=ink.INK, markersize=6
            )
            axes.axhline(0, color=ink.MUTED, linewidth=0.8)
            axes.set_ylabel(label)
            axes.margins(y=0.12)
            axes.grid(axis="y")
            axes.tick_params(length=0)
            axes.text(
                0.99, 1.01, "▴ outer side (lateral)", transform=axes.transAxes, ha="right", color=ink.MUTED, fontsize=10
            )
        pair[1].set_xlabel("knee flexion (°)")
        figure.subplots_adjust(left=0.125, right=0.985, top=0.95, bottom=0.125)
        words = "; ".join(
            f"{label} from {number(float(v.min()), 1)} to {number(float(v.max()), 1)}" for label, v, _ in rows
        )
        return ink.to_svg(
            figure, name="tracking", title="Shift and tilt of the kneecap against knee flexion", description=words + "."
        )
