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
    """Every value with a spread drawn from its normal distribution, independently.

    Correlations between the values are not known and are left out, which widens the intervals. A measured value
    without a spread keeps its value.

    Raises:
        InputError: If no possible knee is found within the spreads.
    """
    ratio = {name: _drawn(value, rng).value / value.value for name, value in person.strength.items()}
    return Draw(strength_ratio=ratio, knee=_possible_knee(person.knee, person.sex, rng))


def _possible_knee(knee: Mapping[str, Measured], sex: Sex, rng: np.random.Generator) -> dict[str, Measured]:
    for _ in range(REDRAWS):
        drawn = {name: _drawn(value, rng) for name, value in knee.items()}
        try:
            knee_shape(drawn, sex=sex)
        except InputError:
            continue
        return drawn
    raise InputError(
        f"no possible knee found in {REDRAWS} draws within the spreads; check the measures of the trochlea in the "
        "person file"
    )


def _drawn(measured: Measured, rng: np.random.Generator) -> Measured:
    if not measured.sd:
        return measured
    value = rng.normal(measured.value, measured.sd)
    if measured.value > 0 and measured.unit != "rad":
        value = max(value, LOWEST_RATIO * measured.value)
    return replace(measured, value=float(value))
