"""The posture of somebody's own trial, from files of several models."""

import math

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError
from trochlea.motion.files.storage import read_storage
from trochlea.report.trial_posture import read_trial_posture

STEPS_ALIKE = 1.0
"""Degrees, between the deepest of several swings and their mean; seen 0.4."""


def test_a_model_tells_that_its_knee_flexes_negatively(data_dir):
    """gait2392 counts knee flexion negative; its walk bends the knee to 70 degrees in swing."""
    folder = data_dir / "mocap" / "gait2392_walk"
    path, model = folder / "subject01_walk1_ik.mot", folder / "subject01.osim"
    with pytest.raises(InputError, match="a knee that bends backwards; expected flexion to be positive"):
        read_trial_posture(path, "right")
    found = read_trial_posture(path, "right", model=model)
    deepest = -np.degrees(read_storage(path).column("knee_angle_r").min())
    assert math.degrees(found.knee_flexion.value) == pytest.approx(deepest, abs=STEPS_ALIKE)


def test_squats_seen_on_smartphone_videos_give_their_posture_and_its_spread(data_dir):
    """Five squats on both legs: hips abduct, the pelvis stays level, the trunk goes too far forwards for a lean."""
    found = read_trial_posture(data_dir / "pose" / "opencap_squats1_videoAndMocap.mot", "left")
    assert found.n_repetitions == 5
    assert found.angles["hip_adduction"].value < 0.0
    assert abs(math.degrees(found.angles["pelvic_drop"].value)) < 5.0
    assert list(found.missing) == ["trunk_lean"]
    assert all(one.sd is not None for one in found.angles.values())


def test_angles_of_another_model_are_refused(data_dir):
    path = data_dir / "pose" / "opencap_squats1_videoAndMocap.mot"
    with pytest.raises(InputError, match="no column knee_angle_r"):
        read_trial_posture(path, "right", model=data_dir / "lenhart2015" / "lenhart2015.osim")


@pytest.mark.parametrize("name", ["video.csv", "trial.c3d"])
def test_a_file_of_another_kind_is_refused_with_what_to_do_instead(tmp_path, name):
    with pytest.raises(FormatError, match="angles seen on a video can be typed in with --set"):
        read_trial_posture(tmp_path / name, "right")
