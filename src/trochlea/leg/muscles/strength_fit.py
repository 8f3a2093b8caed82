"""A person's measured strength: how strong each muscle must be for the leg model to give it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from trochlea.errors import InputError
from trochlea.leg.muscles.strength_tests import StrengthTests
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured

LOWEST_FACTOR = 0.3
"""A muscle is not made weaker than this share of the model's [-]. Assumed."""

HIGHEST_FACTOR = 2.0
"""A muscle is not made stronger than this multiple of the model's [-]. Assumed."""

MET_WITHIN = 0.01
"""A strength is met if the model comes this close to it, as a share [-]. Assumed: far below test-retest
error."""

FIRMNESS = 1e3
"""How much a share of missed strength outweighs the same share of change in all members [-]. At 1000 a
strength within reach is met to about one part in a million."""

FIRMNESS_OUT_OF_REACH = 10.0
"""The same for a strength that even the bounds do not give [-]: its members still go to the bound, but a
strength that can be met is not spoilt by one that cannot."""

FIRMNESS_ASSUMED = 1.0
"""A norm that stands in for a strength weighs as much as the model's own strength [-]: the fit lands half-way between
the two in log. Assumed: neither is this person's, and the norm's test (lever arm, effort) is not the model's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStrength:
    """One measured strength and what the model makes of it.

    Attributes:
        group: Muscle group.
        target: Measured or assumed strength, as a dynamometer reads it [N.m].
        weight: What the muscles give beside it to hold the limb up in the test; 0 if the target holds it [N.m].
        before: The model's reading with all factors 1 [N.m].
        after: The model's reading with the fitted factors [N.m].
        is_met: Whether `after` is within MET_WITHIN of the target.
    """

    group: str
    target: Measured
    weight: float
    before: float
    after: float
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthFit:
    """Strength factors of all muscles.

    Attributes:
        factors: Factor by muscle; 1 for muscles in no measured group [-].
        groups: One entry for each measured group.
    """

    factors: Mapping[str, float]
    groups: tuple[GroupStrength, ...]


def fit_strengths(tests: StrengthTests, targets: Mapping[str, Measured]) -> StrengthFit:
    """Strength factors closest to 1 that give the measured strengths, all groups together.

    The muscles of a group give the reading of the dynamometer and hold the limb up besides (`StrengthTests.weights`).
    A muscle has one factor in all its groups. Closeness is the sum of squared logarithms of the factors, each
    weighted with the muscle's share in the measured groups, so that the members of a group on its own all get
    the same factor. A strength out of reach of the bounds is approached as far as they allow and reported;
    it does not spoil one within reach. A strength that is assumed only draws the fit towards it.

    Args:
        tests: Moments by test and muscle.
        targets: Strength by group [N.m].

    Returns:
        Factors, and model against target for each group.

    Raises:
        InputError: If a group is unknown, or a strength is not a positive number in N.m.

    References:
        nocedal-2006-optimization, section 10.3: nonlinear least squares.
    """
    rows = _target_rows(tests, targets)
    moments = tests.moments[rows]
    target = np.array([targets[tests.groups[row]].value for row in rows])
    goal = target + tests.weights[rows]
    whole = moments.sum(axis=1)
    factors = np.ones(len(tests.muscles))
    involved = np.flatnonzero((moments > 0.0).any(axis=0))
    if involved.size:
        share = np.sqrt((moments[:, involved] / whole[:, None]).sum(axis=0))
        is_measured = np.array([targets[tests.groups[row]].source == "measured" for row in rows])
        factors[involved] = _closest_factors(moments[:, involved], goal, share, is_measured)
    before, after = tests.readings(np.ones(len(tests.muscles)))[rows], tests.readings(factors)[rows]
    return StrengthFit(
        factors=dict(zip(tests.muscles, factors.tolist(), strict=True)),
        groups=tuple(
            GroupStrength(
                group=tests.groups[row],
                target=targets[tests.groups[row]],
                weight=float(tests.weights[row]),
                before=float(before[i]),
                after=float(after[i]),
                is_met=bool(abs(after[i] - target[i]) <= MET_WITHIN * target[i]),
            )
            for i, row in enumerate(rows)
        ),
    )


def _closest_factors(moments: Array, goal: Array, share: Array, is_measured: NDArray[np.bool_]) -> Array:
    """Bounded least squares over the logarithms of the factors."""
    ratio = goal / moments.sum(axis=1)
    is_in_reach = (ratio >= LOWEST_FACTOR) & (ratio <= HIGHEST_FACTOR)
    firmness = np.where(is_in_reach, FIRMNESS, FIRMNESS_OUT_OF_REACH)
    firmness = np.where(is_measured, firmness, FIRMNESS_ASSUMED)

    def residual(logs: Array) -> Array:
        return np.append(firmness * np.log(moments @ np.exp(logs) / goal), share * logs)

    def jacobian(logs: Array) -> Array:
        pull = moments * np.exp(logs)
        return np.vstack([firmness[:, None] * pull / pull.sum(axis=1, keepdims=True), np.diag(share)])

    bounds = (np.log(LOWEST_FACTOR), np.log(HIGHEST_FACTOR))
    solution = least_squares(
        residual,
        np.zeros(share.size),
        jac=jacobian,  # pyright: ignore[reportArgumentType]  # scipy's annotation lacks callables
        bounds=bounds,
        xtol=1e-12,
        ftol=1e-12,
        gtol=1e-8,
    )
    return np.exp(solution.x)


def _target_rows(tests: StrengthTests, targets: Mapping[str, Measured]) -> list[int]:
    for group, target in targets.items():
        if group not in tests.groups:
            raise InputError(f"strength of {group!r}: expected one of {', '.join(tests.groups)}")
        if target.unit != "N.m" or not (np.isfinite(target.value) and target.value > 0.0):
            raise InputError(
                f"strength of {group}: expected more than 0 N.m, found {target.value} {target.unit}; "
                "a force needs its lever arm"
            )
    rows = [row for row, group in enumerate(tests.groups) if group in targets]
    powerless = [tests.groups[row] for row in rows if not tests.moments[row].any()]
    if powerless:
        raise InputError(
            f"strength of {', '.join(powerless)}: no member pulls that way in the test position; "
            "give another position or leave this strength out"
        )
    return rows
