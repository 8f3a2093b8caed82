"""Postures that meet what is prescribed, within the joints' ranges: many instants at once.

All coordinates are unknown. What is prescribed enters as squares of misses, 1 degree as heavy as 1 mm; a weak pull
towards a reference posture decides the rest and keeps the answer among the postures that people take: balance alone is
also met by grotesque ones. Bounds are kept exactly; what cannot be met shows as a miss.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.leg.markers.marker_kinematics import BodyPoints, body_points, place_points
from trochlea.leg.posture.batched_least_squares import solve_least_squares
from trochlea.leg.posture.contact_points import SOLE, in_body
from trochlea.leg.posture.posture_quantity import Quantity, quantity
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

MISS_SCALE = {"rad": float(np.radians(1.0)), "m": 1e-3}
"""Misses that weigh the same. Assumed; where all can be met it does not matter."""

PULL_SCALE = float(np.radians(30.0))
"""Weakness of the pull towards the reference [rad, m]: it moves a prescribed angle by about 0.1 degree. A weaker one
lets the hip whirl near upright, where all that stands on a foot can turn about the vertical and miss nothing."""

ROUNDS = 1
"""Solutions after the first, each pulled towards the one before it: what the first misses for the pull's sake, the next
meets, and stays beside it. A second would meet it closer and whirl more."""

LONGEST_STEP = 0.5
"""No coordinate moves by more in one step of the search [rad, m], so that none turns right round."""

LAST_STEP = 1e-6
"""A posture none of whose coordinates moves by more in a step is found [rad, m]. What the weak pull alone decides comes
in slowly: 0.0002 degrees are then left at most, far below what any angle is known to."""

RANGES_DEG = {
    "ankle_angle": (-40.0, 40.0),
    "subtalar_angle": (-20.0, 20.0),
    "lumbar_extension": (-60.0, 30.0),
    "lumbar_bending": (-30.0, 30.0),
    "lumbar_rotation": (-30.0, 30.0),
}
"""Ranges that the model lacks or that standing needs wider [deg], without side. Assumed: dorsiflexion under load beyond
30 degrees and the trunk's; the others are the model's own (`rajagopal-2016-model`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureProblem:
    """What each instant prescribes.

    Attributes:
        leg: The leg model.
        side: The working leg.
        targets: Value by quantity, each of shape (frames,) [rad, m]; NaN where it is left free.
        reference: Value by coordinate that the weak pull draws towards [rad, m]; 0 where not named.
        support: Of the balance quantities: point of a foot over which the centre of mass stands, from ankle (0) to toe
            joint (1) [-].
        share: Where it stands between that point of the other foot (0) and of the working foot (1) [-].
    """

    leg: LegModel
    side: Side
    targets: Mapping[str, Array]
    reference: Mapping[str, float]
    support: float = 0.5
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Postures:
    """Postures found.

    Attributes:
        values: Independent coordinates in the order of the model, shape (frames, coordinates) [rad, m].
        misses: By quantity: found minus prescribed, shape (frames,); NaN where it was free.
        at_limit: Coordinates at an end of their range, shape (frames, coordinates).
        is_converged: Shape (frames,).
    """

    values: Array
    misses: Mapping[str, Array]
    at_limit: NDArray[np.bool_]
    is_converged: NDArray[np.bool_]


def solve_postures(problem: PostureProblem, start: Array) -> Postures:
    """Postures nearest to what is prescribed.

    Args:
        problem: What each instant prescribes.
        start: First guess, shape (frames, coordinates) [rad, m].
    """
    leg = problem.leg
    measures = _Measures(problem)
    lower, upper = ranges(leg)
    drawn = np.array([problem.reference.get(name, 0.0) for name in leg.coordinates])
    reference = np.broadcast_to(drawn, start.shape)
    targets = np.column_stack([problem.targets[one.name] for one in measures.quantities])
    scale = np.array([MISS_SCALE[one.unit] for one in measures.quantities])
    pull = np.eye(len(leg.coordinates)) / PULL_SCALE

    def linearise(frames: NDArray[np.intp], values: Array) -> tuple[Array, Array]:
        found, slopes = measures.linearise(values)
        wanted = targets[frames]
        is_free = np.isnan(wanted)
        miss = np.where(is_free, 0.0, found - wanted) / scale
        slopes = np.where(is_free[..., None], 0.0, slopes) / scale[:, None]
        pulls = np.broadcast_to(pull, (len(values), *pull.shape))
        return (
            np.hstack([miss, (values - reference[frames]) / PULL_SCALE]),
            np.concatenate([slopes, pulls], axis=1),
        )

    solved = solve_least_squares(
        linearise, start, lower=lower, upper=upper, longest_step=LONGEST_STEP, step_tolerance=LAST_STEP
    )
    for _ in range(ROUNDS):
        reference = solved.values  # the pull now only keeps the posture where it is, and costs the targets little
        solved = solve_least_squares(
            linearise, reference, lower=lower, upper=upper, longest_step=LONGEST_STEP, step_tolerance=LAST_STEP
        )
    misses = solved.residuals[:, : len(scale)] * scale
    room = np.minimum(solved.values - lower, upper - solved.values)
    return Postures(
        values=read_only(solved.values),
        misses={
            one.name: read_only(np.where(np.isnan(targets[:, i]), np.nan, misses[:, i]))
            for i, one in enumerate(measures.quantities)
        },
        at_limit=room < np.radians(0.1),
        is_converged=solved.is_converged,
    )


def measure_postures(
    leg: LegModel, side: Side, names: tuple[str, ...], values: Array, *, support: float = 0.5, share: float = 1.0
) -> Array:
    """Quantities of given postures, shape (frames, names) [rad, m]; see `PostureProblem` for support and share."""
    targets = {name: np.zeros(len(values)) for name in names}
    problem = PostureProblem(leg=leg, side=side, targets=targets, reference={}, support=support, share=share)
    return _Measures(problem).linearise(values)[0]


def ranges(leg: LegModel) -> tuple[Array, Array]:
    """Lower and upper end of every coordinate [rad, m]; infinite where it has none."""
    lower, upper = np.full((2, len(leg.coordinates)), np.inf) * np.array([[-1.0], [1.0]])
    for i, name in enumerate(leg.coordinates):
        base = name[:-2] if name.endswith(("_r", "_l")) else name
        ends = np.radians(RANGES_DEG[base]) if base in RANGES_DEG else np.array(leg.mj.joint(name).range)
        if ends[1] > ends[0]:
            lower[i], upper[i] = ends
    return lower, upper


class _Measures:
    """All prescribed quantities and their derivatives, from one pass over the bodies."""

    def __init__(self, problem: PostureProblem) -> None:
        self.leg = problem.leg
        self.stance = _stance(problem)
        self.quantities: tuple[Quantity, ...] = tuple(quantity(name, problem.side) for name in problem.targets)
        self._places: dict[tuple[str, tuple[float, float, float]], int] = {}
        mj = self.leg.mj
        self.masses = np.array(mj.body_mass)
        for one in self.quantities:
            if one.kind in ("elevation", "bearing"):
                self._place(one.body, (0.0, 0.0, 0.0))
                self._place(one.body, one.vector)
            elif one.kind == "position":
                self._place(one.body, in_body(self.leg, one.body, one.vector))
            elif one.kind == "balance":
                for body in self.stance:
                    self._place(body, (0.0, 0.0, 0.0))
                for i in np.flatnonzero(self.masses):
                    self._place(str(mj.body(i).name), _point(mj.body_ipos[i]))
        self.over_support = self._over_support()
        bodies = tuple(body for body, _ in self._places)
        self.points: BodyPoints | None = None
        if bodies:
            self.points = body_points(self.leg, bodies, np.array([point for _, point in self._places]))

    def _place(self, body: str, point: tuple[float, float, float]) -> int:
        return self._places.setdefault((body, point), len(self._places))

    def linearise(self, values: Array) -> tuple[Array, Array]:
        """Quantities (frames, q) and derivatives (frames, q, coordinates)."""
        frames, n = values.shape
        found, slopes = np.empty((frames, len(self.quantities))), np.zeros((frames, len(self.quantities), n))
        places, rows = (None, None) if self.points is None else place_points(self.points, values)
        for i, one in enumerate(self.quantities):
            if one.kind == "coordinate":
                column = self.leg.coordinates.index(one.coordinate)
                found[:, i], slopes[:, i, column] = one.sign * values[:, column], one.sign
            else:
                found[:, i], slopes[:, i] = self._of_points(one, places, rows)
        return found, slopes

    def _of_points(self, one: Quantity, places: Array | None, rows: Array | None) -> tuple[Array, Array]:
        assert places is not None
        assert rows is not None
        if one.kind == "balance":
            axis = one.axes[0]
            at = np.einsum("p,fp->f", self.over_support, places[..., axis])
            return one.sign * at, one.sign * np.einsum("p,fpn->fn", self.over_support, rows[:, :, axis])
        if one.kind == "position":
            point, axis = self._places[one.body, in_body(self.leg, one.body, one.vector)], one.axes[0]
            return one.sign * places[:, point, axis], one.sign * rows[:, point, axis]
        point, origin = self._places[one.body, one.vector], self._places[one.body, (0.0, 0.0, 0.0)]
        direction, turns = places[:, point] - places[:, origin], rows[:, point] - rows[:, origin]
        if one.kind == "elevation":
            level = np.sqrt(np.maximum(1.0 - direction[:, 1] ** 2, 1e-12))
            return one.sign * np.arctan2(direction[:, 1], level), one.sign * turns[:, 1] / level[:, None]
        start, towards = one.axes
        a, b = direction[:, start], direction[:, towards]
        slope = (a[:, None] * turns[:, towards] - b[:, None] * turns[:, start]) / (a**2 + b**2)[:, None]
        return one.sign * np.arctan2(b, a), one.sign * slope

    def _over_support(self) -> Array:
        """Weights of the points that make the centre of mass seen from its point of support, shape (points,) [-]."""
        weights = np.zeros(len(self._places))
        if any(one.kind == "balance" for one in self.quantities):
            mj = self.leg.mj
            for i in np.flatnonzero(self.masses):
                weights[self._places[str(mj.body(i).name), _point(mj.body_ipos[i])]] += (
                    self.masses[i] / self.masses.sum()
                )
            for body, part in self.stance.items():
                weights[self._places[body, (0.0, 0.0, 0.0)]] -= part
        return weights


def _point(position: Array) -> tuple[float, float, float]:
    x, y, z = (float(coordinate) for coordinate in position)
    return x, y, z


def _stance(problem: PostureProblem) -> dict[str, float]:
    """Share of each body's origin in the point below the centre of mass."""
    working = problem.side[0]
    other = "l" if working == "r" else "r"
    return {
        f"{body}_{letter}": share * part
        for letter, share in ((working, problem.share), (other, 1.0 - problem.share))
        for body, part in (("talus", 1.0 - problem.support), ("toes", problem.support))
    }


def standing_start(leg: LegModel, n_frames: int, reference: Mapping[str, float]) -> Array:
    """The reference posture in every frame, the pelvis at its own height above the floor [rad, m]."""
    values = np.zeros((n_frames, len(leg.coordinates)))
    for name, value in reference.items():
        values[:, leg.coordinates.index(name)] = value
    if "pelvis_ty" not in reference:
        foot = body_points(leg, ("calcn_r",), np.array([in_body(leg, "calcn_r", (0.0, SOLE, 0.0))]))
        values[:, leg.coordinates.index("pelvis_ty")] = -place_points(foot, np.zeros_like(values[:1]))[0][0, 0, 1]
    return values
