"""The kernels' gradient and Hessian belong to their energy, everywhere, also off the surface table."""

import numpy as np
import pytest

from trochlea.knee.equilibrium import kernel_inputs
from trochlea.knee.kernel.energy import energy
from trochlea.knee.kernel.motion import turn
from trochlea.knee.tissue import seated_pose

STEP = 2e-6
"""Central differences [rad, m]: rounding (1e-16 U / step) and truncation (step^2) meet near here."""

GRADIENT_TOLERANCE = 2e-5
"""Of the largest entry. Worst seen 5e-7."""

HESSIAN_TOLERANCE = 2e-4
"""Of the largest entry of its block. Worst seen 2e-5; the rounded contact curves over 0.02 mm."""


def evaluate(rotation, t, inputs):
    surface, heads, fibres = inputs
    gradient, hessian = np.empty(6), np.empty((6, 6))
    work = (np.empty(3), np.empty(3), np.empty((2, 6)))
    frame_heads = (heads[0], heads[1][0], heads[2][0], heads[3])
    springs = tuple(values[0] for values in fibres[5])
    frame_fibres = (fibres[0], fibres[1][0], *fibres[2:5], springs)
    value = energy(rotation, t, surface, frame_heads, frame_fibres, work, gradient, hessian)
    return value, gradient, hessian


def moved(rotation, t, step):
    out = np.empty((3, 3))
    turn(rotation, np.ascontiguousarray(step[:3]), out)
    return out, t + step[3:]


@pytest.fixture(params=[(20, 0.0), (60, 0.0), (110, 0.0), (30, 0.035), (30, -0.05)])
def pose(request, male, make_load):
    flexion, aside = request.param
    inputs = kernel_inputs(male, make_load([flexion], 800, femoral=7, valgus=3))
    rotations, positions = seated_pose(inputs[2][1][:, 1], male.shape)
    generator = np.random.default_rng(3)
    step = generator.normal(0, [0.05] * 3 + [0.0004] * 3) + np.array([0, 0, 0, 0, 0, aside])
    rotation, t = moved(rotations[0], positions[0], step)
    return rotation, t, inputs


def test_gradient_is_the_slope_of_the_energy(pose):
    rotation, t, inputs = pose
    _, gradient, _ = evaluate(rotation, t, inputs)
    numeric = np.empty(6)
    for i in range(6):
        step = np.zeros(6)
        step[i] = STEP
        up = evaluate(*moved(rotation, t, step), inputs)[0]
        down = evaluate(*moved(rotation, t, -step), inputs)[0]
        numeric[i] = (up - down) / (2 * STEP)
    for block in (slice(0, 3), slice(3, 6)):
        scale = np.abs(gradient[block]).max()
        np.testing.assert_allclose(gradient[block], numeric[block], rtol=0, atol=GRADIENT_TOLERANCE * scale)


def test_hessian_is_the_curvature_of_the_energy(pose):
    # second differences of the energy itself: gradients at moved poses belong to other axes
    rotation, t, inputs = pose
    _, _, hessian = evaluate(rotation, t, inputs)
    lengths = np.array([0.02] * 3 + [1.0] * 3)
    reach = 1e-6 / lengths  # [rad, m]; far inside the rounding of first touch, where the curvature changes

    def along(direction):
        up = evaluate(*moved(rotation, t, direction), inputs)
        down = evaluate(*moved(rotation, t, -direction), inputs)
        # for an exponential step the slope along the step is the gradient there times the same step
        return (up[1] - down[1]) @ direction / 2

    numeric = np.empty((6, 6))
    unit = np.diag(reach)
    for i in range(6):
        for j in range(6):
            if i == j:
                numeric[i, i] = along(unit[i]) / reach[i] ** 2
            else:
                mixed = along(unit[i] + unit[j]) - along(unit[i] - unit[j])
                numeric[i, j] = mixed / (4 * reach[i] * reach[j])
    scaled, expected = hessian / np.outer(lengths, lengths), numeric / np.outer(lengths, lengths)
    np.testing.assert_allclose(scaled, expected, rtol=0, atol=HESSIAN_TOLERANCE * np.abs(scaled).max())


def test_hessian_is_symmetric(pose):
    hessian = evaluate(*pose)[2]
    assert np.array_equal(hessian, hessian.T)
