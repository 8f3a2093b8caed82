"""Motions and postures of other people's models: what may be left out, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.opensim.opensim_leg import build_opensim_leg
from trochlea.motion.files.storage import read_storage
from trochlea.motion.timeseries import TimeSeries


def test_a_locked_and_a_prescribed_coordinate_stay_where_the_model_has_them(
    opensim, edited, gait_folder, gait_walk, tmp_path
):
    def hold(model):
        coordinates = model.updCoordinateSet()
        coordinates.get("subtalar_angle_r").setDefaultValue(0.2)
        coordinates.get("subtalar_angle_r").setDefaultLocked(True)
        coordinates.get("mtp_angle_r").setPrescribedFunction(opensim.LinearFunction(0.5, -0.1))
        coordinates.get("mtp_angle_r").setDefaultIsPrescribed(True)

    leg = build_opensim_leg(edited(gait_folder / "subject01.osim", tmp_path / "held.osim", hold))
    series = gait_walk.coordinates
    names = [name for name in series.names if name not in ("subtalar_angle_r", "mtp_angle_r")]
    kept = [series.names.index(name) for name in names]
    motion = TimeSeries(
        times=series.times,
        values=series.values[:, kept],
        names=tuple(names),
        units=tuple(series.units[i] for i in kept),
    )
    pose = leg.place(motion)
    np.testing.assert_allclose(pose.qpos[:, leg.model.index("subtalar_angle_r")], 0.2, rtol=0, atol=1e-12)
    prescribed = leg.model.index("mtp_angle_r")
    np.testing.assert_allclose(pose.qpos[:, prescribed], 0.5 * pose.times - 0.1, rtol=0, atol=1e-9)
    np.testing.assert_allclose(pose.qvel[:, prescribed], 0.5, rtol=0, atol=1e-6)
    assert any("subtalar_angle_r" in note for note in pose.notes)
    # What the motion says overrules a lock.
    np.testing.assert_allclose(
        leg.place(series).qpos[:, leg.model.index("subtalar_angle_r")], series.column("subtalar_angle_r"), atol=1e-12
    )


MOTIONS = {
    "missing": (lambda names: [n for n in names if n != "hip_flexion_l"], {}, "lacks column 'hip_flexion_l'"),
    "unknown": (lambda names: names, {"hip_adduction_r": "hip_add_r"}, "lacks column 'hip_adduction_r'"),
    "foreign": (lambda names: names, {"mtp_angle_r": "elbow_r"}, "column 'elbow_r' is no coordinate of"),
}


@pytest.mark.parametrize("case", sorted(MOTIONS))
def test_a_motion_that_is_not_this_models_is_refused(opensim_gait, gait_walk, case):
    keep, renamed, message = MOTIONS[case]
    series = gait_walk.coordinates
    kept = keep(list(series.names))
    motion = TimeSeries(
        times=series.times,
        values=series.values[:, [series.names.index(name) for name in kept]],
        names=tuple(renamed.get(name, name) for name in kept),
        units=tuple(series.units[series.names.index(name)] for name in kept),
    )
    with pytest.raises(InputError, match=message):
        opensim_gait.place(motion)


def test_a_motion_in_the_models_own_sign_is_refused_at_the_knee(opensim_gait, gait_folder):
    raw = read_storage(gait_folder / "subject01_walk1_ik.mot")
    with pytest.raises(InputError, match=r"knee_angle_\w is -7\d degrees of flexion at .* expected -10 to 120"):
        opensim_gait.place(raw)


def test_a_translation_declared_as_an_angle_is_refused(opensim_gait, gait_walk):
    series = gait_walk.coordinates
    units = tuple("rad" if name == "pelvis_ty" else unit for name, unit in zip(series.names, series.units, strict=True))
    with pytest.raises(InputError, match="column 'pelvis_ty': expected unit 'm', found 'rad'"):
        opensim_gait.place(replace(series, units=units))


def test_a_posture_along_an_axis_that_the_model_lacks_is_refused(opensim_gait):
    with pytest.raises(InputError, match="coordinate 'knee_valgus_r': expected one of"):
        opensim_gait.static_pose({"knee_valgus_r": 0.1})
    still = opensim_gait.static_pose({"knee_valgus_r": 0.0, "knee_angle_r": 0.5})
    assert still.qpos[0, opensim_gait.model.index("knee_angle_r")] == -0.5  # the model's own sign
