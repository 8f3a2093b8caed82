"""The rotation that reaches the knee: projection, share, range, and what the load then holds."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.knee.tibia import rotation_about, tibia_in_femur
from trochlea.leg.extensor import ExtensorLoad
from trochlea.leg.rotation.heading import HeadingReference
from trochlea.leg.rotation.knee_rotation import knee_axes, knee_rotation, with_rotation
from trochlea.leg.rotation.rotation_share import TIBIAL_EXTERNAL, TIBIAL_INTERNAL, RotationShare
from trochlea.leg.segments import Segments

EXACT = 1e-12
"""Closed forms in products of a few rotations; worst seen 3e-16."""

SMALL = 1e-5
"""A rotation whose square, 1e-10, is nothing beside it [rad]."""

FIRST_ORDER = 1e-9
"""What the squares of SMALL leave between a finite and an infinitesimal rotation [rad]; worst seen 1e-10."""

HALF = RotationShare(best=0.5, low=0.25, high=0.75, source="test")


def limb(turn, shank, flexion, side="right", foot=0.0):
    """A leg whose shank leans forward by `shank` and whose femur is turned inwards by `turn` [rad].

    Built from scratch, without the leg model: the joints explain nothing here.
    """
    turn, shank, flexion = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, dtype=float)) for v in (turn, shank, flexion))
    )
    inwards = 1.0 if side == "right" else -1.0
    tibia = rotation_about(2, -shank)
    femur = rotation_about(1, inwards * turn) @ tibia @ rotation_about(2, flexion)
    calcaneus = rotation_about(1, np.full_like(turn, foot))
    rotations = np.stack([femur, tibia, calcaneus], axis=1)
    return Segments(
        names=tuple(f"{body}_{side[0]}" for body in ("femur", "tibia", "calcn")),
        positions=np.zeros((turn.size, 3, 3)),
        rotations=rotations,
        centre_of_mass=np.zeros((turn.size, 3)),
    )


def reference(frames, sd=0.0, heading=0.0):
    return HeadingReference(heading=np.full(frames, heading), sd=np.full(frames, sd), source="test", notes=("a note",))


def solved(segments, side="right", *, loading=None, sd=0.0, share=HALF):
    frames = len(segments.rotations)
    return knee_rotation(
        segments, side, np.ones(frames) if loading is None else np.array(loading), reference(frames, sd), share=share
    )


def load(side="right", frames=3):
    zeros = np.zeros(frames)
    return ExtensorLoad(
        times=np.arange(float(frames)),
        side=side,
        tibiofemoral_flexion=np.full(frames, 0.5),
        femoral_rotation=np.full(frames, 0.01),
        tibial_rotation=zeros,
        knee_valgus=zeros,
        tension=np.full((frames, 4), 100.0),
    )


@pytest.mark.parametrize("side", ["right", "left"])
def test_rotation_about_the_vertical_reaches_the_knee_by_the_cosine_of_the_shanks_inclination(side):
    shank = np.radians([0.0, 20.0, 45.0, 60.0])
    found = solved(limb(np.radians(4.0), shank, np.radians([0.0, 40.0, 90.0, 90.0]), side), side)
    np.testing.assert_allclose(found.heading, np.radians(4.0), rtol=0, atol=EXACT)
    np.testing.assert_allclose(found.axial, np.radians(4.0) * np.cos(shank), rtol=0, atol=EXACT)
    np.testing.assert_allclose(found.femoral_rotation, np.radians(2.0) * np.cos(shank), rtol=0, atol=EXACT)


def test_at_ninety_degrees_a_turn_of_the_thigh_about_itself_is_all_valgus_and_about_the_shank_all_rotation():
    # Square knee: shank upright, thigh level. The vertical is the shank's axis and lies square to the thigh's.
    along, across, flexion = knee_axes(limb(0.0, 0.0, np.pi / 2).rotations[:, 0], limb(0.0, 0.0, 0.0).rotations[:, 1])
    np.testing.assert_allclose([along[0], across[0], flexion[0]], [1.0, 0.0, np.pi / 2], rtol=0, atol=EXACT)
    # Thigh upright, shank level backwards (kneeling): the vertical is the thigh's axis, and nothing is rotation.
    along, across, _ = knee_axes(rotation_about(2, np.zeros(1)), rotation_about(2, np.array([-np.pi / 2])))
    np.testing.assert_allclose([along[0], across[0]], [0.0, -1.0], rtol=0, atol=EXACT)


def test_parts_are_those_that_the_kneecaps_knee_reads_from_the_same_bones():
    # A small finite turn of the femur about the vertical, taken apart by the knee room's order of rotations.
    shank, bend, own = np.radians(35.0), np.radians(70.0), np.radians(8.0)
    for side, inwards in (("right", 1.0), ("left", -1.0)):
        mirror = np.diag([1.0, 1.0, inwards])
        femur = rotation_about(2, np.array([bend - shank]))
        before = tibia_in_femur(np.array([bend]), np.array([own]), np.zeros(1))  # of a right knee
        tibia = femur @ mirror @ before @ mirror
        turned = rotation_about(1, np.array([inwards * SMALL])) @ femur
        seen = mirror @ np.swapaxes(turned, 1, 2) @ tibia @ mirror
        along, across, flexion = knee_axes(femur, tibia)
        after = tibia_in_femur(flexion, own - SMALL * along, SMALL * across)
        # Flexion changes by the part about the condyles' axis, which the motion already holds: compare without it.
        undone = rotation_about(2, np.arctan2(seen[:, 0, 1], seen[:, 1, 1])) @ seen
        expected = rotation_about(2, np.arctan2(after[:, 0, 1], after[:, 1, 1])) @ after
        np.testing.assert_allclose(undone, expected, rtol=0, atol=FIRST_ORDER, err_msg=side)


def test_no_turn_gives_no_rotation_whatever_the_posture():
    found = solved(limb(0.0, np.radians([0.0, 20.0, -30.0]), np.radians([0.0, 70.0, 120.0]), foot=0.0))
    for values in (found.axial, found.femoral_rotation, found.low, found.high, found.whole, found.knee_valgus):
        np.testing.assert_allclose(values, 0.0, rtol=0, atol=EXACT)


def test_shares_scale_the_rotation_and_none_and_whole_are_its_ends():
    found = solved(limb(np.radians([6.0, -6.0]), 0.0, np.radians(60.0)))
    np.testing.assert_allclose(np.degrees(found.rotation("none")), [0, 0], rtol=0, atol=EXACT)
    np.testing.assert_allclose(np.degrees(found.rotation("low")), [1.5, -4.5], rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.degrees(found.rotation("best")), [3.0, -3.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.degrees(found.rotation("high")), [4.5, -1.5], rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.degrees(found.rotation("whole")), [6.0, -6.0], rtol=0, atol=1e-9)


def test_an_assumed_reference_widens_the_interval_on_both_sides_and_leaves_the_best_value():
    segments = limb(np.radians([6.0, 0.0]), 0.0, np.radians(60.0))
    found, sure = solved(segments, sd=np.radians(4.0)), solved(segments)
    # By hand: 0.75 times 6 + 4 above; 0.25 times 6 - 4 below; around zero, 0.75 times 4 either way.
    np.testing.assert_allclose(np.degrees(found.high), [7.5, 3.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.degrees(found.low), [0.5, -3.0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.femoral_rotation, sure.femoral_rotation, rtol=0, atol=0)


def test_a_foot_in_the_air_turns_no_knee_and_a_half_held_one_by_half():
    segments = limb(np.radians([8.0, 8.0, 8.0]), np.radians(20.0), np.radians(60.0))
    found = solved(segments, loading=[1.0, 0.5, 0.0], sd=np.radians(3.0))
    along = np.cos(np.radians(20.0))
    np.testing.assert_allclose(np.degrees(found.femoral_rotation), [4 * along, 2 * along, 0], rtol=0, atol=1e-9)
    assert found.knee_valgus[0] == pytest.approx(2 * found.knee_valgus[1]) != 0.0
    assert found.high[2] == found.low[2] == found.whole[2] == found.knee_valgus[2] == 0.0
    np.testing.assert_allclose(np.degrees(found.heading), 8.0, rtol=0, atol=1e-9)


def test_the_knees_range_ends_the_rotation_and_says_so():
    found = solved(limb(np.radians([10.0, 60.0]), 0.0, np.radians(5.0)))
    assert found.is_capped.tolist() == [False, True]
    assert found.is_whole_capped.tolist() == [True, True]
    assert np.degrees(11.0) > np.degrees(found.femoral_rotation[1]) > 0.9 * np.degrees(TIBIAL_EXTERNAL[0])
    assert found.whole[1] <= TIBIAL_EXTERNAL[0]
    outwards = solved(limb(np.radians(-60.0), 0.0, np.radians(5.0)))
    assert -TIBIAL_INTERNAL[0] <= outwards.low[0] < outwards.high[0] < 0


def test_a_heading_past_half_a_turn_comes_round():
    segments = limb(np.radians(5.0), 0.0, np.radians(30.0))
    frames = knee_rotation(segments, "right", np.ones(1), reference(1, heading=2 * np.pi), share=HALF)
    np.testing.assert_allclose(np.degrees(frames.heading), 5.0, rtol=0, atol=1e-9)


def test_a_load_is_turned_by_the_chosen_case_and_keeps_the_rest():
    found = solved(limb(np.radians([6.0] * 3), 0.0, np.radians(60.0)))
    before = load()
    for case in ("none", "low", "best", "high", "whole"):
        after = with_rotation(before, found, case)
        np.testing.assert_allclose(after.femoral_rotation, 0.01 + found.rotation(case), rtol=0, atol=EXACT)
        assert after.tension is not before.tension
        np.testing.assert_array_equal(after.tension, before.tension)
        np.testing.assert_array_equal(after.knee_valgus, before.knee_valgus)


def test_a_frame_whose_segments_were_not_seen_is_not_solved():
    segments = limb(np.radians([6.0] * 3), 0.0, np.radians(60.0))
    rotations = np.array(segments.rotations)
    rotations[1, 0] = np.nan
    after = with_rotation(load(), solved(replace(segments, rotations=rotations)))
    assert np.isnan(after.tension[1]).all()
    assert np.isfinite(after.tension[[0, 2]]).all()
    assert np.isfinite(after.femoral_rotation).all()


def test_frames_sides_cases_and_loadings_that_do_not_fit_are_refused():
    segments = limb(np.radians([6.0] * 3), 0.0, np.radians(60.0))
    found = solved(segments)
    with pytest.raises(InputError, match="at 3 frames does not fit a load of the left knee"):
        with_rotation(load("left"), found)
    with pytest.raises(InputError, match="does not fit a load of the right knee at 2 frames"):
        with_rotation(load(frames=2), found)
    with pytest.raises(InputError, match="rotation case 'most': expected one of none, low, best, high, whole"):
        found.rotation("most")
    with pytest.raises(InputError, match="expected as many of the foot's loading"):
        solved(segments, loading=[1.0, 1.0])
    for bad in (1.2, -0.1, np.nan):
        with pytest.raises(InputError, match=r"loading of the foot: expected 0 .* to 1"):
            solved(segments, loading=[1.0, bad, 0.0])
