"""Built-in movements: what they are, in words and angles; the leg room finds a posture that balances."""

from dataclasses import dataclass, fields

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.motion import Side
from trochlea.person.measured import Measured


def _angle(value_deg: float, sd_deg: float | None, citation: str | None, note: str = "") -> Measured:
    return Measured(
        value=float(np.radians(value_deg)),
        sd=None if sd_deg is None else float(np.radians(sd_deg)),
        unit="rad",
        source="assumed" if citation is None else "published",
        citation=citation,
        note=note,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleLegSquat:
    """Squat on one leg to a given knee flexion and back, in balance throughout.

    The posture at the deepest point is given; on the way it runs from upright standing on one leg in
    proportion to knee flexion.

    Attributes:
        side: Stance leg.
        knee_flexion: Deepest knee flexion [rad].
        duration: Down and up together [s].
        n_frames: Equally spaced instants, an odd number so that one is the deepest.
        hip_adduction: Stance hip at the deepest point [rad].
        pelvic_drop: Drop of the other side of the pelvis [rad].
        trunk_lean: Lean of the trunk towards the stance leg, against the vertical [rad].
        trunk_flexion: Forward lean of the trunk, against the vertical [rad].
        toe_out: Foot turned outwards [rad].
        balance_point: Where the centre of mass stands over the foot: 0 below the ankle, 1 below the toe
            joint [-].
        swing_hip_flexion: Other leg at the deepest point [rad]; 0 when upright.
        swing_knee_flexion: Other knee, all the time, so that its foot is off the floor [rad].
    """

    side: Side = "right"
    knee_flexion: Measured = _angle(60.0, None, None, "depth of the task")
    duration: Measured = Measured(value=4.0, sd=None, unit="s", source="assumed", note="2 s down, 2 s up")
    n_frames: int = 41
    hip_adduction: Measured = _angle(10.8, 5.6, "nakagawa-2012-squat")
    pelvic_drop: Measured = _angle(7.4, 3.8, "nakagawa-2012-squat")
    trunk_lean: Measured = _angle(6.7, 3.0, "nakagawa-2012-squat")
    trunk_flexion: Measured = _angle(20.0, None, None, "no published figure for this task was found")
    toe_out: Measured = _angle(5.0, None, None, "a standing foot turns out a little")
    balance_point: Measured = Measured(
        value=0.5, sd=None, unit="-", source="assumed", note="middle between ankle and toe joint"
    )
    swing_hip_flexion: Measured = _angle(20.0, None, None, "thigh about vertical as the trunk leans forward")
    swing_knee_flexion: Measured = _angle(75.0, None, None, "foot behind and off the floor")

    def __post_init__(self) -> None:
        """Refuse what is not a squat."""
        depth = np.degrees(self.knee_flexion.value)
        if not 0.0 < depth <= 100.0:
            raise InputError(f"squat depth: expected more than 0 and at most 100 degrees, found {depth:.0f}")
        if self.n_frames < 3 or self.n_frames % 2 == 0:
            raise InputError(f"squat frames: expected an odd number from 3 up, found {self.n_frames}")
        if not self.duration.value > 0.0:
            raise InputError(f"squat duration: expected more than 0 s, found {self.duration.value}")
        if not 0.0 <= self.balance_point.value <= 1.0:
            raise InputError(f"balance point: expected 0 to 1, found {self.balance_point.value}")


def posture_of(task: SingleLegSquat) -> dict[str, Measured]:
    """Every prescribed quantity of a task by name, each with its source."""
    values = {field.name: getattr(task, field.name) for field in fields(task)}
    return {name: value for name, value in values.items() if isinstance(value, Measured)}


def squat_profile(task: SingleLegSquat) -> tuple[np.ndarray, np.ndarray]:
    """Times [s] and depth from 0 (upright) to 1 (deepest) and back, each of shape (n_frames,).

    Depth follows a raised cosine: at rest at both ends and at the deepest point.
    """
    phase = np.linspace(0.0, 1.0, task.n_frames)
    return phase * task.duration.value, 0.5 * (1.0 - np.cos(2.0 * np.pi * phase))
