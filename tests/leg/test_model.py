import warnings
from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.kinematics import muscle_geometry, static_pose
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.segments import segments
from trochlea.leg.skeleton.model import BODIES, build_leg, build_leg_from_factors, build_leg_from_osim
from trochlea.leg.skeleton.path import MusclePath
from trochlea.units import GRAVITY


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=75, height=1.7, sex="male")


@pytest.fixture
def subject(data_dir):
    return read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")


def test_building_a_leg_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build_leg(mass=60, height=1.6, sex="female")


def test_nothing_but_motion_and_weight_makes_a_force(leg):
    """No damping, armature, friction, springs; gravity along -y."""
    for name in ("dof_damping", "dof_armature", "dof_frictionloss", "jnt_stiffness"):
        np.testing.assert_array_equal(getattr(leg.mj, name), 0)
    assert leg.mj.neq == 0
    assert leg.mj.nu == 0
    np.testing.assert_array_equal(leg.mj.opt.gravity, [0, -GRAVITY, 0])


def test_joints_carry_the_names_of_coordinates(leg):
    assert leg.mj.nq == leg.mj.nv == len(leg.coordinates) + 14
    assert leg.coordinates[:6] == (
        "pelvis_tx", "pelvis_ty", "pelvis_tz", "pelvis_tilt", "pelvis_list", "pelvis_rotation",
    )  # fmt: skip
    assert leg.coordinates[-3:] == ("lumbar_extension", "lumbar_bending", "lumbar_rotation")
    assert len(leg.muscles) == 40


def test_lengths_grow_with_the_factor_of_all_bodies(leg):
    factors = {body: np.full(3, 1.15) for body in BODIES}
    tall = build_leg_from_factors(factors, mass=75, height=1.7 * 1.15, sex="male", source="test", notes=())
    angles = {"hip_flexion_r": 0.7, "hip_rotation_r": 0.1, "knee_angle_r": 1.0, "ankle_angle_r": 0.2}
    small, large = (muscle_geometry(m, static_pose(m, angles), "right") for m in (leg, tall))
    np.testing.assert_allclose(large.lengths, 1.15 * small.lengths, rtol=1e-9, atol=0)
    np.testing.assert_allclose(large.moment_arms, 1.15 * small.moment_arms, rtol=0, atol=1e-9)
    np.testing.assert_allclose(large.patella_arms, small.patella_arms, rtol=0, atol=1e-9)


def test_what_is_assumed_is_said(leg):
    assert leg.source == "anthropometry"
    assert any(note.startswith("published: lengths from stature, regression on surveyed men") for note in leg.notes)
    assert {repair.name for repair in leg.repairs} >= {"knee anchors", "patella path", "trunk"}


def test_a_muscle_on_an_unknown_body_is_refused():
    path = MusclePath(name="thread", points=(("pelvis", (0.0, 0.0, 0.0)), ("shin", (0.0, 0.0, 0.0))))
    with pytest.raises(ModelError, match="thread: point 2: expected a body such as 'femur', found 'shin'"):
        build_leg(mass=75, height=1.7, sex="male", extra_muscles=(path,))


def test_masses_of_a_given_model_are_kept(subject):
    leg = build_leg_from_osim(subject)
    assert leg.mass == pytest.approx(sum(body.mass for body in subject.bodies.values()), rel=1e-12)
    for name in ("pelvis", "femur_l", "tibia_r", "patella_r", "calcn_l"):
        assert float(leg.mj.body(name).mass[0]) == pytest.approx(subject.bodies[name].mass, rel=1e-12)
    assert leg.source == subject.path
    assert leg.height is None


def test_whole_body_centre_of_mass_of_a_given_model_is_opensims(subject, opensim):
    """All coordinates at zero, arms hanging: the trunk's composite must not move the centre of mass."""
    leg = build_leg_from_osim(subject)
    opensim.Logger.setLevelString("off")
    model = opensim.Model(subject.path)
    state = model.initSystem()
    for coordinate in model.updCoordinateSet():
        if not coordinate.getLocked(state):
            coordinate.setValue(state, 0.0, False)
    model.assemble(state)
    model.realizePosition(state)
    point = model.calcMassCenterPosition(state)
    ours = segments(leg, static_pose(leg, {})).centre_of_mass[0]
    # Worst seen 8e-7 m: joint centres from MyoLegs' printed digits.
    np.testing.assert_allclose(ours, [point.get(i) for i in range(3)], rtol=0, atol=5e-6)


def test_gravity_that_is_not_down_is_refused(subject):
    with pytest.raises(ModelError, match="gravity: expected along -y"):
        build_leg_from_osim(replace(subject, gravity=np.array([0.0, 0.0, -9.81])))


def test_an_impossible_inertia_is_refused(subject):
    odd = replace(subject.bodies["femur_r"], inertia=np.diag([1.0, 0.1, 0.1]))
    with pytest.raises(ModelError, match="femur_r: mass .* is impossible"):
        build_leg_from_osim(replace(subject, bodies=subject.bodies | {"femur_r": odd}))
