"""From a person file to a person in SI units."""

import dataclasses
import math
from pathlib import Path

import pytest

from trochlea.person.key import KNEE_KEYS, STRENGTH_GROUPS
from trochlea.person.person import Person
from trochlea.person.read import demo_person, read_person

ROUNDING = 1e-12
"""Products of a few floats; worst seen 2e-16 relative."""

BODY = "mass_kg: 60\nheight_m: 1.7\nsex: female\nage_years: 20\n"


def person(folder: Path, more: str = "") -> Person:
    path = folder / "p.yaml"
    path.write_text(BODY + more)
    return read_person(path)


def test_what_is_not_measured_is_assumed(tmp_path: Path):
    found = person(tmp_path)
    assert set(found.strength) == set(STRENGTH_GROUPS)
    assert set(found.knee) == {key.quantity for key in KNEE_KEYS} - {"trochlear_depth"}  # follows from the angles
    for value in (*found.strength.values(), *found.knee.values()):
        assert value.source == "assumed"
        assert value.citation
    assert (found.side, found.side_source, found.label) == ("right", "assumed", "person")
    assert (found.symptoms.worst_pain, found.symptoms.akps) == (None, None)


def test_moment_force_and_share_of_body_weight_say_the_same_strength(tmp_path: Path):
    force = 0.2 * 60 * 9.80665
    moment = person(tmp_path, f"hip_abduction_nm: {force * 0.8!r}\n")
    newton = person(tmp_path, f"hip_abduction_n: {force!r}\nhip_abduction_lever_arm_m: 0.8\n")
    share = person(tmp_path, "hip_abduction_percent_bw: 20\nhip_abduction_lever_arm_m: 0.8\n")
    for found in (moment, newton, share):
        strength = found.strength["hip_abduction"]
        assert strength.value == pytest.approx(94.14384, rel=ROUNDING)
        assert (strength.unit, strength.source, strength.citation) == ("N.m", "measured", None)
    assert share.strength["hip_abduction"].note == "20 % of body weight at a lever arm of 0.8 m"


def test_measures_of_the_knee_are_in_si_units(tmp_path: Path):
    found = person(tmp_path, "tt_tg_mm: 14\nsulcus_angle_deg: 145\ninsall_salvati_ratio: 1.1\nside: left\n")
    assert found.knee["tt_tg"].value == pytest.approx(0.014, rel=ROUNDING)
    assert found.knee["sulcus_angle"].value == pytest.approx(math.radians(145), rel=ROUNDING)
    assert found.knee["insall_salvati_ratio"].value == 1.1
    assert [found.knee[name].unit for name in ("tt_tg", "sulcus_angle", "insall_salvati_ratio")] == [
        "m",
        "rad",
        "-",
    ]
    assert {name for name, value in found.knee.items() if value.source == "measured"} == {
        "tt_tg",
        "sulcus_angle",
        "insall_salvati_ratio",
    }
    assert (found.side, found.side_source) == ("left", "measured")


@pytest.mark.parametrize("key", KNEE_KEYS, ids=lambda key: key.name)
def test_each_key_reaches_its_own_quantity_and_no_other(tmp_path: Path, key):
    plain, changed = person(tmp_path), person(tmp_path, f"{key.name}: {key.example!r}\n")
    moved = {name for name, value in changed.knee.items() if plain.knee.get(name) != value}
    fitted = {name for name in moved if "fitted to" in changed.knee[name].note}
    assert moved - fitted == {key.quantity}
    assert not fitted or key.quantity in ("sulcus_angle", "lateral_trochlear_inclination")
    assert changed.strength == plain.strength


def test_a_person_cannot_be_changed(tmp_path: Path):
    found = person(tmp_path)
    with pytest.raises(TypeError):
        found.strength["hip_abduction"] = found.knee["tt_tg"]  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.mass = 3.0  # type: ignore[misc]


def test_the_demo_person_has_measured_strengths_and_symptoms():
    demo = demo_person()
    measured = {group for group, value in demo.strength.items() if value.source == "measured"}
    assert measured == {"hip_abduction", "hip_external_rotation", "hip_extension", "knee_extension"}
    assert (demo.sex, demo.age_years, demo.label) == ("female", 24, "demo")
    assert demo.symptoms.worst_pain is not None
    # 5.4 and 2.1 % of body weight x height, as its comments say.
    torque = 61 * 9.80665 * 1.67
    assert demo.strength["hip_abduction"].value == pytest.approx(0.054 * torque, abs=0.05)
    assert demo.strength["hip_external_rotation"].value == pytest.approx(0.021 * torque, abs=0.05)
