"""The single-leg squat as a motion: posture from `balance`, ground force from body weight."""

from dataclasses import replace

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.balance import CONDITIONS, FREE, PostureTargets, Stance, balance, hang, limits, misses
from trochlea.leg.model import LegModel
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.tasks import SingleLegSquat, squat_profile
from trochlea.motion.timeseries import Array

GUESS = np.array([0.85, 0.0, 0.0, 0.45, 0.0, 0.0])
"""First guess of the free angles' change per knee flexion [-]; the answer does not depend on it."""

ANGLE_TOLERANCE = np.radians(0.5)
"""A prescribed angle may be missed by this much [rad]. Assumed; measurement errors are several degrees."""

BALANCE_TOLERANCE = 2e-3
"""The centre of mass may stand beside its point by this much [m]. Assumed: 1.5 N.m of a person's weight."""

AT_LIMIT = np.radians(0.1)
"""An angle this close to the end of its range is at its limit [rad]. Assumed: what a message shows."""


def simulate_squat(leg: LegModel, task: SingleLegSquat) -> Motion:
    """Coordinates and ground force of a single-leg squat, quasi-static.

    The ground carries body weight, straight up, below the centre of mass; the floor is y = 0, at the origin
    of the stance foot's calcaneus. Way down and way up pass through the same postures.

    Args:
        leg: The leg model.
        task: What is prescribed.

    Returns:
        A simulated motion with one contact, under the stance foot.

    Raises:
        InputError: If no posture within the joints' ranges satisfies the task; names the limit.

    References:
        nakagawa-2012-squat: posture at the deepest point, in the task.
    """
    times, depths = squat_profile(task)
    n_down = task.n_frames // 2 + 1
    stance = Stance(
        leg=leg,
        side=task.side,
        toe_out=task.toe_out.value,
        balance_point=task.balance_point.value,
        swing_knee=task.swing_knee_flexion.value,
    )
    upright = _targets(task, np.zeros(1), np.nan)
    standing = balance(stance, upright, np.zeros((1, len(FREE))), np.zeros(len(FREE)))
    _refuse_misses(stance, upright, standing)
    targets = _targets(task, depths[:n_down], float(standing[0, FREE.index("hip_adduction")]))
    guess = standing + targets.knee[:, None] * GUESS
    angles = balance(stance, targets, guess, standing[0])
    _refuse_misses(stance, targets, angles)
    hung = hang(stance, targets, angles)
    there_and_back = np.append(np.arange(n_down), np.arange(n_down - 1)[::-1])
    values = hung.coordinates.values[there_and_back]
    return Motion(
        name="single-leg squat",
        coordinates=replace(hung.coordinates, times=times, values=values),
        contacts=(_body_weight(leg, task.side, hung.centre_of_mass[there_and_back]),),
        source="simulated",
    )


def _targets(task: SingleLegSquat, depths: Array, upright_adduction: float) -> PostureTargets:
    """Prescribed angles at depths from 0 to 1; upright, the hip's adduction is what balance needs."""
    return PostureTargets(
        knee=depths * task.knee_flexion.value,
        hip_adduction=upright_adduction + depths * (task.hip_adduction.value - upright_adduction),
        pelvic_drop=depths * task.pelvic_drop.value,
        trunk_lean=depths * task.trunk_lean.value,
        trunk_flexion=depths * task.trunk_flexion.value,
        swing_hip=depths * task.swing_hip_flexion.value,
    )


def _body_weight(leg: LegModel, side: Side, centre: Array) -> ContactLoad:
    force = np.zeros_like(centre)
    force[:, 1] = leg.mass * -float(leg.mj.opt.gravity[1])
    return ContactLoad(
        side=side,
        force=force,
        point=centre * np.array([1.0, 0.0, 1.0]),
        free_moment=np.zeros_like(centre),
        is_covered=np.ones(len(centre), dtype=bool),
    )


def _refuse_misses(stance: Stance, targets: PostureTargets, angles: Array) -> None:
    missed = np.abs(misses(stance, targets, angles))
    over = missed / np.repeat([ANGLE_TOLERANCE, BALANCE_TOLERANCE], [4, 2])
    frame, worst = np.unravel_index(int(over.argmax()), over.shape)
    if over[frame, worst] <= 1.0:
        return
    lower, upper = limits()
    room = np.minimum(angles[frame] - lower, upper - angles[frame])
    stuck = [name for name, left in zip(FREE, room, strict=True) if left < AT_LIMIT]
    where = f"with {', '.join(stuck)} at the end of its range" if stuck else "although no joint is at its limit"
    amount = missed[frame, worst]
    by = f"{np.degrees(amount):.1f} degrees" if worst < 4 else f"{amount * 1e3:.0f} mm"
    raise InputError(
        f"single-leg squat at {np.degrees(targets.knee[frame]):.0f} degrees of knee flexion: {where}, "
        f"{CONDITIONS[worst]} is missed by {by}; give less depth or other posture angles"
    )
