"""Search along a descent direction of a convex function: minima known in advance."""

import numpy as np
import pytest

from trochlea.leg.muscles.dual_search import FLATNESS, lowest_along


def test_a_parabola_is_followed_to_its_minimum():
    # Slope 2 (t - at): zero at each row's own length.
    at = np.array([0.05, 0.3, 0.9])
    found = lowest_along((lambda length, rows: 2.0 * (length - at[rows]), 3))
    np.testing.assert_allclose(found, at, rtol=0, atol=FLATNESS)
    assert np.all(np.abs(2.0 * (found - at)) <= FLATNESS * 2.0 * at)


def test_the_full_step_is_taken_where_the_slope_has_not_turned():
    found = lowest_along((lambda length, rows: length - 5.0, 2))
    np.testing.assert_array_equal(found, 1.0)


@pytest.mark.parametrize("at", [1e-3, 0.2, 0.7])
def test_a_kink_is_found_from_very_unequal_slopes(at):
    # The slope is -1 before the kink and 1e6 after it: no length is flat, so the bracket must close on the kink.
    found = lowest_along((lambda length, rows: np.where(length < at, -1.0, 1e6), 1))
    assert found[0] == pytest.approx(at, rel=0.02)  # the bracket halves every third try, at least 13 times


def test_rows_do_not_influence_each_other():
    at = np.array([0.1, 0.5, 2.0])
    together = lowest_along((lambda length, rows: (length - at[rows]) ** 3, 3))
    alone = [lowest_along((lambda length, rows, a=a: (length - a) ** 3, 1))[0] for a in at]
    np.testing.assert_array_equal(together, alone)


def test_a_start_at_the_lowest_point_is_left_to_the_full_step():
    """Rounding may give the start a slope of nothing or of the wrong sign; the search then has nothing to bracket."""
    slopes = np.array([0.0, 1e-18])
    length = lowest_along((lambda length, rows: slopes[rows] + 0.0 * length, 2))
    np.testing.assert_array_equal(length, 1.0)
