"""The short summary that a command prints."""

from pathlib import Path

import numpy as np

from trochlea.report.leg_section import lever_arms_sentence, rotation_sentence
from trochlea.report.study import Study
from trochlea.units import GRAVITY, MEGAPASCAL


def summary_text(study: Study, folder: Path) -> str:
    """A few lines: peaks, the two answers, what to mind, and where the report lies."""
    person, kneecap = study.chain.person, study.result.kneecap
    lines = [
        f"{person.label}: {study.chain.motion.name} ({study.chain.motion.source}), {study.chain.side} leg",
        *_peaks(study),
    ]
    valid = int(np.isfinite(kneecap.contact_force).sum())
    lines.append(f"  frames           {valid} of {kneecap.times.size} with a result")
    arms = lever_arms_sentence(study.findings.lever_arms)
    if arms:
        lines.append(f"  lever arm        {arms}")
    turned = rotation_sentence(study.findings)
    if turned:
        lines.append(f"  knee rotation    {turned}")
    if study.recommendation is not None:
        lines += ["", "Hip, knee or both?", f"  mechanics  {study.recommendation.sentence}"]
        lines += [f"             {reason}" for reason in study.recommendation.reasons]
        lines += [f"  trials     {study.evidence.sentence}", f"             {study.evidence.not_answered}"]
    if study.findings.preparation:
        lines += ["", "Recordings", *(f"  {line}" for line in study.findings.preparation)]
    if study.findings.warnings:
        lines += ["", "Mind"]
        lines += [f"  - {warning}" for warning in study.findings.warnings]
    lines += ["", f"Report: {folder / 'report.html'}", "It supports a clinician and does not replace one."]
    return "\n".join(lines) + "\n"


def _peaks(study: Study) -> list[str]:
    kneecap = study.result.kneecap
    if not np.isfinite(kneecap.contact_force).any():
        return ["  kneecap          no frame with a result"]
    frame = int(np.nanargmax(kneecap.contact_force))
    force = float(kneecap.contact_force[frame])
    weights = force / (study.chain.person.mass * GRAVITY)
    flexion = float(np.degrees(kneecap.tibiofemoral_flexion[frame]))
    lateral = float(np.nanmax(kneecap.lateral_peak_pressure)) / MEGAPASCAL
    medial = float(np.nanmax(kneecap.medial_peak_pressure)) / MEGAPASCAL
    return [
        f"  kneecap force    {force:.0f} N ({weights:.1f} body weights) at {flexion:.0f} degrees of knee flexion",
        f"  peak pressure    lateral {lateral:.1f} MPa, medial {medial:.1f} MPa",
    ]
