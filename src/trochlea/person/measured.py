"""A number with its spread and where it came from."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["measured", "published", "assumed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One quantity of one person, or the norm that stands in for it.

    Attributes:
        value: Best value, in SI units.
        sd: Standard deviation: of the measurement if measured, between people if assumed; None if unknown.
        unit: SI unit as text, e.g. "N.m", "m", "rad", "-".
        source: "measured" on this person, "published" figure, or "assumed".
        citation: Key in references.bib; None for a measurement.
        note: Anything a reader must know, e.g. "outside its population".
    """

    value: float
    sd: float | None
    unit: str
    source: Source
    citation: str | None = None
    note: str = ""
