from dataclasses import replace

import numpy as np
import pytest

from trochlea.errors import ModelError
from trochlea.leg.engine import load_engine
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.skeleton.couplings import couplings_of
from trochlea.leg.skeleton.model import build_leg_from_osim
from trochlea.leg.skeleton.myolegs import load_legs
from trochlea.leg.skeleton.repairs import TIBIA_OFFSET, apply_repairs
from trochlea.leg.skeleton.scaling import factors_of, scale, scale_couplings

# Scale factors that the scaling tool wrote into subject.osim beside the bones' meshes.
FILE_FACTORS = {
    "pelvis": (1.2446319, 1.0016675, 1.1973582),
    "femur_r": (0.958, 0.958, 0.958),
    "patella_l": (0.958, 0.958, 0.958),
    "tibia_l": (1.149, 1.149, 1.149),
    "talus_r": (1.1431555, 1.6607609, 1.4975279),
    "calcn_l": (1.1431555, 1.6607609, 1.4975279),
}

FACTOR_TOLERANCE = 4e-4
"""Fitted factor against the file's [-]: MyoLegs prints positions to 0.1 mm; worst seen 3.4e-4 (patella, z)."""

CENTRE_TOLERANCE = 1e-4
"""Joint centre against the file's [m]: the same rounding; worst seen 0.01 mm."""

STRETCH = 0.05
"""A path's length grows by a factor between the smallest and the largest of its bodies', give or take this [-]; seen
within 0.02. A side site on the wrong side of its wrap lengthens a path by 200 mm, more than half."""


@pytest.fixture
def spec():
    spec = load_legs()
    apply_repairs(spec)
    return spec


@pytest.fixture
def subject(data_dir):
    return read_osim(data_dir / "mocap" / "rajagopal_walk" / "subject.osim")


def ones(spec):
    return {body.name: np.ones(3) for body in spec.bodies if body.parent is not None}


def test_factors_of_one_change_nothing(spec):
    before = [np.array(site.pos) for site in spec.sites] + [np.array(body.pos) for body in spec.bodies]
    radii = [geom.size[0] for geom in spec.geoms]
    scale(spec, ones(spec))
    after = [np.array(site.pos) for site in spec.sites] + [np.array(body.pos) for body in spec.bodies]
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-15)
    np.testing.assert_allclose([geom.size[0] for geom in spec.geoms], radii, rtol=1e-12, atol=0)


def test_the_tibia_takes_each_of_its_two_knee_frames_from_its_own_body(spec):
    factors = ones(spec) | {"femur_r": np.array([0.9, 1.1, 1.05]), "tibia_r": np.array([1.2, 0.8, 1.3])}
    knee_in_femur = np.array(spec.body("tibia_r").pos) + TIBIA_OFFSET
    scale(spec, factors)
    expected = factors["femur_r"] * knee_in_femur - factors["tibia_r"] * TIBIA_OFFSET
    np.testing.assert_allclose(spec.body("tibia_r").pos, expected, rtol=0, atol=1e-12)
    for joint in spec.body("tibia_r").joints:
        np.testing.assert_allclose(joint.pos, factors["tibia_r"] * TIBIA_OFFSET, rtol=0, atol=1e-12)


def test_a_cylinder_along_z_grows_with_the_mean_of_x_and_y(spec):
    geom = spec.geom("Gastroc_at_condyles_wrap_r")  # its axis is the femur's z
    radius, half = geom.size[0], geom.size[1]
    scale(spec, ones(spec) | {"femur_r": np.array([0.8, 1.4, 1.5])})
    assert geom.size[0] == pytest.approx(radius * 1.1, rel=1e-12)
    assert geom.size[1] == pytest.approx(half * 1.5, rel=1e-12)


def lengths(spec):
    """Tendon lengths with all joints at zero, masses made up."""
    mujoco = load_engine()
    for body in spec.bodies:
        if body.parent is not None:
            body.explicitinertial, body.mass, body.inertia = True, 1.0, np.ones(3)
    for joint in spec.joints:
        joint.limited = mujoco.mjtLimited.mjLIMITED_FALSE
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return {model.tendon(i).name: float(data.ten_length[i]) for i in range(model.ntendon)}


