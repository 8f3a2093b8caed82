"""Points of the body that touch the ground: one truth for postures, forces and pictures."""

from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import LUMBAR_JOINT

Point = tuple[float, float, float]

SKIN_OF_FOOT = 0.007
"""Soft tissue under heel and ball of the foot [m]. Assumed."""

SOLE = -0.010 - SKIN_OF_FOOT
"""Height of the sole in the unscaled frames of hind foot and toes [m]: the lowest points of MyoLegs' bones there
(9.8 and 10.1 mm below), and the skin."""

UPPER_BACK: Point = (-0.10, 0.33, 0.0)
"""Where the upper back touches the floor, in the unscaled torso [m]. Assumed: level with the shoulder joint of
`rajagopal-2016-model` (0.3715 m), a little lower, and 10 cm behind the middle."""

SHOULDER: Point = (0.003155, 0.3715, 0.17)
"""Right shoulder joint in the unscaled torso [m]. `rajagopal-2016-model`, joint acromial_r."""

UPPER_ARM = 0.2863
"""Shoulder to elbow of the unscaled body [m]. `rajagopal-2016-model`, joint elbow_r."""

SOLE_SITES = ("CAL", "MT5", "TOE")
"""Points of MyoLegs at heel, fifth metatarsal and toes, 4 cm above the sole; the ground pushes below them."""


def elbow(outward: float) -> Point:
    """Elbow of an arm held straight aside, in the unscaled torso [m]; `outward` is 1 on the right, -1 on the left."""
    return SHOULDER[0], SHOULDER[1], outward * (SHOULDER[2] + UPPER_ARM)


def in_body(leg: LegModel, body: str, point: Point) -> Point:
    """A point of the unscaled body in the body of one leg model [m]."""
    if body == "torso":
        size = torso_scale(leg)
        return size * point[0], size * point[1], size * point[2]
    x, y, z = (float(factor * own) for factor, own in zip(leg.factors[body], point, strict=True))
    return x, y, z


def sole_points(leg: LegModel, letter: str) -> tuple[Point, ...]:
    """Where the ground pushes on a foot, in its body [m]: the sole below heel, fifth metatarsal and toes."""
    body = f"calcn_{letter}"
    level = in_body(leg, body, (0.0, SOLE, 0.0))[1]
    sites = [leg.mj.site(f"{name}_{letter}").pos for name in SOLE_SITES]
    return tuple((float(x), level, float(z)) for x, _, z in sites)


def torso_scale(leg: LegModel) -> float:
    """Size of the trunk over the unscaled model's [-]: the pelvis' own, for the torso has no landmark of its own."""
    return float(leg.mj.body("torso").pos[1]) / LUMBAR_JOINT[1]
