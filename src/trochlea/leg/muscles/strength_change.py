"""What a change of some groups' strength does to the strength of each muscle."""

from collections.abc import Mapping

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.muscles.strength_tests import StrengthTests


def changed_factors(tests: StrengthTests, factors: Mapping[str, float], ratio: Mapping[str, float]) -> dict[str, float]:
    """Strength factors after the strength of some groups changes by a ratio.

    Every member of a group changes, whatever else it does: who trains the abductors trains their other actions too. A
    muscle in several of the groups takes their mean ratio (in log), weighted with its share in each. The ratio starts
    from what the model has, so a measured strength that it could not meet does not hide a gain. It is a ratio of
    readings: muscles that hold the limb up besides change by less.

    Args:
        tests: What each muscle gives in each test.
        factors: Before, by muscle [-].
        ratio: New strength over old, as a dynamometer reads it, by group [-].

    Raises:
        InputError: If a group has no test, or a ratio is not above 0.
    """
    for group, value in ratio.items():
        if group not in tests.groups:
            raise InputError(f"change of strength of {group!r}: expected one of {', '.join(tests.groups)}")
        if not (np.isfinite(value) and value > 0.0):
            raise InputError(f"change of strength of {group}: expected a ratio above 0, found {value:g}")
    rows = [tests.groups.index(group) for group in ratio]
    moments = tests.moments[rows]
    part = moments / moments.sum(axis=1, keepdims=True)
    shares = part.sum(axis=0)
    whole = (tests.moments @ np.array([factors[muscle] for muscle in tests.muscles]))[rows]
    reading = np.clip(whole - tests.weights[rows], 0.0, whole)
    asked = np.array([ratio[tests.groups[row]] for row in rows])
    logs = np.log((whole + (asked - 1.0) * reading) / whole) @ part / np.where(shares > 0, shares, 1.0)
    change = dict(zip(tests.muscles, np.exp(logs).tolist(), strict=True))
    return {muscle: factor * change[muscle] for muscle, factor in factors.items()}
