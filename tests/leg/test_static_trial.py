"""The standing posture."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import on_leg, published_marker_sets
from trochlea.leg.markers.static_trial import find_static_posture
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.markers import Markers


@pytest.fixture(scope="module")
def person():
    """The skeleton standing for ten frames in which every marker trembles about its mean."""
    leg = build_leg(mass=75, height=1.7, sex="male")
    marker_set, _ = on_leg(published_marker_sets()["rajagopal-2016"], leg.mj)
    values = np.zeros((1, len(leg.coordinates)))
    for name, value in {"pelvis_ty": 0.93, "hip_rotation_r": -0.2, "knee_angle_l": 0.1, "pelvis_rotation": 0.5}.items():
        values[0, leg.coordinates.index(name)] = value
    places, _ = place_points(body_points(leg, marker_set.bodies, marker_set.positions), values)
    tremble = 1e-3 * np.array([1.0, -1.0] * 5)[:, None, None] * np.ones(3)
    positions = places + tremble
    return (
        leg,
        marker_set,
        Markers(times=np.arange(10) * 0.1, names=marker_set.names, positions=positions, source="static.trc"),
        values[0],
    )


def test_the_standing_posture_is_that_of_the_mean_markers(person) -> None:
    leg, marker_set, static, values = person
    posture = find_static_posture(leg, marker_set, static)
    np.testing.assert_allclose([posture.coordinates[n] for n in leg.coordinates], values, rtol=0, atol=1e-6)
    assert posture.window == (0.0, pytest.approx(0.9))
    assert float(posture.errors.max()) < 1e-6


def test_segments_stand_where_the_posture_puts_them(person) -> None:
    leg, marker_set, static, _ = person
    posture = find_static_posture(leg, marker_set, static)
    origin, turn = posture.segments.body("femur_r")
    knee = marker_set.positions[marker_set.names.index("RLFC")]
    mean = static.marker("RLFC").mean(axis=0)
    np.testing.assert_allclose(origin[0] + turn[0] @ knee, mean, rtol=0, atol=1e-6)


def test_only_the_asked_window_counts(person) -> None:
    leg, marker_set, static, values = person
    positions = np.array(static.positions)
    positions[6:] += 0.5  # walked off
    late = replace(static, positions=positions)
    posture = find_static_posture(leg, marker_set, late, window=(0.0, 0.55))
    assert posture.coordinates["pelvis_tx"] == pytest.approx(0.0, abs=1e-6)
    assert not any("not still" in note for note in posture.notes)
    restless = find_static_posture(leg, marker_set, late)
    assert any(note.startswith("not still from 0 to 0.9 s") for note in restless.notes)


def test_a_gap_in_part_of_the_window_does_no_harm(person) -> None:
    leg, marker_set, static, values = person
    positions = np.array(static.positions)
    positions[:4, static.names.index("RLFC")] = np.nan
    posture = find_static_posture(leg, marker_set, replace(static, positions=positions))
    np.testing.assert_allclose([posture.coordinates[n] for n in leg.coordinates], values, rtol=0, atol=1e-6)


def test_placing_uses_the_static_weights(person) -> None:
    leg, marker_set, static, _ = person
    by_landmarks = find_static_posture(leg, marker_set.weighted_for_placing(), static)
    assert "RLFC" in by_landmarks.names
    assert "RTH1" not in by_landmarks.names
    assert by_landmarks.names != solve_inverse_kinematics(leg, marker_set, static).names


def test_far_landmarks_are_named(person) -> None:
    leg, marker_set, static, _ = person
    positions = np.array(static.positions)
    positions[:, static.names.index("RCAL")] += [0.0, 0.08, 0.0]
    posture = find_static_posture(leg, marker_set, replace(static, positions=positions))
    assert any("more than 20 mm from the model: " in note and "RCAL" in note for note in posture.notes)


def test_an_empty_window_and_a_footless_trial_are_refused(person) -> None:
    leg, marker_set, static, _ = person
    with pytest.raises(InputError, match="no frame from 3 to 4 s"):
        find_static_posture(leg, marker_set, static, window=(3.0, 4.0))
    keep = [i for i, body in enumerate(marker_set.bodies) if body in ("pelvis", "femur_r", "femur_l")]
    footless = replace(static, names=tuple(static.names[i] for i in keep), positions=static.positions[:, keep])
    with pytest.raises(InputError, match="never determine ankle_angle_r|never determine knee_angle_r"):
        find_static_posture(leg, marker_set, footless)
