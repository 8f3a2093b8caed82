"""Forces of the ground that hold a posture in equilibrium, at supports that push and do not slip.

Where statics leaves them open (shear between two feet, load on heel or toes), the shear is what the task says, as
nearly as equilibrium allows, and pushes are spread as evenly as they can be.
"""

from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from trochlea.errors import InputError
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.posture.contact_points import SHOULDER, UPPER_BACK, elbow, in_body, sole_points
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_HINGES, PELVIS_SLIDES
from trochlea.motion.motion import Side
from trochlea.motion.task import Support
from trochlea.motion.timeseries import Array, read_only

EQUILIBRIUM_WEIGHT = 1e4
"""How much heavier an unbalanced newton weighs than one of shear that was not asked for [-]."""

EVENNESS = 1e-3
"""How much lighter a push weighs than shear [-]: pushes are free, but spread evenly."""

LIFTED = 0.05
"""An end of a foot that is this much higher than its other end is off the floor and carries nothing [m]. Assumed: twice
what the points under a flat foot differ, and less than any heel that people lift on purpose. A foot on its outer edge
has both ends on the floor."""

FRICTION = 0.5
"""Shear over push at which a support would slip [-]. Assumed: a shoe on a dry floor, a back on a mat."""

PYRAMID = np.array([[FRICTION, -FRICTION, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, FRICTION, -FRICTION]])
"""Edges of what a support can do, as columns: a force is a sum of them with no negative part."""

BALANCED = 1.0
"""Largest force [N] or moment [N.m] on the pelvis that counts as balanced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportForces:
    """Forces of the ground on the body.

    Attributes:
        parts: Which support each point belongs to.
        bodies: Body of each point.
        points: In ground, shape (frames, points, 3) [m].
        is_touching: Points that may carry something, shape (frames, points): not those of a foot's lifted end.
        forces: Shape (frames, points, 3) [N].
        unbalanced: What remains on the pelvis, shape (frames, 6) [N, N.m].
    """

    parts: tuple[str, ...]
    bodies: tuple[str, ...]
    points: Array
    is_touching: NDArray[np.bool_]
    forces: Array
    unbalanced: Array


def support_forces(
    leg: LegModel, side: Side, values: Array, demand: Array, supports: tuple[Support, ...]
) -> SupportForces:
    """Forces at the supports that balance the pelvis.

    Args:
        leg: The leg model.
        side: The working leg.
        values: Postures, shape (frames, coordinates) [rad, m].
        demand: Generalised forces without the supports along the pelvis' coordinates, shape (frames, 6) [N, N.m].
        supports: What carries the body.

    Raises:
        InputError: If a support is no known part of the body.
    """
    parts, bodies, positions = _points(leg, side, supports)
    places, rows = place_points(body_points(leg, bodies, positions), values)
    root = [leg.coordinates.index(name) for name in (*PELVIS_SLIDES, *PELVIS_HINGES)]
    wrench = np.ascontiguousarray(rows[..., root])
    is_touching = _touching(bodies, places)
    forces = np.zeros_like(places)
    for frame, touching in enumerate(is_touching):
        wanted = _wanted_shear(side, tuple(compress(parts, touching)), supports)
        forces[frame, touching] = _least(wrench[frame, touching], demand[frame], wanted)
    return SupportForces(
        parts=parts,
        bodies=bodies,
        points=read_only(places),
        is_touching=is_touching,
        forces=read_only(forces),
        unbalanced=read_only(demand - np.einsum("fpir,fpi->fr", wrench, forces)),
    )


def _least(wrench: Array, demand: Array, wanted: Array) -> Array:
    """Forces (points, 3) that meet six equations, closest to the wanted shear, within the friction pyramid."""
    n = len(wanted)
    edges = np.kron(np.eye(n), PYRAMID)
    closeness = np.tile([1.0, EVENNESS, 1.0], n)
    matrix = np.vstack([EQUILIBRIUM_WEIGHT * wrench.reshape(3 * n, 6).T, np.diag(closeness)]) @ edges
    right = np.concatenate([EQUILIBRIUM_WEIGHT * demand, closeness * wanted.ravel()])
    return (edges @ nnls(matrix, right)[0]).reshape(n, 3)


def _touching(bodies: tuple[str, ...], places: Array) -> NDArray[np.bool_]:
    """Points that are not at the lifted end of a foot, shape (frames, points)."""
    is_touching = np.ones(places.shape[:2], dtype=bool)
    for body in {body for body in bodies if body.startswith("calcn")}:
        heel, *front = (i for i, one in enumerate(bodies) if one == body)
        height = places[:, heel, 1] - places[:, front[-1], 1]
        is_touching[:, heel] = height <= LIFTED
        is_touching[:, front] = (height >= -LIFTED)[:, None]
    is_touching.setflags(write=False)
    return is_touching


def _wanted_shear(side: Side, parts: tuple[str, ...], supports: tuple[Support, ...]) -> Array:
    """Shear asked for at each point, shape (points, 3) [N]: forward x, outward z; spread over the part's points.

    The ground's force on a part that pushes outwards points inwards.
    """
    wanted = np.zeros((len(parts), 3))
    for support in supports:
        own = [i for i, part in enumerate(parts) if part == support.part]
        is_right = (side == "right") == (not support.part.startswith("other_"))
        outward = 1.0 if is_right else -1.0
        wanted[own, 0] = -support.forward / len(own)
        wanted[own, 2] = -outward * support.sideways / len(own)
    return wanted


def _points(
    leg: LegModel, side: Side, supports: tuple[Support, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], np.ndarray]:
    """Part, body and position in the body of every point."""
    parts: list[str] = []
    bodies: list[str] = []
    positions: list[tuple[float, ...]] = []
    for support in supports:
        for body, position in _part_points(leg, side, support.part):
            parts.append(support.part)
            bodies.append(body)
            positions.append(position)
    return tuple(parts), tuple(bodies), np.array(positions)


def _part_points(leg: LegModel, side: Side, part: str) -> list[tuple[str, tuple[float, ...]]]:
    working = side[0]
    other = "l" if working == "r" else "r"
    letter = other if part.startswith("other_") else working
    outward = 1.0 if letter == "r" else -1.0
    if part in ("working_foot", "other_foot"):
        return [(f"calcn_{letter}", point) for point in sole_points(leg, letter)]
    if part == "upper_back":
        x, y, _ = UPPER_BACK
        return [("torso", in_body(leg, "torso", (x, y, aside))) for aside in (-SHOULDER[2], SHOULDER[2])]
    if part == "elbow":
        return [("torso", in_body(leg, "torso", elbow(outward)))]
    known = ("working_foot", "other_foot", "upper_back", "elbow")
    raise InputError(f"support {part!r}: expected one of {', '.join(known)}")
