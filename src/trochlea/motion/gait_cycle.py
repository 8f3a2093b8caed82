"""Joint angles of level walking and running over one cycle: published averages, with what was seen of their timing.

The tables are adapted from data under CC BY 4.0; `gait_files/NOTICE.md` says which, by whom, and what was changed.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.timeseries import Array, read_only

GaitName = Literal["walk", "run"]

ANGLES = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
"""Of the right leg, from its contact on [rad]; the left leg does the same half a cycle later."""

PELVIS = ("pelvis_anterior_tilt", "pelvis_side_up", "pelvis_side_forward")
"""Of the pelvis, its right side."""

HARMONICS = 6
"""As many as the walk's source has; the run's angles lose less than a degree by it."""

SPEEDS: dict[GaitName, tuple[float, float]] = {"walk": (1.0, 1.6), "run": (2.0, 3.0)}
"""Speeds to which the measured angles may be stretched [m/s]. Assumed: people lengthen their stride to go faster, which
these angles do not; at 3.5 m/s they would take 250 steps a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitCycle:
    """One cycle of a gait, right contact to right contact.

    Attributes:
        name: "walk" or "run".
        title: For people.
        harmonics: Cosine and sine coefficients of each angle by name, each of shape (2, harmonics + 1) [rad].
        speed: At which the angles were measured [m/s].
        contact: Share of the cycle that a foot is on the ground [-].
        step_width: Between the middles of the feet [m].
        toe_out: Of the feet on the ground [rad].
        trunk_flexion: Lean forward of the rigid trunk [rad].
        neutral_tilt: Anterior tilt of the source's pelvis where the model's is level [rad].
        stride_time: Measured duration of a cycle at that speed [s]; for comparison only.
        source: Citation keys.
        notes: What a reader must know.
    """

    name: GaitName
    title: str
    harmonics: dict[str, Array]
    speed: float
    contact: float
    step_width: float
    toe_out: float
    trunk_flexion: float
    neutral_tilt: float
    stride_time: float
    source: tuple[str, ...]
    notes: tuple[str, ...]

    def angle(self, name: str, phases: Array) -> Array:
        """An angle at phases of the cycle [-], of any size; zero where the source has none [rad]."""
        if name not in self.harmonics:
            return np.zeros_like(phases)
        cosines, sines = self.harmonics[name]
        turns = 2 * np.pi * np.outer(phases, np.arange(cosines.size))
        return np.cos(turns) @ cosines + np.sin(turns) @ sines


def gait_names() -> tuple[GaitName, ...]:
    """Names of the gaits."""
    return ("run", "walk")


def read_gait(name: str) -> GaitCycle:
    """A gait by name.

    References:
        fukuchi-2018-walking: walk, angles: medians of 24 young adults, right side, comfortable over ground.
        fukuchi-2026-steps: their preferred speed 1.23 (0.15) m/s and, at that speed on a treadmill, 115.8 (6.4) steps
            a minute; 22 of the 24.
        fukuchi-2020-djs: the mean ankle moment of the same data set over ground ends at 62 % of the cycle, 41 adults.
        fukuchi-2018-running: run, leg angles at 2.5 m/s: 46 runners on a treadmill.
        fukuchi-2017-running: run, pelvis: same condition, at most 28 of the runners. One runner's foot leaves the
            ground at 41 % of the cycle; his knee, hip and ankle turn within 2 % of when the averages do.
        unnamed-nd-running-times: run, young runners at steps of 1.00 m and 1.31 strides a second, thus 2.6 m/s.
        teng-2014-trunk: run, trunk leaning 7.3 (3.6) degrees forward.

    Raises:
        InputError: If there is no such gait.
    """
    if name == "walk":
        return GaitCycle(
            name="walk",
            title="walking on the level",
            harmonics=read_harmonics("walk"),
            speed=1.23,
            contact=0.62,
            step_width=0.10,
            toe_out=np.radians(5.0),
            trunk_flexion=0.0,
            neutral_tilt=NEUTRAL_TILT,
            stride_time=120.0 / 115.8,
            source=("fukuchi-2018-walking", "fukuchi-2026-steps", "fukuchi-2020-djs"),
            notes=("angles are medians of 24 young adults at their own comfortable speed", *LIMITS),
        )
    if name == "run":
        return GaitCycle(
            name="run",
            title="running on the level",
            harmonics=read_harmonics("run"),
            speed=2.5,
            contact=0.41,
            step_width=0.04,
            toe_out=np.radians(5.0),
            trunk_flexion=np.radians(7.3),
            neutral_tilt=0.0,
            stride_time=1.0 / 1.31,
            source=(
                "fukuchi-2018-running",
                "fukuchi-2017-running",
                "unnamed-nd-running-times",
                "teng-2014-trunk",
            ),
            notes=(
                "angles are means of 46 runners on a treadmill at 2.5 m/s, slower than most published running",
                "the pelvis does not turn: the sign of its rotation in the source is not verified",
                *LIMITS,
            ),
        )
    raise InputError(
        f"no gait {name!r}: expected one of {', '.join(gait_names())}; for stairs give your own trial, or a task "
        "of a step"
    )


NEUTRAL_TILT = float(np.arctan2(0.0350 - 0.0181, 0.1550 + 0.0095))
"""Anterior tilt of the line from PSIS to ASIS in the model's level pelvis [rad], 5.9 degrees: markers RPSI and RASI of
`rajagopal-2016-model`. `fukuchi-2018-walking` tilts its pelvis about such landmarks."""

LIMITS = (
    "the ground force is computed, not measured: it is what moves a body with this posture, a rigid trunk and hanging "
    "arms, over feet that stand still",
    "step width and toe-out are assumed; hip adduction and rotation follow from them",
    "an average of people is smoother than any one of them",
)


def read_harmonics(name: str, n: int = HARMONICS) -> dict[str, Array]:
    """Cosine and sine coefficients of every column of a table of angles.

    Args:
        name: Of the table, without its ending.
        n: Harmonics.

    Returns:
        Shape (2, n + 1) by column without its unit [rad], least squares over the cycle.
    """
    with files("trochlea.motion").joinpath("gait_files", f"{name}.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    phases = np.array([float(row["percent_of_cycle"]) for row in rows]) / 100.0
    turns = 2 * np.pi * np.outer(phases, np.arange(n + 1))
    basis = np.hstack([np.cos(turns), np.sin(turns[:, 1:])])
    found = {}
    for column in rows[0]:
        if column.endswith("_deg"):
            values = np.radians([float(row[column]) for row in rows])
            solved = np.linalg.lstsq(basis, values, rcond=None)[0]
            found[column.removesuffix("_deg")] = read_only([solved[: n + 1], np.concatenate([[0.0], solved[n + 1 :]])])
    return found
