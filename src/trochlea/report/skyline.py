"""Cross-section of patella and groove at one frame."""

from dataclasses import dataclass

import numpy as np

from trochlea.knee.patella import articular_centre_y, articular_x
from trochlea.knee.result import KneecapResult
from trochlea.knee.shape import KneeShape
from trochlea.knee.trochlea import surface_radius
from trochlea.motion.timeseries import Array, read_only

N_ACROSS = 81
"""Points across each outline."""

N_ALONG = 121
"""Points from top to bottom of the patella among which the cut is looked for."""

GROOVE_HALF_WIDTH = 0.034
"""How far the groove is drawn to each side [m]; wider than the patella, inside the surface's table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skyline:
    """Outlines in the plane through the groove's axis and the middle of the contact.

    Columns: lateral, positive for either knee, and distance from the groove's axis.

    Attributes:
        patella: Articular surface of the patella, shape (n, 2) [m].
        groove: Cartilage of the femur, shape (m, 2) [m].
    """

    patella: Array
    groove: Array

    def __post_init__(self) -> None:
        """Check shapes and make the arrays read-only."""
        for name in ("patella", "groove"):
            outline = read_only(getattr(self, name))
            object.__setattr__(self, name, outline)
            if outline.ndim != 2 or outline.shape[1] != 2 or outline.shape[0] < 2:
                raise ValueError(f"{name} has shape {outline.shape}, expected (points, 2)")
            if not np.isfinite(outline).all():
                raise ValueError(f"{name} holds a value that is not finite")


def cut_skyline(shape: KneeShape, result: KneecapResult, *, frame: int) -> Skyline:
    """Cut patella and groove where the contact presses most at one frame.

    Args:
        shape: The knee that was solved, as a right one.
        result: Its movement.
        frame: A frame with a valid value.

    Raises:
        ValueError: If the frame has no pose or no pressure.
    """
    if not (np.isfinite(result.solution.value[frame]).all() and np.nansum(result.pressure[frame]) > 0):
        raise ValueError(f"frame {frame} has no contact to cut through")
    pose = result.solution.value[frame] * (1.0 if result.side == "right" else _MIRROR)
    points = result.points * ((1.0, 1.0, 1.0) if result.side == "right" else (1.0, 1.0, -1.0))
    _, bearing, _ = _about_axis(points, pose, shape)
    cut = float(np.average(bearing, weights=result.pressure[frame] * result.point_areas))
    across = np.linspace(-0.5, 0.5, N_ACROSS) * shape.patella_width * 0.98
    half_height = 0.5 * shape.articular_height_ratio * shape.patella_height
    up = articular_centre_y(shape) + np.linspace(-1, 1, N_ALONG) * half_height
    outline = np.array([_on_cut(z, up, pose, cut, shape) for z in across])
    width = np.linspace(-GROOVE_HALF_WIDTH, GROOVE_HALF_WIDTH, N_ACROSS)
    groove = np.column_stack([width, surface_radius(np.full(N_ACROSS, cut), width, shape)])
    return Skyline(patella=outline[np.isfinite(outline).all(axis=1)], groove=groove)


_MIRROR = np.array((1.0, -1.0, -1.0, 1.0, 1.0, -1.0))
"""Pose of a left patella to that of its mirror image."""


def _rotation(angles: Array) -> Array:
    """Orientation Rz(a) Rx(b) Ry(c) from the angles of `Solution.value`, shape (3, 3)."""
    (ca, cb, cc), (sa, sb, sc) = np.cos(angles), np.sin(angles)
    about_z = np.array(((ca, -sa, 0), (sa, ca, 0), (0, 0, 1)))
    about_x = np.array(((1, 0, 0), (0, cb, -sb), (0, sb, cb)))
    about_y = np.array(((cc, 0, sc), (0, 1, 0), (-sc, 0, cc)))
    return about_z @ about_x @ about_y


def _about_axis(points: Array, pose: Array, shape: KneeShape) -> tuple[Array, Array, Array]:
    """Distance from the groove's axis [m], angle from the front upwards [rad] and z [m] of patella points."""
    in_femur = points @ _rotation(pose[:3]).T + pose[3:]
    forward = in_femur[:, 0] - shape.groove_centre_forward * shape.knee_size
    up = in_femur[:, 1] - shape.groove_centre_proximal * shape.knee_size
    return np.hypot(forward, up), np.arctan2(up, forward), in_femur[:, 2]


def _on_cut(z: float, up: Array, pose: Array, cut: float, shape: KneeShape) -> tuple[float, float]:
    """Where the patella's surface at width z crosses the cut: lateral and distance; NaN where it does not."""
    column = np.full(up.size, z)
    radius, bearing, lateral = _about_axis(np.column_stack([articular_x(up, column, shape), up, column]), pose, shape)
    order = np.argsort(bearing)
    if not bearing[order[0]] <= cut <= bearing[order[-1]]:
        return np.nan, np.nan
    place = np.interp(cut, bearing[order], lateral[order]), np.interp(cut, bearing[order], radius[order])
    return float(place[0]), float(place[1])
