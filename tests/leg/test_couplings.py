import numpy as np
import pytest

from trochlea.leg.skeleton.couplings import Coupling, Reduction, couplings_of
from trochlea.leg.skeleton.model import build_leg
from trochlea.leg.skeleton.myolegs import load_legs

STEP = 1e-5
"""Of the central differences [rad]: truncation 1e-10 of the third derivative (below 10), rounding 1e-11."""

TOLERANCE = 1e-9
"""Of derivatives against differences [rad, m per rad, rad^2]; worst seen 1.4e-10."""


@pytest.fixture(scope="module")
def couplings():
    return build_leg(mass=75, height=1.7, sex="male").couplings


def test_each_knee_has_seven_couplings(couplings):
    assert len(couplings) == 14
    assert sum(coupling.driver == "knee_angle_r" for coupling in couplings) == 7


def test_derivatives_agree_with_central_differences(couplings):
    angle = np.linspace(0.01, 2.08, 41)
    for coupling in couplings:
        _, first, second = coupling.evaluate(angle)
        ahead, behind = (coupling.evaluate(angle + sign * STEP) for sign in (1, -1))
        for order, derivative in ((0, first), (1, second)):
            difference = (ahead[order] - behind[order]) / (2 * STEP)
            np.testing.assert_allclose(derivative, difference, rtol=0, atol=TOLERANCE)


def test_outside_its_range_a_coupling_is_a_straight_line(couplings):
    for coupling in couplings:
        end, slope, _ = coupling.evaluate(np.array([coupling.upper]))
        value, first, second = coupling.evaluate(np.array([coupling.upper + 0.1]))
        assert value == pytest.approx(end + 0.1 * slope, abs=1e-14)
        assert first == pytest.approx(slope, abs=1e-14)
        assert second == 0


def test_shipped_quartics_are_read_as_they_stand():
    spec = load_legs()
    angle = np.array([0.3, 1.1, 1.9])
    for equality, coupling in zip(spec.equalities, couplings_of(spec), strict=True):
        by_hand = sum(equality.data[k] * angle**k for k in range(5))
        np.testing.assert_allclose(coupling.evaluate(angle)[0], by_hand, rtol=1e-12, atol=1e-15)


def test_scaling_a_coupling_scales_value_and_derivatives():
    coupling = Coupling(
        joint="a", driver="b", breaks=np.array([0.0, 2.0]), coefficients=np.array([[1.0], [2.0], [3.0]])
    )
    angle = np.array([-1.0, 0.5, 3.0])
    for plain, scaled in zip(coupling.evaluate(angle), coupling.scaled(2.5).evaluate(angle), strict=True):
        np.testing.assert_allclose(scaled, 2.5 * plain, rtol=1e-14, atol=0)


def test_reduction_is_the_chain_rule():
    # Joint 0 drives joint 2 with slopes 3 and -1; joint 1 is free.
    reduction = Reduction(
        independent=np.array([0, 1]), dependent=np.array([2]), driver=np.array([0]), slopes=np.array([[3.0], [-1.0]])
    )
    rows = np.array([[[1.0, 10.0, 100.0]], [[2.0, 20.0, 200.0]]])
    expected = [[[301.0, 10.0]], [[-198.0, 20.0]]]
    np.testing.assert_array_equal(reduction.reduce(rows), expected)
    np.testing.assert_array_equal(reduction.reduce(rows[:, 0]), np.array(expected)[:, 0])


def test_all_couplings_together_are_each_by_itself():
    leg = build_leg(mass=75, height=1.7, sex="male")
    values = np.random.default_rng(3).uniform(-0.1, 2.2, (5, len(leg.coordinates)))  # beyond both ends too
    full, follow = leg.joints.full_positions(values)
    for k, coupling in enumerate(leg.couplings):
        value, slope, second = coupling.evaluate(values[:, leg.coordinates.index(coupling.driver)])
        np.testing.assert_array_equal(full[:, leg.mj.joint(coupling.joint).id], value)
        np.testing.assert_array_equal(follow.slopes[:, k], slope)
        np.testing.assert_array_equal(leg.joints.evaluate(full[:, leg.joints.driver])[2][:, k], second)
    np.testing.assert_array_equal(full[:, leg.joints.independent], values)
