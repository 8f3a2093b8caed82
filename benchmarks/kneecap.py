"""Solves a second of the kneecap's equilibrium on one core: cold starts, float64, 1e-6 N, random knees and loads.

The building of the knees is timed apart; a solve is given relative to an evaluation of the energy with its gradient
and Hessian in the same run.

Run from the checkout: python benchmarks/kneecap.py [--knees 500]
"""

import argparse
import time

import numpy as np

from trochlea.advice.draws import draw_person
from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.kernel.newton import scaled_energy
from trochlea.knee.kernel_inputs import kernel_inputs
from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.shape import knee_shape
from trochlea.leg.extensor import ExtensorLoad
from trochlea.person.read import demo_person

FRAMES = 10


def loads(rng: np.random.Generator) -> ExtensorLoad:
    zero = np.zeros(FRAMES)
    return ExtensorLoad(
        times=np.arange(FRAMES, dtype=float),
        side="right",
        tibiofemoral_flexion=np.radians(rng.uniform(0, 100, FRAMES)),
        femoral_rotation=zero,
        tibial_rotation=zero,
        knee_valgus=zero,
        tension=np.outer(rng.uniform(50, 2500, FRAMES), [0.155, 0.195, 0.40, 0.25]),
    )


def energy_time(knee: Knee, load: ExtensorLoad, repeats: int = 2000) -> float:
    """Seconds of one energy with gradient and Hessian at the solved pose of the first frame."""
    surface, heads, fibres = kernel_inputs(knee, load)
    rotations, positions, _, _ = solve_poses(knee, load)
    frame_heads = (heads[0], heads[1][0], heads[2][0], heads[3])
    frame_fibres = (fibres[0], fibres[1][0], fibres[2], fibres[3], fibres[4])
    work = (np.empty(3), np.empty(3), np.empty((2, 6)))
    gradient, hessian = np.empty(6), np.empty((6, 6))
    inputs = (rotations[0], positions[0], surface, frame_heads, frame_fibres, work, gradient, hessian)
    scaled_energy(*inputs)
    start = time.perf_counter()
    for _ in range(repeats):
        scaled_energy(*inputs)
    return (time.perf_counter() - start) / repeats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knees", type=int, default=500)
    n_knees = parser.parse_args().knees
    rng, person = np.random.default_rng(1), demo_person()
    start = time.perf_counter()
    solve_poses(build_knee(sex="male"), loads(rng))
    print(f"first call, loaded from the cache or compiled: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    knees = [
        build_knee(knee_shape(draw_person(person, rng).knee, sex=person.sex), sex=person.sex) for _ in range(n_knees)
    ]
    building = time.perf_counter() - start
    inputs = [loads(rng) for _ in knees]
    start = time.perf_counter()
    solutions = [solve_poses(knee, load)[2] for knee, load in zip(knees, inputs, strict=True)]
    solving = time.perf_counter() - start
    n = n_knees * FRAMES
    statuses = [status for solution in solutions for status in solution.status]
    steps = np.concatenate([solution.iterations for solution in solutions])
    single = energy_time(knees[0], inputs[0])
    print(f"building: {1e3 * building / n_knees:.2f} ms a knee")
    print(f"solving:  {n / solving:.0f} solves/s at {knees[0].patella.areas.size} points, forces included")
    print(
        f"          {solving / n / single:.0f} energies with gradient and Hessian a solve ({1e6 * single:.0f} us each)"
    )
    print(f"steps:    mean {steps.mean():.1f}, 99 % {np.quantile(steps, 0.99):.0f}, most {steps.max()}")
    for status in sorted(set(statuses)):
        print(f"{status:<14}{100 * statuses.count(status) / n:.2f} %")


if __name__ == "__main__":
    main()
