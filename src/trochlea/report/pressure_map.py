"""Pressure on the patella's joint surface as seen from the femur: one large map, and a row of small ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from contourpy import FillType, LineType, contour_generator
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from trochlea.knee.result import KneecapResult
from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.articular_sheet import ArticularSheet, articular_sheet
from trochlea.report.right_knee import right_points
from trochlea.report.wording import number
from trochlea.units import MEGAPASCAL, MILLIMETRE

FLOOR = 0.02
"""Share of the scale's top below which the surface is drawn as out of contact."""

GRID = 0.5
"""Spacing of the grid on which the smooth field is drawn [mm]."""

CONTOURS = 4
"""Least number of contour lines up to the scale's top; they lie at round pressures."""

BAR_WIDTH = 75
"""Room for the colour bar beside the map, in the figure's units."""

WIDTH, SMALL_WIDTH = 460, 150
"""Widths of the large and of a small map in the figure's units."""

MOST_TICKS = 6
"""Numbers that fit below the lying colour bar; of more, every second one is printed."""

MARGIN_ACROSS, MARGIN_UP = 15.0, 7.0
"""Room for words around the large map [mm]."""

SMALL_MARGIN = 1.0
"""Room around a small map [mm]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PressureMaps:
    """Pressure at some frames on a square grid, as a viewer from the femur sees it.

    From behind, the outer side of a right knee is on the viewer's right, that of a left knee on the left.

    Attributes:
        frames: Which frames, in order.
        sign: Direction of lateral across the picture: 1 or -1.
        rim: Outline, closed, shape (n, 2) [mm].
        ridge: Ends of the median ridge, shape (2, 2) or (0, 2) [mm].
        across: Grid, shape (nx,) [mm].
        up: Grid, shape (ny,) [mm].
        fields: Shape (frames, ny, nx) [MPa]; NaN where the frame has no result.
        centres: Centre of pressure of the lateral and of the medial facet, shape (frames, 2, 2) [mm]; NaN without one.
        summits: Contact point with the largest pressure, shape (frames, 2) [mm].
        largest: Its pressure, shape (frames,) [MPa]; NaN where the frame has no result.
        top: Upper end of the colour scale, common to all frames [MPa].
    """

    frames: tuple[int, ...]
    sign: float
    rim: Array
    ridge: Array
    across: Array
    up: Array
    fields: Array
    centres: Array
    summits: Array
    largest: Array
    top: float


def pressure_maps(result: KneecapResult, frames: Sequence[int], *, top: float) -> PressureMaps:
    """Pressure at some frames, ready to be drawn.

    Args:
        result: One movement.
        frames: At least one.
        top: Upper end of the colour scale [MPa].
    """
    points = right_points(result)
    sheet = articular_sheet(points, result.is_lateral)
    sign = 1.0 if result.side == "right" else -1.0
    flip = np.array((sign, 1.0)) / MILLIMETRE
    pressure = result.pressure[list(frames)] / MEGAPASCAL
    largest = pressure.max(axis=1)
    across, up, fields = _fields(sheet, pressure, sign)
    screen = points[:, [2, 1]] * flip
    centres = np.full((len(frames), 2, 2), np.nan)
    for facet, chosen in enumerate((result.is_lateral, ~result.is_lateral)):
        weight = pressure[:, chosen] * result.point_areas[chosen]
        total = weight.sum(axis=1)
        is_pressed = total > FLOOR * 0.1 * top * result.point_areas.sum()
        centres[is_pressed, facet] = (weight @ screen[chosen])[is_pressed] / total[is_pressed, None]
    return PressureMaps(
        frames=tuple(frames),
        sign=sign,
        rim=sheet.rim * flip,
        ridge=sheet.ridge * flip,
        across=across,
        up=up,
        fields=fields,
        centres=centres,
        summits=screen[np.nan_to_num(pressure).argmax(axis=1)],
        largest=largest,
        top=top,
    )


def _fields(sheet: ArticularSheet, pressure: Array, sign: float) -> tuple[Array, Array, Array]:
    """Grid [mm] and pressure on it [MPa] by a smooth surface through the contact points."""
    (z, y) = sheet.rim.T / MILLIMETRE
    across = np.arange(z.min() - GRID, z.max() + GRID, GRID)
    up = np.arange(y.min() - GRID, y.max() + GRID, GRID)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2) * MILLIMETRE
    fields = np.full((len(pressure), up.size, across.size), np.nan)
    valid = np.isfinite(pressure).all(axis=1)
    if valid.any():
        values = sheet.spread(pressure[valid].T, places).T.reshape(-1, up.size, across.size)
        fields[valid] = np.maximum(values, 0.0)
    return (across, up, fields) if sign > 0 else (-across[::-1], up, fields[:, :, ::-1])


def contour_step(top: float) -> float:
    """Distance of the contour lines [MPa]: 1, 2 or 5 times a power of ten, at least `CONTOURS` up to the top."""
    power = 10.0 ** np.floor(np.log10(top / CONTOURS))
    return float(power * max(factor for factor in (1, 2, 5) if factor * power <= top / CONTOURS * (1 + 1e-9)))


def scale_top(pressures: Array) -> float:
    """Upper end of a colour scale for some pressures, both [MPa]; round, and 1 where nothing presses."""
    largest = float(np.nanmax(pressures)) if np.isfinite(pressures).any() else 0.0
    if largest <= 0:
        return 1.0
    step = contour_step(largest) / 2
    return float(step * np.ceil(largest / step - 1e-9))


def _draw_map(axes: Axes, maps: PressureMaps, index: int, *, every: int = 1) -> None:
    """The joint surface of one frame: field in every nth step of the scale, contour lines, ridge and rim."""
    rim = Polygon(maps.rim, closed=True, facecolor=ink.CARTILAGE, edgecolor="none")
    axes.add_artist(rim)
    field, edges = maps.fields[index], np.linspace(FLOOR * maps.top, maps.top, ink.N_PRESSURE_STEPS + 1)
    largest = float(np.nanmax(field)) if np.isfinite(field).any() else 0.0
    contours = contour_generator(maps.across, maps.up, field, fill_type=FillType.OuterCode, line_type=LineType.Separate)
    for low, colour in tuple(zip(edges[:-1], ink.PRESSURE_STEPS, strict=True))[::every]:
        if low < largest:  # each step lies over the one below it, so that no seam shows between them
            for corners, codes in zip(*contours.filled(low, np.inf), strict=True):
                area = PathPatch(Path(corners, codes), facecolor=colour, linewidth=0)
                axes.add_artist(area)
                area.set_clip_path(rim)
    spacing = contour_step(maps.top)
    for level in np.arange(spacing, largest, spacing):
        colour = ink.INK if level < 0.5 * maps.top else ink.SURFACE
        for line in contours.lines(level):
            across, up = np.asarray(line).T
            axes.plot(across, up, color=colour, linewidth=0.6)[0].set_clip_path(rim)
    if maps.ridge.size:
        axes.plot(*maps.ridge.T, color=ink.INK, linewidth=1.1, linestyle=(0, (5, 3)))
    axes.plot(*maps.rim.T, color=ink.BONE, linewidth=1.6)
    axes.set_aspect("equal")
    axes.axis("off")


def _mark(axes: Axes, maps: PressureMaps, index: int, *, size: float) -> None:
    """Centre of pressure of each facet as a ring, the highest contact point as a cross."""
    for facet, colour in enumerate((ink.LATERAL, ink.MEDIAL)):
        x, y = maps.centres[index, facet]
        if np.isfinite(x):
            axes.plot(
                x,
                y,
                "o",
                markersize=size,
                markerfacecolor=ink.SURFACE,
                markeredgecolor=colour,
                markeredgewidth=size / 4,
            )
    if maps.largest[index] > 0:
        x, y = maps.summits[index]
        axes.plot(x, y, "x", markersize=0.8 * size, color=ink.SURFACE, markeredgewidth=size / 3)
        axes.plot(x, y, "x", markersize=0.8 * size, color=ink.INK, markeredgewidth=size / 6)


def large_map(maps: PressureMaps, index: int, *, side: str, label: str) -> str:
    """One frame with names, marks and a colour bar; `label` says which frame it is."""
    left, low = maps.rim.min(axis=0)
    right, high = maps.rim.max(axis=0)
    with matplotlib.rc_context(ink.settings("patella")):
        tall = (WIDTH - BAR_WIDTH) * (high - low + 2 * MARGIN_UP) / (right - left + 2 * MARGIN_ACROSS)
        figure = Figure(figsize=(WIDTH / 72, tall / 72))
        axes = figure.add_axes((0.0, 0.0, 1 - BAR_WIDTH / WIDTH, 1.0))
        _draw_map(axes, maps, index)
        _mark(axes, maps, index, size=8)
        _label_picture(axes, maps)
        axes.set_xlim(left - MARGIN_ACROSS, right + MARGIN_ACROSS)
        axes.set_ylim(low - MARGIN_UP, high + MARGIN_UP)
        _draw_scale(figure.add_axes((0.86, 0.1, 0.035, 0.76)), maps.top)
        largest = number(float(np.nan_to_num(maps.largest[index])), 1)
        description = (
            f"{side.capitalize()} kneecap seen from the thigh bone, {label}. "
            f"Largest pressure at one point {largest} MPa."
        )
        title = "Pressure on the back of the kneecap at its largest force"
        return ink.to_svg(figure, name="patella", title=title, description=description)


def small_map(maps: PressureMaps, index: int, *, name: str, description: str) -> str:
    """One frame without words, for a row of frames; an empty outline where it has no result."""
    (left, low), (right, high) = maps.rim.min(axis=0) - SMALL_MARGIN, maps.rim.max(axis=0) + SMALL_MARGIN
    with matplotlib.rc_context(ink.settings(name)):
        figure = Figure(figsize=(SMALL_WIDTH / 72, SMALL_WIDTH / 72 * (high - low) / (right - left)))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        _draw_map(axes, maps, index, every=2)
        _mark(axes, maps, index, size=4.5)
        axes.set_xlim(left, right)
        axes.set_ylim(low, high)
        return ink.to_svg(figure, name=name, title="Pressure on the back of the kneecap", description=description)


def scale_bar(top: float) -> str:
    """The colour scale alone, lying, for a row of small maps."""
    name = "pressure-scale"
    with matplotlib.rc_context(ink.settings(name)):
        figure = Figure(figsize=(240 / 72, 38 / 72))
        axes = figure.add_axes((0.03, 0.52, 0.94, 0.4))
        _fill_scale(axes, top, is_lying=True)
        ticks = np.arange(0, top * (1 + 1e-9), contour_step(top))
        ticks = ticks[::2] if len(ticks) > MOST_TICKS else ticks
        labels = [_short(float(tick)) for tick in ticks]
        labels[-1] += " MPa"
        axes.set_xticks(ticks, labels)
        return ink.to_svg(
            figure, name=name, title="Colour scale", description=f"Pressure from 0 to {_short(top)} megapascals."
        )


def _fill_scale(axes: Axes, top: float, *, is_lying: bool) -> None:
    """Steps of the scale, each over the one below it, with lines where the map has its contour lines."""
    edges = np.linspace(FLOOR * top, top, ink.N_PRESSURE_STEPS + 1)
    span, line = (axes.axvspan, axes.axvline) if is_lying else (axes.axhspan, axes.axhline)
    span(0, top, facecolor=ink.CARTILAGE, linewidth=0)
    for low, colour in zip(edges[:-1], ink.PRESSURE_STEPS, strict=True):
        span(low, top, facecolor=colour, linewidth=0)
    for level in np.arange(contour_step(top), top * (1 - 1e-9), contour_step(top)):
        line(level, color=ink.INK if level < 0.5 * top else ink.SURFACE, linewidth=0.6)
    (axes.set_xlim if is_lying else axes.set_ylim)(0, top)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _draw_scale(axes: Axes, top: float) -> None:
    """Colour bar in megapascals."""
    _fill_scale(axes, top, is_lying=False)
    axes.yaxis.tick_right()
    ticks = np.arange(0, top * (1 + 1e-9), contour_step(top))
    axes.set_yticks(ticks, [_short(float(tick)) for tick in ticks])
    axes.set_title("MPa", fontsize=11, color=ink.MUTED, loc="left", pad=8)


def _short(value: float) -> str:
    """A number without trailing zeros."""
    return number(value, 0) if value >= 10 or value == round(value) else number(value, 1 if value >= 0.1 else 3)


def _label_picture(axes: Axes, maps: PressureMaps) -> None:
    """Names of the two sides, top and bottom, the ridge and a 10 mm bar."""
    (left, low), (right, high) = maps.rim.min(axis=0), maps.rim.max(axis=0)
    middle = 0.5 * (high + low)
    for name, place, colour in (
        ("outer\n(lateral)", maps.sign, ink.LATERAL),
        ("inner\n(medial)", -maps.sign, ink.MEDIAL),
    ):
        edge = right if place > 0 else left
        align = "left" if place > 0 else "right"
        axes.text(edge + place * 2, middle, name, ha=align, va="center", color=colour, fontweight="bold")
    axes.text(0.5 * (left + right), high + 1.5, "top", ha="center", va="bottom", color=ink.MUTED)
    if maps.ridge.size:
        axes.text(maps.ridge[0, 0], low - 1.2, "ridge", ha="center", va="top", color=ink.MUTED)
    start = left - 0.8 * MARGIN_ACROSS
    axes.plot((start, start + 10), (low - 0.5, low - 0.5), color=ink.INK, linewidth=2)
    axes.text(start + 5, low - 1.4, "10 mm", ha="center", va="top", color=ink.MUTED, fontsize=10)
