"""The arrow of a movement: the computed path of the part of the body that moves farthest."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from trochlea.leg.segments import Segments
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array
from trochlea.report.camera import Camera
from trochlea.report.figure_body import Build
from trochlea.report.outline import Piece, Raster

SHAFT, HEAD = 17.0, 62.0
"""Breadth of the shaft, and length of the head [mm]."""

SHORTEST = 130.0
"""A shorter path is drawn this long, along the same line [mm]."""

STILL = 45.0
"""A path of which less is seen, for it comes towards who looks, gets no arrow [mm]."""

OFFSETS = (0.0, 70.0, -70.0, 140.0, -140.0, 210.0, -210.0, 280.0, -280.0)
"""How far aside of its path an arrow may stand so that it does not lie on the body [mm], best first."""

COVERED = 6.0
"""Square millimetres of body under an arrow that weigh as much as 1 mm aside."""

PIXEL = 8.0
"""Of the raster on which overlaps are counted [mm]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Where an arrow is.

    Attributes:
        panel: In which picture: 0 at the start, 1 at the turning point.
        shaft: Shape (points, 2) [mm].
        head: Closed triangle, shape (4, 2) [mm].
    """

    panel: int
    shaft: Array
    head: Array

    def pieces(self) -> list[Piece]:
        """A pale rim that keeps it apart from what it lies on, and the arrow."""
        whole = np.vstack([self.shaft, self.head[1]])
        rim = Piece(kind="arrow_rim", lines=(whole,), breadth=SHAFT + 14.0)
        return [
            rim,
            Piece(kind="arrow_line", lines=(self.shaft,), breadth=SHAFT),
            Piece(kind="arrow", lines=(self.head,)),
        ]


def farthest_path(task: Task, placed: Segments, build: Build, side: Side) -> Array:
    """Way of the landmark that moves farthest, shape (frames, 3) [m].

    Landmarks: head, middle of the hips, knee and ankle of a leg whose foot carries nothing; of a body that lies on its
    supports the hips alone, for a free leg only rides on them.

    Args:
        task: What is done.
        placed: Bodies from the start to the turning point.
        build: Sizes of the drawn person.
        side: The working leg, which wins where both move alike.
    """
    position, rotation = placed.body("torso")
    head = position + rotation @ (build.hips + [0.0, 0.5 * (build.levels["neck"] + build.levels["vertex"]), 0.0])
    own, other = side[0], "l" if side == "right" else "r"
    carrying = {support.part for support in task.supports}
    free = [letter for letter, part in ((own, "working_foot"), (other, "other_foot")) if part not in carrying]
    hips = 0.5 * (placed.body("femur_r")[0] + placed.body("femur_l")[0])
    if task.is_balanced and task.position != "standing":
        return hips
    paths = [placed.body(f"{name}_{letter}")[0] for letter in free for name in ("talus", "tibia")]
    paths += [hips, head]
    ways = [round(float(np.linalg.norm(path[-1] - path[0])), 3) for path in paths]
    return paths[int(np.argmax(ways))]


def place_arrow(path: Array, camera: Camera, bodies: tuple[list[Array], list[Array]]) -> Arrow | None:
    """Beside the path, in the picture and on the side where it covers least of the body; None if it hardly moves there.

    Args:
        path: Of the landmark, shape (frames, 3) [m].
        camera: From where it is seen.
        bodies: Outlines of the person at the start and at the turning point, shape (points, 2) each [mm].
    """
    flat = camera.flat(path)
    seen = float(np.linalg.norm(flat[-1] - flat[0]))
    if seen < max(STILL, 0.35 * float(np.linalg.norm(path[-1] - path[0])) * 1e3):
        return None
    line = _smooth(_long_enough(flat))
    across = np.array([-(line[-1] - line[0])[1], (line[-1] - line[0])[0]]) / np.linalg.norm(line[-1] - line[0])
    best: tuple[float, Arrow] | None = None
    for panel, body in enumerate(bodies):
        raster = Raster(np.vstack([*body, line - 350.0, line + 350.0]), pixel=PIXEL)
        mask = raster.paint(body, [255] * len(body)) > 127
        for offset in OFFSETS:
            arrow = _arrow(panel, line + offset * across)
            covered = float(mask[_cells(raster, np.vstack([arrow.shaft, arrow.head]))].sum()) * PIXEL**2
            cost = covered / COVERED + abs(offset)
            if best is None or cost < best[0]:
                best = (cost, arrow)
    return None if best is None else best[1]


def _cells(raster: Raster, points: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of a raster's pixels under points and a shaft's breadth round them."""
    around = np.array([[0.0, 0.0], [SHAFT, 0.0], [-SHAFT, 0.0], [0.0, SHAFT], [0.0, -SHAFT]])
    cells = np.unique(np.round(((points[:, None] + around).reshape(-1, 2) - raster.low) / raster.pixel), axis=0)
    found = cells.astype(np.intp)
    return found[:, 1], found[:, 0]


def _long_enough(line: Array) -> Array:
    """A line of at least SHORTEST, stretched about its middle."""
    reach = float(np.linalg.norm(line[-1] - line[0]))
    middle = 0.5 * (line[0] + line[-1])
    return middle + (line - middle) * max(1.0, SHORTEST / reach)


def _smooth(line: Array, n: int = 25) -> Array:
    """Points of the cubic that runs nearest to a line, which is drawn without its small kinks."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    degree = min(3, np.unique(along).size - 1)
    places = np.linspace(0.0, along[-1], n)
    return np.column_stack([Polynomial.fit(along, line[:, i], degree)(places) for i in range(2)])


def _arrow(panel: int, line: Array) -> Arrow:
    """Shaft and head, whose tip is the line's end."""
    tip = line[-1]
    is_shaft = np.linalg.norm(line - tip, axis=1) > 0.8 * HEAD
    shaft = line[is_shaft]
    along = tip - shaft[-1]
    along /= np.linalg.norm(along)
    base, across = tip - HEAD * along, np.array([-along[1], along[0]])
    head = np.array([base + 0.45 * HEAD * across, tip, base - 0.45 * HEAD * across, base + 0.45 * HEAD * across])
    return Arrow(panel=panel, shaft=shaft, head=head)
