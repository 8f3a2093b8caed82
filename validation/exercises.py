"""The exercises against published muscle activity and kneecap loads.

No parameter was fitted to these figures, but they were in sight when some defaults of the tasks were chosen: the
clamshell's foot rest (1 was tried, and 0.5 kept after the activity of gluteus medius was compared), the rear hip of the
step-up (its force was above the step-down's), and the press of the feet in the side plank. For these rows agreement is
not an independent test.

Muscle activity is measured in per cent of a maximal voluntary contraction; the model's activation is the share of the
force that a muscle could give. Only their order is compared.

Run from the checkout: python validation/exercises.py [--draw]
"""

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from exercise_loads import print_loads
from exercise_people import peak_activation
from exercise_scatter import write_scatter
from markdown_table import print_table
from scipy.stats import rankdata, spearmanr

from trochlea.motion.task_file import read_task

HERE = Path(__file__).parent
PICTURE = HERE.parent / "docs" / "images" / "exercises-emg.svg"

INDEX = "gluteal_to_tfl"
"""Mean activation of gluteus medius and maximus over that of tensor fasciae latae. How the published index is computed
was not seen; only the order is compared."""

NAMES = {
    "gluteus_medius": "gluteus medius",
    "gluteus_maximus": "gluteus maximus",
    INDEX: "gluteals over tensor fasciae latae",
}
"""Muscles with at least four exercises: fewer have no rank correlation to speak of."""

FAR = 3.0
"""An exercise counts as a miss if it stands this many ranks from where it was measured. Assumed."""

WHY = {
    "gluteus_medius, clamshell": "the lower foot carries part of the shank, and the model has no pelvis to steady",
    "gluteus_medius, lunge": "both feet carry in the model, and the rear leg holds the pelvis too",
    "gluteus_medius, bridge": "hardly differs from its neighbours; it steadies the thighs against gluteus maximus",
    "gluteus_medius, prone_hip_extension": "the hamstrings of a straight leg do most of it",
    "gluteus_medius, monster_walk": "one rough figure for all gluteals, of an unknown band; here one leg carries "
    "the body in half a squat",
    "gluteus_maximus, single_leg_squat": "the trunk leans by 20 degrees only: little to do",
    "gluteus_maximus, clamshell": "deep rotators and gluteus medius do it with less activation",
    "gluteus_maximus, bridge": "hardly differs from its neighbours; the hamstrings share it",
    "gluteus_maximus, side_lying_hip_abduction": "its upper part has little to do in a straight hip",
    "gluteus_maximus, prone_hip_extension": "the hamstrings do it with less activation",
    "gluteus_maximus, quadruped_hip_extension": "the lifted arm is not modelled",
    "gluteus_maximus, side_plank": "abduction of a straight hip hardly uses it, and nobody stiffens a joint here",
    "gluteus_maximus, step_up": "the trunk leans forwards by 30 degrees at the start",
    "gluteus_maximus, double_leg_squat": "the measured squat's depth was not seen",
    "gluteus_maximus, monster_walk": "one rough figure for all gluteal muscles; one leg carries the body here",
    "gluteal_to_tfl, clamshell": "tensor fasciae latae is nearly off in both hip extensions: their index has no "
    "bound; without co-contraction its order means little",
}
"""Why an exercise may be out of place: explanations, not tests of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One exercise and one muscle.

    Attributes:
        muscle: Of LISTED_MUSCLES, or INDEX.
        task: Name.
        measured: Middle of each published figure, averaged [% of a maximal contraction].
        low: Smallest published figure.
        high: Largest.
        ours: Model, mean of a woman and a man [% of maximum].
    """

    muscle: str
    task: str
    measured: float
    low: float
    high: float
    ours: float


