"""Seconds that `trochlea evidence --json` takes from the shell, start of Python included: the least of several runs.

Run: python benchmarks/evidence_command.py
"""

import subprocess
import sys
import time

REPEATS = 7
FORMS = (["--json"], ["network", "--json"], ["studies"], ["claim"])


def seconds(options: list[str]) -> float:
    """The least wall time of several runs [s]."""
    command = [sys.executable, "-m", "trochlea.cli", "evidence", *options]
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    for options in FORMS:
        print(f"trochlea evidence {' '.join(options):20s} {seconds(options):.2f} s")
