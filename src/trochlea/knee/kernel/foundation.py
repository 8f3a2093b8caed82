"""Pressure against overlap of an elastic foundation, both layers lumped into one of thickness h.

`law` = (K / h [Pa/m], rounding length d [m], h [m] or 0, overlap at which a linear layer bottoms out [m] or 0), where K
is the confined modulus. With h = 0 the law is linear, p = K s / h; otherwise p = -K ln(1 - s / h). Both start with the
same stiffness. s is the rounded overlap.

A linear layer could be pressed through itself. Where it bottoms out a quadratic pressure is added from there on; below
nothing changes.
"""

import math

from trochlea.knee.kernel_cache import compiled

THINNEST = 0.05
"""Share of the layer's thickness that is left where the logarithm goes on as its tangent, so that pressure is finite
at every overlap; far beyond what cartilage bears."""

BOTTOM = 12.0
"""Growth of a linear layer's stiffness once it has bottomed out: over the overlap at which that begins, pressed half as
far again, it is thirteen times as stiff. Numerical choice: bone is stiffer still."""


@compiled
def foundation(s, law):
    """Energy per area [J/m^2], pressure [Pa] and its slope over s [Pa/m]."""
    k, thickness = law[0], law[2]
    if thickness == 0.0:
        over = s - law[3]
        if law[3] == 0.0 or over <= 0.0:
            return 0.5 * k * s * s, k * s, k
        bone = BOTTOM * k / law[3]
        return (
            0.5 * k * s * s + bone * over * over * over / 3.0,
            k * s + bone * over * over,
            k + 2.0 * bone * over,
        )
    left = 1.0 - s / thickness
    k_confined = k * thickness
    if left >= THINNEST:
        x = s / thickness
        if x < 1e-4:  # the same energy without cancellation
            work = thickness * k_confined * x * x * (0.5 + x * (1.0 / 6.0 + x / 12.0))
        else:
            work = thickness * k_confined * (left * math.log(left) + x)
        return work, -k_confined * math.log1p(-x), k / left
    over = s - (1.0 - THINNEST) * thickness
    slope, start = k / THINNEST, -k_confined * math.log(THINNEST)
    work = thickness * k_confined * (THINNEST * math.log(THINNEST) + 1.0 - THINNEST)
    return work + over * (start + 0.5 * slope * over), start + slope * over, slope
