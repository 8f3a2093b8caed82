"""A left knee is the mirror image of a right one."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.report.right_knee import points_on_femur, right_points, right_poses

SAME = 1e-12
"""Two ways of multiplying rotations [-], and of placing points [m]; the worst seen is 4e-16."""


def test_orientations_turn_about_z_then_x_then_y(sweep):
    rotations, positions = right_poses(sweep)
    valid = np.isfinite(rotations).all(axis=(1, 2))
    expected = Rotation.from_euler("ZXY", sweep.solution.value[valid, :3]).as_matrix()
    assert np.allclose(rotations[valid], expected, rtol=0, atol=SAME)
    assert np.array_equal(positions[valid], sweep.solution.value[valid, 3:])


def test_a_left_knee_lies_as_the_right_one(sweep, left_sweep):
    assert np.allclose(right_points(left_sweep), right_points(sweep), rtol=0, atol=SAME)
    here, there = (points_on_femur(result, 2, right_points(result)) for result in (sweep, left_sweep))
    assert np.allclose(here, there, rtol=0, atol=SAME)
    assert left_sweep.solution.value[2, 5] == pytest.approx(-sweep.solution.value[2, 5], rel=1e-12, abs=0)
