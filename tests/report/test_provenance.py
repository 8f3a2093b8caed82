"""Measured and assumed quantities in the units of a clinic."""

import math
from dataclasses import replace

from trochlea.person.measured import Measured
from trochlea.report.provenance import knee_rows, strength_rows


def measured(value, unit, sd=None):
    return Measured(value=value, sd=sd, unit=unit, source="measured")


def assumed(value, unit, sd=None):
    return Measured(value=value, sd=sd, unit=unit, source="assumed", citation="hott-2019-three-arms")


def test_measured_rows_come_first_and_keep_their_order(content):
    knee = {
        "tt_tg": assumed(0.01, "m"),
        "q_angle": measured(0.3, "rad"),
        "sulcus_angle": assumed(2.4, "rad"),
        "insall_salvati_ratio": measured(1.1, "-"),
    }
    rows = knee_rows(replace(content.person, knee=knee))
    names = ["Q angle", "Insall-Salvati ratio", "TT-TG distance", "Sulcus angle"]
    assert [row.name for row in rows] == names


def test_lengths_are_in_millimetres_and_angles_in_degrees(content):
    knee = {"tt_tg": measured(0.014, "m", sd=0.001), "q_angle": measured(math.radians(17), "rad")}
    length, angle = knee_rows(replace(content.person, knee=knee))
    assert (length.value, length.spread) == ("14.0 mm", "± 1.00 mm of the measurement")
    assert (angle.value, angle.spread) == ("17.0°", "")


def test_strengths_are_also_told_per_kilogram(content):
    strength = {"hip_abduction": assumed(61.0, "N.m", sd=6.1)}
    (row,) = strength_rows(replace(content.person, strength=strength, mass=61.0))
    assert (row.value, row.aside) == ("61.0 N·m", "1.00 N·m/kg")
    assert row.spread == "± 6.10 N·m between people"
    assert row.citation == "hott-2019-three-arms"
