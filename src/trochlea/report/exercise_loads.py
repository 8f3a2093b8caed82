"""Bands, weights, pads and plates in the picture of an exercise, where their computed forces are."""

from collections.abc import Iterator

import numpy as np

from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.motion.motion import ContactLoad
from trochlea.motion.task import Load
from trochlea.motion.timeseries import Array
from trochlea.report.exercise_figure import Stage
from trochlea.report.exercise_props import box
from trochlea.report.outline import Piece
from trochlea.units import MILLIMETRE

TWO_ENDED = ("band", "press")
"""Kinds of loads that act on two parts, as two forces."""

BAND = 26.0
"""Breadth of a band [mm]. Assumed."""

ROLL = 0.04
"""Radius of a machine's padded roll [m]. Assumed."""

PLATE = (0.17, 0.014)
"""Half breadth and half thickness of a press's plate [m]. Assumed."""

CUFF = (0.045, 1.25)
"""Half length of an ankle weight [m], and its breadth over the shank's above the ankle [-]. Assumed."""


def loads_of(stage: Stage, task_motion: TaskMotion, frame: int, instant: int) -> tuple[list[Piece], list[Piece]]:
    """What is behind the person and what is before, in the order in which the task's loads became forces.

    Args:
        stage: The postures of the picture.
        task_motion: The movement.
        frame: Which posture of the stage.
        instant: Which frame of the movement that is.
    """
    contacts = iter(task_motion.motion.contacts)
    behind: list[Piece] = []
    before: list[Piece] = []
    for load in stage.task.loads:
        where = _where(load, contacts, instant)
        if where is None:
            continue
        at, other = where
        if load.kind == "band":
            before.append(_band(stage, at, other, load.part))
        elif load.kind == "weight":
            before.append(_cuff(stage, at, load.part, frame))
        elif load.towards == "sole":
            (before if stage.camera.depth(other) < -0.5 else behind).extend(_plate(stage, at, other))
        else:
            lever, roll = _roll(stage, at, other, frame)
            behind.append(lever)
            before.append(roll)
    return behind, before


def _where(load: Load, contacts: Iterator[ContactLoad], instant: int) -> tuple[Array, Array] | None:
    """Where a load acts, and its other end or the direction of its push; None if there is nothing to draw."""
    contact = next(contacts)
    far = next(contacts) if load.kind in TWO_ENDED else None
    at, push = contact.point[instant], contact.force[instant]
    size = float(np.linalg.norm(push))
    if size < 1e-9 or load.kind in ("rest", "press"):
        return None
    return (at, push / size) if far is None else (at, far.point[instant])


def _band(stage: Stage, at: Array, far: Array, part: str) -> Piece:
    """Round both legs, seen edge on."""
    name = "thigh" if part.endswith("thigh") else "shank"
    radius = (0.72 if name == "thigh" else 0.6) * stage.build.radii[name]
    along = (far - at) / np.linalg.norm(far - at)
    line = stage.camera.flat(np.array([at - radius * along, far + radius * along]))
    if np.linalg.norm(line[1] - line[0]) < 2 * radius / MILLIMETRE:  # seen along the band: it hides behind the leg
        middle = line.mean(axis=0)
        line = np.array([middle - [radius / MILLIMETRE, 0.0], middle + [radius / MILLIMETRE, 0.0]])
    return Piece(kind="band", lines=(line,), breadth=BAND)


def _cuff(stage: Stage, at: Array, part: str, frame: int) -> Piece:
    """Round the segment that it hangs on."""
    side = stage.side if part.startswith("working") else ("left" if stage.side == "right" else "right")
    knee, ankle = stage.camera.flat(np.array([stage.joint("tibia", side, frame), stage.joint("talus", side, frame)]))
    along = (ankle - knee) / max(float(np.linalg.norm(ankle - knee)), 1e-9)
    across = np.array([-along[1], along[0]])
    half, breadth = CUFF[0] / MILLIMETRE, CUFF[1] * 0.62 * stage.build.radii["shank"] / MILLIMETRE
    middle = stage.camera.flat(at)
    corners = [
        middle + a * half * along + b * breadth * across for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    return Piece(kind="weight", lines=(np.array(corners),))


def _plate(stage: Stage, at: Array, push: Array) -> list[Piece]:
    """Square to the push, just beyond the sole; only its edge where it would hide the foot."""
    half, thick = PLATE
    across = np.array([0.0, 0.0, 1.0])
    upwards = np.cross(across, push)
    turn = np.column_stack([push, upwards, across])
    low, high = np.array([-0.045 - 2 * thick, -half, -half]), np.array([-0.045, half, half])
    (plate,) = box(stage.camera, low, high, turn=(turn, at))[:1]
    if stage.camera.depth(push) < -0.5:
        return [Piece(kind="thing_line", lines=plate.lines, breadth=9.0)]
    return [plate]


def _roll(stage: Stage, at: Array, push: Array, frame: int) -> tuple[Piece, Piece]:
    """The machine's lever from the knee's axis, and the roll at its end."""
    camera = stage.camera
    middle = at - (0.62 * stage.build.radii["shank"] + ROLL) * push
    lever = camera.flat(np.array([stage.joint("tibia", stage.side, frame), middle]))
    arm = Piece(kind="thing_line", lines=(lever,), breadth=16.0)
    if abs(camera.depth(np.array([0.0, 0.0, 1.0]))) < 0.5:
        line = camera.flat(np.array([middle - 0.1 * camera.right, middle + 0.1 * camera.right]))
        return arm, Piece(kind="thing_line", lines=(line,), breadth=2 * ROLL / MILLIMETRE)
    angle = np.linspace(0.0, 2.0 * np.pi, 25)
    ring = camera.flat(middle) + ROLL / MILLIMETRE * np.column_stack([np.cos(angle), np.sin(angle)])
    return arm, Piece(kind="thing", lines=(ring,))
