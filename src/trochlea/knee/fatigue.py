"""How fast repeated stress uses up cartilage: a power law of stress, damage adding up from cycle to cycle.

Basquin's form, cycles to failure proportional to stress to the power -b, with linear accumulation (Miner's rule): a
cycle of stress s does damage proportional to s^b. No source that could be seen prints an exponent for articular
cartilage, so the range of b is computed from the published numbers of cycles in fatigue.csv.

References:
    bellucci-2001-tensile: how far specimens scatter, 2 to 1.5 million cycles.
    edwards-2018-overuse: mechanical fatigue as the model of overuse; magnitude matters much more than cycles.
    miller-2020-knee-cartilage: accumulated damage of knee cartilage over a life of walking and running, with repair.
"""

import csv
import math
from functools import cache
from importlib.resources import files

import numpy as np

from trochlea.motion.timeseries import Array, read_only

N_EXPONENTS = 25
"""Exponents at which the range is scanned: a ratio of sums of powers need not be monotone in the exponent."""


@cache
def published_exponents() -> tuple[tuple[float, str], ...]:
    """Exponents between neighbouring points of each published curve, with the key of its source.

    The first of articular cartilage is a lower bound: the number of cycles is an upper bound at the higher stress and a
    lower bound at the lower one.
    """
    text = files("trochlea.knee").joinpath("fatigue.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = []
    for above, below in zip(rows, rows[1:], strict=False):
        if above["citation"] == below["citation"]:
            cycles = math.log(float(below["cycles"]) / float(above["cycles"]))
            stress = math.log(float(above["share_of_strength"]) / float(below["share_of_strength"]))
            found.append((cycles / stress, above["citation"]))
    return tuple(found)


def exponents() -> Array:
    """The published range of b, evenly spaced, shape (N_EXPONENTS,) [-]."""
    values = [value for value, _ in published_exponents()]
    return read_only(np.linspace(min(values), max(values), N_EXPONENTS))


def facet_damage(peaks: Array, areas: Array, scale: float, powers: Array) -> Array:
    """Mean damage of a facet by one cycle, in cycles of the stress `scale`.

    Args:
        peaks: Largest pressure of each point in the cycle, shape (points,) [Pa].
        areas: Shape (points,) [m^2].
        scale: Above 0 [Pa].
        powers: Exponents b, shape (n,) [-].

    Returns:
        Shape (n,) [-].
    """
    return (areas[:, None] * (peaks / scale)[:, None] ** powers).sum(axis=0) / areas.sum()
