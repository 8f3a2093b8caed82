"""How much every outcome of the kneecap changes with every scalar input, by the implicit function theorem.

At equilibrium the energy's gradient g(q, x) over the pose q is zero for every input x. So dq/dx = -H^-1 dg/dx with the
exact stiffness H: one 6x6 solve, no second equilibrium. An outcome y(q, x) then changes by dy/dx + dy/dq dq/dx: its
slope along that direction. g and y are differenced with the geometry rebuilt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.difference import CENTRAL
from trochlea.knee.flexion_sweep import FIELDS
from trochlea.knee.inputs import scalar_inputs
from trochlea.knee.linearisation import (
    QUADRICEPS,
    balance,
    input_step,
    outcome_slopes,
    outcomes_of,
    spread_of,
    value_of,
)
from trochlea.knee.pose_stiffness import least_stiffness
from trochlea.knee.result import Status
from trochlea.knee.setup import KneeSetup
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array, read_only

NO_DERIVATIVE: Mapping[str, str] = MappingProxyType(
    {
        "lateral_patellofemoral_angle_deg": "its landmarks jump along the profile in steps of the view",
        "congruence_angle_deg": "its landmarks jump along the profile in steps of the view",
        "quadriceps_force_n": "it is an input",
    }
)
"""Fields of a sweep without a derivative, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Derivatives of outcomes over inputs, both in the units of their names; NaN in frames without an equilibrium.

    Attributes:
        flexion: Tibiofemoral flexion, shape (frames,) [rad].
        status: Of each frame.
        outcomes: Names, as in a sweep's records.
        inputs: NAMEs, and `quadriceps_n`.
        outcome_values: Shape (frames, outcomes).
        input_values: Shape (inputs,).
        values: d(outcome)/d(input), shape (frames, outcomes, inputs).
        spreads: How far each input differs between people, shape (inputs,).
        spread_sources: Key of each spread's source; None where it is assumed.
        is_one_sided: Inputs at an end of their range: the derivative is that inwards, shape (inputs,).
        least_stiffness: Smallest stiffness of the pose, shape (frames,) [N/m]; where it is near zero the kneecap is
            about to snap and no derivative reaches far.
    """

    flexion: Array
    status: tuple[Status, ...]
    outcomes: tuple[str, ...]
    inputs: tuple[str, ...]
    outcome_values: Array
    input_values: Array
    values: Array
    spreads: Array
    spread_sources: tuple[str | None, ...]
    is_one_sided: NDArray[np.bool_]
    least_stiffness: Array

    @property
    def scaled(self) -> Array:
        """Change of each outcome for one spread of each input, to first order, shape (frames, outcomes, inputs)."""
        return self.values * self.spreads


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """One bar of a tornado.

    Attributes:
        input: NAME.
        value: The input's value.
        spread: Its spread.
        spread_source: Key of the spread's source; None where it is assumed.
        slope: d(outcome)/d(input).
        change: Of the outcome for one spread, to first order.
    """

    input: str
    value: float
    spread: float
    spread_source: str | None
    slope: float
    change: float


def differentiable() -> tuple[str, ...]:
    """Names of the outcomes that have a derivative."""
    return tuple(name for name, _, _ in FIELDS if name not in NO_DERIVATIVE)


def sensitivities(
    setup: KneeSetup,
    *,
    flexion: Array,
    quadriceps: float = 600.0,
    side: Side = "right",
    outcomes: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
) -> Sensitivity:
    """Derivatives of outcomes over inputs at the equilibrium of each angle.

    The contact points are material points: each stays on its facet, so that the facets' outcomes are differentiable.

    Args:
        setup: The knee.
        flexion: Tibiofemoral flexion, shape (frames,) [rad].
        quadriceps: Sum of the heads' forces before any is scaled [N].
        side: The knee's side.
        outcomes: Names as in a sweep's records; all that have a derivative if None.
        inputs: NAMEs and `quadriceps_n`; all if None.

    Raises:
        InputError: If a name is unknown, or an outcome has no derivative; says why.
    """
    wanted = _checked(outcomes, differentiable(), "outcome")
    names = _checked(inputs, (*scalar_inputs(), QUADRICEPS), "input")
    point = balance(setup, flexion=np.atleast_1d(flexion), quadriceps=quadriceps, side=side)
    values = outcomes_of(point, point.knee, point.load, point.rotations, point.positions, wanted)
    slopes = [outcome_slopes(point, name, wanted) for name in names]
    spreads = [spread_of(setup, name, quadriceps) for name in names]
    is_one_sided = np.array([input_step(point, name)[1] is not CENTRAL for name in names], dtype=np.bool_)
    is_one_sided.setflags(write=False)
    return Sensitivity(
        flexion=point.load.tibiofemoral_flexion,
        status=point.status,
        outcomes=wanted,
        inputs=names,
        outcome_values=read_only(values),
        input_values=read_only([value_of(setup, name, quadriceps) for name in names]),
        values=read_only(np.stack(slopes, axis=-1)),
        spreads=read_only([spread for spread, _ in spreads]),
        spread_sources=tuple(source for _, source in spreads),
        is_one_sided=is_one_sided,
        least_stiffness=read_only(least_stiffness(point.stiffness)),
    )


def _checked(asked: Sequence[str] | None, known: tuple[str, ...], kind: str) -> tuple[str, ...]:
    """The names that were asked for, or all."""
    if asked is None:
        return known
    for name in asked:
        if name in NO_DERIVATIVE and kind == "outcome":
            raise InputError(f"{name} has no derivative: {NO_DERIVATIVE[name]}; expected one of {', '.join(known)}")
        if name not in known:
            raise InputError(f"sensitivities: unknown {kind} {name!r}; expected one of {', '.join(known)}")
    if not asked:
        raise InputError(f"sensitivities: no {kind} is asked for; expected at least one of {', '.join(known)}")
    return tuple(asked)


def influences(sensitivity: Sensitivity, outcome: str, *, frame: int = 0) -> tuple[Influence, ...]:
    """What moves one outcome most: inputs with their changes for one spread, largest first.

    Args:
        sensitivity: From `sensitivities`.
        outcome: One of its outcomes.
        frame: Which angle.

    Raises:
        InputError: If it does not hold this outcome.
    """
    if outcome not in sensitivity.outcomes:
        raise InputError(f"no sensitivities of {outcome!r}; expected one of {', '.join(sensitivity.outcomes)}")
    row = sensitivity.outcomes.index(outcome)
    slopes, changes = sensitivity.values[frame, row], sensitivity.scaled[frame, row]
    return tuple(
        Influence(
            input=sensitivity.inputs[n],
            value=float(sensitivity.input_values[n]),
            spread=float(sensitivity.spreads[n]),
            spread_source=sensitivity.spread_sources[n],
            slope=float(slopes[n]),
            change=float(changes[n]),
        )
        for n in np.argsort(-np.abs(changes), kind="stable")
    )
