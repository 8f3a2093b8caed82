"""What a training programme adds to strength, with its spread between people and its source."""

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from trochlea.person.measured import Measured

HIP_GROUPS = ("hip_abduction", "hip_external_rotation")
"""Groups that a hip programme trains."""

KNEE_GROUP = "knee_extension"
VMO_SHARE = "vmo_share"


@cache
def gains() -> MappingProxyType[str, Measured]:
    """Relative change of each trained quantity [-], e.g. 0.2 for 20 % more.

    References:
        dolak-2011-hip: discussion, strengths before and after eight weeks.
        honarpishe-2015-quadriceps, bolgla-2016-outcomes: why the knee's gain is assumed.
    """
    table = files("trochlea.advice").joinpath("gains.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["quantity"]: Measured(
                value=float(row["mean"]),
                sd=float(row["sd"]),
                unit="-",
                source="published" if row["source"] == "published" else "assumed",
                citation=None if row["citation"] == "assumed" else row["citation"],
                note=row["note"],
            )
            for row in csv.DictReader(table.splitlines())
        }
    )
