"""Muscles, tendon and retinacula of one knee: where they attach and how they pull.

All attachments are those of a right knee of size 1 (Lenhart 2015), scaled; each head's line of action starts from
its insertion on the seated patella of the straight knee.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.knee.band import band_line
from trochlea.knee.patella import ridge_z
from trochlea.knee.shape import KneeShape, shape_norms
from trochlea.knee.tibia import screw_home, tibia_in_femur
from trochlea.knee.trochlea import groove_axis
from trochlea.leg.extensor import QUADRICEPS_HEADS
from trochlea.motion.timeseries import Array, read_only
from trochlea.units import MILLIMETRE

HEADS = ("RF", "VI", "VLL", "VLO", "VML", "VMO")
"""Heads of the quadriceps as the knee sees them."""

HIP_CENTRE = np.array([0.0056, 0.3742, 0.0012])
"""Hip centre in the knee frame, size 1 [m]. `lenhart-2015-knee-model`: femur_distal_r in femur_r."""

RECTUS_FROM_HIP = np.array([0.0386, 0.0421, 0.0192])
"""Origin of rectus femoris from the hip centre, size 1 [m]. `lenhart-2015-knee-model`: recfem_r-P1 less hip_r."""

TENDON_PROXIMAL = -0.30
"""Height of the patellar tendon's insertion, in patellar heights. `lenhart-2015-knee-model`: -0.31, mean of PT1-PT6."""

TENDON_SPREAD = (0.25, 0.17)
"""Half-width of the tendon on patella and tibia, in patellar widths. `lenhart-2015-knee-model`: PT1, PT2."""

SLACK_FLEXION = math.radians(30)
"""Flexion of the seated pose that sets the slack lengths of the retinacula [rad]."""


RESTING_STIFFNESS = 1.5e5
"""Stiffness with which the femur holds up each head's insertion [N/m]. Assumed: a foundation of 3.5 N/mm3 under the 40
mm2 or so that each of six heads takes of the tendon; nothing rests there unless the patella pitches over."""

START_FLEXION = np.radians([0.0, 30.0, 60.0, 120.0])
START_HEIGHT = np.array([-0.65, -0.1, 0.25, 0.5])
"""Where a solve starts: height of the contact on the articular surface, in half heights, at these flexions. Numerical
choice: about where the default knee ends up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tissue:
    """Lines of action of one right knee. Patella ends in the patella frame; fibres: tendon first, then retinacula.

    Attributes:
        head_ends: Insertions of HEADS, then of the iliotibial-patellar band, shape (7, 3) [m].
        head_origins: Origins in the femur frame, shape (7, 3) [m].
        head_split: Share of each leg head in each line, shape (7, 4), columns as QUADRICEPS_HEADS, 0 for the band [-].
        fibre_ends: Patellar ends, shape (fibres, 3) [m].
        fibre_fixed: Other ends: tibia frame for the tendon, femur frame for the rest, shape (fibres, 3) [m].
        slack_length: Shape (fibres,) [m].
        stiffness: Force over strain, shape (fibres,) [N].
        n_tendon: Number of tendon fibres.
        wrap: Axis x, axis y and radius of the quadriceps tendon's path on the femur [m], and what holds an insertion
            up that would sink below that radius [N/m].
        toe_strain: [-].
        band: Row of the iliotibial-patellar band among the heads; None if there is none.
    """

    head_ends: Array
    head_origins: Array
    head_split: Array
    fibre_ends: Array
    fibre_fixed: Array
    slack_length: Array
    stiffness: Array
    n_tendon: int
    wrap: Array
    toe_strain: float
    band: int | None = None


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = files("trochlea.knee").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _tendon(shape: KneeShape) -> tuple[Array, Array, float]:
    """Patellar ends, tibial ends (tibia frame) and slack length of the tendon's fibres [m]."""
    across = np.array([-1.0, 0.0, 1.0]) * shape.patella_width
    x = (shape.tendon_insertion_depth - 0.5) * shape.patella_thickness
    y = TENDON_PROXIMAL * shape.patella_height
    ends = np.column_stack([np.full(3, x), np.full(3, y), TENDON_SPREAD[0] * across])
    size = shape.knee_size
    fixed = np.column_stack(
        [
            np.full(3, shape.tubercle_forward * size),
            np.full(3, -shape.tubercle_distal * size),
            shape.tt_tg + TENDON_SPREAD[1] * across,
        ]
    )
    # Insall and Salvati: free tendon over the patella's diagonal; fibres reach up from the apex to their insertion
    free = shape.insall_salvati_ratio * math.hypot(shape.patella_height, shape.patella_thickness)
    return ends, fixed, free + (0.5 + TENDON_PROXIMAL) * shape.patella_height


