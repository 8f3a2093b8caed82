"""What is known of how a femur is turned against its foot, besides the joint angles of the movement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.markers.marker_segments import SKIN_ERROR, segments_on_markers
from trochlea.leg.markers.marker_set import MarkerSet
from trochlea.leg.prepared_leg import PreparedLeg
from trochlea.leg.rotation.heading import foot_loading, heading_reference
from trochlea.leg.rotation.knee_rotation import KneeRotation, knee_rotation
from trochlea.leg.rotation.rotation_share import RotationShare
from trochlea.motion.markers import Markers
from trochlea.motion.motion import Motion
from trochlea.motion.trial import trim

TIME_TOLERANCE = 1e-6
"""A marker frame this close to a frame of the motion is the same [s]: times in files are decimal and rounded."""

LEAST_BEND = float(np.radians(5.0))
"""A knee that never bends more than this carries the whole of a femur's turn nowhere [rad]. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationEvidence:
    """Standing posture, markers and share; each may be missing.

    Attributes:
        standing: Coordinates of a standing posture of this person [rad, m].
        markers: Of the movement, filtered; with `marker_set`, the bones are turned as their markers show.
        marker_set: Where the markers sit on the leg model.
        skin_error: SD of what the markers show [rad]; one of `SKIN_ERROR`, by how fast the movement is.
        share: The knee's share; from published stiffnesses if None.
        femur_turn: How far the femur turns inwards over its foot where the knee bends most, beyond what the joint
            angles hold [rad]; less bent, it turns in proportion to the bend. With a foot flat on the ground, joints
            that give balance leave the femur hardly a degree: a collapse that was seen has to be said here.
    """

    standing: Mapping[str, float] | None = None
    markers: Markers | None = None
    marker_set: MarkerSet | None = None
    skin_error: float = float(SKIN_ERROR["walking"])
    share: RotationShare | None = None
    femur_turn: float = 0.0

    def __post_init__(self) -> None:
        """Refuse markers without their places, and places without markers."""
        if (self.markers is None) != (self.marker_set is None):
            raise InputError(
                "rotation from markers: give the trial's markers together with the marker set that has them"
            )


NO_EVIDENCE = RotationEvidence()
"""Joint angles only, against the model's neutral posture; a built-in task against its own upright beginning."""


def rotation_of(leg: LegEngine, motion: Motion, prepared: PreparedLeg, evidence: RotationEvidence) -> KneeRotation:
    """Femoral rotation that reaches the knee in a prepared movement.

    Args:
        leg: The leg model.
        motion: The whole movement.
        prepared: One of its legs, in a window.
        evidence: What else is known.

    Raises:
        InputError: If the markers have no frame at one of the movement's times, or do not fit the model.
    """
    side, times = prepared.side, prepared.times
    window = trim(motion, start=float(times[0]), end=float(times[-1]))
    segments, skin_error = prepared.segments, 0.0
    if evidence.markers is not None and evidence.marker_set is not None:
        segments = segments_on_markers(segments, evidence.marker_set, _at_times(evidence.markers, times), side)
        skin_error = evidence.skin_error
    standing = evidence.standing
    if standing is None and motion.source == "simulated":
        first = motion.coordinates
        standing = {name: float(first.column(name)[0]) for name in first.names}
    reference = heading_reference(leg, window.coordinates, segments, side, standing=standing, skin_error=skin_error)
    if evidence.femur_turn:
        bend = np.clip(prepared.knee_angle / max(float(prepared.knee_angle.max()), LEAST_BEND), 0.0, 1.0)
        reference = replace(reference, heading=reference.heading - evidence.femur_turn * bend)
    loading = foot_loading(window, side, leg.mass)
    return knee_rotation(segments, side, loading, reference, share=evidence.share)


def _at_times(markers: Markers, times: np.ndarray) -> Markers:
    """The marker frames at given times."""
    nearest = np.abs(markers.times[:, None] - times[None]).argmin(axis=0)
    off = np.abs(markers.times[nearest] - times)
    if off.max(initial=0.0) > TIME_TOLERANCE:
        raise InputError(
            f"{markers.source}: no marker frame at {times[int(off.argmax())]:g} s; expected the times of the motion: "
            "resample one of the two"
        )
    return Markers(
        times=markers.times[nearest],
        names=markers.names,
        positions=markers.positions[nearest],
        source=markers.source,
    )
