"""A leg model scaled to a person's static trial, with the markers on it.

As in OpenSim's scale tool: bodies are scaled by distances between markers, the static pose is found, and markers move
onto their measured places.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.markers.marker_measurements import measurements, scale_factors
from trochlea.leg.markers.marker_set import MarkerSet, choose_marker_set, match_labels, published_marker_sets
from trochlea.leg.markers.static_trial import StaticPosture, find_static_posture, still_window
from trochlea.leg.skeleton.model import LegModel, MusclePaths, build_leg_from_factors
from trochlea.leg.skeleton.path import MusclePath
from trochlea.leg.skeleton.scaling import Factors
from trochlea.motion.markers import Markers

MISPLACED = 0.10
"""A landmark this far from the scaled model in the static pose has another one's label [m]. Assumed; in the published
static trial the farthest is 34 mm away."""


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
    _check_fit(static, posture)
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


def _check_fit(static: Markers, posture: StaticPosture) -> None:
    worst = np.argsort(posture.errors)[::-1][:2]
    if posture.errors[worst[0]] <= MISPLACED:
        return
    names = " and ".join(posture.names[i] for i in worst)
    raise InputError(
        f"{static.source}: standing, {names} are {posture.errors[worst[0]] * 1e3:.0f} and "
        f"{posture.errors[worst[1]] * 1e3:.0f} mm from the scaled model (at most {MISPLACED * 1e3:.0f} mm); check "
        "whether two labels are swapped in the static trial"
    )
