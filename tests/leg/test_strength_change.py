"""A change of strength, as a dynamometer reads it, among the muscles."""

import numpy as np
import pytest

from trochlea.leg.muscles.strength_change import changed_factors
from trochlea.leg.muscles.strength_tests import StrengthTests


def lifting(weight):
    return StrengthTests(
        groups=("a", "b"),
        muscles=("x", "y", "z"),
        moments=np.array([[60.0, 30.0, 0.0], [0.0, 20.0, 40.0]]),
        weights=np.array([weight, 0.0]),
    )


def test_without_weight_muscles_change_as_the_reading_does():
    after = changed_factors(lifting(0.0), {"x": 0.5, "y": 2.0, "z": 1.0}, {"a": 1.2})
    assert after == pytest.approx({"x": 0.6, "y": 2.4, "z": 1.0}, rel=1e-12)


@pytest.mark.parametrize("ratio", [0.7, 1.2])
def test_the_reading_changes_by_the_ratio_and_the_weight_stays(ratio):
    tests = lifting(30.0)
    before = {"x": 0.5, "y": 2.0, "z": 1.0}
    after = changed_factors(tests, before, {"a": ratio})
    readings = [tests.readings(np.array(list(factors.values())))[0] for factors in (before, after)]
    assert readings[1] == pytest.approx(ratio * readings[0], rel=1e-12)
    low, high = sorted((1.0, ratio))
    assert low < after["x"] / before["x"] < high


def test_muscles_too_weak_for_the_limb_do_not_change_and_none_turns_negative():
    weak = changed_factors(lifting(200.0), {"x": 1.0, "y": 1.0, "z": 1.0}, {"a": 1.5})
    assert weak == pytest.approx({"x": 1.0, "y": 1.0, "z": 1.0})
    helped = changed_factors(lifting(-200.0), {"x": 1.0, "y": 1.0, "z": 1.0}, {"a": 0.1})
    assert min(helped.values()) == pytest.approx(0.1)
