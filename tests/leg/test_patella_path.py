import numpy as np
import pytest

from trochlea.leg.skeleton.couplings import couplings_of
from trochlea.leg.skeleton.myolegs import load_legs
from trochlea.leg.skeleton.patella_path import KNEE_ANGLE, TABLE, repair_patella_path, simm_spline

SPLINE_TOLERANCE = 1e-14
"""Against OpenSim's own spline [rad, m]; worst seen 2e-16."""


def test_shipped_quartics_miss_the_patellas_turn_and_are_replaced():
    couplings, repair = repair_patella_path(couplings_of(load_legs()))
    assert repair.is_applied
    assert "0.9 degrees" in repair.reason
    patella = {c.joint: c for c in couplings if "beta" in c.joint}
    assert len(patella) == 6
    for joint, coupling in patella.items():
        knots = TABLE[joint[:-2].removeprefix("knee_angle_beta_")]
        np.testing.assert_allclose(coupling.evaluate(KNEE_ANGLE)[0], knots, rtol=0, atol=1e-15)


def test_the_repair_stands_down_on_a_path_that_follows_the_table():
    couplings, _ = repair_patella_path(couplings_of(load_legs()))
    again, repair = repair_patella_path(couplings)
    assert not repair.is_applied
    assert again == couplings


def test_spline_reproduces_a_cubic():
    x = np.array([0.0, 0.4, 1.0, 1.3, 2.0])
    spline = simm_spline(x, x**3 - 2 * x)
    fine = np.linspace(0, 2, 21)
    np.testing.assert_allclose(spline(fine), fine**3 - 2 * fine, rtol=0, atol=1e-13)


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_spline_is_opensims(opensim, kind):
    theirs = opensim.SimmSpline()
    for x, y in zip(KNEE_ANGLE, TABLE[kind], strict=True):
        theirs.addPoint(float(x), float(y))
    ours, once = simm_spline(KNEE_ANGLE, TABLE[kind]), opensim.StdVectorInt()
    once.append(0)
    for angle in np.linspace(0.0, KNEE_ANGLE[-1], 57):
        argument = opensim.Vector(1, float(angle))
        assert float(ours(angle)) == pytest.approx(theirs.calcValue(argument), abs=SPLINE_TOLERANCE)
        slope = theirs.calcDerivative(once, argument)
        assert float(ours(angle, 1)) == pytest.approx(slope, abs=SPLINE_TOLERANCE)
