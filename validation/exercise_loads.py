"""Kneecap loads of the exercises against published ones."""

from collections.abc import Callable

import numpy as np
from exercise_people import solved
from markdown_table import print_table
from scipy.stats import spearmanr

from trochlea.exercise.exercise import exercise_of
from trochlea.knee.task_result import TaskResult
from trochlea.motion.timeseries import Array
from trochlea.units import GRAVITY, MEGAPASCAL

ANGLES = (0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0)
"""Knee flexion at which exercises are compared [degrees]."""

CROSSING = (40.0, 55.0)
"""Where leg press and knee extension may cross [degrees]: 48 was found, and 45 for the squat."""

WEIGHTS = (5.0, 9.0, 15.0)
"""At the ankle in knee extension [kg]."""

PEAKS = (
    (
        "single-leg squat",
        "single_leg_squat",
        {"knee_flexion_deg": 75.0},
        "4.17",
        "12 RM load; Escamilla 2009 in a list",
    ),
    ("lunge", "lunge", {}, "5.03", "Goulette 2021 in a list"),
    ("double-leg squat", "double_leg_squat", {}, "2.45", "Wallace 2002 in a list"),
    ("step-up 15 cm", "step_up", {}, "3.2", "stair ascent, SD 0.7, pooled; `hart-2022-peak-force`"),
    ("step-down 15 cm", "step_down", {}, "2.8", "stair descent, SD 0.5, pooled; `hart-2022-peak-force`"),
    (
        "knee extension, 9 kg",
        "knee_extension",
        {"pad_n": 0.0, "weight_kg": 9.0},
        "1.4",
        "one model, at 36 degrees; a translation",
    ),
    ("straight-leg raise, 9 kg", "straight_leg_raise", {"weight_kg": 9.0}, "0.5", "one model of 85 kg; a translation"),
)
"""Words, task, settings, published peak [body weights], where from."""


def print_loads() -> None:
    """Peaks, crossings and orders."""
    _print_peaks()
    _print_crossings()
    _print_orders()


def _print_peaks() -> None:
    rows, ours = [], []
    for words, task, settings, published, source in PEAKS:
        forces = [exercise_of(result).peak_contact_force_bw for result in solved(task, **settings)]
        ours.append(float(np.mean(forces)))
        rows.append((words, published, f"{ours[-1]:.1f}", source))
    rho = spearmanr([float(published) for _, _, _, published, _ in PEAKS], ours).statistic
    print_table(
        f"Peak kneecap force [body weights], mean of a woman and a man. Rank correlation {rho:.2f}. Depths and "
        "loads of "
        "the lists were not seen, so only the order is judged.",
        ("exercise", "published", "model", "condition, source"),
        rows,
    )


def _print_crossings() -> None:
    rows = []
    for words, task in (("leg press", "leg_press"), ("double-leg squat", "double_leg_squat")):
        closed = _stress(solved(task))
        for weight in WEIGHTS:
            extension = _stress(solved("knee_extension", pad_n=0.0, weight_kg=weight))
            angle = _crossing(closed, extension)
            shown = "none" if np.isnan(angle) else f"{angle:.0f}"
            pairs = (f"{a:.1f} / {b:.1f}" for a, b in zip(closed, extension, strict=True))
            is_right = CROSSING[0] <= angle <= CROSSING[1]
            rows.append((f"{words} / {weight:g} kg", *pairs, shown if is_right else f"**{shown}**"))
    print_table(
        "Stress of the kneecap (force over load-bearing area) [MPa] by knee flexion [degrees], exercise / knee "
        "extension "
        "with a weight at the ankle, and where they cross. Published: leg press and knee extension cross at 48, squat "
        "and knee extension at 45; knee extension is higher from 0 to 30 and the others from 60 to 90. The loads of "
        "these studies were not seen: leg press and squat carry about half a body weight a leg, 9 kg is the one weight "
        "that was seen for knee extension, and the crossing moves with it. Other comparisons were tried first: with "
        "peak pressure in place of stress and loads of equal peak, they "
        "cross at 68 and 69 with a weight, and never with a "
        "pad. So the crossing is in the band for a range of loads; it is not predicted.",
        ("exercises", *(f"{angle:g}" for angle in ANGLES), "crossing"),
        rows,
    )


