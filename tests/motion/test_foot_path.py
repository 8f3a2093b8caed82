"""What a foot's path tells about the ground."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.motion.foot_path import (
    HEEL_PAD,
    TOES,
    FootPath,
    forward_direction,
    ground_speed,
    sole_distance,
    stands,
)
from trochlea.motion.motion import Side

TIMES = np.arange(200) / 100.0

EXACT = 1e-12
"""Distances in a plane; worst seen 2e-16 m."""


def foot(side: Side, *, heel_height=0.02, toe_height=0.01, forward=0.0, offset: float = 0.1) -> FootPath:
    """A foot along x; heights and forward position are numbers or one a frame."""
    right = offset if side == "right" else -offset
    columns = np.zeros((2, TIMES.size, 3))
    for i, (height, ahead) in enumerate(((heel_height, 0.0), (toe_height, 0.2))):
        columns[i] = np.column_stack(
            [np.broadcast_to(x, TIMES.size) for x in (np.asarray(forward) + ahead, height, right)]
        )
    return FootPath(side=side, times=TIMES, heel=columns[0], toe=columns[1])


def test_a_path_with_missing_frames_is_refused():
    path = foot("left")
    heel = np.array(path.heel)
    heel[7] = np.nan
    with pytest.raises(
        InputError, match=r"left foot: heel is missing at 0.07 s; expected a whole path: choose a marker"
    ):
        FootPath(side="left", times=TIMES, heel=heel, toe=path.toe)
    with pytest.raises(ValueError, match="toe has shape"):
        FootPath(side="left", times=TIMES, heel=path.heel, toe=path.toe[:5])


def test_distance_is_zero_along_the_sole_and_measured_beside_and_beyond_it():
    path = foot("right", offset=0.0)
    points = np.full((200, 3), np.nan)
    points[0] = [0.1, 0.0, 0.0]
    points[1] = [0.1, 5.0, 0.07]  # height does not count
    points[2] = [-HEEL_PAD - 0.03, 0.0, -0.04]
    points[3] = [0.2 + TOES + 0.02, 0.0, 0.0]
    points[4] = [-HEEL_PAD, 0.0, 0.0]
    found = sole_distance(path, points)
    np.testing.assert_allclose(found[:5], [0.0, 0.07, 0.05, 0.02, 0.0], rtol=0, atol=EXACT)
    assert np.isnan(found[5:]).all()


def test_distance_turns_with_the_foot():
    angle = 0.6
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    path, points = foot("left"), np.random.default_rng(5).normal(scale=0.2, size=(200, 3))
    turned = FootPath(side="left", times=TIMES, heel=path.heel @ turn.T, toe=path.toe @ turn.T)
    np.testing.assert_allclose(sole_distance(turned, points @ turn.T), sole_distance(path, points), rtol=0, atol=EXACT)


def test_a_foot_stands_while_its_heel_or_its_toe_joint_is_low_and_still():
    heel = np.where(TIMES < 1.0, 0.02, 0.02 + 0.3 * (TIMES - 1.0))
    toe = np.where(TIMES < 1.5, 0.01, 0.01 + 0.3 * (TIMES - 1.5))
    found = stands((foot("right", heel_height=heel, toe_height=toe), foot("left")))
    # The toe joint is 0.04 m up at 1.633 s.
    assert found["right"].tolist() == (TIMES <= 1.63).tolist()
    assert found["left"].all()


def test_a_low_foot_that_moves_does_not_stand():
    found = stands((foot("right", forward=2.0 * TIMES), foot("left")))
    assert not found["right"].any()


def test_a_foot_held_in_the_air_all_the_time_does_not_stand():
    found = stands((foot("right", heel_height=0.3, toe_height=0.25), foot("left")))
    assert not found["right"].any()
    assert found["left"].all()


def walk_on_a_belt(belt: float) -> tuple[tuple[FootPath, FootPath], np.ndarray]:
    """Feet that ride back on the belt for 0.6 s and swing forward, high, for 0.4 s."""
    paths = []
    for side, shift in (("right", 0.0), ("left", 0.5)):
        phase = (TIMES + shift) % 1.0
        stance = phase < 0.6
        forward = np.where(stance, -belt * phase, -belt * 0.6 + belt * 0.6 * (phase - 0.6) / 0.4)
        lift = np.where(stance, 0.0, 0.15 * np.sin(np.pi * (phase - 0.6) / 0.4))
        paths.append(foot(side, heel_height=0.02 + lift, toe_height=0.01 + lift, forward=forward))
    return (paths[0], paths[1]), np.zeros((TIMES.size, 3))


def test_a_belt_is_told_by_feet_that_move_under_a_pelvis_that_stays():
    feet, pelvis = walk_on_a_belt(1.2)
    ground = ground_speed(feet, pelvis)
    np.testing.assert_allclose(ground, [-1.2, 0.0, 0.0], rtol=0, atol=1e-9)
    found = stands(feet, ground=ground)
    assert 0.5 < found["right"].mean() < 0.7
    assert stands(feet)["right"].mean() < 0.05  # only where it turns


def test_the_floor_of_a_walk_over_ground_is_at_rest():
    feet, pelvis = walk_on_a_belt(1.2)
    travel = np.column_stack([1.2 * TIMES, 0 * TIMES, 0 * TIMES])
    over_ground = tuple(FootPath(side=f.side, times=TIMES, heel=f.heel + travel, toe=f.toe + travel) for f in feet)
    np.testing.assert_array_equal(ground_speed(over_ground, pelvis + travel), np.zeros(3))


def test_feet_that_slide_along_with_the_pelvis_are_on_no_belt():
    feet = (foot("right", forward=1.0 * TIMES), foot("left", forward=1.0 * TIMES))
    pelvis = np.column_stack([1.0 * TIMES, 0 * TIMES, 0 * TIMES])
    np.testing.assert_array_equal(ground_speed(feet, pelvis), np.zeros(3))


def test_forward_is_where_the_feet_point_and_turning_round_has_none():
    toed_out = np.radians(20.0)
    right, left = foot("right"), foot("left")
    paths = []
    for path, sign in ((right, 1.0), (left, -1.0)):
        toe = path.heel + 0.2 * np.array([np.cos(toed_out), -0.05, sign * np.sin(toed_out)])
        paths.append(FootPath(side=path.side, times=TIMES, heel=path.heel, toe=toe))
    np.testing.assert_allclose(forward_direction(tuple(paths)), [1.0, 0.0, 0.0], rtol=0, atol=EXACT)
    angle = np.pi * TIMES
    around = right.heel + 0.2 * np.column_stack([np.cos(angle), 0 * angle, np.sin(angle)])
    turning = FootPath(side="right", times=TIMES, heel=right.heel, toe=around)
    with pytest.raises(InputError, match="the feet point into many directions; .* cut out the turn"):
        forward_direction((turning,))
