"""The keys of a person file: what each means, its unit, what is possible, and how it is measured.

The limits catch slips of unit and typing (a height of 170, a mass in pounds times ten); they are no norms.
"""

import math
from dataclasses import dataclass

from trochlea.units import MILLIMETRE

DEGREE = math.pi / 180


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKey:
    """One number that a person file may hold.

    Attributes:
        name: The key, with its unit, e.g. "tt_tg_mm".
        quantity: What it is, without unit, e.g. "tt_tg".
        unit: The unit in words, e.g. "millimetres".
        si_unit: SI unit as text, e.g. "m".
        factor: Value in SI units over value in the file.
        low: Smallest possible value, in the file's unit.
        high: Largest possible value, in the file's unit.
        how: What it is and how it is measured, for the template.
        example: A possible value, for the template; None if the template shows none.
        is_required: Whether a person file must have it.
    """

    name: str
    quantity: str
    unit: str
    si_unit: str
    factor: float
    low: float
    high: float
    how: str
    example: float | None = None
    is_required: bool = False


def _measure(name: str, unit: str, low: float, high: float, example: float, how: str) -> NumberKey:
    """A length, angle or ratio; its unit is the last word of the key."""
    factor, si_unit = {"millimetres": (MILLIMETRE, "m"), "degrees": (DEGREE, "rad"), "ratio": (1.0, "-")}[unit]
    quantity = name if unit == "ratio" else name.rpartition("_")[0]
    return NumberKey(
        name=name,
        quantity=quantity,
        unit=unit,
        si_unit=si_unit,
        factor=factor,
        low=low,
        high=high,
        how=how,
        example=example,
    )


BODY_KEYS = (
    NumberKey(
        name="mass_kg",
        quantity="mass",
        unit="kilograms",
        si_unit="kg",
        factor=1.0,
        low=25.0,
        high=250.0,
        how="Body mass.",
        example=62.0,
        is_required=True,
    ),
    NumberKey(
        name="height_m",
        quantity="height",
        unit="metres, e.g. 1.70",
        si_unit="m",
        factor=1.0,
        low=1.2,
        high=2.3,
        how="Height without shoes.",
        example=1.68,
        is_required=True,
    ),
    NumberKey(
        name="age_years",
        quantity="age",
        unit="years",
        si_unit="years",
        factor=1.0,
        low=10.0,
        high=100.0,
        how="Age.",
        example=24,
        is_required=True,
    ),
)

KNEE_KEYS = (
    _measure(
        "tt_tg_mm",
        "millimetres",
        -10,
        40,
        14.0,
        "Distance from tibial tuberosity to trochlear groove, CT or MRI, knee extended, lateral positive.",
    ),
    _measure("q_angle_deg", "degrees", -10, 45, 17.0, "Q angle, lying on the back, quadriceps relaxed."),
    _measure("sulcus_angle_deg", "degrees", 100, 179, 142.0, "Sulcus angle on the cartilage, MRI."),
    _measure(
        "lateral_trochlear_inclination_deg",
        "degrees",
        -15,
        45,
        18.0,
        "Slope of the lateral facet of the groove against the posterior condyles, MRI.",
    ),
    _measure(
        "trochlear_depth_mm",
        "millimetres",
        -5,
        15,
        4.5,
        "Mean height of both ridges above the groove's floor, against the posterior condyles, CT or MRI.",
    ),
    _measure("patella_width_mm", "millimetres", 25, 65, 42.0, "Greatest width of the patella."),
    _measure("patella_height_mm", "millimetres", 20, 60, 33.0, "Length of the patella from base to apex."),
    _measure("patella_thickness_mm", "millimetres", 10, 35, 21.5, "Greatest thickness of the patella."),
    _measure(
        "insall_salvati_ratio",
        "ratio",
        0.4,
        2.2,
        1.05,
        "Length of the patellar tendon over length of the patella, MRI or lateral radiograph.",
    ),
)