def _print_orders() -> None:
    def force(task: str, **settings: float) -> float:
        return float(np.mean([exercise_of(result).peak_contact_force_bw for result in solved(task, **settings)]))

    squat, press = (_force_curve(solved(task)) for task in ("double_leg_squat", "leg_press"))
    extension = _force_curve(solved("knee_extension", pad_n=0.0, weight_kg=9.0))
    orders: tuple[tuple[str, str, str, bool], ...] = (
        (
            "step-down above step-up at 45 degrees of knee flexion",
            "Chinkulprasert 2011",
            f"{_at45('step_down'):.1f} against {_at45('step_up'):.1f} body weights",
            _at45("step_down") > _at45("step_up"),
        ),
        (
            "squat and leg press: most near full flexion",
            "Escamilla 1998",
            f"at {ANGLES[int(squat.argmax())]:g} and {ANGLES[int(press.argmax())]:g} degrees",
            squat.argmax() == press.argmax() == len(ANGLES) - 1,
        ),
        (
            "knee extension: most in mid-range",
            "Escamilla 1998",
            f"at {ANGLES[int(extension.argmax())]:g} degrees",
            0 < extension.argmax() < len(ANGLES) - 1,
        ),
        (
            "squat above leg press",
            "Escamilla 2001",
            f"{force('double_leg_squat'):.1f} against {force('leg_press'):.1f} body weights; "
            "the plate's push is a half of the body's weight or less",
            force("double_leg_squat") > force("leg_press"),
        ),
        (
            "lunge: rises with knee flexion",
            "Escamilla 2008",
            f"{_force_curve(solved('lunge'))[2]:.1f} at 30, {_force_curve(solved('lunge'))[-1]:.1f} at 90 degrees",
            bool(np.all(np.diff(_force_curve(solved("lunge"))[2:]) > 0)),
        ),
        (
            "short lunge above long at 90 degrees",
            "Escamilla, short and long lunge",
            f"{force('lunge', rear_m=0.4):.1f} against {force('lunge', rear_m=0.7):.1f} body weights",
            force("lunge", rear_m=0.4) > force("lunge", rear_m=0.7),
        ),
    )
    print_table(
        "Kneecap force, published as an order.",
        ("what was found", "by", "model", "same order"),
        ((what, by, numbers, "yes" if is_same else "**no**") for what, by, numbers, is_same in orders),
    )


def _at45(task: str) -> float:
    return float(_force_curve(solved(task))[ANGLES.index(45.0)])


def _stress(results: tuple[TaskResult, ...]) -> Array:
    """Contact force over load-bearing area at ANGLES, mean of both people [MPa]."""
    return _by_angle(results, lambda result: result.kneecap.mean_pressure / MEGAPASCAL)


def _force_curve(results: tuple[TaskResult, ...]) -> Array:
    """Kneecap force at ANGLES, mean of both people [body weights]."""
    return _by_angle(results, lambda result: result.kneecap.contact_force / (result.person.mass * GRAVITY))


def _by_angle(results: tuple[TaskResult, ...], of: Callable[[TaskResult], Array]) -> Array:
    curves = []
    for result in results:
        n_out = len(result.movement.postures.values)
        knee = np.degrees(result.chain.prepared.knee_angle[:n_out])
        values = np.nan_to_num(of(result)[:n_out])
        order = np.argsort(knee)
        curves.append(np.interp(ANGLES, knee[order], values[order]))
    return np.mean(curves, axis=0)


def _crossing(closed: Array, extension: Array) -> float:
    """Flexion above which the first is higher [degrees]; NaN if there is none."""
    more = closed - extension
    for i in range(len(ANGLES) - 1):
        if more[i] < 0.0 <= more[i + 1]:
            share = -more[i] / (more[i + 1] - more[i])
            return float(ANGLES[i] + share * (ANGLES[i + 1] - ANGLES[i]))
    return float("nan")
