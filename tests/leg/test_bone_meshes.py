"""Bones lie where the model's joints are, in every size and on both sides."""

import numpy as np
import pytest

from trochlea.leg.skeleton.bone_meshes import bone_meshes
from trochlea.leg.skeleton.model import build_leg, build_leg_from_factors

HEAD_RADIUS = (0.018, 0.032)
"""Of the femoral head [m], measured from the hip joint to the nearest surface: the joint is inside the head; 22 to 28
mm seen. Women and men measured by radiographs have 21 to 26 mm; the bounds only tell inside from outside."""

MIRROR = 1e-3
"""Largest difference of a left bone's extent from the mirrored right one's [m]; 0.4 mm seen."""


@pytest.fixture(scope="module")
def leg():
    return build_leg(mass=58.0, height=1.62, sex="female")


def bone(leg, name, side):
    (found,) = [one for one in bone_meshes(leg) if one.name == name and one.side == side]
    return found


def test_both_legs_and_the_pelvis_have_all_their_bones(leg):
    names = sorted((one.name, one.side) for one in bone_meshes(leg))
    pairs = [
        (n, s)
        for n in ("pelvis", "femur", "tibia", "fibula", "patella", "talus", "foot", "toes")
        for s in ("left", "right")
    ]
    assert names == sorted([*pairs, ("sacrum", "middle")])


@pytest.mark.parametrize("side", ["right", "left"])
def test_hip_joint_lies_in_the_femoral_head_and_in_the_acetabulum(leg, side):
    femur = bone(leg, "femur", side)
    nearest = np.linalg.norm(femur.vertices, axis=1).min()
    assert HEAD_RADIUS[0] < nearest < HEAD_RADIUS[1]
    pelvis = bone(leg, "pelvis", side).vertices - leg.mj.body(f"femur_{side[0]}").pos
    assert HEAD_RADIUS[0] < np.linalg.norm(pelvis, axis=1).min() < 1.3 * HEAD_RADIUS[1]


@pytest.mark.parametrize("name", ["femur", "tibia", "patella", "foot"])
def test_left_bones_are_right_ones_mirrored(leg, name):
    right, left = bone(leg, name, "right").vertices, bone(leg, name, "left").vertices * [1.0, 1.0, -1.0]
    np.testing.assert_allclose(left.min(axis=0), right.min(axis=0), rtol=0, atol=MIRROR)
    np.testing.assert_allclose(left.max(axis=0), right.max(axis=0), rtol=0, atol=MIRROR)


def test_a_bone_is_stretched_as_its_body_is(leg):
    factors = {**leg.factors, "femur_r": leg.factors["femur_r"] * [1.0, 1.1, 1.0]}
    longer = build_leg_from_factors(factors, mass=58.0, height=1.70, sex="female", source="test", notes=())
    grown = np.ptp(bone(longer, "femur", "right").vertices, axis=0) / np.ptp(
        bone(leg, "femur", "right").vertices, axis=0
    )
    np.testing.assert_allclose(grown, [1.0, 1.1, 1.0], rtol=1e-12, atol=0)
    same = bone(longer, "femur", "left").vertices
    np.testing.assert_array_equal(same, bone(leg, "femur", "left").vertices)


def test_surfaces_face_outwards(leg):
    for one in bone_meshes(leg):
        a, b, c = (one.vertices[one.triangles[:, i]] for i in range(3))
        assert np.einsum("ij,ij->", a, np.cross(b, c)) > 0, (one.name, one.side)  # six times the volume
