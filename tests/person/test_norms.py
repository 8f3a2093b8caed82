"""Norms that stand in for missing measurements."""

import math

import pytest

from trochlea.errors import InputError
from trochlea.person.key import KNEE_KEYS, STRENGTH_GROUPS
from trochlea.person.norms import LEVERS, OUTSIDE, assume, load_norms, sd_from_interval

ROUNDING = 1e-12
"""Products of a few floats; worst seen 2e-16 relative."""

WOMAN = {"sex": "female", "age_years": 24.0, "mass": 60.0, "height": 1.65}


def test_the_interval_of_a_mean_gives_back_the_spread_that_made_it():
    sd, n = 7.5, 52
    half = 1.96 * sd / math.sqrt(n)
    assert sd_from_interval(30 - half, 30 + half, n) == pytest.approx(sd, rel=ROUNDING)


def test_every_group_and_measure_has_a_norm():
    quantities = {norm.quantity for norm in load_norms()}
    assert quantities == {*STRENGTH_GROUPS, *(key.quantity for key in KNEE_KEYS)}


@pytest.mark.parametrize("norm", load_norms(), ids=lambda norm: f"{norm.quantity}-{norm.sex}")
def test_every_norm_says_where_it_comes_from_and_how_its_spread_was_derived(norm):
    assert norm.citation
    assert norm.population
    assert norm.spread
    assert norm.sd is None or 0 < norm.sd < norm.value
    assert (norm.sd is None) == (norm.spread == "no spread found")


def test_a_force_norm_becomes_a_moment_by_hand():
    # 16.85 % of 60 kg x 9.80665 m/s2 is 99.145 N; at (0.530 - 0.039) x 1.65 m it is 80.32 N.m.
    found = assume("hip_abduction", **WOMAN)
    assert found.value == pytest.approx(80.3226, abs=1e-3)
    # (17.66 - 16.03) / 3.92 x sqrt(52) = 2.9985 % of body weight.
    assert found.sd == pytest.approx(80.3226 * 2.9985 / 16.85, rel=1e-4)
    assert (found.unit, found.source, found.citation) == ("N.m", "assumed", "alvarenga-2019-hip-force")
    assert "assumed lever arm: leg" in found.note
    assert OUTSIDE not in found.note


def test_levers_add_up():
    assert LEVERS["leg"] == pytest.approx(LEVERS["thigh"] + LEVERS["shank"], rel=ROUNDING)


def test_knee_strength_grows_with_mass_and_goes_by_sex():
    woman = assume("knee_extension", **WOMAN)
    man = assume("knee_extension", **(WOMAN | {"sex": "male"}))
    assert woman.value == pytest.approx(2.20 * 60, rel=ROUNDING)
    assert woman.sd == pytest.approx(0.51 * 60, rel=ROUNDING)
    assert man.value == pytest.approx(2.74 * 60, rel=ROUNDING)
    assert OUTSIDE not in woman.note + man.note


@pytest.mark.parametrize("who", [{"sex": "male"}, {"age_years": 19.0}, {"age_years": 30.0}, {"age_years": 70.0}])
def test_outside_its_population_a_norm_keeps_its_value_and_doubles_its_spread(who: dict):
    inside, outside = assume("hip_extension", **WOMAN), assume("hip_extension", **(WOMAN | who))
    assert inside.sd is not None
    assert outside.sd is not None
    assert outside.value == pytest.approx(inside.value, rel=ROUNDING)
    assert outside.sd == pytest.approx(2 * inside.sd, rel=ROUNDING)
    assert outside.note.startswith(OUTSIDE)


@pytest.mark.parametrize("age_years", [20.0, 29.0, 29.9])
def test_ages_count_in_whole_years(age_years: float):
    assert OUTSIDE not in assume("hip_extension", **(WOMAN | {"age_years": age_years})).note


def test_a_child_is_outside_the_norms_of_adults():
    child = assume("patella_width", **(WOMAN | {"age_years": 12.0}))
    assert child.note.startswith(OUTSIDE)
    assert child.sd == pytest.approx(2 * 0.0048, rel=ROUNDING)


def test_geometry_is_in_si_units():
    assert assume("tt_tg", **WOMAN).value == pytest.approx(0.01091, rel=ROUNDING)
    assert assume("sulcus_angle", **WOMAN).value == pytest.approx(math.radians(146.1), rel=ROUNDING)
    assert assume("insall_salvati_ratio", **WOMAN).value == 1.02
    assert assume("q_angle", **WOMAN).value > assume("q_angle", **(WOMAN | {"sex": "male"})).value


def test_a_norm_without_spread_says_so():
    depth = assume("trochlear_depth", **WOMAN)
    assert depth.sd is None
    assert "no spread found" in depth.note


def test_a_quantity_without_norm_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="no norm for wingspan; there are norms for hip_abduction"):
        assume("wingspan", **WOMAN)
