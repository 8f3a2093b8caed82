"""Joint angles from markers."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.markers.inverse_kinematics import solve_inverse_kinematics
from trochlea.leg.markers.marker_fit import superpose
from trochlea.leg.markers.marker_kinematics import body_points, place_points
from trochlea.leg.markers.marker_set import on_leg, published_marker_sets, read_marker_set
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.files.storage import read_storage
from trochlea.motion.files.trc import read_trc
from trochlea.motion.markers import Markers

RECOVERY = 1e-6
"""Known coordinates come back from the markers that they place [rad, m]; worst seen 2e-9."""

OPENSIM_ANGLE = np.radians(0.1)
"""Against OpenSim's solver at accuracy 1e-7 with the same markers and weights [rad]; worst seen 0.073 degrees, at a
knee that OpenSim stops at 0 and ours may leave by 0.006."""

FILE_ANGLE = np.radians(0.5)
"""Root mean square against ik.mot [rad], which also has arms and OpenSim's default accuracy; worst seen 0.43 degrees
(lumbar rotation), 0.23 in the legs. The target is 2 degrees."""

FREE = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle")


@pytest.fixture(scope="module")
def generic():
    """The unscaled skeleton with the published set's markers."""
    leg = build_leg(mass=75, height=1.7, sex="male")
    return leg, on_leg(published_marker_sets()["rajagopal-2016"], leg.mj)[0]


@pytest.fixture(scope="module")
def subject(data_dir):
    folder = data_dir / "mocap" / "rajagopal_walk"
    path = folder / "subject.osim"
    return build_leg_from_osim(read_osim(path)), read_marker_set(path), read_trc(folder / "markers.trc")


@pytest.fixture(scope="module")
def walk(subject):
    return solve_inverse_kinematics(*subject)


def known_motion(leg, frames=40):
    """A deep squat that turns past half a turn, where angles jump; subtalar and toe joints at 0."""
    phase = np.linspace(0.0, 1.0, frames)
    deep = np.sin(np.pi * phase)
    values = np.zeros((frames, len(leg.coordinates)))
    for i, name in enumerate(leg.coordinates):
        size = {"hip_flexion": 1.6, "knee_angle": 1.9, "ankle_angle": 0.4, "hip_rotation": 0.3, "hip_adduction": -0.2}
        values[:, i] = size.get(name[:-2], 0.1) * deep if name[:-2] in size else 0.0
        if "lumbar" in name or name in ("pelvis_tilt", "pelvis_list"):
            values[:, i] = -0.3 * deep
    values[:, leg.coordinates.index("pelvis_rotation")] = 2.5 + 3.5 * phase
    values[:, leg.coordinates.index("pelvis_ty")] = 0.9 - 0.4 * deep
    return values


def markers_of(leg, marker_set, values):
    places, _ = place_points(body_points(leg, marker_set.bodies, marker_set.positions), values)
    return Markers(times=np.arange(len(values)) * 0.01, names=marker_set.names, positions=places, source="made up")


def changed(markers, positions):
    return replace(markers, positions=positions)


def test_known_coordinates_come_back_from_their_markers(generic) -> None:
    leg, marker_set = generic
    values = known_motion(leg)
    found = solve_inverse_kinematics(leg, marker_set, markers_of(leg, marker_set, values))
    np.testing.assert_allclose(found.coordinates.values, values, rtol=0, atol=RECOVERY)
    assert found.is_solved.all()
    assert float(found.worst.max()) < RECOVERY
    assert set(found.locked) == {f"{name}_angle_{side}" for name in ("subtalar", "mtp") for side in "rl"}


