"""The patella's path over the unrolled femoral cartilage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.femoral_surface import about_groove, deepest_line, femoral_radius
from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.knee.trochlea import Trochlea
from trochlea.motion.timeseries import Array, read_only
from trochlea.report.articular_sheet import articular_sheet, rings
from trochlea.report.chosen_frames import has_result
from trochlea.report.right_knee import right_points, right_poses
from trochlea.report.skyline import GROOVE_SEARCH

TOUCH = 0.1e6
"""Pressure above which a place counts as part of a drawn contact patch [Pa]. A choice of drawing: under 0.1 MPa the
outline follows single points."""

HALF_WIDTH = 0.030
"""How far the femur is drawn to each side [m]."""

BEYOND = np.deg2rad(12)
"""How far the femur is drawn beyond the contact, about the groove's axis [rad]."""

N_ALONG = 121
"""Angles at which the surface is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Paths on the femoral surface, unrolled along the groove's deepest line; lateral positive for either knee.

    Places are lateral and length along the groove, downwards from the upper end, both [m].

    Attributes:
        along: Length along the groove at each drawn angle, shape (angles,).
        lateral: Drawn z, shape (widths,).
        height: Of the surface above the groove's deepest point at that angle, shape (angles, widths) [m].
        deepest: Lateral place of the groove's deepest point at each drawn angle, shape (angles,).
        frames: Frames with a result, in order of time.
        flexion: Of those, shape (n,) [rad].
        ridge: Middle of the patella's median ridge on the surface, shape (n, 2).
        patch_frames: Frames whose contact patch is drawn.
        patches: Places of the patella's joint surface at each, shape (patches, nodes, 2).
        pressures: At those places, shape (patches, nodes) [Pa].
        triangles: Nodes that are neighbours, shape (triangles, 3).
    """

    along: Array
    lateral: Array
    height: Array
    deepest: Array
    frames: tuple[int, ...]
    flexion: Array
    ridge: Array
    patch_frames: tuple[int, ...]
    patches: Array
    pressures: Array
    triangles: NDArray[np.int64]


def patella_track(knee: Knee, result: KneecapResult, *, patch_frames: Sequence[int]) -> Track:
    """Path of the ridge over all frames with a result, and where the patella presses at some of them.

    Args:
        knee: The knee that was solved, as a right one.
        result: Its movement, with at least one frame that has a result.
        patch_frames: Frames with a result, of which the contact patch is wanted.
    """
    frames = np.flatnonzero(has_result(result))
    points = right_points(result)
    sheet = articular_sheet(points, result.is_lateral)
    middle = sheet.ridge.mean(axis=0) if sheet.ridge.size else points[:, [2, 1]].mean(axis=0)
    ridge = np.array([sheet.depth(middle[None])[0], middle[1], middle[0]])
    rotations, positions = right_poses(result)
    on_ridge = rotations[frames] @ ridge + positions[frames]
    zy, triangles = rings(sheet.rim, n_rings=18, n_around=72)
    nodes = np.column_stack((sheet.depth(zy), zy[:, ::-1]))
    touching = np.array([nodes @ rotations[frame].T + positions[frame] for frame in patch_frames])
    _, ridge_angle = about_groove(knee.trochlea, on_ridge)
    _, angle = about_groove(knee.trochlea, touching)
    pressures = sheet.spread(result.pressure[list(patch_frames)].T, zy).T
    seen = np.concatenate((ridge_angle, angle[pressures > TOUCH]))
    theta = np.linspace(seen.max() + BEYOND, seen.min() - BEYOND, N_ALONG)
    lateral = np.linspace(-HALF_WIDTH, HALF_WIDTH, 121)
    deepest, along = _groove_length(knee.trochlea, theta)
    bottom = femoral_radius(knee.trochlea, theta, deepest)

    def unrolled(bearing: Array) -> Array:
        return np.interp(-bearing, -theta, along)

    return Track(
        along=read_only(along),
        lateral=read_only(lateral),
        height=read_only(femoral_radius(knee.trochlea, theta[:, None], lateral) - bottom[:, None]),
        deepest=read_only(deepest),
        frames=tuple(int(frame) for frame in frames),
        flexion=read_only(result.tibiofemoral_flexion[frames]),
        ridge=read_only(np.column_stack((on_ridge[:, 2], unrolled(ridge_angle)))),
        patch_frames=tuple(patch_frames),
        patches=read_only(np.stack((touching[..., 2], unrolled(angle)), axis=-1)),
        pressures=read_only(pressures),
        triangles=triangles,
    )


def _groove_length(trochlea: Trochlea, theta: Array) -> tuple[Array, Array]:
    """Deepest point at each angle, and the length of the line through them from the first one [m]."""
    deepest = deepest_line(trochlea, theta, half_width=GROOVE_SEARCH)
    radius = femoral_radius(trochlea, theta, deepest)
    steps = np.diff(np.column_stack((radius * np.cos(theta), radius * np.sin(theta), deepest)), axis=0)
    return deepest, np.concatenate(([0.0], np.linalg.norm(steps, axis=1).cumsum()))
