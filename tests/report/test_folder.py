"""The output folder appears whole or not at all, and nothing of the user's is lost."""

import pytest

from trochlea.errors import InputError
from trochlea.report.folder import whole_folder


def test_a_folder_appears_only_when_the_block_ends(tmp_path):
    out = tmp_path / "a" / "out"
    with whole_folder(out) as folder:
        (folder / "report.html").write_text("x")
        assert not out.exists()
    assert (out / "report.html").read_text() == "x"
    assert [p.name for p in out.parent.iterdir()] == ["out"]


def test_an_error_leaves_nothing_new_and_keeps_the_earlier_result(tmp_path):
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        (folder / "result.json").write_text("first")
    with pytest.raises(RuntimeError), whole_folder(out) as folder:  # noqa: PT012
        (folder / "result.json").write_text("second")
        raise RuntimeError
    assert (out / "result.json").read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_second_run_replaces_the_first_as_a_whole(tmp_path):
    out = tmp_path / "out"
    for names in (("report.html", "result.json"), ("report.html",)):
        with whole_folder(out) as folder:
            for name in names:
                (folder / name).write_text("x")
    assert [p.name for p in out.iterdir()] == ["report.html"]


@pytest.mark.parametrize("kind", ["foreign file", "file in its place", "link"])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "foreign file":
        out.mkdir()
        (out / "thesis.docx").write_text("years of work")
    elif kind == "file in its place":
        out.write_text("years of work")
    else:
        (tmp_path / "real").mkdir()
        out.symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="choose another --out"), whole_folder(out):
        pass
    if kind == "foreign file":
        assert (out / "thesis.docx").read_text() == "years of work"
