"""Where the drawn arms are: the leg model's arms hang and belong to its trunk, so most of this is drawn freely.

Only the elbow of a side plank is computed: it is where the trunk's support is.
"""

import numpy as np

from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array
from trochlea.report.figure_body import Build, shoulder

SPLAY = np.radians(7.0)
"""Hanging arms stand off the trunk by this [rad]. Assumed."""

BENT = np.radians(12.0)
"""Elbows of hanging arms are bent by this [rad]. Assumed."""

DOWN = np.array([0.0, -1.0, 0.0])


def arm_joints(build: Build, task: Task, outward: float, trunk: tuple[Array, Array], floor: float) -> Array:
    """Shoulder, elbow, wrist and tip of one hand in ground, shape (4, 3) [m].

    Args:
        build: Sizes of the drawn person.
        task: What is done.
        outward: 1 for the right arm, -1 for the left.
        trunk: Rotation (3, 3) and position (3,) of the torso.
        floor: Height of the floor [m].
    """
    rotation, position = trunk
    start = rotation @ shoulder(build, outward) + position
    own = rotation.T @ DOWN
    is_lower = outward * own[2] > 0.5  # of the two arms of a person on the side
    if task.position == "quadruped":
        return _hand_on_floor(build, start, floor, forward=rotation[:, 1])
    if any(support.part == "elbow" for support in task.supports) and is_lower:
        return _forearm_on_floor(build, start, rotation, floor)
    if task.position == "side_lying" and is_lower:
        joints = _along(build, start, rotation @ np.array([0.25, 0.97, 0.0]), rotation @ np.array([0.6, 0.8, 0.0]))
        return np.maximum(joints, [-np.inf, floor + build.radii["upper_arm"], -np.inf])
    if task.position == "supine":
        toes = -rotation[:, 1] * [1.0, 0.0, 1.0] + 0.2 * outward * rotation[:, 2]
        joints = _along(build, start, toes + 0.6 * DOWN, toes)
        return np.maximum(joints, [-np.inf, floor + build.radii["forearm"], -np.inf])
    side = outward * np.sin(SPLAY) * np.array([0.0, 0.0, 1.0])
    first = rotation @ (np.array([0.0, -np.cos(SPLAY), 0.0]) + side)
    second = rotation @ (np.array([np.sin(BENT), -np.cos(BENT), 0.0]) + 0.4 * side)
    if task.position == "prone":
        second = first
    elif task.position == "seated":
        second = rotation @ np.array([0.55, -0.83, 0.0])
    return _along(build, start, first, second)


def _along(build: Build, start: Array, first: Array, second: Array) -> Array:
    """Upper arm along one direction, forearm and hand along another."""
    upper, fore, hand = build.arm
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    elbow = start + upper * first
    return np.array([start, elbow, elbow + fore * second, elbow + (fore + 1.7 * hand) * second])


def _hand_on_floor(build: Build, start: Array, floor: float, *, forward: Array) -> Array:
    """A straight or bent arm below the shoulder, the hand flat on the floor."""
    upper, fore, hand = build.arm
    forward = np.array([forward[0], 0.0, forward[2]]) / np.hypot(forward[0], forward[2])
    wrist = np.array([start[0], floor + 0.03, start[2]])
    reach = np.linalg.norm(wrist - start)
    span = wrist - start
    along = min(1.0, (reach**2 + upper**2 - fore**2) / (2.0 * reach * upper))
    off = upper * np.sqrt(1.0 - along**2)
    elbow = start + span / reach * upper * along - off * forward
    if reach > upper + fore:
        elbow = start + span * upper / (upper + fore)
    return np.array([start, elbow, wrist, wrist + 1.7 * hand * forward + [0.0, -0.01, 0.0]])


def _forearm_on_floor(build: Build, start: Array, rotation: Array, floor: float) -> Array:
    """Upper arm straight down to the floor, forearm to the front of the body."""
    _, fore, hand = build.arm
    front = rotation[:, 0] * [1.0, 0.0, 1.0]
    front /= np.linalg.norm(front)
    elbow = np.array([start[0], floor + 0.03, start[2]])
    return np.array([start, elbow, elbow + fore * front, elbow + (fore + 1.7 * hand) * front])
