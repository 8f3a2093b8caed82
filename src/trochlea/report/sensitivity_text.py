"""Sensitivities as text and as values for JSON."""

import numpy as np

from trochlea.knee.inputs import find_input
from trochlea.knee.linearisation import QUADRICEPS
from trochlea.knee.sensitivity import NO_DERIVATIVE, Sensitivity, influences
from trochlea.motion.timeseries import Array

SHOWN = ("peak_pressure_mpa", "lateral_peak_mpa", "shift_mm", "tilt_deg")
"""Outcomes whose largest influences the text shows; JSON holds all."""

N_SHOWN = 5
"""Influences of each outcome that the text shows."""


def sensitivity_records(sensitivity: Sensitivity) -> list[dict[str, object]]:
    """One object an angle, for JSON: what each outcome changes by with each input, None without an equilibrium."""
    return [_record(sensitivity, n) for n in range(len(sensitivity.status))]


def _record(sensitivity: Sensitivity, n: int) -> dict[str, object]:
    return {
        "least_stiffness_n_per_mm": _finite(sensitivity.least_stiffness[n] * 1e-3),
        "inputs": {
            name: {
                "value": float(sensitivity.input_values[i]),
                "spread": float(sensitivity.spreads[i]),
                "spread_source": sensitivity.spread_sources[i] or "assumed",
                "is_one_sided": bool(sensitivity.is_one_sided[i]),
            }
            for i, name in enumerate(sensitivity.inputs)
        },
        "slope": _table(sensitivity, sensitivity.values[n]),
        "change_for_one_spread": _table(sensitivity, sensitivity.scaled[n]),
        "no_derivative": dict(NO_DERIVATIVE),
    }


def _table(sensitivity: Sensitivity, values: Array) -> dict[str, dict[str, float | None]]:
    return {
        outcome: {name: _finite(values[row, i]) for i, name in enumerate(sensitivity.inputs)}
        for row, outcome in enumerate(sensitivity.outcomes)
    }


def sensitivity_lines(sensitivity: Sensitivity) -> list[str]:
    """What moves the outcomes of SHOWN most at each angle, for one spread between people of each input."""
    lines = ["what one spread between people changes, to first order (all of it: --json)"]
    for n, status in enumerate(sensitivity.status):
        lines.append(f"at {np.degrees(sensitivity.flexion[n]):.4g} deg:")
        if not np.isfinite(sensitivity.least_stiffness[n]):
            lines.append(f"  none: {status}")
            continue
        for outcome in (name for name in SHOWN if name in sensitivity.outcomes):
            value = sensitivity.outcome_values[n, sensitivity.outcomes.index(outcome)]
            lines.append(f"  {outcome} {value:.3g}")
            for bar in influences(sensitivity, outcome, frame=n)[:N_SHOWN]:
                spread = f"{bar.spread:.3g} {input_unit(bar.input)}".strip()
                source = "" if bar.spread_source else " (assumed)"
                lines.append(f"    {bar.input:34} {bar.value:8.4g} + {spread:9} {bar.change:+9.3g}{source}")
    return lines


def input_unit(name: str) -> str:
    """Unit of an input as it is written; empty where there is none."""
    unit = "N" if name == QUADRICEPS else find_input(name).unit
    return "" if unit == "-" else unit


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
