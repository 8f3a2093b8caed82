"""One knee at the equilibrium of some angles, and first derivatives of load and outcomes about it.

The energy's gradient is differenced over an input with the knee rebuilt and the pose held; the outcomes with the pose
that follows. The contact points are material points: each stays on its facet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.knee.difference import Difference, difference_within
from trochlea.knee.equilibrium import LEAST_LOAD, forces_at, kernel_inputs, solve_poses
from trochlea.knee.flexion_sweep import FIELDS
from trochlea.knee.inputs import find_input
from trochlea.knee.knee import Knee
from trochlea.knee.kneecap import outcomes
from trochlea.knee.pose_stiffness import SCALE, moved, pose_stiffness, unbalanced
from trochlea.knee.result import Status
from trochlea.knee.setup import KneeSetup, input_spread, input_value, set_input, setup_knee, setup_load
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array

STEP = 5e-6
"""Step of an input in its spreads [-]: so small that a corner of a law (a fibre that becomes taut, a point that
touches) seldom lies within it; rounding errors stay below 1e-6 of the largest slope. A numerical choice."""

CORRECTIONS = 2
"""How often the direction of the pose is found: at the fixed pose, then along its own line. A numerical choice."""

QUADRICEPS = "quadriceps_n"
"""The quadriceps force as an input beside the registry's."""

QUADRICEPS_SPREAD = 0.1
"""Change of the quadriceps force that stands in for a spread, in shares of it [-]. Assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A knee at equilibrium.

    Attributes:
        setup: The knee as it was described.
        quadriceps: Sum of the heads' forces before any is scaled [N].
        knee: What was built.
        load: One frame an angle.
        status: Of each frame.
        rotations: Patella in femur, NaN without an equilibrium, shape (frames, 3, 3).
        positions: Shape (frames, 3) [m].
        stiffness: Hessian of the energy along a small motion, shape (frames, 6, 6); see `pose_stiffness`.
    """

    setup: KneeSetup
    quadriceps: float
    knee: Knee
    load: ExtensorLoad
    status: tuple[Status, ...]
    rotations: Array
    positions: Array
    stiffness: Array

    @property
    def is_lost(self) -> NDArray[np.bool_]:
        """Frames without an equilibrium, shape (frames,)."""
        return ~np.isfinite(self.positions[:, 0])


def balance(setup: KneeSetup, *, flexion: Array, quadriceps: float, side: Side) -> Balance:
    """Solve each angle, with one more Newton step than the solver asks for."""
    knee = setup_knee(setup)
    load = setup_load(setup, flexion=flexion, quadriceps=quadriceps, side=side)
    rotations, positions, solution, _ = solve_poses(knee, load)
    is_lost = np.array([status not in ("converged", "dislocated") for status in solution.status], dtype=np.bool_)
    rotations[is_lost], positions[is_lost] = np.nan, np.nan
    inputs = kernel_inputs(knee, load)
    gradient, stiffness = pose_stiffness(inputs, rotations, positions)
    rotations[~is_lost], positions[~is_lost] = moved(
        rotations[~is_lost], positions[~is_lost], pose_shift(stiffness[~is_lost], gradient[~is_lost])
    )
    return Balance(
        setup=setup,
        quadriceps=quadriceps,
        knee=knee,
        load=load,
        status=solution.status,
        rotations=rotations,
        positions=positions,
        stiffness=pose_stiffness(inputs, rotations, positions)[1],
    )


def pose_shift(stiffness: Array, gradient: Array) -> Array:
    """Small motion that takes up a small unbalanced load, shape (frames, 6); NaN where the gradient is."""
    scaled = stiffness * SCALE[:, None] * SCALE
    scaled[~np.isfinite(scaled[:, 0, 0])] = np.eye(6)
    return np.asarray(-np.linalg.solve(scaled, (gradient * SCALE)[:, :, None])[:, :, 0] * SCALE, dtype=np.float64)


def gradient_of(point: Balance, knee: Knee, load: ExtensorLoad, rotations: Array, positions: Array) -> Array:
    """Energy gradient of any knee at any poses, shape (frames, 6)."""
    forces, _ = forces_at(kernel_inputs(knee, load), rotations, positions, point.is_lost)
    return unbalanced(knee, rotations, forces)


def outcomes_of(
    point: Balance, knee: Knee, load: ExtensorLoad, rotations: Array, positions: Array, names: Sequence[str]
) -> Array:
    """Outcomes of any knee at any poses with the facets of `point`, in the units of their names, (frames, names)."""
    held = replace(knee, patella=replace(knee.patella, is_lateral=point.knee.patella.is_lateral))
    forces, _ = forces_at(kernel_inputs(held, load), rotations, positions, point.is_lost)
    found = outcomes(held, rotations, positions, forces)
    columns = {name: found[field] * factor for name, field, factor in FIELDS if field in found}
    return np.where(point.is_lost[:, None], np.nan, np.column_stack([columns[name] for name in names]))


def input_step(point: Balance, name: str, *, spreads: float = STEP) -> tuple[float, Difference]:
    """Step of an input in its unit, and the difference that its range allows."""
    step = spreads * spread_of(point.setup, name, point.quadriceps)[0]
    value = value_of(point.setup, name, point.quadriceps)
    low, high = (0.0, np.inf) if name == QUADRICEPS else (find_input(name).low, find_input(name).high)
    return step, difference_within(name, value, step, low=low, high=high)


def outcome_slopes(point: Balance, name: str, names: Sequence[str]) -> Array:
    """d(outcome)/d(input) with the pose that follows, shape (frames, names).

    Everything is differenced along a straight line of input and pose: at a fixed pose each overlap would change far
    more than it does, and the slope would be a small difference of large ones. So the direction is found at the
    fixed pose first, then corrected along its own line.
    """
    step, difference = input_step(point, name)
    terms = [
        (weight / step, offset * step, *changed(point, name, offset * step))
        for offset, weight in zip(difference.offsets, difference.weights, strict=True)
    ]
    shift = np.zeros((len(point.positions), 6))
    for _ in range(CORRECTIONS):
        slope = sum(
            weight * gradient_of(point, knee, load, *moved(point.rotations, point.positions, change * shift))
            for weight, change, knee, load in terms
        )
        shift = shift + pose_shift(point.stiffness, np.asarray(slope))
    return np.asarray(
        sum(
            weight * outcomes_of(point, knee, load, *moved(point.rotations, point.positions, change * shift), names)
            for weight, change, knee, load in terms
        )
    )


def changed(point: Balance, name: str, change: float) -> tuple[Knee, ExtensorLoad]:
    """Knee and load with one input changed, in its unit."""
    flexion, side = point.load.tibiofemoral_flexion, point.load.side
    if name == QUADRICEPS:
        return point.knee, setup_load(point.setup, flexion=flexion, quadriceps=point.quadriceps + change, side=side)
    setup = set_input(point.setup, name, input_value(point.setup, name) + change)
    return setup_knee(setup), setup_load(setup, flexion=flexion, quadriceps=point.quadriceps, side=side)


def value_of(setup: KneeSetup, name: str, quadriceps: float) -> float:
    """Value of an input in its unit."""
    return quadriceps if name == QUADRICEPS else input_value(setup, name)


def spread_of(setup: KneeSetup, name: str, quadriceps: float) -> tuple[float, str | None]:
    """Spread of an input in its unit, and the key of its source (None: assumed)."""
    least = max(QUADRICEPS_SPREAD * quadriceps, LEAST_LOAD)
    return (least, None) if name == QUADRICEPS else input_spread(setup, name)
