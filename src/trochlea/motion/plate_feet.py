"""Force plates joined to feet: which foot stands on which plate when.

Each span of load of a plate is given to the foot whose sole is at the centre of pressure. Where both feet stand on one
plate, or it cannot be told which foot does, nothing is given to either and the forces there are not covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.motion.coverage import CONTACT_FORCE, contacts, covered_samples
from trochlea.motion.foot_path import FootPath, sole_distance, stands
from trochlea.motion.motion import ContactLoad, Side
from trochlea.motion.plate_force import PlateForce, combine
from trochlea.motion.runs import Span, unbroken_runs
from trochlea.motion.timeseries import Array, read_only

ON_SOLE = 0.08
"""A centre of pressure this near the line of the sole is under that foot [m]. Assumed: half the width of a foot and the
error of its path; in the trials of the tests it stays within 0.03 m while the foot carries more than 50 N."""

CLEAR = 0.03
"""The other foot must be this much farther from the centre of pressure [m]. Assumed: less is within the error of the
feet's paths."""

MOST_SPANS = 4
"""Of so many spans of one kind on one plate a note says when; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateJoin:
    """Loads of the feet, at the plates' times.

    Attributes:
        times: Shape (samples,) [s].
        contacts: Right foot first; a foot that stood on no plate is left out.
        notes: Spans that were given to no foot, and why, one line each.
    """

    times: Array
    contacts: tuple[ContactLoad, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shares:
    """Samples of one plate: which foot they belong to, and where that is unknown."""

    feet: dict[Side, NDArray[np.bool_]]
    unknown: NDArray[np.bool_]
    notes: tuple[str, ...]


def join_plates(
    plates: Sequence[PlateForce], feet: tuple[FootPath, FootPath], *, ground: Array | None = None
) -> PlateJoin:
    """Contact loads of each foot.

    Args:
        plates: At the same times.
        feet: Paths of both feet; plates' samples at times outside them are not covered.
        ground: Velocity of the ground under the feet, shape (3,) [m/s]; at rest if None.

    Raises:
        InputError: If the plates' times differ, none of them is loaded while the feet are known, or no force acts on
            a foot.
    """
    times = _common_times(plates)
    inside = (times >= max(foot.times[0] for foot in feet)) & (times <= min(foot.times[-1] for foot in feet))
    if not inside.any():
        raise InputError(
            f"forces run from {times[0]:g} to {times[-1]:g} s, the feet from {feet[0].times[0]:g} to "
            f"{feet[0].times[-1]:g} s: they do not overlap; give files of the same trial, on one clock"
        )
    at = tuple(foot.at(times) for foot in feet)
    # Standing is told at the movement's own rate: differences of interpolated paths are steps.
    standing: dict[Side, NDArray[np.bool_]] = {
        side: np.interp(times, feet[0].times, flags.astype(float)) > 0.5
        for side, flags in stands(feet, ground=ground).items()
    }
    shares = [_share(plate, at, standing, inside) for plate in plates]
    if not any(own.any() for share in shares for own in share.feet.values()):
        notes = [note for share in shares for note in share.notes]
        reason = notes[0] if notes else "no plate carries 20 N or more while the feet are known"
        raise InputError(f"no force could be given to a foot: {reason}")
    unknown = np.any([share.unknown for share in shares], axis=0) | ~inside
    loads: dict[Side, PlateForce] = {}
    for foot in feet:
        parts = [_part(p, s.feet[foot.side]) for p, s in zip(plates, shares, strict=True) if s.feet[foot.side].any()]
        if parts:
            loads[foot.side] = combine(parts)
    return PlateJoin(
        times=times,
        contacts=_contacts(times, loads, unknown),
        notes=tuple(note for share in shares for note in share.notes),
    )


def _common_times(plates: Sequence[PlateForce]) -> Array:
    if not plates:
        raise InputError("no force plates; expected at least one")
    for plate in plates[1:]:
        if not np.array_equal(plate.times, plates[0].times):
            raise InputError(f"{plate.name} and {plates[0].name}: their times differ; resample them to the same ones")
    return plates[0].times


def _share(
    plate: PlateForce,
    feet: tuple[FootPath, ...],
    standing: dict[Side, NDArray[np.bool_]],
    inside: NDArray[np.bool_],
) -> _Shares:
    """Give each span of load to a foot; feet at the plate's times."""
    distances: dict[Side, Array] = {foot.side: sole_distance(foot, plate.point) for foot in feet}
    both = _both_on(plate, feet, standing, distances)
    own: dict[Side, NDArray[np.bool_]] = {foot.side: np.zeros(plate.times.size, dtype=bool) for foot in feet}
    unknown, notes = np.zeros(plate.times.size, dtype=bool), []
    shared: list[Span] = []
    left: dict[Side, list[Span]] = {foot.side: [] for foot in feet}
    worst: dict[Side, float] = {foot.side: 0.0 for foot in feet}
    for start, end in contacts(plate.force[:, 1]):
        span = np.zeros(plate.times.size, dtype=bool)
        span[start:end] = True
        unknown |= span & (both | ~inside)
        shared += unbroken_runs(span & both & inside)
        for first, last in unbroken_runs(span & inside & ~both):
            side, reason = _nearest(plate, distances, slice(first, last))
            if side is None:
                unknown[first:last] = True
                notes.append(f"{_where(plate, [(first, last)])}: {reason}")
                continue
            strays = _strays(plate, distances[side], slice(first, last))
            own[side][first:last] = ~strays
            unknown[first:last] |= strays
            if strays.any():
                worst[side] = max(worst[side], float(np.nanmax(distances[side][first:last][strays])))
                left[side] += [(first + a, first + b) for a, b in unbroken_runs(strays)]
    if shared:
        notes.append(f"{_where(plate, shared)}: both feet stand on it; not covered: choose other steps")
    notes += [
        f"{_where(plate, spans)}: the centre of pressure leaves the {side} foot by up to {worst[side]:.2f} m; not "
        "covered: did the other foot touch it? Choose other steps"
        for side, spans in left.items()
        if spans
    ]
    return _Shares(feet=own, unknown=unknown, notes=tuple(notes))


