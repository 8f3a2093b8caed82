"""Lengths of a person's segments from stature and sex, and the scale factors that they give the skeleton.

Lines fitted to the public data of a survey of 1986 women and 4082 men (`gordon-2014-ansur`,
`validation/segment_lengths.py`). A line predicts a thigh or shank to 5 % (standard deviation) and the width of a pelvis
to 7 %; markers or a scaled model do better.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.skeleton.scaling import Factors
from trochlea.person.measured import Measured

REFERENCE_STATURE = 1.70
"""Stature about which the lines are written [m]: a choice of origin, without effect."""

CITATION = "gordon-2014-ansur"

TABLE = Path(__file__).with_name("segment_lengths.csv")

SURVEYED = {"female": (1.409, 1.829), "male": (1.491, 1.993)}
"""Smallest and largest stature of the survey's people [m]. `gordon-2014-ansur`."""

LENGTH_OF = {"femur": "thigh", "patella": "thigh", "tibia": "shank", "talus": "foot", "calcn": "foot", "toes": "foot"}
"""Which length scales a body in all directions."""


def segment_lengths(*, height: float, sex: str) -> dict[str, Measured]:
    """Lengths of a person's segments, with the survey's scatter about its line.

    Args:
        height: Stature [m].
        sex: "female" or "male".

    Returns:
        "thigh" (trochanterion to lateral epicondyle), "shank" (to lateral malleolus), "ankle_height" (lateral malleolus
        above the floor), "foot" (heel to longest toe) and "pelvis_width" (between the iliac crests) [m].

    Raises:
        InputError: If the sex has no table.

    References:
        gordon-2014-ansur: public data of the survey.
    """
    if sex not in SURVEYED:
        raise InputError(f"sex: expected one of {', '.join(SURVEYED)}, found {sex!r}")
    return {
        name: Measured(
            value=value + slope * (height - REFERENCE_STATURE), sd=sd, unit="m", source="published", citation=CITATION
        )
        for name, (value, slope, sd) in _lines(sex).items()
    }


def length_factors(*, height: float, sex: str, model_height: float, model_sex: str) -> Factors:
    """Scale factors of every body: the person's lengths over those of the person whom the skeleton stands for.

    Femur, patella, tibia and foot grow alike in all directions (assumed). The pelvis is scaled in width by the distance
    between its crests and otherwise by stature (assumed: the survey's other pelvic measures hold mostly soft tissue).

    Args:
        height: Stature [m].
        sex: "female" or "male".
        model_height: Stature that the unscaled skeleton stands for [m].
        model_sex: And its sex.

    Returns:
        Along each body's own x, y, z, each of shape (3,) [-].
    """
    lengths = segment_lengths(height=height, sex=sex)
    model = segment_lengths(height=model_height, sex=model_sex)
    ratio = {name: lengths[name].value / model[name].value for name in lengths}
    stature = height / model_height
    factors: Factors = {"pelvis": np.array([stature, stature, ratio["pelvis_width"]]), "torso": np.full(3, stature)}
    for side in "rl":
        factors |= {f"{body}_{side}": np.full(3, ratio[length]) for body, length in LENGTH_OF.items()}
    return factors


def length_notes(*, height: float, sex: str) -> tuple[str, ...]:
    """What a reader must know: predicted lengths with their scatter, and a stature that nobody surveyed had."""
    words = (
        f"{name.replace('_', ' ')} {length.value * 1e3:.0f} mm (SD {(length.sd or 0.0) * 1e3:.0f})"
        for name, length in segment_lengths(height=height, sex=sex).items()
    )
    people = {"female": "women", "male": "men"}[sex]
    notes = [f"published: lengths from stature, regression on surveyed {people} (ANSUR II): {', '.join(words)}"]
    low, high = SURVEYED[sex]
    if not low <= height <= high:
        notes.append(f"no surveyed {people} had a stature of {height:.2f} m ({low:.2f} to {high:.2f} m): extrapolated")
    return tuple(notes)


@cache
def _lines(sex: str) -> dict[str, tuple[float, float, float]]:
    """Value at the reference stature [m], slope [-] and standard deviation about the line [m] by length."""
    rows = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
    return {
        row["length"]: (float(row["at_reference_m"]), float(row["per_stature"]), float(row["sd_m"]))
        for row in rows
        if row["sex"] == sex
    }
