"""The `evidence` command in process: every form, every refusal, and nothing of the mechanics imported."""

import json
import subprocess
import sys

import pytest

from trochlea.cli import main
from trochlea.evidence.tables import BUNDLED

HEAVY = ("mujoco", "numba", "matplotlib", "pydantic", "jinja2", "trochlea.leg", "trochlea.knee", "trochlea.person")


def run(capsys, *options):
    code = main(["evidence", *map(str, options)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize("options", [["--json"], ["network"], ["studies"], ["claim"], []])
def test_nothing_of_the_mechanics_and_no_plotting_is_imported(options):
    code = (
        f"import sys; from trochlea.cli import main; code = main(['evidence', *{options!r}]);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], code, file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stderr.strip() == "[] 0"


def test_the_answer_names_what_was_left_out(capsys):
    code, out, _ = run(capsys)
    assert code == 0
    assert "Hip minus knee on function, up to 13 weeks: −0.35 AKPS points" in out
    assert "Rows that do not enter" in out
    assert "Studies of which no figure enters" in out


def test_json_is_one_document_with_the_hash_of_its_data(capsys):
    _, out, _ = run(capsys, "--json")
    document = json.loads(out)
    assert document["data_name"] == "bundled"
    assert len(document["data_hash"]) == 64


def test_outcome_time_and_model_narrow_the_answer(capsys):
    _, out, _ = run(capsys, "--outcome", "function", "--timepoint", "long", "--model", "random", "--json")
    document = json.loads(out)
    assert {(a["outcome"], a["timepoint"]) for a in document["answers"]} == {("function", "long")}
    assert document["settings"]["model"] == "random"


def test_options_may_stand_before_or_after_the_form(capsys):
    first = run(capsys, "--outcome", "function", "network")
    second = run(capsys, "network", "--outcome", "function")
    assert first == second
    assert "Network: pain" not in first[1]


def test_network_says_that_hip_and_knee_is_not_connected_and_why(capsys):
    _, out, _ = run(capsys, "network", "--outcome", "function", "--timepoint", "short")
    flat = " ".join(out.split())
    assert "one network of hip, knee and control (2 trials: Hott 2019 and Hansen 2023)" in flat
    assert "hip+knee is not connected: no usable row on AKPS links it" in flat
    assert "hardly inform tau" in flat
    assert "withheld" in flat


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--measure", "smd"], "network: a network works on one scale; --measure smd pools pairs"),
        (["--tau2", "SJ"], "network: a network has no tau2 by SJ; choose --tau2 from REML, ML, DL, PM"),
    ],
)
def test_settings_that_allow_no_network_are_refused_by_it_and_told_on_the_page(capsys, tmp_path, options, expected):
    code, out, err = run(capsys, "network", *options)
    assert (code, out) == (1, "")
    assert expected in err
    narrow = ("--outcome", "function", "--timepoint", "short")
    assert run(capsys, *options, *narrow, "--out", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "evidence.html").read_text(encoding="utf-8")
    assert f"None: {expected.removeprefix('network: ')}" in page


def test_the_scatter_of_two_trials_is_told_with_its_interval(capsys):
    _, out, _ = run(capsys, "--outcome", "function", "--timepoint", "short")
    assert "I2 0 % (0 to 100 %); Q 0.20 on 1 df, p 0.66" in " ".join(out.split())


def test_studies_tells_the_programme_and_the_fate_of_every_study(capsys):
    _, out, _ = run(capsys, "studies")
    flat = " ".join(out.split())
    assert out.startswith("42 studies")
    assert "CERT 10: the same patient education in every arm" in flat
    assert "does not enter: known by name only" in flat
    assert "risk of bias: randomisation high: assigned by alternation (judged by compilers of the bundled" in flat
    assert "not assessed: randomisation, deviations, missing data, selective reporting enters." in flat


def test_claim_tells_both_questions(capsys):
    _, out, _ = run(capsys, "claim")
    assert "printed 0.02: they agree" in " ".join(out.split())
    assert "Is hip alone better than knee alone?" in out
    assert "as the compilers read it: yes (in all its RCTs but one)" in " ".join(out.split())


def test_forest_draws_every_plot(capsys, tmp_path):
    code, _, err = run(capsys, "forest", "--outcome", "function", "--timepoint", "short", "--out", tmp_path / "plots")
    assert code == 0
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    assert "forest-hip-v-knee-function-short-akps.svg" in names
    assert "forest-hip-v-knee-function-short-akps.png" in names
    assert f"{len(names)} plots" in err


def test_forest_without_a_trial_draws_what_is_not_connected(capsys, tmp_path):
    tables = tmp_path / "mine"
    assert run(capsys, "new", tables)[0] == 0
    for name in ("figures.csv", "contrasts.csv"):
        header = (tables / name).read_text().splitlines()[0]
        (tables / name).write_text(header + "\n")
    (tables / "instruments.csv").write_text(
        (tables / "instruments.csv").read_text() + "F,function,0,100,higher,,,assumed,\n"
    )
    code, _, err = run(capsys, "--data", tables, "--outcome", "function", "forest", "--out", tmp_path / "plots")
    assert code == 0, err
    assert {path.name.split("-")[0] for path in (tmp_path / "plots").iterdir()} == {"network"}


def test_out_writes_a_whole_folder_and_the_tables_run_again(capsys, tmp_path):
    out, narrow = tmp_path / "out", ("--outcome", "function", "--timepoint", "long", "--json")
    code, first, _ = run(capsys, "--out", out, *narrow)
    assert code == 0
    assert {path.name for path in out.iterdir()} == {"evidence.html", "evidence.json", "plots", "tables"}
    assert (out / "evidence.json").read_text(encoding="utf-8") == first
    _, again, _ = run(capsys, "--data", out / "tables", *narrow)
    assert json.loads(again)["data_hash"] == json.loads(first)["data_hash"]
    assert run(capsys, "--out", out, *narrow)[0] == 0, "an earlier result is replaced"


def test_a_folder_with_other_files_is_refused(capsys, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("keep me")
    code, _, err = run(capsys, "--out", out)
    assert code == 1
    assert "choose another --out" in err
    assert (out / "notes.txt").read_text() == "keep me"


def test_a_new_folder_runs_as_it_is(capsys, tmp_path):
    code, out, _ = run(capsys, "new", tmp_path / "mine")
    assert code == 0
    assert f"trochlea evidence --data {tmp_path / 'mine'}" in out
    code, out, err = run(capsys, "--data", tmp_path / "mine")
    assert (code, err) == (0, "")
    assert "Example (invented)" in out


def test_update_tells_what_changed_and_why(capsys, tmp_path):
    new = tmp_path / "new.csv"
    lines = (BUNDLED / "contrasts.csv").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if line.startswith("C07,"))
    new.write_text("\n".join([lines[0], row.replace("0.6,-2.0,3.2", "0.6,-2.0,3.3")]) + "\n", encoding="utf-8")
    code, out, _ = run(capsys, "update", new)
    assert code == 0
    flat = " ".join(out.split())
    assert "1 row changed ------------- - contrasts.csv C07: ci_high 3.2 → 3.3" in flat
    assert "results changed ----------------- - hip minus knee, function, short, AKPS before: −0.35" in flat
    assert "- network, hip minus knee, function, short, AKPS before: −0.35" in flat
    assert "why: C07: ci_high 3.2 → 3.3" in flat
    _, out, _ = run(capsys, "update", new, "--json")
    document = json.loads(out)
    assert document["data_before"] != document["data_after"]
    short = ("--outcome", "function", "--timepoint", "short")
    assert run(capsys, "update", new, *short, "--out", tmp_path / "next")[0] == 0
    _, again, _ = run(capsys, "--data", tmp_path / "next" / "tables", "--json")
    assert json.loads(again)["data_hash"] == document["data_after"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--data", "nowhere"], "is not a folder; 'trochlea evidence new DIR' writes one"),
        (["update", "nowhere.csv"], "nowhere.csv: cannot be read"),
    ],
)
def test_a_bad_path_gives_one_line(capsys, options, expected):
    code, out, err = run(capsys, *options)
    assert (code, out) == (1, "")
    assert expected in err
    assert err.count("\n") == 1


def test_an_outcome_that_the_tables_do_not_have_is_refused(capsys, tmp_path):
    run(capsys, "new", tmp_path / "mine")
    code, _, err = run(capsys, "--data", tmp_path / "mine", "--outcome", "function")
    assert code == 1
    assert "outcome 'function': expected one of pain" in err
