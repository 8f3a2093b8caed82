"""The posture of somebody at the deepest point of a movement, read from the joint angles of their own trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.motion.files.column import coordinate_name
from trochlea.motion.motion import Side
from trochlea.motion.repetitions import LEAST_DEPTH, Repetition, repetitions
from trochlea.motion.timeseries import Array, TimeSeries
from trochlea.person.measured import Measured

PELVIS = ("pelvis_tilt", "pelvis_list", "pelvis_rotation")
"""Columns that turn the pelvis in ground: about z, then its own x, then its own y. `rajagopal-2016-model`; the models
of gait2392 and of Lenhart turn it in the same order."""

TRUNK = ("lumbar_extension", "lumbar_bending", "lumbar_rotation")
"""Columns that turn the trunk on the pelvis, in the same order."""

COLUMNS = {
    "hip_adduction": ("hip_adduction",),
    "pelvic_drop": PELVIS,
    "trunk_lean": (*PELVIS, *TRUNK),
    "trunk_flexion": (*PELVIS, *TRUNK),
}
"""Angle -> columns that it is made of, without side."""

FARTHEST_BENT = float(np.radians(60.0))
"""A trunk bent forwards by more has no lean that could be told: a degree of its bearing is then half a degree of its
own or less [rad]. Assumed."""

UP = np.array([0.0, 1.0, 0.0])
"""Up in the ground frame of OpenSim's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPosture:
    """What a trial shows of a posture at the deepest flexion of the knee.

    Attributes:
        angles: By quantity [rad]: mean over the repetitions and the SD between them, None of a single one.
        knee_flexion: There [rad], likewise.
        n_repetitions: That were read.
        missing: Angles that the trial does not show, and why.
    """

    angles: Mapping[str, Measured]
    knee_flexion: Measured
    n_repetitions: int
    missing: Mapping[str, str]


def seen_posture(coordinates: TimeSeries, side: Side, *, name: str) -> SeenPosture:
    """The posture at the deepest points of a trial.

    Pelvis and trunk are seen in the direction in which the pelvis faces as each repetition begins: a laboratory's axes
    do not say where a person looks.

    Args:
        coordinates: Joint angles with names and signs of `rajagopal-2016-model`, the knee flexing positively [rad].
        side: The leg that works.
        name: Of the trial, for notes and messages.

    Raises:
        InputError: If the trial has no knee angle, no angle of the posture, or the knee never bends and straightens.
    """
    columns = _values(coordinates)
    knee = f"knee_angle_{side[0]}"
    if knee not in columns:
        raise InputError(f"{name}: no column {knee}, which shows the deepest point; found {_first(coordinates)}")
    absent = {quantity: _absent(quantity, side, columns) for quantity in COLUMNS}
    if all(absent.values()):
        wanted = ", ".join(dict.fromkeys(one for quantity in COLUMNS for one in _needed(quantity, side)))
        raise InputError(f"{name}: no angle of the posture; expected some of {wanted}; found {_first(coordinates)}")
    found = _repetitions(coordinates.times, columns[knee], knee, name)
    words = f"{name}, {len(found)} repetition{'s' if len(found) > 1 else ''}"
    rows = [_deepest(coordinates.times, columns, one, side) for one in found]
    angles = {quantity: _mean([row[quantity] for row in rows], words) for quantity in COLUMNS if quantity in rows[0]}
    missing = {quantity: f"no column {', '.join(names)}" for quantity, names in absent.items() if names}
    if "trunk_flexion" in angles and max(row["trunk_flexion"] for row in rows) > FARTHEST_BENT:
        del angles["trunk_lean"]
        missing["trunk_lean"] = f"the trunk is bent by more than {np.degrees(FARTHEST_BENT):.0f} degrees"
    return SeenPosture(
        angles=MappingProxyType(angles),
        knee_flexion=_mean([one.depth for one in found], words),
        n_repetitions=len(found),
        missing=MappingProxyType(missing),
    )


def _values(coordinates: TimeSeries) -> dict[str, Array]:
    """Coordinates by their own names, without the paths of a states file and without speeds."""
    found = {}
    for column, values in coordinates.as_mapping().items():
        base, is_speed = coordinate_name(column)
        if not is_speed:
            found[base] = values
    return found


def _needed(quantity: str, side: Side) -> tuple[str, ...]:
    return tuple(f"{one}_{side[0]}" if one.startswith("hip_") else one for one in COLUMNS[quantity])


def _absent(quantity: str, side: Side, columns: Mapping[str, Array]) -> tuple[str, ...]:
    return tuple(one for one in _needed(quantity, side) if one not in columns)


def _repetitions(times: Array, flexion: Array, knee: str, name: str) -> tuple[Repetition, ...]:
    """The repetitions that were recorded whole; those cut off if there is no other."""
    found = repetitions(times, flexion)
    low, high = np.degrees([flexion.min(), flexion.max()])
    if -low > max(high, np.degrees(LEAST_DEPTH)):
        raise InputError(
            f"{name}: {knee} runs from {low:z.0f} to {high:z.0f} degrees, a knee that bends backwards; expected "
            "flexion to be positive: give the model that the angles were made with, whose axes tell the sign"
        )
    if not found:
        raise InputError(
            f"{name}: {knee} runs from {low:z.0f} to {high:z.0f} degrees and never bends by "
            f"{np.degrees(LEAST_DEPTH):.0f} and straightens again; expected a squat or step that goes down and up: "
            "give another trial, or the other side"
        )
    return tuple(one for one in found if one.is_whole) or found


def _deepest(times: Array, columns: Mapping[str, Array], one: Repetition, side: Side) -> dict[str, float]:
    """Angles at the deepest point of one repetition, those that the columns give [rad]."""
    begin, deepest = ({name: np.interp(at, times, v) for name, v in columns.items()} for at in (one.start, one.deepest))
    outward = 1.0 if side == "right" else -1.0
    found = {}
    if f"hip_adduction_{side[0]}" in columns:
        found["hip_adduction"] = float(deepest[f"hip_adduction_{side[0]}"])
    if not all(name in columns for name in PELVIS):
        return found
    pelvis = _turn(deepest, PELVIS)
    found["pelvic_drop"] = outward * float(np.arcsin(pelvis.apply([0.0, 0.0, 1.0]) @ UP))
    if all(name in columns for name in TRUNK):
        forward = np.cross(UP, _turn(begin, PELVIS).apply([0.0, 0.0, 1.0]))
        forward /= np.linalg.norm(forward)
        spine = (pelvis * _turn(deepest, TRUNK)).apply(UP)
        found["trunk_lean"] = outward * float(np.arctan2(spine @ np.cross(forward, UP), spine @ UP))
        found["trunk_flexion"] = float(np.arctan2(spine @ forward, spine @ UP))
    return found


def _turn(at: Mapping[str, float], names: tuple[str, str, str]) -> Rotation:
    return Rotation.from_euler("ZXY", [at[name] for name in names])


def _mean(values: list[float], words: str) -> Measured:
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Measured(value=float(np.mean(values)), sd=sd, unit="rad", source="measured", note=words)


def _first(coordinates: TimeSeries) -> str:
    return ", ".join(coordinates.names[:4]) + (", ..." if len(coordinates.names) > 4 else "")
