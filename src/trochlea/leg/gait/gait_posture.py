"""Postures of a gait cycle: the published angles on one leg model, hips turned so that the feet stay on their lines."""

import numpy as np

from trochlea.leg.posture.posture import PostureProblem, solve_postures
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_SLIDES
from trochlea.motion.gait_cycle import GaitCycle
from trochlea.motion.timeseries import Array

FLAT = (0.25, 0.5)
"""Part of its time on the ground in which a foot is flat [-]. Assumed: between the landing of the toes and the rise of
the heel, which `fukuchi-2018-walking` shows at 20 % and from 55 % of it."""

STRAIGHT = float(np.radians(1.0))
"""How nearly straight a knee gets [rad]: the averages bend it backwards by up to 0.8 degrees before contact, which the
model's knee cannot; stopping it there at once would jerk the body by 100 N.m. Assumed: finer than angles are known."""

SIGNS = {"hip_flexion": 1, "pelvis_anterior_tilt": -1, "knee_flexion": -1, "ankle_dorsiflexion": 1}
"""How the angles in the sagittal plane add up to the inclination of the foot."""


def gait_postures(leg: LegModel, cycle: GaitCycle, phases: Array, near: Array) -> Array:
    """Coordinates over the cycle, the pelvis at the origin but for its sideways place.

    Flexion of hip, knee and ankle and the pelvis' angles are the published ones. Hip adduction and rotation are those
    that keep each foot on its line and its toes turned out alike; the subtalar joint is still. The trunk keeps
    its lean.

    Args:
        leg: The leg model.
        cycle: The gait.
        phases: Of the cycle, shape (frames,) [-].
        near: Coordinates to start from, whose sideways place of the pelvis is kept, shape (frames, coordinates).

    Returns:
        Shape (frames, coordinates) [rad, m].
    """
    targets = dict(_targets(cycle, phases))
    start = np.array(near)
    slides = [leg.coordinates.index(slide) for slide in PELVIS_SLIDES]
    targets["pelvis_aside"] = start[:, slides[2]].copy()
    start[:, slides[:2]] = 0.0
    for whose in ("working", "other"):
        targets[f"{whose}_foot_aside"] = np.full(phases.size, cycle.step_width / 2)
        targets[f"{whose}_toe_out"] = np.full(phases.size, cycle.toe_out)
        targets[f"{whose}_subtalar_inversion"] = np.zeros(phases.size)
    targets["trunk_flexion"] = np.full(phases.size, cycle.trunk_flexion)
    targets["trunk_lean"] = np.zeros(phases.size)
    targets["lumbar_rotation"] = -targets["pelvis_rotation"]
    problem = PostureProblem(leg=leg, side="right", targets=targets, reference={})
    return solve_postures(problem, start).values


def _targets(cycle: GaitCycle, phases: Array) -> dict[str, Array]:
    """Published angles of both legs and the pelvis; the pelvis made to do the same for either side [rad]."""
    half = phases + 0.5
    tilt = 0.5 * (cycle.angle("pelvis_anterior_tilt", phases) + cycle.angle("pelvis_anterior_tilt", half))
    tilt -= cycle.neutral_tilt
    up = 0.5 * (cycle.angle("pelvis_side_up", phases) - cycle.angle("pelvis_side_up", half))
    forward = 0.5 * (cycle.angle("pelvis_side_forward", phases) - cycle.angle("pelvis_side_forward", half))
    found = {"pelvis_tilt": -tilt, "pelvis_list": -up, "pelvis_rotation": forward}
    for whose, at in (("working", phases), ("other", half)):
        found[f"{whose}_hip_flexion"] = cycle.angle("hip_flexion", at) - cycle.neutral_tilt
        found[f"{whose}_knee_flexion"] = STRAIGHT * np.logaddexp(0.0, cycle.angle("knee_flexion", at) / STRAIGHT)
        found[f"{whose}_ankle_dorsiflexion"] = cycle.angle("ankle_dorsiflexion", at) - _flat(cycle)
    return found


def _flat(cycle: GaitCycle) -> float:
    """Mean inclination of the foot that the published angles give while it is flat on the ground [rad].

    Where the ankle is at zero is a matter of each source's foot; a foot that stands on the floor is flat.
    """
    phases = cycle.contact * np.linspace(*FLAT, 21)
    return float(sum(sign * cycle.angle(name, phases).mean() for name, sign in SIGNS.items()))
