"""Cross-section of patella and groove at one frame, as on a skyline radiograph."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trochlea.knee.axial_view import axial_view
from trochlea.knee.femoral_surface import about_groove, deepest_line, femoral_radius
from trochlea.knee.knee import Knee
from trochlea.knee.result import KneecapResult
from trochlea.motion.timeseries import Array, read_only
from trochlea.report.articular_sheet import ArticularSheet, articular_sheet
from trochlea.report.right_knee import right_points, right_poses
from trochlea.units import MILLIMETRE

N_ACROSS = 81
"""Points across each outline."""

N_ALONG = 41
"""Points from top to bottom of the patella among which the cut is looked for."""

GROOVE_HALF_WIDTH = 0.034
"""How far the groove is drawn to each side [m]; wider than the patella, inside the surface's table."""

GROOVE_SEARCH = 0.012
"""How far to each side of the middle the groove's deepest point is looked for [m]. Assumed: inside the condyles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skyline:
    """Outlines in the plane through the groove's axis and the middle of the contact.

    Places are lateral, positive for either knee, and distance from the groove's axis, both [m].

    Attributes:
        frame: Of the movement.
        patella: Articular surface of the patella, from medial to lateral, shape (n, 2).
        groove: Cartilage of the femur, from medial to lateral, shape (m, 2).
        patella_layer: Thickness of the patella's cartilage [m].
        groove_layer: Thickness of the femur's cartilage [m].
        deepest: Deepest point of the groove, shape (2,).
        landmarks: On bone: medial ridge of the femur, its lateral ridge, the sulcus, and the patella's ridge, from
            which a radiologist reads the congruence angle, shape (4, 2).
        width_line: Medial and lateral end of the patella's width through its centre, shape (2, 2).
        tilt: Of the patella, lateral positive [rad].
        bisect_offset: Share of the width lateral of the groove's deepest point [-].
        shift: Of the patella, lateral positive [m].
        congruence_angle: Lateral positive [rad].
    """

    frame: int
    patella: Array
    groove: Array
    patella_layer: float
    groove_layer: float
    deepest: Array
    landmarks: Array
    width_line: Array
    tilt: float
    bisect_offset: float
    shift: float
    congruence_angle: float

    def __post_init__(self) -> None:
        """Check shapes and make the arrays read-only."""
        for name in ("patella", "groove", "deepest", "landmarks", "width_line"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        for name in ("patella", "groove"):
            outline = getattr(self, name)
            if outline.ndim != 2 or outline.shape[1] != 2 or outline.shape[0] < 2:
                raise ValueError(f"{name} has shape {outline.shape}, expected (points, 2)")
            if not np.isfinite(outline).all():
                raise ValueError(f"{name} holds a value that is not finite")


def cut_skyline(knee: Knee, result: KneecapResult, *, frame: int) -> Skyline:
    """Cut patella and groove where the contact presses most at one frame; see `cut_skylines`."""
    return cut_skylines(knee, result, frames=(frame,))[0]


def cut_skylines(knee: Knee, result: KneecapResult, *, frames: Sequence[int]) -> tuple[Skyline, ...]:
    """Cut patella and groove where the contact presses most at each of some frames.

    Args:
        knee: The knee that was solved, as a right one.
        result: Its movement.
        frames: Frames with a valid value.

    Raises:
        ValueError: If a frame has no pose or no pressure.
    """
    points = right_points(result)
    sheet = articular_sheet(points, result.is_lateral)
    surface = _sampled(sheet)
    rotations, positions = right_poses(result)
    view = axial_view(knee, rotations, positions)
    landmarks = np.stack((view.medial_ridge, view.lateral_ridge, view.sulcus, view.patellar_ridge), axis=1)
    cuts = []
    for frame in frames:
        if not (np.isfinite(result.solution.value[frame]).all() and np.nansum(result.pressure[frame]) > 0):
            raise ValueError(f"frame {frame} has no contact to cut through")
        pose = rotations[frame], positions[frame]
        middle = np.average(points @ pose[0].T + pose[1], axis=0, weights=result.pressure[frame] * result.point_areas)
        cut = float(about_groove(knee.trochlea, middle)[1])
        cuts.append(_skyline(knee, result, frame, surface=surface, landmarks=landmarks[frame], pose=pose, cut=cut))
    return tuple(cuts)


def _skyline(
    knee: Knee,
    result: KneecapResult,
    frame: int,
    *,
    surface: Array,
    landmarks: Array,
    pose: tuple[Array, Array],
    cut: float,
) -> Skyline:
    """The section at one angle about the groove's axis."""
    rotation, position = pose
    z = np.linspace(-GROOVE_HALF_WIDTH, GROOVE_HALF_WIDTH, N_ACROSS)
    groove = np.column_stack([z, femoral_radius(knee.trochlea, np.array(cut), z)])
    lowest = deepest_line(knee.trochlea, np.array([cut]), half_width=GROOVE_SEARCH)
    deepest = np.array([lowest[0], femoral_radius(knee.trochlea, np.array(cut), lowest)[0]])
    # the view of the landmarks looks along the groove at the ridge, this section lies at the contact: set on one sulcus
    sulcus = deepest[1] - knee.shape.trochlear_cartilage_thickness
    outwards = np.array([np.cos(cut), np.sin(cut), 0.0])
    axis = np.array([knee.trochlea.grid[0], knee.trochlea.grid[1], 0.0])
    ends = 0.5 * knee.shape.patella_width * np.array([-1.0, 1.0])[:, None] * rotation[:, 2] + position
    return Skyline(
        frame=frame,
        patella=_patella_on_cut(knee, surface, rotation, position, cut),
        groove=groove,
        patella_layer=knee.shape.patellar_cartilage_thickness,
        groove_layer=knee.shape.trochlear_cartilage_thickness,
        deepest=deepest,
        landmarks=landmarks + np.array([0.0, sulcus - landmarks[2, 1]]),
        width_line=np.column_stack([ends[:, 2], (ends - axis) @ outwards]),
        tilt=float(result.tilt[frame]),
        bisect_offset=float(result.bisect_offset[frame]),
        shift=float(result.shift[frame]),
        congruence_angle=float(result.congruence_angle[frame]),
    )


