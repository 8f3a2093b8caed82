"""The law of damage: its exponents from the published cycles, and its closed forms."""

import math

import numpy as np
import pytest

from trochlea.knee.fatigue import exponents, facet_damage, published_exponents

ROUNDING = 1e-12
"""Closed forms in double precision; worst seen 1e-15."""


def test_the_range_of_exponents_is_that_of_the_published_cycles():
    found = published_exponents()
    # 14,000 cycles at 50 % and 100,000 at 20 %; 500 at 70 % and 40,000 at 50 % of strength
    assert found[0] == (pytest.approx(math.log(100 / 14) / math.log(2.5)), "riemenschneider-2019-endurance")
    assert found[1] == (pytest.approx(math.log(80) / math.log(1.4)), "henderson-2022-meniscus")
    assert len(found) == 5
    assert exponents()[0] == pytest.approx(2.1457, abs=1e-4)
    assert exponents()[-1] == pytest.approx(13.0234, abs=1e-4)


def test_damage_of_an_even_pressure_is_its_power():
    damage = facet_damage(np.full(7, 2e6), np.linspace(1, 2, 7), 1e6, np.array([1.0, 3.0, 13.0]))
    np.testing.assert_allclose(damage, [2.0, 8.0, 8192.0], rtol=ROUNDING, atol=0)


def test_damage_weighs_points_by_their_area():
    damage = facet_damage(np.array([1e6, 3e6]), np.array([3.0, 1.0]), 1e6, np.array([2.0]))
    np.testing.assert_allclose(damage, [(3 * 1 + 1 * 9) / 4], rtol=ROUNDING, atol=0)
