"""The picture of an exercise: start and end position of a computed movement, as an SVG that needs nothing else.

Bones and muscles stand where the leg model has them. Trunk and legs' flesh are simple shapes round them; arms, chairs
and mats are drawn freely and mean nothing (`figure_arms`, `exercise_props`).
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

import numpy as np

from trochlea.leg.kinematics import static_pose
from trochlea.leg.muscles.muscle_lines import muscle_lines
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.leg.segments import Segments, segments
from trochlea.leg.skeleton.bone_meshes import bone_meshes
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only
from trochlea.report.camera import View, camera, view_words
from trochlea.report.exercise_arrow import farthest_path, place_arrow
from trochlea.report.exercise_figure import Stage, figure_pieces, toe_bends
from trochlea.report.exercise_loads import loads_of
from trochlea.report.exercise_muscles import WORK, legend
from trochlea.report.exercise_props import LYING, levels_of, props_of
from trochlea.report.figure_arms import Levels
from trochlea.report.figure_body import build_of
from trochlea.report.outline import Piece, path_data
from trochlea.units import MILLIMETRE

PAINTS: dict[str, tuple[str, str, str, str, float]] = {
    "far_flesh": ("#f3eee8", "#b3aaa0", "#2b2f34", "#676d74", 3.0),
    "flesh": ("#e9e1d8", "#8c8379", "#393e45", "#8a9199", 4.0),
    "bone": ("#fffdf7", "#4d463d", "#e3dac7", "#15171a", 3.0),
    "shade": ("#ddd0b8", "none", "#b5a98f", "none", 0.0),
    "other_bone": ("#f8f4ec", "#a39a8e", "#8f8a80", "#23262a", 2.5),
    "other_shade": ("#ebe3d5", "none", "#7b766c", "none", 0.0),
    "muscle1": ("#f0c3b6", "#b97f70", "#7d4a42", "#15171a", 2.0),
    "muscle2": ("#e39480", "#a65a48", "#b3564a", "#15171a", 2.0),
    "muscle3": ("#cf5540", "#8a2d1e", "#e2604f", "#15171a", 2.0),
    "muscle4": ("#a81c14", "#5e0d08", "#ff8271", "#15171a", 2.0),
    "thing": ("#cfd8dc", "#5d6b72", "#4c5963", "#93a2ab", 4.0),
    "thing_line": ("none", "#9fadb4", "none", "#6b7983", 0.0),
    "band": ("none", "#14697a", "none", "#58bdd0", 0.0),
    "weight": ("#5d6b72", "#263035", "#93a2ab", "#dfe7ea", 4.0),
    "thing_top": ("#e3e9ec", "#5d6b72", "#61707a", "#93a2ab", 4.0),
    "wall": ("#e9edef", "#b4bfc4", "#2d353a", "#56626a", 3.0),
    "wall_top": ("#e9edef", "#b4bfc4", "#2d353a", "#56626a", 3.0),
    "arrow_rim": ("none", "#ffffff", "none", "#15171a", 0.0),
    "arrow_line": ("none", "#17375e", "none", "#a9cdf5", 0.0),
    "arrow": ("#17375e", "#17375e", "#a9cdf5", "#a9cdf5", 2.0),
    "floor": ("none", "#5d6b72", "none", "#93a2ab", 6.0),
}
"""Kind -> fill and stroke in light and on paper, fill and stroke in the dark, breadth of the stroke [mm]. The muscles'
tints darken in light, and lighten in the dark, so that they can be told apart without colour."""

EDGE = 30.0
"""Room round the picture [mm]."""

GAP = 90.0
"""Between the two positions [mm]."""

LINE = 62.0
"""Height of a line of words [mm]."""

LETTERS = 44.0
"""Size of the words [mm]; printed at a tenth of life, they are 12 points."""

LETTER = 0.54
"""Mean breadth of a letter over its size [-]; generous for common fonts without serifs."""

NARROWEST = 1000.0
"""A picture is at least so broad that its words fit [mm]."""

PIXELS = 0.22
"""Size of the picture when nothing else is said [px/mm]: all exercises have one scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One position.

    Attributes:
        words: What it is called.
        behind: Things behind the person.
        person: The person.
        before: Things before the person, and the arrow.
    """

    words: str
    behind: tuple[Piece, ...]
    person: tuple[Piece, ...]
    before: tuple[Piece, ...]

    def pieces(self) -> tuple[Piece, ...]:
        """All, from the farthest to the nearest."""
        return (*self.behind, *self.person, *self.before)

    def outlines(self) -> list[Array]:
        """Of the person alone."""
        return [line for piece in self.person if piece.kind.endswith("flesh") for line in piece.lines]


def exercise_svg(
    task_motion: TaskMotion,
    leg: LegModel,
    side: Side,
    *,
    activations: Mapping[str, Array] | None = None,
    view: View = "side",
    has_legend: bool = True,
) -> str:
    """Start and end position of an exercise, the way between them as an arrow.

    Args:
        task_motion: The computed movement.
        leg: The leg model that did it.
        side: The working leg.
        activations: Of the working leg's muscles, shape (frames,) each [-]; active ones are drawn. No muscle is drawn
            if None.
        view: The first or the second view of the task's position (`camera.WORDS`).
        has_legend: Whether words below say which muscles are at work.

    Returns:
        An `svg` element with its own colours for light, dark and paper; coordinates in millimetres.

    References:
        de-leva-1996-segments, table 4: breadths of the body.
    """
    postures = task_motion.postures.values
    pose = static_pose(leg, posture_series(leg, postures))
    whole = segments(leg, pose)
    stage, levels = _stage(task_motion, leg, side, whole, view)
    lines = muscle_lines(leg, pose, side)
    instants = (0, len(postures) - 1)
    active = {name: values[list(instants)] for name, values in (activations or {}).items()}
    panels = []
    for number, instant in enumerate(instants):
        now = {name: float(values[number]) for name, values in active.items()}
        behind, before = loads_of(stage, task_motion, number, instant)
        panels.append(
            Panel(
                words=stage.task.ends[number],
                behind=(*props_of(stage, number, levels), *behind),
                person=tuple(figure_pieces(stage, number, levels, lines[instant], now)),
                before=tuple(before),
            )
        )
    path = farthest_path(stage.task, whole, stage.build, side)
    arrow = place_arrow(path, stage.camera, (panels[0].outlines(), panels[1].outlines()))
    if arrow is not None:
        old = panels[arrow.panel]
        panels[arrow.panel] = replace(old, before=(*old.before, *arrow.pieces()))
    return _page(stage, view, panels, levels, legend(active) if has_legend else {})


def _stage(task_motion: TaskMotion, leg: LegModel, side: Side, whole: Segments, view: View) -> tuple[Stage, Levels]:
    """What both positions share; heights are taken where the floor is a line."""
    ends = [0, len(whole.positions) - 1]
    placed = Segments(
        names=whole.names,
        positions=read_only(whole.positions[ends]),
        rotations=read_only(whole.rotations[ends]),
        centre_of_mass=read_only(whole.centre_of_mass[ends]),
    )
    task = task_motion.task
    stage = Stage(
        task=task,
        side=side,
        build=build_of(leg),
        bones=bone_meshes(leg),
        segments=placed,
        camera=camera("side", task.position, placed, side),
        toe_bends={},
    )
    supports = task_motion.supports
    levels = levels_of(stage, (0, 1), None if supports is None else supports.points[ends].reshape(-1, 3))
    bends = {}
    if task.position in ("standing", "quadruped"):
        bends = toe_bends(stage, levels.floor, (0, 1))
    return replace(stage, camera=camera(view, task.position, placed, side), toe_bends=bends), levels


def _page(stage: Stage, view: View, panels: list[Panel], levels: Levels, at_work: Mapping[int, list[str]]) -> str:
    """Both positions beside each other on one height, words below."""
    boxes = [_bounds(panel) for panel in panels]
    floor = levels.floor / MILLIMETRE if stage.camera.is_level else np.inf
    bottom = min(floor, *(low[1] for low, _ in boxes)) - EDGE
    top = max(high[1] for _, high in boxes) + EDGE
    words = [f"{number} {panel.words}" for number, panel in enumerate(panels, start=1)]
    least = max(NARROWEST / 2.0, *(LETTER * LETTERS * len(one) + EDGE for one in words))
    x, parts = 0.0, []
    for (low, high), panel, word in zip(boxes, panels, words, strict=True):
        width = max(high[0] - low[0] + 2.0 * EDGE, least)
        left = 0.5 * (low[0] + high[0] - width)
        drawn = "".join(_drawn(piece) for piece in panel.pieces() if piece.lines)
        if np.isfinite(floor) and (stage.task.position not in LYING or levels.body > levels.floor):
            drawn = _floor(left, left + width, floor) + drawn
        label = _word(left + width / 2.0, LINE - bottom, word)
        parts.append(f'<g transform="translate({x - left:.0f} {top:.0f})">{drawn}{label}</g>')
        x += width + GAP
    width, below = x - GAP, top - bottom + LINE
    parts.append(_word(width / 2.0, below + LINE, view_words(view, stage.task.position), kind="faint"))
    keys, height = _keys(at_work, width, below + 2.0 * LINE)
    title = escape(f"{stage.task.title}, start and end, {view_words(view, stage.task.position)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width * PIXELS:.0f}" height="{height * PIXELS:.0f}" role="img" class="exercise-picture">'
        f"<title>{title}</title>{_style()}{''.join(parts)}{keys}</svg>"
    )


def _bounds(panel: Panel) -> tuple[Array, Array]:
    points = np.vstack([line for piece in panel.pieces() for line in piece.lines])
    return points.min(axis=0), points.max(axis=0)


def _keys(at_work: Mapping[int, list[str]], width: float, top: float) -> tuple[str, float]:
    """Tints and the words for them below a picture, and the height that it has with them [mm]."""
    parts, y = [], top
    indent = 70.0
    for level, groups in at_work.items():
        lines = textwrap.wrap(f"{WORK[level - 1]}: {', '.join(groups)}", int((width - indent) / (LETTER * LETTERS)))
        parts.append(f'<path class="ep-muscle{level}" d="M10 {y:.0f}h40v36h-40z"/>')
        for line in lines:
            parts.append(_word(indent, y + 32.0, line, kind="key"))
            y += 0.9 * LINE
    return "".join(parts), y + (0.2 * LINE if parts else -0.6 * LINE)


def _word(x: float, y: float, words: str, *, kind: str = "word") -> str:
    return f'<text class="ep-{kind}" x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>'


def _style() -> str:
    """Plain colours as light and paper show them; the dark ones for screens whose reader asked for them."""
    light, dark = [], []
    for kind, (fill, stroke, dark_fill, dark_stroke, breadth) in PAINTS.items():
        light.append(f".ep-{kind}{{fill:{fill};stroke:{stroke};stroke-width:{breadth:g}}}")
        dark.append(f".ep-{kind}{{fill:{dark_fill};stroke:{dark_stroke}}}")
    font = f"font:{LETTERS:g}px sans-serif"
    light.append(f".ep-word{{fill:#2f2f2f;{font};text-anchor:middle}}.ep-key{{fill:#2f2f2f;{font}}}")
    light.append(f".ep-faint{{fill:#6a6a6a;{font};text-anchor:middle}}")
    dark.append(".ep-word,.ep-key{fill:#d5dade}.ep-faint{fill:#9aa3aa}")
    return (
        f"<style>.exercise-picture path{{stroke-linejoin:round;stroke-linecap:round}}{''.join(light)}"
        f"@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}</style>"
    )


def _floor(low: float, high: float, floor: float) -> str:
    return f'<path class="ep-floor" d="{path_data([np.array([[low, floor], [high, floor]])], is_closed=False)}"/>'


def _drawn(piece: Piece) -> str:
    if piece.breadth:
        data = path_data(piece.lines, is_closed=False)
        return f'<path class="ep-{piece.kind}" style="stroke-width:{piece.breadth:g}" d="{data}"/>'
    rule = ' fill-rule="evenodd"' if piece.kind.endswith(("flesh", "bone", "shade")) else ""
    return f'<path class="ep-{piece.kind}"{rule} d="{path_data(piece.lines)}"/>'
