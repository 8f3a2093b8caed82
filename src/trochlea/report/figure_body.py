"""Body round the bones as simple shapes: balls and what spans two of them.

Lengths and breadths follow `de-leva-1996-segments`, table 4, the mean of its two samples: a segment's three radii of
gyration are those of one elliptical cylinder. Limbs taper as drawn by hand (assumed): the table has one breadth each.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from trochlea.leg.posture.contact_points import SHOULDER, in_body
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.segment_masses import ABOVE_HIPS, SAMPLE_STATURE, SEGMENTS, SHOULDER_HEIGHT
from trochlea.motion.timeseries import Array, read_only
from trochlea.report.camera import Camera

N_RIM = 28
"""Points of a ball's outline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    """An ellipsoid.

    Attributes:
        centre: Shape (3,) [m].
        axes: Half axes as columns, shape (3, 3) [m].
    """

    centre: Array
    axes: Array

    def moved(self, rotation: Array, position: Array) -> "Ball":
        """In the frame that this one is placed in by a rotation (3, 3) and a position (3,)."""
        return Ball(centre=read_only(rotation @ self.centre + position), axes=read_only(rotation @ self.axes))

    def rim(self, camera: Camera) -> Array:
        """Outline in the picture, shape (N_RIM, 2) [mm]."""
        flat = camera.flat(self.axes.T).T
        angle = np.linspace(0.0, 2.0 * np.pi, N_RIM, endpoint=False)
        normals = np.array([np.cos(angle), np.sin(angle)])
        square = flat @ flat.T
        reach = np.sqrt(np.maximum(np.einsum("ik,ij,jk->k", normals, square, normals), 1e-9))
        return camera.flat(self.centre) + (square @ normals / reach).T


Span = tuple[Ball, Ball]
"""Two balls and everything between them."""


def span_outline(span: Span, camera: Camera) -> Array:
    """Outline in the picture of a span, shape (points, 2) [mm]."""
    return hull(np.vstack([ball.rim(camera) for ball in span]))


def hull(points: Array) -> Array:
    """Corners of the convex hull of points in the picture, shape (corners, 2)."""
    return points[ConvexHull(points).vertices]


def ball(centre: Array, radius: float) -> Ball:
    """A round ball."""
    return Ball(centre=read_only(np.asarray(centre, dtype=np.float64)), axes=read_only(np.eye(3) * radius))


def oval(centre: tuple[float, float, float], halves: tuple[float, float, float]) -> Ball:
    """A ball with half axes along x, y, z."""
    return Ball(centre=read_only(np.array(centre)), axes=read_only(np.diag(halves)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Sizes of a drawn person.

    Attributes:
        hips: Middle of the hips in the torso's frame, shape (3,) [m].
        levels: Above the middle of the hips: navel, lower end of the breastbone, neck, top of the head, shoulders [m].
        halves: Half breadth and half depth of lower, middle and upper trunk and head [m].
        shoulder_aside: Shoulder joint from the middle [m].
        shoulder_ahead: Shoulder joint forwards of the hips [m]; the leg model's is behind them.
        arm: Lengths of upper arm, forearm and hand [m].
        radii: Of thigh, shank, upper_arm, forearm [m].
    """

    hips: Array
    levels: dict[str, float]
    halves: dict[str, tuple[float, float]]
    shoulder_aside: float
    shoulder_ahead: float
    arm: tuple[float, float, float]
    radii: dict[str, float]


SHOULDER_SHARE = 0.82
"""Shoulder joints stand as far aside as this share of the upper trunk's half breadth. Assumed."""


