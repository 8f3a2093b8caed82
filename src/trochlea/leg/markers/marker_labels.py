"""Labels and units that cannot be right: markers that changed names, millimetres read as metres."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import InverseKinematics, pose_problem
from trochlea.leg.markers.marker_fit import MarkerFit, ToFit, descend, neutral_starts
from trochlea.leg.markers.marker_gaps import spans
from trochlea.leg.markers.marker_set import MarkerSet, label_key
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array

PERSON = (0.1, 10.0)
"""Markers of one person spread over this much, in the middle frame [m]. Assumed; a unit that is wrong by 1000 is far
outside, and anybody's legs are inside."""

SUSPECT_ERROR = 0.05
"""A frame in which two markers are farther than this from the model, and three times farther than in the quietest
quarter of the trial, is looked at [m]. Assumed; in the published walk one marker at a time does so."""

SUSPECT_RATIO = 3.0
ALWAYS_SUSPECT = 0.06
"""If two markers are farther than this in half of the frames, all frames are looked at [m]. Assumed."""

N_SUSPECTS = 6
N_SAMPLES = 4
MOST_SWAPS = 4
SCREENING_STEPS = 20
"""Enough to see whether an exchange helps: frames whose labels are right are solved by then."""

PAIR_GAIN = 0.25
"""Two labels are taken to be swapped if exchanging them lowers the squared errors of the two to less than this [-]."""

