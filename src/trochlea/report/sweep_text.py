"""A flexion sweep as text, CSV and JSON."""

import csv
import io
import json
from collections.abc import Mapping

from trochlea.knee.flexion_sweep import FlexionSweep
from trochlea.knee.inputs import ScalarInput, scalar_inputs
from trochlea.knee.sensitivity import Sensitivity
from trochlea.knee.setup import SET_BY, KneeSetup, input_spread, input_value
from trochlea.report.sensitivity_text import sensitivity_lines, sensitivity_records

COLUMNS = (
    ("flexion_deg", "flexion", "deg", "8.4g"),
    ("quadriceps_force_n", "quadriceps", "N", "10.0f"),
    ("patellar_tendon_force_n", "tendon", "N", "7.0f"),
    ("contact_force_n", "contact", "N", "8.0f"),
    ("contact_area_mm2", "area", "mm2", "6.0f"),
    ("mean_pressure_mpa", "mean", "MPa", "6.2f"),
    ("peak_pressure_mpa", "peak", "MPa", "6.2f"),
    ("lateral_force_n", "lateral", "N", "8.0f"),
    ("medial_force_n", "medial", "N", "7.0f"),
    ("shift_mm", "shift", "mm", "6.1f"),
    ("tilt_deg", "tilt", "deg", "6.1f"),
    ("bisect_offset", "bisect", "-", "7.2f"),
)
"""Fields of a record that the table shows: name, heading, unit, format."""

NO_VALUE = "-"

STATUS_WORDS = {
    "not_converged": "forces and moments do not balance: no numbers",
    "dislocated": "the kneecap is out of the groove",
    "lifted_off": "the cartilage is not in contact: no numbers",
    "off_surface": "contact beyond the modelled surface: no numbers",
    "no_load": "the quadriceps does not pull: not solved",
}

MULTIPLE = "from another start the kneecap comes to rest elsewhere under the same load; one place is shown"


def sweep_json(sweep: FlexionSweep, sensitivity: Sensitivity | None = None) -> str:
    """A list with one object an angle."""
    records = sweep.records()
    if sensitivity is not None:
        found = sensitivity_records(sensitivity)
        records = [record | {"sensitivities": found[n]} for n, record in enumerate(records)]
    return json.dumps(records, indent=1) + "\n"


def sweep_csv(sweep: FlexionSweep) -> str:
    """One row an angle; a held shift has a column for its force and one for its status."""
    rows = []
    for record in sweep.records():
        held = record.pop("restraint", [])
        assert isinstance(held, list)
        for entry in held:
            shift = f"{entry['displacement_mm']:g}mm"
            record |= {f"restraint_{shift}_n": entry["force_n"], f"restraint_{shift}_status": entry["status"]}
        rows.append(record)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sweep_table(sweep: FlexionSweep, sensitivity: Sensitivity | None = None) -> str:
    """A table to read, with what was set above it and what to mind below."""
    records = sweep.records()
    heads = [(title, unit, width(form)) for _, title, unit, form in COLUMNS]
    lines = [
        *_described(sweep),
        "",
        " ".join(f"{title:>{n}}" for title, _, n in heads) + "  status",
        " ".join(f"{'' if unit == '-' else unit:>{n}}" for _, unit, n in heads),
    ]
    for record in records:
        cells = [_cell(record[name], form) for name, _, _, form in COLUMNS]
        lines.append(" ".join(cells) + f"  {record['status']}" + (", multiple" if record["multiple"] else ""))
    if sweep.restraint is not None:
        lines += ["", *_restraint_lines(sweep)]
    if sensitivity is not None:
        lines += ["", *sensitivity_lines(sensitivity)]
    found = sorted({str(record["status"]) for record in records} - {"converged"})
    lines += ["", *(f"{word}: {STATUS_WORDS[word]}" for word in found)]
    if sweep.is_multiple.any():
        lines.append(f"multiple: {MULTIPLE}")
    lines.append("It supports a clinician and does not replace one.")
    return "\n".join(lines) + "\n"


def width(form: str) -> int:
    """Width of a column from its format, e.g. 8 from "8.4g"."""
    return int(form.split(".")[0])


def _cell(value: object, form: str) -> str:
    if value is None:
        return f"{NO_VALUE:>{width(form)}}"
    assert isinstance(value, float)
    return format(value, "z" + form)  # z: no minus zero


