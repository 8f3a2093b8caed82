"""What if strength rose as in published programmes? Each lever pulled alone and together, with intervals.

Posture stays as it is. Strength then reaches the kneecap only through the way muscles share the moments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.advice.gains import HIP_GROUPS, KNEE_GROUP, VMO_SHARE, gains
from trochlea.errors import InputError
from trochlea.knee.chain import Chain, ChainResult, at_frames, share_muscles, solve_knee
from trochlea.knee.draws import Draw, draw_person
from trochlea.knee.result import KneecapResult
from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.motion.timeseries import Array

N_DRAWS = 60
"""Draws behind each interval: the 95 % limits then rest on the second lowest and highest."""

NEAR_PEAK = 0.85
"""Frames with at least this share of the largest quadriceps force are solved in each draw [-]."""

MOST_FRAMES = 7
"""At most so many of them, evenly spread: the peak moves little between neighbouring frames."""

LEVERS = ("hip", "knee_capacity", "knee_vmo_share", "knee", "both")
"""What is pulled: hip abductors and external rotators; knee extensors; share of the VMO; both knee parts; all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Outcomes before and after each lever, draw by draw.

    Attributes:
        peak_contact_force: Baseline, then each of LEVERS, shape (draws, 6) [N].
        lateral_peak_pressure: The same [Pa].
        best: The two outcomes with every input at its best value, shape (2, 6).
        n_failed: Draws that are left out: the kneecap reached no equilibrium in the groove, or the muscles were too
            weak for the movement.
    """

    peak_contact_force: Array
    lateral_peak_pressure: Array
    best: Array
    n_failed: int

    def change(self, outcome: str, lever: str) -> tuple[float, float, float]:
        """Best value and 95 % interval of the change against the baseline [percent]."""
        values: Array = getattr(self, outcome)
        column = 1 + LEVERS.index(lever)
        percent = 100 * (values[:, column] / values[:, 0] - 1)
        low, high = np.quantile(percent, [0.025, 0.975])
        row = self.best[("peak_contact_force", "lateral_peak_pressure").index(outcome)]
        best = 100 * (row[column] / row[0] - 1)
        return float(best), float(min(low, best)), float(max(high, best))


def pull_levers(
    chain: Chain,
    baseline: ChainResult,
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
    on_draw: Callable[[int, int], None] = lambda done, of: None,
) -> WhatIf:
    """Solve the chain with each lever pulled, for random people that the inputs allow.

    Args:
        chain: One leg of one person in one movement.
        baseline: Its solution with all inputs at their best values.
        rng: Source of randomness.
        n_draws: Number of random people.
        on_draw: Called with the number done and the total, for progress.

    Raises:
        InputError: If the baseline has no loaded frame, or most draws fail.
    """
    frames = _peak_frames(baseline)
    near, overloaded = at_frames(chain, frames), baseline.leg.is_overloaded[frames]
    centre = Draw(strength_ratio=dict.fromkeys(chain.person.strength, 1.0), knee=chain.person.knee)
    own = baseline.strengths.factors
    best = _outcomes(near, own, centre, {name: gain.value for name, gain in gains().items()}, overloaded)
    if best is None:
        raise InputError(
            f"{chain.motion.name}: at its peak the kneecap reaches no equilibrium in the groove, so no what-if is "
            "possible; trochlea simulate shows where"
        )
    outcomes = []
    for i in range(n_draws):
        found = _outcomes(near, own, draw_person(chain.person, rng), _draw_gains(rng), overloaded)
        if found is not None:
            outcomes.append(found)
        on_draw(i + 1, n_draws)
    if len(outcomes) < n_draws / 2:
        raise InputError(
            f"{n_draws - len(outcomes)} of {n_draws} draws reach no equilibrium or are too weak for the movement; "
            "narrow the spreads by measuring more of the knee and more strengths"
        )
    stacked = np.array(outcomes)
    return WhatIf(
        peak_contact_force=stacked[:, 0],
        lateral_peak_pressure=stacked[:, 1],
        best=best,
        n_failed=n_draws - len(outcomes),
    )


def _draw_gains(rng: np.random.Generator) -> dict[str, float]:
    """Gains of one person: both hip groups answer alike to one programme (assumed), the knee on its own."""
    z = dict.fromkeys(HIP_GROUPS, rng.normal()) | {KNEE_GROUP: rng.normal(), VMO_SHARE: rng.normal()}
    return {name: max(gain.value + z[name] * (gain.sd or 0.0), -0.7) for name, gain in gains().items()}


def _peak_frames(baseline: ChainResult) -> NDArray[np.int64]:
    """Frames around the largest quadriceps force, and those of both outcomes' peaks."""
    force = np.nan_to_num(baseline.leg.extensor.tension.sum(axis=1))
    if force.max(initial=0.0) <= 0:
        raise InputError("the quadriceps carries no load in any frame, so no what-if is possible")
    frames = np.flatnonzero(force >= NEAR_PEAK * force.max())
    chosen = np.unique(np.linspace(0, frames.size - 1, min(frames.size, MOST_FRAMES)).round().astype(int))
    outcomes = (force, baseline.kneecap.contact_force, baseline.kneecap.lateral_peak_pressure)
    return np.union1d(frames[chosen], [int(np.nan_to_num(values).argmax()) for values in outcomes])


def _outcomes(
    chain: Chain,
    own: Mapping[str, float],
    draw: Draw,
    gain: Mapping[str, float],
    overloaded: NDArray[np.bool_],
) -> Array | None:
    """Both outcomes of the baseline and of each lever, shape (2, 6).

    None if a kneecap did not converge, or if somebody so weak could not have made this movement at all. Frames that
    overload the baseline's muscles too tell nothing about that.
    """
    base = changed_factors(chain.tests, own, draw.strength_ratio)
    hip_gain = {group: 1 + gain[group] for group in HIP_GROUPS}
    knee_gain = {KNEE_GROUP: 1 + gain[KNEE_GROUP]}
    hip, knee = changed_factors(chain.tests, base, hip_gain), changed_factors(chain.tests, base, knee_gain)
    both = changed_factors(chain.tests, hip, knee_gain)
    vmo = 1 + gain[VMO_SHARE]
    pulls = ((base, 1.0), (hip, 1.0), (knee, 1.0), (base, vmo), (knee, vmo), (both, vmo))
    rows = []
    for factors, vmo_factor in pulls:
        leg = share_muscles(chain, factors)
        if (leg.is_overloaded & ~overloaded).any():
            return None
        kneecap = solve_knee(chain, leg.extensor, knee=draw.knee, vmo_share_factor=vmo_factor)
        if not _is_usable(kneecap):
            return None
        rows.append((kneecap.contact_force.max(), kneecap.lateral_peak_pressure.max()))
    return np.array(rows).T


def _is_usable(kneecap: KneecapResult) -> bool:
    return all(status == "converged" for status in kneecap.solution.status)
