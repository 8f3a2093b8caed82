"""A flexion sweep as one offline page: pictures, frames, inputs, and what was asked for beside them."""

import numpy as np

from trochlea.knee.flexion_sweep import FlexionSweep
from trochlea.knee.sensitivity import Sensitivity, influences
from trochlea.knee.wear import WearIndex
from trochlea.report.kneecap_page import Table, kneecap_page
from trochlea.report.sensitivity_text import N_SHOWN, SHOWN, input_unit
from trochlea.report.sweep_text import input_rows, restraint_words
from trochlea.report.wear_text import LIMITS, wear_rows
from trochlea.report.wording import number, signed

OUTCOME_WORDS = {
    "peak_pressure_mpa": "peak pressure (MPa)",
    "lateral_peak_mpa": "peak pressure on the outer side (MPa)",
    "shift_mm": "shift to the outer side (mm)",
    "tilt_deg": "tilt to the outer side (°)",
}
"""Headings of `sensitivity_text.SHOWN`."""


def sweep_page(
    sweep: FlexionSweep, title: str, *, sensitivity: Sensitivity | None = None, wear: WearIndex | None = None
) -> str:
    """The pictures of a sweep as one offline page.

    Args:
        sweep: What was solved.
        title: Heading.
        sensitivity: Of the same sweep, for a table of what moves its outcomes most.
        wear: Of the same knee.
    """
    notes = ["Norms of the median adult stand in for everything that is neither measured nor set."]
    if sweep.restraint is not None:
        notes.append("Force that holds the kneecap displaced laterally: " + "; ".join(restraint_words(sweep)) + ".")
    tables = [] if wear is None else [_wear_table(wear)]
    if sensitivity is not None:
        tables += [_influence_table(sensitivity, outcome) for outcome in SHOWN if outcome in sensitivity.outcomes]
    return kneecap_page(
        sweep.knee,
        sweep.result,
        title=title,
        inputs=input_rows(sweep.setup),
        notes=notes,
        is_multiple=sweep.is_multiple.tolist(),
        tables=tables,
    )


def _wear_table(wear: WearIndex) -> Table:
    done = ", ".join(f"{name} {count:g}" for name, count in zip(wear.activities, wear.per_day, strict=True))
    return Table(
        title="Wear index",
        headings=("facet", "damage"),
        rows=wear_rows(wear),
        notes=(f"Over a day of: {done} (cycles of one leg).", " ".join(LIMITS)),
    )


def _influence_table(sensitivity: Sensitivity, outcome: str) -> Table:
    """Changes of one outcome at every angle, for the inputs that change it most at any."""
    changes = sensitivity.scaled[:, sensitivity.outcomes.index(outcome)]
    largest = np.nan_to_num(np.abs(changes)).max(axis=0)
    order = np.argsort(-largest, kind="stable")[:N_SHOWN]
    spreads = {bar.input: bar for bar in influences(sensitivity, outcome)}
    rows = []
    for column in order:
        name = sensitivity.inputs[column]
        source = "" if spreads[name].spread_source else " (assumed)"
        spread = f"{spreads[name].spread:.3g} {input_unit(name)}".strip() + source
        rows.append((name, spread, *(signed(x, 2) if np.isfinite(x) else "–" for x in changes[:, column])))
    angles = (f"{number(float(angle), 0)}°" for angle in np.degrees(sensitivity.flexion))
    return Table(
        title=f"What moves the {OUTCOME_WORDS[outcome]}",
        headings=("input", "spread", *angles),
        rows=tuple(rows),
        notes=("Change for one spread of the input between people, to first order, by knee flexion.",),
    )
