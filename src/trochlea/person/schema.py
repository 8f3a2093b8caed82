"""The door for person files: YAML in, a checked `PersonFile` out, or one line that says what is wrong."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from trochlea.errors import FormatError
from trochlea.person.alternative import INSTEAD_OF
from trochlea.person.key import NUMBER_KEYS, STRENGTH_GROUPS, TEXT_KEYS
from trochlea.person.person import Readings

LARGEST_FILE = 100_000
"""A person file is a page of text; more bytes than this are something else."""

NUMBERS = {key.name: key for key in NUMBER_KEYS}
NAMES = (*TEXT_KEYS, *NUMBERS)
SYNONYMS = {"weight": "mass_kg", "weight_kg": "mass_kg", "gender": "sex", "name": "label"}
"""Keys that people write for another word."""

FORMS = ("nm", "n", "percent_bw")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """A person file that has passed the door, in the units of its keys.

    Attributes:
        sex: "female" or "male".
        side: The affected side, None if not given.
        label: What to call the person; no name.
        strength_readings: "raw" as the dynamometer shows them, or "weight_corrected"; see `Person`.
        numbers: Value of every number key that the file gives.
    """

    sex: Literal["female", "male"]
    side: Literal["left", "right"] | None
    label: str
    strength_readings: Readings = "raw"
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a file: its line number, its value and the text that it is written as."""

    line: int
    value: Any
    text: str


def _build_model() -> type[BaseModel]:
    """The Pydantic model of a person file, from the table of keys."""
    fields: dict[str, Any] = {
        "sex": (Literal["female", "male"], ...),
        "side": (Literal["left", "right"], None),
        "label": (Annotated[str, Field(strict=True, max_length=60)], None),
        "strength_readings": (Readings, None),
    }
    for key in NUMBER_KEYS:
        number = Annotated[float, Field(strict=True, ge=key.low, le=key.high)]
        fields[key.name] = (number, ... if key.is_required else None)
    return create_model("PersonModel", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


MODEL = _build_model()


def load_person_file(path: Path | str) -> PersonFile:
    """Read and check a person file.

    Raises:
        FormatError: If the file is no YAML mapping, a key is unknown, missing or given twice, or a value is
            impossible. All problems stand in one line, with the line number of each key.
    """
    entries = _load_yaml(path)
    values = {name: entry.value for name, entry in entries.items() if name in NAMES and entry.value is not None}
    unknown = [name for name in entries if name not in NAMES]
    problems: list[tuple[int | None, str]] = [(entries[name].line, _unknown_key(name)) for name in unknown]
    unit_slips = {_same_quantity(name) for name in unknown}
    try:
        MODEL.model_validate(values)
    except ValidationError as error:
        for detail in error.errors():
            name = str(detail["loc"][0])
            if not (detail["type"] == "missing" and name in unit_slips):
                entry = entries.get(name)
                problems.append((entry.line if entry else None, _describe(name, entry)))
    problems += _strength_problems(entries) + _double_problems(entries)
    if problems:
        problems.sort(key=lambda problem: problem[0] or 0)
        words = [problems[0][1]] + [f"line {line}: {text}" if line else text for line, text in problems[1:]]
        raise FormatError(path, problems[0][0], "; ".join(words))
    return PersonFile(
        sex=values["sex"],
        side=values.get("side"),
        label=values.get("label", ""),
        strength_readings=values.get("strength_readings", "raw"),
        numbers=MappingProxyType({name: float(values[name]) for name in NUMBERS if name in values}),
    )


def _load_yaml(path: Path | str) -> dict[str, Entry]:
    """Every key of the file; refuses what is no flat mapping with unique keys."""
    loader = yaml.SafeLoader(_read_text(path))
    try:
        node = loader.get_single_node()
        if node is None:
            raise FormatError(path, None, "no keys in the file; expected mass_kg, height_m, sex and age_years")
        if not isinstance(node, yaml.MappingNode):
            line = node.start_mark.line + 1
            raise FormatError(path, line, "expected lines of the form key: value, e.g. mass_kg: 62")
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = _shown(key.value) if isinstance(key, yaml.ScalarNode) else "a key"
            if not (isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)):
                raise FormatError(path, line, f"{name}: expected one value, found a list or a group of keys")
            if name in entries:
                raise FormatError(path, line, f"{name} is given twice; first in line {entries[name].line}")
            entries[name] = Entry(line=line, value=loader.construct_object(value), text=_shown(value.value))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise FormatError(path, line, f"not YAML ({error.problem}); expected lines key: value") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FormatError(path, None, f"not YAML ({reason}); expected lines key: value") from None
    return entries


