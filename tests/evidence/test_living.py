"""New rows are added, everything runs again, and what changed is told with its reason."""

import re

import pytest

from trochlea.errors import FormatError
from trochlea.evidence.analysis import analyse, outcomes_of
from trochlea.evidence.bias import Bias
from trochlea.evidence.column import columns
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import read_dataset
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import Judgement
from trochlea.evidence.living import updated
from trochlea.evidence.result_change import changed_results
from trochlea.evidence.study import Study
from trochlea.evidence.tables import BUNDLED
from trochlea.evidence.template import write_cells

from .conftest import read_cells

STUDY = {
    "id": "New 2027",
    "found": "yes",
    "design": "RCT",
    "randomised": "yes",
    "allocation": "random",
    "population": "invented",
    "n": "300",
    "outcomes": "AKPS",
    "finding": "invented",
    "citation": "assumed",
}


def contrast(**cells):
    row = next(row for row in read_cells(BUNDLED / "contrasts.csv") if row["id"] == "C07")
    changes = {"id": "C25", "trial": "New 2027", "estimate": "4.0", "ci_low": "1.0", "ci_high": "7.0"}
    return {**row, **changes, "citation": "assumed", **cells}


def table(path, kind, rows):
    write_cells(path, [column.name for column in columns(kind)], rows)
    return path


def pools(results):
    return [result for result in results if result.kind == "pool"]


@pytest.fixture
def new_trial(tmp_path):
    studies = table(tmp_path / "new-studies.csv", Study, [STUDY])
    return studies, table(tmp_path / "new.csv", Contrast, [contrast()])


def compared(paths, folder=BUNDLED):
    data = read_dataset(folder)
    after, rows = updated(data, paths, folder=folder)
    before_run, after_run = (analyse(item, outcomes=outcomes_of(item)) for item in (data, after))
    return rows, changed_results(before_run, after_run, rows), before_run, after_run


def test_a_new_trial_moves_its_question_and_no_other(new_trial):
    rows, results, before, after = compared(new_trial)
    assert [(row.table, row.id, row.what) for row in rows] == [
        ("studies.csv", "New 2027", "added"),
        ("contrasts.csv", "C25", "added"),
    ]
    (result,) = pools(results)
    assert result.name == "hip minus knee, function, short, AKPS"
    assert result.before.startswith("−0.35 (−2.71 to 2.01), k 2, common")
    assert "k 3, random" in result.after
    assert result.why == "C25 (New 2027) enters"
    assert before.data_hash != after.data_hash


def test_a_correction_names_the_cell(tmp_path):
    row = next(row for row in read_cells(BUNDLED / "contrasts.csv") if row["id"] == "C03")
    path = table(tmp_path / "new.csv", Contrast, [{**row, "ci_high": "6.5"}])
    rows, results, _, _ = compared([path])
    assert rows[0].what == "ci_high 6.4 → 6.5"
    assert [result.name for result in pools(results)] == ["hip minus knee, function, short, AKPS"]
    assert {result.why for result in results} == {"C03: ci_high 6.4 → 6.5"}


def test_the_same_rows_again_change_nothing(tmp_path):
    path = table(tmp_path / "new.csv", Contrast, read_cells(BUNDLED / "contrasts.csv"))
    rows, results, before, after = compared([path])
    assert (rows, results) == ((), ())
    assert before.data_hash == after.data_hash


def test_a_row_that_cannot_enter_changes_no_result_and_is_listed(new_trial, tmp_path):
    path = table(tmp_path / "new.csv", Contrast, [contrast(usable="conditional", usable_why="protocol only")])
    _, results, _, after = compared([new_trial[0], path])
    assert results == ()
    assert {row.id: row.reason for row in after.excluded}["C25"] == "conditional: protocol only"


