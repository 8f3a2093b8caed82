"""Pictures of the kneecap at one frame: joint surface coloured by pressure, cross-section on the groove."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial import ConvexHull

from trochlea.knee.result import KneecapResult
from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.skyline import Skyline
from trochlea.report.wording import number
from trochlea.units import MEGAPASCAL, MILLIMETRE

FLOOR = 0.02
"""Share of the largest pressure below which a point is drawn as out of contact."""

BELL = 0.6
"""Width of the bell that smooths the picture, in mean distances between points; the peak loses a few percent."""

MAP_WIDTH = 385
"""Width of the map beside its colour bar, in the figure's units."""

MARGIN_ACROSS, MARGIN_UP = 15.0, 7.0
"""Room for words around the kneecap [mm]."""

HARMONICS = 8
"""Waves kept of the rim's radius around its middle, so that the rim is smooth."""

RIM = 0.03
"""How far the drawn rim lies outside the outermost points, as a share of their distance from the middle."""

RIDGE_BANDS = 9
"""Bands from top to bottom in which the median ridge is looked for."""


def _screen(points: Array, is_lateral: np.ndarray, side: str) -> tuple[Array, Array, float]:
    """Place of points on the screen, seen from the femur [mm], and the sign of lateral there.

    From behind, the outer side of a right knee is on the viewer's right, that of a left knee on the left.
    """
    lateral = points[:, 2] - 0.5 * (points[:, 2].max() + points[:, 2].min())
    if is_lateral.any() and not is_lateral.all():
        lateral = lateral * np.sign(points[is_lateral, 2].mean() - points[~is_lateral, 2].mean())
    sign = 1.0 if side == "right" else -1.0
    return sign * lateral / MILLIMETRE, points[:, 1] / MILLIMETRE, sign


def patella_figure(result: KneecapResult, frame: int) -> str:
    """The patella's joint surface seen from the femur, coloured by pressure at one frame."""
    across, up, sign = _screen(result.points, result.is_lateral, result.side)
    pressure = np.nan_to_num(result.pressure[frame]) / MEGAPASCAL
    with matplotlib.rc_context(ink.settings("patella")):
        tall = MAP_WIDTH * (np.ptp(up) + 2 * MARGIN_UP) / (np.ptp(across) + 2 * MARGIN_ACROSS)
        figure = Figure(figsize=(460 / 72, tall / 72))
        axes = figure.add_axes((0.0, 0.0, MAP_WIDTH / 460, 1.0))
        scale = figure.add_axes((0.86, 0.12, 0.035, 0.72))
        largest = float(pressure.max())
        levels = _levels(largest)
        outline = _outline(across, up)
        (rim,) = axes.fill(outline[:, 0], outline[:, 1], facecolor=ink.CARTILAGE, edgecolor="none")
        if largest > 0:
            field = _smooth_field(across, up, pressure)
            axes.contourf(*field, levels=levels, colors=ink.PRESSURE_STEPS).set_clip_path(rim)
        axes.plot(outline[:, 0], outline[:, 1], color=ink.BONE, linewidth=2)
        ridge = _ridge(across, up, result.is_lateral)
        axes.plot(ridge[:, 0], ridge[:, 1], color=ink.INK, linewidth=1.4, linestyle=(0, (5, 3)))
        _label_picture(axes, across, up, ridge, sign)
        _draw_scale(scale, levels)
        description = (
            f"{result.side.capitalize()} kneecap seen from the thigh bone at {result.times[frame]:.2f} s, "
            f"knee bent {np.rad2deg(result.tibiofemoral_flexion[frame]):.0f} degrees. Largest pressure "
            f"at one point {largest:.1f} MPa."
        )
        title = "Pressure on the back of the kneecap at its largest force"
        return ink.to_svg(figure, name="patella", title=title, description=description)


def _levels(largest: float) -> Array:
    """Edges of the pressure steps [MPa], round enough to read."""
    if largest <= 0:
        return np.linspace(0.0, 1.0, ink.N_PRESSURE_STEPS + 1)
    return np.linspace(FLOOR * largest, largest * (1 + 1e-9), ink.N_PRESSURE_STEPS + 1)