ALTERNATIVE_KEYS = (
    _measure(
        "sulcus_angle_bone_deg", "degrees", 95, 175, 130.0, "Sulcus angle on the bone, CT or radiograph, instead."
    ),
    _measure(
        "caton_deschamps_ratio",
        "ratio",
        0.4,
        2.2,
        1.0,
        "Patella's lower articular edge to the tibia's front corner, over the articular length; for Insall-Salvati.",
    ),
)
"""Other ways to measure what stands in KNEE_KEYS; `alternative.py` converts them."""

SYMPTOM_KEYS = (
    NumberKey(
        name="worst_pain_nprs",
        quantity="worst_pain",
        unit="points of the 0-10 scale",
        si_unit="-",
        factor=1.0,
        low=0,
        high=10,
        how="Worst pain of the last week, 0 (none) to 10 (worst imaginable).",
        example=5,
    ),
    NumberKey(
        name="akps",
        quantity="akps",
        unit="points of the 0-100 scale",
        si_unit="-",
        factor=1.0,
        low=0,
        high=100,
        how="Anterior Knee Pain Scale (Kujala), 0 to 100 (no complaints).",
        example=72,
    ),
)

POSTURE_KEYS = tuple(
    _measure(f"observed_{quantity}_deg", "degrees", low, high, example, f"{words}, single-leg squat at its deepest.")
    for quantity, low, high, example, words in (
        ("hip_adduction", -20, 35, 14.0, "Stance hip adduction"),
        ("pelvic_drop", -20, 30, 9.0, "Drop of the other side of the pelvis"),
        ("trunk_lean", -25, 40, 8.0, "Lean of the trunk towards the stance leg"),
        ("trunk_flexion", -15, 80, 25.0, "Trunk forwards of the vertical"),
    )
)
"""Posture seen in a clinic, on a video or by a laboratory; it replaces the prediction."""

STYLE_KEY = _measure(
    "movement_style",
    "ratio",
    -1,
    2,
    1.0,
    "Movement style beside strength: 0 as people without kneecap pain (taken if left out), 1 as people with it.",
)

STRENGTH_GROUPS = {
    "hip_abduction": "Isometric, lying on the side, hip and knee straight; lever arm from the hip.",
    "hip_adduction": "Isometric, lying, hip and knee straight; lever arm from the hip.",
    "hip_external_rotation": "Isometric, seated, hip and knee at 90 degrees; lever arm from the knee.",
    "hip_internal_rotation": "Isometric, seated, hip and knee at 90 degrees; lever arm from the knee.",
    "hip_extension": "Isometric, prone, knee at 90 degrees; lever arm from the hip.",
    "hip_flexion": "Isometric, seated; lever arm from the hip.",
    "knee_extension": "Isometric, seated, knee at 80 degrees; lever arm from the knee.",
    "knee_flexion": "Isometric, seated, knee at 80 degrees; lever arm from the knee.",
}
"""Group of muscles -> how its strength is measured."""

STRENGTH_FORMS = {
    "nm": ("newton metres", 1.0, 600.0),
    "n": ("newtons", 5.0, 2000.0),
    "percent_bw": ("per cent of body weight", 0.5, 200.0),
    "lever_arm_m": ("metres, e.g. 0.35", 0.05, 1.2),
}
"""Ending of a strength key -> unit in words, smallest and largest possible value."""


def strength_keys() -> tuple[NumberKey, ...]:
    """Every key of every group of muscles, as a person file writes them."""
    return tuple(
        NumberKey(
            name=f"{group}_{form}",
            quantity=group,
            unit=unit,
            si_unit="N.m",
            factor=1.0,
            low=low,
            high=high,
            how=how,
        )
        for group, how in STRENGTH_GROUPS.items()
        for form, (unit, low, high) in STRENGTH_FORMS.items()
    )


NUMBER_KEYS = (*BODY_KEYS, *KNEE_KEYS, *ALTERNATIVE_KEYS, *SYMPTOM_KEYS, *POSTURE_KEYS, STYLE_KEY, *strength_keys())

TEXT_KEYS = {
    "sex": ("female", "male"),
    "side": ("left", "right"),
    "label": None,
    "strength_readings": ("raw", "weight_corrected"),
}
"""Keys that hold words -> the possible words; None for any."""
