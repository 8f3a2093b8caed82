"""Weights, bands, machines and resting feet: by hand."""

import numpy as np
import pytest

from trochlea.errors import InputError
from trochlea.leg.inverse_dynamics import joint_moments
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.task_loads import task_loads
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import build_leg
from trochlea.motion.task import Load
from trochlea.units import GRAVITY

KNEE = 3


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=1.75, sex="male")


@pytest.fixture(scope="module")
def seated(leg):
    """Thigh and shank level, the other leg hanging: hip and knee at 90 degrees, then the knee straight."""
    values = np.zeros((1, len(leg.coordinates)))
    values[:, leg.coordinates.index("hip_flexion_r")] = np.pi / 2
    return values


def _knee(leg, values, loads):
    pose = static_pose(leg, posture_series(leg, values))
    return joint_moments(leg, pose, loads, "right")[0, KNEE]


def test_a_weight_at_the_ankle_extends_by_its_weight_times_the_shanks_length(leg, seated):
    weight = Load(kind="weight", part="working_shank", along=1.0, force=5.0)
    more = _knee(leg, seated, task_loads(leg, "right", seated, (weight,))) - _knee(leg, seated, ())
    shank = leg.mj.body("talus_r").pos
    # The knee's axis is slightly oblique and its origin moves with it; seen 0.7 % off.
    assert more == pytest.approx(-5.0 * GRAVITY * np.linalg.norm(shank), rel=0.02)


def test_a_pad_pushes_square_to_the_shank(leg, seated):
    (pad,) = task_loads(leg, "right", seated, (_push("front"),))
    _, rotation = segments(leg, static_pose(leg, posture_series(leg, seated))).body("tibia_r")
    np.testing.assert_allclose(pad.force[0], -100.0 * rotation[0][:, 0], rtol=0, atol=1e-9)
    assert pad.body == "tibia"
    (behind,) = task_loads(leg, "right", seated, (_push("back"),))
    np.testing.assert_allclose(behind.force, -pad.force, rtol=0, atol=1e-9)


def test_a_band_pulls_both_ends_together_with_the_same_force(leg, seated):
    values = seated.copy()
    values[:, leg.coordinates.index("hip_adduction_r")] = -0.4
    band = Load(kind="band", part="working_thigh", along=0.9, force=60.0, towards="other_thigh", towards_along=0.9)
    right, left = task_loads(leg, "right", values, (band,))
    assert (right.side, left.side, right.body) == ("right", "left", "femur")
    np.testing.assert_allclose(right.force, -left.force, rtol=0, atol=1e-12)
    assert np.linalg.norm(right.force[0]) == pytest.approx(60.0)
    apart = left.point[0] - right.point[0]
    assert right.force[0] @ apart == pytest.approx(60.0 * np.linalg.norm(apart))


def test_a_resting_foot_carries_its_share_of_what_hangs_below_the_knee(leg, seated):
    (rest,) = task_loads(leg, "right", seated, (Load(kind="rest", part="working_foot", along=0.2, force=0.5),))
    below = sum(leg.mj.body(f"{name}_r").mass[0] for name in ("tibia", "talus", "calcn", "toes"))
    np.testing.assert_allclose(rest.force[0], [0.0, 0.5 * below * GRAVITY, 0.0], rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (Load(kind="weight", part="working_arm", along=1.0, force=1.0), "load on 'working_arm': expected working_ or"),
        (
            Load(kind="push", part="working_shank", along=1.0, force=1.0, towards="up"),
            "front, back or sole, found 'up'",
        ),
    ],
)
def test_a_load_on_nothing_is_refused(leg, seated, load, message):
    with pytest.raises(InputError, match=message):
        task_loads(leg, "right", seated, (load,))


def _push(towards):
    return Load(kind="push", part="working_shank", along=0.85, force=100.0, towards=towards)


def test_a_band_from_a_place_to_itself_is_refused(leg, seated):
    band = Load(kind="band", part="working_thigh", along=0.9, force=60.0, towards="working_thigh", towards_along=0.9)
    with pytest.raises(InputError, match=r"band between working_thigh and working_thigh: its ends coincide"):
        task_loads(leg, "right", seated, (band,))


def test_a_load_far_off_its_segment_is_refused(leg, seated):
    weight = Load(kind="weight", part="working_shank", along=95.0, force=5.0)
    with pytest.raises(InputError, match=r"load on working_shank: expected its place from -0.5 to 1.5 .* found 95"):
        task_loads(leg, "right", seated, (weight,))


def test_touching_feet_push_each_other_apart_as_a_band_would_pull(leg, seated):
    values = seated.copy()
    values[:, leg.coordinates.index("hip_adduction_r")] = -0.4
    ends = {"part": "working_foot", "along": 0.3, "force": 60.0, "towards": "other_foot", "towards_along": 0.3}
    band = task_loads(leg, "right", values, (Load(kind="band", **ends),))
    press = task_loads(leg, "right", values, (Load(kind="press", **ends),))
    for pulled, pushed in zip(band, press, strict=True):
        np.testing.assert_allclose(pushed.force, -pulled.force, rtol=0, atol=1e-12)
        np.testing.assert_allclose(pushed.point, pulled.point, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("part", "towards", "upwards"), [("foot", "sole", (-1, 0, 0)), ("shank", "front", (0, 1, 0))])
def test_a_push_leans_towards_the_upper_end_of_its_segment(leg, seated, part, towards, upwards):
    square, leaning, along = (
        task_loads(leg, "right", seated, (_leaning(part, towards, angle),))[0].force[0] for angle in (0, 0.3, np.pi / 2)
    )
    assert np.linalg.norm(leaning) == pytest.approx(100.0)
    assert square @ leaning == pytest.approx(100.0**2 * np.cos(0.3))
    body = {"foot": "calcn_r", "shank": "tibia_r"}[part]
    _, rotation = segments(leg, static_pose(leg, posture_series(leg, seated))).body(body)
    np.testing.assert_allclose(along, 100.0 * rotation[0] @ np.array(upwards), rtol=0, atol=1e-9)


def _leaning(part: str, towards: str, lean: float) -> Load:
    return Load(kind="push", part=f"working_{part}", along=0.5, force=100.0, towards=towards, lean=lean)
