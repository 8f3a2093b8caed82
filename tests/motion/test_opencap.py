"""Session folders of OpenCap."""

from pathlib import Path

import numpy as np
import pytest

from trochlea.errors import FormatError, TrochleaError
from trochlea.motion.files.opencap import NO_FORCES, list_trials, read_opencap
from trochlea.motion.files.storage import write_storage
from trochlea.motion.files.trc import write_trc
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import TimeSeries

METADATA = """calibrationSettings:
  overwriteDeployedIntrinsics: false
gender_mf: f
height_m: 1.68
iphoneModel:
  Cam0: iphone13,3
mass_kg: 61
openSimModel: LaiUhlrich2022
subjectID: somebody
"""


def session(folder: Path, *trials: str) -> Path:
    """A session as the service gives it: one model, angles and markers of each trial and of the neutral pose."""
    kinematics, model = folder / "OpenSimData/Kinematics", folder / "OpenSimData/Model"
    for path in (kinematics, model, folder / "MarkerData"):
        path.mkdir(parents=True)
    (folder / "sessionMetadata.yaml").write_text(METADATA)
    (model / "LaiUhlrich2022_scaled.osim").write_text("<OpenSimDocument/>")
    for index, name in enumerate((*trials, "neutral")):
        times = np.arange(5) / 60
        angles = TimeSeries(
            times=times, values=np.full((5, 1), 0.1 * (index + 1)), names=("knee_angle_r",), units=("rad",)
        )
        write_storage(kinematics / f"{name}.mot", angles, in_degrees=True, name="Coordinates")
        markers = Markers(times=times, names=("r.ASIS",), positions=np.full((5, 1, 3), index + 1.0), source="made")
        write_trc(folder / "MarkerData" / f"{name}.trc", markers)
    return folder


def test_movements_are_listed_without_the_neutral_pose(tmp_path: Path):
    assert list_trials(session(tmp_path / "s", "walk", "squats1")) == ("squats1", "walk")


def test_a_trial_comes_with_its_model_markers_and_person(tmp_path: Path):
    folder = session(tmp_path / "s", "squats1", "walk")
    trial = read_opencap(folder, "walk")
    assert trial.motion.name == "walk"
    assert trial.motion.coordinates.column("knee_angle_r")[0] == pytest.approx(0.2, abs=1e-12)
    assert trial.motion.contacts == ()
    assert trial.motion.source == "measured"
    assert trial.markers is not None
    assert trial.markers.positions[0, 0].tolist() == [2.0, 2.0, 2.0]
    assert trial.static_path == folder / "MarkerData/neutral.trc"
    assert trial.model_path == folder / "OpenSimData/Model/LaiUhlrich2022_scaled.osim"
    assert (trial.mass, trial.height, trial.sex) == (61.0, 1.68, "female")
    assert "no ground forces" in NO_FORCES


def test_a_session_of_one_camera_has_a_model_for_each_trial(tmp_path: Path):
    folder = session(tmp_path / "s", "squats1", "walk")
    models = folder / "OpenSimData/Model"
    (models / "LaiUhlrich2022_scaled.osim").unlink()
    (models / "walk").mkdir()
    (models / "walk/LaiUhlrich2022_scaled.osim").write_text("<OpenSimDocument/>")
    assert read_opencap(folder, "walk").model_path == models / "walk/LaiUhlrich2022_scaled.osim"
    with pytest.raises(FormatError, match=r"no model \(\*.osim\) for trial squats1; .*; other trials have walk"):
        read_opencap(folder, "squats1")


@pytest.mark.parametrize("place", ["PostAugmentation/walk/walk.trc", "PostAugmentation_v0.2/walk.trc"])
def test_markers_of_processing_at_home_are_found(tmp_path: Path, place: str):
    folder = session(tmp_path / "s", "walk")
    target = folder / "MarkerData" / place
    target.parent.mkdir(parents=True)
    (folder / "MarkerData/walk.trc").rename(target)
    markers = read_opencap(folder, "walk").markers
    assert markers is not None
    assert markers.source == str(target)


