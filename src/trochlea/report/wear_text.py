"""The wear index as text and JSON: a ratio with its interval, or a direction; never years."""

import json

import numpy as np

from trochlea.knee.fatigue import published_exponents
from trochlea.knee.wear import FACETS, WIDEST, Direction, WearIndex

WORDS: dict[Direction, str] = {
    "more": "more than at the norm",
    "less": "less than at the norm",
    "either": "more or less than at the norm, depending on the exponent: no answer",
    "same": "as at the norm",
    "unknown": "no answer",
}

LIMITS = (
    "Damage that would add up without repair or adaptation, by a power law of pressure. The exponent is not known for",
    "living human kneecap cartilage: the interval runs over what published tests of cartilage and meniscus span. The",
    "norm is the same knee and person with alignment, patellar height and quadriceps heads at the norm. It says",
    "nothing of years.",
)


def wear_table(index: WearIndex) -> str:
    """A line for each facet, what it stands on, and what it does not say."""
    done = ", ".join(f"{name} {count:g}" for name, count in zip(index.activities, index.per_day, strict=True))
    low, high = index.exponents[[0, -1]]
    lines = [f"wear index over a day of: {done} (cycles of one leg)", ""]
    lines += [f"{facet}: {words}" for facet, words in wear_rows(index)]
    lost = [status for status in index.statuses if status != "converged"]
    if lost:
        lines.append(f"some frames have no equilibrium in the groove: {', '.join(lost)}")
    lines += ["", f"exponent of pressure {low:.1f} to {high:.1f}", *LIMITS]
    lines.append("It supports a clinician and does not replace one.")
    return "\n".join(lines) + "\n"


def wear_rows(index: WearIndex) -> tuple[tuple[str, str], ...]:
    """Each facet and its damage against that at the norm, in words."""
    return tuple((f"{facet} facet", _words(index, facet)) for facet in FACETS)


def _words(index: WearIndex, facet: str) -> str:
    """The ratio where the interval is narrow enough, else only which way."""
    low, high = index.interval(facet)
    way = index.direction(facet)
    if way in ("more", "less", "either") and index.is_number(facet):
        return f"{low:.2f} to {high:.2f} times that at the norm"
    return WORDS[way]


def wear_json(index: WearIndex) -> str:
    """Everything that the text shows, and the range of exponents with its sources; a ratio only where it is shown."""
    record = {
        "activities": dict(zip(index.activities, index.per_day.tolist(), strict=True)),
        "statuses": list(index.statuses),
        "exponent": index.exponents[[0, -1]].tolist(),
        "exponent_sources": sorted({source for _, source in published_exponents()}),
        "widest_factor": WIDEST,
        "facets": {facet: _facet(index, facet) for facet in FACETS},
    }
    return json.dumps(record, indent=1) + "\n"


def _facet(index: WearIndex, facet: str) -> dict[str, object]:
    ratio = list(index.interval(facet)) if index.is_number(facet) else None
    shares = index.shares[:, FACETS.index(facet)]
    return {
        "direction": index.direction(facet),
        "ratio": ratio,
        "share_of_activities": {
            name: [float(share.min()), float(share.max())] if np.isfinite(share).all() else None
            for name, share in zip(index.activities, shares, strict=True)
        },
    }
