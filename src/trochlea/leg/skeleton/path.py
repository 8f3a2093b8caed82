"""The path of a muscle that is added to the leg model."""

from dataclasses import dataclass

Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MusclePath:
    """A muscle as a line through points fixed to bodies; the left one is mirrored in z.

    Attributes:
        name: Base name without side, e.g. "obturator_internus".
        points: From origin to insertion: body without side ("pelvis", "femur", "tibia", ...) and position in
            that body's OpenSim frame of the generic, unscaled right side [m].
    """

    name: str
    points: tuple[tuple[str, Point], ...]
