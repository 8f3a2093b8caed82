import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.engine import load_engine
from trochlea.leg.skeleton.mass_properties import MassProperties, assign, join


def rod(mass, length, centre):
    """A thin rod along y."""
    moment = mass * length**2 / 12
    return MassProperties(mass=mass, mass_center=np.array(centre), inertia=np.diag([moment, 1e-12, moment]))


def test_two_half_rods_make_a_rod():
    halves = join([rod(1.5, 0.4, (0.0, -0.2, 0.0)), rod(1.5, 0.4, (0.0, 0.2, 0.0))])
    whole = rod(3.0, 0.8, (0.0, 0.0, 0.0))
    assert halves.mass == pytest.approx(3.0)
    np.testing.assert_allclose(halves.mass_center, whole.mass_center, rtol=0, atol=1e-15)
    np.testing.assert_allclose(halves.inertia, whole.inertia, rtol=0, atol=1e-11)


def test_a_quarter_turn_swaps_the_moments_and_moves_the_centre():
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    moved = rod(2.0, 1.0, (0.0, 0.5, 0.0)).moved(turn, np.array([0.1, 0.0, 0.0]))
    np.testing.assert_allclose(moved.mass_center, [-0.4, 0.0, 0.0], rtol=0, atol=1e-15)
    np.testing.assert_allclose(np.diag(moved.inertia), [1e-12, 1 / 6, 1 / 6], rtol=0, atol=1e-11)


def test_assigned_properties_come_back_from_the_compiled_body():
    spec = load_engine().MjSpec()
    body = spec.worldbody.add_body(name="stone")
    body.add_freejoint()
    inertia = np.array([[0.3, 0.02, -0.01], [0.02, 0.25, 0.03], [-0.01, 0.03, 0.2]])
    assign(body, MassProperties(mass=2.0, mass_center=np.array([0.1, 0.2, 0.3]), inertia=inertia))
    model = spec.compile()
    turn = np.zeros(9)
    load_engine().mju_quat2Mat(turn, model.body("stone").iquat)
    axes = turn.reshape(3, 3)
    rebuilt = axes @ np.diag(model.body("stone").inertia) @ axes.T
    np.testing.assert_allclose(rebuilt, inertia, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.body("stone").ipos, [0.1, 0.2, 0.3], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("mass", "moments"), [(0.0, (1, 1, 1)), (1.0, (1, 1, 2.1)), (1.0, (1, 0, 1)), (-1.0, (1, 1, 1))]
)
def test_mass_properties_that_no_solid_has_are_refused(mass, moments):
    body = load_engine().MjSpec().worldbody.add_body(name="ghost")
    odd = MassProperties(mass=mass, mass_center=np.zeros(3), inertia=np.diag(moments).astype(float))
    with pytest.raises(ModelError, match="ghost: mass .* is impossible"):
        assign(body, odd)