def _smooth_field(across: Array, up: Array, pressure: Array) -> tuple[Array, Array, Array]:
    """Pressure on a square grid: the mean of the points nearby, weighted by a bell as wide as their spacing."""
    spacing = np.sqrt(np.ptp(across) * np.ptp(up) / across.size)
    x, y = (np.arange(v.min() - spacing, v.max() + spacing, 0.3 * spacing) for v in (across, up))
    grid_x, grid_y = np.meshgrid(x, y)
    apart = (grid_x[..., None] - across) ** 2 + (grid_y[..., None] - up) ** 2
    weight = np.exp(-apart / (2 * (BELL * spacing) ** 2))
    field = (weight @ pressure) / np.maximum(weight.sum(axis=-1), 1e-12)
    return x, y, field


def _outline(across: Array, up: Array) -> Array:
    """Smooth rim around all points, a little outside of them, closed, shape (corners, 2)."""
    places = np.column_stack((across, up))
    corners = places[ConvexHull(places).vertices]
    edges = np.linspace(corners, np.roll(corners, -1, axis=0), 20, endpoint=False, axis=1).reshape(-1, 2)
    centre = 0.5 * (corners.max(axis=0) + corners.min(axis=0))
    arms = edges - centre
    angles = np.linspace(-np.pi, np.pi, 180, endpoint=False)
    bearing, reach = np.arctan2(arms[:, 1], arms[:, 0]), np.linalg.norm(arms, axis=1)
    waves = np.fft.rfft(np.interp(angles, *_sorted(bearing, reach), period=2 * np.pi))
    waves[HARMONICS + 1 :] = 0
    radius = (1 + RIM) * np.fft.irfft(waves, angles.size)
    rim = centre + radius[:, None] * np.column_stack((np.cos(angles), np.sin(angles)))
    return np.vstack((rim, rim[:1]))


def _sorted(keys: Array, values: Array) -> tuple[Array, Array]:
    """Both in the order of the keys."""
    order = np.argsort(keys)
    return keys[order], values[order]


def _ridge(across: Array, up: Array, is_lateral: np.ndarray) -> Array:
    """Straight line along the border between the two facets, from bottom to top, shape (2, 2)."""
    edges = np.linspace(up.min(), up.max(), RIDGE_BANDS + 1)
    places = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        band = (up >= low) & (up <= high)
        lateral, medial = across[band & is_lateral], across[band & ~is_lateral]
        if lateral.size and medial.size:
            if lateral.mean() > medial.mean():
                border = 0.5 * (lateral.min() + medial.max())
            else:
                border = 0.5 * (lateral.max() + medial.min())
            places.append((border, 0.5 * (low + high)))
    if len(places) < 2:
        return np.empty((0, 2))
    border = np.array(places)
    ends = np.array((up.min(), up.max()))
    slope, start = np.polyfit(border[:, 1], border[:, 0], 1)
    return np.array([(float(start) + float(slope) * end, end) for end in ends.tolist()])


def _label_picture(axes: Axes, across: Array, up: Array, ridge: Array, sign: float) -> None:
    """Names of the two sides, top and bottom, the ridge and a 10 mm bar."""
    middle = 0.5 * (up.max() + up.min())
    for name, place in (("outer\n(lateral)", sign), ("inner\n(medial)", -sign)):
        edge = across.max() if place > 0 else across.min()
        align = "left" if place > 0 else "right"
        colour = ink.LATERAL if name.startswith("outer") else ink.MEDIAL
        axes.text(edge + place * 2.5, middle, name, ha=align, va="center", color=colour, fontweight="bold")
    axes.text(0.5 * (across.max() + across.min()), up.max() + 2.5, "top", ha="center", va="bottom", color=ink.MUTED)
    if ridge.size:
        axes.text(ridge[0, 0], up.min() - 2.2, "ridge", ha="center", va="top", color=ink.MUTED)
    left = across.min() - 0.8 * MARGIN_ACROSS
    axes.plot((left, left + 10), (up.min() - 1.5, up.min() - 1.5), color=ink.INK, linewidth=2)
    axes.text(left + 5, up.min() - 2.4, "10 mm", ha="center", va="top", color=ink.MUTED, fontsize=10)
    axes.set_xlim(across.min() - MARGIN_ACROSS, across.max() + MARGIN_ACROSS)
    axes.set_ylim(up.min() - MARGIN_UP, up.max() + MARGIN_UP)
    axes.set_aspect("equal")
    axes.axis("off")


