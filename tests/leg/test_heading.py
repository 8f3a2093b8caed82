"""Femur against foot, seen from above: what turns it, and what the leg's own joints explain."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.deep_rotators import deep_rotator_paths
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.posture.task_motion import simulate_task
from trochlea.leg.rotation.heading import PATH_SD, STILL, TORSION_SD, foot_loading, heading_reference, relative_heading
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.motion import ContactLoad, Motion
from trochlea.motion.task_file import read_task
from trochlea.motion.timeseries import TimeSeries
from trochlea.motion.trial import read_motion
from trochlea.units import GRAVITY

MASS = 75.0

EXACT = 1e-7
"""Rotations composed by the engine against closed forms [rad]: its joint axes are unit vectors to 8 digits; worst seen
2e-8."""


@pytest.fixture(scope="module")
def leg():
    return MujocoLeg(model=build_leg(mass=MASS, height=1.75, sex="male"))


def series(**columns_deg):
    values = np.radians(np.column_stack([np.atleast_1d(column) for column in columns_deg.values()]))
    return TimeSeries(
        times=np.arange(float(len(values))), values=values, names=tuple(columns_deg), units=("rad",) * len(columns_deg)
    )


def joints(leg, **columns_deg):
    coordinates = series(**columns_deg)
    return coordinates, leg.segments(leg.static_pose(coordinates))


def beyond_own(leg, side="right", standing=None, **columns_deg):
    """Heading beyond what the joints explain [degrees]."""
    coordinates, segments = joints(leg, **columns_deg)
    reference = heading_reference(leg, coordinates, segments, side, standing=standing)
    return np.degrees(relative_heading(segments, side) - reference.heading)


def yawed(segments: Segments, body: str, angle_deg: float) -> Segments:
    """The same with one body turned about the vertical, from z to x: a right leg's inwards."""
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    rotations = np.array(segments.rotations)
    i = segments.names.index(body)
    rotations[:, i] = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]) @ rotations[:, i]
    return replace(segments, rotations=rotations)


def test_knee_and_ankle_alone_turn_nothing_however_far_they_bend(leg):
    for side in ("right", "left"):
        s = side[0]
        angles = {f"knee_angle_{s}": [0, 20, 60, 100, 60], f"ankle_angle_{s}": [0, -20, 25, 10, 30]}
        beyond = beyond_own(leg, side, **angles, **{f"hip_flexion_{s}": [0, 20, 60, 90, 40]})
        np.testing.assert_allclose(beyond, 0.0, rtol=0, atol=np.degrees(EXACT))


def test_what_the_joints_explain_is_not_small(leg):
    # Without it a squat would count the joints' own turns: tibia in by 13 degrees at 60 of flexion, oblique axes.
    coordinates, segments = joints(leg, hip_flexion_r=[40.0], knee_angle_r=[60.0], ankle_angle_r=[20.0])
    reference = heading_reference(leg, coordinates, segments, "right")
    assert np.degrees(reference.heading[0]) < -3.0


def test_turning_the_whole_leg_at_the_hip_is_no_rotation_of_femur_against_foot(leg):
    for side, name in (("right", "hip_rotation_r"), ("left", "hip_rotation_l")):
        _, segments = joints(leg, **{name: [-20.0, 0.0, 25.0]})
        np.testing.assert_allclose(relative_heading(segments, side), 0.0, rtol=0, atol=EXACT)


def test_a_subtalar_joint_locked_away_from_neutral_is_no_turn(leg):
    bent = {"knee_angle_r": [0, 20, 40], "ankle_angle_r": [0, 10, 20]}
    locked = beyond_own(leg, subtalar_angle_r=[8] * 3, **bent)
    np.testing.assert_allclose(locked, 0.0, rtol=0, atol=np.degrees(EXACT))
    free = beyond_own(leg, subtalar_angle_r=[0, 8, 8], **bent)
    assert np.all(np.abs(free[1:]) > 2.0)  # the same angle, reached by moving


def test_turning_the_whole_body_changes_nothing_even_past_half_a_turn(leg):
    bent = {
        "hip_flexion_r": [30] * 5,
        "knee_angle_r": [40] * 5,
        "ankle_angle_r": [10] * 5,
        "subtalar_angle_r": [8] * 4 + [0],
    }
    turned = beyond_own(leg, pelvis_rotation=[0, 90, 170, -170, 0], **bent)[:4]
    np.testing.assert_allclose(turned, turned[0], rtol=0, atol=np.degrees(EXACT))
    assert abs(turned[0]) > 1.0
    held = {name: angles[:1] * 5 for name, angles in bent.items()}
    _, segments = joints(leg, pelvis_rotation=[0, 90, 170, -170, 179.9], **held)
    headings = relative_heading(segments, "right")
    np.testing.assert_allclose(headings, headings[0], rtol=0, atol=EXACT)


