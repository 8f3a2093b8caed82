"""Lateral restraint: the force that holds the patella shifted by a given distance.

The shift is held and the other five motions are free, so that the force is found where pulling with a given force
would have let the patella jump.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.equilibrium import at_frame, kernel_inputs, solve_poses
from trochlea.knee.kernel.energy import energy
from trochlea.knee.kernel.newton import minimise
from trochlea.knee.knee import Knee
from trochlea.knee.tracking import patellar_tilt
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.timeseries import Array, read_only

STEP = 1e-3
"""Longest step of the shift on the way to a displacement [m]; the path is followed so that the answer belongs to the
equilibrium that it started from."""

FARTHEST = 0.03
"""Displacements beyond this are refused [m]: the patella has left the groove long before."""

SHIFT_HELD = np.array([True, True, True, True, True, False])
"""Which of the three rotations and three translations are free."""

HeldStatus = Literal["converged", "not_converged", "not_started"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    """Force against a held shift; NaN where the status is not converged.

    Attributes:
        displacements: Lateral shift from the free equilibrium, shape (n,) [m].
        force: Lateral force on the patella's centre that holds it there, shape (frames, n) [N].
        tilt: Not held; as in `KneecapResult`, shape (frames, n) [rad].
        status: For every frame one word for each displacement. `not_started`: the free equilibrium failed.
    """

    displacements: Array
    force: Array
    tilt: Array
    status: tuple[tuple[HeldStatus, ...], ...]


def restraint(
    knee: Knee, load: ExtensorLoad, *, displacements: Array, force_tolerance: float = 1e-6, max_steps: int = 200
) -> Restraint:
    """Lateral force at the patella's centre that holds it at each displacement, the other five motions free.

    Args:
        knee: The knee; for cut or weakened tissue see the inputs of `trochlea.knee.inputs`.
        load: Tibiofemoral pose and muscle forces, frame by frame.
        displacements: Lateral positive, shape (n,) [m].
        force_tolerance: Largest unbalanced force accepted in the free motions [N].
        max_steps: Upper limit on Newton steps of each step of the shift.

    Raises:
        InputError: If a displacement is beyond FARTHEST or no number.
    """
    wanted = np.atleast_1d(np.asarray(displacements, dtype=np.float64))
    if not (np.abs(wanted) <= FARTHEST).all():
        shown = ", ".join(f"{1e3 * d:g}" for d in wanted)
        raise InputError(f"displacements of {shown} mm; expected at most {1e3 * FARTHEST:g} mm to either side")
    rotations, positions, solution, _ = solve_poses(knee, load, force_tolerance=force_tolerance)
    force, tilt = np.full((2, load.times.size, wanted.size), np.nan)
    status: list[tuple[HeldStatus, ...]] = []
    inputs = kernel_inputs(knee, load)
    for n, word in enumerate(solution.status):
        words: list[HeldStatus] = ["not_converged"] * wanted.size
        if word not in ("converged", "dislocated"):
            words = ["not_started"] * wanted.size
        else:
            energy_inputs = at_frame(inputs, n)
            for way in (-1.0, 1.0):  # outwards to either side, each from the free equilibrium
                pose = rotations[n].copy(), positions[n].copy()
                for i in sorted(np.flatnonzero(wanted * way >= 0), key=lambda i: abs(wanted[i])):
                    target = positions[n, 2] + wanted[i]
                    if not _move(pose, target, energy_inputs, force_tolerance, max_steps):
                        break
                    words[i] = "converged"
                    force[n, i] = _lateral_force(pose, energy_inputs)
                    tilt[n, i] = patellar_tilt(pose[0][None])[0]
        status.append(tuple(words))
    return Restraint(
        displacements=read_only(wanted), force=read_only(force), tilt=read_only(tilt), status=tuple(status)
    )


def _move(
    pose: tuple[Array, Array], target: float, energy_inputs: tuple[Any, ...], force_tolerance: float, max_steps: int
) -> bool:
    """Move a pose in place to a held shift, by steps, and by finer ones where they fail; whether it balanced."""
    rotation, position = pose
    for step in (STEP, STEP / 10):
        turned, moved = rotation.copy(), position.copy()
        left = 0.0
        for shift in np.linspace(moved[2], target, 1 + math.ceil(abs(target - moved[2]) / step - 1e-9))[1:]:
            moved[2] = shift
            left, _ = minimise(turned, moved, *energy_inputs, SHIFT_HELD, force_tolerance, max_steps)
            if not left <= force_tolerance:
                break
        if left <= force_tolerance:
            rotation[:], position[:] = turned, moved
            return True
    return False


def _lateral_force(pose: tuple[Array, Array], energy_inputs: tuple[Any, ...]) -> float:
    """Slope of the energy along the held shift [N]: the force that someone holds it with."""
    gradient, work = np.empty(6), (np.empty(3), np.empty(3), np.empty((2, 6)))
    energy(*pose, *energy_inputs, work, gradient, np.empty((6, 6)))
    return float(gradient[5])
