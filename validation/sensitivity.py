"""Sensitivities by the implicit function theorem against extrapolated differences of whole solutions.

Every knee is solved anew, cold, to 1e-10 N at both sides of every input. Errors are shares of the outcome's largest
scaled sensitivity at the same angle, each input scaled by its spread between people.

Run from the checkout: python validation/sensitivity.py
"""

import argparse
from collections.abc import Iterator

import numpy as np

from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.linearisation import Balance, balance, changed, input_step, outcomes_of
from trochlea.knee.sensitivity import Sensitivity, sensitivities
from trochlea.knee.setup import KneeSetup, knee_setup
from trochlea.motion.timeseries import Array

FORCE_TOLERANCE = 1e-10
STEPS = (1e-3, 2.5e-4, 6e-5, 1.2e-5, 3e-6)
"""Steps in spreads; of neighbours the pair that agrees best is taken, the one with the smaller step. The smallest are
for corners (a fibre that becomes taut) and knees about to snap, where the response is far from straight."""

KNEES = {
    "median man": {"sex": "male"},
    "median woman": {"sex": "female"},
    "flat groove, high patella": {"sex": "female", "sulcus_angle_deg": 158.0, "patellar_height_ratio": 1.35},
    "lateral tubercle, weak oblique head, femur turned in": {
        "sex": "male",
        "tt_tg_mm": 18.0,
        "vmo_scale": 0.5,
        "femoral_rotation_deg": 8.0,
        "itb_force_n": 20.0,
    },
    "cut medial ligament, soft thin cartilage": {
        "sex": "female",
        "mpfl_scale": 0.0,
        "cartilage_modulus_mpa": 2.5,
        "cartilage_thickness_mm": 4.0,
    },
}
LOADS = ((5.0, 22.0, 47.0, 75.0, 105.0), (200.0, 600.0, 2000.0))
"""Flexion [degrees] and quadriceps force [N]."""


def solved_slope(point: Balance, found: Sensitivity, name: str, spreads: float) -> Array:
    """Change of each outcome for one spread, from differences of fourth order between whole solutions."""
    step, difference = input_step(point, name, spreads=spreads)
    total = np.zeros(found.values.shape[:2])
    for offset, weight in zip(difference.offsets, difference.weights, strict=True):
        knee, load = changed(point, name, offset * step)
        rotations, positions, solution, _ = solve_poses(knee, load, force_tolerance=FORCE_TOLERANCE, max_steps=200)
        lost = solution.residual > FORCE_TOLERANCE
        values = outcomes_of(point, knee, load, rotations, positions, found.outcomes)
        total += weight * np.where(lost[:, None], np.nan, values) / step
    return total * found.spreads[found.inputs.index(name)]


def extrapolated_slope(point: Balance, found: Sensitivity, name: str, steps: tuple[float, ...]) -> tuple[Array, Array]:
    """The best of the differences, and by how much it differs from its neighbour, both (frames, outcomes)."""
    slopes = [solved_slope(point, found, name, spreads) for spreads in steps]
    best, gap = slopes[-1], np.full(slopes[-1].shape, np.inf)
    for coarse, fine in zip(slopes, slopes[1:], strict=False):
        closer = np.abs(coarse - fine) < gap
        best, gap = np.where(closer, fine, best), np.where(closer, np.abs(coarse - fine), gap)
    return best, gap


def errors(
    setup: KneeSetup,
    flexion_deg: tuple[float, ...],
    quadriceps: float,
    *,
    inputs: tuple[str, ...] | None = None,
    steps: tuple[float, ...] = STEPS,
) -> Iterator[tuple[str, str, float, float, float]]:
    """Input, outcome, flexion [degrees], error and doubt of the reference, as shares of the largest sensitivity."""
    flexion = np.radians(flexion_deg)
    found = sensitivities(setup, flexion=flexion, quadriceps=quadriceps)  # all inputs: the largest sets the scale
    point = balance(setup, flexion=flexion, quadriceps=quadriceps, side="right")
    largest = np.nanmax(np.abs(found.scaled), axis=2)
    largest = np.where(largest > 0, largest, 1.0)
    for n, name in enumerate(found.inputs):
        if inputs is not None and name not in inputs:
            continue
        reference, doubt = extrapolated_slope(point, found, name, steps)
        wrong = np.abs(found.scaled[:, :, n] - reference) / largest
        for frame, row in np.argwhere(np.isfinite(wrong)):
            share = float((doubt / largest)[frame, row])
            yield name, found.outcomes[row], flexion_deg[frame], float(wrong[frame, row]), share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knees", type=int, default=len(KNEES), help="how many of the knees (default: all)")
    print("| knee | quadriceps [N] | worst error | input | outcome | flexion [deg] | over 1e-5 | doubt of the worst |")
    print("|---|---|---|---|---|---|---|---|")
    for title, values in list(KNEES.items())[: parser.parse_args().knees]:
        for quadriceps in LOADS[1]:
            rows = list(errors(knee_setup(values=values), LOADS[0], quadriceps))
            name, outcome, angle, worst, doubt = max(rows, key=lambda row: row[3])
            over = sum(row[3] > 1e-5 for row in rows)
            found = f"{worst:.1e} | {name} | {outcome} | {angle:g}"
            print(f"| {title} | {quadriceps:g} | {found} | {over} of {len(rows)} | {doubt:.1e} |", flush=True)


if __name__ == "__main__":
    main()
