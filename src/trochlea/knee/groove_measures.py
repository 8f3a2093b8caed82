"""Three measures of one groove: any two define its cross-section, and the third must agree."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from scipy.optimize import brentq, minimize_scalar

from trochlea.errors import InputError
from trochlea.person.measured import Measured
from trochlea.units import MILLIMETRE

SULCUS, LATERAL, DEPTH = "sulcus_angle", "lateral_trochlear_inclination", "trochlear_depth"

DEPTH_ERROR = 2.0 * MILLIMETRE
"""A measured depth may differ this much from the one that both angles give [m]. Assumed: three lines, each read to a
millimetre, on bone or cartilage."""

FLATTEST = math.radians(1)
"""Least slope of a facet that is looked for [rad]."""

STEEPEST = math.radians(50)
"""Largest slope of a facet, and sum of both, that is looked for [rad]: a sum of 50 degrees is a sulcus angle of 130."""

DepthOf = Callable[[float, float], float]
"""Depth of the groove of a given sulcus angle and lateral inclination."""


def resolve_groove(
    given: Mapping[str, Measured], norms: Mapping[str, Measured], depth_of: DepthOf
) -> dict[str, Measured]:
    """What was given with both angles in place, and without the depth, which follows from them.

    Args:
        given: Measures of the knee by name [m, rad, -]; a depth counts only where it was measured.
        norms: The norm of every measure.
        depth_of: Depth [m] for a sulcus angle and a lateral inclination [rad].

    Raises:
        InputError: If three measures contradict each other, or a depth cannot be reached.
    """
    known = {name: value for name, value in given.items() if name != DEPTH}
    depth = given.get(DEPTH)
    if depth is None or depth.source != "measured":
        return known
    has_sulcus, has_lateral = (name in known and known[name].source == "measured" for name in (SULCUS, LATERAL))
    sulcus, lateral = (known.get(name, norms[name]) for name in (SULCUS, LATERAL))
    if has_sulcus and has_lateral:
        _check(sulcus.value, lateral.value, depth.value, depth_of)
        return known
    if has_sulcus:
        slopes = math.pi - sulcus.value
        found = _solve(lambda a: depth_of(sulcus.value, a) - depth.value, FLATTEST, slopes - FLATTEST, depth)
        return known | {LATERAL: _follows(norms[LATERAL], found, "sulcus angle and depth")}
    share = norms[LATERAL].value / (math.pi - norms[SULCUS].value)
    if has_lateral:
        a = lateral.value
        found = _solve(lambda b: depth_of(math.pi - a - b, a) - depth.value, FLATTEST, STEEPEST, depth)
        return known | {SULCUS: _follows(norms[SULCUS], math.pi - a - found, "lateral inclination and depth")}
    found = _solve(lambda s: depth_of(math.pi - s, share * s) - depth.value, 2 * FLATTEST, STEEPEST, depth)
    return known | {
        SULCUS: _follows(norms[SULCUS], math.pi - found, "depth"),
        LATERAL: _follows(norms[LATERAL], share * found, "depth"),
    }


def _check(sulcus: float, lateral: float, depth: float, depth_of: DepthOf) -> None:
    """Refuse a third measure that disagrees, with the medial slope that the other two imply."""
    implied = depth_of(sulcus, lateral)
    if abs(implied - depth) > DEPTH_ERROR:
        medial = math.degrees(math.pi - sulcus - lateral)
        raise InputError(
            f"trochlear_depth {depth / MILLIMETRE:.1f} mm disagrees with sulcus_angle {math.degrees(sulcus):.1f} deg "
            f"and lateral_trochlear_inclination {math.degrees(lateral):.1f} deg: they imply a medial facet of "
            f"{medial:.1f} deg and a depth of {implied / MILLIMETRE:.1f} mm (expected within "
            f"{DEPTH_ERROR / MILLIMETRE:.0f} mm); "
            "leave out the least certain of the three"
        )


def _solve(difference: Callable[[float], float], low: float, high: float, depth: Measured) -> float:
    """The slope at which the depth is met, below the slope of the deepest groove.

    Under one sulcus angle the depth grows with the lateral facet's slope until the medial facet is nearly level, then
    falls: the steeper of the two slopes that meet a depth belongs to a groove without a medial facet.
    """
    deepest = minimize_scalar(lambda a: -difference(a), bounds=(low, high), method="bounded") if high > low else None
    top = low if deepest is None else max((float(deepest.x), high), key=difference)
    if not difference(low) <= 0 <= difference(top):
        least, most = difference(low) + depth.value, difference(top) + depth.value
        raise InputError(
            f"trochlear_depth {depth.value / MILLIMETRE:.1f} mm does not go with the other measure of the groove; "
            f"expected {least / MILLIMETRE:.1f} to {most / MILLIMETRE:.1f} mm: check both, or leave one out"
        )
    root: float = brentq(difference, low, top, xtol=1e-12)  # type: ignore[assignment]  # a number unless full_output
    return root


def _follows(norm: Measured, value: float, cause: str) -> Measured:
    """A measure that follows from others."""
    return replace(norm, value=value, note=f"follows from the measured {cause}; {norm.note}")
