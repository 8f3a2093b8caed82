"""Markers that sit elsewhere in a trial than in the static trial."""

import numpy as np
import pytest

from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_drift import drifted_markers, replace_in_trial, reseat_drifted
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import on_leg, published_marker_sets
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.markers import Markers


@pytest.fixture(scope="module")
def person():
    leg = build_leg(mass=75, height=1.7, sex="male")
    return leg, on_leg(published_marker_sets()["rajagopal-2016"], leg.mj)[0]


def trial_of(leg, marker_set, *, bent=0.0, frames=9):
    values = np.zeros((frames, len(leg.coordinates)))
    for side in "rl":
        values[:, leg.coordinates.index(f"knee_angle_{side}")] = bent * np.linspace(0, 1, frames)
        values[:, leg.coordinates.index(f"hip_flexion_{side}")] = 0.5 * bent * np.linspace(0, 1, frames)
    places, _ = place_points(body_points(leg, marker_set.bodies, marker_set.positions), values)
    return Markers(times=np.arange(frames) * 0.01, names=marker_set.names, positions=places, source="made up"), values


def shifted(marker_set, name, by):
    positions = np.array(marker_set.positions)
    positions[marker_set.names.index(name)] += by
    return marker_set.placed(positions)


def test_markers_that_stayed_are_not_named(person) -> None:
    leg, marker_set = person
    static, trial = trial_of(leg, marker_set)[0], trial_of(leg, marker_set, bent=1.0)[0]
    assert drifted_markers(marker_set, static, trial) == ()


def test_the_technical_marker_moved_not_the_landmark(person) -> None:
    leg, marker_set = person
    static = trial_of(leg, marker_set)[0]
    moved = shifted(marker_set, "RTH2", [0.0, 0.03, 0.0])
    (drift,) = drifted_markers(marker_set, static, trial_of(leg, moved, bent=1.0)[0])
    assert drift.name == "RTH2"
    assert abs(drift.trial_distance - drift.static_distance) == pytest.approx(0.03, abs=0.005)
    assert "put on again" in str(drift)


def test_a_landmark_that_disagrees_with_the_other_landmarks_moved(person) -> None:
    leg, marker_set = person
    moved = shifted(marker_set, "RLFC", [0.0, -0.03, 0.03])
    drifts = drifted_markers(marker_set, trial_of(leg, marker_set)[0], trial_of(leg, moved)[0])
    assert [drift.name for drift in drifts] == ["RLFC"]


def test_a_small_shift_is_skin(person) -> None:
    leg, marker_set = person
    moved = shifted(marker_set, "RTH2", [0.0, 0.008, 0.0])
    assert drifted_markers(marker_set, trial_of(leg, marker_set)[0], trial_of(leg, moved)[0]) == ()


def test_the_trunk_is_left_out(person) -> None:
    leg, marker_set = person
    moved = shifted(marker_set, "RACR", [0.0, 0.05, 0.0])
    assert drifted_markers(marker_set, trial_of(leg, marker_set)[0], trial_of(leg, moved)[0]) == ()


def test_a_shifted_marker_is_put_where_the_trial_has_it(person) -> None:
    leg, marker_set = person
    moved = shifted(marker_set, "LTH2", [0.01, 0.03, 0.0])
    trial, values = trial_of(leg, moved, bent=1.0)
    found, without = replace_in_trial(leg, marker_set, trial, ("LTH2",))
    np.testing.assert_allclose(found.positions, moved.positions, rtol=0, atol=1e-6)
    assert "LTH2" not in without.names
    solution = solve_inverse_kinematics(leg, found, trial)
    np.testing.assert_allclose(solution.coordinates.values, values, rtol=0, atol=1e-5)


def test_a_landmark_that_moved_is_named_but_stays(person) -> None:
    leg, marker_set = person
    moved = shifted(shifted(marker_set, "RLFC", [0.0, -0.03, 0.03]), "LTH1", [0.0, 0.02, 0.0])
    static, trial = trial_of(leg, marker_set)[0], trial_of(leg, moved, bent=0.8)[0]
    found, drifts = reseat_drifted(leg, marker_set, static, trial)
    assert [drift.name for drift in drifts] == ["RLFC", "LTH1"]
    row = marker_set.names.index("RLFC")
    np.testing.assert_array_equal(found.positions[row], marker_set.positions[row])
    row = marker_set.names.index("LTH1")
    np.testing.assert_allclose(found.positions[row], moved.positions[row], rtol=0, atol=1e-3)


def test_nothing_is_solved_where_nothing_moved(person) -> None:
    leg, marker_set = person
    static = trial_of(leg, marker_set)[0]
    found, drifts = reseat_drifted(leg, marker_set, static, static)
    assert found is marker_set
    assert drifts == ()
