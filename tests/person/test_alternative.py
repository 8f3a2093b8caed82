"""Measures that stand in for others: converted by hand."""

import math
from pathlib import Path

import pytest

from trochlea.errors import FormatError
from trochlea.person.read import read_person

BODY = "mass_kg: 62\nheight_m: 1.68\nage_years: 24\nsex: female\n"


def person(folder: Path, more: str):
    path = folder / "p.yaml"
    path.write_text(BODY + more, encoding="utf-8")
    return read_person(path)


def test_a_sulcus_angle_on_the_bone_becomes_that_of_the_cartilage(tmp_path):
    sulcus = person(tmp_path, "sulcus_angle_bone_deg: 130\n").knee["sulcus_angle"]
    assert sulcus.value == pytest.approx(math.radians(130 + 146.1 - 132.5))
    assert sulcus.sd == pytest.approx(math.radians(5.5))
    assert sulcus.source == "measured"
    assert "on the bone" in sulcus.note


def test_the_middle_of_both_ratios_is_the_same_patella(tmp_path):
    ratio = person(tmp_path, "caton_deschamps_ratio: 1.0\n").knee["insall_salvati_ratio"]
    assert ratio.value == pytest.approx(1.02)


def test_a_higher_patella_has_as_much_more_tendon(tmp_path):
    more = "caton_deschamps_ratio: 1.2\npatella_height_mm: 40\npatella_thickness_mm: 30\n"
    ratio = person(tmp_path, more).knee["insall_salvati_ratio"]
    # 0.2 x 0.87 x 40 mm = 6.96 mm of tendon over a diagonal of 50 mm
    assert ratio.value == pytest.approx(1.02 + 6.96 / 50)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sulcus_angle_bone_deg: 130", "sulcus_angle_deg: 142"),
        ("caton_deschamps_ratio: 1.1", "insall_salvati_ratio: 1.1"),
    ],
)
def test_the_same_quantity_measured_twice_is_refused(tmp_path, one, other):
    with pytest.raises(FormatError, match="are the same quantity; keep one"):
        person(tmp_path, f"{one}\n{other}\n")