def build_of(leg: LegModel) -> Build:
    """Sizes of the person whom a leg model stands for."""
    mj = leg.mj
    hip, back = mj.body("femur_r").pos, mj.body("torso").pos
    tibia, talus, calcn = (mj.body(f"{name}_r").pos for name in ("tibia", "talus", "calcn"))
    hip_height = -float(tibia[1] + talus[1] + calcn[1] + mj.site("CAL_r").pos[1])
    above = sum(_mean(name, "length") for name in ABOVE_HIPS)
    sample = float(np.mean(list(SAMPLE_STATURE.values())))
    height = leg.height or hip_height / (1.0 - above / sample)
    stretch, arms = (height - hip_height) / above, height / sample
    levels, at = {}, 0.0
    for name, top in zip(ABOVE_HIPS, ("navel", "breastbone", "neck", "vertex"), strict=True):
        at += _mean(name, "length") * stretch
        levels[top] = at
    levels["shoulders"] = float(np.mean(list(SHOULDER_HEIGHT.values()))) * stretch
    halves = {name: _halves(name, stretch) for name in ABOVE_HIPS}
    radii = {
        "thigh": _radius("thigh", -float(tibia[1])),
        "shank": _radius("shank", -float(talus[1])),
        "upper_arm": _radius("upper_arm", _mean("upper_arm", "length") * arms),
        "forearm": _radius("forearm", _mean("forearm", "length") * arms),
    }
    return Build(
        hips=read_only(hip * [1.0, 1.0, 0.0] - back),
        levels=levels,
        halves=halves,
        shoulder_aside=SHOULDER_SHARE * halves["upper_trunk"][0],
        shoulder_ahead=in_body(leg, "torso", SHOULDER)[0] - float(hip[0] - back[0]),
        arm=tuple(_mean(name, "length") * arms for name in ("upper_arm", "forearm", "hand")),  # pyright: ignore[reportArgumentType]
        radii=radii,
    )


def trunk_spans(build: Build, *, nod: float = 0.0, is_face_turned: bool = False) -> tuple[Span, ...]:
    """Trunk, neck and head in the torso's frame.

    Args:
        build: Sizes of the drawn person.
        nod: How far the head is bent forwards on the neck [rad].
        is_face_turned: Whether the face is turned aside and shows no nose.
    """
    levels, halves, ahead = build.levels, build.halves, build.shoulder_ahead
    lower, middle, upper, _ = (halves[name] for name in ABOVE_HIPS)
    waist = 0.5 * (lower[1] + middle[1]), 0.5 * (lower[0] + middle[0])
    chest_height = 0.45 * levels["breastbone"] + 0.55 * levels["shoulders"]
    hips = oval((0.0, 0.03, 0.0), (0.92 * lower[1], 0.08, lower[0]))
    navel = oval((0.15 * ahead, levels["navel"], 0.0), (0.90 * waist[0], 0.05, 0.90 * waist[1]))
    ribs = oval((0.005 + 0.5 * ahead, levels["breastbone"], 0.0), (0.98 * middle[1], 0.06, 0.95 * middle[0]))
    chest = oval((0.006 + 0.8 * ahead, chest_height, 0.0), (1.08 * upper[1], 0.09, 0.86 * upper[0]))
    top = oval((ahead, levels["shoulders"] - 0.03, 0.0), (0.66 * upper[1], 0.06, 0.98 * build.shoulder_aside))
    nape = oval((-0.008 + ahead, 0.45 * levels["shoulders"] + 0.55 * levels["neck"], 0.0), (0.058, 0.03, 0.07))
    neck = oval((0.004 + 0.9 * ahead, levels["neck"], 0.0), (0.053, 0.03, 0.053))
    spans = [(hips, navel), (navel, ribs), (ribs, chest), (chest, top), (top, nape), (nape, neck)]
    turn = Rotation.from_rotvec([0.0, 0.0, -nod]).as_matrix()
    stay = neck.centre - turn @ neck.centre
    head = _head(build, neck, is_face_turned=is_face_turned)
    spans += [(a.moved(turn, stay), b.moved(turn, stay)) for a, b in head]
    return tuple((a.moved(np.eye(3), build.hips), b.moved(np.eye(3), build.hips)) for a, b in spans)


