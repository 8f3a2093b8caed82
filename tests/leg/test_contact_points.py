"""Points that touch the ground are the same for postures, forces and pictures, in legs of any size."""

import numpy as np
import pytest

from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.contact_points import SKIN_OF_FOOT, SOLE, in_body, sole_points
from trochlea.leg.posture.posture import measure_postures
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.bone_meshes import bone_meshes
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task_file import read_task

BONE_OFF = 1.5e-3
"""The sole from the lowest points of the bones with their skin [m]; 1.1 mm seen: the skin is scaled with the foot."""

EXACT = 1e-9
"""One number computed twice [m]."""

MISSED = 2e-3
"""What a posture may miss of a prescribed place [m]."""


@pytest.fixture(scope="module", params=[(1.55, "female"), (1.95, "male")])
def leg(request):
    height, sex = request.param
    return build_leg(mass=70.0, height=height, sex=sex)


def test_the_sole_is_below_the_bones_of_hind_foot_and_toes(leg):
    for bone in bone_meshes(leg):
        if bone.name in ("foot", "toes"):
            lowest = float(bone.vertices[:, 1].min()) - SKIN_OF_FOOT
            assert in_body(leg, bone.body, (0.0, SOLE, 0.0))[1] == pytest.approx(lowest, abs=BONE_OFF)


def test_the_ground_pushes_on_the_sole(leg):
    level = in_body(leg, "calcn_r", (0.0, SOLE, 0.0))[1]
    assert [point[1] for point in sole_points(leg, "r")] == [level] * 3
    heel, little_toe, great_toe = sole_points(leg, "r")
    assert heel[0] < little_toe[0] < great_toe[0]
    assert great_toe[2] < little_toe[2]  # lateral is to the right


def test_a_bridge_rests_on_one_floor_at_feet_and_upper_back(leg):
    done = simulate_task(leg, read_task("bridge"), "right", n_frames=5)
    assert done.supports is not None
    np.testing.assert_allclose(done.supports.points[..., 1], 0.0, rtol=0, atol=MISSED)
    prescribed = measure_postures(leg, "right", ("upper_back_height",), done.postures.values)[:, 0]
    back = [part == "upper_back" for part in done.supports.parts]
    pushed = done.supports.points[: len(prescribed), back, 1].mean(axis=1)
    np.testing.assert_allclose(prescribed, pushed, rtol=0, atol=EXACT)


def test_a_side_plank_leans_on_the_elbow_that_its_posture_prescribes(leg):
    done = simulate_task(leg, read_task("side_plank"), "right", n_frames=5)
    assert done.supports is not None
    prescribed = measure_postures(leg, "right", ("working_elbow_height",), done.postures.values)[:, 0]
    elbow = done.supports.parts.index("elbow")
    np.testing.assert_allclose(prescribed, done.supports.points[: len(prescribed), elbow, 1], rtol=0, atol=EXACT)


def test_the_height_of_a_foot_is_that_of_its_sole(leg):
    values = simulate_task(leg, read_task("double_leg_squat"), "right", n_frames=5).postures.values
    placed = segments(leg, static_pose(leg, posture_series(leg, values)))
    position, rotation = placed.body("calcn_r")
    sole = position + rotation @ np.array(in_body(leg, "calcn_r", (0.0, SOLE, 0.0)))
    height = measure_postures(leg, "right", ("working_foot_height",), values)[:, 0]
    np.testing.assert_allclose(height, sole[:, 1], rtol=0, atol=EXACT)


def test_the_trunk_is_as_large_as_its_joint_with_the_pelvis_says(leg):
    """The joint's height over the unscaled one's is the size; the test's own numbers are those of the model file."""
    size = float(leg.mj.body("torso").pos[1]) / 0.0815
    np.testing.assert_allclose(in_body(leg, "torso", (0.1, 0.2, 0.3)), size * np.array([0.1, 0.2, 0.3]), rtol=1e-12)
    assert abs(size - 1.0) > 0.05
