"""A groove whose three measures belong together, where only some of them were measured.

A norm beside a measurement can be impossible: a flat groove of 165 degrees leaves no room for a lateral facet
of the normal 20 degrees. So where one of sulcus angle and lateral inclination was measured, the other one is
assumed to leave the lateral facet its usual share of the groove's slope. The depth has no norm of its own: it follows
from both angles, and where it was measured the knee's geometry sets it against them.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from trochlea.person.measured import Measured

SULCUS, LATERAL, DEPTH = "sulcus_angle", "lateral_trochlear_inclination", "trochlear_depth"


def complete_groove(measured: Mapping[str, Measured], norms: Mapping[str, Measured]) -> dict[str, Measured]:
    """Every measure of the knee: measured, else its norm, fitted to what was measured of the groove.

    Args:
        measured: What was measured, by quantity [m, rad, -].
        norms: The norm of every quantity, in the same units.

    Returns:
        One value for each of ``norms``, in their order, but for a depth that was not measured.
    """
    knee = {name: measured.get(name, norm) for name, norm in norms.items()}
    # The two facets' slopes add up to what the sulcus angle lacks of a straight line.
    lateral_share = norms[LATERAL].value / (math.pi - norms[SULCUS].value)
    if SULCUS in measured and LATERAL not in measured:
        slope = lateral_share * (math.pi - measured[SULCUS].value)
        knee[LATERAL] = _fitted(norms[LATERAL], slope, "the measured sulcus angle")
    elif LATERAL in measured and SULCUS not in measured and measured[LATERAL].value > 0:
        angle = math.pi - measured[LATERAL].value / lateral_share
        knee[SULCUS] = _fitted(norms[SULCUS], angle, "the measured lateral inclination")
    if DEPTH not in measured:
        knee.pop(DEPTH, None)
    return knee


def _fitted(norm: Measured, value: float, cause: str) -> Measured:
    """A norm moved to fit a measurement."""
    note = f"norm of {math.degrees(norm.value):.1f} degrees fitted to {cause}; {norm.note}"
    return replace(norm, value=value, note=note)
