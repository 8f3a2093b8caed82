"""Angles of an axial view: from landmarks laid out by hand, and from poses whose angles are known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.knee.axial_view import AxialView, axial_view, congruence_angle, lateral_patellofemoral_angle
from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.tibia import rotation_about

DEPTH = 1e-8
"""Depth of the sulcus read off the splines against the surface that they were fitted to [m]. Worst seen 7e-10."""

PLACE = 2e-5
"""Its place across the femur, refined by a parabola on a flat bottom [m]. Worst seen 4e-6."""


def view(**places):
    rows = {name: np.array([place], dtype=float) for name, place in places.items()}
    return AxialView(**rows)


def drawn(ridge=(0.0, 5.0), facet=(1.0, 0.5)):
    """A sulcus at the origin with ridges at 45 degrees to either side, in millimetres."""
    return view(
        lateral_ridge=(20, 20), medial_ridge=(-20, 20), sulcus=(0, 0), patellar_ridge=ridge, lateral_facet=facet
    )


@pytest.mark.parametrize(("ridge", "degrees"), [((0, 5), 0), ((5, 5), 45), ((-5, 5 * math.sqrt(3)), -30)])
def test_congruence_is_the_angle_from_the_bisector_lateral_positive(ridge, degrees):
    assert math.degrees(congruence_angle(drawn(ridge))[0]) == pytest.approx(degrees)


def test_congruence_is_taken_from_the_bisector_of_an_uneven_sulcus():
    uneven = replace(drawn((0, 5)), lateral_ridge=np.array([[0.0, 20.0]]))  # bisector 22.5 degrees to the medial side
    assert math.degrees(congruence_angle(uneven)[0]) == pytest.approx(22.5)


@pytest.mark.parametrize(("facet", "degrees"), [((1, 1), 45), ((1, 0), 0), ((1, -1), -45)])
def test_the_patellofemoral_angle_is_positive_where_it_opens_laterally(facet, degrees):
    assert math.degrees(lateral_patellofemoral_angle(drawn(facet=facet))[0]) == pytest.approx(degrees)
    raised = replace(drawn(facet=facet), lateral_ridge=np.array([[20.0, 60.0]]))  # condyles rise 45 degrees laterally
    assert math.degrees(lateral_patellofemoral_angle(raised)[0]) == pytest.approx(degrees - 45)


def seated(knee, *, tilt=0.0, shift=0.0):
    """Ridge over the groove in front of its axis, with room for both cartilage layers."""
    shape, axis = knee.shape, knee.trochlea.grid[:2]
    centre = np.array([axis[0] + shape.groove_radius + 0.5 * shape.patella_thickness, axis[1], shift])
    ridge_z = (0.5 - shape.ridge_position) * shape.patella_width
    return rotation_about(1, -np.array([tilt])), (centre - np.array([0, 0, ridge_z]))[None]


def test_landmarks_lie_on_the_bone_of_the_groove(male):
    shape = male.shape
    seen = axial_view(male, *seated(male))
    bone = shape.groove_radius - shape.trochlear_cartilage_thickness
    np.testing.assert_allclose(seen.sulcus, [[0.0, bone]], rtol=0, atol=PLACE)
    assert seen.sulcus[0, 1] == pytest.approx(bone, abs=DEPTH)
    gap = shape.patellar_cartilage_thickness + shape.trochlear_cartilage_thickness
    np.testing.assert_allclose(
        seen.patellar_ridge - [[0.0, bone]], [[0.0, gap]], rtol=0, atol=3e-4
    )  # the ridge's middle lies a little above
    assert seen.lateral_ridge[0, 1] > seen.medial_ridge[0, 1] > bone
    assert seen.lateral_ridge[0, 0] > 0 > seen.medial_ridge[0, 0]


def test_tilt_closes_the_patellofemoral_angle_degree_by_degree(male):
    flat, tilted = (lateral_patellofemoral_angle(axial_view(male, *seated(male, tilt=t)))[0] for t in (0.0, 0.1))
    slope = male.shape.lateral_trochlear_inclination + male.shape.facet_mismatch
    assert tilted - flat == pytest.approx(-0.1, abs=2e-3)  # seen 4e-4: the view turns a little
    assert 0 < flat < slope


def test_a_lateral_shift_makes_the_congruence_more_lateral(male):
    angles = [congruence_angle(axial_view(male, *seated(male, shift=s * 1e-3)))[0] for s in (-4, -2, 0, 2, 4)]
    assert (np.diff(angles) > math.radians(10)).all()


def test_the_median_knee_reads_as_a_normal_radiograph(male, make_load):
    # merchant-1974-congruence: more than 16 degrees lateral at 45 degrees of flexion is abnormal;
    # wheeless-nd-axial-view: the patellofemoral angle of a normal knee opens laterally at 20 degrees
    result = solve_kneecap(male, make_load([20, 45], 600))
    assert math.degrees(result.congruence_angle[1]) < 16
    assert result.lateral_patellofemoral_angle[0] > 0


def test_a_frame_without_a_pose_has_no_angle(male, make_load):
    result = solve_kneecap(male, make_load([20, 45], [0.0, 600.0]))
    assert np.isnan(result.congruence_angle[0])
    assert np.isnan(result.lateral_patellofemoral_angle[0])
    assert np.isfinite(result.congruence_angle[1])


def test_a_left_knee_has_the_angles_of_a_right_one(male, make_load):
    right, left = (solve_kneecap(male, make_load([20, 45], 600, side=side)) for side in ("right", "left"))
    assert np.array_equal(right.congruence_angle, left.congruence_angle)


def test_a_shallow_groove_with_a_lateral_tubercle_reads_less_congruent(male, make_load):
    odd = build_knee(replace(male.shape, tt_tg=0.022), sex="male")
    load = make_load([20, 45], 600)
    assert (solve_kneecap(odd, load).congruence_angle > solve_kneecap(male, load).congruence_angle).all()