def test_a_subtalar_joint_that_is_not_locked_is_found_where_the_foot_has_markers(generic) -> None:
    leg, marker_set = generic
    values = known_motion(leg, frames=8)
    values[:, leg.coordinates.index("subtalar_angle_r")] = np.linspace(-0.2, 0.2, 8)
    tracked = replace(marker_set, weights=np.ones(len(marker_set.names)))
    found = solve_inverse_kinematics(leg, tracked, markers_of(leg, tracked, values), locked=("mtp_angle",))
    np.testing.assert_allclose(found.coordinates.values, values, rtol=0, atol=RECOVERY)


def test_toes_without_markers_are_held_although_they_are_not_locked(generic) -> None:
    leg, marker_set = generic
    found = solve_inverse_kinematics(leg, marker_set, markers_of(leg, marker_set, known_motion(leg, 4)), locked=())
    assert {"mtp_angle_r", "mtp_angle_l"} <= set(found.locked)
    assert any("held at 0" in note and "mtp_angle_r" in note for note in found.notes)


def test_the_published_walk_is_opensims(data_dir, walk) -> None:
    reference = read_storage(data_dir / "mocap" / "rajagopal_walk" / "ik.mot")
    for name, unit in zip(walk.coordinates.names, walk.coordinates.units, strict=True):
        difference = walk.coordinates.column(name) - reference.column(name)
        assert float(np.sqrt(np.mean(difference**2))) < (FILE_ANGLE if unit == "rad" else 1e-3), name
    assert walk.is_solved.all()


@pytest.mark.parametrize(("file", "frames"), [("markers.trc", range(0, 238, 12)), ("static.trc", range(0, 30, 10))])
def test_opensims_own_solver_agrees(data_dir, subject, opensim, file, frames) -> None:
    leg, marker_set, _ = subject
    folder = data_dir / "mocap" / "rajagopal_walk"
    trial = read_trc(folder / file)
    chosen = list(frames)
    ours = solve_inverse_kinematics(
        leg, marker_set, replace(trial, times=trial.times[chosen], positions=trial.positions[chosen])
    )
    opensim.Logger.setLevelString("error")
    model = opensim.Model(str(folder / "subject.osim"))
    state = model.initSystem()
    weights = opensim.SetMarkerWeights()
    for name, weight in zip(ours.names, ours.weights, strict=True):
        weights.cloneAndAppend(opensim.MarkerWeight(name, float(weight)))
    reference = opensim.MarkersReference(str(folder / file), weights)
    solver = opensim.InverseKinematicsSolver(model, reference, opensim.SimTKArrayCoordinateReference(), float("inf"))
    solver.setAccuracy(1e-7)
    state.setTime(float(trial.times[chosen[0]]))
    solver.assemble(state)
    for frame, values in zip(chosen, ours.coordinates.values, strict=True):
        state.setTime(float(trial.times[frame]))
        solver.track(state)
        theirs = [model.getCoordinateSet().get(name).getValue(state) for name in leg.coordinates]
        difference = np.abs(values - theirs)
        assert difference.max() < OPENSIM_ANGLE, leg.coordinates[int(difference.argmax())]


def test_joints_stay_in_their_range_to_a_hundredth_of_a_degree(walk) -> None:
    for side in "rl":
        assert np.degrees(walk.coordinates.column(f"knee_angle_{side}").min()) > -0.01
    assert any(note.startswith("knee_angle_r stands at the end of its range in 7 of 238") for note in walk.notes)


def test_marker_errors_are_distances_from_the_model(subject, walk) -> None:
    leg, marker_set, markers = subject
    heel = walk.names.index("R.Heel")
    distance = np.linalg.norm(markers.marker("R.Heel") - walk.model_positions[:, heel], axis=1)
    np.testing.assert_allclose(walk.errors[:, heel], distance, rtol=0, atol=1e-12)
    np.testing.assert_allclose(walk.rms**2, (walk.errors**2).mean(axis=1), rtol=1e-12, atol=0)
    np.testing.assert_array_equal(walk.worst, walk.errors.max(axis=1))


