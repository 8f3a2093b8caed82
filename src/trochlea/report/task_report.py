"""One task done by one person: as text, as JSON with the whole movement, and as a folder."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trochlea import __version__
from trochlea.exercise.exercise import LISTED_MUSCLES, activation_of, trained_activations
from trochlea.exercise.open_choice import OpenChoice, OpenEnd
from trochlea.knee.task_result import Interval, TaskResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.report.exercise_picture import exercise_svg
from trochlea.report.folder import whole_folder
from trochlea.report.result_json import dumps
from trochlea.report.series import kneecap_series, moments_series, muscle_forces_series, write_one

SCHEMA = 1
"""Number of the layout of `task.json`; it rises when a field is renamed or removed."""

TASK_OUTPUTS = frozenset({"task.json", "movement.mot", "moments.sto", "muscle_forces.sto", "kneecap.sto"}) | {
    "side.svg",
    "front.svg",
}
"""Every file that a task may write."""

VIEWS: tuple[Literal["side", "front"], ...] = ("side", "front")
"""Sides from which a task is drawn."""

WORDS = {
    "peak_contact_force_n": ("peak kneecap force", "N", 0),
    "peak_contact_force_bw": ("peak kneecap force", "body weights", 2),
    "peak_pressure_mpa": ("peak pressure", "MPa", 2),
    "lateral_share": ("share of the lateral facet", "", 2),
    "trunk_flexion_deg": ("trunk forwards", "degrees", 1),
    "trunk_lean_deg": ("trunk towards the working leg", "degrees", 1),
    "pelvic_drop_deg": ("other side of the pelvis down", "degrees", 1),
    "hip_adduction_deg": ("hip adduction", "degrees", 1),
    "hip_internal_rotation_deg": ("hip internal rotation", "degrees", 1),
    "quadriceps_dominance": ("quadriceps' share of hip and knee extension", "", 2),
    "quadriceps_dominance_at_norm": ("the same at norm strength", "", 2),
}
"""Value: what it is called, unit, digits."""

UPRIGHT = ("trunk_flexion_deg", "trunk_lean_deg", "pelvic_drop_deg")
"""Values that mean something only in somebody who stands."""

NOT_ANY = Interval(value=float("nan"), low=None, high=None)
"""A value that a task does not have."""

ASSOCIATED = "Postures are what strength and pain are associated with, not what they cause."


def task_text(result: TaskResult, choices: tuple[OpenChoice, ...]) -> str:
    """A summary to read."""
    task = result.task
    who = result.person.label or "a person"
    lines = [
        f"{task.title}, {result.side} leg ({who}, {result.person.mass:g} kg, {result.person.height:g} m)",
        task.about,
        "",
        *(_value_line(name, one) for name, one in _values(result).items() if one is not NOT_ANY),
        "",
        f"{'activation':<24}{'peak':>6}{'mean':>6}",
    ]
    for name, muscles in LISTED_MUSCLES.items():
        over_time = activation_of(result.leg, muscles)
        lines.append(f"{name.replace('_', ' '):<24}{np.nanmax(over_time):>6.2f}{np.nanmean(over_time):>6.2f}")
    lines += ["", "inputs"]
    lines += [
        f"  {name} = {one.value.value:g}{_origin(one.value.source, one.value.note)}: {one.words}"
        for name, one in task.inputs.items()
    ]
    if choices:
        lines += ["", "left open by statics"]
        lines += [line for choice in choices for line in _choice_lines(choice)]
    if result.posture:
        lines += ["", ASSOCIATED]
    lines += [f"Note: {note}" for note in result.notes]
    return "\n".join(lines) + "\n"


def task_json(result: TaskResult, choices: tuple[OpenChoice, ...]) -> str:
    """The values and their 95 % intervals at top level, then the whole movement; NaN becomes null."""
    return dumps(_content(result, choices))


def write_task(folder: Path, result: TaskResult, choices: tuple[OpenChoice, ...]) -> None:
    """Write the JSON, time series that OpenSim reads, and pictures of start and turning point.

    Raises:
        InputError: If the folder holds other files or cannot be written.
    """
    with whole_folder(folder, TASK_OUTPUTS) as new:
        (new / "task.json").write_text(task_json(result, choices), encoding="utf-8")
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


def _content(result: TaskResult, choices: tuple[OpenChoice, ...]) -> dict[str, Any]:
    task, person = result.task, result.person
    return {
        "schema": SCHEMA,
        "program": "trochlea",
        "version": __version__,
        "task": task.name,
        "title": task.title,
        "trains": task.trains,
        "side": result.side,
        **{name: one.value for name, one in _values(result).items()},
        "intervals": {name: {"low": one.low, "high": one.high} for name, one in _values(result).items()},
        "interval": "95 %",
        "n_draws": result.n_draws,
        "n_failed": result.n_failed,
        "failures": dict(result.failures),
        "person": {
            "label": person.label,
            "sex": person.sex,
            "age_years": person.age_years,
            "mass_kg": person.mass,
            "height_m": person.height,
        },
        "inputs": {name: asdict(one) for name, one in task.inputs.items()},
        "posture": {name: asdict(one) for name, one in result.posture.items()},
        "activation": {
            name: {"peak": float(np.nanmax(one)), "mean": float(np.nanmean(one))}
            for name, one in ((name, activation_of(result.leg, own)) for name, own in LISTED_MUSCLES.items())
        },
        "trained": trained_activations(result),
        "left_open_by_statics": {
            choice.input.name: {"used": choice.input.value.value, "ends": [asdict(end) for end in choice.ends]}
            for choice in choices
        },
        "movement": _movement(result),
        "notes": result.notes,
    }


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


def _values(result: TaskResult) -> dict[str, Interval]:
    """The values, without those that mean nothing in this position."""
    is_standing = result.task.position == "standing"
    return {name: one if is_standing or name not in UPRIGHT else NOT_ANY for name, one in result.values.items()}


def _value_line(name: str, one: Interval) -> str:
    words, unit, digits = WORDS[name]
    if not np.isfinite(one.value):
        return f"{words:<46}{'-':>8}"
    between = "" if one.low is None or one.high is None else f"   ({one.low:.{digits}f} to {one.high:.{digits}f})"
    return f"{words:<46}{one.value:>z8.{digits}f} {unit}{between}".rstrip()


def _origin(source: str, note: str) -> str:
    return " (set)" if note == "set" else f" ({source})"


def _choice_lines(choice: OpenChoice) -> list[str]:
    ends = [_end_words(choice.input.name, end) for end in choice.ends]
    return [f"  {choice.input.name} = {choice.input.value.value:g} was used", *(f"    {words}" for words in ends)]


def _end_words(name: str, end: OpenEnd) -> str:
    if end.refused:
        return f"{end.value:g}: not possible: {end.refused}"
    trained = ", ".join(f"{muscle.replace('_', ' ')} {value:.2f}" for muscle, value in end.trained.items())
    return f"{end.value:g}: kneecap {end.peak_contact_force_bw:.2f} body weights; {trained}"
