"""Bodies laid on their own markers: known turns come back, gaps are not filled, bad markers are refused."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from trochlea.errors import InputError
from trochlea.leg.heading import heading_reference, relative_heading
from trochlea.leg.marker_segments import LEAST_SPREAD, AttachedMarkers, segments_on_markers, spread
from trochlea.leg.model import build_leg
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.segments import Segments
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import TimeSeries

EXACT = 1e-7
"""Markers without error [rad, -]; worst seen 3e-8, by the engine's joint axes of 8 digits."""

CLUSTER = np.array([[0.08, -0.1, 0.04], [0.02, -0.2, 0.09], [-0.06, -0.3, 0.05], [0.0, -0.4, -0.05]])
"""Four markers on one body [m], as on a thigh with its epicondyle."""


def still_segments(frames):
    names = ("femur_r", "tibia_r")
    return Segments(
        names=names,
        positions=np.zeros((frames, 2, 3)),
        rotations=np.tile(np.eye(3), (frames, 2, 1, 1)),
        centre_of_mass=np.zeros((frames, 3)),
    )


def seen(turns, *, gaps=()):
    """Markers of a body turned and moved about; (frame, marker) of `gaps` is not seen."""
    frames = len(turns)
    positions = np.einsum("fij,mj->fmi", turns, CLUSTER) + np.arange(frames)[:, None, None] * [0.1, 0.02, -0.03]
    for frame, marker in gaps:
        positions[frame, marker] = np.nan
    return Markers(times=np.arange(float(frames)), names=("A", "B", "C", "D"), positions=positions, source="test.trc")


def thigh():
    return AttachedMarkers(body="femur_r", names=("A", "B", "C", "D"), positions=CLUSTER)


@pytest.fixture
def turns():
    return Rotation.random(5, rng=np.random.default_rng(3)).as_matrix()


def test_known_turns_come_back_and_other_bodies_stay(turns):
    found = segments_on_markers(still_segments(5), seen(turns), (thigh(),))
    np.testing.assert_allclose(found.body("femur_r")[1], turns, rtol=0, atol=EXACT)
    np.testing.assert_array_equal(found.body("tibia_r")[1], still_segments(5).body("tibia_r")[1])


def test_a_mirrored_body_is_never_the_answer(turns):
    flat = CLUSTER * [1.0, 1.0, 0.0]
    markers = seen(turns)
    positions = np.einsum("fij,mj->fmi", turns, flat)
    own = AttachedMarkers(body="femur_r", names=markers.names, positions=flat)
    markers = Markers(times=markers.times, names=markers.names, positions=positions, source="flat")
    found = segments_on_markers(still_segments(5), markers, (own,)).body("femur_r")[1]
    np.testing.assert_allclose(np.linalg.det(found), 1.0, rtol=0, atol=EXACT)
    np.testing.assert_allclose(found, turns, rtol=0, atol=EXACT)


def test_one_gap_of_four_does_not_matter_and_two_leave_the_frame_unknown(turns):
    found = segments_on_markers(still_segments(5), seen(turns, gaps=[(1, 0), (3, 0), (3, 1)]), (thigh(),))
    rotations = found.body("femur_r")[1]
    np.testing.assert_allclose(rotations[[0, 1, 2, 4]], turns[[0, 1, 2, 4]], rtol=0, atol=EXACT)
    assert np.isnan(rotations[3]).all()


def test_spread_of_points_beside_a_line_is_their_distance_from_it():
    # Four points at 20 mm on either side of the x axis, far apart along it.
    beside = np.array([[0.0, 0.02, 0], [1.0, -0.02, 0], [2.0, -0.02, 0], [3.0, 0.02, 0]])
    assert spread(beside) == pytest.approx(0.02, abs=1e-12)
    assert spread(beside * [1, 0, 0]) == pytest.approx(0.0, abs=1e-7)


def test_markers_on_a_line_or_too_few_are_refused():
    line = np.outer(np.arange(4.0), [0.0, 0.1, 0.0]) + [[0.4 * LEAST_SPREAD, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    with pytest.raises(InputError, match="femur_r: markers A, B, C, D do not tell how it is turned; expected three or"):
        AttachedMarkers(body="femur_r", names=("A", "B", "C", "D"), positions=line)
    with pytest.raises(InputError, match="markers A, B do not tell"):
        AttachedMarkers(body="femur_r", names=("A", "B"), positions=CLUSTER[:2])


def test_markers_bodies_and_frames_that_do_not_fit_are_refused(turns):
    other = AttachedMarkers(body="femur_r", names=("A", "B", "E"), positions=CLUSTER[:3])
    with pytest.raises(InputError, match=r"test\.trc: no marker 'E' of femur_r"):
        segments_on_markers(still_segments(5), seen(turns), (other,))
    with pytest.raises(InputError, match="segments have 4 frames and test.trc 5"):
        segments_on_markers(still_segments(4), seen(turns), (thigh(),))
    nowhere = AttachedMarkers(body="shin", names=("A", "B", "C", "D"), positions=CLUSTER)
    with pytest.raises(InputError, match="body 'shin'"):
        segments_on_markers(still_segments(5), seen(turns), (nowhere,))


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
    fitted = segments_on_markers(segments, seen(inwards @ segments.body("femur_r")[1]), (thigh(),))
    for found, expected in ((segments, [0.0, 0.0]), (fitted, [0.0, 7.0])):
        reference = heading_reference(leg, coordinates, found, "right", standing={})
        turn = np.degrees(relative_heading(found, "right") - reference.heading)
        np.testing.assert_allclose(turn, expected, rtol=0, atol=np.degrees(EXACT))