def test_no_path_flips_to_the_other_side_of_its_wrap_under_uneven_scaling(spec):
    plain = load_legs()
    apply_repairs(plain)
    before = lengths(plain)
    pelvis = np.array([1.24, 1.0, 1.2])
    scale(spec, ones(spec) | {"pelvis": pelvis})
    after = lengths(spec)
    for name, length in before.items():
        assert 1.0 - STRETCH < after[name] / length < 1.24 + STRETCH, name


def test_factors_of_a_subject_are_those_of_its_scaling(spec, subject):
    factors = factors_of(spec, subject)
    for body, expected in FILE_FACTORS.items():
        np.testing.assert_allclose(factors[body], expected, rtol=0, atol=FACTOR_TOLERANCE)


def test_joint_centres_of_the_scaled_model_are_the_files(subject):
    leg = build_leg_from_osim(subject)
    for side in "rl":
        for body, joint in (("femur", "hip"), ("talus", "ankle"), ("calcn", "subtalar"), ("toes", "mtp")):
            ours = leg.mj.body(f"{body}_{side}").pos
            theirs = subject.joints[f"{joint}_{side}"].parent_offset
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=CENTRE_TOLERANCE)
        knee = subject.joints[f"walker_knee_{side}"]
        tibia = leg.mj.body(f"tibia_{side}").pos
        np.testing.assert_allclose(tibia, knee.parent_offset - knee.child_offset, rtol=0, atol=CENTRE_TOLERANCE)


def test_another_set_of_muscle_paths_does_not_fit(spec, data_dir):
    lai = read_osim(data_dir / "models" / "RajagopalLaiUhlrich2023.osim")
    with pytest.raises(ModelError, match="glmed3-P1_r in pelvis is 29 mm from where scaling Rajagopal 2016"):
        factors_of(spec, lai)


def test_a_moved_attachment_is_refused(subject):
    (body, origin), *rest = subject.muscles["recfem_l"].points
    moved = replace(subject.muscles["recfem_l"], points=((body, origin + np.array([0.01, 0.0, 0.0])), *rest))
    with pytest.raises(ModelError, match="recfem-P1_l in pelvis is 10 mm"):
        build_leg_from_osim(replace(subject, muscles=subject.muscles | {"recfem_l": moved}))


def test_a_missing_muscle_is_named(spec, subject):
    muscles = {name: muscle for name, muscle in subject.muscles.items() if name != "soleus_l"}
    with pytest.raises(ModelError, match="expected muscle 'soleus_l'"):
        factors_of(spec, replace(subject, muscles=muscles))


def test_a_path_through_other_bodies_is_refused(spec, subject):
    shorter = replace(subject.muscles["sart_r"], points=subject.muscles["sart_r"].points[:-1])
    with pytest.raises(ModelError, match="sart_r: expected path points in pelvis, femur_r, tibia_r"):
        factors_of(spec, replace(subject, muscles=subject.muscles | {"sart_r": shorter}))


def test_a_turned_joint_axis_is_refused(spec, subject):
    ankle = subject.joints["ankle_r"]
    turned = replace(ankle, parent_orientation=ankle.parent_orientation + np.array([0.05, 0.0, 0.0]))
    with pytest.raises(ModelError, match="ankle_r: axis"):
        factors_of(spec, replace(subject, joints=subject.joints | {"ankle_r": turned}))


def test_each_slide_of_the_knee_grows_with_the_axis_of_the_femur_that_it_follows(spec):
    factors = ones(spec) | {"femur_r": np.array([1.1, 1.2, 1.3]), "femur_l": np.array([0.7, 0.8, 0.9])}
    plain = couplings_of(spec)
    for before, after in zip(plain, scale_couplings(plain, factors), strict=True):
        joint = spec.joint(before.joint)
        nearest = int(np.abs(joint.axis).argmax())
        factor = factors[f"femur_{before.joint[-1]}"][nearest] if "translation" in before.joint else 1.0
        np.testing.assert_allclose(after.coefficients, factor * before.coefficients, rtol=1e-12, atol=0)
