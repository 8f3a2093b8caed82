"""The words of the evidence follow the numbers, and keep "no difference" apart from "equivalent"."""

from dataclasses import replace

import pytest

from trochlea.errors import InputError
from trochlea.evidence.question import hip_against_knee
from trochlea.evidence.tables import read_contrasts


def with_row(row_id, **changes):
    return [replace(c, **changes) if c.id == row_id else c for c in read_contrasts()]


def test_the_answer_names_both_trials_and_its_numbers():
    answer = hip_against_knee()
    for part in ("−0.35", "−2.71 to 2.01", "Hott 2019", "Hansen 2023", "276", "higher is better"):
        assert part in answer.sentence
    assert answer.n == 39 + 37 + 100 + 100
    assert answer.better == "higher"


def test_equivalent_and_no_difference_are_kept_apart():
    verdicts = {t.contrast.trial: t for t in hip_against_knee().trials}
    assert verdicts["Hansen 2023"].verdict == "equivalent"
    assert "within the 8 points" in verdicts["Hansen 2023"].sentence
    assert verdicts["Hott 2019"].verdict == "no difference shown"
    assert "does not show equivalence" in verdicts["Hott 2019"].sentence
    assert "equivalent" not in verdicts["Hott 2019"].sentence.replace("equivalence", "")


def test_a_margin_is_never_borrowed_from_another_trial():
    """Hott's interval lies within Hansen's 8 points, and still is not called equivalent."""
    hott = next(t for t in hip_against_knee().trials if t.contrast.trial == "Hott 2019")
    assert -8 < hott.contrast.ci_low < hott.contrast.ci_high < 8
    assert hott.verdict == "no difference shown"


def test_an_interval_wider_than_the_margin_is_not_equivalent():
    answer = hip_against_knee(with_row("C07", equivalence_margin=3.0))
    assert next(t for t in answer.trials if t.contrast.id == "C07").verdict == "no difference shown"


def test_a_trial_that_excludes_zero_says_which_is_better():
    answer = hip_against_knee(with_row("C07", estimate=9.0, ci_low=7.0, ci_high=11.0))
    hansen = next(t for t in answer.trials if t.contrast.id == "C07")
    assert hansen.verdict == "knee better"
    assert "knee exercises did better" in answer.sentence
    assert "no difference" not in answer.sentence


def test_the_year_later_is_told_and_not_pooled():
    answer = hip_against_knee()
    assert [t.contrast.id for t in answer.later] == ["C06"]
    assert "reaches 11 points" in answer.later[0].sentence
    assert answer.pooled.k == 2


def test_hip_and_knee_together_is_not_ranked():
    answer = hip_against_knee()
    assert "not in this network" in answer.not_answered


def test_the_claim_is_told_as_what_a_review_concludes():
    claim = hip_against_knee().claim
    assert claim.startswith("The review Manojlović 2021 concludes")
    assert "indirect evidence" in claim


def test_the_hash_follows_the_data_and_not_the_order_of_rows():
    answer = hip_against_knee()
    assert hip_against_knee(tuple(reversed(read_contrasts()))).data_hash == answer.data_hash
    assert hip_against_knee(with_row("C03", ci_high=6.5)).data_hash != answer.data_hash
    assert hip_against_knee(with_row("C11", ci_high=0.08)).data_hash == answer.data_hash


def test_a_second_report_of_the_same_people_at_the_same_time_is_refused():
    with pytest.raises(InputError, match="counted twice"):
        hip_against_knee(with_row("C08", usable="yes"))


def test_no_usable_trial_is_refused():
    with pytest.raises(InputError, match="nothing to pool"):
        hip_against_knee([])