def _described(sweep: FlexionSweep) -> list[str]:
    """Whose knee, and what was measured or set."""
    setup = sweep.setup
    adult = "man" if setup.sex == "male" else "woman"
    lines = [
        f"{sweep.result.side.capitalize()} knee; norms of the median adult {adult} where nothing is measured or set"
    ]
    for origin, names in given_inputs(setup).items():
        if names:
            lines.append(f"{origin}: " + ", ".join(f"{name}={input_value(setup, name):g}" for name in names))
    if setup.keep_total:
        lines.append("the other heads make up for the scaled ones: the quadriceps force is kept")
    return lines


def given_inputs(setup: KneeSetup) -> dict[str, list[str]]:
    """Names of what was measured on the person, and of what was set, each in the order of the table of inputs."""
    by_quantity = {scalar.quantity: name for name, scalar in scalar_inputs().items() if scalar.quantity}
    given: dict[str, set[str]] = {"measured": set(), "set": set(setup.settings)}
    for quantity, value in setup.measured.items():
        if value.note.startswith(SET_BY):
            given["set"].add(value.note.removeprefix(SET_BY))
        else:
            given["measured"].add(by_quantity[quantity])
    return {origin: [name for name in scalar_inputs() if name in names] for origin, names in given.items()}


def input_rows(setup: KneeSetup) -> list[tuple[str, str]]:
    """Name, and value with its unit and where it came from, of everything that was measured or set."""
    rows = [("sex", f"{setup.sex} (chooses the norms)")]
    for origin, names in given_inputs(setup).items():
        for name in names:
            unit = scalar_inputs()[name].unit
            shown = "" if unit == "-" else f" {unit}"
            rows.append((name, f"{input_value(setup, name):g}{shown} ({origin})"))
    return rows


def restraint_words(sweep: FlexionSweep) -> list[str]:
    """Force at each displacement, one part of a sentence an angle."""
    parts = []
    for record in sweep.records():
        held = record["restraint"]
        assert isinstance(held, list)
        forces = [f"{entry['displacement_mm']:g} mm {_cell(entry['force_n'], '0.0f')} N" for entry in held]
        parts.append(f"knee bent {record['flexion_deg']:g}°: {', '.join(forces)}")
    return parts


def _restraint_lines(sweep: FlexionSweep) -> list[str]:
    """Force that holds each displacement, one line an angle."""
    lines = ["force [N] that holds the kneecap displaced laterally by"]
    for n, record in enumerate(sweep.records()):
        held = record["restraint"]
        assert isinstance(held, list)
        if n == 0:
            shifts = [f"{entry['displacement_mm']:g} mm" for entry in held]
            lines.append(f"{'flexion':>8} " + " ".join(f"{shift:>9}" for shift in shifts))
        cells = [_cell(entry["force_n"], "9.1f") for entry in held]
        lines.append(f"{record['flexion_deg']:8.4g} " + " ".join(cells))
    return lines


def inputs_table(setup: KneeSetup) -> str:
    """Every NAME with its value in a setup, range and effect."""
    lines = [f"{'NAME':36} {'value':>8} {'unit':5} {'from':>6} {'to':>6}  what it does", f"{'sex':36} {setup.sex:>8}"]
    for scalar in scalar_inputs().values():
        unit = "" if scalar.unit == "-" else scalar.unit
        value = input_value(setup, scalar.name)
        lines.append(f"{scalar.name:36} {value:8.4g} {unit:5} {scalar.low:6g} {scalar.high:6g}  {scalar.effect}")
    return "\n".join(lines) + "\n"


def inputs_json(setup: KneeSetup) -> str:
    """Every NAME with its value, range, spread between people and effect."""
    return json.dumps([_described_input(setup, scalar) for scalar in scalar_inputs().values()], indent=1) + "\n"


def _described_input(setup: KneeSetup, scalar: ScalarInput) -> Mapping[str, object]:
    spread, citation = input_spread(setup, scalar.name)
    return {
        "name": scalar.name,
        "unit": scalar.unit,
        "value": input_value(setup, scalar.name),
        "low": scalar.low,
        "high": scalar.high,
        "reason": scalar.reason,
        "spread": spread,
        "spread_citation": citation,
        "effect": scalar.effect,
    }