def test_a_gap_in_one_marker_hardly_moves_the_solution(subject, walk) -> None:
    leg, marker_set, markers = subject
    positions = np.array(markers.positions)
    positions[40:60, markers.names.index("R.TH2")] = np.nan
    found = solve_inverse_kinematics(leg, marker_set, changed(markers, positions))
    assert found.is_solved.all()
    assert np.isnan(found.errors[40:60, found.names.index("R.TH2")]).all()
    difference = np.abs(found.coordinates.values - walk.coordinates.values)
    assert np.degrees(difference[40:60].max()) < 1.0  # worst seen 0.5 degrees, hip rotation
    np.testing.assert_allclose(difference[100:], 0.0, rtol=0, atol=1e-6)


def test_frames_without_enough_markers_are_marked_and_left_empty(subject, walk) -> None:
    leg, marker_set, markers = subject
    positions = np.array(markers.positions)
    shank_and_foot = [i for i, name in enumerate(markers.names) if name[:4] in ("R.SH", "R.An", "R.He", "R.MT", "R.To")]
    shoulder = markers.names.index("R.Shoulder")
    lost = [i for i in shank_and_foot if i != shoulder]
    positions[30:70, lost] = np.nan
    found = solve_inverse_kinematics(leg, marker_set, changed(markers, positions))
    assert {s for s in found.status[30:70]} == {"too_few_markers"}
    assert found.is_solved.sum() == 198
    assert found.solved_spans() == [(0, 30), (70, 238)]
    assert np.isnan(found.coordinates.column("knee_angle_r")[30:70]).all()
    # The other leg is still known.
    np.testing.assert_allclose(
        found.coordinates.column("knee_angle_l"), walk.coordinates.column("knee_angle_l"), rtol=0, atol=np.radians(1.0)
    )
    assert any("40 of 238 frames are marked and left empty: too few markers" in note for note in found.notes)
    assert any(note.startswith("tibia_r has fewer than 3 markers from 0.3 to 0.69 s") for note in found.notes)


def test_a_frame_without_any_marker_has_no_error(generic) -> None:
    leg, marker_set = generic
    markers = markers_of(leg, marker_set, known_motion(leg, 12))
    positions = np.array(markers.positions)
    positions[5] = np.nan
    found = solve_inverse_kinematics(leg, marker_set, changed(markers, positions))
    assert np.isnan(found.rms[5])
    assert np.isnan(found.worst[5])
    assert np.isnan(found.coordinates.values[5]).sum() == len(leg.coordinates) - 4
    assert found.status[5] == "too_few_markers"


def test_a_trial_that_shows_only_the_pelvis_is_refused(generic) -> None:
    leg, marker_set = generic
    markers = markers_of(leg, marker_set, known_motion(leg, 3))
    positions = np.array(markers.positions)
    positions[:, ["ASI" not in name for name in markers.names]] = np.nan
    with pytest.raises(InputError, match="RASI, LASI never determine pelvis_tilt"):
        solve_inverse_kinematics(leg, marker_set, changed(markers, positions))


def test_markers_whose_place_is_not_known_wait_for_a_static_trial(generic) -> None:
    leg, _ = generic
    gait = published_marker_sets()["plug-in-gait"]
    names = ("RTHI", "LTHI")
    markers = Markers(times=np.zeros(1), names=names, positions=np.zeros((1, 2, 3)), source="made up")
    with pytest.raises(InputError, match="needs a static trial"):
        solve_inverse_kinematics(leg, gait, markers)


def test_a_turned_shape_is_laid_on_its_points() -> None:
    shape = np.array([[0.0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]])
    turn = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
    measured = shape @ turn.T + [1, 2, 3]
    measured[3] = 99.0  # not used
    rotation, translation = superpose(shape, measured[None], np.array([[True, True, True, False]]))
    np.testing.assert_allclose(rotation[0], turn, rtol=0, atol=1e-12)
    np.testing.assert_allclose(translation[0], [1, 2, 3], rtol=0, atol=1e-12)
