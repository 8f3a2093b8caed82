"""One offline HTML page from the values of one report."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from markupsafe import Markup

from trochlea.advice.recommendation import OUTCOMES
from trochlea.report import figures
from trochlea.report.bibliography import cited, keys_in, references
from trochlea.report.content import ReportContent
from trochlea.report.html import render_page, write_whole
from trochlea.report.kneecap_pictures import draw_kneecap
from trochlea.report.leg_section import leg_section
from trochlea.report.provenance import ProvenanceRow, knee_rows, movement_rows, strength_rows
from trochlea.report.published_peaks import PublishedPeak, peaks_set_aside, published_peaks
from trochlea.report.wording import OUTCOME_WORDS, STATUS_WORDS, number, plural
from trochlea.units import MEGAPASCAL

NOTABLE_RESERVE = 1.0
"""Reserves above this are printed [N.m]."""

TABLES = ("Strength", "Knee", "Movement")
"""Captions of what was measured and assumed."""

ANSWER_WORDS = {
    "hip": "Train the hip",
    "knee": "Train the knee",
    "both": "Train both",
    "cannot_tell": "Mechanics cannot tell them apart",
}

HEADLINES = {
    "no difference shown": "Trials show no difference between hip and knee exercises",
    "hip better": "In the trials, hip exercises did better",
    "knee better": "In the trials, knee exercises did better",
}


def write_report(path: Path | str, content: ReportContent) -> None:
    """Write one HTML page that opens without a network; the file appears whole or not at all.

    Raises:
        InputError: If a citation has no entry, or the file cannot be written.
    """
    write_whole(Path(path), render_report(content))


def render_report(content: ReportContent) -> str:
    """The page as text; the same content gives the same text."""
    peaks, set_aside = published_peaks(content.task), peaks_set_aside(content.task)
    strengths, knee = strength_rows(content.person), knee_rows(content.person)
    movement = movement_rows(content.posture)
    used = cited(_citations(content, (*strengths, *knee, *movement), (*peaks, *set_aside)))
    return render_page(
        "report.html.j2",
        content=content,
        person=content.person,
        advice=content.recommendation,
        evidence=content.evidence,
        mechanics_headline=ANSWER_WORDS[content.recommendation.answer] if content.recommendation else "",
        trials_headline=_trials_headline(content),
        summary=_summary(content),
        lost=_lost(content),
        n_dislocated=content.n_dislocated,
        peaks=peaks,
        set_aside=set_aside,
        pictures=_pictures(content, peaks),
        drawn=draw_kneecap(content.knee, content.kneecap) if content.knee is not None else None,
        leg=leg_section(content.findings) if content.findings is not None else None,
        side=content.kneecap.side,
        outcomes=OUTCOMES,
        outcome_words=OUTCOME_WORDS,
        provenance=[group for group in (("Strength", strengths), ("Knee", knee), ("Movement", movement)) if group[1]],
        unmet=[row for row in content.strengths if not row.is_met and row.source == "measured"],
        reserves=[row for row in content.reserves if row.peak > NOTABLE_RESERVE],
        notable_reserve=NOTABLE_RESERVE,
        references=used,
        numbers={reference.key: i + 1 for i, reference in enumerate(used)},
    )


def _citations(
    content: ReportContent, rows: Sequence[ProvenanceRow], peaks: Sequence[PublishedPeak]
) -> tuple[str, ...]:
    """Every key that the page refers to, in a field of its own or inside a text."""
    keys = [row.citation for row in rows if row.citation] + [peak.citation for peak in peaks]
    keys += [*content.evidence.citations, *content.citations]
    if content.findings is not None and content.findings.kinematics is not None:
        keys.append("opensim-nd-evaluation")
    texts = [row.note for row in rows]
    loose = [*content.warnings, *(() if content.findings is None else content.findings.preparation)]
    if content.recommendation:
        levers = content.recommendation.levers
        keys += [lever.citation for lever in levers if lever.citation]
        texts += [*content.recommendation.reasons, *content.recommendation.caveats]
        texts += [text for lever in levers for text in (lever.what_changes, *lever.reasons)]
    named = [key for text in loose for key in keys_in(text) if key in references()]  # a file may be named like a key
    return (*keys, *named, *(key for text in texts for key in keys_in(text)))


def _pictures(content: ReportContent, peaks: tuple[PublishedPeak, ...]) -> Mapping[str, Markup]:
    """Every figure that the values allow, by name."""
    drawn = {"evidence": figures.evidence_figure(content.evidence)}
    if content.peak_frame is not None:
        drawn["force"] = figures.force_figure(content.kneecap, peaks, body_weight=content.body_weight)
        drawn["pressure"] = figures.pressure_figure(content.kneecap)
    if content.recommendation:
        for outcome in OUTCOMES:
            drawn[outcome] = figures.what_if_figure(content.recommendation, outcome)
    # Our own SVG: every text in it was escaped by ink.to_svg.
    return {name: Markup(svg) for name, svg in drawn.items()}


def _trials_headline(content: ReportContent) -> str:
    """The trials' answer in a few words, from the pool's interval."""
    pooled = content.evidence.pooled
    if pooled.ci_low > 0:
        return HEADLINES["hip better"]
    return HEADLINES["knee better"] if pooled.ci_high < 0 else HEADLINES["no difference shown"]


def _summary(content: ReportContent) -> Mapping[str, str] | None:
    """Numbers at the frame of the largest force, in the reader's units; None where no frame is valid."""
    frame = content.peak_frame
    if frame is None:
        return None
    result = content.kneecap
    lateral, medial = result.lateral_peak_pressure, result.medial_peak_pressure
    return {
        "force": number(float(result.contact_force[frame]), 0),
        "weights": number(float(result.contact_force[frame]) / content.body_weight, 1),
        "time": number(float(result.times[frame]), 2),
        "flexion": number(float(np.rad2deg(result.tibiofemoral_flexion[frame])), 0),
        "lateral": _largest_mpa(lateral),
        "medial": _largest_mpa(medial),
    }


def _largest_mpa(pressure: np.ndarray) -> str:
    """The largest pressure over the movement in megapascals."""
    return number(float(np.nanmax(pressure)) / MEGAPASCAL, 1) if np.isfinite(pressure).any() else "no contact"


def _lost(content: ReportContent) -> str:
    """How many frames hold no value and why, as a sentence; empty where all are valid."""
    lost = content.lost_frames
    if not lost:
        return ""
    n_unknown = 0 if content.findings is None else int((~content.findings.result.leg.is_valid).sum())
    reasons = [(n, STATUS_WORDS[status]) for status, n in sorted(lost.items()) if status != "no_load"]
    if n_unknown:
        idle = lost.get("no_load", 0) - n_unknown
        reasons += [(n_unknown, "without a known ground force"), (idle, "in which the quadriceps does not pull")]
    elif "no_load" in lost:
        reasons.append((lost["no_load"], STATUS_WORDS["no_load"]))
    parts = ", ".join(f"{n} {words}" for n, words in reasons if n)
    return (
        f"{sum(lost.values())} of {plural(content.kneecap.times.size, 'frame')} hold no value and are left "
        f"blank (hatched): {parts}."
    )
