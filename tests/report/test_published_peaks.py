"""Published peaks: usable ones have a spread, the others a reason."""

import pytest

from trochlea.errors import FormatError
from trochlea.report.published_peaks import (
    PUBLISHED_PEAKS,
    peaks_set_aside,
    published_peaks,
    read_published_peaks,
)


def test_walking_has_the_pooled_peaks_of_the_review():
    """Expected values: abstract of the review, as read at the address in references.bib."""
    rows = [(p.mean_bw, p.sd_bw) for p in published_peaks("walking")]
    assert rows == [(0.9, 0.4), (0.8, 0.2)]


def test_the_single_leg_squat_has_no_marker_but_a_reason():
    assert published_peaks("single-leg squat") == ()
    (aside,) = peaks_set_aside("single-leg squat")
    assert "12-repetition-maximum" in aside.reason
    assert aside.sd_bw is None


def test_an_unknown_task_has_neither():
    assert published_peaks("cartwheel") == peaks_set_aside("cartwheel") == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (",0.9,0.4,", ",0.9,,", "line 2: sd_bw is empty"),
        (",0.9,0.4,", ",lots,0.4,", "line 2: could not convert"),
        (",0.9,0.4,", ",-0.9,0.4,", "line 2: mean -0.9"),
        (",0.9,0.4,pooled,yes,", ",0.9,0.4,pooled,sure,", "line 2: usable is 'sure'"),
        (",0.9,0.4,pooled,yes,", ",0.9,0.4,pooled,no,", "line 2: reason is empty"),
        ("hart-2022-peak-force", "", "line 2: citation is empty"),
        ("mean_bw", "mean", "line 1: columns are"),
    ],
)
def test_a_faulty_table_is_refused(tmp_path, old, new, reason):
    path = tmp_path / "peaks.csv"
    path.write_text(PUBLISHED_PEAKS.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=reason):
        read_published_peaks(path)
