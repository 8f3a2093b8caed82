"""Solves a second of the kneecap's equilibrium on one core: cold starts, float64, 1e-6 N, random knees and loads.

Knees within two standard deviations of published shapes, one random load each, at the default setting and at 300
points; the building of the knees is timed apart. Every part runs in a process of its own, so that the first call and
the peak memory are its own.

Run from the checkout: python benchmarks/kneecap.py [--knees 10000]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "validation"))


def solving(n_points: int, n_knees: int) -> None:
    """Build and solve; print both rates, the steps, the shares and the peak memory."""
    from robustness import random_load, within_two_sd

    from trochlea.knee.equilibrium import solve_poses
    from trochlea.knee.knee import build_knee
    from trochlea.knee.patella import build_patella

    rng = np.random.default_rng(1)
    solve_poses(build_knee(sex="male"), random_load(rng, 1))  # the first call is timed by itself
    building = seconds = 0.0
    statuses: list[str] = []
    steps: list[int] = []
    for i in range(n_knees):
        sex = ("female", "male")[i % 2]
        shape = within_two_sd(rng, sex)
        start = time.perf_counter()
        knee = build_knee(shape, sex=sex)
        knee = replace(knee, patella=build_patella(shape, n_points=n_points))
        building += time.perf_counter() - start
        load = random_load(rng, 1)
        start = time.perf_counter()
        solution = solve_poses(knee, load)[2]
        seconds += time.perf_counter() - start
        statuses += solution.status
        steps += solution.iterations.tolist()
    kernel = kernel_time(n_points, n_knees)
    print(
        f"{n_points} points: {n_knees / kernel:.0f} solves/s in the compiled solver, "
        f"{n_knees / seconds:.0f} one by one from Python, forces and status included"
    )
    print(f"   building {1e3 * building / n_knees:.2f} ms a knee; peak memory {peak_memory():.0f} MB")
    print(f"   steps: mean {np.mean(steps):.1f}, 99 % {np.quantile(steps, 0.99):.0f}, most {max(steps)}")
    print("   " + ", ".join(f"{word} {100 * statuses.count(word) / n_knees:.2f} %" for word in sorted(set(statuses))))


def kernel_time(n_points: int, n_knees: int, *, block: int = 500) -> float:
    """Seconds that the compiled solver takes for as many solves, loads of one knee in blocks as a movement has them."""
    from robustness import random_load, within_two_sd

    from trochlea.knee.kernel.frames import solve_frames
    from trochlea.knee.kernel_inputs import ALL_FREE, kernel_inputs
    from trochlea.knee.knee import build_knee
    from trochlea.knee.patella import build_patella
    from trochlea.knee.tissue import start_pose

    rng, seconds = np.random.default_rng(2), 0.0
    for i in range(max(1, n_knees // block)):
        sex = ("female", "male")[i % 2]
        shape = within_two_sd(rng, sex)
        knee = replace(build_knee(shape, sex=sex), patella=build_patella(shape, n_points=n_points))
        load = random_load(rng, block)
        inputs = kernel_inputs(knee, load)
        rotations, positions = start_pose(inputs[2][1][:, 1], load.tibiofemoral_flexion, shape)
        coarse = (knee.patella.coarse_points, knee.patella.coarse_areas)
        skip, left, steps = np.zeros(block, np.bool_), np.empty(block), np.zeros(block, np.int64)
        start = time.perf_counter()
        solve_frames(rotations, positions, skip, coarse, *inputs, ALL_FREE, False, 1e-6, 80, left, steps)
        seconds += time.perf_counter() - start
    return seconds * n_knees / (max(1, n_knees // block) * block)


def first_call() -> None:
    """Import and solve once."""
    start = time.perf_counter()
    from robustness import random_load

    from trochlea.knee.equilibrium import solve_poses
    from trochlea.knee.knee import build_knee

    imported = time.perf_counter() - start
    solve_poses(build_knee(sex="male"), random_load(np.random.default_rng(1), 1))
    total = time.perf_counter() - start
    print(f"   first call {total - imported:.2f} s, imports {imported:.2f} s before it")


def peak_memory() -> float:
    """Largest resident memory of this process [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(*arguments: str, **environment: str) -> None:
    """Run one part of this file in a process of its own, on one core."""
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    subprocess.run([sys.executable, __file__, *arguments], check=True, env=os.environ | one_core | environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knees", type=int, default=10_000)
    parser.add_argument("--part", choices=("first", "solving"), help=argparse.SUPPRESS)
    parser.add_argument("--points", type=int, default=300, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "first":
        first_call()
    elif arguments.part == "solving":
        solving(arguments.points, arguments.knees)
    else:
        from trochlea.knee.patella import N_POINTS

        with tempfile.TemporaryDirectory() as folder:
            print("nothing compiled yet:")
            apart("--part", "first", TROCHLEA_CACHE_DIR=folder)
            print("from the cache:")
            apart("--part", "first", TROCHLEA_CACHE_DIR=folder)
            for points in (str(N_POINTS), "300"):
                apart(
                    "--part", "solving", "--points", points, "--knees", str(arguments.knees), TROCHLEA_CACHE_DIR=folder
                )


if __name__ == "__main__":
    main()
