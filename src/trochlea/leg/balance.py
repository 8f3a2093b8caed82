"""Postures on one flat foot, in balance: many instants at once.

The foot lies flat by construction: the chain is hung from it. Six angles are then left to find: the three
of the stance hip, ankle, subtalar joint and lateral bending of the trunk. Six conditions fix them: hip
adduction, pelvic drop, trunk lean and trunk flexion as prescribed, and the centre of mass over the chosen
point of the foot (two). A weak pull towards a reference posture keeps the answer among the postures that
people take: balance alone is also met by grotesque ones.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.leg.kinematics import static_pose
from trochlea.leg.model import LegModel
from trochlea.leg.repairs import PELVIS_SLIDES
from trochlea.leg.segments import segments
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, TimeSeries

FREE = ("hip_flexion", "hip_adduction", "hip_rotation", "ankle_angle", "subtalar_angle", "lumbar_bending")
"""Angles that the balance finds; trunk bending counts positive towards the stance side."""

CONDITIONS = (
    "hip adduction",
    "pelvic drop",
    "trunk lean",
    "trunk flexion",
    "balance forward",
    "balance sideways",
)
"""What is missed, in the order of `misses`: four angles [rad] and two distances [m]."""

LIMITS_DEG = {
    "hip_flexion": (-30.0, 120.0),
    "hip_adduction": (-50.0, 30.0),
    "hip_rotation": (-40.0, 40.0),
    "ankle_angle": (-40.0, 40.0),
    "subtalar_angle": (-20.0, 20.0),
    "lumbar_bending": (-30.0, 30.0),
}
"""Range of each free angle [deg]. `rajagopal-2016-model`; dorsiflexion beyond 30 and trunk bending are
assumed."""

SCALES = np.array([*np.radians([1.0, 1.0, 1.0, 1.0]), 1e-3, 1e-3])
"""Misses that weigh the same: 1 degree [rad] and 1 mm [m]. Assumed; where all can be met it does not
matter."""

PULL_SCALE = np.radians(30.0)
"""Weakness of the pull [rad]: it moves the prescribed angles by at most 0.12 degrees. Assumed. On an almost straight
leg, all that stands on the foot can turn about the vertical without a change of any target, and the exact answer passes
through infinity: with 1000 degrees here the hip turns by 7 to 25 degrees between two of 41 frames, with 30 by 3."""

DIFFERENCE_STEP = 1e-6
"""Step of the forward differences [rad]: their error, about 1e-6 of the slope, only slows the last Newton
step."""

SETTLED = 1e-9
"""Newton step below which a posture is found [rad]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What stays the same throughout: the foot on the floor and the other knee.

    Attributes:
        leg: The leg model.
        side: Stance side.
        toe_out: Foot turned outwards [rad].
        balance_point: Point of the foot below the centre of mass: 0 ankle, 1 toe joint [-].
        swing_knee: Flexion of the other knee [rad].
    """

    leg: LegModel
    side: Side
    toe_out: float
    balance_point: float
    swing_knee: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureTargets:
    """What each instant prescribes; all of shape (frames,) [rad].

    Attributes:
        knee: Stance knee flexion.
        hip_adduction: Stance hip; NaN where it is left to balance.
        pelvic_drop: Other side down.
        trunk_lean: Towards the stance leg, against the vertical.
        trunk_flexion: Forward, against the vertical.
        swing_hip: Flexion of the other hip.
    """

    knee: Array
    hip_adduction: Array
    pelvic_drop: Array
    trunk_lean: Array
    trunk_flexion: Array
    swing_hip: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """Postures hung from the flat foot.

    Attributes:
        coordinates: Every coordinate of the model, pelvis included.
        centre_of_mass: Shape (frames, 3) [m], in ground; the calcaneus' origin is ground's.
        pelvis: Rotation to ground, shape (frames, 3, 3).
        trunk: Rotation to ground, shape (frames, 3, 3).
        support: Chosen point of the foot, shape (frames, 3) [m].
    """

    coordinates: TimeSeries
    centre_of_mass: Array
    pelvis: Array
    trunk: Array
    support: Array


def limits() -> tuple[Array, Array]:
    """Lower and upper ends of the free angles [rad]."""
    ends = np.radians([LIMITS_DEG[name] for name in FREE])
    return ends[:, 0], ends[:, 1]


def hang(stance: Stance, targets: PostureTargets, angles: Array) -> Hung:
    """Foot flat on the floor, everything else where the angles, shape (frames, 6), put it."""
    leg, suffix = stance.leg, stance.side[0]
    given = _joint_angles(stance, targets, angles)
    values = np.column_stack([given.get(name, np.zeros(len(angles))) for name in leg.coordinates])
    now = segments(leg, static_pose(leg, _series(leg, values)))
    origin, rotation = now.body(f"calcn_{suffix}")
    turn = _foot_rotation(stance) @ rotation.transpose(0, 2, 1)
    pelvis_at, pelvis = now.body("pelvis")
    pelvis = turn @ pelvis
    moved = _moved(turn, pelvis_at - origin)
    place = {
        # pelvis = Rz(tilt) Rx(list) Ry(rotation)
        "pelvis_tilt": np.arctan2(-pelvis[:, 0, 1], pelvis[:, 1, 1]),
        "pelvis_list": np.arcsin(pelvis[:, 2, 1]),
        "pelvis_rotation": np.arctan2(-pelvis[:, 2, 0], pelvis[:, 2, 2]),
        **{f"pelvis_t{axis}": moved[:, i] for i, axis in enumerate("xyz")},
    }
    for name, column in place.items():
        values[:, leg.coordinates.index(name)] = column
    ankle, toe = (_moved(turn, now.body(f"{b}_{suffix}")[0] - origin) for b in ("talus", "toes"))
    return Hung(
        coordinates=_series(leg, values),
        centre_of_mass=_moved(turn, now.centre_of_mass - origin),
        pelvis=pelvis,
        trunk=turn @ now.body("torso")[1],
        support=ankle + stance.balance_point * (toe - ankle),
    )


def misses(stance: Stance, targets: PostureTargets, angles: Array) -> Array:
    """By how much each of CONDITIONS is missed, shape (frames, 6)."""
    now = hang(stance, targets, angles)
    outward = _outward(stance)
    adduction = angles[:, FREE.index("hip_adduction")]
    aside = now.centre_of_mass - now.support
    return np.column_stack(
        [
            np.where(np.isnan(targets.hip_adduction), 0.0, adduction - targets.hip_adduction),
            outward * np.arcsin(now.pelvis[:, 1, 2]) - targets.pelvic_drop,
            outward * np.arctan2(now.trunk[:, 2, 1], now.trunk[:, 1, 1]) - targets.trunk_lean,
            np.arctan2(now.trunk[:, 0, 1], now.trunk[:, 1, 1]) - targets.trunk_flexion,
            aside[:, 0],
            aside[:, 2],
        ]
    )


def balance(stance: Stance, targets: PostureTargets, start: Array, reference: Array, *, max_steps: int = 100) -> Array:
    """Free angles that meet the targets within the joints' ranges, as nearly as they can be met.

    Damped Gauss-Newton on all frames together; an angle at the end of its range stays there while the
    others move.

    Args:
        stance: What stays the same.
        targets: What each frame prescribes.
        start: First guess, shape (frames, 6) [rad].
        reference: Posture of the weak pull, shape (6,) [rad].
        max_steps: Upper limit on steps.

    Returns:
        Shape (frames, 6) [rad]. Whether the targets are met is for the caller to check with `misses`.

    References:
        nocedal-2006-optimization, section 10.3: Levenberg-Marquardt.
    """
    lower, upper = limits()

    def residual(angles: Array) -> Array:
        return np.hstack([misses(stance, targets, angles) / SCALES, (angles - reference) / PULL_SCALE])

    angles = np.clip(start, lower, upper)
    missed = residual(angles)
    damping = np.zeros(len(angles))
    for _ in range(max_steps):
        slopes = _slopes(stance, targets, angles, missed)
        gradient = np.einsum("frk,fr->fk", slopes, missed)
        held = ((angles <= lower) & (gradient > 0.0)) | ((angles >= upper) & (gradient < 0.0))
        slopes = np.where(held[:, None, :], 0.0, slopes)
        square = np.einsum("frk,frl->fkl", slopes, slopes)
        # A held angle has an empty row and column; 1 there leaves it where it is.
        square += np.einsum("fk,kl->fkl", np.where(held, 1.0, damping[:, None]), np.eye(len(FREE)))
        step = -np.linalg.solve(square, np.where(held, 0.0, gradient)[..., None])[..., 0]
        trial = np.clip(angles + step, lower, upper)
        trial_missed = residual(trial)
        is_better = np.sum(trial_missed**2, axis=1) <= np.sum(missed**2, axis=1)
        moved = np.abs(trial - angles).max(axis=1)
        angles = np.where(is_better[:, None], trial, angles)
        missed = np.where(is_better[:, None], trial_missed, missed)
        damping = np.where(is_better, damping / 10.0, np.maximum(10.0 * damping, 1.0))
        if np.all(moved < SETTLED):
            break
    return angles


def _slopes(stance: Stance, targets: PostureTargets, angles: Array, missed: Array) -> Array:
    """Derivative of the scaled misses and the pull, shape (frames, 12, 6), all differences in one call."""
    n_frames, n_free = angles.shape
    nudged = np.repeat(angles, n_free, axis=0) + DIFFERENCE_STEP * np.tile(np.eye(n_free), (n_frames, 1))
    repeated = PostureTargets(**{name: np.repeat(getattr(targets, name), n_free) for name in PostureTargets.__slots__})
    there = (misses(stance, repeated, nudged) / SCALES).reshape(n_frames, n_free, len(CONDITIONS))
    here = missed[:, None, : len(CONDITIONS)]
    pull = np.broadcast_to(np.eye(n_free) / PULL_SCALE, (n_frames, n_free, n_free))
    return np.concatenate([((there - here) / DIFFERENCE_STEP).transpose(0, 2, 1), pull], axis=1)


def _joint_angles(stance: Stance, targets: PostureTargets, angles: Array) -> dict[str, Array]:
    own = stance.side[0]
    other = "l" if own == "r" else "r"
    free = dict(zip(FREE, angles.T, strict=True))
    # The model's lumbar_bending is positive towards the right.
    bending = _outward(stance) * free.pop("lumbar_bending")
    return {
        **{f"{name}_{own}": column for name, column in free.items()},
        "lumbar_bending": bending,
        f"knee_angle_{own}": targets.knee,
        f"hip_flexion_{other}": targets.swing_hip,
        f"knee_angle_{other}": np.full(len(angles), stance.swing_knee),
    }


def _outward(stance: Stance) -> float:
    """Sign of the ground's z towards the stance side."""
    return 1.0 if stance.side == "right" else -1.0


def _foot_rotation(stance: Stance) -> Array:
    angle = -_outward(stance) * stance.toe_out
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]])


def _moved(turn: Array, vectors: Array) -> Array:
    return np.einsum("fij,fj->fi", turn, vectors)


def _series(leg: LegModel, values: Array) -> TimeSeries:
    return TimeSeries(
        times=np.arange(float(len(values))),
        values=values,
        names=leg.coordinates,
        units=tuple("m" if name in PELVIS_SLIDES else "rad" for name in leg.coordinates),
    )
