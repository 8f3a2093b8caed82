"""Where the drawn arms are: the leg model's arms hang and belong to its trunk, so most of this is drawn freely.

Only the elbow of a side plank is computed: it is where the trunk's support is.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array
from trochlea.report.figure_body import Build, shoulder

DOWN = np.array([0.0, -1.0, 0.0])

ON_THE_FLOOR = 0.03
"""Height of a wrist or an elbow over what the hand or forearm lies on [m]. Assumed."""

TO_WALL = 0.48
"""From a shoulder sideways to the wall that its hand holds [m]. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Heights in a picture.

    Attributes:
        floor: Of the floor [m].
        body: Of what the body lies, kneels, sits or stands on [m].
    """

    floor: float
    body: float


def arm_joints(
    build: Build, task: Task, outward: float, trunk: tuple[Array, Array], levels: Levels, *, is_working: bool
) -> Array:
    """Shoulder, elbow, wrist and tip of one hand in ground, shape (4, 3) [m].

    Args:
        build: Sizes of the drawn person.
        task: What is done.
        outward: 1 for the right arm, -1 for the left.
        trunk: Rotation (3, 3) and position (3,) of the torso.
        levels: Heights of the picture.
        is_working: Whether it is the arm on the side of the working leg.
    """
    rotation, position = trunk
    start = rotation @ shoulder(build, outward) + position
    is_lower = outward * (rotation.T @ DOWN)[2] > 0.5  # of the two arms of a person on the side
    if task.position == "quadruped":
        ahead = _level(rotation[:, 1])
        return _hand_on(build, start, _below(start, levels.body) + 0.12 * ahead, hand=ahead, bend=-ahead)
    if any(support.part == "elbow" for support in task.supports) and is_lower:
        return _forearm_on_floor(build, start, _level(rotation[:, 0]), levels.body)
    if task.position == "side_lying":
        return _of_side_lying(build, start, rotation, levels.body, is_lower=is_lower)
    if task.position in ("supine", "prone"):
        feet = -_level(rotation[:, 1]) + 0.12 * outward * rotation[:, 2]
        joints = _along(build, start, feet + 0.6 * DOWN, feet)
        return np.maximum(joints, [-np.inf, levels.body + build.radii["forearm"], -np.inf])
    if task.position == "standing" and not is_working and any(prop.kind == "wall" for prop in task.props):
        aside = outward * rotation[:, 2]
        wall = start + TO_WALL * aside + 0.10 * DOWN
        return _hand_on(build, start, wall, hand=0.3 * aside - DOWN, bend=DOWN)
    if task.position == "standing" and task.is_balanced:  # folded before the chest: legs and pelvis stay in sight
        across = np.array([0.34, 0.28, -0.90 * outward])
        return _along(build, start, rotation @ np.array([0.26, -1.0, 0.16 * outward]), rotation @ across)
    if task.position == "seated":
        hanging = np.array([0.10, -1.0, 0.10 * outward])
        return _along(build, start, rotation @ hanging, rotation @ np.array([0.55, -0.83, 0.0]))
    side = np.array([0.0, 0.0, 0.12 * outward])
    return _along(build, start, rotation @ (DOWN + side), rotation @ (DOWN + 0.4 * side + [0.2, 0.0, 0.0]))


def _of_side_lying(build: Build, start: Array, rotation: Array, floor: float, *, is_lower: bool) -> Array:
    """The lower arm under the head, the upper one's hand on the floor before the chest."""
    front = _level(rotation[:, 0])
    if not is_lower:
        place = _below(start, floor) + 0.27 * front - 0.06 * rotation[:, 1]
        return _hand_on(build, start, place, hand=rotation[:, 1] + 0.5 * front, bend=-rotation[:, 1] + front)
    joints = _along(build, start, rotation @ np.array([0.25, 0.97, 0.0]), rotation @ np.array([0.6, 0.8, 0.0]))
    return np.maximum(joints, [-np.inf, floor + build.radii["forearm"], -np.inf])


def _level(direction: Array) -> Array:
    """The horizontal part of a direction, of length 1."""
    level = direction * [1.0, 0.0, 1.0]
    return level / np.linalg.norm(level)


def _below(point: Array, floor: float) -> Array:
    """Where a wrist is whose hand lies on the floor below a point."""
    return np.array([point[0], floor + ON_THE_FLOOR, point[2]])


def _along(build: Build, start: Array, first: Array, second: Array) -> Array:
    """Upper arm along one direction, forearm and hand along another."""
    upper, fore, hand = build.arm
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    elbow = start + upper * first
    return np.array([start, elbow, elbow + fore * second, elbow + (fore + 1.7 * hand) * second])


def _hand_on(build: Build, start: Array, wrist: Array, *, hand: Array, bend: Array) -> Array:
    """An arm to a place for its wrist, the elbow bent towards `bend`; stretched towards it where it is out of reach."""
    upper, fore, palm = build.arm
    span = wrist - start
    reach = float(np.linalg.norm(span))
    if reach >= upper + fore:
        wrist = start + span * (upper + fore) / reach
        span, reach = wrist - start, upper + fore
    along = min(1.0, (reach**2 + upper**2 - fore**2) / (2.0 * reach * upper))
    across = bend - span * float(bend @ span) / reach**2
    across /= np.linalg.norm(across)
    elbow = start + span / reach * upper * along + upper * np.sqrt(1.0 - along**2) * across
    return np.array([start, elbow, wrist, wrist + 1.7 * palm * hand / np.linalg.norm(hand)])


def _forearm_on_floor(build: Build, start: Array, front: Array, floor: float) -> Array:
    """Upper arm straight down to the floor, forearm to the front of the body."""
    _, fore, hand = build.arm
    elbow = _below(start, floor)
    return np.array([start, elbow, elbow + fore * front, elbow + (fore + 1.7 * hand) * front])
