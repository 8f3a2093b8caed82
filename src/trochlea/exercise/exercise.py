"""What one exercise trains in one person, and what it costs the kneecap."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.shortfall import refuse_weak_knee
from trochlea.knee.task_result import TaskResult
from trochlea.knee.task_values import is_peak_known
from trochlea.leg.leg_result import MUSCLES_OF, LegResult
from trochlea.motion.timeseries import Array
from trochlea.units import GRAVITY

LISTED_MUSCLES = {
    "gluteus_medius": MUSCLES_OF["gluteus_medius"],
    "gluteus_maximus": MUSCLES_OF["gluteus_maximus"],
    "deep_rotators": MUSCLES_OF["deep_rotators"],
    "vastus_medialis": ("vasmed",),
    "vastus_lateralis": ("vaslat",),
    "hamstrings": MUSCLES_OF["hamstrings"],
    "tensor_fasciae_latae": ("tfl",),
}
"""Columns of an exercise. The vastus medialis obliquus is part of the vastus medialis in the leg model and is as active
as all of it: how much of the force it takes is the knee's `vmo_share`."""

UNLOADED = 0.1
"""A kneecap force below this counts as none in the ratio [body weights]. Assumed: a ninth of walking's."""

Facet = Literal["lateral", "medial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise done by one person.

    Attributes:
        name: Of the task.
        title: For people.
        trains: Groups that it is done for.
        peak_activation: Largest activation of each of LISTED_MUSCLES over the movement [-].
        mean_activation: The same, mean over the movement [-].
        target: Of the groups that it trains, the one that works hardest.
        target_activation: Its largest activation [-].
        peak_contact_force: Of the kneecap [N].
        peak_contact_force_bw: The same in body weights [-].
        peak_pressure: Smoothed peak on the kneecap [Pa].
        peak_facet: Facet with that peak; None if nothing presses.
        ratio: Activation of the target over the kneecap's force in body weights [-]; infinite below UNLOADED.
        notes: What a reader must know.
    """

    name: str
    title: str
    trains: tuple[str, ...]
    peak_activation: Mapping[str, float]
    mean_activation: Mapping[str, float]
    target: str
    target_activation: float
    peak_contact_force: float
    peak_contact_force_bw: float
    peak_pressure: float
    peak_facet: Facet | None
    ratio: float
    notes: tuple[str, ...]


def exercise_of(result: TaskResult) -> Exercise:
    """What a solved task trains and costs.

    Raises:
        InputError: If the task says that it trains something that is no group of muscles, the kneecap has no answer
            where the quadriceps pulls most, or the quadriceps is too weak: what the exercise costs is then not known.
    """
    if not is_peak_known(result.kneecap):
        raise InputError(
            f"{result.task.name}: the kneecap has no equilibrium in its groove where the quadriceps pulls most, so its "
            "load is not known; ask for less range, or measure the groove"
        )
    refuse_weak_knee(result.task.name, result.leg)
    over_time = {name: activation_of(result.leg, muscles) for name, muscles in LISTED_MUSCLES.items()}
    target, activation = _target(result)
    force = np.nan_to_num(result.kneecap.contact_force)
    body_weights = float(force.max() / (result.person.mass * GRAVITY))
    facets: dict[Facet, float] = {
        "lateral": float(np.nan_to_num(result.kneecap.lateral_peak_pressure).max()),
        "medial": float(np.nan_to_num(result.kneecap.medial_peak_pressure).max()),
    }
    highest: Facet = "lateral" if facets["lateral"] >= facets["medial"] else "medial"
    return Exercise(
        name=result.task.name,
        title=result.task.title,
        trains=result.task.trains,
        peak_activation=MappingProxyType({name: float(one.max()) for name, one in over_time.items()}),
        mean_activation=MappingProxyType({name: float(one.mean()) for name, one in over_time.items()}),
        target=target,
        target_activation=activation,
        peak_contact_force=float(force.max()),
        peak_contact_force_bw=body_weights,
        peak_pressure=float(np.nan_to_num(result.kneecap.peak_pressure).max()),
        peak_facet=highest if facets[highest] > 0.0 else None,
        ratio=activation / body_weights if body_weights >= UNLOADED else float("inf"),
        notes=result.notes,
    )


def activation_of(leg: LegResult, muscles: tuple[str, ...]) -> Array:
    """Activation of several muscles as one, shape (valid frames,) [-]: their force over what they could give.

    Args:
        leg: Muscle forces.
        muscles: Base names; those that the leg lacks are left out.

    Raises:
        InputError: If the leg has none of them.
    """
    columns = [leg.muscles.index(name) for name in muscles if name in leg.muscles]
    if not columns:
        raise InputError(f"the leg model has none of the muscles {', '.join(muscles)}; use the built-in model")
    forces, most = leg.tendon_forces[leg.is_valid][:, columns], leg.capacities[leg.is_valid][:, columns]
    return forces.sum(axis=1) / np.maximum(most.sum(axis=1), 1e-9)


def trained_activations(result: TaskResult) -> dict[str, float]:
    """Largest activation of each group that a task trains [-].

    Raises:
        InputError: If one is no group of muscles.
    """
    found = {}
    for group in result.task.trains:
        if group not in MUSCLES_OF:
            raise InputError(f"{result.task.name}: trains {group!r}: expected some of {', '.join(MUSCLES_OF)}")
        found[group] = float(activation_of(result.leg, MUSCLES_OF[group]).max())
    return found


def _target(result: TaskResult) -> tuple[str, float]:
    """The hardest working group of those that are trained; of all listed ones if the task names none."""
    found = trained_activations(result)
    if not found:
        found = {name: float(activation_of(result.leg, own).max()) for name, own in LISTED_MUSCLES.items()}
    target = max(found, key=lambda name: found[name])
    return target, found[target]
