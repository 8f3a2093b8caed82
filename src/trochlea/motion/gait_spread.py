"""How the joint angles of people differ over a gait cycle: random people around the published averages."""

from dataclasses import replace
from functools import cache

import numpy as np

from trochlea.motion.gait_cycle import ANGLES, GaitCycle, read_harmonics
from trochlea.motion.timeseries import Array, read_only

TRUNK_SD = float(np.radians(3.6))
"""Of the trunk's lean between runners [rad]. `teng-2014-trunk`: 7.3 (3.6) degrees."""

COMPONENTS = 7
"""Ways in which runners differ that the table holds: nine tenths of the variance of hip, knee and ankle."""


def has_spread(cycle: GaitCycle) -> bool:
    """Whether it is known how people differ in this gait; of the walk only averages are."""
    return cycle.name == "run"


def draw_gait(cycle: GaitCycle, rng: np.random.Generator) -> GaitCycle:
    """One random person's angles in a gait whose spread is known.

    Hip, knee and ankle of 46 runners differ together and over the whole cycle, in seven components with independent
    normal scores. A runner's hip that is more bent all the time is a pelvis that is tilted more (assumed): what stays
    of a difference over the cycle lies in how the pelvis is held, and in where its markers are, not in the thigh. The
    trunk's lean differs on its own. The time on the ground and the pelvis' other motion are everybody's.

    Args:
        cycle: The averages.
        rng: Source of randomness.

    References:
        fukuchi-2018-running: the curves of 46 runners, each less the mean of the own laboratory.

    Raises:
        ValueError: If the gait has no known spread.
    """
    if not has_spread(cycle):
        raise ValueError(f"of {cycle.title} no spread is known")
    return shifted_gait(cycle, rng.standard_normal(COMPONENTS), trunk=float(rng.normal(0.0, TRUNK_SD)))


def shifted_gait(cycle: GaitCycle, scores: Array, *, trunk: float = 0.0) -> GaitCycle:
    """The angles of somebody with these scores.

    Args:
        cycle: The averages.
        scores: Of the components, in SDs, shape (COMPONENTS,) [-].
        trunk: Lean forward beyond the average [rad].
    """
    spread = _spread(cycle.name)
    found = dict(cycle.harmonics)
    for name in ANGLES:
        parts = np.array([spread[f"{name}_{k + 1}"] for k in range(COMPONENTS)])
        found[name] = read_only(found[name] + np.tensordot(scores, parts, axes=1))
    tilt = np.array(found["pelvis_anterior_tilt"])
    tilt[0, 0] += found["hip_flexion"][0, 0] - cycle.harmonics["hip_flexion"][0, 0]
    found["pelvis_anterior_tilt"] = read_only(tilt)
    return replace(cycle, harmonics=found, trunk_flexion=cycle.trunk_flexion + trunk)


@cache
def _spread(name: str) -> dict[str, Array]:
    return read_harmonics(f"{name}_spread")
