"""A person's posture in a task, and three strategies for another strength, in words and as JSON."""

from collections.abc import Mapping

import numpy as np

from trochlea.knee.strategies import Strategies, Strategy
from trochlea.person.measured import Measured

SHOWN = {
    "hip_adduction_deg": "hip adduction",
    "pelvic_drop_deg": "pelvic drop",
    "trunk_lean_deg": "lean over the leg",
    "trunk_flexion_deg": "trunk flexion",
}
"""Angles of a strategy and their words."""


def posture_text(posture: Mapping[str, Measured]) -> str:
    """What posture was taken for a person and how sure it is, one line an angle."""
    lines = []
    for quantity, angle in posture.items():
        degrees = f"{np.degrees(angle.value):.1f} degrees"
        spread = f" (SD {np.degrees(angle.sd):.1f})" if angle.sd else ""
        source = "observed" if angle.source == "measured" else f"predicted; {angle.note}"
        lines.append(f"{quantity.replace('_', ' ')}: {degrees}{spread}, {source}")
    return "\n".join(lines) + "\n" if lines else ""


def strategies_text(found: Strategies) -> str:
    """All strategies side by side, as changes from today."""
    groups = ", ".join(f"{group.replace('_', ' ')} {ratio:.0%}" for group, ratio in found.ratio.items())
    lines = [f"With {groups} of today's strength, at the turning point:"]
    lines += [f"  {one.words}\n    {_changes(one, found.now)}" for one in found.others]
    lines += [
        f"  Leaning: stiffness {found.stiffness:g} (assumed). Giving way: {found.compensated:.0%} of it made up for "
        "(assumed).",
        f"  {found.note}",
    ]
    return "\n".join(lines) + "\n"


def strategies_json(found: Strategies) -> dict[str, object]:
    """The same for a program."""
    return {
        "strength_ratio": dict(found.ratio),
        "stiffness": found.stiffness,
        "share_compensated": found.compensated,
        "note": found.note,
        "strategies": {one.name: _record(one) for one in (found.now, *found.others)},
    }


def _changes(one: Strategy, now: Strategy) -> str:
    angles = [
        f"{words} {one.values[name] - now.values[name]:+.1f}"
        for name, words in SHOWN.items()
        if abs(one.values[name] - now.values[name]) >= 0.05
    ]
    force = 100.0 * (one.values["peak_contact_force_n"] / now.values["peak_contact_force_n"] - 1.0)
    weak = f"; {one.largest_reserve:.0f} N.m are left that no muscle carries" if one.largest_reserve >= 1.0 else ""
    posture = f"{', '.join(angles)} degrees" if angles else "posture unchanged"
    return f"{posture}; kneecap force {force:+.1f} %{weak}"


def _record(one: Strategy) -> dict[str, object]:
    values = {name: None if np.isnan(value) else value for name, value in one.values.items()}
    return {
        "words": one.words,
        **values,
        "hip_abduction_moment_nm": one.hip_abduction_moment,
        "knee_extension_moment_nm": one.knee_extension_moment,
        "quadriceps_force_n": one.quadriceps_force,
        "effort": one.effort,
        "largest_reserve_nm": one.largest_reserve,
    }
