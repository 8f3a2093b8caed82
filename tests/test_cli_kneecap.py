"""`trochlea kneecap`, in process: what a user types and what comes back."""

import csv
import io
import json

import pytest

from trochlea.cli import main
from trochlea.cli_kneecap import read_angles
from trochlea.knee.inputs import scalar_inputs

PERSON = "mass_kg: 62\nheight_m: 1.68\nsex: female\nage_years: 24\nside: left\ntt_tg_mm: 18\n"


@pytest.fixture
def person(tmp_path):
    path = tmp_path / "person.yaml"
    path.write_text(PERSON)
    return path


def run(capsys, *options):
    assert main(["kneecap", *map(str, options)]) == 0
    return capsys.readouterr().out


def test_the_table_shows_every_angle_with_its_status_and_what_was_set(capsys):
    text = run(capsys, "--flexion", "0:60:30", "--set", "tt_tg_mm=18", "--set", "vmo_scale=0.5", "--keep-total")
    rows = [line.split() for line in text.splitlines() if line.endswith("converged")]
    assert [row[0] for row in rows] == ["0", "30", "60"]
    assert [row[1] for row in rows] == ["600"] * 3
    assert "set: tt_tg_mm=18, vmo_scale=0.5" in text
    assert "Right knee; norms of the median adult man" in text


def test_json_is_a_list_with_one_object_an_angle(capsys):
    records = json.loads(run(capsys, "--flexion", "0,45", "--quadriceps", "1200", "--json"))
    assert [record["flexion_deg"] for record in records] == [0.0, 45.0]
    assert all(record["status"] == "converged" for record in records)
    assert records[1]["quadriceps_force_n"] == pytest.approx(1200.0)


def test_csv_has_the_numbers_of_json(capsys):
    options = ("--flexion", "30", "--displace-lateral-mm", "1,5")
    record = json.loads(run(capsys, *options, "--json"))[0]
    row = next(csv.DictReader(io.StringIO(run(capsys, *options, "--csv"))))
    held = record.pop("restraint")
    for name, value in record.items():
        assert row[name] == str(value) if isinstance(value, str | bool) else float(row[name]) == value
    assert [float(row["restraint_1mm_n"]), float(row["restraint_5mm_n"])] == [entry["force_n"] for entry in held]
    assert [row["restraint_1mm_status"], row["restraint_5mm_status"]] == ["converged"] * 2


def test_the_displacement_table_gives_the_forces(capsys):
    text = run(capsys, "--flexion", "30", "--quadriceps", "175", "--displace-lateral-mm", "1,5,10")
    block = text[text.index("displaced laterally") :].splitlines()
    assert block[1].split() == ["flexion", "1", "mm", "5", "mm", "10", "mm"]
    forces = [float(word) for word in block[2].split()[1:]]
    assert 0 < forces[0] < forces[1] < forces[2]


def test_a_person_file_brings_side_sex_and_measurements(person, capsys):
    text = run(capsys, person, "--flexion", "30")
    assert text.startswith("Left knee; norms of the median adult woman")
    assert "measured: tt_tg_mm=18\n" in text
    assert run(capsys, person, "--flexion", "30", "--side", "right").startswith("Right knee")


def test_the_list_shows_every_name_with_its_value(capsys):
    text = run(capsys, "--list", "--set", "tt_tg_mm=17")
    assert {line.split()[0] for line in text.splitlines()} == {"NAME", "sex", *scalar_inputs()}
    listed = {entry["name"]: entry for entry in json.loads(run(capsys, "--list", "--json", "--set", "tt_tg_mm=17"))}
    assert listed["tt_tg_mm"]["value"] == pytest.approx(17.0)
    assert listed["tt_tg_mm"]["spread"] == pytest.approx(4.2)


def test_an_angle_without_a_result_is_explained(capsys):
    text = run(capsys, "--flexion", "30", "--quadriceps", "0")
    assert "no_load: the quadriceps does not pull" in text
    assert json.loads(run(capsys, "--flexion", "30", "--quadriceps", "0", "--json"))[0]["contact_force_n"] is None


