"""How far the femur is turned inwards against the foot, seen from above, and how much of it the joints explain.

Femur: the medio-lateral axis of its condyles; foot: the long axis of the calcaneus; both projected on the ground. The
femur's neck takes no part, so anteversion does not count; turning the whole leg out does not either. What does differ
between people is the twist of the tibia, which is why a standing posture of the person is the reference.

The leg's own joints turn the femur against a fixed foot too: the knee's coupled rotation (13 degrees of tibial rotation
by 60 degrees of flexion in the leg model) and the oblique axis of the ankle (4 degrees by 25 degrees of dorsiflexion).
The kneecap's knee has a screw-home of its own, and the ankle's axis is not the knee's rotation. So the reference is not
one number but, in each frame, what the same knee and ankle angles give with the subtalar joint as in standing. How far
a person's knee turns by itself as it bends differs from the model's by several degrees, which the interval holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.leg_engine import LegEngine
from trochlea.leg.segments import Segments
from trochlea.motion.motion import Motion, Side
from trochlea.motion.timeseries import Array, TimeSeries, read_only
from trochlea.units import GRAVITY

TORSION_SD = np.radians(8.6)
"""SD between people of the twist of the tibia [rad]. `pfeifer-1995-torsion`: 34.9 (8.6) degrees, uninjured legs."""

PATH_SD = np.radians(4.5)
"""SD between people of the knee's own rotation as it bends [rad]. `unnamed-nd-physiological`: 6.8 (4.5) degrees over
the first 15 of weight-bearing flexion, 20 knees."""

PATH_END = np.radians(15.0)
"""Change of flexion over which PATH_SD builds up [rad]. `unnamed-nd-physiological`; beyond, no more (assumed)."""

LOADED = 0.1
"""Vertical force above which a foot counts as held by the ground, over body weight [-]. Assumed; below, what the ground
can hold against turning falls in proportion to the force, as friction does."""

STILL = np.radians(0.01)
"""A subtalar joint that moves less than this over a motion is locked [rad]. Assumed: rounding in files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingReference:
    """Relative heading that the leg has without any turn of the knee or foot.

    Attributes:
        heading: Femur inwards against the foot, shape (frames,) [rad].
        sd: Standard deviation of it, shape (frames,) [rad].
        source: What the leg is compared with.
        notes: What a reader must know.
    """

    heading: Array
    sd: Array
    source: str
    notes: tuple[str, ...]


def relative_heading(segments: Segments, side: Side) -> Array:
    """Femur turned inwards against the foot, seen from above.

    Args:
        segments: With femur and calcaneus of this side.
        side: Which leg.

    Returns:
        Shape (frames,) [rad], within half a turn.
    """
    suffix = side[0]
    return _between(segments.body(f"femur_{suffix}")[1], segments.body(f"calcn_{suffix}")[1], side)


def heading_reference(
    leg: LegEngine,
    coordinates: TimeSeries,
    segments: Segments,
    side: Side,
    *,
    standing: Mapping[str, float] | None = None,
    skin_error: float = 0.0,
) -> HeadingReference:
    """Relative heading that the joints alone explain, frame by frame.

    Args:
        leg: Moves the model.
        coordinates: Joint angles at the frames of `segments`.
        segments: Where the bodies are; the foot's is used.
        side: Which leg.
        standing: Coordinates of a standing posture of this person [rad, m]; the model's neutral posture if None.
        skin_error: SD of a heading that markers on the skin show [rad]; see `marker_segments.SKIN_ERROR`.

    Raises:
        InputError: If `segments` and `coordinates` have different frames, or a joint angle is missing.
    """
    suffix = side[0]
    foot = segments.body(f"calcn_{suffix}")[1]
    if len(foot) != coordinates.times.size:
        raise InputError(
            f"segments have {len(foot)} frames and joint angles {coordinates.times.size}; expected the same frames"
        )
    subtalar, knee = f"subtalar_angle_{suffix}", f"knee_angle_{suffix}"
    posture = {} if standing is None else standing
    still = posture.get(subtalar, _held_at(coordinates, subtalar) if standing is None else 0.0)
    own = leg.segments(leg.static_pose(_without_turn(coordinates, suffix, still)))
    bent = np.abs(coordinates.column(knee) - posture.get(knee, 0.0))
    torsion = TORSION_SD if standing is None else 0.0
    femur_in_foot = np.swapaxes(own.body(f"calcn_{suffix}")[1], 1, 2) @ own.body(f"femur_{suffix}")[1]
    return HeadingReference(
        heading=_between(foot @ femur_in_foot, foot, side),
        sd=read_only(np.sqrt((PATH_SD * np.minimum(bent / PATH_END, 1.0)) ** 2 + torsion**2 + skin_error**2)),
        source="assumed: the model's neutral posture" if standing is None else "a standing posture of the same leg",
        notes=_notes(coordinates, subtalar, standing, skin_error),
    )