def overlap(skyline: Skyline) -> Array:
    """How far the undeformed cartilage of the patella lies inside that of the femur, shape (n,) [m]; 0 where apart."""
    below = np.interp(skyline.patella[:, 0], skyline.groove[:, 0], skyline.groove[:, 1])
    return np.maximum(below - skyline.patella[:, 1], 0.0)


def _sampled(sheet: ArticularSheet) -> Array:
    """Places on the patella's joint surface, patella frame, from bottom to top and medial to lateral [m].

    Returns:
        Shape (N_ALONG, N_ACROSS, 3).
    """
    inset = 0.25 * MILLIMETRE
    z = np.linspace(sheet.rim[:, 0].min() + inset, sheet.rim[:, 0].max() - inset, N_ACROSS)
    low, high = _height_at(sheet.rim, z)
    y = low + np.linspace(0, 1, N_ALONG)[:, None] * (high - low)
    places = np.stack(np.broadcast_arrays(z, y), axis=-1)
    x = sheet.depth(places.reshape(-1, 2)).reshape(y.shape)
    return np.stack((x, places[..., 1], places[..., 0]), axis=-1)


def _patella_on_cut(knee: Knee, surface: Array, rotation: Array, position: Array, cut: float) -> Array:
    """Where the patella's surface crosses the cut, from medial to lateral: lateral place and radius [m]."""
    placed = surface @ rotation.T + position
    radius, bearing = about_groove(knee.trochlea, placed)
    found = []
    for column in range(N_ACROSS):
        order = np.argsort(bearing[:, column])
        angles = bearing[order, column]
        if angles[0] <= cut <= angles[-1]:
            found.append([np.interp(cut, angles, v[order, column]) for v in (placed[..., 2], radius)])
    return np.array(found).reshape(-1, 2)


def _height_at(rim: Array, z: Array) -> tuple[Array, Array]:
    """Lower and upper end of the outline at each z."""
    middle = 0.5 * (rim[:, 1].max() + rim[:, 1].min())
    ends = []
    for half in (rim[rim[:, 1] <= middle], rim[rim[:, 1] >= middle]):
        order = np.argsort(half[:, 0])
        ends.append(np.interp(z, half[order, 0], half[order, 1]))
    return ends[0], ends[1]
