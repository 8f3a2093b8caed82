"""Active muscles in the picture of an exercise, and the words that say which they are."""

from collections.abc import Mapping

import numpy as np

from trochlea.leg.leg_result import MUSCLES_OF
from trochlea.motion.timeseries import Array
from trochlea.report.camera import Camera
from trochlea.report.outline import Piece

LEVELS = (0.05, 0.15, 0.30, 0.50)
"""Activations from which a muscle is drawn one tint deeper [-]. Assumed: even steps to the eye."""

BELLY = (4.0, 15.0)
"""Half breadth of a muscle's belly: at rest, and what full activation adds by its square root [mm]. Assumed."""


def muscle_layers(
    camera: Camera, muscles: Mapping[str, Array], activations: Mapping[str, float]
) -> list[tuple[float, list[Piece]]]:
    """Depth and shape of every active muscle; `muscles` are its line in ground, shape (points, 3) [m]."""
    found = []
    for name, line in muscles.items():
        activation = activations.get(name, 0.0)
        level = int(np.searchsorted(LEVELS, activation, side="right"))
        if level == 0:
            continue
        half = BELLY[0] + BELLY[1] * float(np.sqrt(activation))
        shape = belly(camera.flat(line), half)
        depth = float(camera.depth(line).mean())
        found.append((depth, [Piece(kind=f"muscle{level}", lines=(shape,))]))
    return found


def belly(line: Array, half: float, *, n: int = 13) -> Array:
    """A spindle round a line in the picture, closed; tapers to its ends.

    Args:
        line: Shape (points, 2) [mm].
        half: Half breadth in the middle [mm].
        n: Points of each side.
    """
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    share = np.linspace(0.0, 1.0, n)
    points = np.column_stack([np.interp(share * along[-1], along, line[:, i]) for i in range(2)])
    direction = np.gradient(points, axis=0)
    direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    across = np.column_stack([-direction[:, 1], direction[:, 0]])
    breadth = min(half, 0.3 * along[-1]) * (0.15 + 0.85 * np.sin(np.pi * share) ** 0.8)
    left, right = points + across * breadth[:, None], points - across * breadth[:, None]
    return np.vstack([left, right[::-1], left[:1]])


WORK = ("works a little", "works", "works hard", "works very hard")
"""What each of LEVELS is called."""

GROUPS: dict[str, tuple[str, ...]] = {
    "front of the thigh (quadriceps)": MUSCLES_OF["quadriceps"],
    "buttock (gluteus maximus)": MUSCLES_OF["gluteus_maximus"],
    "side of the hip (gluteus medius and minimus)": (*MUSCLES_OF["gluteus_medius"], *MUSCLES_OF["gluteus_minimus"]),
    "outer front of the hip (tensor fasciae latae)": ("tfl",),
    "deep rotators of the hip": MUSCLES_OF["deep_rotators"],
    "back of the thigh (hamstrings)": (*MUSCLES_OF["hamstrings"], "bfsh"),
    "inner thigh (adductors)": (*MUSCLES_OF["adductors"], "grac"),
    "front of the hip (hip flexors)": (*MUSCLES_OF["iliopsoas"], "sart"),
    "calf": MUSCLES_OF["calf"],
    "lower leg and foot": ("tibant", "tibpost", "edl", "ehl", "fdl", "fhl", "perbrev", "perlong"),
}
"""Muscles by what a patient calls them. Every muscle of the leg model is in one; a test holds that."""


def legend(activations: Mapping[str, Array]) -> dict[int, list[str]]:
    """Groups at work by level, hardest first; a group's level is that of its most active muscle.

    Args:
        activations: By muscle, over the instants that are drawn, shape (instants,) each [-].
    """
    found: dict[int, list[str]] = {}
    for words, muscles in GROUPS.items():
        most = max((float(np.max(activations[name])) for name in muscles if name in activations), default=0.0)
        found.setdefault(int(np.searchsorted(LEVELS, most, side="right")), []).append(words)
    return {level: found[level] for level in sorted(found, reverse=True) if level}
