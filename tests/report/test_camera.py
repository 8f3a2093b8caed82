"""Views of every position: who is seen from where, and which way up."""

from typing import get_args

import numpy as np
import pytest

from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task import Position
from trochlea.motion.task_file import read_task
from trochlea.report.camera import WORDS, camera


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male")


def placed(leg, name, side):
    done = simulate_task(leg, read_task(name), side, n_frames=5)
    return segments(leg, static_pose(leg, posture_series(leg, done.postures.values)))


def test_every_position_has_two_views_in_words():
    assert set(WORDS) == set(get_args(Position))


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize(("name", "position"), [("clamshell", "side_lying"), ("side_plank", "side_lying_on_working")])
def test_who_lies_on_the_side_faces_the_reader_and_from_above_the_lower_edge(leg, name, position, side):
    now = placed(leg, name, side)
    front = now.body("pelvis")[1][0][:, 0]
    first, second = (camera(view, position, now, side) for view in ("side", "front"))
    assert first.depth(front) > 0.9
    assert second.flat(front)[1] < -900.0
    assert second.depth(np.array([0.0, 1.0, 0.0])) == pytest.approx(1.0)
    np.testing.assert_allclose(first.right, second.right, rtol=0, atol=1e-12)  # the head is at the same end


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize(
    ("name", "position"),
    [("bridge", "supine"), ("prone_hip_extension", "prone"), ("quadruped_hip_extension", "quadruped")],
)
def test_aslant_the_feet_and_the_working_side_are_nearer(leg, name, position, side):
    now = placed(leg, name, side)
    seen = camera("front", position, now, side)
    assert seen.nearer[1] > 0.3
    assert seen.depth(now.body("talus_r")[0][0]) > seen.depth(now.body("torso")[0][0])
    other = "l" if side == "right" else "r"
    assert seen.depth(now.body(f"femur_{side[0]}")[0][0]) > seen.depth(now.body(f"femur_{other}")[0][0])
    assert np.linalg.det(np.array([seen.right, seen.up, seen.nearer])) == pytest.approx(1.0)
