"""One person's chance: only with every part, and always with the scatter between people."""

import math
from dataclasses import replace

import numpy as np
import pytest

from trochlea.evidence.analysis import analyse
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.estimate import Estimate
from trochlea.evidence.person_prediction import predict_person
from trochlea.evidence.pooling import pool_random_effects
from trochlea.report.trials.text import analysis_text

from .conftest import PAIN_TRIALS, complete_tables, write_tables

MONTE_CARLO = 0.004
"""Four standard errors of a proportion of one half from 250,000 draws; worst difference seen 0.001."""

EXACT = 1e-9
"""Sums in another order; worst difference seen 1e-15."""


@pytest.fixture
def predictions(complete):
    analysis = analyse(read_dataset(complete), outcomes=("pain",), timepoints=("short",), with_networks=False)
    return {item.programme_class: item for item in analysis.predictions}


@pytest.mark.parametrize("timepoint", ["short", "long"])
@pytest.mark.parametrize("programme", ["hip", "knee", "hip+knee"])
def test_pain_is_not_estimable_for_any_class_today(programme, timepoint):
    data = read_dataset()
    analysis = analyse(data, outcomes=("pain",), timepoints=(timepoint,), with_networks=False)
    (item,) = (p for p in analysis.predictions if p.programme_class == programme)
    assert not item.is_estimable
    assert item.chance is None
    assert item.sentence.startswith(f"{programme}, pain")
    assert "not estimable from these data; missing: mean change with its SD and n in knee arms" in item.sentence
    assert "SD of the change between people" in item.sentence
    assert "%" not in item.sentence


def test_function_names_the_change_that_was_seen_without_its_sd():
    analysis = analyse(read_dataset(), outcomes=("function",), timepoints=("short",), with_networks=False)
    hip = next(p for p in analysis.predictions if p.programme_class == "hip")
    assert hip.chance is None
    assert "seen without an SD: 7.6 in Hansen 2023 (A06)" in hip.sentence
    assert "SD of the change on AKPS between people" in hip.sentence
    assert "in 3 trials or more (2 seen)" in hip.sentence


def test_every_part_of_a_complete_prediction_is_there_with_its_source(predictions):
    for item in predictions.values():
        assert item.is_estimable
        assert all(part.source and part.citations and not part.missing for part in item.parts)
    assert [part.name for part in predictions["hip"].parts] == [
        "change in the reference arm",
        "scatter of that change between trials",
        "difference",
        "scatter of the difference between trials",
        "scatter between people",
    ]


def test_the_parts_add_up(predictions):
    item = predictions["hip+knee"]
    value = {part.name: part for part in item.parts}
    mean = value["change in the reference arm"].value + value["difference"].value
    assert item.mean == pytest.approx(mean, rel=EXACT, abs=0)
    scatters = [part.value for part in item.parts if part.se is None]
    errors = [part.se for part in item.parts if part.se is not None]
    spread = math.sqrt(sum(x**2 for x in (*scatters, *errors)))
    assert (item.high - item.low) / 2 == pytest.approx(1.959963985 * spread, rel=1e-8, abs=0)


def test_the_scatter_between_people_is_the_pooled_sd_of_all_arms(predictions):
    arms = [arm for _, *group in PAIN_TRIALS for arm in group]
    variance = sum((n - 1) * sd**2 for *_, sd, n in arms) / sum(n - 1 for *_, n in arms)
    people = next(part for part in predictions["knee"].parts if part.name == "scatter between people")
    assert people.value == pytest.approx(math.sqrt(variance), rel=EXACT, abs=0)


def test_the_chance_is_the_share_of_simulated_people_who_improve_enough(predictions):
    """People drawn part by part, without the formula: lower pain is better, 2 points matter."""
    rng = np.random.default_rng(7)
    item, draws = predictions["hip+knee"], 250_000
    change = np.zeros(draws)
    for part in item.parts:
        spread = part.value if part.se is None else part.se
        change += rng.normal(0.0 if part.se is None else part.value, spread, draws)
    assert item.chance == pytest.approx(float((change <= -2.0).mean()), rel=0, abs=MONTE_CARLO)
    assert f"{100 * item.chance:.0f} %, with the scatter between people included" in item.sentence


def test_a_better_programme_gives_a_better_chance(predictions):
    assert predictions["hip+knee"].chance > predictions["knee"].chance


def test_without_the_scatter_between_people_no_chance_is_given(tmp_path):
    tables = complete_tables()
    for row in tables["figures.csv"]:
        row.update(spread_kind="none", spread="", usable="no", usable_why="no SD")
    data = read_dataset(write_tables(tmp_path / "t", tables))
    analysis = analyse(data, outcomes=("pain",), timepoints=("short",), with_networks=False)
    assert all(item.chance is None and "%" not in item.sentence for item in analysis.predictions)


def test_two_reference_trials_are_too_few_and_the_number_is_named(complete):
    data = read_dataset(complete)
    keep = [
        f for f in data.figures if not f.arm.endswith("knee") or f.arm.startswith(("Ash", "Birch")) or "hip+" in f.arm
    ]
    item = predict_person(
        replace(data, figures=tuple(keep)), (), programme_class="knee", outcome="pain", timepoint="short"
    )
    assert item.chance is None
    assert "in 3 knee arms or more (2 seen)" in item.sentence


def test_a_scale_without_an_important_change_has_no_chance(complete):
    data = read_dataset(complete)
    scale = replace(data.instruments[0], important_change=None)
    item = predict_person(
        replace(data, instruments=(scale,)), (), programme_class="knee", outcome="pain", timepoint="short"
    )
    assert item.chance is None
    assert "smallest change that matters on SCALE" in item.sentence


def test_the_reference_change_is_the_random_effects_pool_of_its_arms(predictions):
    knee = [(study, mean, sd, n) for study, *arms in PAIN_TRIALS for arm, _, mean, sd, n in arms if arm == "knee"]
    pool = pool_random_effects([Estimate(study=s, estimate=m, se=sd / math.sqrt(n)) for s, m, sd, n in knee])
    start = predictions["knee"].parts[0]
    assert (start.value, start.se) == pytest.approx((pool.estimate, pool.se), rel=EXACT, abs=0)


def test_a_prediction_tells_each_part_with_its_source_in_plain_text(complete):
    told = " ".join(analysis_text(analyse(read_dataset(complete), outcomes=("pain",), timepoints=("short",))).split())
    told = told[told.index("- hip+knee, pain, up to 13 weeks: expected change") : told.index("Rows that do not enter")]
    for part in (
        "change in the reference arm: ",
        "scatter of that change between trials: ",
        "difference: −0.92 (SE 0.08); random-effects pool of Elm 2013, Fir 2018 and Hazel 2022 (assumed)",
        "scatter of the difference between trials: ",
        "scatter between people: ",
    ):
        assert f"- {part}" in told


def test_a_figure_that_two_parts_lack_is_named_once(tmp_path):
    tables = complete_tables()
    tables["figures.csv"] = [row for row in tables["figures.csv"] if row["id"].startswith(("Ash", "Birch"))]
    data = read_dataset(write_tables(tmp_path / "t", tables))
    analysis = analyse(data, outcomes=("pain",), timepoints=("short",), with_networks=False)
    sentence = next(item.sentence for item in analysis.predictions if item.programme_class == "knee")
    assert sentence.endswith("missing: mean change on SCALE in 3 knee arms or more (2 seen).")