def foot_loading(motion: Motion, side: Side, mass: float) -> Array:
    """How firmly the ground holds a foot against turning, 0 in the air to 1 under LOADED of body weight.

    Args:
        motion: With the ground forces; a foot without any is in the air.
        side: Which leg.
        mass: Of the body [kg].

    Returns:
        Shape (frames,) [-].
    """
    vertical = np.zeros(motion.coordinates.times.size)
    for contact in motion.contacts:
        if contact.side == side:
            vertical += np.where(contact.is_covered, contact.force[:, 1], 0.0)
    return read_only(np.clip(vertical / (LOADED * mass * GRAVITY), 0.0, 1.0))


def _is_locked(coordinates: TimeSeries, subtalar: str) -> bool:
    return subtalar not in coordinates.names or bool(np.ptp(coordinates.column(subtalar)) < STILL)


def _held_at(coordinates: TimeSeries, subtalar: str) -> float:
    """Where a locked subtalar joint stands, which is no turn of this movement; 0 for one that moves [rad].

    One frame alone does not show whether a joint moves.
    """
    is_held = coordinates.times.size > 1 and subtalar in coordinates.names and _is_locked(coordinates, subtalar)
    return float(coordinates.column(subtalar)[0]) if is_held else 0.0


def _without_turn(coordinates: TimeSeries, suffix: str, subtalar: float) -> TimeSeries:
    """Knee and ankle of a motion with the subtalar joint held, everything else at 0."""
    bent = (f"knee_angle_{suffix}", f"ankle_angle_{suffix}")
    missing = [name for name in bent if name not in coordinates.names]
    if missing:
        raise InputError(f"the motion lacks column {missing[0]!r}; expected joint angles of the leg model")
    held = np.full(coordinates.times.size, subtalar)
    return TimeSeries(
        times=coordinates.times,
        values=np.column_stack([*(coordinates.column(name) for name in bent), held]),
        names=(*bent, f"subtalar_angle_{suffix}"),
        units=("rad", "rad", "rad"),
    )


def _between(femur: Array, foot: Array, side: Side) -> Array:
    """Heading of the condyles' axis less that of the foot; rotations to ground, shape (frames, 3, 3)."""
    inward = 1.0 if side == "right" else -1.0
    condyles, forward = femur[:, :, 2], foot[:, :, 0]
    turn = np.arctan2(condyles[:, 0], condyles[:, 2]) - np.arctan2(-forward[:, 2], forward[:, 0])
    return read_only(inward * (np.mod(turn + np.pi, 2 * np.pi) - np.pi))


def _notes(
    coordinates: TimeSeries, subtalar: str, standing: Mapping[str, float] | None, skin_error: float
) -> tuple[str, ...]:
    notes = []
    if standing is None:
        notes.append(
            "no standing trial: the model's neutral posture is the reference, and how far this person's tibia is "
            f"twisted otherwise counts as rotation (SD {np.degrees(TORSION_SD):.1f} degrees between people)"
        )
    if skin_error > 0:
        notes.append(
            "the femur's rotation over the foot is read from markers on the skin, which err by "
            f"{np.degrees(skin_error):.1f} degrees"
        )
    elif _is_locked(coordinates, subtalar):
        notes.append(
            f"{subtalar} does not move in this motion: the joints leave no rotation between femur and foot to be "
            "seen; give the markers of thigh and foot, or joint angles with a free subtalar joint"
        )
    return tuple(notes)
