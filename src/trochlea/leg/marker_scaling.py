"""Size of the leg model from a static trial: distances between markers against the same distances on the skeleton.

As OpenSim's scale tool does it: a measurement is the mean ratio of one or more pairs of markers, each pair's distance
averaged over a window of the static trial, and scales some axes of some bodies (marker_pairs.csv). Then the static
pose is found and markers move onto their measured places.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.marker_kinematics import body_points, place_points
from trochlea.leg.marker_set import (
    MarkerSet,
    choose_marker_set,
    label_key,
    listed,
    match_labels,
    published_marker_sets,
)
from trochlea.leg.model import BODIES, MODEL_STATURE, LegModel, MusclePaths, build_leg, build_leg_from_factors
from trochlea.leg.path import MusclePath
from trochlea.leg.scaling import Factors
from trochlea.leg.static_trial import StaticPosture, find_static_posture, still_window
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array

PLAUSIBLE = (0.5, 2.0)
"""A segment that is less than half or more than twice the skeleton's points to a wrong unit or label [-]. Assumed; the
published walk has up to 1.66 (foot height)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What some distances say about the size of some bodies.

    Attributes:
        name: Of the measurement.
        bodies: That it scales.
        axes: Of these bodies, some of "xyz".
        pairs: Of markers.
    """

    name: str
    bodies: tuple[str, ...]
    axes: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerScaling:
    """A leg model scaled to a static trial.

    Attributes:
        leg: The scaled model.
        marker_set: Its markers, moved onto the measured places.
        factors: Scale factors of each body, shape (3,) [-].
        posture: The static pose, found before the markers moved.
        window: Part of the static trial that was averaged [s].
        notes: What a reader must know.
    """

    leg: LegModel
    marker_set: MarkerSet
    factors: Factors
    posture: StaticPosture
    window: tuple[float, float]
    notes: tuple[str, ...]


def scale_to_markers(
    static: Markers,
    *,
    mass: float,
    height: float,
    sex: str,
    window: tuple[float, float] | None = None,
    marker_set: str | None = None,
    extra_muscles: tuple[MusclePath, ...] = (),
    paths: MusclePaths = "rajagopal-2016",
) -> MarkerScaling:
    """Scale the unscaled skeleton to a static trial, find the static pose and place the markers.

    Args:
        static: The person standing still.
        mass: Body mass [kg].
        height: Stature [m]; sizes the upper body's masses.
        sex: "female" or "male".
        window: Start and end of what is averaged [s]; the whole trial if None.
        marker_set: Name of a published set; the one that knows most labels if None.
        extra_muscles: Muscles that MyoLegs lacks.
        paths: Published knee and muscle paths.

    Returns:
        The scaled model with its markers.

    Raises:
        InputError: If no label is known, the window is empty, or a size is impossible.
    """
    chosen = _chosen(static, marker_set)
    name = chosen.source.split(" ", 1)[0]
    start, end = still_window(static, window)
    factors, notes = scale_factors(static, chosen, measurements(name), window=(start, end))
    leg = build_leg_from_factors(
        factors,
        mass=mass,
        height=height,
        sex=sex,
        source=f"static markers of {static.source}",
        notes=(f"scaled by marker distances of {static.source}, {start:g} to {end:g} s, marker set {chosen.source}",),
        extra_muscles=extra_muscles,
        paths=paths,
    )
    scaled = scaled_markers(chosen, factors)
    posture = find_static_posture(leg, scaled.weighted_for_placing(), static, window=(start, end))
    placed, left = move_markers(leg, scaled, static, posture, window=(start, end))
    return MarkerScaling(
        leg=leg,
        marker_set=placed,
        factors=factors,
        posture=posture,
        window=(start, end),
        notes=(*notes, *left, *posture.notes),
    )


def place_markers(
    leg: LegModel, marker_set: MarkerSet, static: Markers, *, window: tuple[float, float] | None = None
) -> tuple[MarkerSet, StaticPosture]:
    """Markers of a model that is scaled already, moved onto their places in a static trial."""
    at = still_window(static, window)
    posture = find_static_posture(leg, marker_set.weighted_for_placing(), static, window=at)
    placed, _ = move_markers(leg, marker_set, static, posture, window=at)
    return placed, posture


@cache
def measurements(marker_set: str) -> tuple[Measurement, ...]:
    """Measurements of a published marker set (marker_pairs.csv).

    Raises:
        InputError: If there are none for this set.
    """
    text = files("trochlea.leg").joinpath("marker_pairs.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    grouped: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in rows:
        if row["set"] == marker_set:
            key = (row["measurement"], row["bodies"], row["axes"])
            grouped.setdefault(key, []).append((row["first"], row["second"]))
    if not grouped:
        known = ", ".join(dict.fromkeys(row["set"] for row in rows))
        raise InputError(f"marker set {marker_set!r}: expected one of {known}")
    return tuple(
        Measurement(name=name, bodies=tuple(bodies.split()), axes=axes, pairs=tuple(pairs))
        for (name, bodies, axes), pairs in grouped.items()
    )


def scale_factors(
    static: Markers, marker_set: MarkerSet, wanted: tuple[Measurement, ...], *, window: tuple[float, float]
) -> tuple[Factors, tuple[str, ...]]:
    """Scale factors of every body, and what was assumed for want of markers.

    Args:
        static: The person standing still.
        marker_set: Positions on the unscaled skeleton.
        wanted: What scales what.
        window: Of the static trial [s].

    Raises:
        InputError: If no pair of markers is there, or a ratio is impossible.
    """
    known = match_labels(marker_set, static.names)
    columns = {label_key(marker_set.names[r]): int(c) for r, c in zip(known.rows, known.columns, strict=True)}
    on_skeleton = _skeleton_places(marker_set)
    inside = (static.times >= window[0]) & (static.times <= window[1])
    notes: list[str] = []
    found: dict[tuple[str, str], float] = {}
    for measurement in wanted:
        ratios, absent = [], []
        for first, second in measurement.pairs:
            ends = [label_key(first), label_key(second)]
            if not all(end in columns for end in ends):
                absent.append(f"{first}-{second}")
                continue
            apart = static.positions[inside][:, columns[ends[0]]] - static.positions[inside][:, columns[ends[1]]]
            distances = np.linalg.norm(apart, axis=1)
            if not np.isfinite(distances).any():
                absent.append(f"{first}-{second}")
                continue
            model = float(np.linalg.norm(on_skeleton[ends[0]] - on_skeleton[ends[1]]))
            ratios.append(float(np.nanmean(distances)) / model)
        if absent:
            notes.append(f"{measurement.name}: the static trial lacks {', '.join(absent)}")
        if ratios:
            factor = float(np.mean(ratios))
            _check_ratio(static, measurement, factor)
            found |= {(body, axis): factor for body in measurement.bodies for axis in measurement.axes}
    if not found:
        raise InputError(
            f"{static.source}: lacks every pair of markers that could scale the model: found {listed(static.names)}; "
            f"expected e.g. {'-'.join(wanted[0].pairs[0])}; give a static trial with anatomical markers, or height"
        )
    return _filled(found, notes)


def scaled_markers(marker_set: MarkerSet, factors: Factors) -> MarkerSet:
    """The markers on the scaled skeleton."""
    by_body = np.array([factors.get(body, np.ones(3)) for body in marker_set.bodies])
    return marker_set.placed(marker_set.positions * by_body)


def move_markers(
    leg: LegModel, marker_set: MarkerSet, static: Markers, posture: StaticPosture, *, window: tuple[float, float]
) -> tuple[MarkerSet, tuple[str, ...]]:
    """Markers that are not fixed, moved to where the static trial has them in the static pose.

    A marker that the static trial lacks stays where it is; one whose place is not known stays out of use.
    """
    known = match_labels(marker_set, static.names)
    inside = (static.times >= window[0]) & (static.times <= window[1])
    positions = np.array(marker_set.positions)
    moved = []
    for row, column in zip(known.rows, known.columns, strict=True):
        body = marker_set.bodies[row]
        if marker_set.is_fixed[row] or body not in posture.segments.names:
            continue
        seen = static.positions[inside, column]
        if not np.isfinite(seen).any():
            continue
        origin, turn = posture.segments.body(body)
        positions[row] = turn[0].T @ (np.nanmean(seen, axis=0) - origin[0])
        moved.append(marker_set.names[row])
    notes = []
    adrift = [n for n, p in zip(marker_set.names, positions, strict=True) if not np.isfinite(p).all()]
    if adrift:
        notes.append(f"not in the static trial and without a known place, left out: {', '.join(adrift)}")
    notes.append(f"moved onto their places in the static trial: {len(moved)} markers")
    return marker_set.placed(positions), tuple(notes)


def _chosen(static: Markers, name: str | None) -> MarkerSet:
    if name is None:
        return choose_marker_set(static.names)
    sets = published_marker_sets()
    if name not in sets:
        raise InputError(f"marker set {name!r}: expected one of {', '.join(sets)}")
    return sets[name]


def _skeleton_places(marker_set: MarkerSet) -> dict[str, Array]:
    """Markers on the unscaled skeleton with every coordinate at 0, in ground."""
    leg = _unscaled()
    points = body_points(leg, marker_set.bodies, marker_set.positions)
    places, _ = place_points(points, np.zeros((1, len(leg.coordinates))))
    return {label_key(name): place for name, place in zip(marker_set.names, places[0], strict=True)}


@cache
def _unscaled() -> LegModel:
    # Mass and sex do not matter: only distances are asked of it.
    return build_leg(mass=75.0, height=MODEL_STATURE, sex="male")


def _check_ratio(static: Markers, measurement: Measurement, factor: float) -> None:
    low, high = PLAUSIBLE
    if low <= factor <= high:
        return
    raise InputError(
        f"{static.source}: {measurement.name}: {'-'.join(measurement.pairs[0])} is {factor:.2g} times the skeleton's, "
        f"expected {low:g} to {high:g}; check the unit of the file (mm or m) and the labels of these markers"
    )


def _filled(found: dict[tuple[str, str], float], notes: list[str]) -> tuple[Factors, tuple[str, ...]]:
    """Axes that no pair measures take the mean of their body's, or else of all measured ones."""
    everything = float(np.mean(list(found.values())))
    factors: Factors = {}
    for body in BODIES:
        own = [found[body, axis] for axis in "xyz" if (body, axis) in found]
        substitute = float(np.mean(own)) if own else everything
        lacking = [axis for axis in "xyz" if (body, axis) not in found]
        factors[body] = np.array([found.get((body, axis), substitute) for axis in "xyz"])
        if lacking:
            whose = "the mean of its other axes" if own else "the mean of all measured bodies"
            notes.append(f"assumed: {body} {', '.join(lacking)}: no pair measures it, {whose} ({substitute:.3f})")
    return factors, tuple(notes)
