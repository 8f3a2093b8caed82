"""Derivatives and integrals of what repeats, against sines; splines of a force that comes and goes."""

import numpy as np

from trochlea.leg.gait.periodic import bumps, differentiate, half_later, integrate_twice

ROUND_OFF = 1e-11
"""Error of a Fourier series of a sine; worst seen 1e-13, a hundred times that in a second derivative."""

PHASES = np.arange(100) / 100


def test_derivatives_of_a_sine_are_its_own():
    period, turns = 2.5, 3
    rate = 2 * np.pi * turns / period
    wave = np.sin(2 * np.pi * turns * PHASES)
    slope = rate * np.cos(2 * np.pi * turns * PHASES)
    np.testing.assert_allclose(differentiate(wave, period), slope, rtol=0, atol=100 * ROUND_OFF)
    np.testing.assert_allclose(differentiate(wave, period, 2), -(rate**2) * wave, rtol=0, atol=100 * ROUND_OFF)


def test_integrating_twice_undoes_two_derivatives():
    wave = np.column_stack([np.sin(2 * np.pi * PHASES), np.cos(4 * np.pi * PHASES)])
    np.testing.assert_allclose(integrate_twice(differentiate(wave, 0.7, 2), 0.7), wave, rtol=0, atol=ROUND_OFF)


def test_half_a_period_later_turns_a_sine_over():
    wave = np.sin(2 * np.pi * PHASES)
    np.testing.assert_allclose(half_later(wave), -wave, rtol=0, atol=ROUND_OFF)


def test_splines_of_a_force_start_and_end_at_nothing_and_share_everything_between():
    found = bumps(PHASES, 0.0, 0.5, 8)
    assert found.shape == (100, 8)
    assert found.min() >= 0.0
    np.testing.assert_array_equal(found[[0, 50, 51, 99]], 0.0)
    # Away from the two intervals next to either end all B-splines are there, and those sum to one.
    np.testing.assert_allclose(found[15:36].sum(axis=1), 1.0, rtol=0, atol=ROUND_OFF)