def points() -> list[Point]:
    """Published figures and the model's."""
    with (HERE / "exercise_emg.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    groups: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        groups[row["muscle"], row["task"]].append((float(row["low"]), float(row["high"])))
    return [
        Point(
            muscle=muscle,
            task=task,
            measured=float(np.mean(figures)),
            low=min(low for low, _ in figures),
            high=max(high for _, high in figures),
            ours=_index(task) if muscle == INDEX else peak_activation(task, muscle),
        )
        for (muscle, task), figures in groups.items()
    ]


def _index(task: str) -> float:
    gluteals = np.mean([peak_activation(task, name) for name in ("gluteus_medius", "gluteus_maximus")])
    return float(100.0 * gluteals / max(peak_activation(task, "tensor_fasciae_latae"), 1.0))


def print_activity(found: list[Point]) -> None:
    """Every figure, the rank correlations, and the misses."""
    print_table(
        "Peak activation: measured (middle, and smallest to largest of the figures found; per cent of a maximal "
        "contraction) and the model's (per cent of the muscle's force at that length and speed).",
        ("muscle, exercise", "measured", "range", "model"),
        (
            (
                f"{one.muscle.replace('_', ' ')}, {_title(one)}",
                f"{one.measured:.0f}",
                f"{one.low:.0f} to {one.high:.0f}",
            )
            + (f"{one.ours:.0f}",)
            for one in found
        ),
    )
    rows, misses = [], []
    for muscle, words in NAMES.items():
        own = [one for one in found if one.muscle == muscle]
        rho = spearmanr([one.measured for one in own], [one.ours for one in own]).statistic
        rows.append((words, str(len(own)), f"{rho:.2f}"))
        misses += _misses(own)
    print_table("Spearman's rank correlation of exercises.", ("muscle", "exercises", "rho"), rows)
    print_table(
        f"Exercises {FAR:g} or more ranks from where they were measured (rank 1 is the most active).",
        ("muscle, exercise", "measured rank", "model's rank", "why, perhaps"),
        misses,
    )


def _misses(own: list[Point]) -> list[tuple[str, str, str, str]]:
    measured, ours = (rankdata([-value for value in values]) for values in _columns(own))
    return [
        (f"{one.muscle.replace('_', ' ')}, {_title(one)}", f"{a:g}", f"{b:g}", WHY.get(f"{one.muscle}, {one.task}", ""))
        for one, a, b in zip(own, measured, ours, strict=True)
        if abs(a - b) >= FAR
    ]


def _columns(own: list[Point]) -> tuple[list[float], list[float]]:
    return [one.measured for one in own], [one.ours for one in own]


def _title(one: Point) -> str:
    return read_task(one.task).title.lower()


def print_orders() -> None:
    """What was published as an order only."""

    def at(task: str, muscle: str) -> float:
        return peak_activation(task, muscle)

    medialis = {task: at(task, "vasmed") for task in ("step_up", "leg_press", "straight_leg_raise", "double_leg_squat")}
    others = max(at(task, "gluteus_medius") for task in ("side_lying_hip_abduction", "standing_hip_abduction"))
    orders = (
        (
            "rectus femoris: less in the leg press than in knee extension",
            "Ema 2016, doi 10.1007/s00421-016-3363-5",
            f"{at('leg_press', 'recfem'):.0f} against {at('knee_extension', 'recfem'):.0f}",
            at("leg_press", "recfem") < at("knee_extension", "recfem"),
        ),
        (
            "hamstrings: squat about twice leg press and knee extension (12 RM)",
            "Escamilla 1998",
            f"{at('double_leg_squat', 'hamstrings'):.0f} against {at('leg_press', 'hamstrings'):.0f} and "
            f"{at('knee_extension', 'hamstrings'):.0f}",
            at("double_leg_squat", "hamstrings") > at("leg_press", "hamstrings"),
        ),
        (
            "vastus medialis: step-up and leg press, then straight-leg raise, then squat on both legs",
            "Bolgla 2008",
            ", ".join(f"{task.replace('_', ' ')} {value:.0f}" for task, value in medialis.items()),
            list(medialis.values()) == sorted(medialis.values(), reverse=True),
        ),
        (
            "gluteus medius: pelvic drop above the abductions without weight",
            "Bolgla 2005",
            f"{at('hip_hike', 'gluteus_medius'):.0f} against at most {others:.0f}",
            at("hip_hike", "gluteus_medius") > others,
        ),
        (
            "vastus medialis at least as active as lateralis in a squat",
            "ptkorea.org, ankle position during squats",
            f"{at('double_leg_squat', 'vasmed'):.0f} against {at('double_leg_squat', 'vaslat'):.0f}",
            at("double_leg_squat", "vasmed") >= at("double_leg_squat", "vaslat"),
        ),
    )
    print_table(
        "Published as an order only. The vasti are driven alike by assumption: their row says nothing new. Nobody "
        "locks a knee here that gravity holds straight, and nobody stiffens one with the hamstrings.",
        ("what was found", "by", "model", "same order"),
        ((what, by, numbers, "yes" if is_same else "**no**") for what, by, numbers, is_same in orders),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", action="store_true", help="draw the scatter plot of the page again")
    arguments = parser.parse_args()
    found = points()
    print_activity(found)
    if arguments.draw:
        write_scatter(PICTURE, [one for one in found if one.muscle in ("gluteus_medius", "gluteus_maximus")])
    print("![Measured and computed activation of the gluteal muscles](images/exercises-emg.svg)\n")
    print_orders()
    print_loads()


if __name__ == "__main__":
    main()
