"""How the body lies in space: the pelvis of each position."""

import numpy as np

from trochlea.motion.motion import Side
from trochlea.motion.task import Position

PELVIS_DEG: dict[Position, tuple[float, float]] = {
    "standing": (0.0, 0.0),
    "seated": (0.0, 0.0),
    "supine": (90.0, 0.0),
    "prone": (-90.0, 0.0),
    "side_lying": (90.0, 90.0),
    "side_lying_on_working": (90.0, -90.0),
    "quadruped": (-80.0, 0.0),
}
"""Tilt and rotation of the pelvis in each position [deg]; the rotation brings the working side up and is mirrored."""


def pelvis_angles(position: Position, side: Side) -> dict[str, float]:
    """Tilt and rotation of the pelvis in a position, by coordinate [rad].

    Args:
        position: How the body lies.
        side: The working, or tested, leg.
    """
    tilt, turn = PELVIS_DEG[position]
    outward = 1.0 if side == "right" else -1.0
    return {"pelvis_tilt": float(np.radians(tilt)), "pelvis_rotation": float(np.radians(outward * turn))}