@pytest.mark.parametrize(("side", "inwards"), [("right", 1.0), ("left", -1.0)])
def test_a_femur_turned_inwards_over_its_foot_is_positive_on_both_sides(leg, side, inwards):
    s = side[0]
    coordinates, segments = joints(leg, **{f"knee_angle_{s}": [50.0], f"ankle_angle_{s}": [15.0]})
    reference = heading_reference(leg, coordinates, segments, side)
    turned = yawed(segments, f"femur_{s}", inwards * 12.0)
    found = np.degrees(relative_heading(turned, side) - reference.heading)
    np.testing.assert_allclose(found, 12.0, rtol=0, atol=np.degrees(EXACT))


def test_a_toed_out_foot_under_the_same_femur_is_a_femur_turned_inwards(leg):
    coordinates, segments = joints(leg, knee_angle_r=[30.0], ankle_angle_r=[5.0])
    reference = heading_reference(leg, coordinates, segments, "right")
    toed_out = yawed(segments, "calcn_r", -10.0)
    found = np.degrees(relative_heading(toed_out, "right") - reference.heading)
    np.testing.assert_allclose(found, 10.0, rtol=0, atol=np.degrees(EXACT))


def test_standing_is_its_own_reference(leg):
    standing = {"knee_angle_r": np.radians(4.0), "ankle_angle_r": np.radians(3.0), "subtalar_angle_r": np.radians(7.0)}
    degrees = {name: [np.degrees(value)] for name, value in standing.items()}
    own = beyond_own(leg, standing=standing, **degrees)
    neutral = beyond_own(leg, **degrees)
    np.testing.assert_allclose(own, 0.0, rtol=0, atol=np.degrees(EXACT))
    assert abs(neutral[0]) > 3.0


def test_without_a_standing_trial_the_twist_of_the_tibia_is_uncertain(leg):
    coordinates, segments = joints(leg, knee_angle_r=[0, 20], ankle_angle_r=[0, 5], subtalar_angle_r=[0, 5])
    assumed = heading_reference(leg, coordinates, segments, "right")
    np.testing.assert_allclose(assumed.sd, [TORSION_SD, np.hypot(TORSION_SD, PATH_SD)], rtol=0, atol=EXACT)
    assert "assumed" in assumed.source
    assert any("no standing trial" in note for note in assumed.notes)
    measured = heading_reference(leg, coordinates, segments, "right", standing={"subtalar_angle_r": 0.0})
    np.testing.assert_allclose(measured.sd, [0.0, PATH_SD], rtol=0, atol=EXACT)
    assert measured.notes == ()


def test_the_knees_own_path_is_less_sure_the_further_it_bends_from_standing(leg):
    coordinates, segments = joints(leg, knee_angle_r=[5, 12.5, 20, 90, -2.5], ankle_angle_r=[0] * 5)
    standing = {"knee_angle_r": np.radians(5.0)}
    sd = heading_reference(leg, coordinates, segments, "right", standing=standing).sd
    np.testing.assert_allclose(sd / PATH_SD, [0.0, 0.5, 1.0, 1.0, 0.5], rtol=0, atol=EXACT)
    with_skin = heading_reference(leg, coordinates, segments, "right", standing=standing, skin_error=0.1)
    np.testing.assert_allclose(with_skin.sd, np.hypot(sd, 0.1), rtol=0, atol=EXACT)
    # What markers show does not pass through the subtalar joint, whose lock then hides nothing.
    assert len(with_skin.notes) == 1
    assert "markers on the skin, which err by 5.7 degrees" in with_skin.notes[0]


@pytest.mark.parametrize("angles", [{}, {"subtalar_angle_r": [2.0, 2.0]}])
def test_a_locked_subtalar_joint_is_said_to_hide_the_rotation(leg, angles):
    coordinates, segments = joints(leg, knee_angle_r=[10.0, 20.0], ankle_angle_r=[0.0, 5.0], **angles)
    reference = heading_reference(leg, coordinates, segments, "right", standing={})
    assert "subtalar_angle_r does not move" in reference.notes[0]


def test_a_subtalar_joint_that_moves_is_not_called_locked(leg):
    moves = [0.0, 2 * np.degrees(STILL)]
    coordinates, segments = joints(leg, knee_angle_r=[10, 20], ankle_angle_r=[0, 0], subtalar_angle_r=moves)
    assert heading_reference(leg, coordinates, segments, "right", standing={}).notes == ()


