"""The extensor mechanism as a table: against virtual work, and through the leg's muscle sharing."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.equilibrium import at_frame, kernel_inputs, solve_poses
from trochlea.knee.extensor_mechanism import _solved_range, extensor_mechanism
from trochlea.knee.kernel.energy import energy
from trochlea.knee.setup import knee_setup, setup_knee, setup_load
from trochlea.leg.extensor import ExtensorMechanism, at_flexion

STEP = np.radians(0.05)
"""Step of the central difference [rad]; truncation and rounding are both below 1e-5 of the energy's slope."""

WORK = 1e-6
"""Lever arm by moments against lever arm by virtual work, relative. Worst seen 8e-8."""


@pytest.fixture(scope="module")
def setup():
    return knee_setup(values={"sex": "male"})


@pytest.fixture(scope="module")
def table(setup):
    return extensor_mechanism(setup)


def total_energy(setup, flexion):
    """Energy of the kneecap at equilibrium [J]."""
    knee, load = setup_knee(setup), setup_load(setup, flexion=np.array([flexion]), quadriceps=600.0)
    rotations, positions, _, _ = solve_poses(knee, load, force_tolerance=1e-9)
    work = (np.empty(3), np.empty(3), np.empty((2, 6)))
    inputs = at_frame(kernel_inputs(knee, load), 0)
    return energy(rotations[0], positions[0], *inputs, work, np.empty(6), np.empty((6, 6)))


@pytest.mark.parametrize("degrees", [40.0, 60.0, 100.0])
def test_the_lever_arm_is_the_energys_slope_over_the_force(setup, table, degrees):
    # screw-home is over beyond 30 degrees, so that flexion alone moves the tibia
    flexion = np.radians(degrees)
    slope = (total_energy(setup, flexion + STEP) - total_energy(setup, flexion - STEP)) / (2 * STEP)
    assert at_flexion(extensor_mechanism(setup, flexion=flexion + np.radians([-2, -1, 0, 1])), [flexion])[0][0] == (
        pytest.approx(slope / 600.0, rel=WORK)
    )
    assert table.lever_arm.min() > 0


def test_the_table_is_met_at_its_angles_and_smooth_between(table):
    arm, tendon, contact = at_flexion(table, table.flexion)
    np.testing.assert_allclose(arm, table.lever_arm, rtol=1e-12, atol=0)
    np.testing.assert_allclose(tendon, table.tendon_ratio, rtol=1e-12, atol=0)
    np.testing.assert_allclose(contact, table.contact_ratio, rtol=1e-12, atol=0)


def test_a_finer_table_agrees_with_the_interpolation(setup, table):
    # worst seen 0.08 mm at 77.5 degrees, before the tendon begins to wrap
    between = np.radians(np.arange(2.5, 120.0, 5.0))
    fine = extensor_mechanism(setup, flexion=between)
    np.testing.assert_allclose(at_flexion(table, between)[0], fine.lever_arm, rtol=0, atol=2e-4)


def test_the_tendon_carries_more_than_the_muscle_near_extension_and_less_in_flexion(table):
    # force_ratios.csv: the ratio crosses 1 near 20 degrees and falls to 1 / 1.55 at 70
    _, tendon, _ = at_flexion(table, np.radians([0.0, 70.0]))
    assert tendon[0] > 1 > tendon[1]


def test_an_angle_outside_the_table_is_refused(table):
    low, high = np.degrees(table.flexion[[0, -1]])
    for outside in (low - 1.0, high + 1.0):
        with pytest.raises(InputError, match=f"holds {low:.0f} to {high:.0f} degrees"):
            at_flexion(table, np.radians([30.0, outside]))


def test_the_table_reaches_from_extension_to_deep_flexion(table):
    assert table.flexion[0] <= 0
    assert table.flexion[-1] >= np.radians(120.0)


def test_a_knee_that_dislocates_gives_no_table():
    loose = knee_setup(values={"vm_scale": 0.0, "tt_tg_mm": 40.0, "sulcus_angle_deg": 178.0, "mpfl_scale": 0.0})
    with pytest.raises(InputError, match="expected at least 4 in a row: look at the knee's shape"):
        extensor_mechanism(loose)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("cccc", (0, 4)),
        ("ncccccn", (1, 6)),
        ("ccncccc", None),
        ("nccc", None),
        ("n", None),
    ],
)
def test_only_the_ends_of_a_table_may_be_left_out(words, rows):
    status = tuple({"c": "converged", "n": "not_converged"}[word] for word in words)
    angles = np.radians(10.0 * np.arange(len(words)))
    if rows is None:
        with pytest.raises(InputError, match="10 (not_)?converged|0 not_converged"):
            _solved_range(angles, status)
    else:
        assert _solved_range(angles, status) == slice(*rows)


@pytest.mark.parametrize(
    "change",
    [
        {"flexion": np.array([0.0, 1.0, 1.0, 2.0])},
        {"lever_arm": np.array([0.04, np.nan, 0.03, 0.02])},
        {"lever_arm": np.array([0.04, 0.03, 0.02])},
    ],
)
def test_a_table_that_cannot_be_interpolated_is_refused(change):
    column = np.array([0.05, 0.04, 0.03, 0.02])
    table = ExtensorMechanism(
        source="by hand", flexion=np.arange(4.0), lever_arm=column, tendon_ratio=column, contact_ratio=column
    )
    with pytest.raises(ValueError, match="by hand"):
        replace(table, **change)
