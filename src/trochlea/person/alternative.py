"""Measures of the knee that stand in for another one: converted, with what the conversion adds in uncertainty."""

import math
from collections.abc import Callable, Mapping

from trochlea.person.measured import Measured
from trochlea.units import MILLIMETRE

BONE_TO_CARTILAGE = math.radians(146.1 - 132.5)
"""Sulcus angle on the cartilage less that on the bone [rad]. `shih-2004-trochlea` (cadavers, cartilage) less
`unnamed-nd-korean-ct` (controls, CT): different people, so the spread of one of them is taken as that of the step."""

BONE_TO_CARTILAGE_SD = math.radians(5.5)
"""`shih-2004-trochlea`: SD between people [rad]."""

CATON_DESCHAMPS_MIDDLE = 1.0
"""Middle of the normal range 0.8-1.2 [-]. `kneeguru-nd-caton`."""

INSALL_SALVATI_MIDDLE = 1.02
"""`le-hoang-di-2021-insall`: mean [-]."""

ARTICULAR_SHARE = 0.87
"""Articular over patellar height [-]. Assumed, as in the knee's own defaults."""

INSTEAD_OF = {"sulcus_angle_bone_deg": "sulcus_angle_deg", "caton_deschamps_ratio": "insall_salvati_ratio"}
"""Key -> the key that it stands in for; a file may give one of the two."""


def converted(numbers: Mapping[str, float], size: Callable[[str], float]) -> dict[str, Measured]:
    """What the alternative keys of a person file say, as the quantities that they stand in for.

    Args:
        numbers: Keys and values of the file, in the units of the keys.
        size: Height and thickness of this patella by quantity [m].
    """
    found = {}
    if "sulcus_angle_bone_deg" in numbers:
        bone = numbers["sulcus_angle_bone_deg"]
        found["sulcus_angle"] = Measured(
            value=math.radians(bone) + BONE_TO_CARTILAGE,
            sd=BONE_TO_CARTILAGE_SD,
            unit="rad",
            source="measured",
            note=f"{bone:g} degrees on the bone plus the published step to the cartilage, "
            f"{math.degrees(BONE_TO_CARTILAGE):.1f} degrees (shih-2004-trochlea, unnamed-nd-korean-ct)",
        )
    if "caton_deschamps_ratio" in numbers:
        index = numbers["caton_deschamps_ratio"]
        height, thickness = size("patella_height"), size("patella_thickness")
        # a patella that sits one millimetre higher has one millimetre more of tendon
        higher = (index - CATON_DESCHAMPS_MIDDLE) * ARTICULAR_SHARE * height
        found["insall_salvati_ratio"] = Measured(
            value=INSALL_SALVATI_MIDDLE + higher / math.hypot(height, thickness),
            sd=None,
            unit="-",
            source="measured",
            note=f"Caton-Deschamps {index:g}: {higher / MILLIMETRE:+.1f} mm of tendon against the middle of both "
            "normal ranges (kneeguru-nd-caton, le-hoang-di-2021-insall)",
        )
    return found
