"""How large each body is, from distances between markers of a static trial against the same on the unscaled skeleton.

A measurement is the mean ratio of one or more pairs of markers, each pair's distance averaged over a window of the
static trial, and scales some axes of some bodies (marker_pairs.csv), as in OpenSim's scale tool.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import MarkerSet, label_key, listed, match_labels
from trochlea.leg.skeleton.model import BODIES, MODEL_STATURE, LegModel, build_leg_from_factors
from trochlea.leg.skeleton.scaling import Factors
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


@cache
def measurements(marker_set: str) -> tuple[Measurement, ...]:
    """Measurements of a published marker set (marker_pairs.csv).

    Raises:
        InputError: If there are none for this set.
    """
    text = files("trochlea.leg.markers").joinpath("marker_pairs.csv").read_text(encoding="utf-8")
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


def _skeleton_places(marker_set: MarkerSet) -> dict[str, Array]:
    """Markers on the unscaled skeleton with every coordinate at 0, in ground."""
    leg = _unscaled()
    points = body_points(leg, marker_set.bodies, marker_set.positions)
    places, _ = place_points(points, np.zeros((1, len(leg.coordinates))))
    return {label_key(name): place for name, place in zip(marker_set.names, places[0], strict=True)}


@cache
def _unscaled() -> LegModel:
    # Mass, height and sex do not matter: only distances are asked of it.
    factors = {body: np.ones(3) for body in BODIES}
    return build_leg_from_factors(
        factors, mass=75.0, height=MODEL_STATURE, sex="male", source="the unscaled skeleton", notes=()
    )


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
