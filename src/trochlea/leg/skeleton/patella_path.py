"""The patella's path along the femur in the leg model: the tables of its source instead of MyoLegs' quartics.

MyoLegs replaced three spline tables by quartics, which miss the patella's turn by 0.9 degrees near extension
and the vasti's moment arms by up to 5 mm.
"""

from dataclasses import replace

import numpy as np
from scipy.interpolate import PPoly

from trochlea.leg.skeleton.couplings import Coupling
from trochlea.leg.skeleton.repairs import Repair
from trochlea.motion.timeseries import Array, read_only

# `rajagopal-2016-model`, model file Rajagopal2016.osim, joint patellofemoral_r, 0 to 120 degrees of knee flexion.
KNEE_ANGLE = np.array(
    [
        0,
        0.174533,
        0.349066,
        0.523599,
        0.698132,
        0.872665,
        1.0472,
        1.22173,
        1.39626,
        1.5708,
        1.74533,
        1.91986,
        2.0944,
    ]
)
TABLE = {
    "rotation1": np.array(
        [
            *(0.00113686, -0.00629212, -0.105582, -0.253683, -0.414245, -0.579047, -0.747244),
            *(-0.91799, -1.09044, -1.26379, -1.43763, -1.61186, -1.78634),
        ]
    ),
    "translation1": np.array(
        [
            *(0.0524, 0.0488, 0.0437, 0.0371, 0.0296, 0.0216, 0.0136),
            *(0.0057, -0.0019, -0.0088, -0.0148, -0.0196, -0.0227),
        ]
    ),
    "translation2": np.array(
        [
            *(-0.0108, -0.0190, -0.0263, -0.0322, -0.0367, -0.0395, -0.0408),
            *(-0.0404, -0.0384, -0.0349, -0.0301, -0.0245, -0.0187),
        ]
    ),
}

ROTATION_TOLERANCE = np.radians(0.3)
"""A path whose turn misses the table's knots by more is the defect [rad]: the quartic misses by 0.9
degrees."""


def repair_patella_path(couplings: tuple[Coupling, ...]) -> tuple[tuple[Coupling, ...], Repair]:
    """Unscaled couplings with the patella's taken from the source's table, where they miss it.

    Args:
        couplings: As shipped, unscaled.

    Returns:
        The couplings to use, and what was done.
    """
    turn = next(c for c in couplings if c.joint == "knee_angle_beta_rotation1_r")
    miss = float(np.abs(turn.evaluate(KNEE_ANGLE)[0] - TABLE["rotation1"]).max())
    if miss < ROTATION_TOLERANCE:
        reason = "not needed: the patella turns as in the source's tables"
        return couplings, Repair(name="patella path", is_applied=False, reason=reason)
    reason = f"the patella's turn missed the source's table by {np.degrees(miss):.1f} degrees"
    return tuple(map(_from_table, couplings)), Repair(name="patella path", is_applied=True, reason=reason)


def _from_table(coupling: Coupling) -> Coupling:
    kind = coupling.joint[:-2].removeprefix("knee_angle_beta_")
    if kind not in TABLE:
        return coupling
    spline = simm_spline(KNEE_ANGLE, TABLE[kind])
    return replace(coupling, breaks=read_only(spline.x), coefficients=read_only(spline.c))


def simm_spline(x: Array, y: Array) -> PPoly:
    """Cubic spline through knots as OpenSim's SimmSpline makes it (the tests compare the two).

    Where a natural spline has no curvature at an end, this one has the third derivative of the cubic through
    the four knots there.
    """
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    n = x.size
    matrix, right = np.zeros((n, n)), np.zeros(n)
    # The unknowns are a sixth of the second derivatives at the knots.
    matrix[0, :2], matrix[-1, -2:] = (-step[0], step[0]), (step[-1], -step[-1])
    for i in range(1, n - 1):
        matrix[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i] = slope[i] - slope[i - 1]
    second = np.diff(slope) / (x[2:] - x[:-2])
    third = np.diff(second) / (x[3:] - x[:-3])
    right[0], right[-1] = step[0] ** 2 * third[0], -(step[-1] ** 2) * third[-1]
    sigma = np.linalg.solve(matrix, right)
    cubic = np.diff(sigma) / step
    linear = slope - step * (2 * sigma[:-1] + sigma[1:])
    return PPoly(np.array([cubic, 3 * sigma[:-1], linear, y[:-1]]), x)
