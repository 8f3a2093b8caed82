"""The door for person files: what is refused, and in which words."""

from pathlib import Path

import pytest

from trochlea.errors import FormatError
from trochlea.person.key import NUMBER_KEYS
from trochlea.person.schema import load_person_file

GOOD = "mass_kg: 60\nheight_m: 1.7\nsex: female\nage_years: 20\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "person.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_four_keys_are_enough(tmp_path: Path):
    file = load_person_file(write(tmp_path, GOOD))
    assert (file.sex, file.side, file.label) == ("female", None, "")
    assert dict(file.numbers) == {"mass_kg": 60.0, "height_m": 1.7, "age_years": 20.0}


@pytest.mark.parametrize("change", [("", "\ufeff"), ("\n", "\r\n"), ("mass_kg: 60", "mass_kg: 60 # comment")])
def test_byte_order_mark_line_ends_and_comments_do_not_matter(tmp_path: Path, change: tuple[str, str]):
    text = change[1] + GOOD if change[0] == "" else GOOD.replace(*change)
    assert load_person_file(write(tmp_path, text)).numbers["mass_kg"] == 60.0


def test_a_key_without_value_counts_as_not_given(tmp_path: Path):
    assert "tt_tg_mm" not in load_person_file(write(tmp_path, GOOD + "tt_tg_mm:\nside:\n")).numbers


NOT_WRITTEN = "expected a number from 1.2 to 2.3 (metres, e.g. 1.70)"

REFUSALS = [
    ("", "the file is empty; `trochlea new` writes one"),
    ("# only a comment\n", "no keys in the file; expected mass_kg"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "the file is not text"),
    (b"mass_kg: 60 \xff\xfe", "the file is not text"),
    ("x" * 200_000, "200000 bytes; a person file has less"),
    ("- 1\n- 2\n", "line 1: expected lines of the form key: value"),
    ("mass_kg 60\n", "line 1: expected lines of the form key: value"),
    ("{a: b", "line 1: not YAML"),
    ("\tmass_kg: 60", "line 1: not YAML"),
    ("[" * 5000, "not YAML"),
    ("a: &x 1\nb: *y\n", "line 2: not YAML"),
    ("label: !!python/object/apply:os.system [ls]\n", "line 1: label: expected one value, found a list"),
    (GOOD + "label: !!python/name:os.system\n", "line 5: not YAML"),
    (GOOD + "label: 2024-13-45\n", "not YAML (month must be in 1..12"),
    (GOOD + "mass_kg: 61\n", "line 5: mass_kg is given twice; first in line 1"),
    (GOOD + "tt_tg_mm: [14]\n", "line 5: tt_tg_mm: expected one value, found a list"),
    (GOOD + "knee:\n  tt_tg_mm: 14\n", "line 5: knee: expected one value, found a list or a group"),
    (GOOD + "---\nmass_kg: 3\n", "line 5: not YAML"),
    (
        GOOD.replace("mass_kg: 60\n", ""),
        "key mass_kg is missing; expected a number from 25 to 250 (kilograms)",
    ),
    (GOOD.replace("sex: female\n", ""), "key sex is missing; expected female or male"),
    (GOOD.replace("60", "0"), "line 1: mass_kg: expected a number from 25 to 250 (kilograms), found 0"),
    (GOOD.replace("60", "-60"), "found -60"),
    (GOOD.replace("60", ""), "line 1: mass_kg: expected a number from 25 to 250 (kilograms), found nothing"),
    (GOOD.replace("1.7", "17"), f"line 2: height_m: {NOT_WRITTEN}, found 17"),
    (GOOD.replace("1.7", "170"), f"line 2: height_m: {NOT_WRITTEN}, found 170"),
    (GOOD.replace("1.7", "1,7"), "found text '1,7'; write a point, not a comma"),
    (GOOD.replace("1.7", "'1.7'"), "found text '1.7'; write digits without quotes or letters"),
    (GOOD.replace("1.7", "1.7 m"), "found text '1.7 m'"),
    (GOOD.replace("1.7", "true"), f"line 2: height_m: {NOT_WRITTEN}, found true"),
    (GOOD.replace("1.7", ".nan"), f"line 2: height_m: {NOT_WRITTEN}, found .nan"),
    (GOOD.replace("1.7", ".inf"), f"line 2: height_m: {NOT_WRITTEN}, found .inf"),
    (GOOD.replace("1.7", "2024-01-01"), f"line 2: height_m: {NOT_WRITTEN}, found 2024-01-01"),
    (GOOD.replace("female", "woman"), "line 3: sex: expected female or male, found woman"),
    (GOOD + "side: both\n", "line 5: side: expected left or right, found both"),
    (GOOD + "label: 7\n", "line 5: label: expected text of at most 60 characters, found 7"),
    (
        GOOD.replace("height_m: 1.7", "height_cm: 170"),
        "line 2: unknown key height_cm; did you mean height_m? height",
    ),
    (
        GOOD.replace("mass_kg: 60", "mass_lb: 130"),
        "line 1: unknown key mass_lb; did you mean mass_kg? mass is given",
    ),
    (GOOD.replace("mass_kg", "weight"), "line 1: unknown key weight; did you mean mass_kg?"),
    (GOOD.replace("sex", "gender"), "line 3: unknown key gender; did you mean sex?"),
    (GOOD + "tt_tg_cm: 1.4\n", "did you mean tt_tg_mm? tt_tg is given in millimetres"),
    (GOOD + "tt_tg: 14\n", "did you mean tt_tg_mm?"),
    (GOOD + "hip_abduction: 60\n", "did you mean hip_abduction_nm? hip_abduction is given in newton metres"),
    (GOOD + "hip_abduction_lb: 60\n", "did you mean hip_abduction_nm?"),
    (GOOD + "hip_abducton_nm: 60\n", "line 5: unknown key hip_abducton_nm; did you mean hip_abduction_nm?"),
    (GOOD + "zzz: 1\n", "line 5: unknown key zzz; `trochlea new` writes a file with all keys"),
    (GOOD + '"a\\nb": 1\n', "line 5: unknown key a b;"),
    (
        GOOD + "hip_flexion_nm: 9\nhip_flexion_n: 9\nhip_flexion_lever_arm_m: 0.4\n",
        "line 6: hip_flexion is given as",
    ),
    (GOOD + "hip_flexion_n: 90\n", "line 5: hip_flexion_n is a force and needs hip_flexion_lever_arm_m"),
    (
        GOOD + "hip_flexion_percent_bw: 30\n",
        "hip_flexion_percent_bw is a force and needs hip_flexion_lever_arm_m",
    ),
    (GOOD + "hip_flexion_lever_arm_m: 0.4\n", "line 5: hip_flexion_lever_arm_m is given without a force"),
    (
        GOOD + "hip_flexion_nm: 90\nhip_flexion_lever_arm_m: 0.4\n",
        "line 6: hip_flexion_lever_arm_m is given without",
    ),
    (
        GOOD + "hip_flexion_n: 90\nhip_flexion_lever_arm_m: 40\n",
        "line 6: hip_flexion_lever_arm_m: expected a number",
    ),
    (GOOD + "worst_pain_nprs: 11\n", "expected a number from 0 to 10 (points of the 0-10 scale), found 11"),
    (GOOD + "akps: 101\n", "expected a number from 0 to 100 (points of the 0-100 scale), found 101"),
]


