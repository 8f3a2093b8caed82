"""One full set of sensitivities, every outcome to every input, relative to one solve and to what it stands for.

Run from the checkout: python benchmarks/sensitivity.py [--repeats 5]
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.sensitivity import sensitivities
from trochlea.knee.setup import knee_setup, setup_knee, setup_load

FLEXION = np.radians(np.arange(0.0, 121.0, 10.0))


def shortest(call: Callable[[], object], repeats: int) -> float:
    """Shortest time of some calls [s], the first left out."""
    call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    setup = knee_setup()
    for title, flexion in (("one angle", FLEXION[3:4]), ("13 angles", FLEXION)):
        knee, load = setup_knee(setup), setup_load(setup, flexion=flexion, quadriceps=600.0)
        solve = shortest(lambda knee=knee, load=load: solve_poses(knee, load), 20 * repeats)
        build = shortest(lambda: setup_knee(setup), 4 * repeats)
        full = shortest(lambda flexion=flexion: sensitivities(setup, flexion=flexion), repeats)
        found = sensitivities(setup, flexion=flexion)
        again = 2 * len(found.inputs) * (build + solve)
        print(
            f"{title}: {full:.2f} s for {len(found.outcomes)} outcomes x {len(found.inputs)} inputs = "
            f"{full / solve:.0f} solves, {full / (build + solve):.0f} builds with a solve; plain central differences "
            f"of solutions would take {again:.2f} s; building {1e3 * build:.1f} ms, solving {1e3 * solve:.2f} ms"
        )


if __name__ == "__main__":
    main()
