"""Random people that the inputs allow: each uncertain value drawn within its spread."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.shape import knee_shape
from trochlea.person.measured import Measured
from trochlea.person.person import Person, Sex

LOWEST_RATIO = 0.3
"""A drawn value is not taken below this share of its best value [-]. Assumed: keeps strengths and lengths positive."""

REDRAWS = 50
"""Times that an impossible shape is drawn anew before the draw is given up."""

PATELLA = ("patella_width", "patella_height", "patella_thickness")
"""Sizes that go together: a wide patella is also high and thick."""

PATELLA_SIZE_SD = 4.8 / 44.8
"""Spread of a patella's size between people, as a share [-]. `iranpour-nd-patella`: width 44.8 (SD 4.8) mm. That height
and thickness follow the width is assumed."""

PATELLA_SHAPE_SD = 0.102 / 1.8
"""Spread of width over thickness, as a share [-]. `unnamed-2018-patella-thickness`: 1.8 (SD 0.102). For the height
over the width the same is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One possible person behind the same measurements.

    Attributes:
        strength_ratio: Strength over its best value, by group [-].
        knee: Shape of the knee, SI.
    """

    strength_ratio: Mapping[str, float]
    knee: Mapping[str, Measured]


def draw_person(person: Person, rng: np.random.Generator) -> Draw:
    """Every value with a spread drawn from its normal distribution, independently but for the size of the patella.

    Other correlations between the values are not known and are left out, which widens the intervals. A measured value
    without a spread keeps its value.

    Raises:
        InputError: If no possible knee is found within the spreads.
    """
    ratio = {name: _drawn(value, rng).value / value.value for name, value in person.strength.items()}
    return Draw(strength_ratio=ratio, knee=_possible_knee(person.knee, person.sex, rng))


def _possible_knee(knee: Mapping[str, Measured], sex: Sex, rng: np.random.Generator) -> dict[str, Measured]:
    for _ in range(REDRAWS):
        drawn = {name: _drawn(value, rng) for name, value in knee.items()} | _drawn_patella(knee, rng)
        try:
            knee_shape(drawn, sex=sex)
        except InputError:
            continue
        return drawn
    raise InputError(
        f"no possible knee found in {REDRAWS} draws within the spreads; check the measures of the trochlea in the "
        "person file"
    )


def _drawn_patella(knee: Mapping[str, Measured], rng: np.random.Generator) -> dict[str, Measured]:
    """Sizes of one patella; where one of them was measured, the size is known and only the shape is not."""
    sizes = {name: knee[name] for name in PATELLA if name in knee}
    is_size_known = any(size.source == "measured" for size in sizes.values())
    size_factor = 1.0 if is_size_known else max(rng.normal(1.0, PATELLA_SIZE_SD), LOWEST_RATIO)
    drawn = {}
    for name, size in sizes.items():
        shape = 1.0 if name == "patella_width" else max(rng.normal(1.0, PATELLA_SHAPE_SD), LOWEST_RATIO)
        drawn[name] = size if size.source == "measured" else replace(size, value=size.value * size_factor * shape)
    return drawn


def _drawn(measured: Measured, rng: np.random.Generator) -> Measured:
    if not measured.sd:
        return measured
    value = rng.normal(measured.value, measured.sd)
    if measured.value > 0 and measured.unit != "rad":
        value = max(value, LOWEST_RATIO * measured.value)
    return replace(measured, value=float(value))
