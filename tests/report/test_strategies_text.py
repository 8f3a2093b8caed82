"""Strategies in words."""

import json
from dataclasses import replace

import pytest

from trochlea.knee.strategies import WORDS, Strategies, Strategy
from trochlea.report.strategies_text import strategies_json, strategies_text


def strategy(name, force=1000.0, lean=6.0, reserve=0.0) -> Strategy:
    values = {
        "peak_contact_force_n": force,
        "lateral_share": float("nan"),
        "peak_pressure_mpa": 8.0,
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
        refused={},
        stiffness=1.0,
        compensated=0.65,
        note="none is the prediction",
    )


def test_all_three_stand_side_by_side_as_changes_from_today(found):
    lines = {line[:44].strip(): line[44:].split() for line in strategies_text(found).splitlines()}
    assert "hip abduction -30 %" in strategies_text(found)
    assert lines["kneecap force, N"] == ["1000", "+1.0", "%", "+0.0", "%", "-2.0", "%"]
    assert lines["trunk towards the working leg, degrees"] == ["6.0", "+0.0", "+3.0", "+0.0"]
    assert lines["moment that no muscle carries, N.m"] == ["0", "0", "0", "5"]
    assert lines["share of the lateral facet"] == ["-", "-", "-", "-"]
    text = strategies_text(found)
    assert "65% of it compensated" in text
    assert "stiffness 1" in text
    assert "none is the prediction" in text


def test_the_json_has_all_three_and_today_and_no_nan(found):
    record = json.loads(json.dumps(strategies_json(found), allow_nan=False))
    assert set(WORDS) <= set(record)
    assert record["leans_over_the_leg"]["trunk_lean_deg"] == 9.0
    assert record["now"]["lateral_share"] is None
    assert record["strength_ratio"] == {"hip_abduction": 0.7}
    assert record["share_compensated"] == 0.65


@pytest.fixture
def without_giving_way(found) -> Strategies:
    return replace(found, others=found.others[:2], refused={"gives_way": "the hip has no equilibrium"})


def test_a_strategy_without_an_answer_has_dashes_and_the_reason(without_giving_way):
    text = strategies_text(without_giving_way)
    lines = {line[:44].strip(): line[44:].split() for line in text.splitlines()}
    assert lines["kneecap force, N"] == ["1000", "+1.0", "%", "+0.0", "%", "-"]
    assert lines["moment that no muscle carries, N.m"] == ["0", "0", "0", "-"]
    assert "no answer: the hip has no equilibrium" in text


def test_the_json_of_a_strategy_without_an_answer_has_the_same_fields(without_giving_way):
    record = json.loads(json.dumps(strategies_json(without_giving_way), allow_nan=False))
    assert record["gives_way"].keys() == record["now"].keys()
    assert record["gives_way"]["refused"] == "the hip has no equilibrium"
    assert record["gives_way"]["words"] == WORDS["gives_way"]
    assert record["gives_way"]["peak_contact_force_n"] is None
    assert record["holds_posture"]["refused"] == ""


def test_no_text_says_that_strength_brings_posture_about(found):
    for word in ("caus", "leads to", "because", "due to"):
        assert word not in strategies_text(found).lower()
