"""The short summary that a command prints: what matters most first, in lines that fit a terminal."""

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from trochlea.person.measured import Measured
from trochlea.report.leg_json import groups_of
from trochlea.report.leg_section import lever_arms_sentence, rotation_sentence
from trochlea.report.peaks import furthest
from trochlea.report.study import Study
from trochlea.units import GRAVITY, MEGAPASCAL

WIDTH = 110
"""Longest line [characters]."""

MOST = 8
"""So many warnings are printed; the report has them all."""

LONGEST = 2 * WIDTH
"""A warning is cut here [characters]; lists of markers are long, and the report has all of it."""

SHOWN = ("quadriceps", "gluteus_medius", "hamstrings", "calf")
"""Muscle groups of the summary."""


def summary_text(study: Study, folder: Path) -> str:
    """A few lines: peaks, the two answers, what is assumed, what to mind, and where the report lies."""
    lines = [
        f"{study.chain.person.label}: {study.chain.motion.name} ({study.chain.motion.source}), {study.chain.side} leg",
        *_kneecap(study),
        *_muscles(study),
        *_row("lever arm", lever_arms_sentence(study.findings.lever_arms)),
        *_row("knee rotation", rotation_sentence(study.findings)),
        *_row("assumed", _assumed(study.chain.person.strength, study.chain.person.knee)),
    ]
    if study.recommendation is not None:
        lines += ["", "Hip, knee or both?", *_row("mechanics", study.recommendation.sentence)]
        for reason in study.recommendation.reasons:
            lines += _row("", reason)
        lines += [*_row("trials", study.evidence.sentence), *_row("", study.evidence.not_answered)]
    if study.findings.warnings:
        lines += ["", "Mind", *_warnings(study.findings.warnings)]
    if study.findings.preparation:
        lines += ["", "Recordings", *(line for text in study.findings.preparation for line in _item("", text))]
    lines += ["", f"Report: {folder / 'report.html'}", "It supports a clinician and does not replace one."]
    return "\n".join(lines) + "\n"


def _kneecap(study: Study) -> list[str]:
    kneecap = study.result.kneecap
    valid = np.isfinite(kneecap.contact_force)
    frames = _row("frames", f"{int(valid.sum())} of {kneecap.times.size} with a result")
    if not valid.any():
        return [*_row("kneecap", "no frame with a result"), *frames]
    frame = int(np.nanargmax(kneecap.contact_force))
    force = float(kneecap.contact_force[frame])
    weights = force / (study.chain.person.mass * GRAVITY)
    flexion = float(np.degrees(kneecap.tibiofemoral_flexion[frame]))
    lateral = float(np.nanmax(kneecap.lateral_peak_pressure)) / MEGAPASCAL
    medial = float(np.nanmax(kneecap.medial_peak_pressure)) / MEGAPASCAL
    return [
        *_row("kneecap force", f"{force:.0f} N ({weights:.1f} body weights) at {flexion:.0f} degrees of knee flexion"),
        *_row("peak pressure", f"lateral {lateral:.1f} MPa, medial {medial:.1f} MPa"),
        *frames,
    ]


def _muscles(study: Study) -> list[str]:
    """Peak of the largest groups, and what the muscles could not carry."""
    leg = study.result.leg
    peaks = {group: leg.force_of(group) for group in SHOWN if group in groups_of(leg)}
    forces = [
        f"{group.replace('_', ' ')} {np.nanmax(force):.0f}"
        for group, force in peaks.items()
        if np.isfinite(force).any()
    ]
    reserves = {name: furthest(leg.times, leg.reserves[:, i]) for i, name in enumerate(leg.carried)}
    largest = max(
        ((abs(peak.value), name) for name, peak in reserves.items() if peak is not None), default=(0.0, "no frame")
    )
    return [
        *_row("muscles", f"{', '.join(forces)} N at most" if forces else ""),
        *_row("reserves", f"at most {largest[0]:.2f} N.m that the muscles could not carry ({largest[1]})"),
    ]


def _assumed(strength: Mapping[str, Measured], knee: Mapping[str, Measured]) -> str:
    """How much of the person is a norm of other people."""
    counts = [
        f"{sum(item.source != 'measured' for item in items.values())} of {len(items)} {name}"
        for name, items in (("strengths", strength), ("measures of the knee", knee))
    ]
    return f"{' and '.join(counts)} are norms of other people, not measured"


def _warnings(warnings: tuple[str, ...]) -> list[str]:
    lines = [
        line for text in warnings[:MOST] for line in _item("- ", textwrap.shorten(text, LONGEST, placeholder=" ..."))
    ]
    more = len(warnings) - MOST
    return [*lines, f"  {more} more in the report, under Warnings"] if more > 0 else lines


def _row(label: str, text: str) -> list[str]:
    """A labelled text, wrapped under itself; nothing where there is no text."""
    return _wrapped(text, f"  {label:<16} ") if text else []


def _item(mark: str, text: str) -> Iterable[str]:
    return _wrapped(text, f"  {mark}", " " * (2 + len(mark)))


def _wrapped(text: str, first: str, following: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if following is None else following,
        break_on_hyphens=False,
    )
