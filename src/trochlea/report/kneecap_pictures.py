"""All pictures of one kneecap over one movement or sweep, ready for a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from markupsafe import Markup

from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.report.chosen_frames import frame_label, frames_by_flexion, has_result
from trochlea.report.pressure_map import PressureMaps, large_map, pressure_maps, scale_bar, scale_top, small_map
from trochlea.report.scene import build_scene, scene_json
from trochlea.report.skyline import Skyline, cut_skylines
from trochlea.report.skyline_picture import large_skyline, measures, small_skyline
from trochlea.report.still import still_png
from trochlea.report.track import patella_track
from trochlea.report.track_picture import track_figure, tracking_figure
from trochlea.report.wording import STATUS_WORDS, number
from trochlea.units import MEGAPASCAL

N_PANELS = 6
"""Flexions drawn side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One flexion in the row of small pictures.

    Attributes:
        flexion: Of the knee, with its unit.
        time: With its unit; empty in a sweep.
        status: "converged", or what is wrong in words.
        pressure: Map of the joint surface.
        skyline: Cross-section.
        words: Force, peaks and tracking.
    """

    flexion: str
    time: str
    status: str
    pressure: Markup
    skyline: Markup
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KneecapPictures:
    """Inline SVGs and the 3-D view.

    Attributes:
        label: Frame of the largest force, drawn large.
        largest: Largest pressure at one contact point of that frame, with its unit.
        pressure: Its map.
        skyline: Its cross-section.
        measures: Tilt, bisect offset and shift in it.
        congruence: Congruence angle in it, with its unit.
        scale: Colour scale of the small maps.
        panels: A few flexions side by side.
        track: Path over the unrolled groove.
        tracking: Shift and tilt against flexion.
        scene: JSON for the script of the view.
        stills: PNGs in base 64, by theme.
        script: three.js and the script of the view.
        n_left_out: Frames of a long movement that the view leaves out.
    """

    label: str
    largest: str
    pressure: Markup
    skyline: Markup
    measures: str
    congruence: str
    scale: Markup
    panels: tuple[Panel, ...]
    track: Markup
    tracking: Markup
    scene: Markup
    stills: dict[str, str]
    script: Markup
    n_left_out: int


def draw_kneecap(knee: Knee, result: KneecapResult, *, is_timed: bool = True) -> KneecapPictures | None:
    """Draw everything; None where no frame holds a result.

    Args:
        knee: The knee that was solved, as a right one.
        result: Its movement, or a sweep over flexion.
        is_timed: False for a sweep: its times mean nothing and are not shown.
    """
    valid = has_result(result)
    if not valid.any():
        return None
    peak = int(np.nanargmax(np.where(valid, result.contact_force, np.nan)))
    top = scale_top(result.pressure[valid] / MEGAPASCAL)
    label = frame_label(result, peak, is_timed=is_timed)
    frames = frames_by_flexion(result, n=N_PANELS)
    maps = pressure_maps(result, (peak, *frames), top=top)
    skyline, *small = cut_skylines(knee, result, frames=(peak, *frames))
    track = patella_track(knee, result, patch_frames=frames)
    scene = build_scene(knee, result, top=top)
    # Our own SVG, script and JSON: texts in them were escaped where they were made.
    return KneecapPictures(
        label=label,
        largest=f"{number(float(maps.largest[0]), 1)} MPa",
        pressure=Markup(large_map(maps, 0, side=result.side, label=label)),
        skyline=Markup(large_skyline(skyline, side=result.side)),
        measures=", ".join(measures(skyline)),
        congruence=f"{number(float(np.rad2deg(skyline.congruence_angle)), 0)}°",
        scale=Markup(scale_bar(top)),
        panels=_panels(result, maps, small, is_timed=is_timed),
        track=Markup(track_figure(track, side=result.side)),
        tracking=Markup(tracking_figure(result, track.frames)),
        scene=Markup(scene_json(scene, result, is_timed=is_timed)),
        stills={"light": still_png(scene, theme="light"), "dark": still_png(scene, theme="dark")},
        script=_script(),
        n_left_out=result.times.size - len(scene.frames),
    )


def _panels(
    result: KneecapResult, maps: PressureMaps, skylines: Sequence[Skyline], *, is_timed: bool
) -> tuple[Panel, ...]:
    """One panel for each frame of the maps but the first, which is drawn large."""
    panels = []
    for i, (frame, skyline) in enumerate(zip(maps.frames[1:], skylines, strict=True)):
        lateral, medial = (
            number(float(values[frame]) / MEGAPASCAL, 1)
            for values in (result.lateral_peak_pressure, result.medial_peak_pressure)
        )
        status, label = result.solution.status[frame], frame_label(result, frame, is_timed=is_timed)
        panels.append(
            Panel(
                flexion=f"{number(float(np.rad2deg(result.tibiofemoral_flexion[frame])), 0)}°",
                time=f"{number(float(result.times[frame]), 2)} s" if is_timed else "",
                status="converged" if status == "converged" else STATUS_WORDS[status],
                pressure=Markup(small_map(maps, i + 1, name=f"map-{i}", description=label)),
                skyline=Markup(small_skyline(skyline, side=result.side, name=f"cut-{i}")),
                words=(
                    f"{number(float(result.contact_force[frame]), 0)} N",
                    f"outer {lateral} MPa",
                    f"inner {medial} MPa",
                    *measures(skyline),
                ),
            )
        )
    return tuple(panels)


@cache
def _script() -> Markup:
    """three.js, then our script."""
    folder = files("trochlea.report").joinpath("viewer")
    return Markup(
        "".join(
            f"<script>\n{folder.joinpath(name).read_text(encoding='utf-8')}</script>\n"
            for name in ("three.min.js", "kneecap_view.js")
        )
    )
