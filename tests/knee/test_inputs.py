"""The table of inputs: complete, sane, and refusing what it should."""

from dataclasses import fields

import pytest

from trochlea.errors import InputError
from trochlea.knee.inputs import checked_value, find_input, parse_setting, scalar_inputs
from trochlea.knee.setup import input_spread, input_value, knee_setup
from trochlea.knee.shape import KneeShape

ASKED_FOR = """
patella_width_mm patella_height_mm patellar_height_ratio vm_scale vmo_scale vml_scale vl_scale vlo_scale itb_force_n
mpfl_scale medial_retinaculum_scale lateral_retinaculum_scale q_angle_deg tt_tg_mm tubercle_medialisation_mm
femoral_rotation_deg tibial_rotation_deg knee_valgus_deg sulcus_angle_deg trochlear_depth_mm
lateral_trochlear_inclination_deg cartilage_modulus_mpa cartilage_thickness_mm
""".split()
"""Names that the issue tracker asks for."""

SUFFIXES = {"mm": "_mm", "deg": "_deg", "MPa": "_mpa", "N/mm": "_n_mm", "N": "_n", "-": ""}


def test_every_name_that_was_asked_for_exists():
    assert set(ASKED_FOR) <= set(scalar_inputs())


def test_every_number_of_a_shape_can_be_set():
    described = {scalar.quantity for scalar in scalar_inputs().values()}
    assert {field.name for field in fields(KneeShape)} - described == set()


@pytest.mark.parametrize("name", scalar_inputs())
def test_a_name_ends_in_its_unit_and_its_default_lies_in_its_range(name):
    scalar = scalar_inputs()[name]
    assert name.endswith(SUFFIXES[scalar.unit])
    assert scalar.reason
    assert scalar.effect
    for sex in ("female", "male"):
        setup = knee_setup(values={"sex": sex})
        assert scalar.low <= input_value(setup, name) <= scalar.high
        assert input_spread(setup, name)[0] > 0


def test_an_unknown_name_lists_all():
    with pytest.raises(InputError, match="unknown NAME 'tttg_mm'") as refusal:
        find_input("tttg_mm")
    assert all(name in str(refusal.value) for name in ("sex", *scalar_inputs()))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("value", [40.001, -10.001, float("nan"), float("inf")])
def test_a_value_outside_its_range_is_refused_with_the_limit(value):
    with pytest.raises(InputError, match=r"tt_tg_mm is .*; expected -10 to 40 mm"):
        checked_value(find_input("tt_tg_mm"), value)


def test_a_value_becomes_si():
    assert checked_value(find_input("tt_tg_mm"), 18.0) == pytest.approx(0.018)
    assert checked_value(find_input("cartilage_modulus_mpa"), 4.0) == pytest.approx(4e6)
    assert checked_value(find_input("mpfl_stiffness_n_mm"), 20.0) == pytest.approx(2e4)


def test_a_setting_is_read():
    assert parse_setting("tt_tg_mm=18") == ("tt_tg_mm", 18.0)
    assert parse_setting(" vmo_scale = 0.5 ") == ("vmo_scale", 0.5)
    assert parse_setting("sex=female") == ("sex", "female")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tt_tg_mm", "expected NAME=VALUE"),
        ("=3", "expected NAME=VALUE"),
        ("tt_tg_mm=", "expected NAME=VALUE"),
        ("tt_tg_mm=wide", "expected a number in mm, found 'wide'"),
        ("vmo_scale=1,5", "expected a plain number, found '1,5'"),
        ("height=3", "unknown NAME 'height'"),
    ],
)
def test_a_malformed_setting_is_refused(text, expected):
    with pytest.raises(InputError, match=expected):
        parse_setting(text)
