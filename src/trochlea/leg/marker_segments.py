"""Segments as their own markers show them, each on its own, without the joints between them.

Joint angles of a leg whose knee is a hinge and whose subtalar joint is locked hold no rotation between femur and foot:
what there is of it stays in the marker errors. Here each body is laid on its markers alone.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.leg.segments import Segments
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array, read_only

SKIN_ERROR = {"walking": np.radians(4.4), "cutting": np.radians(13.1)}
"""Largest mean error of a knee rotation from markers on the skin [rad]. `benoit-2006-skin`: bone pins in eight men. For
`heading_reference`, which takes it as a standard deviation (assumed)."""

LEAST_SPREAD = 0.015
"""Distance of the markers from the line that fits them best, root mean square, below which they do not tell how a body
is turned about that line [m]. Assumed: 5 mm of skin over 15 mm are 18 degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedMarkers:
    """Markers and where they sit on one body.

    Attributes:
        body: Name of the body, e.g. "femur_r".
        names: Of the markers in the trial.
        positions: In the body's frame, as a standing trial placed them, shape (markers, 3) [m].
    """

    body: str
    names: tuple[str, ...]
    positions: Array

    def __post_init__(self) -> None:
        """Refuse markers that cannot place a body."""
        if self.positions.shape != (len(self.names), 3):
            raise ValueError(f"{self.body}: {len(self.names)} markers with positions {self.positions.shape}")
        if len(self.names) < 3 or spread(self.positions) < LEAST_SPREAD:
            raise InputError(
                f"{self.body}: markers {', '.join(self.names) or 'none'} do not tell how it is turned; expected three "
                f"or more, at least {LEAST_SPREAD * 1e3:.0f} mm off one line"
            )


def spread(positions: Array) -> float:
    """Root mean square distance of points, shape (points, 3), from the line that fits them best [m]."""
    middle = positions - positions.mean(axis=0)
    along = np.linalg.svd(middle, compute_uv=False)[0]
    return float(np.sqrt(max((middle**2).sum() - along**2, 0.0) / len(positions)))


def segments_on_markers(segments: Segments, markers: Markers, attached: tuple[AttachedMarkers, ...]) -> Segments:
    """The same segments, with the bodies of `attached` turned as their markers are.

    Args:
        segments: At the markers' times.
        markers: The trial; filter it first, each frame stands for itself.
        attached: One for each body to turn.

    Returns:
        Rotations of those bodies by least squares of marker distances; NaN in frames in which the markers that are
        seen do not tell. Positions and other bodies stay.

    Raises:
        InputError: If a marker or body is unknown, or the frames differ.
    """
    frames = len(segments.rotations)
    if markers.times.size != frames:
        raise InputError(f"segments have {frames} frames and {markers.source} {markers.times.size}; expected the same")
    rotations = np.array(segments.rotations)
    for own in attached:
        missing = [name for name in own.names if name not in markers.names]
        if missing:
            raise InputError(f"{markers.source}: no marker {missing[0]!r} of {own.body}")
        segments.body(own.body)
        measured = markers.positions[:, [markers.names.index(name) for name in own.names]]
        rotations[:, segments.names.index(own.body)] = _turns(own.positions, measured)
    return replace(segments, rotations=read_only(rotations))


def _turns(positions: Array, measured: Array) -> Array:
    """Least squares rotation of a body in every frame, shape (frames, 3, 3)."""
    found = np.full((len(measured), 3, 3), np.nan)
    for frame, points in enumerate(measured):
        seen = np.isfinite(points[:, 0])
        if seen.sum() < 3 or spread(positions[seen]) < LEAST_SPREAD:
            continue
        own, other = positions[seen], points[seen]
        turn = Rotation.align_vectors(other - other.mean(axis=0), own - own.mean(axis=0))[0]
        found[frame] = turn.as_matrix()
    return found
