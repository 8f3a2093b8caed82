"""Outlines of projected shapes as short SVG paths: polygons are painted on a raster, and the raster is traced."""

from collections.abc import Iterable
from dataclasses import dataclass

import contourpy
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from trochlea.motion.timeseries import Array

PIXEL = 1.0
"""Side of a pixel of the raster [mm]."""

OVERSAMPLING = 2
"""Polygons are painted so many times finer, so that edges are soft before they are traced."""

TOLERANCE = 0.6
"""Largest distance of a simplified outline from the traced one [mm]; printed at a tenth, it is less than a hair."""

SMALLEST = 12.0
"""Areas below this are left out [mm^2]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A shape of a picture.

    Attributes:
        kind: What it is; decides its paint.
        lines: Shape (points, 2) each [mm]; closed unless `breadth` is given.
        breadth: Of the stroke [mm]; 0: the lines are closed and filled.
    """

    kind: str
    lines: tuple[Array, ...]
    breadth: float = 0.0


class Raster:
    """A raster of one shape; coordinates are (right, up) of the picture [mm]."""

    def __init__(self, points: Array, *, margin: float = 8.0, pixel: float = PIXEL) -> None:
        """Big enough for the points, shape (points, 2), and a margin [mm]."""
        low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
        self.low, self.pixel = low, pixel
        size = np.ceil((high - low) / pixel).astype(int) + 1
        self.size = (int(size[0]) * OVERSAMPLING, int(size[1]) * OVERSAMPLING)

    def paint(self, polygons: Iterable[Array], values: Iterable[int]) -> Array:
        """Polygons, later over earlier, each with a value from 1 to 255; shape (rows, columns)."""
        image = Image.new("L", self.size, 0)
        draw = ImageDraw.Draw(image)
        for polygon, value in zip(polygons, values, strict=True):
            draw.polygon(
                [tuple(p) for p in (polygon - self.low) / self.pixel * OVERSAMPLING], fill=value, outline=value
            )
        rows, columns = self.size[1] // OVERSAMPLING, self.size[0] // OVERSAMPLING
        fine = np.asarray(image, dtype=np.float64)
        return fine.reshape(rows, OVERSAMPLING, columns, OVERSAMPLING).mean(axis=(1, 3))

    def trace(self, field: Array, level: float, *, tolerance: float = TOLERANCE) -> list[Array]:
        """Closed lines at which a field crosses a level, each of shape (points, 2) [mm]."""
        generator = contourpy.contour_generator(z=np.pad(field, 1), line_type=contourpy.LineType.Separate)
        lines = [np.asarray(line, dtype=np.float64) for line in generator.lines(level)]
        shift = self.low + (0.5 - 1.0) * self.pixel
        found = [simplified(line * self.pixel + shift, tolerance) for line in lines]
        return [line for line in found if abs(area(line)) > SMALLEST]


def blurred(field: Array, spread: float) -> Array:
    """A field smoothed over some pixels."""
    return ndimage.gaussian_filter(field, spread)


def area(line: Array) -> float:
    """Area inside a closed line, positive if it runs anticlockwise."""
    x, y = line[:, 0], line[:, 1]
    return 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


def simplified(line: Array, tolerance: float) -> Array:
    """The fewest of a line's points that stay within a tolerance of it (Douglas and Peucker's rule).

    A closed line (first point = last) is halved at the point farthest from its start.
    """
    if len(line) < 4:
        return line
    is_kept = np.zeros(len(line), dtype=bool)
    is_kept[[0, -1]] = True
    farthest = int(np.linalg.norm(line - line[0], axis=1).argmax())
    is_kept[farthest] = True
    waiting = [(0, farthest), (farthest, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        inner = line[first + 1 : last] - line[first]
        chord = line[last] - line[first]
        length = float(np.hypot(*chord))
        if length > 0:
            distance = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length
        else:
            distance = np.hypot(inner[:, 0], inner[:, 1])
        worst = int(distance.argmax())
        if distance[worst] > tolerance:
            middle = first + 1 + worst
            is_kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[is_kept]


def path_data(lines: Iterable[Array], *, is_closed: bool = True) -> str:
    """The `d` of an SVG path, in whole millimetres with y down; steps from point to point keep it short."""
    parts = []
    for line in lines:
        points = np.round(line * [1.0, -1.0]).astype(int)
        steps = np.diff(points, axis=0)
        steps = steps[np.any(steps != 0, axis=1)]
        if is_closed and len(steps) > 2:
            steps = steps[:-1] if np.array_equal(points[0], points[-1]) else steps
        text = "".join(f"l{x}{'' if y < 0 else ' '}{y}" for x, y in steps)
        # A repeated command letter may be left out; a minus sign separates by itself.
        text = text.replace("l-", "-").replace("l", " ")
        parts.append(f"M{points[0, 0]} {points[0, 1]}l{text.strip()}" + ("z" if is_closed else ""))
    return "".join(parts)
