"""What the 3-D view shows: both surfaces, the kneecap's pose and the pressure at every drawn frame."""

import base64
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator

from trochlea.knee.femoral_surface import about_groove, femoral_points
from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.motion.timeseries import Array, read_only
from trochlea.report import ink
from trochlea.report.articular_sheet import ArticularSheet, articular_sheet, rings
from trochlea.report.chosen_frames import frame_label, frames_in_time, has_result
from trochlea.report.pressure_map import FLOOR
from trochlea.report.right_knee import right_points, right_poses
from trochlea.report.wording import STATUS_WORDS, number
from trochlea.units import MEGAPASCAL, MILLIMETRE

MOST_FRAMES = 61
"""Frames of a long movement that the view holds, evenly spaced; keeps the page small."""

FEMUR_ANGLES = (np.deg2rad(72), np.deg2rad(-150), 112)
"""First and last angle drawn of the femur, from the front upwards [rad], and their number."""

FEMUR_WIDTHS = (-0.041, 0.041, 83)
"""First and last z drawn of the femur [m], and their number."""

N_RINGS, N_AROUND = 20, 72
"""Nodes of the patella's drawn surface: rings from the middle to the rim, and nodes on each."""

UNITS_PER_MM = 200
"""Places are stored as whole numbers of 1/200 mm."""

RAMP = 64
"""Colours of the pressure scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Surfaces and frames; femur frame of the knee's own side, z to the person's right.

    Attributes:
        side: "right" or "left".
        femur: Cartilage, shape (angles, widths, 3) [m].
        caps: Corners of the flat cuts that close the femur towards the groove's axis, shape (corners, 3) [m].
        cap_triangles: Of the cuts, shape (triangles, 3).
        patella: Joint surface, patella frame, shape (nodes, 3) [m].
        front: Front of the patella, drawn freely, node by node, shape (nodes, 3) [m].
        triangles: Of patella and front, shape (triangles, 3).
        axis: Groove's axis x and y [m].
        frames: Drawn frames of the movement.
        has_result: Whether each holds values, shape (frames,).
        rotations: Patella in femur, shape (frames, 3, 3); NaN without a result.
        positions: Shape (frames, 3) [m].
        patella_pressure: Shape (frames, nodes) [Pa]; 0 without a result.
        femur_pressure: Shape (frames, angles * widths) [Pa].
        peak: Which of the drawn frames has the largest force.
        top: Upper end of the colour scale [MPa].
    """

    side: str
    femur: Array
    caps: Array
    cap_triangles: NDArray[np.int64]
    patella: Array
    front: Array
    triangles: NDArray[np.int64]
    axis: Array
    frames: tuple[int, ...]
    has_result: NDArray[np.bool_]
    rotations: Array
    positions: Array
    patella_pressure: Array
    femur_pressure: Array
    peak: int
    top: float


def build_scene(knee: Knee, result: KneecapResult, *, top: float, most_frames: int = MOST_FRAMES) -> Scene:
    """Sample both surfaces and the pressure on them.

    Args:
        knee: The knee that was solved, as a right one.
        result: Its movement, with at least one frame that has a result.
        top: Upper end of the colour scale [MPa].
        most_frames: Of a longer movement, this many frames are drawn.
    """
    frames = frames_in_time(result, most=most_frames)
    chosen = list(frames)
    valid = has_result(result)[chosen]
    sheet = articular_sheet(right_points(result), result.is_lateral)
    zy, triangles = rings(sheet.rim, n_rings=N_RINGS, n_around=N_AROUND)
    patella = np.column_stack((sheet.depth(zy), zy[:, ::-1]))
    pressure = np.zeros((len(frames), len(zy)))
    shown = [frame for frame, is_valid in zip(frames, valid, strict=True) if is_valid]
    pressure[valid] = np.maximum(sheet.spread(result.pressure[shown].T, zy).T, 0.0)
    theta, z = np.linspace(*FEMUR_ANGLES), np.linspace(*FEMUR_WIDTHS)
    rotations, positions = right_poses(result)
    on_femur = np.zeros((len(frames), theta.size * z.size))
    some = _every_second_node()
    for i in np.flatnonzero(valid):
        touching = patella[some] @ rotations[frames[i]].T + positions[frames[i]]
        on_femur[i] = _pressed(knee, touching, pressure[i, some], theta, z)
    mirror = np.array((1.0, 1.0, 1.0 if result.side == "right" else -1.0))
    femur = femoral_points(knee.trochlea, theta[:, None], z)
    caps, cap_triangles = _caps(femur, knee.trochlea.grid[:2])
    return Scene(
        side=result.side,
        femur=read_only(femur * mirror),
        caps=read_only(caps * mirror),
        cap_triangles=cap_triangles,
        patella=read_only(patella * mirror),
        front=read_only(_front(sheet, patella, knee) * mirror),
        triangles=triangles,
        axis=read_only(knee.trochlea.grid[:2]),
        frames=frames,
        has_result=valid,
        rotations=read_only(rotations[chosen] * np.outer(mirror, mirror)),
        positions=read_only(positions[chosen] * mirror),
        patella_pressure=read_only(pressure),
        femur_pressure=read_only(on_femur),
        peak=int(np.nanargmax(np.where(valid, result.contact_force[chosen], np.nan))),
        top=top,
    )


def _every_second_node() -> NDArray[np.int64]:
    """Middle, and every second node of every second ring: enough to carry the pressure, at a quarter of the time."""
    ring = np.arange(1, N_RINGS, 2)[:, None] * N_AROUND
    return np.concatenate(([0], (1 + ring + np.arange(0, N_AROUND, 2)).ravel()))


