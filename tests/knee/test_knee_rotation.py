"""What a rotation that reaches the knee does to the kneecap."""

from dataclasses import replace

import numpy as np
import pytest

from trochlea.knee.knee import build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.leg.extensor import QUADRICEPS_SPLIT, ExtensorLoad
from trochlea.leg.rotation.knee_rotation import KneeRotation, with_rotation
from trochlea.leg.rotation.rotation_share import published_share

FLEXION_DEG = np.array([20.0, 30.0, 45.0])

SAME = 1e-9
"""A left knee is the mirror image of a right one [N, m]; worst seen 2e-13."""


def load(side):
    frames = FLEXION_DEG.size
    zeros = np.zeros(frames)
    return ExtensorLoad(
        times=np.arange(float(frames)),
        side=side,
        tibiofemoral_flexion=np.radians(FLEXION_DEG),
        femoral_rotation=zeros,
        tibial_rotation=zeros,
        knee_valgus=zeros,
        tension=600.0 * np.tile(list(QUADRICEPS_SPLIT.values()), (frames, 1)),
    )


def rotation(side):
    """Five degrees inwards at the best share, eight at share 1."""
    best, whole = (np.full(FLEXION_DEG.size, np.radians(angle)) for angle in (5.0, 8.0))
    never = np.zeros(FLEXION_DEG.size, dtype=bool)
    return KneeRotation(
        side=side,
        heading=whole,
        axial=whole,
        knee_valgus=np.full_like(whole, 0.1),
        femoral_rotation=best,
        low=0.5 * best,
        high=1.2 * best,
        whole=whole,
        is_capped=never,
        is_whole_capped=never,
        share=published_share(),
        reference="test",
        notes=(),
    )


@pytest.fixture(scope="module")
def results():
    knee = build_knee(sex="female")
    return {
        (side, case): solve_kneecap(knee, with_rotation(load(side), rotation(side), case))
        for side in ("right", "left")
        for case in ("none", "low", "best", "whole")
    }


def test_share_zero_is_the_knee_as_it_was(results):
    before = solve_kneecap(build_knee(sex="female"), load("right"))
    np.testing.assert_array_equal(before.shift, results["right", "none"].shift)
    np.testing.assert_array_equal(before.lateral_force, results["right", "none"].lateral_force)


def test_a_femur_turned_inwards_leaves_the_kneecap_lateral_and_the_more_so_the_larger_the_share(results):
    # Draper 2009 and Souza 2010: the groove turns inwards under a patella that the tendons hold.
    for name in ("shift", "lateral_force"):
        values = np.stack([getattr(results["right", case], name) for case in ("none", "low", "best", "whole")])
        assert (np.diff(values, axis=0) > 0).all(), name
    medial = np.stack([results["right", case].medial_force for case in ("none", "low", "best", "whole")])
    assert (np.diff(medial, axis=0) < 0).all()


def test_inwards_is_inwards_on_the_left_too(results):
    for case in ("none", "best"):
        for name in ("shift", "tilt", "lateral_force", "medial_force", "contact_force"):
            left, right = (getattr(results[side, case], name) for side in ("left", "right"))
            np.testing.assert_allclose(left, right, rtol=0, atol=SAME, err_msg=name)


def test_the_valgus_that_is_kept_apart_does_not_reach_the_kneecap(results):
    without = replace(rotation("right"), knee_valgus=np.zeros(FLEXION_DEG.size))
    other = solve_kneecap(build_knee(sex="female"), with_rotation(load("right"), without))
    np.testing.assert_array_equal(other.contact_force, results["right", "best"].contact_force)
