"""Strategies and posture in words."""

import json
import math

import pytest

from trochlea.knee.strategies import WORDS, Strategies, Strategy
from trochlea.person.measured import Measured
from trochlea.person.posture_prediction import predict_posture
from trochlea.person.read import demo_person
from trochlea.report.strategies_text import posture_text, strategies_json, strategies_text


def strategy(name, force=1000.0, lean=6.0, reserve=0.0) -> Strategy:
    values = {
        "peak_contact_force_n": force,
        "lateral_share": float("nan"),
        "hip_adduction_deg": 10.0,
        "pelvic_drop_deg": 7.0,
        "trunk_lean_deg": lean,
        "trunk_flexion_deg": 20.0,
    }
    return Strategy(
        name=name,
        words=WORDS[name],
        values=values,
        hip_abduction_moment=40.0,
        knee_extension_moment=100.0,
        quadriceps_force=3000.0,
        effort=2.0,
        largest_reserve=reserve,
    )


@pytest.fixture
def found() -> Strategies:
    return Strategies(
        ratio={"hip_abduction": 0.7},
        now=strategy("now"),
        others=(
            strategy("holds_posture", force=1010.0),
            strategy("leans_over_the_leg", lean=9.0),
            strategy("gives_way", force=980.0, reserve=5.0),
        ),
        stiffness=1.0,
        compensated=0.65,
        note="none is the prediction",
    )


def test_all_three_are_told_as_changes(found):
    text = strategies_text(found)
    assert "With hip abduction 70% of today's strength" in text
    assert "posture unchanged; kneecap force +1.0 %" in text
    assert "lean over the leg +3.0 degrees; kneecap force +0.0 %" in text
    assert "kneecap force -2.0 %; 5 N.m are left that no muscle carries" in text
    assert "65% of it made up for" in text
    assert "none is the prediction" in text


def test_the_json_has_all_three_and_today_and_no_nan(found):
    record = json.loads(json.dumps(strategies_json(found), allow_nan=False))
    assert list(record["strategies"]) == list(WORDS)
    assert record["strategies"]["leans_over_the_leg"]["trunk_lean_deg"] == 9.0
    assert record["strategies"]["now"]["lateral_share"] is None


def test_a_prediction_shows_its_scatter_and_an_observation_says_so():
    text = posture_text(predict_posture(demo_person(), "single_leg_squat"))
    assert text.count("(SD ") >= 5
    assert "associated with hip abduction strength" in text
    seen = Measured(value=math.radians(12), sd=None, unit="rad", source="measured")
    assert posture_text({"pelvic_drop": seen}) == "pelvic drop: 12.0 degrees, observed\n"
    assert posture_text({}) == ""


def test_no_text_says_that_strength_brings_posture_about(found):
    text = (strategies_text(found) + posture_text(predict_posture(demo_person(), "single_leg_squat"))).lower()
    for word in ("caus", "leads to", "because", "due to"):
        assert word not in text
