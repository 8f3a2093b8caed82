"""What a knee is described by: lengths, angles and stiffnesses with a norm for each sex."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from trochlea.errors import InputError
from trochlea.knee.groove_measures import DEPTH, LATERAL, SULCUS, resolve_groove
from trochlea.knee.trochlea import trochlear_depth
from trochlea.person.measured import Measured
from trochlea.person.norms import knee_norms
from trochlea.units import MEGAPASCAL, MILLIMETRE

SEXES = ("female", "male")

DEEPEST_NOTCH = 0.85
"""Depth of the notch over the groove's radius beyond which the femur's surface folds about its axis [-]."""

_TO_SI = {
    "mm": (MILLIMETRE, "m"),
    "deg": (math.radians(1), "rad"),
    "MPa": (MEGAPASCAL, "Pa"),
    "N/mm": (1 / MILLIMETRE, "N/m"),
    "-": (1.0, "-"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KneeShape:
    """Everything that sets one knee apart; SI units.

    Norms, spreads and sources: defaults.csv, and the norms of the person file for what a clinic measures.

    Attributes:
        sulcus_angle: Cartilage surface [rad].
        lateral_trochlear_inclination: Slope of the lateral facet [rad].
        trochlear_width: Across the groove from ridge to ridge [m].
        facet_asymmetry: Width of the medial over the lateral trochlear facet [-].
        rim_rounding: Radius of the ridges in cross-section [m].
        condyle_slope: Fall of the condyles outside the ridges [rad].
        notch_angle: Where the intercondylar notch begins, about the groove's axis from the front upwards [rad].
        notch_opening: Angle over which the notch reaches its depth [rad].
        notch_width: [m].
        notch_depth: [m].
        groove_radius: Circle through the deepest points [m].
        groove_rounding: Radius of the groove's bottom in cross-section [m].
        proximal_angle: Where the circle runs out into a straight surface, from the front upwards [rad].
        patella_width: [m].
        patella_height: [m].
        patella_thickness: Bone and cartilage at the ridge [m].
        quadriceps_insertion_depth: Of the quadriceps tendon from the ridge, in patellar thicknesses [-].
        tendon_insertion_depth: Of the patellar tendon from the ridge, in patellar thicknesses [-].
        ridge_position: Share of the width lateral of the median ridge [-].
        articular_height_ratio: Articular over patellar height [-].
        facet_mismatch: Slope of the patellar facets less that of the groove's [rad].
        ridge_rounding: Radius of the median ridge [m].
        patellar_sagittal_radius: Convex positive [m].
        patellar_cartilage_thickness: [m].
        trochlear_cartilage_thickness: [m].
        cartilage_modulus: [Pa].
        cartilage_poisson_ratio: [-].
        insall_salvati_ratio: Patellar tendon over patellar length [-].
        tt_tg: Tibial tubercle to trochlear groove, knee straight [m].
        screw_home: Internal rotation of the tibia over the first 30 degrees of flexion [rad].
        q_angle: [rad].
        knee_size: Scale of femur and tibia against the attachment tables [-].
        tendon_stiffness: Patellar tendon [N/m].
        mpfl_stiffness: [N/m].
        lateral_retinaculum_stiffness: [N/m].
        mpfl_slack: Slack strain at 30 degrees [-].
        lateral_retinaculum_slack: Slack strain at 30 degrees [-].
        toe_strain: End of the quadratic toe of ligaments [-].
        femoral_axis_angle: Femoral anatomical axis against the knee's y, proximal end lateral [rad].
        vasti_inclination: Backward pull of the vasti in extension [rad].
        vmo_share: Oblique share of the vastus medialis force [-].
        vlo_share: Oblique share of the vastus lateralis force [-].
        groove_centre_forward: Centre of the groove's circle in front of the epicondyles [m].
        groove_centre_proximal: Centre of the groove's circle above the epicondyles [m].
        tubercle_forward: Tibial tubercle in front of the flexion axis [m].
        tubercle_distal: Tibial tubercle below the flexion axis [m].
        quadriceps_tendon_thickness: [m].
    """

    sulcus_angle: float
    lateral_trochlear_inclination: float
    trochlear_width: float
    facet_asymmetry: float
    rim_rounding: float
    condyle_slope: float
    notch_angle: float
    notch_opening: float
    notch_width: float
    notch_depth: float
    groove_radius: float
    groove_rounding: float
    proximal_angle: float
    patella_width: float
    patella_height: float
    patella_thickness: float
    quadriceps_insertion_depth: float
    tendon_insertion_depth: float
    ridge_position: float
    articular_height_ratio: float
    facet_mismatch: float
    ridge_rounding: float
    patellar_sagittal_radius: float
    patellar_cartilage_thickness: float
    trochlear_cartilage_thickness: float
    cartilage_modulus: float
    cartilage_poisson_ratio: float
    insall_salvati_ratio: float
    tt_tg: float
    screw_home: float
    q_angle: float
    knee_size: float
    tendon_stiffness: float
    mpfl_stiffness: float
    lateral_retinaculum_stiffness: float
    mpfl_slack: float
    lateral_retinaculum_slack: float
    toe_strain: float
    femoral_axis_angle: float
    vasti_inclination: float
    vmo_share: float
    vlo_share: float
    groove_centre_forward: float
    groove_centre_proximal: float
    tubercle_forward: float
    tubercle_distal: float
    quadriceps_tendon_thickness: float

    def __post_init__(self) -> None:
        """Refuse shapes that cannot be: the message gives the implied medial slope."""
        medial = math.pi - self.sulcus_angle - self.lateral_trochlear_inclination
        if not (medial > 0 and self.lateral_trochlear_inclination > 0):
            raise InputError(
                f"sulcus_angle {math.degrees(self.sulcus_angle):.1f} deg and lateral_trochlear_inclination "
                f"{math.degrees(self.lateral_trochlear_inclination):.1f} deg imply a medial facet of "
                f"{math.degrees(medial):.1f} deg; expected two facets that rise from the groove: "
                "check that both were taken on the same surface (cartilage)"
            )
        lowest = min(medial, self.lateral_trochlear_inclination)
        if not lowest + self.facet_mismatch > 0:
            raise InputError(
                f"facet_mismatch {math.degrees(self.facet_mismatch):.1f} deg takes away the groove's smaller slope of "
                f"{math.degrees(lowest):.1f} deg; expected patellar facets that rise from the ridge: give a mismatch "
                f"above {-math.degrees(lowest):.1f} deg"
            )
        deepest = DEEPEST_NOTCH * self.groove_radius
        if not self.notch_depth <= deepest:
            raise InputError(
                f"notch_depth {self.notch_depth / MILLIMETRE:.1f} mm comes too near to the groove's axis, "
                f"{self.groove_radius / MILLIMETRE:.1f} mm under its floor; expected at most "
                f"{deepest / MILLIMETRE:.1f} mm: give a shallower notch or a larger groove_radius"
            )
        may_be_any = {"facet_mismatch", "tt_tg", "screw_home", "q_angle", "mpfl_slack", "lateral_retinaculum_slack"}
        may_be_any |= {"notch_angle", "vasti_inclination"}
        for field in fields(self):
            value = getattr(self, field.name)
            is_allowed = math.isfinite(value) and (value > 0 or field.name in may_be_any)
            if field.name in ("mpfl_stiffness", "lateral_retinaculum_stiffness"):
                is_allowed = 0 <= value < math.inf  # 0: cut
            if field.name.endswith("_share"):
                is_allowed = 0 <= value <= 1
            if not is_allowed:
                raise InputError(f"{field.name} is {value:g} (SI units); expected a finite, possible value")

    @property
    def medial_trochlear_inclination(self) -> float:
        """Slope of the medial facet that sulcus angle and lateral inclination leave [rad]."""
        return math.pi - self.sulcus_angle - self.lateral_trochlear_inclination

    @property
    def lateral_facet_width(self) -> float:
        """From the groove's deepest point to the lateral ridge [m]."""
        return self.trochlear_width / (1 + self.facet_asymmetry)

    @property
    def medial_facet_width(self) -> float:
        """From the groove's deepest point to the medial ridge [m]."""
        return self.trochlear_width - self.lateral_facet_width


