"""What of other people's models the wheel is given, and what is refused."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from trochlea.errors import FormatError, InputError, ModelError
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.muscles.strength_fit import fit_strengths
from trochlea.leg.muscles.strength_tests import strength_tests
from trochlea.leg.opensim.opensim_leg import build_opensim_leg
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.person.measured import Measured


def rename(old, new):
    """A change of text: the program itself does not rename what others are connected to."""
    return lambda source, target: target.write_text(source.read_text().replace(old, new))


RENAMED = {
    "knee": ("knee_angle_", "joint_", "no knee can be told among its coordinates"),
    "ankle": ("ankle_angle_l", "joint_l", "has knee_angle_l but no coordinate ankle_angle_l"),
    "foot": ("calcn_l", "foot_l", "has no body 'calcn_l', on which the ground pushes"),
}


def refusal(path, message):
    with pytest.raises(ModelError, match=message) as caught:
        build_opensim_leg(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", sorted(RENAMED))
def test_a_leg_that_cannot_be_told_is_refused_in_one_line(opensim, gait_folder, tmp_path, case):
    old, new, message = RENAMED[case]
    path = tmp_path / f"{case}.osim"
    rename(old, new)(gait_folder / "subject01.osim", path)
    refusal(path, message)


def test_constraints_other_than_couplers_are_refused_in_one_line(opensim, edited, gait_folder, tmp_path):
    def tie(model):
        bodies, origin = model.getBodySet(), opensim.Vec3(0.0)
        constraint = opensim.PointConstraint(bodies.get("calcn_r"), origin, bodies.get("calcn_l"), origin)
        constraint.setName("tied_feet")
        model.addConstraint(constraint)

    path = edited(gait_folder / "subject01.osim", tmp_path / "tied.osim", tie)
    refusal(path, "constraint tied_feet is a PointConstraint, expected coordinate couplers")


def test_gravity_that_does_not_point_down_is_refused_in_one_line(opensim, edited, gait_folder, tmp_path):
    def turn(model):
        model.setGravity(opensim.Vec3(0.0, 0.0, -9.81))

    refusal(edited(gait_folder / "subject01.osim", tmp_path / "turned.osim", turn), "gravity: expected along -y")


def test_a_model_of_one_leg_runs_that_leg_and_refuses_the_other(opensim, gait_folder, tmp_path):
    path = tmp_path / "one_leg.osim"
    rename("knee_angle_l", "joint_l")(gait_folder / "subject01.osim", path)
    leg = build_opensim_leg(path)
    assert "the model has only the right leg" in leg.notes
    pose = leg.static_pose({"knee_angle_r": 0.5})
    assert leg.joint_moments(pose, (), "right").shape == (1, 6)
    for ask in (lambda: leg.joint_moments(pose, (), "left"), lambda: leg.muscle_geometry(pose, "left")):
        with pytest.raises(InputError, match="has no left knee; choose the other side"):
            ask()


def test_a_muscle_that_the_model_switches_off_and_those_of_the_trunk_are_left_out(
    edited, gait_folder, opensim_gait, tmp_path
):
    def switch_off(model):
        model.updMuscles().get("soleus_r").set_appliesForce(False)

    leg = build_opensim_leg(edited(gait_folder / "subject01.osim", tmp_path / "off.osim", switch_off))
    names = leg.parameters("right").names
    assert len(names) == 42
    assert "soleus" not in names
    assert "soleus" in leg.parameters("left").names
    (note,) = (note for note in leg.notes if "left out" in note)
    assert "soleus_r" in note
    assert "ercspn_l" in note
    assert len(opensim_gait.parameters("right").names) == 43


@pytest.fixture
def reduced(gait_folder, tmp_path):
    """gait2392 as its maker would reduce it: one vasti muscle, named and numbered as in gait10dof."""
    tree = ET.parse(gait_folder / "subject01.osim")
    forces = tree.getroot().find("Model/ForceSet/objects")
    kept = {"rect_fem": "rect_fem", "vas_int": "vasti", "glut_max2": "glut_max", "bifemlh": "hamstrings"}
    kept |= {"bifemsh": "bifemsh", "psoas": "iliopsoas", "med_gas": "gastroc", "soleus": "soleus", "tib_ant": "tib_ant"}
    for muscle in list(forces):
        base, side = muscle.get("name")[:-2], muscle.get("name")[-2:]
        if base not in kept:
            forces.remove(muscle)
            continue
        muscle.set("name", kept[base] + side)
    groups = tree.getroot().find("Model/ForceSet/groups")
    if groups is not None:
        tree.getroot().find("Model/ForceSet").remove(groups)
    path = tmp_path / "reduced.osim"
    tree.write(path)
    return build_opensim_leg(path)


def test_a_reduced_model_says_what_stands_for_what_and_which_tests_it_cannot_do(opensim, reduced):
    assert reduced.family.name == "gait10dof"
    assert len(reduced.parameters("left").names) == 9
    (lumps,) = (note for note in reduced.notes if "reduced model" in note)
    assert "vasti_r for vasint, vaslat, vasmed" in lumps
    (tests,) = (note for note in reduced.notes if "strength tests" in note)
    for group in ("hip_abduction", "hip_adduction"):
        assert group in tests
    assert "knee_extension" not in tests


def test_strength_of_a_group_that_a_reduced_model_lacks_is_refused_and_others_are_fitted(opensim, reduced):
    tests = strength_tests(reduced, reduced.parameters("right"), "right").corrected(["knee_extension"])
    extension = tests.moments[tests.groups.index("knee_extension")]
    target = Measured(value=1.2 * extension.sum(), sd=1.0, unit="N.m", source="measured")
    fit = fit_strengths(tests, {"knee_extension": target})
    assert fit.factors["vasint"] == pytest.approx(1.2, rel=1e-3)
    with pytest.raises(InputError, match="strength of hip_abduction: no member pulls that way"):
        fit_strengths(tests, {"hip_abduction": target})


def test_one_vasti_muscle_loads_all_heads_of_the_knee(opensim, reduced, gait_walk):
    prepared = prepare_leg(reduced, gait_walk, "left")
    result = share(prepared, reduced.parameters("left"))
    tension = result.extensor.tension[result.is_valid]
    np.testing.assert_allclose(tension.sum(axis=1), result.force_of("quadriceps")[result.is_valid], rtol=1e-12, atol=0)
    assert (tension.max(axis=0) > 10).all()


def test_a_published_set_is_refused_for_muscles_that_it_does_not_have(opensim_gait):
    with pytest.raises(InputError, match="Rajagopal2016 has no parameters for .*pect.*; leave the model its own"):
        opensim_gait.parameters("right", generation="Rajagopal2016")


def test_a_model_with_contact_spheres_is_read(opensim, edited, opensim_gait, gait_folder, tmp_path):
    def add_sphere(model):
        sphere = opensim.ContactSphere(0.03, opensim.Vec3(0.0), model.getBodySet().get("calcn_r"), "heel")
        floor = opensim.ContactHalfSpace(opensim.Vec3(0.0), opensim.Vec3(0.0), model.getGround(), "floor")
        for geometry in (sphere, floor):
            model.addContactGeometry(geometry)
        force = opensim.HuntCrossleyForce()
        force.addGeometry("heel")
        force.addGeometry("floor")
        force.setStiffness(1e7)
        force.setName("heel_contact")
        model.addForce(force)

    path = edited(gait_folder / "subject01.osim", tmp_path / "contact.osim", add_sphere)
    assert "HuntCrossleyForce::" in path.read_text()  # which is not XML
    leg = build_opensim_leg(path)
    assert any("heel_contact" in note for note in leg.notes)
    # The floor pushes through ContactLoad only: the heel is 0.9 m under it here.
    buried = {"pelvis_ty": -0.1, "hip_flexion_r": 0.4}
    moments = [one.joint_moments(one.static_pose(buried), (), "right") for one in (leg, opensim_gait)]
    np.testing.assert_allclose(*moments, rtol=0, atol=1e-9)


def test_a_model_with_parts_that_the_wheel_lacks_is_refused_in_one_line(data_dir, opensim):
    with pytest.raises(
        ModelError, match=r"cannot load it \(.*Smith2018ArticularContactForce.*remove that part"
    ) as caught:
        build_opensim_leg(data_dir / "lenhart2015" / "lenhart2015.osim")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_model_never_reaches_the_program(tmp_path, opensim):
    path = tmp_path / "cut.osim"
    path.write_text("<OpenSimDocument>\n<Model>\n<Bo")
    with pytest.raises(FormatError, match="line 3: is not XML"):
        build_opensim_leg(path)
