"""How people with and without kneecap pain stand in a task: means, spreads, and the strength beside them."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from trochlea.person.key import DEGREE


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureNorm:
    """One angle of one task.

    Attributes:
        tasks: Names of the tasks that it is used for.
        quantity: E.g. "hip_adduction".
        strength: Group of muscles whose strength it is associated with.
        direction: +1 if the stronger have more of it, -1 if less.
        control: Mean of people without kneecap pain [rad].
        control_sd: Between them [rad].
        pfp: Mean of people with kneecap pain [rad]; None if not known.
        pfp_sd: Between them [rad]; None if not known.
        population: Who was measured.
        citation: Key in references.bib.
        note: Anything else a reader must know.
    """

    tasks: tuple[str, ...]
    quantity: str
    strength: str
    direction: int
    control: float
    control_sd: float
    pfp: float | None
    pfp_sd: float | None
    population: str
    citation: str
    note: str


@cache
def posture_norms() -> tuple[PostureNorm, ...]:
    """All norms of postures."""
    text = files("trochlea.person").joinpath("posture_norms.csv").read_text(encoding="utf-8")
    return tuple(_norm(row) for row in csv.DictReader(text.splitlines()))


def norms_of_task(task: str) -> tuple[PostureNorm, ...]:
    """The norms of one task; none for most."""
    return tuple(norm for norm in posture_norms() if task in norm.tasks)


def _norm(row: dict[str, str]) -> PostureNorm:
    if row["unit"] != "deg":
        raise ValueError(f"posture_norms.csv: unknown unit {row['unit']!r} of {row['quantity']}")
    return PostureNorm(
        tasks=tuple(row["tasks"].split()),
        quantity=row["quantity"],
        strength=row["strength"],
        direction=int(row["direction"]),
        control=float(row["control"]) * DEGREE,
        control_sd=float(row["control_sd"]) * DEGREE,
        pfp=float(row["pfp"]) * DEGREE if row["pfp"] else None,
        pfp_sd=float(row["pfp_sd"]) * DEGREE if row["pfp_sd"] else None,
        population=row["population"],
        citation=row["citation"],
        note=row["note"],
    )
