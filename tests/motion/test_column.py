"""Units that column names imply."""

import pytest

from trochlea.motion.files.column import column_unit, is_coupled


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("pelvis_tilt", "rad"),
        ("pelvis_tx", "m"),
        ("hip_rotation_l", "rad"),
        ("knee_angle_r", "rad"),
        ("knee_angle_r_beta", "rad"),
        ("pro_sup_l", "rad"),
        ("pf_tx_r", "m"),
        ("pf_l_tx", "m"),
        ("lumbar_latbend", "rad"),
        ("/jointset/hip_r/hip_flexion_r/value", "rad"),
        ("/jointset/hip_r/hip_flexion_r/speed", "rad/s"),
        ("/jointset/ground_pelvis/pelvis_ty/speed", "m/s"),
        ("hip_flexion_r_u", "rad/s"),
        ("hip_flexion_r_moment", "N.m"),
        ("pelvis_tx_force", "N"),
        ("ground_force_vy", "N"),
        ("1_ground_force_px", "m"),
        ("ground_torque_r_z", "N.m"),
    ],
)
def test_known_names_tell_their_unit(name: str, unit: str):
    assert column_unit(name) == unit


@pytest.mark.parametrize("name", ["vaslat_r", "addbrev_r", "pelvis_tilt_reserve", "hip", "pelvis_r", "state"])
def test_other_names_tell_no_unit(name: str):
    assert column_unit(name) is None


def test_only_the_patellas_coordinates_are_coupled():
    assert is_coupled("knee_angle_r_beta")
    assert is_coupled("/jointset/patellofemoral_r/knee_angle_r_beta/value")
    assert not is_coupled("knee_angle_r")
