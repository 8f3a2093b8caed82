"""A knee from cartilage meshes: the meshes give the surfaces and what they measure, the norms everything else."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.femoral_mesh import build_femur
from trochlea.knee.groove import Groove, find_groove
from trochlea.knee.knee import ContactLaw, Knee, checked_law, foundation_stiffness
from trochlea.knee.mesh import RIGHT_ISB, Unit, axes_matrix, read_mesh
from trochlea.knee.patella import N_COARSE, N_POINTS, Patella, articular_centre_y
from trochlea.knee.patellar_mesh import PatellarSurface, contact_points, measure_patella
from trochlea.knee.shape import KneeShape, knee_shape
from trochlea.knee.tissue import HEADS, Tissue, build_tissue
from trochlea.knee.trochlea import groove_axis
from trochlea.leg.extensor import QUADRICEPS_HEADS
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only
from trochlea.person.measured import Measured
from trochlea.units import MILLIMETRE

FEMUR_SIZE = (40 * MILLIMETRE, 120 * MILLIMETRE)
"""Smallest and largest greatest extent of femoral cartilage [m]. Assumed: about half to twice an adult's."""

PATELLA_SIZE = (20 * MILLIMETRE, 70 * MILLIMETRE)
"""Smallest and largest greatest extent of patellar cartilage [m]. Assumed: about half to twice an adult's."""

REFERENCE_WIDTH = 66.7 * MILLIMETRE
"""Femoral cartilage from side to side in a knee of size 1 [m]. `lenhart-2015-knee-model`: its femoral mesh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshOrigins:
    """Where the knee's frames have their origins, in the meshes' own coordinates along the knee's axes.

    Attributes:
        femur: Of the femur frame, which the tibia shares when the knee is straight, shape (3,) [m].
        patella: Shape (3,) [m].
    """

    femur: Array
    patella: Array


def mesh_shape(
    groove: Groove, femur_width: float, surface: PatellarSurface, measured: Mapping[str, Measured] | None, *, sex: str
) -> KneeShape:
    """What the meshes measure; `measured` is believed before them, the norms of `sex` fill the rest."""
    norm = knee_shape(measured, sex=sex)
    lateral = math.atan2(groove.lateral_rise, groove.lateral_run)
    medial = math.atan2(groove.medial_rise, groove.medial_run)
    width, height = surface.high[1] - surface.low[1], surface.high[0] - surface.low[0]
    middle = 0.5 * (surface.low[0] + surface.high[0])
    ridge = surface.ridge[0] + surface.ridge[1] * middle
    seen = {
        "sulcus_angle": math.pi - lateral - medial,
        "lateral_trochlear_inclination": lateral,
        "trochlear_width": groove.lateral_run + groove.medial_run,
        "facet_asymmetry": groove.medial_run / groove.lateral_run,
        "groove_radius": groove.radius,
        "knee_size": femur_width / REFERENCE_WIDTH,
        "patella_width": width,
        "patella_height": height / norm.articular_height_ratio,
        "ridge_position": (surface.high[1] - ridge) / width,
    }
    return replace(norm, **{name: value for name, value in seen.items() if name not in (measured or {})})


def _check_side(groove: Groove, surface: PatellarSurface, side: Side, femur: Path) -> None:
    """Refuse a pair of meshes that both look like the other side's."""
    is_mirrored = groove.lateral_rise < groove.medial_rise and surface.lateral_rise < surface.medial_rise
    middle = 0.5 * (surface.low[1] + surface.high[1])
    if is_mirrored and surface.ridge[0] > middle:
        raise InputError(
            f"{femur}: side: the wall called lateral is the lower one ({groove.lateral_rise / MILLIMETRE:.1f} against "
            f"{groove.medial_rise / MILLIMETRE:.1f} mm) and the patella's ridge lies lateral of its middle; expected a "
            f"{side} knee: give side or axes as they are in the files, or trust_side=True if this knee is like that"
        )


def _origins(
    groove: Groove,
    surface: PatellarSurface,
    shape: KneeShape,
    epicondyles: tuple[float, float] | None,
) -> tuple[KneeShape, MeshOrigins]:
    """The shape, with its groove's centre where the epicondyles put it, and the frames' origins."""
    if epicondyles is not None:
        forward, proximal = (groove.axis[k] - epicondyles[k] for k in range(2))
        shape = replace(
            shape, groove_centre_forward=forward / shape.knee_size, groove_centre_proximal=proximal / shape.knee_size
        )
    axis = groove_axis(shape)
    middle = [0.5 * (low + high) for low, high in zip(surface.low, surface.high, strict=True)]
    return shape, MeshOrigins(
        femur=read_only([groove.axis[0] - axis[0], groove.axis[1] - axis[1], groove.z]),
        patella=read_only(
            [surface.ridge_x + 0.5 * shape.patella_thickness, middle[0] - articular_centre_y(shape), middle[1]]
        ),
    )


