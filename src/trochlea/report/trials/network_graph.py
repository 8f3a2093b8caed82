"""Network graph: classes as nodes, trials as edges; what is not connected stands apart, dashed."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from trochlea.evidence.network_answer import NetworkAnswer
from trochlea.evidence.network_part import NODES
from trochlea.evidence.number_words import listed
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

HEIGHT = 280
RADIUS = 0.17
"""Of a node, where the nodes stand on a circle of radius 1."""


def network_picture(answer: NetworkAnswer) -> Picture:
    """The network of one outcome at one time; classes without a usable trial are drawn dashed."""

    def draw(figure: Figure, palette: Palette) -> None:
        axes = figure.subplots()
        _draw(axes, answer, palette)
        figure.subplots_adjust(left=0.01, right=0.99, top=0.99, bottom=0.01)

    return Picture(
        name=network_name(answer),
        title=f"Network of trials: {answer.outcome}, {answer.timepoint}",
        description=answer.sentence,
        height=HEIGHT,
        draw=draw,
    )


def network_name(answer: NetworkAnswer) -> str:
    """A name for files and ids."""
    words = f"network-{answer.outcome}-{answer.timepoint}-{answer.instrument or 'none'}".lower()
    return "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in words)


def _draw(axes: Axes, answer: NetworkAnswer, palette: Palette) -> None:
    """Edges below, nodes above."""
    angles = {name: math.pi / 4 + i * math.pi / 2 for i, name in enumerate(NODES)}
    places = {name: (1.35 * math.cos(angle), math.sin(angle)) for name, angle in angles.items()}
    for part in answer.parts:
        for a, b, studies in part.edges:
            _draw_edge(axes, places[a], places[b], studies, palette)
    connected = {name for part in answer.parts for name in part.classes}
    for name, place in places.items():
        _draw_node(axes, name, place, palette, is_connected=name in connected)
    if not answer.parts:
        axes.text(0, 0, "no usable trial", ha="center", va="center", color=palette.muted, fontsize=12)
    axes.set_xlim(-2.05, 2.05)
    axes.set_ylim(-1.15, 1.15)
    axes.set_aspect("equal")
    axes.axis("off")


def _draw_edge(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], studies: tuple[str, ...], palette: Palette
) -> None:
    """A line as thick as its number of trials, with their names on it."""
    axes.plot(*zip(start, end, strict=True), color=palette.study, linewidth=1.5 + 2.0 * len(studies), zorder=1)
    middle_x, middle_y = 0.5 * (start[0] + end[0]), 0.5 * (start[1] + end[1])
    words = listed(list(studies)) if len(studies) <= 2 else f"{len(studies)} trials"
    axes.text(
        middle_x,
        middle_y,
        words.replace(" and ", "\n"),
        ha="center",
        va="center",
        fontsize=10,
        color=palette.ink,
        bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1.5},
        zorder=2,
    )


def _draw_node(axes: Axes, name: str, place: tuple[float, float], palette: Palette, *, is_connected: bool) -> None:
    """A circle with its name outside; dashed and empty where no trial reaches it."""
    axes.add_patch(
        Circle(
            place,
            RADIUS,
            facecolor=palette.ink if is_connected else palette.surface,
            edgecolor=palette.ink if is_connected else palette.muted,
            linewidth=1.5,
            linestyle="-" if is_connected else (0, (3, 3)),
            zorder=3,
        )
    )
    right = place[0] > 0
    at = (place[0] + (RADIUS + 0.07) * (1 if right else -1), place[1])
    words = name if is_connected else f"{name}\nnot connected"
    colour = palette.ink if is_connected else palette.muted
    axes.text(*at, words, ha="left" if right else "right", va="center", fontsize=11, color=colour, zorder=4)