def test_a_new_judgement_changes_the_certainty_and_says_so(tmp_path):
    rows = read_cells(BUNDLED / "judgements.csv")
    rows[3].update(concerns="major concerns")
    _, results, _, _ = compared([table(tmp_path / "new.csv", Judgement, rows)])
    assert [result.kind for result in results] == ["pool", "network"]
    for result in results:
        assert result.before.endswith("certainty low")
        assert result.after.endswith("certainty very low")
        assert result.why == "judgements.csv J04: concerns no concerns → major concerns"


def test_a_judgement_on_another_question_is_no_reason(new_trial, tmp_path):
    judged = {**read_cells(BUNDLED / "judgements.csv")[0], "id": "J09", "class_a": "knee", "class_b": "control"}
    path = table(tmp_path / "judged.csv", Judgement, [judged])
    _, results, _, _ = compared([*new_trial, path])
    (pool,) = [result for result in pools(results) if result.name.startswith("hip minus knee")]
    assert pool.why == "C25 (New 2027) enters"


def test_the_risk_of_bias_of_a_trial_outside_is_no_reason(new_trial, tmp_path):
    row = next(row for row in read_cells(BUNDLED / "bias.csv") if row["study"] == "Ali 2021")
    path = table(tmp_path / "bias.csv", Bias, [{**row, "risk": "some concerns"}])
    _, results, _, _ = compared([*new_trial, path])
    assert {result.why for result in results if result.kind != "prediction"} == {"C25 (New 2027) enters"}


def test_a_class_that_a_new_trial_connects_is_told(new_trial, tmp_path):
    row = contrast(arm_a="hip+knee", class_a="hip+knee", arm_b="knee", class_b="knee", favours="hip+knee")
    path = table(tmp_path / "new.csv", Contrast, [row])
    _, results, _, _ = compared([new_trial[0], path])
    by_name = {result.name: result for result in results}
    joined = by_name["network, knee minus hip+knee, function, short, AKPS"]
    assert joined.before == "not connected"
    assert joined.after.startswith("−4.00 (−7.00 to −1.00), random, 3 trials in it")
    assert joined.why == "C25 (New 2027) enters"
    person = by_name["one person, hip+knee, function, short"]
    assert person.before == "not estimable; lacks difference hip+knee minus knee on AKPS with an interval"
    assert person.after == "not estimable; lacks hip+knee minus knee on AKPS in 3 trials or more (1 seen)"


def test_a_prediction_that_becomes_possible_is_told(complete, tmp_path):
    """The invented data set is complete but for the smallest important change, which the update adds."""
    scale = read_cells(complete / "instruments.csv")[0]
    write_cells(complete / "instruments.csv", list(scale), [{**scale, "important_change": ""}])
    path = table(tmp_path / "scales.csv", Instrument, [scale])
    _, results, _, _ = compared([path], folder=complete)
    by_name = {result.name: result for result in results if result.kind == "prediction"}
    person = by_name["one person, knee, pain, short"]
    assert person.before == "not estimable; lacks the smallest change that matters on SCALE"
    assert person.after.startswith("expected change")
    assert person.why == "instruments.csv SCALE: important_change empty → 2"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"trial": "Nobody 2027"}, "'Nobody 2027' is not an id in studies.csv; add the row there"),
        ({"trial": "Hansen 2023"}, "people would be counted twice"),
        ({"favours": "hip"}, "turn one of them"),
    ],
)
def test_a_new_row_that_does_not_fit_is_refused(cells, expected, new_trial):
    studies, path = new_trial
    table(path, Contrast, [contrast(**cells)])
    with pytest.raises(FormatError, match=re.escape(expected)) as caught:
        updated(read_dataset(), [studies, path])
    assert "new.csv" in str(caught.value)
    assert "row C25" in str(caught.value)


def test_a_file_of_no_table_is_told_which_one_is_nearest(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(",".join(column.name for column in columns(Contrast)).replace("ci_low", "low") + "\n")
    with pytest.raises(FormatError, match=r"nearest is contrasts\.csv, missing or unknown: ci_low, low"):
        updated(read_dataset(), [path])