def test_the_folder_appears_whole_with_its_files(tmp_path, capsys):
    out = tmp_path / "out"
    options = ("--flexion", "30", "--set", "tt_tg_mm=18", "--displace-lateral-mm", "5")
    records = json.loads(run(capsys, *options, "--json", "--out", out))
    assert {path.name for path in out.iterdir()} == {"kneecap.html", "kneecap.json", "kneecap.csv"}
    page = (out / "kneecap.html").read_text()
    assert "The kneecap over knee flexion" in page
    assert "18 mm (set)" in page
    assert f"5 mm {records[0]['restraint'][0]['force_n']:.0f} N" in page
    assert json.loads((out / "kneecap.json").read_text()) == records


def test_the_same_command_gives_the_same_bytes(capsys):
    assert run(capsys, "--flexion", "0:90:45", "--json") == run(capsys, "--flexion", "0:90:45", "--json")


@pytest.mark.parametrize(
    ("text", "angles"),
    [("0:120:60", [0, 60, 120]), ("0:10:4", [0, 4, 8]), ("90:0:-45", [90, 45, 0]), ("30", [30]), ("1.5, 3", [1.5, 3])],
)
def test_angles_are_a_range_or_a_list(text, angles):
    assert read_angles(text) == pytest.approx(angles)


def test_a_fine_range_ends_where_it_says():
    assert read_angles("0:0.3:0.1") == pytest.approx([0.0, 0.1, 0.2, 0.3])  # 0.3 / 0.1 is just below 3


REFUSALS = {
    "unknown name": (["--set", "tttg_mm=3"], "expected one of: sex, tt_tg_mm"),
    "out of range": (["--set", "tt_tg_mm=80"], "expected -10 to 40 mm"),
    "no number": (["--set", "tt_tg_mm=wide"], "expected a number in mm"),
    "no value": (["--set", "tt_tg_mm"], "expected NAME=VALUE"),
    "twice": (["--set", "tt_tg_mm=8", "--set", "tt_tg_mm=9"], "given twice (8.0 and 9.0)"),
    "sex": (["--set", "sex=x"], "expected female or male"),
    "range": (["--flexion", "0:10"], "expected start:stop:step"),
    "wrong way": (["--flexion", "0:10:-1"], "a step that leads from start to stop"),
    "no step": (["--flexion", "0:10:0"], "a step that leads from start to stop"),
    "huge range": (["--flexion", "0:120:1e-9"], "at most 100000"),
    "many angles": (["--flexion", "0:120:0.01"], "expected 1 to 2000"),
    "angle": (["--flexion", "30;40"], "--flexion: expected a number, found '30;40'"),
    "far angle": (["--flexion", "200"], "expected -10 to 150 degrees"),
    "no angle": (["--flexion", ""], "0 flexion angles"),
    "force": (["--quadriceps", "much"], "--quadriceps: expected a number, found 'much'"),
    "negative force": (["--quadriceps", "-5"], "expected 0 to 20000 N"),
    "shift": (["--displace-lateral-mm", "1,x"], "--displace-lateral-mm: expected a number"),
    "far shift": (["--displace-lateral-mm", "99"], "at most 30 mm"),
    "total": (["--set", "vm_scale=5", "--keep-total"], "--keep-total"),
    "groove": (["--set", "sulcus_angle_deg=179", "--set", "lateral_trochlear_inclination_deg=20"], "medial facet"),
    "no file": (["nobody.yaml"], "nobody.yaml: cannot be read"),
}


