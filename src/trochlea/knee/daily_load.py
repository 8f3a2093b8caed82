"""Named activities of a day: the published load of each, put on a knee and on the same knee at the norm."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.equilibrium import kernel_inputs, solve_poses
from trochlea.knee.knee import Knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult, Status
from trochlea.knee.setup import SCALES, KneeSetup, setup_knee, setup_load
from trochlea.knee.wear import LoadCycle, WearIndex, wear_index
from trochlea.units import GRAVITY

ALIGNMENT = ("tt_tg", "q_angle", "insall_salvati_ratio")
"""Measures that the norm replaces: alignment and patellar height."""

SETTINGS = (
    *sorted({name for names in SCALES.values() for name in names}),
    "itb_force_n",
    "tubercle_medialisation_mm",
    "femoral_rotation_deg",
    "tibial_rotation_deg",
    "knee_valgus_deg",
)
"""Inputs that the norm leaves at their default: strength of the heads, the band's pull, and the leg's rotations."""

FIRST_GUESS = 1000.0
"""Quadriceps force from which the load is looked for [N]; any start leads to the same force."""

MOST_TRIES = 30
LOAD_TOLERANCE = 1e-9
"""Of the load that is looked for [-]; a numerical choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The peak of one cycle of an activity, as published.

    Attributes:
        name: What is done.
        contact_force: Peak kneecap force of healthy adults [body weights].
        flexion: Knee flexion at the peak [rad].
        per_day: Cycles of one leg a day; None where no figure was seen.
    """

    name: str
    contact_force: float
    flexion: float
    per_day: float | None


@cache
def activities() -> Mapping[str, Activity]:
    """The activities by name; sources in activities.csv."""
    text = files("trochlea.knee").joinpath("activities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType(
        {
            row["name"]: Activity(
                name=row["name"],
                contact_force=float(row["contact_force_bw"]),
                flexion=float(np.radians(float(row["flexion_deg"]))),
                per_day=float(row["cycles_per_day"]) if row["cycles_per_day"] else None,
            )
            for row in rows
        }
    )


def at_norm(setup: KneeSetup) -> KneeSetup:
    """The same knee with alignment, patellar height and the heads of the quadriceps at the norm."""
    measured = {name: value for name, value in setup.measured.items() if name not in ALIGNMENT}
    settings = {name: value for name, value in setup.settings.items() if name not in SETTINGS}
    return replace(setup, measured=measured, settings=settings, keep_total=False)


def daily_wear(setup: KneeSetup, *, mass: float, per_day: Mapping[str, float | None] | None = None) -> WearIndex:
    """The wear index over activities of a day.

    The knee at the norm carries the published kneecap force. This knee then bends against the same moment: what it
    changes in lever arm and tendon ratio counts.

    Args:
        setup: The knee.
        mass: Of the body [kg].
        per_day: Cycles of this leg a day by activity, None for the published number; walking if not given.

    Raises:
        InputError: If an activity is unknown or has no number of cycles, or no quadriceps force carries its load.
    """
    known, asked = activities(), {"walking": None} if per_day is None else per_day
    if not 0 < mass < float("inf"):
        raise InputError(f"mass is {mass:g} kg; expected a number above 0")
    cycles = []
    for name, count in asked.items():
        if name not in known:
            raise InputError(f"wear index: unknown activity {name!r}; expected one of {', '.join(known)}")
        number = known[name].per_day if count is None else count
        if number is None:
            raise InputError(f"wear index: no published number of cycles a day of {name}; expected one: give it")
        own, norm = _peak(setup, known[name], mass)
        cycles.append(LoadCycle(activity=name, per_day=number, own=own, norm=norm))
    return wear_index(cycles)


def _peak(setup: KneeSetup, activity: Activity, mass: float) -> tuple[KneecapResult, KneecapResult]:
    """This knee and the one at the norm at the peak of a cycle."""
    norm = at_norm(setup)
    at_peak, _, moment = _balanced(norm, activity, contact_force=activity.contact_force * mass * GRAVITY)
    own, _, _ = _balanced(setup, activity, moment=moment)
    return _solved(setup, activity, own), _solved(norm, activity, at_peak)


def _solved(setup: KneeSetup, activity: Activity, quadriceps: float) -> KneecapResult:
    load = setup_load(setup, flexion=np.array([activity.flexion]), quadriceps=quadriceps)
    return solve_kneecap(setup_knee(setup), load)


def _balanced(
    setup: KneeSetup, activity: Activity, *, contact_force: float | None = None, moment: float | None = None
) -> tuple[float, float, float]:
    """Quadriceps force [N] under which one of both is reached, contact force [N] and moment there [N.m].

    The force of the last try if a knee has no equilibrium in its groove: the index then gives its status.
    """
    knee, force = setup_knee(setup), FIRST_GUESS
    wanted = contact_force if contact_force is not None else moment
    assert wanted is not None
    for _ in range(MOST_TRIES):
        status, *carried = _carried(setup, knee, activity, force)
        reached = carried[0] if contact_force is not None else carried[1]
        if status != "converged" or abs(reached - wanted) <= LOAD_TOLERANCE * wanted:
            return force, carried[0], carried[1]
        force *= wanted / reached  # nearly proportional: contracts
    raise InputError(
        f"wear index: no quadriceps force was found that carries the load of {activity.name}; expected one within "
        f"{MOST_TRIES} tries: look at the knee's shape"
    )


def _carried(setup: KneeSetup, knee: Knee, activity: Activity, quadriceps: float) -> tuple[Status, float, float]:
    """Status, contact force [N] and extension moment of the patellar tendon about the knee's axis [N.m]."""
    load = setup_load(setup, flexion=np.array([activity.flexion]), quadriceps=quadriceps)
    _, _, solution, forces = solve_poses(knee, load)
    n = knee.tissue.n_tendon
    ends, pull = kernel_inputs(knee, load)[2][1][0, :n], -forces.fibre[0, :n]
    contact = float(np.linalg.norm(forces.contact[0].sum(axis=0)))
    return solution.status[0], contact, float(np.cross(ends, pull)[:, 2].sum())
