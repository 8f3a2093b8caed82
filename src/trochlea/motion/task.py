"""A movement of the software's own, in words and numbers; the leg room finds the postures and forces that do it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from trochlea.motion.motion import HipAxis
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured

Position = Literal["standing", "seated", "supine", "prone", "side_lying", "side_lying_on_working", "quadruped"]
"""How the body lies in space at the start; side-lying with the working leg on top, or below."""

Leg = Literal["working", "other"]

PropKind = Literal["mat", "bench", "chair", "seat", "step", "wall"]
"""What a person is drawn on or beside: a mat or bench to lie on, a chair whose seat is just reached, a seat with a
back, a step under the working foot, a wall for a hand on the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInput:
    """A number of a task that can be set.

    Attributes:
        name: With its unit, e.g. "knee_flexion_deg".
        value: In the unit of the name, with its source.
        low: Smallest value accepted.
        high: Largest value accepted.
        words: What it is.
        open_range: Two values between which statics leaves it open; a result shows what they change. None where it
            is no such choice.
    """

    name: str
    value: Measured
    low: float
    high: float
    words: str
    open_range: tuple[float, float] | None = None


End = float | Literal["free", "hold", "open"]
"""What a quantity is at one end of a movement: a number [rad, m]; whatever the rest of the posture gives there
("free"); the value of the other end throughout ("hold"); or nothing, the other end's number only deciding what others
hold ("open")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One quantity of the posture over the movement, from the start to the turning point.

    Attributes:
        start: At the beginning.
        end: At the turning point.
    """

    start: End
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A part of the body on the floor or a step; its force keeps the body in equilibrium.

    Attributes:
        part: "working_foot", "other_foot", "upper_back" or "elbow".
        sideways: Outward push of this part against the ground [N]; what statics leaves open.
        forward: The same forwards [N].
    """

    part: str
    sideways: float
    forward: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A weight, band, machine or resting place that acts on a leg.

    Attributes:
        kind: "weight" (hangs down), "band" (pulls two parts together), "press" (pushes two touching parts apart),
            "push" (square to the segment), "rest" (carries a share of the shank's and foot's weight).
        part: Leg and segment, e.g. "working_shank".
        along: Place on the segment from its upper joint (0) to its lower (1) [-].
        force: Of a weight its mass [kg], of a rest the share [-], else [N].
        towards: Of a band or press: the other part. Of a push: "front" or "back" of the segment, or "sole".
        towards_along: Place on that part [-].
        lean: Of a push: how far it leans from square, towards the upper end of the segment (the heel of a foot) [rad].
    """

    kind: Literal["weight", "band", "press", "push", "rest"]
    part: str
    along: float
    force: float
    towards: str = ""
    towards_along: float = 0.5
    lean: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A thing of a task's picture that carries or steadies the body. Nothing is computed from it.

    Attributes:
        kind: What it is.
        height: Of a step [m]; None where it is whatever leaves the other foot free.
    """

    kind: PropKind
    height: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One movement, every number decided.

    Attributes:
        name: E.g. "single_leg_squat".
        title: For people.
        about: What is done, in a sentence or two.
        trains: Muscle groups that it is done for.
        position: How the body lies in space.
        is_balanced: Whether the supports carry the body; else something outside does (a bed, a chair, a hand).
        duration: Out and back [s].
        posture: Course by quantity (`leg.posture.posture_quantity`).
        guess: Joint angles from which the search starts, by quantity: start and end [rad].
        balance_point: Point of the working foot, from ankle to toe joint, over which the centre of mass stands [-].
        balance_share: Where it stands between the other foot (0) and the working foot (1) [-].
        supports: What carries the body.
        loads: What else acts on the legs.
        carried_outside: Axes of the hip that something outside carries, e.g. a seat under the thigh.
        relaxed: Groups of muscles that are kept relaxed as far as the movement allows.
        inputs: The numbers that were used, by name.
        notes: What a reader must know.
        ends: What a picture calls the start and the turning point.
        props: What the person is drawn on or beside; bands, weights and pads follow from the loads.
    """

    name: str
    title: str
    about: str
    trains: tuple[str, ...]
    position: Position
    is_balanced: bool
    duration: float
    posture: Mapping[str, Course]
    guess: Mapping[str, tuple[float, float]]
    balance_point: float
    balance_share: float
    supports: tuple[Support, ...]
    loads: tuple[Load, ...]
    carried_outside: tuple[HipAxis, ...]
    relaxed: tuple[str, ...]
    inputs: Mapping[str, TaskInput]
    notes: tuple[str, ...]
    ends: tuple[str, str] = ("start", "end")
    props: tuple[Prop, ...] = ()


def usual_props(position: Position, *, is_balanced: bool) -> tuple[Prop, ...]:
    """What a person is drawn on or beside where the task does not say."""
    if position == "standing":
        return () if is_balanced else (Prop(kind="wall"),)
    return (Prop(kind="seat" if position == "seated" else "mat"),)


def prescribed(task: Task) -> dict[str, Measured]:
    """Every input of a task by its name without the degrees, angles in rad."""
    found = {}
    for one in task.inputs.values():
        value = one.value
        if value.unit == "deg":
            sd = None if value.sd is None else float(np.radians(value.sd))
            value = replace(value, value=float(np.radians(value.value)), sd=sd, unit="rad")
        found[one.name.removesuffix("_deg")] = value
    return found


def task_profile(duration: float, n_frames: int) -> tuple[Array, Array]:
    """Times [s] and progress from 0 (start) to 1 (turning point) and back, each of shape (n_frames,).

    A raised cosine: at rest at both ends and at the turning point.

    Args:
        duration: Out and back [s].
        n_frames: Equally spaced instants, an odd number so that one is the turning point.

    Raises:
        ValueError: If the number of frames is even or below 3.
    """
    if n_frames < 3 or n_frames % 2 == 0:
        raise ValueError(f"frames of a task: expected an odd number from 3 up, found {n_frames}")
    phase = np.linspace(0.0, 1.0, n_frames)
    return phase * duration, 0.5 * (1.0 - np.cos(2.0 * np.pi * phase))
