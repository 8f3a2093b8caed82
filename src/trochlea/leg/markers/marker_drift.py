"""Markers that sit elsewhere in a trial than in the static trial: put on again, or pushed aside in between."""

from dataclasses import dataclass, replace

import numpy as np

from trochlea.leg.kinematics import static_pose
from trochlea.leg.markers.inverse_kinematics import InverseKinematics, solve_inverse_kinematics
from trochlea.leg.markers.marker_set import MarkerSet, match_labels
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array

DRIFT = 0.010
"""Two markers of one body whose middle distance differs by more than this between static trial and trial do not sit
where they sat [m]. Assumed; skin moves the markers of the published walk by up to 5 mm in the middle of the trial, and
its left thigh cluster, put on again, is 12 to 17 mm nearer to the knee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerDrift:
    """A marker whose distances to a landmark of its body changed.

    Attributes:
        name: Of the marker that is taken to have moved.
        landmark: The landmark of its body to which its distance changed most.
        static_distance: In the static trial [m].
        trial_distance: In the middle of the trial [m].
    """

    name: str
    landmark: str
    static_distance: float
    trial_distance: float

    def __str__(self) -> str:
        """One line for a reader."""
        return (
            f"{self.name} is {self.trial_distance * 1e3:.0f} mm from {self.landmark}, in the static trial "
            f"{self.static_distance * 1e3:.0f} mm: it was put on again or pushed aside"
        )


def drifted_markers(marker_set: MarkerSet, static: Markers, trial: Markers) -> tuple[MarkerDrift, ...]:
    """Markers whose distance to most bony landmarks of their body changed between static trial and trial.

    Landmarks are the markers with a static weight; a body without any compares its markers with each other, and
    an only landmark is taken to be right. The trunk is left out: shoulders ride on the arms.
    """
    columns = _common_columns(marker_set, static, trial)
    drifts = []
    for row, (in_static, in_trial) in columns.items():
        mates = [o for o in columns if o != row and marker_set.bodies[o] == marker_set.bodies[row] != "torso"]
        landmarks = [mate for mate in mates if marker_set.static_weights[mate] > 0]
        if not landmarks and marker_set.static_weights[row] <= 0:
            landmarks = mates
        compared = []
        for mate in landmarks:
            before = _middle_distance(static, in_static, columns[mate][0])
            after = _middle_distance(trial, in_trial, columns[mate][1])
            if np.isfinite(after - before):
                compared.append((abs(after - before), mate, before, after))
        if 2 * sum(change > DRIFT for change, *_ in compared) > len(compared):
            _, mate, before, after = max(compared)
            drifts.append(
                MarkerDrift(
                    name=marker_set.names[row],
                    landmark=marker_set.names[mate],
                    static_distance=before,
                    trial_distance=after,
                )
            )
    return tuple(drifts)


def reseat_drifted(
    leg: LegModel, marker_set: MarkerSet, static: Markers, trial: Markers
) -> tuple[MarkerSet, tuple[MarkerDrift, ...]]:
    """Technical markers that moved since the static trial, laid where the trial shows them; and all that moved.

    A landmark that moved stays where it is on the model: it is named, and the trial's user decides.
    """
    drifts = drifted_markers(marker_set, static, trial)
    landmarks = {n for n, w in zip(marker_set.names, marker_set.static_weights, strict=True) if w > 0}
    technical = tuple(drift.name for drift in drifts if drift.name not in landmarks)
    if technical:
        marker_set, _ = replace_in_trial(leg, marker_set, trial, technical)
    return marker_set, drifts


def replace_in_trial(
    leg: LegModel, marker_set: MarkerSet, trial: Markers, names: tuple[str, ...]
) -> tuple[MarkerSet, InverseKinematics]:
    """Markers laid where the trial itself shows them on their bodies, in the middle of its frames.

    The trial is solved without them; their place is the median of where they then are in the body.

    Returns:
        The set with these markers moved, and the solution without them.
    """
    without = replace(
        marker_set,
        weights=np.array([0.0 if n in names else w for n, w in zip(marker_set.names, marker_set.weights, strict=True)]),
    )
    solution = solve_inverse_kinematics(leg, without, trial)
    solved = np.flatnonzero(solution.is_solved)
    columns = {name: i for i, name in enumerate(marker_set.names)}
    known = match_labels(marker_set, trial.names)
    label = dict(zip(known.rows.tolist(), known.columns.tolist(), strict=True))
    positions = np.array(marker_set.positions)
    series = solution.coordinates
    pose = static_pose(leg, replace(series, times=series.times[solved], values=series.values[solved]))
    bodies = segments(leg, pose)
    for name in names:
        row = columns[name]
        if row not in label:
            continue
        origin, turn = bodies.body(marker_set.bodies[row])
        local = np.einsum("fji,fj->fi", turn, trial.positions[solved, label[row]] - origin)
        if np.isfinite(local).any():
            positions[row] = np.nanmedian(local, axis=0)
    return marker_set.placed(positions), solution


def _common_columns(marker_set: MarkerSet, static: Markers, trial: Markers) -> dict[int, tuple[int, int]]:
    """Columns in both trials of each marker of the set that both have, by its row."""
    there = [match_labels(marker_set, markers.names) for markers in (static, trial)]
    first, second = (dict(zip(m.rows.tolist(), m.columns.tolist(), strict=True)) for m in there)
    return {row: (column, second[row]) for row, column in first.items() if row in second}


def _middle_distance(markers: Markers, first: int, second: int) -> float:
    """Median distance of two markers over the frames that see both [m]; NaN if none does."""
    apart: Array = np.linalg.norm(markers.positions[:, first] - markers.positions[:, second], axis=1)
    return float(np.nanmedian(apart)) if np.isfinite(apart).any() else float("nan")
