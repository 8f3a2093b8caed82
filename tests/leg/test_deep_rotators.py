"""The added short rotators: where their points come from, and what cadavers say of their action."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from trochlea.leg.kinematics import muscle_geometry, static_pose
from trochlea.leg.muscles.deep_rotators import (
    DEEP_ROTATORS,
    HIP_CENTRE,
    OPTIMAL_SARCOMERE,
    deep_rotator_parameters,
    deep_rotator_paths,
    neutral_length,
)
from trochlea.leg.skeleton.model import MODEL_STATURE, build_leg

SAME_BONES = 2e-3
"""Scale factors of one body differ by rounding of the files' points; worst difference seen 0.0017."""

ROUNDED = 2e-5
"""Points in the table are rounded to 0.01 mm [m]."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75.0, height=MODEL_STATURE, sex="male", extra_muscles=deep_rotator_paths())


def arms(leg, flexion_deg, side="right"):
    """Moment arms (flexion, adduction, internal rotation) of the added muscles [m]."""
    pose = static_pose(leg, {f"hip_flexion_{side[0]}": np.radians(flexion_deg)})
    geometry = muscle_geometry(leg, pose, side)
    return {name: geometry.moment_arms[0, geometry.names.index(name), :3] for name in DEEP_ROTATORS}


def muscle_points(path):
    """Body and location of every path point of the right muscles of a model file."""
    points = {}
    for muscle in ET.parse(path).getroot().iter("Millard2012EquilibriumMuscle"):
        name = muscle.get("name")
        if not name.endswith("_r"):
            continue
        points[name[:-2]] = [
            (
                point.findtext("socket_parent_frame").split("/")[-1],
                np.array([float(x) for x in point.findtext("location").split()]),
            )
            for point in muscle.iter("PathPoint")
        ]
    return points


def test_gemelli_and_quadratus_come_from_the_same_bones_at_another_size(data_dir):
    other = muscle_points(data_dir / "lenhart2015" / "lenhart2015.osim")
    own = muscle_points(data_dir / "models" / "Rajagopal2016.osim")
    table = {path.name: dict(path.points) for path in deep_rotator_paths()}
    for body in ("pelvis", "femur"):
        name = body if body == "pelvis" else "femur_r"
        factors = np.array(
            [
                mine / theirs
                for muscle in set(own) & set(other)
                if len(own[muscle]) == len(other[muscle]) and muscle != "tfl"  # tfl was re-routed
                for (its_body, mine), (other_body, theirs) in zip(own[muscle], other[muscle], strict=True)
                if its_body == other_body == name
            ]
        )
        assert len(factors) >= 25
        middle = np.median(factors, axis=0)
        np.testing.assert_allclose(factors, np.broadcast_to(middle, factors.shape), rtol=0, atol=SAME_BONES)
        for ours, theirs in (("gem", "gem"), ("quadfem", "quadfem")):
            point = dict(other[theirs])[name] * middle
            np.testing.assert_allclose(table[ours][body], point, rtol=0, atol=ROUNDED, err_msg=f"{ours} {body}")


def test_obturators_follow_from_the_published_table_and_landmarks():
    # dostal-1981-hip, table 1, in cm from the hip centre: origins, insertions, spine, other hip centre.
    table = {path.name: dict(path.points) for path in deep_rotator_paths()}
    spine, other_hip = np.array([5.9, 8.3]), 16.9
    centre = np.array(HIP_CENTRE)
    scale = np.array([-centre[0] / spine[0], -centre[1] / spine[1], 2.0 * centre[2] / other_hip])
    for name, origin in (("obtint", (-5.3, -1.1, -1.8)), ("obtext", (0.9, -3.5, -4.9))):
        np.testing.assert_allclose(
            table[name]["pelvis"], centre + scale * np.array(origin), rtol=0, atol=ROUNDED, err_msg=name
        )
    assert table["obtint"]["femur"] == table["gem"]["femur"]
    apart = np.array([-1.7, -1.6, 5.0]) - np.array([-0.6, -0.5, 4.7])
    # Femoral length: knee at 0.40796 m below the hip in the leg model, epicondyles at 42.3 cm in the table.
    expected = np.array(table["gem"]["femur"]) + apart * 0.40796 / 42.3
    np.testing.assert_allclose(table["obtext"]["femur"], expected, rtol=0, atol=ROUNDED)


def test_all_turn_the_neutral_thigh_outwards(leg):
    for name, arm in arms(leg, 0.0).items():
        assert arm[2] < -5e-3, name


def test_obturator_internus_and_gemelli_abduct_and_extend_the_flexed_hip(leg):
    # vaarbakken-2014-rotators: moment arms for extension and abduction in the flexed hip.
    for name in ("obtint", "gem"):
        arm = arms(leg, 90.0)[name]
        assert arm[0] < 0.0, name
        assert arm[1] < -0.01, name


def test_quadratus_femoris_extends_the_flexed_hip(leg):
    # vaarbakken-2015-rotators: strongest from a flexed position towards extension, 60 to 90 degrees.
    arm = arms(leg, 75.0)["quadfem"]
    assert arm[0] < -0.02
    assert arm[2] < -0.01


def test_obturator_externus_flexes_and_adducts_the_extended_hip(leg):
    # vaarbakken-2015-rotators: from an extended position towards flexion and adduction.
    arm = arms(leg, 0.0)["obtext"]
    assert arm[0] > 5e-3
    assert arm[1] > 0.01


def test_both_sides_are_mirror_images(leg):
    for flexion in (0.0, 60.0):
        right, left = arms(leg, flexion), arms(leg, flexion, "left")
        for name in DEEP_ROTATORS:
            np.testing.assert_allclose(right[name], left[name], rtol=0, atol=1e-9, err_msg=name)


def test_path_length_in_the_model_is_that_of_the_table(leg):
    geometry = muscle_geometry(leg, static_pose(leg, {}), "right")
    for path in deep_rotator_paths():
        found = geometry.lengths[0, geometry.names.index(path.name)]
        # The model rounds its hip centre to 0.01 mm.
        assert found == pytest.approx(neutral_length(path), abs=2e-5), path.name


def test_neutral_fibers_have_the_measured_sarcomere_length():
    parameters = deep_rotator_parameters()
    sarcomeres = {"gem": (2.85 * 3.52 + 2.45 * 5.90) / (3.52 + 5.90), "obtint": 2.57, "obtext": 2.64}
    for path in deep_rotator_paths():
        if path.name not in sarcomeres:
            continue
        i = parameters.names.index(path.name)
        fiber = (neutral_length(path) - parameters.tendon_slack_length[i]) / np.cos(parameters.pennation_angle[i])
        normalised = fiber / parameters.optimal_fiber_length[i]
        assert normalised == pytest.approx(sarcomeres[path.name] / OPTIMAL_SARCOMERE, rel=1e-3), path.name


def test_strength_is_cross_section_times_specific_tension():
    parameters = deep_rotator_parameters()
    # parvaresh-2019-rotators: 0.68 + 1.02, 3.76 and 4.54 cm^2; 60 N/cm^2.
    for name, force in (("gem", 102.0), ("obtint", 225.6), ("obtext", 272.4)):
        assert parameters.max_isometric_force[parameters.names.index(name)] == pytest.approx(force, rel=1e-12)