def _draw_scale(axes: Axes, levels: Array) -> None:
    """Colour bar in megapascals, as solid steps."""
    for low, high, colour in zip(levels[:-1], levels[1:], ink.PRESSURE_STEPS, strict=True):
        axes.fill_between((0, 1), low, high, facecolor=colour, linewidth=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(levels[0], levels[-1])
    axes.set_xticks([])
    axes.yaxis.tick_right()
    ticks = levels[::3]
    axes.set_yticks(ticks, [number(float(tick), 1) for tick in ticks])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title("MPa", fontsize=11, color=ink.MUTED, loc="left", pad=8)


def skyline_figure(skyline: Skyline, *, side: str) -> str:
    """Patella and groove in cross-section from above, front at the top, outer side as in `patella_figure`."""
    sign = 1.0 if side == "right" else -1.0
    with matplotlib.rc_context(ink.settings("skyline")):
        figure = Figure(figsize=(460 / 72, 220 / 72))
        axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
        patella, groove, touches = _touching(skyline)
        floor = groove[:, 1].min() - 9
        axes.fill_between(sign * groove[:, 0], groove[:, 1], floor, facecolor=ink.CARTILAGE, linewidth=0)
        axes.plot(sign * groove[:, 0], groove[:, 1], color=ink.BONE, linewidth=2)
        rim = np.vstack((patella, _front(patella)))
        axes.fill(*(rim * (sign, 1.0)).T, facecolor=ink.SURFACE, edgecolor=ink.BONE, linewidth=2)
        pressed = np.where(touches[:, None], patella * (sign, 1.0), np.nan)
        axes.plot(*pressed.T, color=ink.FORCE, linewidth=4, solid_capstyle="round")
        top = float(rim[:, 1].max())
        sides = (("outer (lateral)", sign, ink.LATERAL), ("inner (medial)", -sign, ink.MEDIAL))
        for name, place, colour in sides:
            axes.text(
                0.985 if place > 0 else 0.015, 0.96, name, transform=axes.transAxes,
                ha="right" if place > 0 else "left", va="top", color=colour, fontweight="bold",
            )  # fmt: skip
        axes.set_ylim(floor, top + 4)
        axes.set_aspect("equal")
        axes.axis("off")
        return ink.to_svg(
            figure,
            name="skyline",
            title="Kneecap on the groove in cross-section",
            description="The back of the kneecap above the groove of the thigh bone, from above, front up. "
            "The front of the kneecap is drawn freely.",
        )


def _touching(skyline: Skyline) -> tuple[Array, Array, np.ndarray]:
    """Both outlines [mm] and where the patella touches; squeezed cartilage is shared half and half."""
    patella = skyline.patella[np.argsort(skyline.patella[:, 0])] / MILLIMETRE
    groove = skyline.groove[np.argsort(skyline.groove[:, 0])] / MILLIMETRE
    below = np.interp(patella[:, 0], groove[:, 0], groove[:, 1])
    above = np.interp(groove[:, 0], patella[:, 0], patella[:, 1], left=np.inf, right=np.inf)
    touches = patella[:, 1] <= below
    shared = np.column_stack([patella[:, 0], np.where(touches, 0.5 * (patella[:, 1] + below), patella[:, 1])])
    pressed = np.minimum(groove[:, 1], 0.5 * (groove[:, 1] + above))
    return shared, np.column_stack([groove[:, 0], pressed]), touches


def _front(patella: Array) -> Array:
    """The front of the patella from lateral to medial, drawn freely [mm]."""
    arch = np.linspace(0, np.pi, 40)
    middle, half = 0.5 * (patella[0, 0] + patella[-1, 0]), 0.5 * (patella[-1, 0] - patella[0, 0])
    across = middle + half * np.cos(arch)
    back = np.interp(across, patella[:, 0], patella[:, 1])
    return np.column_stack([across, back + (patella[:, 1].max() + 9 - back) * np.sin(arch) ** 0.5])
