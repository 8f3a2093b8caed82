"""The table of exercises as text and as JSON."""

import math
import textwrap

from trochlea.exercise.exercise import LISTED_MUSCLES, UNLOADED, Exercise
from trochlea.exercise.exercise_table import ExerciseTable, sorted_exercises
from trochlea.report.result_json import dumps
from trochlea.units import MEGAPASCAL

SCHEMA = 1
"""Number of the layout of the JSON; it rises when a field is renamed or removed."""

WIDTH = 120
"""Longest line of prose."""

HEADS = {
    "gluteus_medius": "gmed",
    "gluteus_maximus": "gmax",
    "deep_rotators": "rot",
    "vastus_medialis": "vm",
    "vastus_lateralis": "vl",
    "hamstrings": "ham",
    "tensor_fasciae_latae": "tfl",
}
"""Heading of each muscle."""

EXPLAINED = (
    "Activation, peak (mean), 1 is all a muscle can give: gmed gluteus medius, gmax gluteus maximus, rot deep outward "
    "rotators, vm vastus medialis (its oblique part is as active as all of it), vl vastus lateralis, ham hamstrings, "
    "tfl tensor fasciae latae. Kneecap: peak force in body weights and newtons, peak pressure and its facet. Ratio: "
    f"activation of the hardest working trained group over body weights; none below {UNLOADED:g}."
)


def exercises_text(table: ExerciseTable, *, by: str) -> str:
    """A table to read, best first, and what must be said of its rows."""
    muscles = "".join(f"{HEADS[name]:>13}" for name in LISTED_MUSCLES)
    lines = [f"{'exercise':<26}{muscles}{'BW':>7}{'N':>7}{'MPa':>6}{'facet':>9}{'ratio':>8}  target"]
    rows = sorted_exercises(table.exercises, by)
    lines += [_row(one) for one in rows]
    lines += ["", *textwrap.wrap(EXPLAINED, WIDTH)]
    for one in rows:
        lines += [f"{one.name}: {note}" for note in one.notes]
    lines += [f"{name}: not possible for this person: {why}" for name, why in table.refused.items()]
    return "\n".join(lines) + "\n"


def exercises_json(table: ExerciseTable, *, by: str) -> str:
    """The same for machines; a ratio over an unloaded kneecap is null."""
    person = table.person
    return dumps(
        {
            "schema": SCHEMA,
            "program": "trochlea",
            "person": {"label": person.label, "mass_kg": person.mass, "height_m": person.height, "sex": person.sex},
            "side": table.side,
            "sorted_by": by,
            "exercises": [_object(one) for one in sorted_exercises(table.exercises, by)],
            "refused": dict(table.refused),
        }
    )


def _object(one: Exercise) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "trains": one.trains,
        "peak_activation": dict(one.peak_activation),
        "mean_activation": dict(one.mean_activation),
        "target": one.target,
        "target_activation": one.target_activation,
        "peak_contact_force_n": one.peak_contact_force,
        "peak_contact_force_bw": one.peak_contact_force_bw,
        "peak_pressure_mpa": one.peak_pressure / MEGAPASCAL,
        "peak_facet": one.peak_facet,
        "target_to_kneecap": one.ratio,
        "is_kneecap_unloaded": math.isinf(one.ratio),
        "notes": one.notes,
    }


def _row(one: Exercise) -> str:
    muscles = "".join(
        f"{one.peak_activation[name]:>z6.2f} ({one.mean_activation[name]:z.2f})" for name in LISTED_MUSCLES
    )
    ratio = "-" if math.isinf(one.ratio) else f"{one.ratio:.2f}"
    return (
        f"{one.name:<26}{muscles}{one.peak_contact_force_bw:>7.2f}{one.peak_contact_force:>7.0f}"
        f"{one.peak_pressure / MEGAPASCAL:>6.1f}{one.peak_facet or '-':>9}{ratio:>8}  {one.target.replace('_', ' ')}"
    )
