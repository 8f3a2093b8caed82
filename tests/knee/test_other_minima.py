"""Whether a kneecap could also rest elsewhere."""

import numpy as np
import pytest

from trochlea.knee import sweep

TWO_PLACES = {
    "sulcus_angle_deg": 161.0,
    "tt_tg_mm": 28.5,
    "patellar_height_ratio": 0.72,
    "groove_rounding_mm": 8.0,
    "cartilage_modulus_mpa": 11.0,
    "patella_height_mm": 31.6,
}
"""A flat groove with a narrow bottom, hard cartilage and a tubercle far out: at 60 degrees and 2400 N the patella stays
on one of two branches."""


@pytest.fixture(scope="module")
def two_places():
    return sweep(flexion_deg=[60.0], quadriceps=2400.0, values=TWO_PLACES, displace_lateral_mm=[3.0, 4.0, 5.0, 6.0])


def test_the_median_knee_rests_in_one_place_only():
    assert not sweep(flexion_deg=[0.0, 30.0, 60.0, 90.0, 120.0]).is_multiple.any()


def test_a_knee_with_two_resting_places_is_marked(two_places):
    assert two_places.is_multiple.tolist() == [True]
    # pushed outwards, it snaps to its other branch: the force that holds it falls where on one branch it only rises
    assert (np.diff(two_places.restraint.force[0]) < 0).any()


def test_a_left_knee_is_marked_like_its_mirror_image():
    left = sweep(flexion_deg=[0.0, 30.0, 60.0], side="left")
    assert not left.is_multiple.any()
    assert sweep(flexion_deg=[60.0], quadriceps=2400.0, values=TWO_PLACES, side="left").is_multiple.all()


def test_a_frame_without_load_is_not_marked():
    assert not sweep(flexion_deg=[30.0], quadriceps=0.0).is_multiple.any()
