"""How an axial rotation between femur and foot is divided between the knee and the ankle-foot.

Both carry the same axial moment, one after the other, so each turns in proportion to its compliance: the knee's
share is the ankle-foot's stiffness over the sum of both. No measurement of both in one loaded leg was found; the
figures below come from different specimens and are assumed to hold for a foot on the ground.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.motion.timeseries import Array, read_only

KNEE_STIFFNESS = {"women": 0.79, "men": 1.06}
"""Torsional stiffness of the knee [N.m/degree]. `unnamed-2006-torsional`: 82 cadaver knees, 5 N.m of torque with 10 of
valgus."""

KNEE_STIFFNESS_MUSCLES = 2.54
"""The same of living knees with the most muscles active [N.m/degree]. `louie-1987-torsional`: 0.16 to 2.54, by which
muscles were active; the relaxed end is left out, because a leg that carries weight is not relaxed."""

ANKLE_FOOT_TORQUE = {"flexible shoe": 35.4, "rigid shoe": 46.2}
"""Moment of the ankle at 30 degrees of external rotation of the foot [N.m]. `wei-2012-rotational`: 12 cadaver limbs."""

ANKLE_FOOT_ANGLE = 30.0
"""Rotation of the foot at ANKLE_FOOT_TORQUE [degrees]. `wei-2012-rotational`."""

STIFFEST_ANKLE = 69.5 / 40.7
"""Mean failure moment over mean failure angle, subtalar joint held, 10 ankles [N.m/degree]. `unnamed-2010-ankle`."""

AT_THE_FOOT = 2.0
"""Rotation measured at the foot over that of the knee's bones [-]. `almquist-2002-rottometer`: markers in the bones of
five people, 3 to 9 N.m; a device at the foot showed about 100 % too much."""

RANGE_FLEXION = np.radians([5.0, 30.0, 90.0])
"""Knee flexion of the ranges below [rad]. `unnamed-1983-rotational`."""

TIBIAL_EXTERNAL = np.radians([23.0, 45.0, 45.0]) / AT_THE_FOOT
"""Passive external rotation of the tibia [rad]. `unnamed-1983-rotational`: 17 normal knees; taken as measured at the
foot (assumed) and brought to the bones by AT_THE_FOOT. Bone to bone, `unnamed-2006-torsional` has 20.5 (men) to 26.2
degrees (women) of both directions together at low flexion."""

TIBIAL_INTERNAL = np.radians([10.0, 25.0, 25.0]) / AT_THE_FOOT
"""Passive internal rotation of the tibia [rad]; as TIBIAL_EXTERNAL."""

FREE_PART = 0.8
"""Part of the range in which the knee turns freely; beyond, it nears the end of its range asymptotically. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationShare:
    """Part of the axial rotation between femur and foot that the knee takes.

    Attributes:
        best: [-].
        low: Lower end of the interval [-].
        high: Upper end of the interval [-].
        source: Where it comes from.
    """

    best: float
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        """Refuse shares out of order."""
        if not 0.0 <= self.low <= self.best <= self.high <= 1.0:
            raise InputError(
                f"knee's share of a rotation: expected 0 <= low <= best <= high <= 1, found low {self.low:g}, "
                f"best {self.best:g}, high {self.high:g}"
            )


def series_share(knee: float, ankle_foot: float) -> float:
    """The knee's share of a rotation taken by two springs, one after the other; stiffnesses in one unit."""
    return ankle_foot / (knee + ankle_foot)


def published_share() -> RotationShare:
    """The share from published stiffnesses, about 0.60 in an interval of 0.32 to 0.68.

    Best: the mean knee with the ankle in the mean shoe. Low: the knee stiffened by its muscles with the softest ankle.
    High: women's knees with the stiffest ankle. In relaxed living legs the knee took half of what a device at the foot
    showed, hip and skin included (`almquist-2002-rottometer`), so at least half of what knee and ankle-foot took.

    References:
        unnamed-2006-torsional, louie-1987-torsional: the knee.
        wei-2012-rotational, unnamed-2010-ankle: the ankle and foot.
    """
    ankles = [torque / ANKLE_FOOT_ANGLE for torque in ANKLE_FOOT_TORQUE.values()]
    return RotationShare(
        best=series_share(float(np.mean(list(KNEE_STIFFNESS.values()))), float(np.mean(ankles))),
        low=series_share(KNEE_STIFFNESS_MUSCLES, min(ankles)),
        high=series_share(min(KNEE_STIFFNESS.values()), STIFFEST_ANKLE),
        source="assumed from published stiffnesses (unnamed-2006-torsional, louie-1987-torsional, wei-2012-rotational, "
        "unnamed-2010-ankle) of different specimens",
    )


def within_range(rotation: Array, flexion: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Femoral rotation kept within the knee's range, and where that changed it.

    Femoral internal rotation is tibial external rotation. Up to FREE_PART of the range it is left alone; beyond, it
    approaches the end of the range without ever passing it, with a continuous slope. Between the flexions of the
    published ranges they are interpolated, outside them kept (assumed).

    Args:
        rotation: Femur on a fixed tibia, internal positive, shape (frames,) [rad].
        flexion: Of the knee, shape (frames,) [rad].

    Returns:
        Both of shape (frames,).
    """
    internal = np.interp(flexion, RANGE_FLEXION, TIBIAL_EXTERNAL)
    external = np.interp(flexion, RANGE_FLEXION, TIBIAL_INTERNAL)
    end = np.where(rotation > 0, internal, external)
    free, room = FREE_PART * end, (1 - FREE_PART) * end
    beyond = np.maximum(np.abs(rotation) - free, 0.0)
    size = np.minimum(np.abs(rotation), free) - room * np.expm1(-beyond / room)
    return read_only(np.sign(rotation) * size), beyond > 0
