"""Both contact laws: their energy, pressure and slope belong together, and each is the published formula."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import fsolve

from trochlea.errors import InputError
from trochlea.knee.equilibrium import solve_poses
from trochlea.knee.kernel.energy import energy
from trochlea.knee.kernel.foundation import THINNEST, foundation
from trochlea.knee.kernel.motion import turn
from trochlea.knee.kernel_inputs import kernel_inputs
from trochlea.knee.knee import build_knee, foundation_law
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.shape import knee_shape
from trochlea.knee.tissue import seated_pose

STIFFNESS, LAYER = 3.4e9, 5.5e-3
LINEAR, NONLINEAR = np.array([STIFFNESS, 2e-5, 0.0, 0.0]), np.array([STIFFNESS, 2e-5, LAYER, 0.0])
BOTTOMED = np.array([STIFFNESS, 2e-5, 0.0, 0.6 * LAYER])
DEPTHS = np.array([1e-7, 4e-7, 6e-7, 1e-5, 1e-4, 1e-3, 3e-3, 0.94 * LAYER, 0.97 * LAYER, 1.3 * LAYER])

DIFFERENCE_TOLERANCE = 1e-6
"""Central differences over one part in 1e4 of the depth. Worst seen 1e-7."""

KNEE_TOLERANCE = 1e-4
"""Central differences over 0.05 mrad and 1 micrometre in a rounded contact. Worst seen 1e-5."""


@pytest.mark.parametrize("law", [LINEAR, NONLINEAR, BOTTOMED], ids=["linear", "nonlinear", "bottomed"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_pressure_is_the_slope_of_the_energy_and_slope_that_of_the_pressure(law, depth):
    step = 1e-4 * depth
    _, pressure, slope = foundation(depth, law)
    below, above = foundation(depth - step, law), foundation(depth + step, law)
    assert pressure == pytest.approx((above[0] - below[0]) / (2 * step), rel=DIFFERENCE_TOLERANCE, abs=0)
    assert slope == pytest.approx((above[1] - below[1]) / (2 * step), rel=DIFFERENCE_TOLERANCE, abs=0)


def test_linear_layer_is_untouched_until_it_bottoms_out_and_thirteen_times_as_stiff_half_as_far_on():
    start = 0.6 * LAYER
    for depth in (1e-5, 0.5 * start, start):
        assert foundation(depth, BOTTOMED) == foundation(depth, LINEAR)
    assert foundation(1.5 * start, BOTTOMED)[2] == pytest.approx(13 * STIFFNESS, rel=1e-12)
    assert foundation(1.5 * start, BOTTOMED)[1] == pytest.approx(STIFFNESS * start * (1.5 + 12 * 0.25), rel=1e-12)


def test_soft_cartilage_is_not_pressed_through_itself(make_load):
    # 2 MPa under 6,000 N: an unlimited linear layer is pressed 1.6 times its thickness
    shape = replace(knee_shape(sex="male"), cartilage_modulus=2e6)
    _, _, solution, forces = solve_poses(build_knee(shape, sex="male"), make_load([20, 60, 100], 6000))
    assert solution.status == ("converged",) * 3
    assert forces.depth.max() < shape.patellar_cartilage_thickness + shape.trochlear_cartilage_thickness


def test_nonlinear_pressure_is_the_published_logarithm():
    confined = STIFFNESS * LAYER
    for share in (0.01, 0.2, 0.5, 0.9):
        assert foundation(share * LAYER, NONLINEAR)[1] == pytest.approx(-confined * math.log(1 - share), rel=1e-12)


def test_both_laws_start_with_the_same_stiffness():
    assert foundation(1e-9, NONLINEAR)[1] == pytest.approx(foundation(1e-9, LINEAR)[1], rel=1e-6, abs=0)


def test_nonlinear_energy_and_pressure_do_not_jump_where_the_logarithm_ends():
    end = (1 - THINNEST) * LAYER
    for before, after in zip(foundation(end - 1e-12, NONLINEAR), foundation(end + 1e-12, NONLINEAR), strict=True):
        assert before == pytest.approx(after, rel=1e-7, abs=0)


@pytest.mark.parametrize("law", ["linear", "nonlinear"])
def test_two_layers_that_share_the_pressure_are_one_layer_of_their_summed_thickness(law, male):
    # the source solves: equal pressure in both layers, and their overlaps add up
    shape = male.shape
    nu = shape.cartilage_poisson_ratio
    confined = shape.cartilage_modulus * (1 - nu) / ((1 + nu) * (1 - 2 * nu))
    thickness = np.array([shape.patellar_cartilage_thickness, shape.trochlear_cartilage_thickness])
    overlap = 1.1e-3

    def pressure(part: float, of: float) -> float:
        strain = part / of
        return confined * (strain if law == "linear" else -math.log(1 - strain))

    def balance(part):
        return [pressure(part[0], thickness[0]) - pressure(overlap - part[0], thickness[1])]

    part = fsolve(balance, [overlap / 2])[0]
    knee = build_knee(sex="male", law=law)
    assert foundation(overlap, foundation_law(knee))[1] == pytest.approx(pressure(part, thickness[0]), rel=1e-9)


def test_whole_knee_s_forces_are_the_slope_of_its_energy_under_the_nonlinear_law(make_load):
    # at an unbalanced pose, deep in the cartilage, along directions that mix turns and shifts
    knee = build_knee(sex="male", law="nonlinear")
    surface, heads, fibres = kernel_inputs(knee, make_load([40], 1500))
    springs = tuple(values[0] for values in fibres[5])
    inputs = (surface, (heads[0], heads[1][0], heads[2][0], heads[3]), (fibres[0], fibres[1][0], *fibres[2:5], springs))
    rotations, positions = seated_pose(fibres[1][:, 1], knee.shape)
    pressed = positions[0] + np.array([-1e-3, 0.3e-3, 0.5e-3])

    def evaluate(step):
        rotation, gradient, hessian = np.empty((3, 3)), np.empty(6), np.empty((6, 6))
        turn(rotations[0], np.ascontiguousarray(step[:3]), rotation)
        work = (np.empty(3), np.empty(3), np.empty((2, 6)))
        value = energy(rotation, pressed + step[3:], *inputs, work, gradient, hessian)
        return value, gradient, hessian

    _, gradient, hessian = evaluate(np.zeros(6))
    generator = np.random.default_rng(5)
    for _ in range(4):
        step = generator.normal(size=6) * 2e-7 * np.array([50, 50, 50, 1, 1, 1])
        up, down = evaluate(step), evaluate(-step)
        assert gradient @ step == pytest.approx((up[0] - down[0]) / 2, rel=KNEE_TOLERANCE, abs=0)
        # along the exponential of one step the slope is the gradient there times the same step
        assert step @ hessian @ step == pytest.approx((up[1] - down[1]) @ step / 2, rel=KNEE_TOLERANCE, abs=0)


@pytest.mark.parametrize("quadriceps", [50, 600, 4000])
def test_nonlinear_law_presses_harder_on_less_area_with_the_same_force(quadriceps, male, make_load):
    load = make_load([30, 60], quadriceps)
    linear, nonlinear = (solve_kneecap(knee, load) for knee in (male, build_knee(sex="male", law="nonlinear")))
    assert set(nonlinear.solution.status) == {"converged"}
    assert (nonlinear.peak_pressure > linear.peak_pressure).all()
    assert (nonlinear.contact_area < linear.contact_area).all()
    # the force follows from the balance of forces, whatever the cartilage; worst seen 0.4 %
    np.testing.assert_allclose(nonlinear.contact_force, linear.contact_force, rtol=0.02, atol=0)


def test_unknown_law_is_refused_with_the_choice():
    with pytest.raises(InputError, match="law is 'cubic'; expected one of linear, nonlinear"):
        build_knee(sex="male", law="cubic")  # type: ignore[arg-type]