@cache
def shape_norms(*, sex: str) -> Mapping[str, Measured]:
    """Norm, spread and source of every field of `KneeShape` for one sex.

    What a clinic measures comes from the norms of the person file, the rest from defaults.csv.
    """
    if sex not in SEXES:
        raise InputError(f"sex is {sex!r}; expected one of {', '.join(SEXES)}")
    norms = dict(knee_norms("female" if sex == "female" else "male"))
    del norms[DEPTH]  # follows from the angles
    table = files("trochlea.knee").joinpath("defaults.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(table.splitlines()):
        if row["sex"] in ("any", sex):
            factor, unit = _TO_SI[row["unit"]]
            is_assumed = row["citation"] == "assumed"
            norms[row["name"]] = Measured(
                value=float(row["value"]) * factor,
                sd=float(row["sd"]) * factor if row["sd"] else None,
                unit=unit,
                source="assumed" if is_assumed else "published",
                citation=None if is_assumed else row["citation"],
                note=row["note"],
            )
    return MappingProxyType(norms)


def knee_shape(measured: Mapping[str, Measured] | None = None, *, sex: str) -> KneeShape:
    """The shape of one knee: what was measured, and the norm of its sex for the rest.

    Args:
        measured: Any fields of `KneeShape` by name, in SI units.
        sex: "female" or "male".

    Raises:
        InputError: If a name is not a field of `KneeShape`, or a value is impossible.
    """
    norms = shape_norms(sex=sex)
    unknown = sorted(set(measured or {}) - set(norms) - {DEPTH})
    if unknown:
        raise InputError(f"a knee has no {', '.join(unknown)}; it has {', '.join(sorted(norms))}")

    def shape(given: Mapping[str, Measured]) -> KneeShape:
        return KneeShape(**{name: (given[name] if name in given else norm).value for name, norm in norms.items()})

    others = {name: value for name, value in (measured or {}).items() if name not in (SULCUS, LATERAL, DEPTH)}
    typical = shape(others)

    def depth_of(sulcus_angle: float, lateral_inclination: float) -> float:
        return trochlear_depth(
            replace(typical, sulcus_angle=sulcus_angle, lateral_trochlear_inclination=lateral_inclination)
        )

    return shape(resolve_groove(measured or {}, norms, depth_of))
