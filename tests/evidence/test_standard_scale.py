"""Standardised differences: only on request, one scale of each trial, changes apart from final values."""

import math

import pytest

from trochlea.errors import InputError
from trochlea.evidence.analysis import analyse
from trochlea.evidence.comparison import Settings
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.selection import select
from trochlea.evidence.standard_scale import with_standard_scales

from .conftest import PAIN_TRIALS, complete_tables, write_tables

EXACT = 1e-12
"""The same formula by hand; worst difference seen 2e-16."""

SMD = Settings(measure="SMD")


@pytest.fixture
def two_scales(tmp_path):
    """Birch and Fir measured on another scale, 0 to 100, on which higher is better."""
    tables = complete_tables()
    tables["instruments.csv"].append(
        {**tables["instruments.csv"][0], "id": "OTHER", "range_high": "100", "better": "higher", "important_change": ""}
    )
    for row in tables["figures.csv"]:
        if row["id"].startswith(("Birch", "Fir")):
            row.update(instrument="OTHER", value=str(-10 * float(row["value"])), spread=str(10 * float(row["spread"])))
    return write_tables(tmp_path / "two", tables)


def answer_of(data, class_a, class_b, settings=SMD):
    analysis = analyse(data, outcomes=("pain",), timepoints=("short",), settings=settings)
    return [a for a in analysis.answers if (a.class_a, a.class_b) == (class_a, class_b) and a.common is not None]


def hedges(mean_a, sd_a, n_a, mean_b, sd_b, n_b):
    """Hedges 1981, eq. 6e: difference over the pooled SD times the exact factor."""
    df = n_a + n_b - 2
    pooled = math.sqrt(((n_a - 1) * sd_a**2 + (n_b - 1) * sd_b**2) / df)
    factor = math.gamma(df / 2) / (math.sqrt(df / 2) * math.gamma((df - 1) / 2))
    return factor * (mean_a - mean_b) / pooled


def test_two_scales_stay_apart_unless_asked(two_scales):
    answers = answer_of(read_dataset(two_scales), "hip", "knee", Settings())
    assert {a.instrument: a.common.k for a in answers} == {"SCALE": 2, "OTHER": 1}


def test_on_request_all_trials_are_pooled_in_standard_deviations(two_scales):
    (answer,) = answer_of(read_dataset(two_scales), "hip", "knee")
    assert (answer.instrument, answer.better) == ("standardised change in pain", "higher")
    found = {t.contrast.trial: t.contrast.estimate for t in answer.trials}
    for study, (_, _, mean_a, sd_a, n_a), (_, _, mean_b, sd_b, n_b) in PAIN_TRIALS[:3]:
        expected = -hedges(mean_a, sd_a, n_a, mean_b, sd_b, n_b)  # less pain is better, so the sign is turned
        assert found[study] == pytest.approx(expected, rel=EXACT, abs=0), study


def test_the_scale_of_a_trial_does_not_move_its_standardised_difference(two_scales, complete):
    (one,) = answer_of(read_dataset(complete), "hip", "knee")
    (two,) = answer_of(read_dataset(two_scales), "hip", "knee")
    assert two.common.estimate == pytest.approx(one.common.estimate, rel=1e-9, abs=0)


def test_the_pool_is_told_in_points_too(complete):
    (answer,) = answer_of(read_dataset(complete), "hip+knee", "knee")
    assert "SDs (95 % interval" in answer.sentence
    arms = [arm for study in PAIN_TRIALS[3:] for arm in study[1:3]]
    sd = math.sqrt(sum((n - 1) * s**2 for *_, s, n in arms) / sum(n - 1 for *_, n in arms))
    expected = f"On SCALE, where the SD in these trials is {sd:.2f}, that is {answer.pooled.estimate * sd:.2f} points"
    assert expected in answer.sentence
    assert "in favour of the first class" in answer.sentence


def test_changes_and_final_values_are_standardised_apart(tmp_path):
    tables = complete_tables()
    for row in tables["figures.csv"]:
        if row["id"].startswith("Ash"):
            row.update(kind="final mean", value=str(float(row["value"]) + 6))
    data = read_dataset(write_tables(tmp_path / "t", tables))
    scales = {a.instrument: a.common.k for a in answer_of(data, "hip", "knee")}
    assert scales == {"standardised change in pain": 2, "standardised pain": 1}


def test_a_trial_on_two_scales_is_counted_once(tmp_path):
    tables = complete_tables()
    tables["instruments.csv"].append({**tables["instruments.csv"][0], "id": "OTHER"})
    again = [
        {**row, "id": f"{row['id']}.2", "instrument": "OTHER"}
        for row in tables["figures.csv"]
        if row["id"].startswith("Ash")
    ]
    tables["figures.csv"] += again
    data = with_standard_scales(read_dataset(write_tables(tmp_path / "t", tables)))
    selection = select(data, outcome="pain", timepoint="short", measure="SMD")
    assert sum(row.trial == "Ash 2001" for row in selection.used) == 1
    reasons = {row.id: row.reason for row in selection.excluded}
    assert reasons["Ash.hip.2"] == "the same people are used on SCALE"


def test_a_reported_difference_in_points_cannot_be_standardised():
    data = read_dataset()
    analysis = analyse(data, outcomes=("function",), timepoints=("short",), settings=SMD)
    assert all(answer.common is None for answer in analysis.answers)
    reasons = {row.id: row.reason for row in analysis.excluded}
    assert "has no SD to divide it by" in reasons["C03"]
    assert analysis.networks == ()


def test_an_unknown_measure_is_refused():
    with pytest.raises(InputError, match="expected one of MD, SMD"):
        select(read_dataset(), outcome="pain", timepoint="short", measure="OR")
