"""Measures of the groove that belong together."""

import math

import pytest

from trochlea.person.groove import complete_groove
from trochlea.person.measured import Measured
from trochlea.person.norms import assume

ROUNDING = 1e-12
"""A few products and sums; worst seen 3e-16 relative."""

QUANTITIES = ("sulcus_angle", "lateral_trochlear_inclination", "trochlear_depth", "tt_tg")
NORMS = {q: assume(q, sex="female", age_years=25, mass=60, height=1.65) for q in QUANTITIES}


def degrees(value: float) -> Measured:
    return Measured(value=math.radians(value), sd=None, unit="rad", source="measured")


def test_without_measurements_the_norms_stand():
    assert complete_groove({}, NORMS) == {name: norm for name, norm in NORMS.items() if name != "trochlear_depth"}


def test_a_measurement_that_is_the_norm_leaves_the_other_norms_where_they_are():
    for name in ("sulcus_angle", "lateral_trochlear_inclination"):
        found = complete_groove({name: degrees(math.degrees(NORMS[name].value))}, NORMS)
        for other in ("sulcus_angle", "lateral_trochlear_inclination", "tt_tg"):
            assert found[other].value == pytest.approx(NORMS[other].value, rel=ROUNDING)


@pytest.mark.parametrize("sulcus", [125.0, 140.0, 150.0, 160.0, 165.0, 175.0])
def test_any_sulcus_angle_leaves_both_facets_rising(sulcus: float):
    found = complete_groove({"sulcus_angle": degrees(sulcus)}, NORMS)
    lateral = found["lateral_trochlear_inclination"]
    medial = math.pi - math.radians(sulcus) - lateral.value
    assert lateral.value > medial > 0
    assert lateral.source == "assumed"
    assert "fitted to the measured sulcus angle" in lateral.note


def test_a_depth_that_was_not_measured_follows_from_the_angles_and_is_left_out():
    assert "trochlear_depth" not in complete_groove({"sulcus_angle": degrees(163)}, NORMS)


def test_a_lateral_inclination_sets_the_sulcus_angle_and_back():
    there = complete_groove({"lateral_trochlear_inclination": degrees(12)}, NORMS)
    back = complete_groove({"sulcus_angle": degrees(math.degrees(there["sulcus_angle"].value))}, NORMS)
    assert back["lateral_trochlear_inclination"].value == pytest.approx(math.radians(12), rel=ROUNDING)


def test_what_was_measured_is_never_changed():
    measured = {name: degrees(150) for name in QUANTITIES[:1]} | {
        "lateral_trochlear_inclination": degrees(11),
        "trochlear_depth": Measured(value=0.004, sd=None, unit="m", source="measured"),
    }
    found = complete_groove(measured, NORMS)
    assert {name: found[name] for name in measured} == measured
    assert found["tt_tg"] == NORMS["tt_tg"]


def test_a_facet_that_falls_leaves_the_norms_alone():
    found = complete_groove({"lateral_trochlear_inclination": degrees(-5)}, NORMS)
    assert found["sulcus_angle"] == NORMS["sulcus_angle"]