def _head(build: Build, neck: Ball, *, is_face_turned: bool) -> list[Span]:
    """Skull, jaw and nose above a neck, from the middle of the hips."""
    broad, deep = build.halves[ABOVE_HIPS[-1]]
    ahead = 0.02 + 0.75 * build.shoulder_ahead
    tall = 0.44 * (build.levels["vertex"] - build.levels["neck"])
    middle = build.levels["vertex"] - tall
    throat = oval((ahead - 0.01, middle - 0.55 * tall, 0.0), (0.052, 0.03, 0.052))
    skull = oval((ahead, middle, 0.0), (0.95 * deep, tall, 0.92 * broad))
    jaw = oval((ahead + 0.58 * deep, middle - 0.78 * tall, 0.0), (0.32 * deep, 0.22 * tall, 0.42 * broad))
    brow = oval((ahead + 0.80 * deep, middle + 0.08 * tall, 0.0), (0.012, 0.012, 0.012))
    nose = oval((ahead + 1.03 * deep, middle - 0.27 * tall, 0.0), (0.011, 0.011, 0.010))
    face = [] if is_face_turned else [(nose, brow)]
    return [(neck, throat), (throat, skull), (skull, jaw), *face]


def shoulder(build: Build, outward: float) -> Array:
    """Shoulder joint in the torso's frame, shape (3,) [m]; `outward` is 1 on the right, -1 on the left."""
    return build.hips + [build.shoulder_ahead, build.levels["shoulders"] - 0.02, outward * build.shoulder_aside]


def arm_spans(build: Build, joints: Array) -> tuple[Span, ...]:
    """An arm through shoulder, elbow, wrist and tip of the hand, shape (4, 3) [m]."""
    upper, fore = build.radii["upper_arm"], build.radii["forearm"]
    radii = (0.95 * upper, 0.78 * fore, 0.55 * fore, 0.42 * fore)
    a, b, c, d = (ball(joint, radius) for joint, radius in zip(joints, radii, strict=True))
    thick = ball(0.72 * joints[1] + 0.28 * joints[2], 0.85 * fore)
    palm = ball(0.5 * (joints[2] + joints[3]), 0.72 * fore)
    return (a, b), (b, thick), (thick, c), (c, palm), (palm, d)


def leg_spans(build: Build, pelvis: Array, hip: Array, knee: Array, ankle: Array, behind: Array) -> tuple[Span, ...]:
    """Buttock, thigh and shank.

    Args:
        build: Sizes of the drawn person.
        pelvis: Rotation of the pelvis, shape (3, 3).
        hip: Joint in ground, shape (3,) [m]; so `knee` and `ankle`.
        knee: See `hip`.
        ankle: See `hip`.
        behind: The shank's backward direction, shape (3,).
    """
    thigh, shank = build.radii["thigh"], build.radii["shank"]
    buttock = ball(hip + thigh * (pelvis @ np.array([-0.50, -0.05, 0.0])), 0.92 * thigh)
    fold = ball(0.90 * hip + 0.10 * knee + 0.25 * thigh * (pelvis @ np.array([-1.0, 0.0, 0.0])), 0.96 * thigh)
    start = ball(0.86 * hip + 0.14 * knee, 1.02 * thigh)
    middle = ball(0.5 * (hip + knee), 0.90 * thigh)
    joint = ball(knee, 0.66 * thigh)
    calf = ball(0.68 * knee + 0.32 * ankle + 0.014 * behind, 0.98 * shank)
    low = ball(0.14 * knee + 0.86 * ankle, 0.58 * shank)
    return (
        (buttock, fold),
        (fold, start),
        (start, middle),
        (middle, joint),
        (joint, calf),
        (calf, low),
        (low, ball(ankle, 0.62 * shank)),
    )


def _mean(name: str, attribute: str) -> float:
    return float(np.mean([getattr(table[name], attribute) for table in SEGMENTS.values()]))


def _radii_of_gyration(name: str) -> Array:
    return np.mean([table[name].radii for table in SEGMENTS.values()], axis=0)


def _halves(name: str, stretch: float) -> tuple[float, float]:
    """Half breadth and half depth of the elliptical cylinder with a segment's radii of gyration [m]."""
    sagittal, longitudinal, transverse = _radii_of_gyration(name)
    total, difference = 4.0 * longitudinal**2, 4.0 * (sagittal**2 - transverse**2)
    length = _mean(name, "length") * stretch
    return float(np.sqrt(0.5 * (total + difference)) * length), float(np.sqrt(0.5 * (total - difference)) * length)


def _radius(name: str, length: float) -> float:
    """Radius of the round cylinder with a segment's radius of gyration about its long axis [m]."""
    return float(np.sqrt(2.0) * _radii_of_gyration(name)[1] * length)
