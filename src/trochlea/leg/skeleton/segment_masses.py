"""Masses of the body's segments from body mass, height and sex.

`de-leva-1996-segments`, table 4 (joint-centre endpoints). Trunk and head fill what the legs leave of the stature, in
the proportions of the table's samples; arms grow with stature. The upper body is one rigid piece with the arms
hanging, upright above the middle of the hips (assumed).

Standing, the whole body's centre of mass then lies at 55.9 % of the stature of a man and 56.3 % of that of a woman of
the survey's mean stature. Published, without a sample: 57 and 55 % (`unnamed-nd-centre-of-gravity`).
"""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.engine import MjSpec
from trochlea.leg.skeleton.mass_properties import MassProperties, join
from trochlea.motion.timeseries import Array, read_only

SAMPLE_STATURE = {"female": 1.735, "male": 1.741}
"""Mean stature of the two samples [m]. `de-leva-1996-segments`, table 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One row of the table.

    Attributes:
        length: In the sample, between the segment's endpoints [m].
        mass: Share of body mass [-].
        center: Mass centre from the first endpoint, share of length [-].
        radii: Of gyration about the sagittal (antero-posterior), longitudinal and transverse (medio-lateral)
            axes, shares of length [-]. The table's "sagittal" column is the larger for the trunk, which is
            broader than deep, so it is taken as the antero-posterior axis.
    """

    length: float
    mass: float
    center: float
    radii: tuple[float, float, float]


def _row(length: float, mass: float, center: float, sagittal: float, longitudinal: float, transverse: float) -> Segment:
    return Segment(length=length, mass=mass, center=center, radii=(sagittal, longitudinal, transverse))


# `de-leva-1996-segments`, table 4; endpoints: head vertex to cervicale, upper trunk cervicale to xiphion (both from
# the table's alternatives, so that the pieces meet), middle trunk to omphalion, lower trunk to mid-hip, limbs
# between joint centres, hand wrist to third metacarpal, shank knee to ankle centre, foot heel to longest toe. The
# women's hand has 0.631 instead of 0.531 in one of four transcriptions; the trunk hardly feels it.
SEGMENTS: dict[str, dict[str, Segment]] = {
    "female": {
        "head": _row(0.2437, 0.0668, 0.4841, 0.271, 0.261, 0.295),
        "upper_trunk": _row(0.2280, 0.1545, 0.5050, 0.466, 0.449, 0.314),
        "middle_trunk": _row(0.2053, 0.1465, 0.4512, 0.433, 0.415, 0.354),
        "lower_trunk": _row(0.1815, 0.1247, 0.4920, 0.433, 0.444, 0.402),
        "upper_arm": _row(0.2751, 0.0255, 0.5754, 0.278, 0.148, 0.260),
        "forearm": _row(0.2643, 0.0138, 0.4559, 0.261, 0.094, 0.257),
        "hand": _row(0.0780, 0.0056, 0.7474, 0.531, 0.335, 0.454),
        "thigh": _row(0.3685, 0.1478, 0.3612, 0.369, 0.162, 0.364),
        "shank": _row(0.4386, 0.0481, 0.4352, 0.267, 0.092, 0.263),
        "foot": _row(0.2283, 0.0129, 0.4014, 0.299, 0.139, 0.279),
    },
    "male": {
        "head": _row(0.2429, 0.0694, 0.5002, 0.303, 0.261, 0.315),
        "upper_trunk": _row(0.2421, 0.1596, 0.5066, 0.505, 0.465, 0.320),
        "middle_trunk": _row(0.2155, 0.1633, 0.4502, 0.482, 0.468, 0.383),
        "lower_trunk": _row(0.1457, 0.1117, 0.6115, 0.615, 0.587, 0.551),
        "upper_arm": _row(0.2817, 0.0271, 0.5772, 0.285, 0.158, 0.269),
        "forearm": _row(0.2689, 0.0162, 0.4574, 0.276, 0.121, 0.265),
        "hand": _row(0.0862, 0.0061, 0.7900, 0.628, 0.401, 0.513),
        "thigh": _row(0.4222, 0.1416, 0.4095, 0.329, 0.149, 0.329),
        "shank": _row(0.4403, 0.0433, 0.4395, 0.251, 0.102, 0.246),
        "foot": _row(0.2581, 0.0137, 0.4415, 0.257, 0.124, 0.245),
    },
}

SHOULDER_HEIGHT = {"female": 0.4979, "male": 0.5155}
"""Middle of the shoulders above the middle of the hips in the sample [m]. `de-leva-1996-segments`, table 4, trunk
alternative."""

ABOVE_HIPS = ("lower_trunk", "middle_trunk", "upper_trunk", "head")

SMALL_BODY = 1e-4
"""Mass given to patella, talus and toes [kg]: the table has no row for them, their tissue is in thigh and
foot. Assumed: too little to change a moment, enough for the engine."""

_SMALL_INERTIA = 1e-8  # of those bodies [kg.m^2]; 1e-4 kg within a centimetre of its centre


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """Where the table's endpoints lie in the scaled model, right side.

    Attributes:
        hip_in_pelvis: Hip centre, shape (3,) [m].
        back_in_pelvis: Lumbar joint, shape (3,) [m].
        knee_in_femur: Knee centre, shape (3,) [m].
        ankle_in_tibia: Ankle centre, shape (3,) [m].
        heel_in_calcaneus: Back of the heel, shape (3,) [m].
        toe_in_calcaneus: Tip of the foot, shape (3,) [m].
        hip_height: Hip centre above the floor, standing straight [m].
    """

    hip_in_pelvis: Array
    back_in_pelvis: Array
    knee_in_femur: Array
    ankle_in_tibia: Array
    heel_in_calcaneus: Array
    toe_in_calcaneus: Array
    hip_height: float


