"""The SI unit that a column's name implies, in files whose header gives only `inDegrees`.

The header of a `.mot` or `.sto` file says whether rotations are in degrees, but not which columns are
rotations. The names do, in the families of models that are read here (Rajagopal 2016, gait2392, Lenhart):
`pelvis_tx` is a length, `hip_flexion_r` an angle. Columns ending in `_beta` are the patella's coordinates,
coupled to the knee: OpenSim leaves coupled coordinates in radians even where `inDegrees=yes`, so they are
never converted. A name that is not made of known words only (`pelvis_tilt_reserve`) is no coordinate.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SEGMENTS = frozenset(
    "pelvis hip knee ankle subtalar subt mtp lumbar neck arm elbow pro wrist pf"
    " patellar tibiofemoral femoral tibial".split()
)
"""First word of a coordinate's name."""

ROTATIONS = frozenset(
    "tilt list rotation rot flexion flex extension ext adduction add abduction angle bending latbend dev sup"
    " spin valgus r3 beta r l".split()
)
"""The other words of a rotation's name, sides included."""

TRANSLATIONS = frozenset("tx ty tz shift r l".split())
"""The other words of a translation's name, sides included."""

LOAD_COLUMN = re.compile(r"(?P<load>force|torque|moment)\w*_(?P<kind>[vpm])?(?P<axis>[xyz])$")
SPEED_UNIT = {"rad": "rad/s", "m": "m/s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinateUnit:
    """What a model says about one of its coordinates.

    Attributes:
        unit: Of its value.
        is_coupled: Whether OpenSim leaves it as it is, radians or metres, in a file in degrees.
    """

    unit: Literal["rad", "m"]
    is_coupled: bool


CoordinateUnits = Mapping[str, CoordinateUnit]
"""Coordinates of a model by name."""


def is_coupled(name: str, model: CoordinateUnits | None = None) -> bool:
    """Whether the column is a coordinate that OpenSim leaves in radians in a file in degrees.

    Args:
        name: Column name.
        model: Coordinates of the model that the file belongs to, where it is known; else the name tells.
    """
    base, _ = coordinate_name(name)
    return model[base].is_coupled if model and base in model else base.endswith("_beta")


def column_unit(name: str, model: CoordinateUnits | None = None) -> str | None:
    """SI unit of a column, or None where its name does not tell.

    Args:
        name: Column name, e.g. "hip_flexion_r", "/jointset/hip_r/hip_flexion_r/speed", "ground_force_r_vy".
        model: Coordinates of the model that the file belongs to, where it is known.
    """
    base, is_speed = coordinate_name(name)
    unit = model[base].unit if model and base in model else _coordinate_unit(base)
    if unit is not None:
        return SPEED_UNIT[unit] if is_speed else unit
    if base.endswith("_moment"):
        return "N.m"
    if base.endswith("_force"):
        return "N"
    match = LOAD_COLUMN.search(base)
    if match is None:
        return None
    if match["kind"] == "p":
        return "m"
    return "N" if match["load"] == "force" else "N.m"


def coordinate_name(name: str) -> tuple[str, bool]:
    """The coordinate's own name within a state path, and whether the column is its speed."""
    parts = name.strip("/").split("/")
    if len(parts) > 1 and parts[-1] in ("value", "speed"):
        return parts[-2], parts[-1] == "speed"
    base = parts[-1]
    return (base[:-2], True) if base.endswith("_u") else (base, False)


def _coordinate_unit(base: str) -> str | None:
    """Unit of a coordinate's value, or None where the name is no coordinate's."""
    first, *others = base.split("_")
    words = set(others)
    if first not in SEGMENTS or not words:
        return None
    if words <= TRANSLATIONS and words - {"r", "l"}:
        return "m"
    return "rad" if words <= ROTATIONS and words - {"r", "l", "beta"} else None
