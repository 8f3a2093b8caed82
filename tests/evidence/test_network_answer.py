"""The network of the package's own data, and what happens to a class that is not in it."""

import pytest

from trochlea.errors import InputError
from trochlea.evidence.comparison import Settings
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.network import fit_network
from trochlea.evidence.network_answer import network_answers
from trochlea.evidence.selection import select

from .conftest import complete_tables, write_tables

ROUNDING = 0.06
"""Contrasts are printed to 0.1 and intervals with them; worst difference seen 0.05."""


def networks(data, outcome, timepoint, **settings):
    selection = select(data, outcome=outcome, timepoint=timepoint)
    return network_answers(data, selection, settings=Settings(**settings))


def test_the_only_network_is_akps_at_three_months_with_three_classes():
    (answer,) = networks(read_dataset(), "function", "short")
    assert answer.instrument == "AKPS"
    (part,) = answer.parts
    assert part.classes == ("hip", "knee", "control")
    assert {study.study for study in part.studies} == {"Hott 2019", "Hansen 2023"}
    assert "one network of hip, knee and control (2 trials" in answer.sentence


def test_hip_and_knee_together_is_not_connected_and_the_reason_is_told():
    (answer,) = networks(read_dataset(), "function", "short")
    outside = dict(answer.outside)
    assert list(outside) == ["hip+knee"]
    assert "no usable row on AKPS links it" in outside["hip+knee"]
    assert "C18 (Şahin 2016): P value only" in outside["hip+knee"]


def test_pain_has_no_network_and_every_class_says_why():
    (answer,) = networks(read_dataset(), "pain", "short")
    assert answer.parts == ()
    assert [name for name, _ in answer.outside] == ["hip", "knee", "hip+knee", "control"]
    assert "there is no network" in answer.sentence
    assert "C09 (Tahir (no year seen))" in dict(answer.outside)["hip+knee"]


def test_one_trial_is_its_own_contrasts_and_no_network():
    (answer,) = networks(read_dataset(), "function", "long")
    assert "its own contrasts, not a network" in answer.sentence
    (part,) = answer.parts
    league = {(row.a, row.b): row for row in part.league}
    printed = {
        ("knee", "control"): (-4.3, -12.3, 3.7),
        ("hip", "control"): (-1.1, -8.9, 6.7),
        ("hip", "knee"): (3.2, -4.6, 11.0),
    }
    for pair, expected in printed.items():
        row = league[pair]
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(expected, rel=0, abs=ROUNDING)
    assert part.posteriors == ()


def test_ranks_are_withheld_where_a_comparison_rests_on_fewer_than_three_trials():
    (answer,) = networks(read_dataset(), "function", "short")
    part = answer.parts[0]
    for ranking in (part.ranking, *(item.ranking for item in part.posteriors)):
        assert all(rank.score is None for rank in ranking.ranks)
        assert "fewer than 3 studies" in ranking.sentence


def test_the_data_are_said_to_hardly_inform_tau():
    (answer,) = networks(read_dataset(), "function", "short")
    assert len(answer.parts[0].posteriors) == 2
    assert all("hardly inform tau" in item.tau_sentence for item in answer.parts[0].posteriors)


def test_a_class_is_not_said_to_be_seen_at_a_time_at_which_it_was_not():
    """The only function row of hip and knee together, C18, is of 12 weeks."""
    (answer,) = networks(read_dataset(), "function", "long")
    assert dict(answer.outside)["hip+knee"].startswith("no row on function compares hip+knee with another class, 26")


def test_the_chosen_estimator_of_tau2_is_the_networks_too(tmp_path):
    tables = complete_tables()
    next(row for row in tables["figures.csv"] if row["id"] == "Birch.hip")["value"] = "-5.9"
    data = read_dataset(write_tables(tmp_path / "t", tables))
    fits = {method: networks(data, "pain", "short", tau2_method=method)[0].parts[0] for method in ("REML", "DL")}
    assert {method: part.network.method for method, part in fits.items()} == {"REML": "REML", "DL": "DL"}
    for method, part in fits.items():
        again = fit_network(part.studies, reference="control", method=method)
        assert part.network.tau2 == again.tau2 > 0
    assert fits["REML"].network.tau2 != fits["DL"].network.tau2


def test_a_complete_network_joins_all_four_classes(complete):
    (answer,) = networks(read_dataset(complete), "pain", "short")
    assert answer.outside == ()
    assert answer.parts[0].classes == ("hip", "knee", "hip+knee", "control")


def test_parts_without_a_common_class_are_never_joined(tmp_path):
    tables = complete_tables()
    for row in tables["arms.csv"]:
        if row["study"] in ("Elm 2013", "Fir 2018", "Hazel 2022") and row["arm"] == "knee":
            row["programme_class"] = "other"
    for row in tables["arms.csv"]:
        if row["study"] in ("Fir 2018", "Hazel 2022") and row["arm"] == "knee":
            row["programme_class"] = "control"
    (answer,) = networks(read_dataset(write_tables(tmp_path / "t", tables)), "pain", "short")
    assert {part.classes for part in answer.parts} == {("hip", "knee"), ("hip+knee", "control")}
    assert "not connected and are not joined" in answer.sentence
    assert any("'other' gathers different programmes" in row.reason for row in answer.excluded)


def test_a_trial_that_repeats_a_class_is_refused(tmp_path):
    tables = complete_tables()
    arm = next(row for row in tables["arms.csv"] if row["id"] == "Ash 2001: hip")
    figure = next(row for row in tables["figures.csv"] if row["id"] == "Ash.hip")
    tables["arms.csv"].append({**arm, "id": "Ash 2001: hip 2", "arm": "hip 2"})
    tables["figures.csv"].append({**figure, "id": "Ash.hip2", "arm": "Ash 2001: hip 2", "value": "-2.2"})
    with pytest.raises(InputError, match="Ash 2001"):
        networks(read_dataset(write_tables(tmp_path / "t", tables)), "pain", "short")
