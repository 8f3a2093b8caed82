"""Postures that meet what is prescribed, and what a prescribed quantity is."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture import PostureProblem, measure_postures, ranges, solve_postures, standing_start
from trochlea.leg.posture.posture_quantity import quantity, quantity_names
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg

DIFFERENCE_STEP = 1e-6
SLOPE = 2e-8
"""Error of central differences with that step, in radians or metres per radian; worst seen 3e-10."""

MET = 5e-4
"""Prescribed angles and lengths that can be met are, but for the weak pull [rad, m]."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=70.0, height=1.72, sex="female")


def _random_postures(leg, n, seed):
    rng = np.random.default_rng(seed)
    lower, upper = (np.nan_to_num(end, neginf=-0.5, posinf=0.5) for end in ranges(leg))
    return lower + rng.uniform(0.2, 0.8, size=(n, lower.size)) * (upper - lower)


@pytest.mark.parametrize("side", ["right", "left"])
def test_slopes_of_every_quantity_are_those_of_central_differences(leg, side):
    from trochlea.leg.posture.posture import _Measures

    names = quantity_names()
    problem = PostureProblem(
        leg=leg, side=side, targets={name: np.zeros(1) for name in names}, reference={}, support=0.3, share=0.7
    )
    measures = _Measures(problem)
    values = _random_postures(leg, 3, seed=8)
    _, slopes = measures.linearise(values)
    for k in range(values.shape[1]):
        step = np.zeros(values.shape[1])
        step[k] = DIFFERENCE_STEP
        change = measures.linearise(values + step)[0] - measures.linearise(values - step)[0]
        np.testing.assert_allclose(slopes[..., k], change / (2 * DIFFERENCE_STEP), rtol=0, atol=SLOPE)


def test_a_left_legs_quantities_are_those_of_the_mirrored_right(leg):
    values = _random_postures(leg, 4, seed=2)
    names = quantity_names()
    mirror = {f"{name[:-2]}_{'l' if name[-1] == 'r' else 'r'}" for name in leg.coordinates if name[-2:] in ("_r", "_l")}
    swapped = np.empty_like(values)
    for i, name in enumerate(leg.coordinates):
        if name[-2:] in ("_r", "_l"):
            other = f"{name[:-1]}{'l' if name[-1] == 'r' else 'r'}"
            assert other in mirror
            swapped[:, leg.coordinates.index(other)] = values[:, i]
        else:
            turns_over = name in ("pelvis_tz", "pelvis_list", "pelvis_rotation", "lumbar_bending", "lumbar_rotation")
            swapped[:, i] = -values[:, i] if turns_over else values[:, i]
    right = measure_postures(leg, "right", names, values, support=0.4, share=0.8)
    left = measure_postures(leg, "left", names, swapped, support=0.4, share=0.8)
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-9)


def test_angles_against_the_vertical_are_what_their_names_say(leg):
    values = standing_start(leg, 1, {})
    values[0, leg.coordinates.index("lumbar_extension")] = np.radians(-20.0)
    values[0, leg.coordinates.index("pelvis_list")] = np.radians(6.0)
    names = ("trunk_flexion", "pelvic_drop", "working_foot_pitch", "trunk_elevation")
    found = np.degrees(measure_postures(leg, "right", names, values))[0]
    assert found[0] == pytest.approx(20.0, abs=0.2)  # the list tilts the axis that the trunk bends about
    # Turned about the forward axis, y towards z: the right side goes down and so the left, "other", side up.
    assert found[1] == pytest.approx(-6.0, abs=1e-9)
    assert measure_postures(leg, "left", ("pelvic_drop",), values)[0, 0] == pytest.approx(np.radians(6.0), abs=1e-9)


def test_what_can_be_met_is_met_and_the_rest_stays_near_the_reference(leg):
    n = 5
    depth = np.linspace(0.0, np.radians(60.0), n)
    still = np.zeros(n)
    targets = {
        "working_knee_flexion": depth,
        "trunk_flexion": depth / 3,
        "trunk_lean": still,
        "pelvic_drop": depth / 10,
        "lumbar_extension": still,
        "lumbar_rotation": still,
        "balance_forward": still,
        "balance_sideways": still,
    }
    targets |= {f"working_foot_{word}": still for word in ("pitch", "roll", "forward", "height", "aside")}
    targets["working_toe_out"] = np.full(n, np.radians(7.0))
    found = solve_postures(
        PostureProblem(leg=leg, side="right", targets=targets, reference={}), standing_start(leg, n, {})
    )
    assert found.is_converged.all()
    assert max(np.abs(missed).max() for missed in found.misses.values()) < MET
    now = segments(leg, static_pose(leg, posture_series(leg, found.values)))
    ankle, toe = (now.body(name)[0] for name in ("talus_r", "toes_r"))
    middle = (ankle + toe) / 2
    np.testing.assert_allclose(now.centre_of_mass[:, [0, 2]], middle[:, [0, 2]], rtol=0, atol=MET)
    other_leg = found.values[:, [leg.coordinates.index(f"{c}_l") for c in ("hip_flexion", "knee_angle")]]
    assert np.abs(other_leg).max() < np.radians(2.0)  # nothing asks for it


def test_what_cannot_be_met_shows_as_a_miss_at_the_limit(leg):
    targets = {"working_knee_flexion": np.array([np.radians(150.0)])}
    found = solve_postures(
        PostureProblem(leg=leg, side="right", targets=targets, reference={}), standing_start(leg, 1, {})
    )
    upper = ranges(leg)[1][leg.coordinates.index("knee_angle_r")]
    assert found.misses["working_knee_flexion"][0] == pytest.approx(upper - np.radians(150.0), abs=1e-9)
    assert found.at_limit[0, leg.coordinates.index("knee_angle_r")]


def test_a_quantity_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"no quantity 'working_knee'; did you mean working_knee_flexion"):
        quantity("working_knee", "right")
