"""A person: body, strengths and knee, each number with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from trochlea.person.measured import Measured, Source

Sex = Literal["female", "male"]
Side = Literal["left", "right"]
Readings = Literal["raw", "weight_corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptoms:
    """What the person reports.

    Attributes:
        worst_pain: Worst pain of the last week, 0-10, lower is better; None if not asked.
        akps: Anterior Knee Pain Scale, 0-100, higher is better; None if not asked.
    """

    worst_pain: float | None
    akps: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, in SI units.

    Attributes:
        label: What to call the person; no name.
        sex: "female" or "male".
        age_years: Age [years].
        mass: [kg].
        height: [m].
        side: The affected side.
        side_source: "measured" if the file gives the side, else "assumed".
        strength: Greatest isometric moment of each group of muscles, e.g. "hip_abduction" [N.m].
        strength_readings: Whether measured strengths are "raw" readings of a dynamometer, beside which the muscles held
            the limb up, or "weight_corrected": the limb's weight was added, or lay on a support.
        knee: Geometry, e.g. "tt_tg" [m], "sulcus_angle" [rad], "insall_salvati_ratio" [-].
        posture: Angles that were observed in a single-leg squat at its deepest, e.g. "hip_adduction" [rad].
        movement_style: Way of moving beside strength: 0 as people without kneecap pain, 1 as people with it [-].
        symptoms: Pain and function.
    """

    label: str
    sex: Sex
    age_years: float
    mass: float
    height: float
    side: Side
    side_source: Source
    strength: Mapping[str, Measured]
    strength_readings: Readings
    knee: Mapping[str, Measured]
    posture: Mapping[str, Measured]
    movement_style: Measured
    symptoms: Symptoms

    def __post_init__(self) -> None:
        """Make the mappings read-only."""
        object.__setattr__(self, "strength", MappingProxyType(dict(self.strength)))
        object.__setattr__(self, "knee", MappingProxyType(dict(self.knee)))
        object.__setattr__(self, "posture", MappingProxyType(dict(self.posture)))