def _shown(text: str) -> str:
    """Text of a file, short and on one line, for a message."""
    return " ".join(text.split())[:60]


def _read_text(path: Path | str) -> str:
    """The file's text; refuses empty, binary and over-long files."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise FormatError(path, None, f"cannot be read: {error.strerror or error}") from None
    if not data.strip():
        raise FormatError(path, None, "the file is empty; `trochlea new` writes one to start from")
    if len(data) > LARGEST_FILE:
        raise FormatError(path, None, f"{len(data)} bytes; a person file has less than {LARGEST_FILE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise FormatError(path, None, "the file is not text; expected a person file in YAML")
    return text


def _same_quantity(name: str) -> str | None:
    """The known key for the same quantity in another unit, e.g. height_m for height_cm."""
    if name in SYNONYMS:
        return SYNONYMS[name]
    for stem in (name, name.rpartition("_")[0]):
        if stem in STRENGTH_GROUPS:
            return f"{stem}_nm"
        for known in NUMBERS:
            if stem and known.rpartition("_")[0] == stem:
                return known
    return None


def _unknown_key(name: str) -> str:
    """Why a key is not known, with the nearest one."""
    same = _same_quantity(name)
    if same in NUMBERS:
        quantity = same.rpartition("_")[0]
        return f"unknown key {name}; did you mean {same}? {quantity} is given in {NUMBERS[same].unit}"
    near = [same] if same else difflib.get_close_matches(name, NAMES, n=1)
    remedy = f"did you mean {near[0]}?" if near else "`trochlea new` writes a file with all keys"
    return f"unknown key {name}; {remedy}"


def _describe(name: str, entry: Entry | None) -> str:
    """What is wrong with a key that Pydantic refuses: expected, found."""
    if name in NUMBERS:
        key = NUMBERS[name]
        expected = f"a number from {key.low:g} to {key.high:g} ({key.unit})"
    else:
        words = TEXT_KEYS[name]
        expected = " or ".join(words) if words else "text of at most 60 characters"
    if entry is None:
        return f"key {name} is missing; expected {expected}"
    if entry.value is None:
        return f"{name}: expected {expected}, found nothing"
    if name in NUMBERS and isinstance(entry.value, str):
        return f"{name}: expected {expected}, found text {entry.text!r}{_number_hint(entry.text)}"
    return f"{name}: expected {expected}, found {entry.text}"


def _number_hint(text: str) -> str:
    """How to write a number that was written as text."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return ""
    return "; write a point, not a comma" if "," in text else "; write digits without quotes or letters"


def _double_problems(entries: Mapping[str, Entry]) -> list[tuple[int | None, str]]:
    """One quantity measured in two ways."""
    return [
        (entries[other].line, f"{name} and {other} are the same quantity; keep one")
        for name, other in INSTEAD_OF.items()
        if name in entries and other in entries
    ]


def _strength_problems(entries: Mapping[str, Entry]) -> list[tuple[int | None, str]]:
    """Groups given in two forms, forces without lever arm, lever arms without force."""
    given = {name: entry.line for name, entry in entries.items() if entry.value is not None}
    problems: list[tuple[int | None, str]] = []
    for group in STRENGTH_GROUPS:
        forms = [f"{group}_{form}" for form in FORMS if f"{group}_{form}" in given]
        arm = f"{group}_lever_arm_m"
        if len(forms) > 1:
            line = max(given[form] for form in forms)
            problems.append((line, f"{group} is given as {' and '.join(forms)}; keep one"))
        elif forms and not forms[0].endswith("_nm") and arm not in given:
            problems.append((given[forms[0]], f"{forms[0]} is a force and needs {arm}, its distance to the joint"))
        elif arm in given and (not forms or forms[0].endswith("_nm")):
            needed = f"{group}_n or {group}_percent_bw"
            problems.append((given[arm], f"{arm} is given without a force; expected {needed} beside it"))
    return problems
