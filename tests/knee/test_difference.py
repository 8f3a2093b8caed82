"""Differences of fourth order."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.difference import BACKWARD, CENTRAL, FORWARD, difference_within


@pytest.mark.parametrize("difference", [CENTRAL, FORWARD, BACKWARD])
@pytest.mark.parametrize("power", range(5))
def test_a_difference_is_exact_up_to_the_fourth_power(difference, power):
    step = 0.25
    slope = sum(
        weight * (2.0 + offset * step) ** power / step
        for offset, weight in zip(difference.offsets, difference.weights, strict=True)
    )
    np.testing.assert_allclose(slope, power * 2.0 ** (power - 1) if power else 0.0, rtol=0, atol=1e-11)


def test_a_difference_is_one_sided_only_at_the_ends_of_the_range():
    assert difference_within("x", 0.5, 0.1, low=0.0, high=1.0) is CENTRAL
    assert difference_within("x", 0.1, 0.1, low=0.0, high=1.0) is FORWARD
    assert difference_within("x", 1.0, 0.1, low=0.0, high=1.0) is BACKWARD


def test_a_range_without_room_is_refused():
    with pytest.raises(InputError, match=r"x is 0.1 within 0 to 0.2; expected room"):
        difference_within("x", 0.1, 0.1, low=0.0, high=0.2)