def landmarks_of(spec: MjSpec, ankle_height: float) -> Landmarks:
    """The segment table's endpoints in a scaled spec whose ankle stands so high above the floor."""
    toes = np.array(spec.body("toes_r").pos)
    return Landmarks(
        hip_height=ankle_height - float(spec.body("tibia_r").pos[1] + spec.body("talus_r").pos[1]),
        hip_in_pelvis=np.array(spec.body("femur_r").pos),
        back_in_pelvis=np.array(spec.body("torso").pos),
        knee_in_femur=np.array(spec.body("tibia_r").pos) + np.array(spec.joint("knee_angle_r").pos),
        ankle_in_tibia=np.array(spec.body("talus_r").pos),
        heel_in_calcaneus=np.array(spec.site("CAL_r").pos),
        toe_in_calcaneus=toes + np.array(spec.site("ehl-P8_r").pos),
    )


def segment_masses(*, mass: float, height: float, sex: str, landmarks: Landmarks) -> dict[str, MassProperties]:
    """Mass properties of every body of the leg model, adding up to the body's mass.

    Args:
        mass: Of the whole body [kg].
        height: Stature [m].
        sex: "female" or "male".
        landmarks: Endpoints in the scaled model.

    Returns:
        Properties by body name.

    Raises:
        InputError: If the sex has no table, or the legs leave nothing of the stature.
    """
    if sex not in SEGMENTS:
        raise InputError(f"sex: expected one of {', '.join(SEGMENTS)}, found {sex!r}")
    if landmarks.hip_height >= height:
        raise InputError(
            f"height: the hips stand {landmarks.hip_height:.2f} m high, above a stature of {height:.2f} m; give the "
            "stature of the person whom the legs are scaled to"
        )
    table = SEGMENTS[sex]
    stretch = (height - landmarks.hip_height) / sum(table[name].length for name in ABOVE_HIPS)
    share = mass / _whole(table)  # the printed percentages add up to 99.98 and 100.02
    mid_hip = landmarks.hip_in_pelvis * np.array([1.0, 1.0, 0.0])
    omphalion = mid_hip + np.array([0.0, table["lower_trunk"].length * stretch, 0.0])
    upper = _upper_body(sex, share, stretch, arms=height / SAMPLE_STATURE[sex])
    small = MassProperties(
        mass=SMALL_BODY, mass_center=read_only(np.zeros(3)), inertia=read_only(np.eye(3) * _SMALL_INERTIA)
    )
    bodies = {
        "pelvis": _along(table["lower_trunk"], share, omphalion, mid_hip),
        "torso": upper.moved(np.eye(3), mid_hip - landmarks.back_in_pelvis),
    }
    zero, mirror = np.zeros(3), np.diag([1.0, 1.0, -1.0])
    # The foot's axis runs forward: its longitudinal radius belongs to x.
    foot = _along(table["foot"], share, landmarks.heel_in_calcaneus, landmarks.toe_in_calcaneus)
    right = {
        "femur": _less(_along(table["thigh"], share, zero, landmarks.knee_in_femur), SMALL_BODY),
        "tibia": _along(table["shank"], share, zero, landmarks.ankle_in_tibia),
        "calcn": _less(foot, 2 * SMALL_BODY),
        "patella": small,
        "talus": small,
        "toes": small,
    }
    for name, properties in right.items():
        bodies[f"{name}_r"] = properties
        bodies[f"{name}_l"] = properties.moved(mirror, zero)
    return bodies


def _whole(table: dict[str, Segment]) -> float:
    once = ("head", "upper_trunk", "middle_trunk", "lower_trunk")
    return sum(row.mass * (1 if name in once else 2) for name, row in table.items())


def _less(properties: MassProperties, mass: float) -> MassProperties:
    return MassProperties(mass=properties.mass - mass, mass_center=properties.mass_center, inertia=properties.inertia)


def _along(row: Segment, share: float, start: Array, end: Array) -> MassProperties:
    """A segment laid between two points; z (medio-lateral) stays one of its axes."""
    span = end - start
    length = float(np.linalg.norm(span))
    mass = share * row.mass
    axis = span / length
    forward = np.cross(axis, [0.0, 0.0, 1.0])
    forward /= np.linalg.norm(forward)
    axes = np.column_stack([forward, axis, np.cross(forward, axis)])
    moments = mass * (np.array(row.radii) * length) ** 2
    return MassProperties(
        mass=mass,
        mass_center=read_only(start + row.center * span),
        inertia=read_only(axes @ np.diag(moments) @ axes.T),
    )


def _upper_body(sex: str, share: float, stretch: float, *, arms: float) -> MassProperties:
    """Trunk above the navel, head and hanging arms stretched from the sample; origin midway between the hips."""
    table = SEGMENTS[sex]
    parts = []
    height = table["lower_trunk"].length
    for name in ABOVE_HIPS[1:]:
        top = height + table[name].length
        parts.append(_along(table[name], share, _at(top * stretch), _at(height * stretch)))
        height = top
    height = SHOULDER_HEIGHT[sex] * stretch
    for name in ("upper_arm", "forearm", "hand"):
        bottom = height - table[name].length * arms
        arm = _along(table[name], share, _at(height), _at(bottom))
        parts += [arm, arm]
        height = bottom
    return join(parts)


def _at(height: float) -> Array:
    return np.array([0.0, height, 0.0])
