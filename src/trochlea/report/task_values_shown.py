"""The values of a task in words, and which of them mean something in it."""

from trochlea.knee.task_result import Interval, TaskResult

WORDS = {
    "peak_contact_force_n": ("peak kneecap force", "N", 0),
    "peak_contact_force_bw": ("peak kneecap force", "body weights", 2),
    "peak_pressure_mpa": ("peak pressure", "MPa", 2),
    "lateral_share": ("share of the lateral facet", "", 2),
    "quadriceps_dominance": ("quadriceps' share of hip and knee extension", "", 2),
    "quadriceps_dominance_at_norm": ("  with the norm's strengths, same posture", "", 2),
}
"""Value: what it is called, unit, digits."""

ANGLE_WORDS = {
    "trunk_flexion_deg": "trunk forwards",
    "trunk_lean_deg": "trunk towards the working leg",
    "pelvic_drop_deg": "other side of the pelvis down",
    "hip_adduction_deg": "hip adduction",
    "hip_internal_rotation_deg": "hip internal rotation",
}
"""Angle: what it is called."""

UPRIGHT = ("trunk_flexion_deg", "trunk_lean_deg", "pelvic_drop_deg")
"""Values that mean something only in somebody who stands."""

NOT_ANY = Interval(value=float("nan"), low=None, high=None)
"""A value that a task does not have."""


def shown_values(result: TaskResult) -> dict[str, Interval]:
    """The values, without those that mean nothing in this position."""
    is_standing = result.task.position == "standing"
    return {name: one if is_standing or name not in UPRIGHT else NOT_ANY for name, one in result.values.items()}