def seated_pose(tubercle: Array, shape: KneeShape, *, contact_height: float | Array = 0.0) -> tuple[Array, Array]:
    """Patella on the groove's bottom, ridge in the groove, as far along as its tendon reaches.

    Args:
        tubercle: Tendon's tibial end in the femur frame, shape (frames, 3) [m].
        shape: The knee.
        contact_height: Where on the patella the groove touches it, above the patella's middle, one or shape (frames,)
            [m].

    Returns:
        Orientations (frames, 3, 3) and positions (frames, 3) of the patella in the femur [m].
    """
    ends, _, length = _tendon(shape)
    centre = np.array(groove_axis(shape))
    radius = shape.groove_radius + 0.5 * shape.patella_thickness
    out, up = radius + ends[1, 0], ends[1, 1] - contact_height  # of the tendon's insertion, from the touching point
    reach, lead = np.hypot(out, up), np.arctan2(up, out)
    arm = tubercle[:, :2] - centre
    distance = np.hypot(arm[:, 0], arm[:, 1])
    cosine = (reach**2 + distance**2 - length**2) / (2 * reach * distance)
    theta = np.arctan2(arm[:, 1], arm[:, 0]) - lead + np.arccos(np.clip(cosine, -1, 1))
    c, s, zero, one = np.cos(theta), np.sin(theta), np.zeros_like(theta), np.ones_like(theta)
    rotation = np.stack([np.stack([c, -s, zero], -1), np.stack([s, c, zero], -1), np.stack([zero, zero, one], -1)], 1)
    x, y = centre[0] + radius * c + contact_height * s, centre[1] + radius * s - contact_height * c
    return rotation, np.column_stack([x, y, -ridge_z(shape) * one])


def start_pose(tubercle: Array, flexion: Array, shape: KneeShape) -> tuple[Array, Array]:
    """A seated pose near the equilibrium: contact wanders up the patella as the knee flexes.

    Args:
        tubercle: Shape (frames, 3) [m].
        flexion: Of the knee, shape (frames,) [rad].
        shape: The knee.
    """
    share = np.interp(flexion, START_FLEXION, START_HEIGHT)
    half = 0.5 * shape.articular_height_ratio * shape.patella_height
    middle = 0.5 * (1 - shape.articular_height_ratio) * shape.patella_height
    return seated_pose(tubercle, shape, contact_height=middle + share * half)


def _seat_at(flexion: float, shape: KneeShape) -> tuple[Array, Array]:
    angle = np.array([flexion])
    tibia = tibia_in_femur(angle, screw_home(angle, shape), np.zeros(1))
    rotation, position = seated_pose(tibia @ _tendon(shape)[1][1], shape)
    return rotation[0], position[0]


