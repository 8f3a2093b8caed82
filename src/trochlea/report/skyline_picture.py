"""Drawings of a `Skyline`: a large one with the lines a radiologist measures along, and a small one for a row."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.skyline import Skyline, overlap
from trochlea.report.wording import number, signed
from trochlea.units import MILLIMETRE

WIDTH, SMALL_WIDTH = 460, 150
"""Widths of the large and of a small drawing in the figure's units."""

LINE = 0.022
"""Length of the lines of the congruence angle [m]."""

ROOM = 3.0
"""Above the patella [mm]."""

BELOW, ABOVE = 9.0, 11.0
"""Bone drawn below the groove's deepest point, and freely above the patella's joint surface [mm]."""


def large_skyline(skyline: Skyline, *, side: str) -> str:
    """Section with its lines and names; front of the knee at the top, outer side as in the pressure map."""
    sign = 1.0 if side == "right" else -1.0
    half, low = np.abs(skyline.groove[:, 0]).max() / MILLIMETRE, skyline.deepest[1] / MILLIMETRE - BELOW
    tall = _top(skyline) + ROOM - low
    with matplotlib.rc_context(ink.settings("skyline")):
        figure = Figure(figsize=(WIDTH / 72, WIDTH / 72 * tall / (2 * half)))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        _draw_section(axes, skyline, sign)
        _draw_lines(axes, skyline, sign)
        for name, place, colour in (("outer (lateral)", sign, ink.LATERAL), ("inner (medial)", -sign, ink.MEDIAL)):
            axes.text(
                0.99 if place > 0 else 0.01, 0.99, name, transform=axes.transAxes,
                ha="right" if place > 0 else "left", va="top", color=colour, fontweight="bold",
            )  # fmt: skip
        axes.plot((-half + 1, -half + 11), (low + 1.5, low + 1.5), color=ink.INK, linewidth=2)
        axes.text(-half + 6, low + 2.2, "10 mm", ha="center", va="bottom", color=ink.MUTED, fontsize=10)
        axes.set_xlim(-half, half)
        axes.set_ylim(low, low + tall)
        return ink.to_svg(
            figure,
            name="skyline",
            title="Kneecap on the groove in cross-section",
            description="The back of the kneecap above the groove of the thigh bone, from above, front up: "
            + ", ".join(measures(skyline))
            + ". The front of the kneecap is drawn freely.",
        )


def small_skyline(skyline: Skyline, *, side: str, name: str) -> str:
    """Section without words, for a row of frames."""
    sign = 1.0 if side == "right" else -1.0
    with matplotlib.rc_context(ink.settings(name)):
        figure = Figure(figsize=(SMALL_WIDTH / 72, 0.56 * SMALL_WIDTH / 72))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        _draw_section(axes, skyline, sign, is_small=True)
        half, low = np.abs(skyline.groove[:, 0]).max() / MILLIMETRE, skyline.deepest[1] / MILLIMETRE - 0.6 * BELOW
        axes.set_xlim(-half, half)
        axes.set_ylim(low, low + 2 * half * 0.56)
        return ink.to_svg(
            figure, name=name, title="Kneecap on the groove", description=", ".join(measures(skyline)) + "."
        )


def measures(skyline: Skyline) -> tuple[str, str, str]:
    """Tilt, bisect offset and shift in words."""
    return (
        f"tilt {signed(float(np.rad2deg(skyline.tilt)), 1)}°",
        f"bisect offset {number(100 * skyline.bisect_offset, 0)} %",
        f"shift {signed(skyline.shift / MILLIMETRE, 1)} mm",
    )


def _top(skyline: Skyline) -> float:
    """Upper end of the patella as it is drawn [mm]."""
    return float((skyline.patella[:, 1].max() + skyline.patella_layer) / MILLIMETRE + ABOVE)