def _check_tissue(tissue: Tissue) -> None:
    """Refuse own attachments whose arrays do not belong together or hold impossible numbers."""
    heads, fibres = len(HEADS), len(tissue.slack_length)
    wanted = {
        "head_ends": (heads, 3),
        "head_origins": (heads, 3),
        "head_split": (heads, len(QUADRICEPS_HEADS)),
        "fibre_ends": (fibres, 3),
        "fibre_fixed": (fibres, 3),
        "slack_length": (fibres,),
        "stiffness": (fibres,),
        "wrap": (4,),
    }
    for name, shape in wanted.items():
        values = np.asarray(getattr(tissue, name))
        if values.shape != shape or not np.isfinite(values).all():
            raise InputError(
                f"tissue.{name} has shape {values.shape}; expected {shape}, all finite: one row for each of "
                f"{', '.join(HEADS)}, or for each fibre"
            )
    if not (2 <= tissue.n_tendon <= fibres and (tissue.slack_length > 0).all() and (tissue.stiffness >= 0).all()):
        raise InputError(
            f"tissue has {tissue.n_tendon} fibres of the patellar tendon, slack lengths from "
            f"{tissue.slack_length.min():g} m and stiffness from {tissue.stiffness.min():g} N; expected at least two "
            "fibres of the tendon first, slack lengths above and stiffness not below zero"
        )


def place_tissue(tissue: Tissue, origins: MeshOrigins) -> Tissue:
    """Attachments in the meshes' coordinates, moved to the knee's frames."""
    _check_tissue(tissue)
    return replace(
        tissue,
        head_ends=read_only(tissue.head_ends - origins.patella),
        head_origins=read_only(tissue.head_origins - origins.femur),
        fibre_ends=read_only(tissue.fibre_ends - origins.patella),
        fibre_fixed=read_only(tissue.fibre_fixed - origins.femur),
        wrap=read_only([*(tissue.wrap[:2] - origins.femur[:2]), *tissue.wrap[2:]]),
    )


def _patella(surface: PatellarSurface, origins: MeshOrigins, n_points: int) -> Patella:
    """Contact points in the patella frame; facets by the median ridge."""
    points, areas = contact_points(surface, n_points)
    is_lateral = points[:, 2] > surface.ridge[0] + surface.ridge[1] * points[:, 1]
    is_lateral.setflags(write=False)
    coarse_points, coarse_areas = contact_points(surface, N_COARSE)
    return Patella(
        points=read_only(points - origins.patella),
        areas=read_only(areas),
        is_lateral=is_lateral,
        coarse_points=read_only(coarse_points - origins.patella),
        coarse_areas=read_only(coarse_areas),
    )


def build_mesh_knee(
    femur: Path,
    patella: Path,
    *,
    sex: str,
    side: Side = "right",
    unit: Unit | None = None,
    axes: tuple[str, str, str] = RIGHT_ISB,
    epicondyles: tuple[float, float, float] | None = None,
    measured: Mapping[str, Measured] | None = None,
    tissue: Tissue | None = None,
    law: ContactLaw = "linear",
    n_points: int = N_POINTS,
    trust_side: bool = False,
) -> Knee:
    """Build a knee from femoral and patellar cartilage meshes (STL, PLY, OBJ, VTP).

    The meshes' axes must be anatomical to within a few degrees; each mesh may have its own origin. A left knee
    becomes its mirror image. z = 0 of the femur frame lies in the groove. What the meshes do not show (attachments,
    lines of action, tendon, cartilage, bone under the patellar cartilage) is the norm's, scaled with `measured` and
    with the meshes' own size.

    Args:
        femur: Femoral cartilage: at least the groove with both walls; the condyles too if the knee flexes far.
        patella: Patellar cartilage.
        sex: "female" or "male"; chooses the norms.
        side: The meshes' side.
        unit: Of the files, "m" or "mm"; recognised by the size if None.
        axes: What x, y and z of the files point to (see `axes_matrix`).
        epicondyles: Midpoint of the epicondyles in the femoral file's coordinates and unit; if None it is put where it
            lies in the default knee, seen from the groove's axis.
        measured: Any fields of `KneeShape` by name, in SI units; believed before the meshes.
        tissue: Own attachments along the knee's axes in metres, from the meshes' origins: patellar ends in the
            patella's file, femoral ends in the femur's, tibial ends where they lie below the straight knee's femur.
        law: How pressure grows with overlap.
        n_points: Contact points on the patella.
        trust_side: Accept meshes that look like the other side's.

    Raises:
        FormatError: If a mesh cannot be read, has an impossible size, a hole, or no single value about the axis.
        InputError: If a name is unknown, the tissue is impossible, or both meshes look like the other side's.
    """
    contact_law = checked_law(law)
    femoral = read_mesh(femur, size=FEMUR_SIZE, side=side, unit=unit, axes=axes)
    patellar = read_mesh(patella, size=PATELLA_SIZE, side=side, unit=unit, axes=axes)
    femoral, groove = find_groove(femoral)
    surface = measure_patella(patellar)
    if not trust_side:
        _check_side(groove, surface, side, femur)
    width = float(np.ptp(femoral.vertices[:, 2]))
    shape = mesh_shape(groove, width, surface, measured, sex=sex)
    midpoint = None
    if epicondyles is not None:
        turned = axes_matrix(axes, side) @ np.array(epicondyles) * femoral.scale
        midpoint = (float(turned[0]), float(turned[1]))
    shape, origins = _origins(groove, surface, shape, midpoint)
    return Knee(
        shape=shape,
        trochlea=build_femur(femoral, groove, axis=groove_axis(shape)),
        patella=_patella(surface, origins, n_points),
        tissue=build_tissue(shape) if tissue is None else place_tissue(tissue, origins),
        foundation_stiffness=foundation_stiffness(shape),
        contact_law=contact_law,
    )
