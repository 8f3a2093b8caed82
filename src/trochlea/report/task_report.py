"""One task done by one person: as JSON with the whole movement, and as a folder."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trochlea import __version__
from trochlea.exercise.exercise import LISTED_MUSCLES, activation_of, trained_activations
from trochlea.knee.quadriceps_effect import QuadricepsEffect
from trochlea.knee.shortfall import shortfall
from trochlea.knee.task_result import TaskResult
from trochlea.knee.trunk_exchange import TrunkExchange
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.report.exercise_picture import exercise_svg
from trochlea.report.folder import whole_folder
from trochlea.report.posture_text import movement_style, predictions
from trochlea.report.result_json import dumps
from trochlea.report.series import kneecap_series, moments_series, muscle_forces_series, write_one
from trochlea.report.strategies_text import strategies_json
from trochlea.report.task_study import TaskStudy
from trochlea.report.task_values_shown import shown_values

SCHEMA = 1
"""Number of the layout of `task.json`; it rises when a field is renamed or removed."""

TASK_OUTPUTS = frozenset({"task.json", "movement.mot", "moments.sto", "muscle_forces.sto", "kneecap.sto"}) | {
    "side.svg",
    "front.svg",
}
"""Every file that a task may write."""

VIEWS: tuple[Literal["side", "front"], ...] = ("side", "front")
"""Sides from which a task is drawn."""


def task_json(study: TaskStudy) -> str:
    """The values and their 95 % intervals at top level, then the whole movement; NaN becomes null."""
    return dumps(_content(study))


def write_task(folder: Path, study: TaskStudy) -> None:
    """Write the JSON, time series that OpenSim reads, and pictures of start and turning point.

    Raises:
        InputError: If the folder holds other files or cannot be written.
    """
    result = study.result
    with whole_folder(folder, TASK_OUTPUTS) as new:
        (new / "task.json").write_text(task_json(study), encoding="utf-8")
        write_one(new / "movement.mot", result.movement.motion.coordinates, in_degrees=True)
        write_one(new / "moments.sto", moments_series(result.leg), in_degrees=False)
        write_one(new / "muscle_forces.sto", muscle_forces_series(result.leg), in_degrees=False)
        write_one(new / "kneecap.sto", kneecap_series(result.kneecap), in_degrees=False)
        for name, picture in _pictures(result).items():
            (new / name).write_text(picture, encoding="utf-8")


def _pictures(result: TaskResult) -> dict[str, str]:
    """Drawings by file name; a gait has no turning point and none is drawn."""
    engine = result.chain.leg
    if not result.task.posture or not isinstance(engine, MujocoLeg):
        return {}
    active = dict(zip(result.leg.muscles, result.leg.activations.T, strict=True))
    return {
        f"{view}.svg": exercise_svg(result.movement, engine.model, result.side, activations=active, view=view)
        for view in VIEWS
    }


def _content(study: TaskStudy) -> dict[str, Any]:
    result, task, person = study.result, study.result.task, study.result.person
    values = shown_values(result)
    return {
        "schema": SCHEMA,
        "program": "trochlea",
        "version": __version__,
        "task": task.name,
        "title": task.title,
        "trains": task.trains,
        "side": result.side,
        **{name: one.value for name, one in values.items()},
        "intervals": {name: {"low": one.low, "high": one.high} for name, one in values.items()},
        "interval": "95 %",
        "n_draws": result.n_draws,
        "n_failed": result.n_failed,
        "too_weak": _shortfall(result),
        "failures": dict(result.failures),
        "person": {
            "label": person.label,
            "sex": person.sex,
            "age_years": person.age_years,
            "mass_kg": person.mass,
            "height_m": person.height,
            "movement_style": asdict(person.movement_style),
            "posture": {name: asdict(one) for name, one in person.posture.items()},
        },
        "inputs": {name: asdict(one) for name, one in task.inputs.items()},
        **_posture(study),
        "strategies": None if study.strategies is None else strategies_json(study.strategies),
        "trunk_exchange": None if study.exchange is None else _exchange(study.exchange),
        "weak_hip_extensors": None if study.quadriceps is None else _effect(study.quadriceps),
        "without_femur_turn": None if study.unturned is None else _best_values(study.unturned),
        "activation": {
            name: {"peak": float(np.nanmax(one)), "mean": float(np.nanmean(one))}
            for name, one in ((name, activation_of(result.leg, own)) for name, own in LISTED_MUSCLES.items())
        },
        "trained": trained_activations(result),
        "left_open_by_statics": {
            choice.input.name: {"used": choice.input.value.value, "ends": [asdict(end) for end in choice.ends]}
            for choice in study.choices
        },
        "movement": _movement(result),
        "notes": (*result.notes, *study.notes),
    }


def _posture(study: TaskStudy) -> dict[str, Any]:
    """Angles with their source, and what a prediction is made of."""
    request, seen = study.request, study.seen
    return {
        "posture": {name: asdict(one) for name, one in study.result.posture.items()},
        "posture_prediction": {name: asdict(one) for name, one in predictions(study).items()},
        "posture_settings": {
            "movement_style": movement_style(study),
            "correlation": request.correlation,
            "femur_turn_deg": request.femur_turn_deg or 0.0,
        },
        "posture_trial": None
        if seen is None
        else {
            "file": str(request.posture_file),
            "n_repetitions": seen.n_repetitions,
            "knee_flexion": asdict(seen.knee_flexion),
            "angles": {name: asdict(one) for name, one in seen.angles.items()},
            "missing": dict(seen.missing),
        },
    }


def _shortfall(result: TaskResult) -> dict[str, Any] | None:
    weak = shortfall(result.leg)
    if weak is None:
        return None
    return {
        "axis": weak.axis,
        "asked_nm": weak.asked,
        "missing_nm": weak.missing,
        "share_of_movement": weak.share,
    }


def _exchange(exchange: TrunkExchange) -> dict[str, Any]:
    return {
        "percent_contact_force_per_degree": exchange.percent_per_degree,
        "percent_knee_moment_per_degree": exchange.moment_percent_per_degree,
        "trunk_flexion_deg": np.degrees(exchange.flexion),
        "contact_force_n": exchange.contact_force,
    }


def _effect(effect: QuadricepsEffect) -> dict[str, Any]:
    return {
        "strength_ratio": effect.ratio,
        "percent_quadriceps_force": effect.percent,
        "is_overloaded": effect.is_overloaded,
    }


def _best_values(result: TaskResult) -> dict[str, float]:
    return {name: one.value for name, one in shown_values(result).items()}


def _movement(result: TaskResult) -> dict[str, Any]:
    """Everything over time."""
    leg, kneecap, series = result.leg, kneecap_series(result.kneecap), result.movement.motion.coordinates
    return {
        "time_s": leg.times,
        "coordinates": {
            f"{name}_deg" if unit == "rad" else f"{name}_m": np.degrees(values) if unit == "rad" else values
            for name, unit, values in zip(series.names, series.units, series.values.T, strict=True)
        },
        "contacts": [
            {"side": one.side, "segment": one.body, "force_n": one.force, "point_m": one.point}
            for one in result.movement.motion.contacts
        ],
        "moments_nm": dict(zip(leg.coordinates, leg.moments.T, strict=True)),
        "reserves_nm": dict(zip(leg.carried, leg.reserves.T, strict=True)),
        "activations": dict(zip(leg.muscles, leg.activations.T, strict=True)),
        "tendon_forces_n": dict(zip(leg.muscles, leg.tendon_forces.T, strict=True)),
        "kneecap_status": result.kneecap.solution.status,
        "kneecap": dict(zip(kneecap.names, kneecap.values.T, strict=True)),
    }
