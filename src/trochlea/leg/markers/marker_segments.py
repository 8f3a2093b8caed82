"""Segments as their own markers show them, each on its own, without the joints between them.

Joint angles of a leg whose knee is a hinge and whose subtalar joint is locked hold no rotation between femur and foot:
what there is of it stays in the marker errors. Here each body is laid on its markers alone.
"""

from dataclasses import replace

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.markers.marker_fit import superpose
from trochlea.leg.markers.marker_set import MarkerSet, match_labels
from trochlea.leg.segments import Segments
from trochlea.motion.markers import Markers
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

SKIN_ERROR = {"walking": np.radians(4.4), "cutting": np.radians(13.1)}
"""Largest mean error of a knee rotation from markers on the skin [rad]. `benoit-2006-skin`: bone pins in eight men. For
`heading_reference`, which takes it as a standard deviation (assumed)."""

BONES = ("femur", "tibia", "calcn")
"""Bodies that the rotation of a knee needs, without side."""

LEAST_SPREAD = 0.015
"""Distance of the markers from the line that fits them best, root mean square, below which they do not tell how a body
is turned about that line [m]. Assumed: 5 mm of skin over 15 mm are 18 degrees."""


def segments_on_markers(segments: Segments, marker_set: MarkerSet, markers: Markers, side: Side) -> Segments:
    """The same segments, with the bones of one leg turned as their markers are.

    Args:
        segments: At the markers' times.
        marker_set: Where the markers sit on the bodies, as a standing trial placed them.
        markers: The trial; filter it first, each frame stands for itself.
        side: Whose femur, tibia and calcaneus.

    Returns:
        Rotations of those bodies by least squares of marker distances; NaN in frames in which the markers that are
        seen do not tell. Positions and other bodies stay.

    Raises:
        InputError: If the frames differ, no name is common, or the markers of a bone do not tell how it is turned.
    """
    frames = len(segments.rotations)
    if markers.times.size != frames:
        raise InputError(f"segments have {frames} frames and {markers.source} {markers.times.size}; expected the same")
    match = match_labels(marker_set, markers.names)
    rotations = np.array(segments.rotations)
    for body in (f"{bone}_{side[0]}" for bone in BONES):
        segments.body(body)
        own = [
            (row, column)
            for row, column in zip(match.rows, match.columns, strict=True)
            if marker_set.bodies[row] == body and np.isfinite(marker_set.positions[row]).all()
        ]
        shape = np.array([marker_set.positions[row] for row, _ in own]).reshape(-1, 3)
        if not is_placing(shape):
            found = ", ".join(marker_set.names[row] for row, _ in own) or "none"
            raise InputError(
                f"{markers.source}: the markers of {body} ({found}) do not tell how it is turned; expected three or "
                f"more, {LEAST_SPREAD * 1e3:.0f} mm off one line; use joint angles with a free subtalar joint instead"
            )
        measured = markers.positions[:, [column for _, column in own]]
        rotations[:, segments.names.index(body)] = _turns(shape, measured)
    return replace(segments, rotations=read_only(rotations))


def is_placing(positions: Array) -> bool:
    """Whether points on a body, shape (points, 3) [m], tell how it is turned: three or more, not near one line."""
    return len(positions) >= 3 and spread(positions) >= LEAST_SPREAD


def spread(positions: Array) -> float:
    """Root mean square distance of points, shape (points, 3), from the line that fits them best [m]."""
    middle = positions - positions.mean(axis=0)
    along = np.linalg.svd(middle, compute_uv=False)[0]
    return float(np.sqrt(max((middle**2).sum() - along**2, 0.0) / len(positions)))


def _turns(shape: Array, measured: Array) -> Array:
    """Least squares rotation of a body in every frame, shape (frames, 3, 3)."""
    seen = np.isfinite(measured[..., 0])
    turns, _ = superpose(shape, np.where(seen[..., None], measured, 0.0), seen)
    patterns, frame_pattern = np.unique(seen, axis=0, return_inverse=True)
    is_enough = np.array([is_placing(shape[pattern]) for pattern in patterns])[frame_pattern.ravel()]
    return np.where(is_enough[:, None, None], turns, np.nan)
