"""What `trochlea task` is asked to do, and which of it means something in the task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.strategies import STIFFNESS
from trochlea.leg.muscles.strength_fit import HIGHEST_FACTOR, LOWEST_FACTOR
from trochlea.leg.posture.hip_stiffness import COMPENSATED
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.task_posture import replaceable
from trochlea.person.key import STRENGTH_GROUPS, STYLE_KEY
from trochlea.person.person import Person
from trochlea.person.posture_prediction import CORRELATION, predict_posture

LARGEST_TURN_DEG = 30.0
"""Largest turn of the femur over its foot that is taken [degrees]. Assumed: more than a knee and a foot give way to."""

PREDICTED_TASKS = "single_leg_squat and step_down"
"""Where a posture is predicted, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """One movement of one person, with what may differ from the usual.

    Attributes:
        task: Name, or path of a YAML file.
        person: Who.
        side: The working leg; the person's own if None.
        settings: Inputs that are set, in the units of their names.
        style: Movement style [-]; the person's own if None.
        r: Correlation of strength with posture, without sign [-]; the usual one if None.
        femur_turn_deg: Inward turn of the femur over its foot [degrees]; none if None.
        strength_ratio: New strength over today's, by group [-], for the three strategies; none if empty.
        stiffness: Of leaning over the leg [-]; the usual one if None.
        compensated: Share of giving way that is made up for [-]; the usual one if None.
        posture_file: Joint angles of the person's own trial, whose posture is taken.
        model: Model that they were made with; the file's own names and signs if None.
        n_draws: Random people behind the intervals.
    """

    task: str
    person: Person
    side: Side | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    style: float | None = None
    r: float | None = None
    femur_turn_deg: float | None = None
    strength_ratio: Mapping[str, float] = field(default_factory=dict)
    stiffness: float | None = None
    compensated: float | None = None
    posture_file: Path | None = None
    model: Path | None = None
    n_draws: int = 0

    def __post_init__(self) -> None:
        """Refuse what is out of range, and options that go only with another."""
        if self.n_draws < 0:
            raise InputError(f"--draws: expected 0 or more, found {self.n_draws}")
        _within("--style", self.style, STYLE_KEY.low, STYLE_KEY.high)
        _within("--femur-turn", self.femur_turn_deg, -LARGEST_TURN_DEG, LARGEST_TURN_DEG, " degrees")
        _within("--compensated", self.compensated, 0.0, 1.0)
        for group, ratio in self.strength_ratio.items():
            if group not in STRENGTH_GROUPS:
                raise InputError(f"--strength {group}: expected one of {', '.join(STRENGTH_GROUPS)}")
            _within(f"--strength {group}", ratio, LOWEST_FACTOR, HIGHEST_FACTOR, " of today's strength")
        for option, value in (("--stiffness", self.stiffness), ("--compensated", self.compensated)):
            if value is not None and not self.strength_ratio:
                raise InputError(f"{option} goes with --strength GROUP=CHANGE, whose strategies it changes; add one")
        if self.model is not None and self.posture_file is None:
            raise InputError("--model goes with --posture FILE, whose angles it explains; add that file")

    @property
    def correlation(self) -> float:
        """The correlation that is used [-]."""
        return CORRELATION if self.r is None else self.r

    @property
    def femur_turn(self) -> float:
        """The turn that is used [rad]."""
        return float(np.radians(self.femur_turn_deg or 0.0))

    @property
    def leaning(self) -> tuple[float, float]:
        """Stiffness and share compensated that are used [-]."""
        return (
            STIFFNESS if self.stiffness is None else self.stiffness,
            COMPENSATED if self.compensated is None else self.compensated,
        )


def refuse_in_gait(request: TaskRequest) -> None:
    """Refuse what has no meaning in walking and running.

    Raises:
        InputError: For the first such option.
    """
    given = {
        "--style": request.style,
        "--r": request.r,
        "--femur-turn": request.femur_turn_deg,
        "--strength": request.strength_ratio or None,
        "--posture": request.posture_file,
    }
    for option, value in given.items():
        if value is not None:
            raise InputError(
                f"{request.task}: {option} has no meaning here: its joint angles are published means of other people, "
                f"not this person's posture; leave it out, or take {PREDICTED_TASKS}"
            )


def refuse_without_effect(request: TaskRequest, task: Task, person: Person) -> None:
    """Refuse options that would change nothing in this task.

    Args:
        request: What is asked for.
        task: With every number decided.
        person: Who, with what was seen of the posture.

    Raises:
        InputError: For the first such option.
    """
    predicted = predict_posture(person, task.name, style=request.style, r=request.correlation)
    open_angles = [name for name in replaceable(task, predicted) if predicted[name].source != "measured"]
    for option, value in (("--style", request.style), ("--r", request.r)):
        if value is not None and not open_angles:
            why = "every angle of the posture is set or observed" if predicted else "no posture is predicted here"
            raise InputError(f"{task.name}: {option} changes nothing: {why}; leave it out, or take {PREDICTED_TASKS}")
    if request.femur_turn_deg is not None and task.position != "standing":
        raise InputError(
            f"{task.name}: --femur-turn turns a femur over a foot that stands; expected a standing task, found one "
            f"that is {task.position.replace('_', ' ')}: leave it out"
        )


def _within(option: str, value: float | None, low: float, high: float, unit: str = "") -> None:
    if value is not None and not low <= value <= high:
        raise InputError(f"{option}: expected {low:g} to {high:g}{unit}, found {value:g}")
