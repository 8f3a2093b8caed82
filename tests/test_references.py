"""Every citation key that the package uses stands in references.bib, and every entry there is used."""

import csv
import re
from pathlib import Path

import trochlea

PACKAGE = Path(trochlea.__file__).parent
BIB = (PACKAGE / "references.bib").read_text(encoding="utf-8")
KEYS = re.findall(r"^@\w+\{([^,\s]+),", BIB, flags=re.MULTILINE)
KEY_SHAPE = re.compile(r"(?<![/\w])[a-z]+(?:-[a-z0-9]+)*-(?:\d{4}|nd)(?:-[a-z0-9]+)+")
"""author-year-word, the shape of every key; what follows a slash is part of a DOI."""


def used_keys() -> dict[str, str]:
    used = {}
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.csv"), *PACKAGE.rglob("*.yaml")]:
        for key in KEY_SHAPE.findall(path.read_text(encoding="utf-8")):
            used[key] = str(path.relative_to(PACKAGE))
    return used


def test_keys_are_unique_and_have_the_shape_author_year_word():
    assert len(KEYS) == len(set(KEYS))
    assert [key for key in KEYS if not KEY_SHAPE.fullmatch(key)] == []


def test_every_key_in_code_and_tables_is_in_the_bibliography():
    unknown = {key: where for key, where in used_keys().items() if key not in KEYS}
    assert unknown == {}


def test_every_entry_in_the_bibliography_is_used():
    assert sorted(set(KEYS) - set(used_keys())) == []


def test_tables_with_a_citation_column_leave_no_row_without_one():
    for path in PACKAGE.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if rows and "citation" in rows[0]:
            empty = [i + 2 for i, row in enumerate(rows) if not row["citation"].strip()]
            assert not empty, f"{path.name}: lines {empty} have no citation (write 'assumed' where it is)"