def _draw_section(axes: Axes, skyline: Skyline, sign: float, *, is_small: bool = False) -> None:
    """Bone, both layers of cartilage, and their overlap."""
    flip = np.array((sign, 1.0))
    groove, patella = skyline.groove / MILLIMETRE, skyline.patella / MILLIMETRE
    under = _offset(groove, -skyline.groove_layer / MILLIMETRE)
    floor = skyline.deepest[1] / MILLIMETRE - 4 * BELOW
    ends = np.array(((under[-1, 0], floor), (under[0, 0], floor)))
    width = 0.8 if is_small else 1.4
    _fill(axes, np.vstack((under, ends)) * flip, ink.MARROW)
    _fill(axes, np.vstack((groove, under[::-1])) * flip, ink.CARTILAGE)
    axes.plot(*(under * flip).T, color=ink.BONE, linewidth=width)
    inside = _offset(patella, skyline.patella_layer / MILLIMETRE)
    _fill(axes, np.vstack((inside, _front(inside))) * flip, ink.MARROW)
    _fill(axes, np.vstack((patella, inside[::-1])) * flip, ink.CARTILAGE)
    axes.plot(*(np.vstack((inside, _front(inside), inside[:1])) * flip).T, color=ink.BONE, linewidth=width)
    pressed = overlap(skyline) / MILLIMETRE
    axes.fill_between(
        sign * patella[:, 0], patella[:, 1], patella[:, 1] + pressed, where=pressed > 0,
        facecolor=ink.FORCE, edgecolor=ink.FORCE, linewidth=0.8 if is_small else 1.2,
    )  # fmt: skip
    for outline in (groove, patella):
        axes.plot(*(outline * flip).T, color=ink.INK, linewidth=0.5 * width)
    axes.set_aspect("equal")
    axes.axis("off")


def _draw_lines(axes: Axes, skyline: Skyline, sign: float) -> None:
    """The patella's width and its share lateral of the groove, tilt, and the groove's walls with bisector and ridge."""
    flip = np.array((sign, 1.0)) / MILLIMETRE
    *walls, sulcus, ridge = skyline.landmarks
    directions = [_direction(sulcus, end) for end in (*walls, ridge)]
    bisector = directions[0] + directions[1]
    bisector /= np.linalg.norm(bisector)
    _line(axes, sulcus * flip, (sulcus + LINE * bisector) * flip, colour=ink.MUTED, is_dashed=True)
    for wall in walls:
        _line(axes, sulcus * flip, wall * flip, colour=ink.MUTED, is_dashed=True)
    _line(axes, sulcus * flip, (sulcus + LINE * directions[2]) * flip, colour=ink.ALERT, width=1.6)
    deepest = skyline.deepest * flip
    medial, lateral = skyline.width_line * flip
    share = (deepest[0] - medial[0]) / (lateral[0] - medial[0])
    cross = medial + share * (lateral - medial)
    _line(axes, medial, np.array((lateral[0], medial[1])), colour=ink.MUTED, is_dashed=True)
    _line(axes, deepest, cross + (0.0, 2.0), colour=ink.INK)
    percent = 100 * skyline.bisect_offset
    for end, part, colour in ((lateral, percent, ink.LATERAL), (medial, 100 - percent, ink.MEDIAL)):
        _line(axes, cross, end, colour=colour, width=2.4)
        x, y = 0.5 * (cross + end)
        axes.text(
            x,
            max(y, medial[1]) + 1.2,
            f"{number(part, 0)} %",
            color=colour,
            ha="center",
            va="bottom",
            fontweight="bold",
        )


def _direction(start: Array, end: Array) -> Array:
    """Unit vector from one place to another."""
    return (end - start) / np.linalg.norm(end - start)


def _line(
    axes: Axes, start: Array, end: Array, *, colour: str, width: float = 0.9, is_dashed: bool = False
) -> None:  # fmt: skip
    """A straight line between two places."""
    dashes = (0, (4, 2)) if is_dashed else "-"
    axes.plot((start[0], end[0]), (start[1], end[1]), color=colour, linewidth=width, linestyle=dashes)


def _fill(axes: Axes, outline: Array, colour: str) -> None:
    axes.fill(outline[:, 0], outline[:, 1], facecolor=colour, linewidth=0)


def _offset(outline: Array, distance: float) -> Array:
    """A curve beside another, above it where the distance is positive."""
    along = np.gradient(outline, axis=0)
    along = along / np.linalg.norm(along, axis=1, keepdims=True)
    return outline + distance * np.column_stack((-along[:, 1], along[:, 0]))


def _front(back: Array) -> Array:
    """The front of the patella from lateral to medial, drawn freely [mm]."""
    arch = np.linspace(0, np.pi, 40)
    middle, half = 0.5 * (back[0, 0] + back[-1, 0]), 0.5 * (back[-1, 0] - back[0, 0])
    across = middle + half * np.cos(arch)
    below = np.interp(across, back[:, 0], back[:, 1])
    return np.column_stack([across, below + (back[:, 1].max() + ABOVE - below) * np.sin(arch) ** 0.5])
