"""Two of sulcus angle, lateral inclination and depth define the groove; the third follows or is refused."""

import itertools

import pytest

from trochlea.errors import InputError
from trochlea.knee.setup import input_value, knee_setup, setup_knee
from trochlea.person.key import KNEE_KEYS

MEASURES = ("sulcus_angle_deg", "lateral_trochlear_inclination_deg", "trochlear_depth_mm")

ROOT = 1e-8
"""Degrees and millimetres to which a measure comes back through the depth, which is solved for to 1e-12 rad; worst seen
8e-12."""


def measures(**values):
    setup = knee_setup(values=values)
    return {name: input_value(setup, name) for name in MEASURES}


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize(("sulcus", "lateral"), [(142.0, 18.0), (130.0, 24.0), (160.0, 12.0)])
def test_either_angle_comes_back_from_the_other_and_the_depth(sex, sulcus, lateral):
    angles = {"sulcus_angle_deg": sulcus, "lateral_trochlear_inclination_deg": lateral}
    whole = measures(sex=sex, **angles)
    for name in angles:
        two = {other: value for other, value in whole.items() if other != name}
        assert measures(sex=sex, **two) == pytest.approx(whole, rel=0, abs=ROOT)


@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_deep_groove_of_a_steep_sulcus_is_reached_with_a_medial_facet(sex):
    # the depth falls again where the medial facet levels out, so both ends of the search are shallow
    found = measures(sex=sex, sulcus_angle_deg=130.0, trochlear_depth_mm=6.0)
    assert 5 < found["lateral_trochlear_inclination_deg"] < 40
    assert found["trochlear_depth_mm"] == pytest.approx(6.0, rel=0, abs=ROOT)


def test_a_depth_alone_keeps_the_share_of_the_lateral_facet():
    norm, found = measures(), measures(trochlear_depth_mm=3.0)
    assert found["trochlear_depth_mm"] == pytest.approx(3.0, rel=0, abs=ROOT)
    shares = [m["lateral_trochlear_inclination_deg"] / (180 - m["sulcus_angle_deg"]) for m in (norm, found)]
    assert shares[1] == pytest.approx(shares[0], rel=1e-9, abs=0)


def test_a_third_measure_within_its_error_changes_nothing():
    angles = {"sulcus_angle_deg": 142.0, "lateral_trochlear_inclination_deg": 18.0}
    implied = measures(**angles)["trochlear_depth_mm"]
    for depth in (implied - 1.9, implied + 1.9):
        assert measures(**angles, trochlear_depth_mm=depth) == pytest.approx(measures(**angles), rel=0, abs=ROOT)


def test_a_third_measure_that_disagrees_is_refused_with_the_implied_medial_slope():
    with pytest.raises(InputError, match=r"imply a medial facet of 20\.0 deg and a depth of .* leave out the least"):
        measures(sulcus_angle_deg=142.0, lateral_trochlear_inclination_deg=18.0, trochlear_depth_mm=1.0)


@pytest.mark.parametrize("other", MEASURES[:2])
def test_a_depth_that_no_groove_of_this_angle_has_is_refused_with_the_range(other):
    with pytest.raises(InputError, match=r"trochlear_depth 12\.0 mm does not go with .* expected .* to .* mm"):
        measures(**{other: {"sulcus_angle_deg": 150.0}.get(other, 15.0)}, trochlear_depth_mm=12.0)


@pytest.mark.parametrize("sex", ["female", "male"])
@pytest.mark.parametrize("names", [c for n in (1, 2, 3) for c in itertools.combinations(MEASURES, n)])
def test_the_examples_of_a_person_file_make_a_knee_in_any_selection(sex, names):
    examples = {key.name: key.example for key in KNEE_KEYS}
    setup_knee(knee_setup(values={"sex": sex} | {name: examples[name] for name in names}))
