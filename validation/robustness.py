"""Random knees under random loads: how many solves balance, how many patellae leave the groove, do starts agree.

Two samples: within two standard deviations of published shapes, and ranges wider than any published spread. Loads from
20 N to 6,000 N, flexion 0 to 120 degrees. Run: python validation/robustness.py [--knees 10000]
"""

import argparse
import math
from collections import Counter
from dataclasses import replace

import numpy as np

from trochlea.errors import InputError
from trochlea.knee.draws import PATELLA, PATELLA_SHAPE_SD, PATELLA_SIZE_SD
from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.other_minima import other_minima
from trochlea.knee.shape import KneeShape, knee_shape, shape_norms
from trochlea.leg.extensor import QUADRICEPS_SPLIT, ExtensorLoad

WIDE = {
    "sulcus_angle": (math.radians(125), math.radians(172)),
    "lateral_trochlear_inclination": (math.radians(4), math.radians(28)),
    "tt_tg": (-0.005, 0.030),
    "q_angle": (0.0, math.radians(25)),
    "insall_salvati_ratio": (0.7, 1.5),
    "patella_width": (0.034, 0.052),
    "groove_radius": (0.015, 0.033),
    "ridge_position": (0.45, 0.65),
    "cartilage_modulus": (2e6, 15e6),
    "patellar_cartilage_thickness": (0.0015, 0.0055),
    "trochlear_cartilage_thickness": (0.001, 0.004),
    "facet_asymmetry": (0.4, 0.9),
}
"""Ranges of the wide sample, SI: those of the published spreads and beyond."""


def within_two_sd(generator: np.random.Generator, sex: str) -> KneeShape:
    """A shape within 2 SD of every published spread; patellar sizes go together."""
    norms = shape_norms(sex=sex)

    def draw() -> float:
        return float(np.clip(generator.normal(), -2, 2))

    while True:
        size, drawn = 1 + PATELLA_SIZE_SD * draw(), {}
        for name, norm in norms.items():
            if name in PATELLA:
                own = 1.0 if name == "patella_width" else 1 + PATELLA_SHAPE_SD * draw()
                drawn[name] = replace(norm, value=norm.value * size * own)
            elif norm.sd and norm.citation:
                drawn[name] = replace(norm, value=norm.value + norm.sd * draw())
        try:
            return knee_shape(drawn, sex=sex)
        except InputError:  # two angles that leave no medial facet
            continue


def wide(generator: np.random.Generator, sex: str) -> KneeShape:
    """A shape from ranges wider than any published spread."""
    typical = knee_shape(sex=sex)
    while True:
        drawn = {name: generator.uniform(*limits) for name, limits in WIDE.items()}
        size = drawn["patella_width"] / typical.patella_width
        for name in ("patella_height", "patella_thickness"):
            drawn[name] = getattr(typical, name) * size * generator.uniform(0.88, 1.12)
        try:
            return replace(typical, **drawn)
        except InputError:
            continue


def random_load(generator: np.random.Generator, n_frames: int) -> ExtensorLoad:
    """Random flexion, force, split between the heads and rotations; the force's logarithm is uniform."""
    split = np.array(list(QUADRICEPS_SPLIT.values())) * generator.uniform(0.5, 1.3, (n_frames, 4))
    force = np.exp(generator.uniform(math.log(20), math.log(6000), n_frames))
    return ExtensorLoad(
        times=np.arange(n_frames, dtype=float),
        side="right",
        tibiofemoral_flexion=np.radians(generator.uniform(0, 120, n_frames)),
        femoral_rotation=np.radians(generator.normal(0, 4, n_frames)),
        tibial_rotation=np.radians(generator.normal(0, 3, n_frames)),
        knee_valgus=np.radians(generator.normal(0, 2, n_frames)),
        tension=split / split.sum(axis=1, keepdims=True) * force[:, None],
    )


def survey(name: str, n_knees: int, *, n_frames: int = 1, every: int = 10) -> None:
    """Solve and print the shares; every so many knees are started three more ways."""
    generator = np.random.default_rng(2026)
    draw = {"2 SD": within_two_sd, "wide": wide}[name]
    counts, balanced, finite, started, other = Counter[str](), 0, 0, 0, 0
    for i in range(n_knees):
        sex = ("female", "male")[i % 2]
        knee: Knee = build_knee(draw(generator, sex), sex=sex)
        load = random_load(generator, n_frames)
        _, _, solution, _ = solve_poses(knee, load)
        counts.update(solution.status)
        balanced += int((solution.residual <= 1e-6).sum())
        finite += int(np.isfinite(solution.value).all(axis=1).sum())
        if i % every == 0:
            started += n_frames
            other += int(other_minima(knee, load, solution).sum())
    total = n_knees * n_frames
    print(
        f"{name}: {total} solves; no NaN in {100 * finite / total:.2f} %, "
        f"1e-6 N reached in {100 * balanced / total:.3f} %"
    )
    for word, count in counts.most_common():
        print(f"   {word:14} {100 * count / total:7.3f} %")
    print(
        f"   starts disturbed three ways end elsewhere in {100 * other / started:.2f} % of {started}: marked multiple"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knees", type=int, default=10_000)
    n_knees = parser.parse_args().knees
    for name in ("2 SD", "wide"):
        survey(name, n_knees)


if __name__ == "__main__":
    main()
