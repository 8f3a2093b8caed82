"""How joint angles of runners differ from person to person: writes src/trochlea/motion/gait_files/run_spread.csv.

Each of 46 runners' curves (`fukuchi-2018-running`) less the mean of the own laboratory, as six harmonics; principal
components of hip, knee and ankle together, over the whole cycle, each times the SD of its score.

Run from the checkout: python validation/gait_spread.py [--data FOLDER] [--write]
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from markdown_table import print_table

from trochlea.motion.timeseries import Array

DATA = Path(__file__).parents[2] / "shared" / "data"
TABLE = Path(__file__).parents[1] / "src" / "trochlea" / "motion" / "gait_files" / "run_spread.csv"
ANGLES = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
HARMONICS = 6
COMPONENTS = 7
"""Enough for nine tenths of the variance."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write the table into the package")
    arguments = parser.parse_args()
    curves, labs = read_runners(arguments.data / "normative" / "fukuchi_bmc_ric_running")
    components, share = components_of(curves, labs)
    print_table(
        f"Principal components of {len(curves)} runners' hip, knee and ankle [degrees].",
        ("component", "share of variance", *(f"{name}, largest" for name in ANGLES)),
        [
            (str(k + 1), f"{share[k]:.2f}", *(f"{np.abs(components[k, j]).max():.1f}" for j in range(3)))
            for k in range(COMPONENTS)
        ],
    )
    print(f"Together {share[:COMPONENTS].sum():.3f} of the variance.")
    if arguments.write:
        write(components)


def read_runners(folder: Path) -> tuple[Array, list[str]]:
    """Curves, shape (runners, angles, 101) [degrees], and each runner's laboratory."""
    found: dict[tuple[str, str], list[list[float]]] = {}
    with (folder / "running_2p5mps_subject_means.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            one = found.setdefault((row["lab"], row["subject"]), [])
            one.append([float(row[f"{name}_deg"]) for name in ANGLES])
    return np.swapaxes(np.array(list(found.values())), 1, 2), [lab for lab, _ in found]


def components_of(curves: Array, labs: list[str]) -> tuple[Array, Array]:
    """Components times the SD of their scores, shape (COMPONENTS, angles, 101) [degrees]; shares of variance."""
    turns = 2 * np.pi * np.outer(np.arange(101) / 100, np.arange(HARMONICS + 1))
    basis = np.hstack([np.cos(turns), np.sin(turns[:, 1:])])
    smooth = curves @ np.linalg.pinv(basis).T @ basis.T
    own = np.array(labs)
    apart = np.concatenate([smooth[own == lab] - smooth[own == lab].mean(axis=0) for lab in sorted(set(labs))])
    flat = apart.reshape(len(apart), -1) / np.sqrt(len(apart) - len(set(labs)))
    _, sizes, rows = np.linalg.svd(flat, full_matrices=False)
    found = (sizes[:COMPONENTS, None] * rows[:COMPONENTS]).reshape(COMPONENTS, len(ANGLES), -1)
    return found, sizes**2 / np.sum(sizes**2)


def write(components: Array) -> None:
    names = [f"{name}_{k + 1}_deg" for k in range(COMPONENTS) for name in ANGLES]
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["percent_of_cycle", *names])
        for i, row in enumerate(components.reshape(-1, components.shape[-1]).T):
            writer.writerow([i, *(f"{x:.2f}" for x in row)])


if __name__ == "__main__":
    main()
