"""Rotation of the femur on the tibia that a turned-in femur over a planted foot brings to the knee.

The femur's heading against the foot, beyond what the leg's joints explain (`heading`), is a rotation about the
vertical. Its part along the tibia's long axis is shared between knee and ankle-foot (`rotation_share`). The rest, where
the shank is inclined, would be valgus or varus of the knee. It is kept apart and does not reach the kneecap: the knee
hardly gives way to it and the shank leans instead (assumed; how the two share it was not found). A foot in the air is
held by nothing, and its knee turns by its own screw-home only.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.extensor import ExtensorLoad
from trochlea.leg.rotation.heading import HeadingReference, relative_heading
from trochlea.leg.rotation.rotation_share import RotationShare, published_share, within_range
from trochlea.leg.segments import Segments
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

Case = Literal["none", "low", "best", "high", "whole"]
"""Which of the rotations the kneecap is solved with: share 0, the interval's ends, the best value, share 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KneeRotation:
    """Rotation that reaches a knee, frame by frame; all arrays have shape (frames,).

    NaN where a segment was not seen.

    Attributes:
        side: The leg.
        heading: Femur inwards against the foot, beyond the reference [rad]; not weighted by the ground's hold.
        axial: Part along the tibia's long axis while the ground holds the foot, femur internal positive [rad].
        knee_valgus: Rest that a knee would have to take as valgus if the shank did not lean, valgus positive [rad].
        femoral_rotation: At the best share [rad].
        low: Lower end, from the interval of the share and one standard deviation of the reference [rad].
        high: Upper end [rad].
        whole: At share 1 [rad].
        is_capped: Where the knee's range changed `femoral_rotation`.
        is_whole_capped: Where it changed `whole`.
        share: The knee's share.
        reference: Source of the reference.
        notes: What a reader must know.
    """

    side: Side
    heading: Array
    axial: Array
    knee_valgus: Array
    femoral_rotation: Array
    low: Array
    high: Array
    whole: Array
    is_capped: NDArray[np.bool_]
    is_whole_capped: NDArray[np.bool_]
    share: RotationShare
    reference: str
    notes: tuple[str, ...]

    def rotation(self, case: Case) -> Array:
        """Femoral rotation of one case [rad]."""
        if case not in get_args(Case):
            raise InputError(f"rotation case {case!r}: expected one of {', '.join(get_args(Case))}")
        if case == "none":
            return read_only(np.zeros_like(self.axial))
        return {"low": self.low, "best": self.femoral_rotation, "high": self.high, "whole": self.whole}[case]


def knee_rotation(
    segments: Segments,
    side: Side,
    loading: Array,
    reference: HeadingReference,
    *,
    share: RotationShare | None = None,
) -> KneeRotation:
    """Femoral rotation at the knee from where femur, tibia and foot are.

    Args:
        segments: With femur, tibia and calcaneus of this side, from joint angles or fitted to markers.
        side: Which leg.
        loading: How firmly the ground holds the foot, 0 (in the air) to 1, shape (frames,); see `foot_loading`.
        reference: Relative heading without any such rotation.
        share: The knee's share; from published stiffnesses if None.

    Returns:
        The rotation, its interval and its extremes.

    Raises:
        InputError: If the frames do not match, or `loading` leaves 0 to 1.
    """
    share = published_share() if share is None else share
    tibia, femur = (segments.body(f"{bone}_{side[0]}")[1] for bone in ("tibia", "femur"))
    held = np.asarray(loading, dtype=np.float64)
    _check_frames(len(tibia), held, reference.heading)
    change = np.mod(relative_heading(segments, side) - reference.heading + np.pi, 2 * np.pi) - np.pi
    along, across, flexion = knee_axes(femur, tibia)
    axial, slack = held * change * along, held * reference.sd * np.abs(along)
    best, is_capped = within_range(share.best * axial, flexion)
    whole, is_whole_capped = within_range(axial, flexion)
    ends = np.stack([part * (axial + sign * slack) for part in (share.low, share.high) for sign in (-1, 1)])
    return KneeRotation(
        side=side,
        heading=read_only(change),
        axial=read_only(axial),
        knee_valgus=read_only(held * change * across),
        femoral_rotation=best,
        low=within_range(ends.min(axis=0), flexion)[0],
        high=within_range(ends.max(axis=0), flexion)[0],
        whole=whole,
        is_capped=_flags(is_capped),
        is_whole_capped=_flags(is_whole_capped),
        share=share,
        reference=reference.source,
        notes=reference.notes,
    )


def knee_axes(femur: Array, tibia: Array) -> tuple[Array, Array, Array]:
    """How a rotation about the vertical divides at the knee, and the knee's flexion.

    With the tibia's long axis inclined by an angle against the vertical, the cosine of it is rotation about that axis
    and, in the sagittal plane, minus its sine is valgus about the axis that is square to the tibia's and the condyles'.

    Args:
        femur: Rotation to ground, shape (frames, 3, 3).
        tibia: Rotation to ground, shape (frames, 3, 3).

    Returns:
        Part along the tibia [-], part about the knee's anterior axis [-] and flexion [rad], each of shape (frames,).
    """
    long_axis, condyles = tibia[:, :, 1], femur[:, :, 2]
    anterior = np.cross(long_axis, condyles)
    across = anterior[:, 1] / np.linalg.norm(anterior, axis=1)
    in_femur = np.einsum("fji,fj->fi", femur, long_axis)
    return long_axis[:, 1], across, np.arctan2(in_femur[:, 0], in_femur[:, 1])


def with_rotation(load: ExtensorLoad, rotation: KneeRotation, case: Case = "best") -> ExtensorLoad:
    """A load whose femur is turned besides; frames of unknown rotation lose their muscle forces and are not solved.

    Args:
        load: Of the same leg at the same frames.
        rotation: What reaches the knee.
        case: Which of its rotations.

    Raises:
        InputError: If leg or frames differ.
    """
    turn = rotation.rotation(case)
    if load.side != rotation.side or load.times.size != turn.size:
        raise InputError(
            f"rotation of the {rotation.side} knee at {turn.size} frames does not fit a load of the {load.side} knee "
            f"at {load.times.size} frames; compute it from the segments at the load's own times"
        )
    is_known = np.isfinite(turn)
    return replace(
        load,
        femoral_rotation=read_only(load.femoral_rotation + np.where(is_known, turn, 0.0)),
        tension=read_only(np.where(is_known[:, None], load.tension, np.nan)),
    )


def rotation_at(rotation: KneeRotation, frames: NDArray[np.int64]) -> KneeRotation:
    """The rotation at some of its frames only."""
    arrays = {
        name: getattr(rotation, name)[frames]
        for name in (
            *("heading", "axial", "knee_valgus", "femoral_rotation", "low", "high", "whole"),
            *("is_capped", "is_whole_capped"),
        )
    }
    return replace(rotation, **arrays)


def _check_frames(frames: int, loading: Array, heading: Array) -> None:
    if loading.shape != (frames,) or heading.shape != (frames,):
        raise InputError(
            f"segments have {frames} frames; expected as many of the foot's loading (found {loading.size}) and of the "
            f"reference (found {heading.size})"
        )
    if not ((loading >= 0) & (loading <= 1)).all():
        raise InputError("loading of the foot: expected 0 (in the air) to 1 (held by the ground) in every frame")


def _flags(values: NDArray[np.bool_]) -> NDArray[np.bool_]:
    values.setflags(write=False)
    return values
