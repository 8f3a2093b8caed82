"""Three strategies for another strength, side by side: as a table to read and as JSON."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trochlea.knee.strategies import WORDS, Name, Strategies, Strategy

COLUMNS: dict[Name, str] = {"holds_posture": "holds", "leans_over_the_leg": "leans", "gives_way": "gives way"}
"""Heads of the columns."""

WIDTH = 100
"""Of the explanations, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table.

    Attributes:
        words: What it is, with its unit.
        value: Of one strategy.
        digits: After the point.
        is_percent: Whether the others are shown as changes in per cent, or else in the unit.
    """

    words: str
    value: Callable[[Strategy], float]
    digits: int
    is_percent: bool = False


def _of(name: str) -> Callable[[Strategy], float]:
    return lambda one: one.values[name]


LINES = (
    Line(words="hip adduction, degrees", value=_of("hip_adduction_deg"), digits=1),
    Line(words="other side of the pelvis down, degrees", value=_of("pelvic_drop_deg"), digits=1),
    Line(words="trunk towards the working leg, degrees", value=_of("trunk_lean_deg"), digits=1),
    Line(words="trunk forwards, degrees", value=_of("trunk_flexion_deg"), digits=1),
    Line(words="hip abduction moment, N.m", value=lambda one: one.hip_abduction_moment, digits=0),
    Line(words="quadriceps force, N", value=lambda one: one.quadriceps_force, digits=0, is_percent=True),
    Line(words="kneecap force, N", value=_of("peak_contact_force_n"), digits=0, is_percent=True),
    Line(words="kneecap pressure, MPa", value=_of("peak_pressure_mpa"), digits=2, is_percent=True),
    Line(words="share of the lateral facet", value=_of("lateral_share"), digits=2),
)


def strategies_text(found: Strategies) -> str:
    """Today and the three strategies as changes from it; dashes and the reason for one that has no answer."""
    groups = ", ".join(f"{group.replace('_', ' ')} {100 * (ratio - 1):+.0f} %" for group, ratio in found.ratio.items())
    lines = [
        f"if strength changed: {groups}   (at the turning point; changes from today)",
        f"  {'':<42}{'today':>9}" + "".join(f"{head:>12}" for head in COLUMNS.values()),
        *(_line(line, found) for line in LINES),
        f"  {'moment that no muscle carries, N.m':<42}{found.now.largest_reserve:>9.0f}"
        + "".join(f"{'-' if one is None else format(one.largest_reserve, '.0f'):>12}" for one in _columns(found)),
    ]
    sizes = {
        "leans_over_the_leg": f"; stiffness {found.stiffness:g}",
        "gives_way": f"; {found.compensated:.0%} of it compensated",
    }
    for name in COLUMNS:
        lines.append(f"  {WORDS[name]}{sizes.get(name, '')}")
        if name in found.refused:
            why = textwrap.wrap(f"no answer: {found.refused[name]}", WIDTH)
            lines += [f"    {line}" for line in why]
    lines += [f"  {line}" for line in textwrap.wrap(found.note, WIDTH)]
    return "\n".join(lines) + "\n"


def strategies_json(found: Strategies) -> dict[str, object]:
    """The same for a program: settings, then today and each strategy by name."""
    return {
        "strength_ratio": dict(found.ratio),
        "stiffness": found.stiffness,
        "share_compensated": found.compensated,
        "note": found.note,
        **{one.name: _record(one) for one in (found.now, *found.others)},
        **{name: _refused(found.now, name, why) for name, why in found.refused.items()},
    }


def _columns(found: Strategies) -> list[Strategy | None]:
    """One of each column; None where it has no answer."""
    answers = {one.name: one for one in found.others}
    return [answers.get(name) for name in COLUMNS]


def _line(line: Line, found: Strategies) -> str:
    today = line.value(found.now)
    shown = f"{today:z.{line.digits}f}" if np.isfinite(today) else "-"
    return f"  {line.words:<42}{shown:>9}" + "".join(
        f"{'-' if one is None else _change(line, today, line.value(one)):>12}" for one in _columns(found)
    )


def _change(line: Line, today: float, then: float) -> str:
    if not np.isfinite([today, then]).all() or (line.is_percent and today == 0.0):
        return "-"
    return f"{100.0 * (then / today - 1.0):+z.1f} %" if line.is_percent else f"{then - today:+z.{line.digits}f}"


def _record(one: Strategy) -> dict[str, object]:
    values = {name: None if np.isnan(value) else value for name, value in one.values.items()}
    return {
        "words": one.words,
        "refused": "",
        **values,
        "hip_abduction_moment_nm": one.hip_abduction_moment,
        "knee_extension_moment_nm": one.knee_extension_moment,
        "quadriceps_force_n": one.quadriceps_force,
        "effort": one.effort,
        "largest_reserve_nm": one.largest_reserve,
    }


def _refused(now: Strategy, name: Name, why: str) -> dict[str, object]:
    """The same fields of a strategy that has no answer, without values."""
    return {**dict.fromkeys(_record(now)), "words": WORDS[name], "refused": why}
