"""What gaps in marker trajectories do to the solution."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline

from trochlea.leg.kinematics import SPLINE_ORDER
from trochlea.leg.markers.inverse_kinematics import pose_problem, solve_inverse_kinematics
from trochlea.leg.markers.marker_fit import fit_markers
from trochlea.leg.markers.marker_gaps import EDGE_REACH, gap_shifts, segment_gaps, spans
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import on_leg, read_marker_set
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.motion.files.trc import read_trc

EVERY = 4
"""Every fourth frame of the walk: 60 frames."""

FIRST_ORDER = np.radians(0.5)
"""Predicted against real shift of an angle at the gap of a marker that is 20 mm astray [rad]; worst seen 0.34 of 3.1
degrees."""


@pytest.fixture(scope="module")
def walk(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    trial, path = read_trc(folder / "markers.trc"), folder / "subject.osim"
    trial = replace(trial, times=trial.times[::EVERY], positions=trial.positions[::EVERY])
    return build_leg_from_osim(read_osim(path)), read_marker_set(path), trial


def with_gap(trial, name, frames):
    positions = np.array(trial.positions)
    positions[frames, trial.names.index(name)] = np.nan
    return replace(trial, positions=positions)


def exact(walk):
    """Markers that fit the model without error."""
    leg, marker_set, trial = walk
    on_bodies, _ = on_leg(marker_set, leg.mj)
    values = solve_inverse_kinematics(leg, marker_set, trial).coordinates.values
    places, _ = place_points(body_points(leg, on_bodies.bodies, on_bodies.positions), values)
    return replace(trial, names=on_bodies.names, positions=places)


def test_a_gap_that_moves_an_angle_is_named_with_its_times_and_size(walk) -> None:
    leg, marker_set, trial = walk
    found = solve_inverse_kinematics(leg, marker_set, with_gap(trial, "R.ASIS", slice(15, 23)))
    lines = [note for note in found.notes if note.startswith("the gap of")]
    assert lines == [
        "the gap of R.ASIS from 0.6 to 0.88 s moves hip_rotation_l by about 6 degrees and makes moments jump where it "
        "begins and ends; fill it where it was recorded, or leave the marker out"
    ]
    assert found.is_solved.all()


def test_the_predicted_shift_is_what_the_gap_does(walk) -> None:
    leg, marker_set, trial = walk
    astray = np.array(exact(walk).positions)
    astray[:, exact(walk).names.index("R.ASIS")] += [0.0, 0.02, 0.0]
    trial = replace(exact(walk), positions=astray)
    whole = solve_inverse_kinematics(leg, marker_set, trial).coordinates.values
    problem, placed, _ = pose_problem(leg, marker_set, with_gap(trial, "R.ASIS", slice(15, 23)))
    fit = fit_markers(problem)
    shifts = gap_shifts(problem, fit, (problem.weights <= 0) & (problem.weights.max(axis=0) > 0))
    ours, real = shifts[15:23, placed.names.index("R.ASIS")], (fit.values - whole)[15:23]
    np.testing.assert_allclose(ours, real, rtol=0, atol=FIRST_ORDER)
    assert float(np.abs(real).max()) > 5 * FIRST_ORDER
    assert float(np.abs(shifts[:15]).max()) == 0.0


def test_a_gap_of_a_marker_that_fits_is_not_named(walk) -> None:
    leg, marker_set, trial = walk
    found = solve_inverse_kinematics(leg, marker_set, with_gap(exact(walk), "R.ASIS", slice(15, 23)))
    assert [note for note in found.notes if note.startswith("the gap of")] == []
    assert not found.is_beside_gap.any()


def test_frames_beside_the_edges_of_a_gap_that_moves_an_angle_are_marked(walk) -> None:
    leg, marker_set, trial = walk
    found = solve_inverse_kinematics(leg, marker_set, with_gap(trial, "R.ASIS", slice(20, 44)))
    beside = np.zeros(trial.times.size, dtype=bool)
    for edge in (20, 44):
        beside[edge - EDGE_REACH : edge + EDGE_REACH] = True
    np.testing.assert_array_equal(found.is_beside_gap, beside)
    whole = solve_inverse_kinematics(leg, marker_set, trial)
    assert not whole.is_beside_gap.any()


def test_a_gap_at_an_end_of_the_trial_has_one_edge(walk) -> None:
    leg, marker_set, trial = walk
    found = solve_inverse_kinematics(leg, marker_set, with_gap(trial, "R.ASIS", slice(0, 12)))
    assert np.flatnonzero(found.is_beside_gap).tolist() == list(range(12 - EDGE_REACH, 12 + EDGE_REACH))


def test_a_step_dies_out_in_a_spline_within_the_reach() -> None:
    times = np.arange(80) / 100.0
    spline = make_interp_spline(times, (times >= 0.4).astype(float), k=SPLINE_ORDER)
    acceleration = np.abs(spline.derivative(2)(times))
    is_beside = np.zeros(80, dtype=bool)
    is_beside[40 - EDGE_REACH : 40 + EDGE_REACH] = True
    assert acceleration[~is_beside].max() < 2e-3 * acceleration.max()
    assert acceleration[is_beside].min() > acceleration[~is_beside].max()


def test_frames_without_any_marker_are_left_empty_and_move_no_angle(walk) -> None:
    """Unsolved frames determine nothing: a marker's pull there would be divided by zero (1e13 degrees)."""
    leg, marker_set, trial = walk
    positions = np.array(trial.positions)
    positions[20:26] = np.nan
    found = solve_inverse_kinematics(leg, marker_set, replace(trial, positions=positions))
    assert np.flatnonzero(~found.is_solved).tolist() == list(range(20, 26))
    assert [note for note in found.notes if "moves" in note or "more gaps" in note] == []
    assert any("6 of 60 frames are marked and left empty" in note for note in found.notes)


def test_many_gaps_are_counted(walk) -> None:
    leg, marker_set, trial = walk
    gappy = trial
    for start in range(2, 58, 4):
        gappy = with_gap(gappy, "R.ASIS", slice(start, start + 2))
    notes = solve_inverse_kinematics(leg, marker_set, gappy).notes
    assert sum(note.startswith("the gap of R.ASIS") for note in notes) == 6
    assert any("more gaps move an angle by more than 1 degree; fill them" in note for note in notes)


def test_a_segment_short_of_markers_for_long_is_named(walk) -> None:
    leg, marker_set, trial = walk
    placed, _ = on_leg(marker_set, leg.mj)
    seen = np.ones((trial.times.size, len(placed.names)), dtype=bool)
    thigh = [i for i, body in enumerate(placed.bodies) if body == "femur_r"]
    seen[10:14, thigh[:2]] = False  # 0.12 s
    assert segment_gaps(placed, seen, trial.times) == []
    seen[10:20, thigh[:2]] = False  # 0.36 s
    (line,) = segment_gaps(placed, seen, trial.times)
    assert line.startswith("femur_r has fewer than 3 markers from 0.4 to 0.76 s")


def test_runs_of_true_are_found() -> None:
    assert spans(np.array([True, False, False, True, True])) == [(0, 1), (3, 5)]
    assert spans(np.zeros(3, dtype=bool)) == []