def _pressed(knee: Knee, touching: Array, pressure: Array, theta: Array, z: Array) -> Array:
    """Pressure of the patella carried along the femur's radius onto the femur's grid, shape (angles * widths,) [Pa]."""
    _, bearing = about_groove(knee.trochlea, touching)
    length = knee.shape.groove_radius  # so that both directions are lengths of one kind
    grid = np.stack(np.meshgrid(theta * length, z, indexing="ij"), axis=-1).reshape(-1, 2)
    carried = LinearNDInterpolator(np.column_stack((bearing * length, touching[:, 2])), pressure, fill_value=0.0)
    near = (grid[:, 0] >= length * bearing.min()) & (grid[:, 0] <= length * bearing.max())
    near &= (grid[:, 1] >= touching[:, 2].min()) & (grid[:, 1] <= touching[:, 2].max())
    field = np.zeros(len(grid))
    field[near] = carried(grid[near])
    return field


def _caps(femur: Array, axis: Array) -> tuple[Array, NDArray[np.int64]]:
    """Strips from each of the surface's four edges to the groove's axis, so that the femur looks solid."""
    corners, triangles, n = [], [], 0
    for edge in (femur[0], femur[-1], femur[:, 0], femur[:, -1]):
        inner = np.column_stack((np.broadcast_to(axis, (len(edge), 2)), edge[:, 2]))
        corners += [edge, inner]
        a = n + np.arange(len(edge) - 1)
        b = a + len(edge)
        triangles += [np.column_stack((a, a + 1, b + 1)), np.column_stack((a, b + 1, b))]
        n += 2 * len(edge)
    return np.vstack(corners), np.vstack(triangles)


def _front(sheet: ArticularSheet, patella: Array, knee: Knee) -> Array:
    """A dome over the joint surface, down to the patella's apex: drawn freely, the model holds no front."""
    middle = 0.5 * (sheet.rim.max(axis=0) + sheet.rim.min(axis=0))
    share = np.concatenate(([0.0], np.repeat(np.arange(1, N_RINGS + 1) / N_RINGS, N_AROUND)))
    rim = np.concatenate(([patella[-N_AROUND:, 0].mean()], np.tile(patella[-N_AROUND:, 0], N_RINGS)))
    dome = np.sqrt(np.maximum(1 - share**3, 0.0))
    x = rim + (0.5 * knee.shape.patella_thickness - rim) * dome
    reach = patella[:, 1] - middle[1]
    low = np.maximum(-reach / (middle[1] - sheet.rim[:, 1].min()), 0.0)
    apex = max(sheet.rim[:, 1].min() + 0.5 * knee.shape.patella_height, 0.0)
    return np.column_stack((x, patella[:, 1] - apex * low**2 * dome, patella[:, 2]))


def scene_json(scene: Scene, result: KneecapResult, *, is_timed: bool) -> str:
    """The scene for the page's script, safe inside a script element.

    Args:
        scene: What is shown.
        result: The movement that it was built from.
        is_timed: False where the frames are settings of a sweep, and their times mean nothing.
    """
    data = {
        "side": scene.side,
        "perMillimetre": UNITS_PER_MM,
        "femur": {
            "shape": scene.femur.shape[:2],
            "places": _places(scene.femur),
            "caps": _places(scene.caps),
            "capTriangles": _packed(scene.cap_triangles.astype("<u2")),
        },
        "patella": {
            "places": _places(scene.patella),
            "front": _places(scene.front),
            "triangles": _packed(scene.triangles.astype("<u2")),
        },
        "axis": (scene.axis / MILLIMETRE).round(3).tolist(),
        "top": scene.top,
        "peak": scene.peak,
        "floor": FLOOR,
        "tissue": ink.TISSUE,
        "ramp": {name: ink.pressure_ramp(is_dark=name == "dark", n=RAMP) for name in ("light", "dark")},
        "frames": [_frame(scene, result, i, is_timed=is_timed) for i in range(len(scene.frames))],
    }
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _frame(scene: Scene, result: KneecapResult, i: int, *, is_timed: bool) -> dict[str, object]:
    """Words, pose and pressures of one drawn frame."""
    frame = scene.frames[i]
    status = result.solution.status[frame]
    words: dict[str, object] = {
        "label": frame_label(result, frame, is_timed=is_timed),
        "status": "converged" if status == "converged" else f"frame {STATUS_WORDS[status]}",
    }
    if not scene.has_result[i]:
        return words
    step = 255 / (scene.top * MEGAPASCAL)
    pressed = np.flatnonzero(scene.femur_pressure[i] * step >= 0.5)
    values = np.clip(np.round(scene.femur_pressure[i][pressed] * step), 0, 255)
    return words | {
        "force": round(float(result.contact_force[frame])),
        "forceText": number(float(result.contact_force[frame]), 0),
        "lateral": number(float(result.lateral_peak_pressure[frame]) / MEGAPASCAL, 1),
        "medial": number(float(result.medial_peak_pressure[frame]) / MEGAPASCAL, 1),
        "rotation": scene.rotations[i].round(6).ravel().tolist(),
        "position": (scene.positions[i] / MILLIMETRE).round(3).tolist(),
        "pressure": _packed(np.clip(np.round(scene.patella_pressure[i] * step), 0, 255).astype("u1")),
        "pressedAt": _packed(pressed.astype("<u2")),
        "pressed": _packed(values.astype("u1")),
    }


def _places(points: Array) -> str:
    """Points as packed whole numbers."""
    return _packed(np.round(points.reshape(-1) / MILLIMETRE * UNITS_PER_MM).astype("<i2"))


def _packed(values: np.ndarray) -> str:
    """Little-endian bytes in base 64."""
    return base64.b64encode(values.tobytes()).decode("ascii")