@pytest.mark.parametrize("case", sorted(REFUSALS))
def test_a_bad_option_gives_one_line(case, capsys):
    options, expected = REFUSALS[case]
    assert main(["kneecap", *options]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("trochlea: ")
    assert printed.err.count("\n") == 1
    assert expected in printed.err


def test_a_wrong_option_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as end:
        main(["kneecap", "--json", "--csv"])
    assert end.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_sensitivities_come_with_the_table_and_with_json(capsys):
    text = run(capsys, "--flexion", "30", "--sensitivities")
    assert "what one spread between people changes" in text
    record = json.loads(run(capsys, "--flexion", "30", "--sensitivities", "--json"))[0]
    assert record["sensitivities"]["slope"]["shift_mm"]["tt_tg_mm"] > 0
    assert record["status"] == "converged"


def test_sensitivities_do_not_go_into_csv(capsys):
    assert main(["kneecap", "--flexion", "30", "--sensitivities", "--csv"]) == 1
    assert "--sensitivities does not go with --csv; expected --json" in capsys.readouterr().err


def test_wear_is_a_ratio_for_a_person(capsys, person):
    text = run(capsys, person, "--wear", "walking=3000,stair descent=50")
    assert "walking 3000, stair descent 50" in text
    record = json.loads(run(capsys, person, "--wear", "walking", "--json"))
    assert record["facets"]["lateral"]["direction"] == "more"  # the tubercle lies at 18 mm


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--wear", "walking"), "--wear: the body mass is not known; expected a person file"),
        (("PERSON", "--wear", "walking", "--csv"), "expected no --csv, --sensitivities or --displace-lateral-mm"),
        (("PERSON", "--wear", "walking", "--sensitivities"), "expected no --csv, --sensitivities or"),
        (("PERSON", "--wear", "walking", "--displace-lateral-mm", "5"), "or --displace-lateral-mm: run them apart"),
        (("PERSON", "--wear", "walking,walking=3"), "'walking' is given twice"),
        (("PERSON", "--wear", "walking=many"), "--wear walking: expected a number, found 'many'"),
    ],
)
def test_wear_refuses_what_it_cannot_use(capsys, person, options, message):
    assert main(["kneecap", *(str(person) if word == "PERSON" else word for word in options)]) == 1
    assert message in capsys.readouterr().err


TWO_PLACES = (
    "sulcus_angle_deg=161 tt_tg_mm=28.5 patellar_height_ratio=0.72 groove_rounding_mm=8 cartilage_modulus_mpa=11 "
    "patella_height_mm=31.6"
).split()
"""A knee that rests in two places at 60 degrees and 2400 N: tests/knee/test_other_minima.py."""


def test_a_second_resting_place_is_told_in_table_and_page(tmp_path, capsys):
    settings = [word for setting in TWO_PLACES for word in ("--set", setting)]
    out = tmp_path / "out"
    text = run(capsys, "--flexion", "60", "--quadriceps", "2400", *settings, "--out", out)
    assert "converged, multiple\n" in text
    assert "multiple: from another start" in text
    assert "could also rest elsewhere" in (out / "kneecap.html").read_text()
    assert "multiple" not in run(capsys, "--flexion", "60")


def test_the_page_shows_what_moves_the_outcomes(tmp_path, capsys):
    out = tmp_path / "out"
    run(capsys, "--flexion", "0,30", "--sensitivities", "--out", out)
    page = (out / "kneecap.html").read_text()
    table = page[page.index("What moves the shift") :]
    assert table.index("tubercle_medialisation_mm") < table.index("</table>")
    record = json.loads((out / "kneecap.json").read_text())[1]
    change = record["sensitivities"]["change_for_one_spread"]["shift_mm"]["tubercle_medialisation_mm"]
    assert f"\N{MINUS SIGN}{-change:.2f}" in table


def test_the_wear_index_is_told_in_the_page_too(person, tmp_path, capsys):
    out = tmp_path / "out"
    options = (person, "--wear", "walking", "--flexion", "30")
    text = run(capsys, *options, "--out", out)
    assert text == run(capsys, *options)
    page = (out / "kneecap.html").read_text()
    for facet in ("lateral facet", "medial facet"):
        words = next(line for line in text.splitlines() if line.startswith(facet)).removeprefix(f"{facet}: ")
        assert f"<td>{facet}</td><td>{words}</td>" in page
    assert json.loads((out / "wear.json").read_text()) == json.loads(run(capsys, *options, "--json"))
    run(capsys, *options, "--out", out)  # an earlier result is replaced


def test_a_force_of_nothing_has_no_sign(capsys):
    text = run(capsys, "--flexion", "0:120:10", "--displace-lateral-mm", "0")
    assert "-0.0" not in text[text.index("displaced laterally") :]
