"""Bodies laid on their own markers: known turns come back, gaps are not filled, bad markers are refused."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_segments import BONES, LEAST_SPREAD, segments_on_markers, spread
from trochlea.leg.markers.marker_set import MarkerSet, read_marker_set
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.rotation.heading import heading_reference, relative_heading
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.files.trc import read_trc
from trochlea.motion.filtering import filter_markers
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import TimeSeries

EXACT = 1e-7
"""Markers without error [rad, -]; worst seen 3e-8, by the engine's joint axes of 8 digits."""

BOTH_WAYS = np.radians(4.4)
"""Difference of two ways to one heading, root mean square [rad]: the error of skin markers in walking
(`benoit-2006-skin`); seen 3.4 degrees."""

CLUSTER = np.array([[0.08, -0.1, 0.04], [0.02, -0.2, 0.09], [-0.06, -0.3, 0.05], [0.0, -0.4, -0.05]])
"""Four markers on one body [m], as on a thigh with its epicondyle."""

LABELS = tuple(f"{bone}.{i}" for bone in BONES for i in range(4))


def marker_set(thigh=CLUSTER):
    bodies = tuple(f"{bone}_r" for bone in BONES for _ in range(4))
    ones = np.ones(12)
    return MarkerSet(
        names=tuple(label.upper() for label in LABELS),
        bodies=bodies,
        positions=np.vstack([thigh, CLUSTER, CLUSTER]),
        is_fixed=np.zeros(12, dtype=bool),
        weights=ones,
        static_weights=ones,
        source="test.osim",
    )


def still_segments(frames):
    names = ("pelvis", *(f"{bone}_r" for bone in BONES))
    return Segments(
        names=names,
        positions=np.zeros((frames, 4, 3)),
        rotations=np.tile(np.eye(3), (frames, 4, 1, 1)),
        centre_of_mass=np.zeros((frames, 3)),
    )


def seen(turns, *, gaps=(), thigh=CLUSTER):
    """Thigh markers of a body turned and moved about, the others still; (frame, thigh marker) of `gaps` is not seen."""
    frames = len(turns)
    positions = np.tile(np.vstack([thigh, CLUSTER, CLUSTER]), (frames, 1, 1))
    moved = np.einsum("fij,mj->fmi", turns, thigh) + np.arange(frames)[:, None, None] * [0.1, 0.02, -0.03]
    positions[:, :4] = moved
    for frame, marker in gaps:
        positions[frame, marker] = np.nan
    return Markers(times=np.arange(float(frames)), names=LABELS, positions=positions, source="test.trc")


@pytest.fixture
def turns():
    return Rotation.random(5, rng=np.random.default_rng(3)).as_matrix()


def test_known_turns_come_back_and_other_bodies_stay(turns):
    found = segments_on_markers(still_segments(5), marker_set(), seen(turns), "right")
    np.testing.assert_allclose(found.body("femur_r")[1], turns, rtol=0, atol=EXACT)
    for body in ("pelvis", "tibia_r", "calcn_r"):
        np.testing.assert_allclose(found.body(body)[1], np.tile(np.eye(3), (5, 1, 1)), rtol=0, atol=EXACT)


def test_one_gap_of_four_does_not_matter_and_two_leave_the_frame_unknown(turns):
    trial = seen(turns, gaps=[(1, 0), (3, 0), (3, 1)])
    rotations = segments_on_markers(still_segments(5), marker_set(), trial, "right").body("femur_r")[1]
    np.testing.assert_allclose(rotations[[0, 1, 2, 4]], turns[[0, 1, 2, 4]], rtol=0, atol=EXACT)
    assert np.isnan(rotations[3]).all()


def test_markers_left_on_a_line_leave_the_frame_unknown(turns):
    # Three on the thigh's long axis and one beside it, which is not seen in one frame.
    thigh = np.array([[0.0, -0.1, 0], [0.0, -0.2, 0], [0.0, -0.3, 0], [0.1, -0.2, 0]])
    trial = seen(turns, gaps=[(2, 3)], thigh=thigh)
    rotations = segments_on_markers(still_segments(5), marker_set(thigh), trial, "right").body("femur_r")[1]
    assert np.isnan(rotations[2]).all()
    assert np.isfinite(rotations[[0, 1, 3, 4]]).all()