@pytest.mark.parametrize(("text", "message"), REFUSALS, ids=[message[:50] for _, message in REFUSALS])
def test_bad_files_are_refused_in_one_line(tmp_path: Path, text: str | bytes, message: str):
    path = write(tmp_path, text)
    with pytest.raises(FormatError) as caught:
        load_person_file(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(FormatError, match="cannot be read: No such file"):
        load_person_file(tmp_path / "absent.yaml")


def test_all_problems_stand_in_one_line_with_their_line_numbers(tmp_path: Path):
    with pytest.raises(FormatError) as caught:
        load_person_file(write(tmp_path, "mass_lb: 130\nheight_m: 17\nsex: female\n"))
    message = str(caught.value)
    assert "key age_years is missing" in message
    assert "line 1: unknown key mass_lb" in message
    assert "line 2: height_m" in message
    assert "key mass_kg is missing" not in message  # said once, by the unknown key


@pytest.mark.parametrize("key", [key for key in NUMBER_KEYS if not key.name.endswith(("_n", "_bw", "arm_m"))])
def test_the_bounds_themselves_are_possible_and_a_hair_outside_is_not(tmp_path: Path, key):
    lines = [line for line in GOOD.splitlines() if not line.startswith(key.name)]
    for bound in (key.low, key.high):
        load_person_file(write(tmp_path, "\n".join([*lines, f"{key.name}: {bound!r}"])))
    for outside in (key.low - 1e-6, key.high + 1e-6):
        with pytest.raises(FormatError, match=key.name):
            load_person_file(write(tmp_path, "\n".join([*lines, f"{key.name}: {outside!r}"])))
