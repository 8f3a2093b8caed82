"""The few values that sum a task up."""

import numpy as np

from trochlea.knee.chain import Chain, at_frames, share_muscles
from trochlea.knee.result import KneecapResult
from trochlea.leg.leg_result import LegResult, leg_at
from trochlea.leg.muscles.quadriceps_dominance import quadriceps_share
from trochlea.leg.posture.posture import measure_postures
from trochlea.leg.prepared_leg import prepared_at
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array
from trochlea.units import GRAVITY, MEGAPASCAL

ANGLES = {
    "trunk_flexion_deg": "trunk_flexion",
    "trunk_lean_deg": "trunk_lean",
    "pelvic_drop_deg": "pelvic_drop",
    "hip_adduction_deg": "working_hip_adduction",
    "hip_internal_rotation_deg": "working_hip_rotation",
}
"""Value -> quantity of the posture at the turning point."""

VALUE_NAMES = (
    "peak_contact_force_n",
    "peak_contact_force_bw",
    "peak_pressure_mpa",
    "lateral_share",
    *ANGLES,
    "quadriceps_dominance",
    "quadriceps_dominance_at_norm",
)
"""Largest contact force and smoothed pressure of the kneecap; share of the lateral facet at the largest force; posture
at the turning point; the quadriceps' share of hip and knee extension (`quadriceps_share`) where it pulls most, with the
person's strengths and with those of the norm in the same posture."""


def angles_of(leg: LegModel, task: Task, side: Side, values: Array) -> Array:
    """The angles of ANGLES in given postures, shape (frames, 5) [degrees]."""
    names = tuple(ANGLES.values())
    found = measure_postures(leg, side, names, values, support=task.balance_point, share=task.balance_share)
    return np.degrees(found)


def is_peak_known(kneecap: KneecapResult) -> bool:
    """Whether the kneecap has an answer where the quadriceps pulls most; else its largest force is not known.

    A kneecap that lifts off its groove carries next to nothing, which is an answer.
    """
    pull = int(np.nan_to_num(kneecap.quadriceps_force).argmax())
    return kneecap.solution.status[pull] not in ("not_converged", "off_surface")


def task_values(
    chain: Chain, leg: LegResult, kneecap: KneecapResult, angles: Array, *, norm: LegResult | None = None
) -> dict[str, float]:
    """The values of VALUE_NAMES.

    Args:
        chain: What the movement demands.
        leg: Muscle forces with the person's strengths.
        kneecap: Contact and tracking.
        angles: At the turning point, shape (5,) [degrees].
        norm: Muscle forces with the norm's strengths in the same frames; found anew where they are needed if None.

    Returns:
        NaN where the task has no such value: without load no lateral share and no quadriceps dominance; nothing of the
        kneecap if it has no answer where the quadriceps pulls most.
    """
    force = np.nan_to_num(kneecap.contact_force)
    peak, pull = int(force.argmax()), int(np.nan_to_num(leg.extensor.tension.sum(axis=1)).argmax())
    at_pull = np.array([pull])
    norm = share_muscles(at_frames(chain, at_pull), chain.norm_factors) if norm is None else leg_at(norm, at_pull)
    facets = kneecap.lateral_force[peak] + kneecap.medial_force[peak]
    own_share = quadriceps_share(chain.prepared, leg, chain.extensor)[pull]
    norm_share = quadriceps_share(prepared_at(chain.prepared, at_pull), norm, chain.extensor)[0]
    known = 1.0 if is_peak_known(kneecap) else float("nan")
    return {
        "peak_contact_force_n": known * float(force[peak]),
        "peak_contact_force_bw": known * float(force[peak] / (chain.person.mass * GRAVITY)),
        "peak_pressure_mpa": known * float(np.nan_to_num(kneecap.peak_pressure).max() / MEGAPASCAL),
        "lateral_share": known * float(kneecap.lateral_force[peak] / facets) if facets > 0 else float("nan"),
        **dict(zip(ANGLES, angles.tolist(), strict=True)),
        "quadriceps_dominance": float(own_share),
        "quadriceps_dominance_at_norm": float(norm_share),
    }