def test_spread_of_points_beside_a_line_is_their_distance_from_it():
    # Four points at 20 mm on either side of the x axis, far apart along it.
    beside = np.array([[0.0, 0.02, 0], [1.0, -0.02, 0], [2.0, -0.02, 0], [3.0, 0.02, 0]])
    assert spread(beside) == pytest.approx(0.02, abs=1e-12)
    assert spread(beside * [1, 0, 0]) == pytest.approx(0.0, abs=1e-7)


def test_markers_on_a_line_or_too_few_are_refused_with_the_way_out(turns):
    line = np.outer(np.arange(4.0), [0.0, 0.1, 0.0]) + [[0.4 * LEAST_SPREAD, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    with pytest.raises(InputError, match=r"test\.trc: the markers of femur_r \(FEMUR\.0, .*\) do not tell .* subtalar"):
        segments_on_markers(still_segments(5), marker_set(line), seen(turns), "right")
    unknown = np.array(CLUSTER)
    unknown[[0, 1]] = np.nan
    with pytest.raises(InputError, match=r"the markers of femur_r \(FEMUR\.2, FEMUR\.3\) do not tell"):
        segments_on_markers(still_segments(5), marker_set(unknown), seen(turns), "right")


def test_frames_and_sides_that_do_not_fit_are_refused(turns):
    with pytest.raises(InputError, match=r"segments have 4 frames and test\.trc 5"):
        segments_on_markers(still_segments(4), marker_set(), seen(turns), "right")
    with pytest.raises(InputError, match="body 'femur_l'"):
        segments_on_markers(still_segments(5), marker_set(), seen(turns), "left")


def test_markers_show_the_turn_that_joint_angles_with_a_locked_subtalar_joint_cannot():
    leg = MujocoLeg(model=build_leg(mass=75, height=1.75, sex="male"))
    angles = {"hip_flexion_r": 30.0, "knee_angle_r": 50.0, "ankle_angle_r": 20.0}
    coordinates = TimeSeries(
        times=np.arange(2.0),
        values=np.radians(np.tile(list(angles.values()), (2, 1))),
        names=tuple(angles),
        units=("rad",) * 3,
    )
    segments = leg.segments(leg.static_pose(coordinates))
    inwards = Rotation.from_euler("y", [[0.0], [7.0]], degrees=True).as_matrix()
    trial = seen(inwards @ segments.body("femur_r")[1])
    positions = np.array(trial.positions)
    for i, bone in ((1, "tibia_r"), (2, "calcn_r")):
        positions[:, 4 * i : 4 * i + 4] = np.einsum("fij,mj->fmi", segments.body(bone)[1], CLUSTER)
    fitted = segments_on_markers(segments, marker_set(), replace(trial, positions=positions), "right")
    for found, expected in ((segments, [0.0, 0.0]), (fitted, [0.0, 7.0])):
        reference = heading_reference(leg, coordinates, found, "right", standing={})
        turn = np.degrees(relative_heading(found, "right") - reference.heading)
        np.testing.assert_allclose(turn, expected, rtol=0, atol=np.degrees(EXACT))


def test_both_ways_to_the_turn_in_a_measured_walk_agree(data_dir):
    # Bones on their own markers, and joint angles whose subtalar joint is free: the same markers, other constraints.
    trial = data_dir / "mocap" / "rajagopal_walk"
    leg = MujocoLeg(model=build_leg_from_osim(read_osim(trial / "subject.osim")))
    own_set = read_marker_set(trial / "subject.osim")
    markers, _ = filter_markers(read_trc(trial / "markers.trc"))
    inside = (markers.times > 0.3) & (markers.times < 1.0)  # the right foot is on the ground
    markers = replace(markers, times=markers.times[inside], positions=markers.positions[inside])
    coordinates = solve_inverse_kinematics(leg.model, own_set, markers, locked=("mtp_angle",)).coordinates
    joints = leg.segments(leg.static_pose(coordinates))
    turns = []
    for segments in (joints, segments_on_markers(joints, own_set, markers, "right")):
        reference = heading_reference(leg, coordinates, segments, "right", standing={})
        turns.append(relative_heading(segments, "right") - reference.heading)
    assert np.sqrt(np.mean((turns[0] - turns[1]) ** 2)) < BOTH_WAYS
    assert np.corrcoef(turns)[0, 1] > 0.9
    assert np.ptp(turns[1]) > np.radians(8.0)
