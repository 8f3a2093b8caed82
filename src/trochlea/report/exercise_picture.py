"""The picture of an exercise: start and end position of a computed movement, as an SVG that needs nothing else.

Bones and muscles stand where the leg model has them. Trunk and legs' flesh are simple shapes round them; arms, chairs
and mats are drawn freely and mean nothing (`figure_arms`, `exercise_props`).
"""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import numpy as np

from trochlea.leg.kinematics import static_pose
from trochlea.leg.muscles.muscle_lines import muscle_lines
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.bone_meshes import bone_meshes
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array
from trochlea.report.camera import View, camera
from trochlea.report.exercise_figure import Piece, Stage, figure_pieces, toe_bends
from trochlea.report.exercise_props import LYING, MAT, Prop, floor_height, mat_ends, props_of
from trochlea.report.figure_body import build_of
from trochlea.report.outline import path_data

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
    "floor": ("none", "#5d6b72", "none", "#93a2ab", 6.0),
}
"""Kind -> fill and stroke in light and on paper, fill and stroke in the dark, breadth of the stroke [mm]. The muscles'
tints darken in light, and lighten in the dark, so that they can be told apart without colour."""

EDGE = 30.0
"""Room round the picture [mm]."""

GAP = 120.0
"""Between the two positions [mm]."""

LABEL = 62.0
"""Height of the words [mm]."""

PIXELS = 0.22
"""Size of the picture when nothing else is said [px/mm]: all exercises have one scale."""


Panel = tuple[tuple[Piece, ...], tuple[Prop, ...]]
"""One position: the person, and the things."""

WORDS = ("start", "end")


def exercise_svg(
    task_motion: TaskMotion,
    leg: LegModel,
    side: Side,
    *,
    activations: Mapping[str, Array] | None = None,
    view: View = "side",
) -> str:
    """Start and end position of an exercise.

    Args:
        task_motion: The computed movement.
        leg: The leg model that did it.
        side: The working leg.
        activations: Of the working leg's muscles, shape (frames,) each [-]; active ones are drawn. No muscle is drawn
            if None.
        view: "side": from the working leg's side (from the front of a person who lies on the side); "front": from the
            front of a person who stands or sits, from the feet of one who lies.

    Returns:
        An `svg` element with its own colours for light, dark and paper; coordinates in millimetres.

    References:
        de-leva-1996-segments, table 4: breadths of the body.
    """
    frames = (0, (task_motion.motion.coordinates.times.size - 1) // 2)
    pose = static_pose(leg, posture_series(leg, task_motion.postures.values[[0, -1]]))
    placed = segments(leg, pose)
    stage = Stage(
        task=task_motion.task,
        side=side,
        build=build_of(leg),
        bones=bone_meshes(leg),
        segments=placed,
        camera=camera(view, placed, side),
        toe_bends={},
    )
    supports = task_motion.supports
    heights = floor_height(stage, (0, 1), None if supports is None else supports.points[list(frames)].reshape(-1, 3))
    if stage.task.position == "standing":
        stage = replace(stage, toe_bends=toe_bends(stage, heights[0], (0, 1)))
    lines = muscle_lines(leg, pose, side)
    panels: list[Panel] = []
    for number, frame in enumerate(frames):
        now = {name: float(values[frame]) for name, values in (activations or {}).items()}
        pieces = figure_pieces(stage, number, heights[0], lines[number], now)
        props = props_of(stage, task_motion, view, number, frame, heights)
        panels.append((tuple(pieces), tuple(props)))
    return _page(stage, view, panels, heights[0])


def _page(stage: Stage, view: View, panels: list[Panel], floor: float) -> str:
    """Both positions in one frame: below each other where the person lies, else beside each other."""
    points = np.vstack([line for panel in panels for line in _lines(panel)])
    low, high = points.min(axis=0) - EDGE, points.max(axis=0) + EDGE
    is_lying = stage.task.position in LYING
    low[1] = min(low[1], floor - (MAT if is_lying else 0.0) - EDGE)
    width, height = high - low
    is_stacked = is_lying and view == "side"
    step = (0.0, height + LABEL) if is_stacked else (width + GAP, 0.0)
    whole = (width + step[0], height + LABEL + step[1])
    ends = mat_ends(stage, view, low[0], high[0]) if is_lying else (low[0], high[0])
    ground, parts = _floor(is_lying, *ends, floor), []
    for number, panel in enumerate(panels):
        x, y = number * step[0] - low[0], number * step[1] + high[1]
        drawn = ground + _panel(panel)
        middle = (low[0] + high[0]) / 2.0
        word = f'<text class="ep-word" x="{middle:.0f}" y="{LABEL - 14.0 - low[1]:.0f}">{WORDS[number]}</text>'
        parts.append(f'<g transform="translate({x:.0f} {y:.0f})">{drawn}{word}</g>')
    title = escape(f"{stage.task.title}, start and end, {'from the side' if view == 'side' else 'from the front'}")
    if is_lying and view == "front":
        title = title.replace("from the front", "from the feet")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]:.0f} {whole[1]:.0f}" '
        f'width="{whole[0] * PIXELS:.0f}" height="{whole[1] * PIXELS:.0f}" role="img" class="exercise-picture">'
        f"<title>{title}</title>{_style()}{''.join(parts)}</svg>"
    )


def _style() -> str:
    """Plain colours as light and paper show them; the dark ones for screens whose reader asked for them."""
    light, dark = [], []
    for kind, (fill, stroke, dark_fill, dark_stroke, breadth) in PAINTS.items():
        light.append(f".ep-{kind}{{fill:{fill};stroke:{stroke};stroke-width:{breadth:g}}}")
        dark.append(f".ep-{kind}{{fill:{dark_fill};stroke:{dark_stroke}}}")
    light.append(".ep-word{fill:#4a4a4a;font:44px sans-serif;text-anchor:middle}")
    dark.append(".ep-word{fill:#c9ced3}")
    return (
        f"<style>.exercise-picture path{{stroke-linejoin:round;stroke-linecap:round}}{''.join(light)}"
        f"@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}</style>"
    )


def _floor(is_mat: bool, low: float, high: float, floor: float) -> str:
    """A line, or a mat to lie on."""
    if is_mat:
        corners = np.array([[low, floor], [high, floor], [high, floor - MAT], [low, floor - MAT], [low, floor]])
        return f'<path class="ep-thing" d="{path_data([corners])}"/>'
    return f'<path class="ep-floor" d="{path_data([np.array([[low, floor], [high, floor]])], is_closed=False)}"/>'


def _panel(panel: Panel) -> str:
    """Things behind, the person, things in front."""
    pieces, props = panel
    behind = [_prop(prop) for prop in props if not prop.is_in_front]
    person = [f'<path class="ep-{p.kind}" fill-rule="evenodd" d="{path_data(p.lines)}"/>' for p in pieces if p.lines]
    front = [_prop(prop) for prop in props if prop.is_in_front]
    return "".join((*behind, *person, *front))


def _prop(prop: Prop) -> str:
    if prop.breadth:
        data = path_data([prop.line], is_closed=False)
        return f'<path class="ep-{prop.kind}" style="stroke-width:{prop.breadth:g}" d="{data}"/>'
    return f'<path class="ep-{prop.kind}" d="{path_data([prop.line])}"/>'


def _lines(panel: Panel) -> list[Array]:
    pieces, props = panel
    return [line for piece in pieces for line in piece.lines] + [prop.line for prop in props]