def _heads(shape: KneeShape) -> tuple[Array, Array, Array]:
    """Insertions, origins and the split of the leg's heads."""
    rotation, position = _seat_at(0.0, shape)
    reference = 0.5 * sum(shape_norms(sex=sex)["q_angle"].value for sex in ("female", "male"))
    ends, origins, split = [], [], np.zeros((len(HEADS), len(QUADRICEPS_HEADS)))
    shares = {"VLO": shape.vlo_share, "VLL": 1 - shape.vlo_share, "VMO": shape.vmo_share, "VML": 1 - shape.vmo_share}
    for i, row in enumerate(_table("heads.csv")):
        end = np.array(
            [
                (shape.quadriceps_insertion_depth - 0.5) * shape.patella_thickness,
                float(row["insertion_proximal"]) * shape.patella_height,
                float(row["insertion_lateral"]) * shape.patella_width,
            ]
        )
        at = rotation @ end + position
        if row["name"] == "RF":
            along = (HIP_CENTRE + RECTUS_FROM_HIP) * shape.knee_size - at
            length = float(np.linalg.norm(along))
            backward = -math.asin(along[0] / length)
            lateral = math.atan2(along[2], along[1])
        else:
            length = float(row["length_mm"]) * MILLIMETRE * shape.knee_size
            backward = shape.vasti_inclination
            lateral = shape.femoral_axis_angle + math.radians(float(row["femoral_angle_deg"]))
        lateral += shape.q_angle - reference
        up = math.cos(backward)
        direction = np.array([-math.sin(backward), up * math.cos(lateral), up * math.sin(lateral)])
        ends.append(end)
        origins.append(at + length * direction)
        split[i, QUADRICEPS_HEADS.index(row["leg_head"])] = shares.get(row["name"], 1.0)
    return np.array(ends), np.array(origins), split


def _retinacula(shape: KneeShape) -> tuple[Array, Array, Array, Array]:
    """Patellar ends, femoral ends, slack lengths and stiffnesses (force over strain)."""
    rows = _table("retinacula.csv")
    from_axis = np.array([[float(row[f"femoral_{axis}_mm"]) * MILLIMETRE for axis in "xyz"] for row in rows])
    fixed = shape.knee_size * from_axis + np.array([*groove_axis(shape), 0.0])
    size = np.array([shape.patella_thickness, shape.patella_height, shape.patella_width])
    ends = np.array([[float(row[f"patellar_{way}"]) for way in ("forward", "proximal", "lateral")] for row in rows])
    ends = (ends - np.array([0.5, 0.0, 0.0])) * size
    rotation, position = _seat_at(SLACK_FLEXION, shape)
    seated = np.linalg.norm(ends @ rotation.T + position - fixed, axis=1)
    is_medial = np.array([row["group"] == "medial" for row in rows])
    slack = seated * np.where(is_medial, 1 + shape.mpfl_slack, 1 + shape.lateral_retinaculum_slack)
    total = np.where(is_medial, shape.mpfl_stiffness, shape.lateral_retinaculum_stiffness)
    number = np.where(is_medial, is_medial.sum(), (~is_medial).sum())
    return ends, fixed, slack, total / number * slack


def build_tissue(shape: KneeShape) -> Tissue:
    """Attachments, slack lengths and stiffnesses of one right knee."""
    head_ends, origins, split = _heads(shape)
    band_end, band_origin = band_line(shape)
    tendon_ends, tendon_fixed, length = _tendon(shape)
    n = len(tendon_ends)
    ends, fixed, slack, stiffness = _retinacula(shape)
    wrap = [*groove_axis(shape), shape.groove_radius + 0.5 * shape.quadriceps_tendon_thickness, RESTING_STIFFNESS]
    return Tissue(
        head_ends=read_only(np.vstack([head_ends, band_end])),
        head_origins=read_only(np.vstack([origins, band_origin])),
        head_split=read_only(np.vstack([split, np.zeros(len(QUADRICEPS_HEADS))])),
        fibre_ends=read_only(np.vstack([tendon_ends, ends])),
        fibre_fixed=read_only(np.vstack([tendon_fixed, fixed])),
        slack_length=read_only(np.concatenate([np.full(n, length), slack])),
        stiffness=read_only(np.concatenate([np.full(n, shape.tendon_stiffness * length / n), stiffness])),
        n_tendon=n,
        wrap=read_only(wrap),
        toe_strain=shape.toe_strain,
        band=len(HEADS),
    )