def _strays(plate: PlateForce, distance: Array, span: slice) -> NDArray[np.bool_]:
    """Samples of one foot's span that are not the foot's alone.

    Where a firm force acts beside the foot something else is on the plate too; of what that leaves of the span, the
    part with the largest impulse is the foot's.
    """
    vertical = plate.force[span, 1]
    strays = (vertical >= CONTACT_FORCE) & (np.nan_to_num(distance[span]) > ON_SOLE)
    parts = unbroken_runs(~strays)
    largest = max(parts, key=lambda part: vertical[part[0] : part[1]].sum(), default=(0, 0))
    strays[: largest[0]] = strays[largest[1] :] = True
    return strays


def _both_on(
    plate: PlateForce,
    feet: tuple[FootPath, ...],
    standing: dict[Side, NDArray[np.bool_]],
    distances: dict[Side, Array],
) -> NDArray[np.bool_]:
    """Samples at which both feet stand on the plate.

    Without an outline: both stand and the centre of pressure is under neither but nearer to each than they are to each
    other, as it is between two loaded feet.
    """
    together = np.all([standing[foot.side] for foot in feet], axis=0)
    if plate.corners is not None:
        for foot in feet:
            together &= _is_within(plate.corners, foot.heel) | _is_within(plate.corners, foot.toe)
        return together
    away = np.array([distances[foot.side] for foot in feet])
    middles = [(foot.heel + foot.toe)[:, [0, 2]] / 2 for foot in feet]
    apart = np.linalg.norm(middles[0] - middles[1], axis=1)
    return together & (away.min(axis=0) > ON_SOLE) & (away.max(axis=0) < apart)


def _is_within(corners: Array, points: Array) -> NDArray[np.bool_]:
    """Whether points lie over a convex outline, seen from above."""
    outline, flat = corners[:, [0, 2]], points[:, [0, 2]]
    edges = np.roll(outline, -1, axis=0) - outline
    away = flat[:, None] - outline
    turns = edges[:, 0] * away[..., 1] - edges[:, 1] * away[..., 0]
    return np.all(turns >= 0, axis=1) | np.all(turns <= 0, axis=1)


def _nearest(plate: PlateForce, distances: dict[Side, Array], span: slice) -> tuple[Side | None, str]:
    """The foot under the centre of pressure of one span, or None and the reason."""
    is_known = np.isfinite(plate.point[span]).all(axis=1)
    weights = np.where(is_known, plate.force[span, 1], 0.0)
    if weights.sum() <= 0.0:
        return None, "it has no centre of pressure there; give force, centre of pressure and free moment"
    mean: dict[Side, float] = {
        side: float(np.average(np.where(is_known, distance[span], 0.0), weights=weights))
        for side, distance in distances.items()
    }
    near, far = sorted(mean, key=lambda side: mean[side])
    if mean[near] > ON_SOLE:
        return None, (
            f"its centre of pressure lies {mean[near]:.2f} m beside the nearer foot, the {near} one; expected at most "
            f"{ON_SOLE:g} m: check the plate's corners and the axes of markers and forces"
        )
    if mean[far] - mean[near] < CLEAR:
        return None, (
            f"its centre of pressure lies {mean[near]:.2f} m from the {near} and {mean[far]:.2f} m from the {far} "
            "foot: cannot tell whose force it is; name the foot in an ExternalLoads file"
        )
    return near, ""


def _where(plate: PlateForce, spans: list[Span]) -> str:
    """The plate and when, the first MOST_SPANS spans by name and the rest counted."""
    named = ", ".join(f"{plate.times[first]:.2f} to {plate.times[last - 1]:.2f}" for first, last in spans[:MOST_SPANS])
    more = f" and {len(spans) - MOST_SPANS} more times" if len(spans) > MOST_SPANS else ""
    return f"{plate.name}, {named} s{more}"


def _part(plate: PlateForce, samples: NDArray[np.bool_]) -> PlateForce:
    """A plate's load at some samples, unloaded elsewhere."""
    keep = samples[:, None]
    return replace(
        plate,
        force=np.where(keep, plate.force, 0.0),
        point=np.where(keep, plate.point, np.nan),
        free_moment=np.where(keep, plate.free_moment, 0.0),
    )


def _contacts(times: Array, loads: dict[Side, PlateForce], unknown: NDArray[np.bool_]) -> tuple[ContactLoad, ...]:
    """Loads with what is covered; where a span belongs to nobody it is so for both feet."""
    result = []
    for side in ("right", "left"):
        if side not in loads:
            continue
        load, other = loads[side], loads.get("left" if side == "right" else "right")
        covered = covered_samples(times, load.force[:, 1], None if other is None else other.force[:, 1]) & ~unknown
        covered.setflags(write=False)
        result.append(
            ContactLoad(
                side=side,
                force=read_only(load.force),
                point=read_only(load.point),
                free_moment=read_only(load.free_moment),
                is_covered=covered,
            )
        )
    return tuple(result)