TOTAL_GAIN = 0.85
"""... and those of all markers to less than this [-]. Both assumed; exchanging two right labels raises them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSwap:
    """Two labels that fit the model much better when exchanged.

    Attributes:
        first: Label as in the trial.
        second: Label as in the trial.
        frames: Spans of frames, first and the frame after the last.
        times: Start and end of each span [s].
        rms_before: Of all markers in these frames [m].
        rms_after: The same with the two labels exchanged [m].
    """

    first: str
    second: str
    frames: tuple[tuple[int, int], ...]
    times: tuple[tuple[float, float], ...]
    rms_before: float
    rms_after: float

    def __str__(self) -> str:
        """One line for a reader."""
        when = ", ".join(f"{start:g} to {end:g} s" for start, end in self.times)
        return (
            f"{self.first} and {self.second} look swapped from {when}: exchanging them lowers the marker error from "
            f"{self.rms_before * 1e3:.0f} to {self.rms_after * 1e3:.0f} mm; correct the labels in the marker file"
        )


def check_unit(markers: Markers) -> None:
    """Refuse markers that are too far apart or too near to each other to be on a person.

    Raises:
        InputError: If the unit in the file's header cannot be right.
    """
    seen = np.isfinite(markers.positions[..., 0])
    enough = seen.sum(axis=1) >= 3
    if not enough.any():
        return
    kept = markers.positions[enough]
    low, high = np.nanmin(kept, axis=1), np.nanmax(kept, axis=1)
    spread = float(np.median(np.linalg.norm(high - low, axis=1)))
    if PERSON[0] <= spread <= PERSON[1]:
        return
    held, said = ("millimetres", "metres") if spread > PERSON[1] else ("metres", "millimetres")
    raise InputError(
        f"{markers.source}: the markers spread over {spread:.4g} m; expected {PERSON[0]:g} to {PERSON[1]:g} m on a "
        f"person; the file seems to hold {held} and to say {said}: correct the unit in its header"
    )


def find_swaps(
    leg: LegModel, marker_set: MarkerSet, markers: Markers, motion: InverseKinematics
) -> tuple[LabelSwap, ...]:
    """Pairs of labels whose exchange lets the model follow the markers, in the whole trial or in part of it.

    Nothing is changed: give the answer to `swap_labels` to exchange them.

    Args:
        leg: The scaled model.
        marker_set: Its markers.
        markers: The trial.
        motion: What inverse kinematics made of it.
    """
    problem, placed, _ = pose_problem(leg, marker_set, markers)
    errors = np.where(problem.weights > 0, motion.errors, np.nan)
    found: list[LabelSwap] = []
    while len(found) < MOST_SWAPS:
        frames = _suspect_frames(errors)
        if not frames.size:
            break
        pair = _best_pair(problem, placed.names, errors, frames)
        if pair is None:
            break
        exchanged = _exchanged(problem, pair, placed.weights)
        other = _distances(exchanged, _screened(exchanged).places)
        before, after = np.nansum(errors[:, pair] ** 2, axis=1), np.nansum(other[:, pair] ** 2, axis=1)
        is_swapped = after < PAIR_GAIN * before
        if not is_swapped.any():
            break
        found.append(_swap(markers, placed.names, pair, is_swapped, errors, other))
        problem = replace(
            problem,
            measured=np.where(is_swapped[:, None, None], exchanged.measured, problem.measured),
            weights=np.where(is_swapped[:, None], exchanged.weights, problem.weights),
        )
        errors = np.where(is_swapped[:, None], other, errors)
    return tuple(found)


def swap_labels(markers: Markers, swaps: tuple[LabelSwap, ...]) -> Markers:
    """The trial with the labels exchanged in the frames where they look swapped."""
    positions = np.array(markers.positions)
    for swap in swaps:
        pair = [markers.names.index(swap.first), markers.names.index(swap.second)]
        for start, end in swap.frames:
            positions[start:end, pair] = positions[start:end, pair[::-1]]
    done = "; ".join(f"{swap.first} and {swap.second} exchanged" for swap in swaps)
    return replace(markers, positions=positions, source=f"{markers.source} ({done})" if done else markers.source)


def _suspect_frames(errors: Array) -> NDArray[np.intp]:
    """Frames in which two markers or more are far from the model and farther than usual, or all if two always are."""
    filled = np.where(np.isfinite(errors), errors, 0.0)
    if (np.median(filled, axis=0) > ALWAYS_SUSPECT).sum() >= 2:
        return np.arange(len(errors))
    usual = np.quantile(filled, 0.25, axis=0)
    is_suspect = (filled > SUSPECT_ERROR) & (filled > SUSPECT_RATIO * usual)
    return np.flatnonzero(is_suspect.sum(axis=1) >= 2)


def _best_pair(
    problem: ToFit, names: tuple[str, ...], errors: Array, frames: NDArray[np.intp]
) -> tuple[int, int] | None:
    """The exchange that lowers the errors most in a few of the suspect frames; None if none lowers them enough."""
    worst = frames[np.argsort(np.nansum(errors[frames] ** 2, axis=1))[len(frames) // 2 :]]
    sample = np.sort(worst[np.unique(np.linspace(0, len(worst) - 1, N_SAMPLES).astype(int))])
    some = problem.frames(sample)
    own = np.nansum(errors[sample] ** 2, axis=0)
    suspects = np.argsort(own)[::-1][:N_SUSPECTS]
    pairs = {(min(a, b), max(a, b)) for a, b in combinations(suspects.tolist(), 2)} | mirrored_pairs(names)
    weights = problem.weights.max(axis=0)
    tried = [_exchanged(some, pair, weights) for pair in sorted(pairs)]
    together = replace(
        problem,
        measured=np.concatenate([one.measured for one in tried]),
        weights=np.concatenate([one.weights for one in tried]),
    )
    squares = _distances(together, _screened(together).places).reshape(len(tried), len(sample), -1) ** 2
    best, best_total = None, TOTAL_GAIN * own.sum()
    for pair, changed in zip(sorted(pairs), np.nansum(squares, axis=1), strict=True):
        if changed.sum() < best_total and changed[list(pair)].sum() < PAIR_GAIN * own[list(pair)].sum():
            best, best_total = pair, changed.sum()
    return best


def mirrored_pairs(names: tuple[str, ...]) -> set[tuple[int, int]]:
    """Positions of the markers that differ only in their first letter, r and l."""
    keys = {label_key(name): i for i, name in enumerate(names)}
    pairs = {(i, keys["l" + key[1:]]) for key, i in keys.items() if key.startswith("r") and "l" + key[1:] in keys}
    return {(min(pair), max(pair)) for pair in pairs}


def _exchanged(problem: ToFit, pair: tuple[int, int], weights: Array) -> ToFit:
    """The problem with two markers' measurements exchanged; a weight belongs to the marker on the model."""
    forth, back = list(pair), list(pair)[::-1]
    measured, new_weights = np.array(problem.measured), np.array(problem.weights)
    measured[:, forth] = problem.measured[:, back]
    new_weights[:, forth] = (problem.weights[:, back] > 0) * weights[forth]
    return replace(problem, measured=measured, weights=new_weights)


def _screened(problem: ToFit) -> MarkerFit:
    return descend(problem, neutral_starts(problem), max_steps=SCREENING_STEPS)


def _distances(problem: ToFit, places: Array) -> Array:
    return np.where(problem.weights > 0, np.linalg.norm(places - problem.measured, axis=2), np.nan)


def _swap(
    markers: Markers,
    names: tuple[str, ...],
    pair: tuple[int, int],
    is_swapped: NDArray[np.bool_],
    before: Array,
    after: Array,
) -> LabelSwap:
    labels = {label_key(label): label for label in markers.names}
    runs = spans(is_swapped)
    return LabelSwap(
        first=labels[label_key(names[pair[0]])],
        second=labels[label_key(names[pair[1]])],
        frames=tuple(runs),
        times=tuple((float(markers.times[start]), float(markers.times[end - 1])) for start, end in runs),
        rms_before=float(np.sqrt(np.nanmean(before[is_swapped] ** 2))),
        rms_after=float(np.sqrt(np.nanmean(after[is_swapped] ** 2))),
    )
