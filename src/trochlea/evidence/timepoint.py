"""What "short" and "long" mean."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timepoint:
    """A window of follow-up.

    Attributes:
        name: "short" or "long".
        low: Earliest time [weeks].
        high: Latest time [weeks].
        target: Of two readings of the same people in the window, the nearest to this one is used [weeks].
        words: The window in words.
    """

    name: str
    low: float
    high: float
    target: float
    words: str

    def holds(self, weeks: float | None) -> bool:
        """Whether a time lies in the window."""
        return weeks is not None and self.low <= weeks <= self.high


TIMEPOINTS = {
    "short": Timepoint(name="short", low=0.0, high=13.0, target=12.0, words="up to 13 weeks"),
    "long": Timepoint(name="long", low=26.0, high=float("inf"), target=52.0, words="26 weeks and later"),
}
"""Assumed: the trials seen end within three months, and follow up at six or twelve; between them nothing was seen."""
