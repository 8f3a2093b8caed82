"""The file that `trochlea new` writes."""

from pathlib import Path

import pytest

from trochlea.errors import InputError
from trochlea.person.key import BODY_KEYS, KNEE_KEYS, STRENGTH_GROUPS, SYMPTOM_KEYS
from trochlea.person.read import read_person
from trochlea.person.template import template, write_template


def test_the_template_runs_as_it_is(tmp_path: Path):
    write_template(tmp_path / "new.yaml")
    person = read_person(tmp_path / "new.yaml")
    assert all(value.source == "assumed" for value in person.strength.values())
    assert [path.name for path in tmp_path.iterdir()] == ["new.yaml"]


def test_every_optional_key_stands_in_it_and_runs_when_uncommented(tmp_path: Path):
    optional = [key.name for key in (*KNEE_KEYS, *SYMPTOM_KEYS)] + ["side", "label"]
    lines = template().splitlines()
    for i, line in enumerate(lines):
        name = line.removeprefix("# ").partition(":")[0]
        if name in optional:
            lines[i] = line.removeprefix("# ")
            optional.remove(name)
        elif name.removesuffix("_nm") in STRENGTH_GROUPS and line.endswith(":"):
            lines[i] = line.removeprefix("# ") + " 50"
    assert optional == []
    (tmp_path / "all.yaml").write_text("\n".join(lines))
    person = read_person(tmp_path / "all.yaml")
    assert all(value.source == "measured" for value in (*person.strength.values(), *person.knee.values()))
    assert person.side_source == "measured"


def test_a_strength_key_uncommented_without_value_still_runs(tmp_path: Path):
    path = tmp_path / "p.yaml"
    path.write_text(template().replace("# hip_abduction_nm:\n", "hip_abduction_nm:\n"))
    assert read_person(path).strength["hip_abduction"].source == "assumed"


def test_every_unit_and_required_key_is_explained():
    text = template()
    for key in (*BODY_KEYS, *KNEE_KEYS):
        assert f"# {key.how} [{key.unit}]\n" in text
    assert max(map(len, text.splitlines())) <= 130


def test_an_existing_file_is_not_overwritten(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text("precious")
    with pytest.raises(InputError, match=r"mine.yaml: exists already and is not overwritten"):
        write_template(path)
    assert path.read_text() == "precious"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be written: No such file"):
        write_template(tmp_path / "absent" / "new.yaml")
