"""Which rows enter and why the others do not: every row is accounted for."""

import pytest

from trochlea.errors import InputError
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.selection import one_question, select
from trochlea.evidence.standard_scale import with_standard_scales
from trochlea.evidence.tables import BUNDLED

from .conftest import complete_tables, read_cells, write_tables


@pytest.mark.parametrize("outcome", ["pain", "function", "self-reported recovery"])
@pytest.mark.parametrize("timepoint", ["short", "long"])
def test_every_row_enters_or_has_a_reason(outcome, timepoint):
    data = read_dataset()
    selection = select(data, outcome=outcome, timepoint=timepoint)
    used = {row.id for row in selection.used}
    excluded = {row.id: row.reason for row in selection.excluded}
    assert used | set(excluded) == {row.id for row in (*data.contrasts, *data.figures)}
    assert not used & set(excluded)
    assert all(excluded.values())


def test_function_at_three_months_rests_on_the_two_trials_with_intervals():
    selection = select(read_dataset(), outcome="function", timepoint="short")
    assert [row.id for row in selection.used] == ["C01", "C02", "C03", "C07"]
    assert selection.instruments() == ("AKPS",)


def test_function_at_a_year_is_the_same_trial_once():
    selection = select(read_dataset(), outcome="function", timepoint="long")
    assert [row.id for row in selection.used] == ["C04", "C05", "C06"]
    assert {row.trial for row in selection.used} == {"Hott 2019"}


@pytest.mark.parametrize("timepoint", ["short", "long"])
def test_no_pain_row_of_the_package_can_enter(timepoint):
    assert select(read_dataset(), outcome="pain", timepoint=timepoint).used == ()


def test_conditional_rows_say_what_is_missing():
    excluded = {row.id: row.reason for row in select(read_dataset(), outcome="pain", timepoint="short").excluded}
    assert excluded["A01"] == "conditional: arm n missing"
    assert excluded["C17"] == "P value only"


@pytest.mark.parametrize(
    ("outcome", "timepoint", "expected"),
    [("strength", "short", "expected one of"), ("pain", "medium", "expected one of short, long")],
)
def test_an_unknown_choice_is_refused_with_the_list(outcome, timepoint, expected):
    with pytest.raises(InputError, match=expected):
        select(read_dataset(), outcome=outcome, timepoint=timepoint)


def test_arm_means_become_differences_where_no_difference_is_reported(complete):
    selection = select(read_dataset(complete), outcome="pain", timepoint="short")
    by_id = {row.id: row for row in selection.used}
    ash = by_id["Ash.hip minus Ash.knee"]
    assert ash.estimate == pytest.approx(-0.5, rel=0, abs=1e-12)
    assert ash.se == pytest.approx((1.9**2 / 40 + 2.1**2 / 42) ** 0.5, rel=1e-12, abs=0)
    assert ash.favours == "hip"
    assert sum(row.trial == "Elm 2013" for row in selection.used) == 3


def test_a_trials_own_difference_is_used_before_its_arm_means(tmp_path):
    tables = complete_tables()
    own = {
        "id": "own",
        "trial": "Ash 2001",
        "arm_a": "hip",
        "arm_b": "knee",
        "class_a": "hip",
        "class_b": "knee",
        "n_a": "40",
        "n_b": "42",
        "outcome": "pain",
        "instrument": "SCALE",
        "better": "lower",
        "weeks": "12",
        "timepoint": "12 weeks",
        "measure": "MD of change",
        "estimate": "-0.6",
        "ci_low": "-1.4",
        "ci_high": "0.2",
        "favours": "hip",
        "status": "as reported",
        "usable": "yes",
        "trust": "high",
        "citation": "assumed",
        "where_seen": "invented",
    }
    tables["contrasts.csv"] = [own]
    selection = select(read_dataset(write_tables(tmp_path / "t", tables)), outcome="pain", timepoint="short")
    assert [row.id for row in selection.used if row.trial == "Ash 2001"] == ["own"]
    reasons = {row.id: row.reason for row in selection.excluded}
    assert reasons["Ash.hip"] == reasons["Ash.knee"] == "the trial's own difference between arms is used"


