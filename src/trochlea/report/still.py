"""The 3-D view as a picture: where scripts do not run, and on paper."""

import base64
import io
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, PolyCollection, TriMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.tri import Triangulation
from PIL import Image
from scipy.spatial import ConvexHull

from trochlea.motion.timeseries import Array
from trochlea.report import ink
from trochlea.report.pressure_map import FLOOR
from trochlea.report.scene import Scene
from trochlea.units import MEGAPASCAL, MILLIMETRE

Theme = Literal["light", "dark"]

PAPER = {"light": "#ffffff", "dark": "#192027"}
"""What the picture stands on: `--surface` of the page."""

INK = {"light": "#56626e", "dark": "#a2aeb8"}
"""Colour of its words: `--muted` of the page."""

SIZE = (860, 380)
"""Of the picture, in pixels."""

REACH = 44.0
"""Half the height of what each half of the picture shows [mm]."""

SHADE = 0.55
"""Brightness of a surface seen edge-on, relative to one seen face-on."""

RIM_SHADE = {"light": 0.5, "dark": 1.3}
"""Brightness of the patella's outline against its bone."""

N_SHADES = 64

N_COLOURS = 256
"""Of the palette; keeps the picture small."""

THINNING = 3
"""Every third line of the femur's grid is drawn where it carries no pressure."""

GLASS = 0.16
"""Opacity of the patella's front."""

OUTER, ABOVE = 0.35, 0.30
"""How far the viewer moves to the outer side and upwards, against the way out from the groove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A direction of view; both vectors of length 1, femur frame.

    Attributes:
        towards: From what is looked at to the viewer.
        up: Upwards in the picture.
    """

    towards: Array
    up: Array


def facing_camera(scene: Scene) -> Camera:
    """Onto the kneecap at its largest force, turned a little towards the outer side and to above."""
    outer = 1.0 if scene.side == "right" else -1.0
    forward, up = scene.positions[scene.peak][:2] - scene.axis
    angle = np.arctan2(up, forward)
    outwards, along = np.array((np.cos(angle), np.sin(angle), 0.0)), np.array((-np.sin(angle), np.cos(angle), 0.0))
    towards = outwards + OUTER * outer * np.array((0.0, 0.0, 1.0)) + ABOVE * along
    towards = towards / np.linalg.norm(towards)
    upright = along - (along @ towards) * towards
    return Camera(towards=towards, up=upright / np.linalg.norm(upright))


def still_png(scene: Scene, *, theme: Theme) -> str:
    """The frame with the largest force, with the kneecap and without it, as a PNG in base 64."""
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), facecolor=PAPER[theme])
    half = SIZE[0] / SIZE[1] / 2 * REACH
    camera = facing_camera(scene)
    for i in range(2):
        axes = figure.add_axes((0.5 * i, 0.0, 0.5, 1.0))
        for layer in _layers(scene, camera, theme, with_patella=i == 0):
            axes.add_collection(layer, autolim=False)
        middle = _project(0.6 * scene.positions[scene.peak] + 0.4 * np.append(scene.axis, 0.0), camera)
        across = _project(np.array((0.0, 0.0, 1.0 if scene.side == "right" else -1.0)), camera)[0]
        for name, place in (("outer", across), ("inner", -across)):
            axes.text(
                0.96 if place > 0 else 0.04, 0.04, name, transform=axes.transAxes, fontsize=10, color=INK[theme],
                ha="right" if place > 0 else "left", va="bottom",
            )  # fmt: skip
        axes.set_xlim(middle[0] - half, middle[0] + half)
        axes.set_ylim(middle[1] - REACH, middle[1] + REACH)
        axes.axis("off")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    stream = io.BytesIO()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    picture.quantize(N_COLOURS, dither=Image.Dither.NONE).save(stream, format="png", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _project(points: Array, camera: Camera) -> Array:
    """Right, up and towards the viewer, shape (..., 3) [mm]."""
    right = np.cross(camera.up, camera.towards)
    return points @ np.stack((right, camera.up, camera.towards)).T / MILLIMETRE


def _layers(scene: Scene, camera: Camera, theme: Theme, *, with_patella: bool) -> list[Collection]:
    """Femur, joint surface of the patella, and its front as glass: the viewer looks at them in this order."""
    cartilage, bone = (np.array(to_rgb(ink.TISSUE[theme][name])) for name in ("cartilage", "bone"))
    thinning = THINNING if with_patella else 1
    grid = scene.femur[::thinning, ::thinning]
    n_angles, n_widths = grid.shape[:2]
    a = (np.arange(n_angles - 1)[:, None] * n_widths + np.arange(n_widths - 1)).ravel()
    b, c, d = a + 1, a + n_widths, a + n_widths + 1
    faces = np.vstack((np.column_stack((a, b, d)), np.column_stack((a, d, c))))
    femur = grid.reshape(-1, 3)
    cuts = _layer(scene.caps, scene.cap_triangles, camera, np.tile(bone, (len(scene.caps), 1)))
    if not with_patella:
        painted = _painted(scene.femur_pressure[scene.peak], scene, cartilage, theme)
        return [cuts, _layer(femur, faces, camera, painted)]
    rotation, position = scene.rotations[scene.peak], scene.positions[scene.peak]
    painted = _painted(scene.patella_pressure[scene.peak], scene, cartilage, theme)
    outline = _project(scene.front @ rotation.T + position, camera)[:, :2]
    outline = outline[ConvexHull(outline).vertices]
    glass = PolyCollection(
        [outline], facecolors=[(*bone, GLASS)], edgecolors=[(*bone * RIM_SHADE[theme], 1.0)], linewidths=1.6
    )
    return [
        cuts,
        _layer(femur, faces, camera, np.tile(cartilage, (len(femur), 1))),
        _layer(scene.patella @ rotation.T + position, scene.triangles, camera, painted),
        glass,
    ]


def _layer(points: Array, faces: np.ndarray, camera: Camera, colours: Array) -> TriMesh:
    """One surface, from back to front, darker where it is seen edge-on."""
    places = _project(points, camera)
    corners = places[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    at_corners = np.zeros_like(places)
    for column in range(3):
        np.add.at(at_corners, faces[:, column], normals)
    length = np.linalg.norm(at_corners, axis=1)
    facing = np.abs(at_corners[:, 2]) / np.where(length > 0, length, 1.0)
    shade = SHADE + (1 - SHADE) * facing
    order = np.argsort(corners[:, :, 2].mean(axis=1))
    layer = TriMesh(Triangulation(places[:, 0], places[:, 1], faces[order]))
    layer.set(facecolor=np.column_stack((np.clip(colours * shade[:, None], 0, 1), np.ones_like(shade))))
    return layer


def _painted(pressure: Array, scene: Scene, tissue: Array, theme: Theme) -> Array:
    """Colour of each corner, shape (corners, 3)."""
    ramp = np.array([to_rgb(colour) for colour in ink.pressure_ramp(is_dark=theme == "dark", n=N_SHADES)])
    share = pressure / (scene.top * MEGAPASCAL)
    colours = ramp[np.clip(share * N_SHADES, 0, N_SHADES - 1).astype(int)]
    return np.where(share[:, None] > FLOOR, colours, tissue)