def test_segments_of_other_frames_are_refused(leg):
    _, segments = joints(leg, knee_angle_r=[10.0, 20.0], ankle_angle_r=[0.0, 5.0])
    with pytest.raises(InputError, match="segments have 2 frames and joint angles 3"):
        heading_reference(leg, series(knee_angle_r=[1, 2, 3], ankle_angle_r=[0, 0, 0]), segments, "right")


def test_a_motion_without_the_ankle_is_refused(leg):
    coordinates, segments = joints(leg, knee_angle_r=[10.0])
    with pytest.raises(InputError, match="lacks column 'ankle_angle_r'"):
        heading_reference(leg, coordinates, segments, "right")


def contact(side, vertical, is_covered=None):
    vertical = np.array(vertical, dtype=float)
    zeros = np.zeros((vertical.size, 3))
    covered = np.ones(vertical.size, dtype=bool) if is_covered is None else np.array(is_covered)
    return ContactLoad(
        side=side, force=zeros + np.outer(vertical, [0, 1, 0]), point=zeros, free_moment=zeros, is_covered=covered
    )


def test_the_ground_holds_a_foot_in_proportion_to_a_small_force_and_no_more_than_wholly():
    weight = MASS * GRAVITY
    own = contact("right", [0.0, 0.04 * weight, 0.1 * weight, 2.0 * weight, np.nan], [True, True, True, True, False])
    motion = Motion(
        name="steps",
        coordinates=series(knee_angle_r=[0] * 5),
        contacts=(own, contact("right", [0.0, 0.01 * weight, 0.0, 0.0, 0.0]), contact("left", [weight] * 5)),
        source="measured",
    )
    np.testing.assert_allclose(foot_loading(motion, "right", MASS), [0.0, 0.5, 1.0, 1.0, 0.0], rtol=0, atol=EXACT)


def test_joint_angles_of_the_walk_hold_no_rotation_and_say_so(data_dir):
    # Its pipeline locks the subtalar joint: whatever the hip does, 8 to 11 degrees here, nothing reaches the knee.
    trial = data_dir / "mocap" / "rajagopal_walk"
    walker = MujocoLeg(model=build_leg_from_osim(read_osim(trial / "subject.osim")))
    motion = read_motion(trial / "ik_filtered_6hz.mot", trial / "external_loads.xml", start=0.5, end=1.7)
    given = motion.coordinates
    names = [name for name in given.names if name in walker.model.coordinates]
    columns = [given.names.index(name) for name in names]
    coordinates = replace(
        given,
        values=given.values[:, columns],
        names=tuple(names),
        units=tuple(given.units[column] for column in columns),
    )
    segments = walker.segments(walker.static_pose(coordinates))
    for side in ("right", "left"):
        assert np.ptp(coordinates.column(f"hip_rotation_{side[0]}")) > np.radians(7.0)
        reference = heading_reference(walker, coordinates, segments, side, standing={})
        np.testing.assert_allclose(relative_heading(segments, side) - reference.heading, 0.0, rtol=0, atol=EXACT)
        assert f"subtalar_angle_{side[0]} does not move" in reference.notes[0]
    held = foot_loading(motion, "right", walker.mass)
    assert held.min() == 0.0
    assert held.max() == 1.0


def test_hip_rotation_of_a_collapsing_squat_is_no_rotation_of_the_femur_over_its_foot():
    # Adduction and pelvic drop of a collapse turn the hip inwards by 11 degrees more; the chain below hardly turns.
    squatter = MujocoLeg(model=build_leg(mass=62, height=1.65, sex="female", extra_muscles=deep_rotator_paths()))
    upright = read_task("single_leg_squat")
    angles = {"hip_adduction_deg": 22.0, "pelvic_drop_deg": 12.0, "trunk_lean_deg": 9.3}
    collapse = read_task("single_leg_squat", angles)
    hips, turns = [], []
    for task in (upright, collapse):
        coordinates = simulate_task(squatter.model, task, "right", n_frames=3).motion.coordinates
        segments = squatter.segments(squatter.static_pose(coordinates))
        standing = {name: float(coordinates.column(name)[0]) for name in coordinates.names}
        reference = heading_reference(squatter, coordinates, segments, "right", standing=standing)
        hips.append(np.degrees(coordinates.column("hip_rotation_r")[1]))
        turns.append(np.degrees(relative_heading(segments, "right") - reference.heading)[1])
    assert hips[1] - hips[0] > 10.0
    assert abs(turns[1] - turns[0]) < 1.0