def test_of_two_times_in_one_window_the_nearest_to_twelve_weeks_is_used(tmp_path):
    tables = complete_tables()
    early = [{**row, "id": f"{row['id']}.6", "weeks": "6"} for row in tables["figures.csv"] if "Ash" in row["id"]]
    tables["figures.csv"] += early
    selection = select(read_dataset(write_tables(tmp_path / "t", tables)), outcome="pain", timepoint="short")
    assert [row.id for row in selection.used if row.trial == "Ash 2001"] == ["Ash.hip minus Ash.knee"]
    reasons = {row.id: row.reason for row in selection.excluded}
    assert reasons["Ash.hip.6"] == "the same people are used with the change mean at 12 weeks"


def test_final_values_of_a_trial_are_not_mixed_with_changes(tmp_path):
    tables = complete_tables()
    for row in tables["figures.csv"]:
        if row["id"] == "Ash.knee":
            row.update(kind="final mean", value="3.0")
    selection = select(read_dataset(write_tables(tmp_path / "t", tables)), outcome="pain", timepoint="short")
    assert "Ash 2001" not in {row.trial for row in selection.used}
    assert {row.id for row in selection.excluded} >= {"Ash.hip", "Ash.knee"}


def test_two_arms_of_one_class_in_one_trial_are_refused(tmp_path):
    tables = complete_tables()
    arm = next(row for row in tables["arms.csv"] if row["id"] == "Ash 2001: hip")
    figure = next(row for row in tables["figures.csv"] if row["id"] == "Ash.hip")
    tables["arms.csv"].append({**arm, "id": "Ash 2001: hip 2", "arm": "hip 2"})
    tables["figures.csv"].append({**figure, "id": "Ash.hip2", "arm": "Ash 2001: hip 2", "value": "-2.2"})
    selection = select(read_dataset(write_tables(tmp_path / "t", tables)), outcome="pain", timepoint="short")
    with pytest.raises(InputError, match="they share people: combine the arms of one class first"):
        one_question(selection, "hip", "knee", "SCALE")


def test_of_two_reported_differences_in_one_window_the_later_one_is_used(changed_bundle):
    early = next(row for row in read_cells(BUNDLED / "contrasts.csv") if row["id"] == "C07")
    folder = changed_bundle("contrasts.csv", added=[{**early, "id": "X1", "weeks": "6", "timepoint": "6 weeks"}])
    selection = select(read_dataset(folder), outcome="function", timepoint="short")
    assert [row.id for row in selection.used if row.trial == "Hansen 2023"] == ["C07"]
    reasons = {row.id: row.reason for row in selection.excluded}
    assert reasons["X1"] == "the same people are used at 12 weeks"


def test_rows_seen_in_a_window_are_those_measured_then_or_at_a_time_not_seen():
    """Of pain with hip and knee together: C09 at 1.6 and C17 at 12 weeks; C12 is of hip alone, at 26."""
    data = read_dataset()
    short, long = (select(data, outcome="pain", timepoint=name).seen_then({"hip+knee"}) for name in ("short", "long"))
    assert [row.id for row in short] == ["C09", "C17"]
    assert long == ()
    assert "C12" in {row.id for row in select(data, outcome="pain", timepoint="long").seen_then({"hip"})}


def test_scales_set_aside_are_listed_in_the_order_of_the_table(tmp_path):
    tables = complete_tables()
    tables["instruments.csv"].append({**tables["instruments.csv"][0], "id": "OTHER"})
    tables["figures.csv"] += [{**row, "id": f"{row['id']}.o", "instrument": "OTHER"} for row in tables["figures.csv"]]
    data = with_standard_scales(read_dataset(write_tables(tmp_path / "t", tables)))
    selection = select(data, outcome="pain", timepoint="short", measure="SMD")
    assert [row.id for row in selection.excluded] == [row.id for row in data.figures if row.instrument == "OTHER"]