def test_a_session_without_markers_still_has_its_angles(tmp_path: Path):
    folder = session(tmp_path / "s", "walk")
    for path in (folder / "MarkerData").iterdir():
        path.unlink()
    trial = read_opencap(folder, "walk")
    assert trial.markers is None
    assert trial.static_path is None


def test_of_several_models_the_sessions_own_is_taken(tmp_path: Path):
    folder = session(tmp_path / "s", "walk")
    other = folder / "OpenSimData/Model/LaiUhlrich2022_scaled_adjusted.osim"
    other.write_text("<OpenSimDocument/>")
    assert read_opencap(folder, "walk").model_path.name == "LaiUhlrich2022_scaled.osim"


def drop(place: str):
    def change(folder: Path) -> None:
        (folder / place).unlink()

    return change


def rewrite(old: str, new: str):
    def change(folder: Path) -> None:
        path = folder / "sessionMetadata.yaml"
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


def two_models(folder: Path) -> None:
    models = folder / "OpenSimData/Model"
    (models / "LaiUhlrich2022_scaled.osim").rename(models / "a.osim")
    (models / "b.osim").write_text("<OpenSimDocument/>")


def two_marker_files(folder: Path) -> None:
    (folder / "MarkerData/walk.trc").unlink()
    for version in ("PostAugmentation_v1", "PostAugmentation_v2"):
        (folder / "MarkerData" / version).mkdir()
        (folder / "MarkerData" / version / "walk.trc").write_text("")


@pytest.mark.parametrize(
    ("change", "trial", "message"),
    [
        (lambda folder: None, "run", "no trial 'run'; there are walk"),
        (lambda folder: None, "neutral", "no trial 'neutral'; there are walk"),
        (drop("OpenSimData/Kinematics/walk.mot"), "walk", "no joint angles in OpenSimData/Kinematics/*.mot"),
        (drop("sessionMetadata.yaml"), "walk", "sessionMetadata.yaml: cannot be read: No such file"),
        (drop("OpenSimData/Model/LaiUhlrich2022_scaled.osim"), "walk", "no model (*.osim) for trial walk"),
        (two_models, "walk", "several models (a.osim, b.osim), none of them the session's own"),
        (two_marker_files, "walk", "several marker files of trial walk"),
        (rewrite("mass_kg: 61", "mass_kg: 0"), "walk", "mass_kg: expected a number more than 0, found 0"),
        (rewrite("mass_kg: 61", "mass_kg: heavy"), "walk", "mass_kg: expected a number more than 0, found 'heavy'"),
        (rewrite("height_m: 1.68\n", ""), "walk", "height_m: expected a number more than 0, found None"),
        (rewrite("gender_mf: f", "gender_mf: [f"), "walk", "is not YAML"),
        (rewrite(METADATA, "just text"), "walk", "expected lines such as mass_kg: 70"),
    ],
)
def test_sessions_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path, change, trial: str, message: str):
    folder = session(tmp_path / "s", "walk")
    change(folder)
    with pytest.raises(TrochleaError) as caught:
        read_opencap(folder, trial)
    assert message in str(caught.value)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "somebody" not in str(caught.value)


def test_real_angles_of_the_service_are_read(data_dir: Path, tmp_path: Path):
    folder = session(tmp_path / "s", "squats1")
    real = data_dir / "pose/opencap_squats1_videoAndMocap.mot"
    (folder / "OpenSimData/Kinematics/squats1.mot").write_bytes(real.read_bytes())
    knee = np.rad2deg(read_opencap(folder, "squats1").motion.coordinates.column("knee_angle_r"))
    assert knee.size == 801
    assert knee.max() == pytest.approx(87.0, abs=0.1)
