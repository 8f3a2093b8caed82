"""YAML of a task, checked against its rows: every problem with its line, what was expected and what was found."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from trochlea.errors import FormatError

Row = TypeVar("Row", bound=BaseModel)

REMEDY = "`trochlea tasks --show NAME` prints one to start from"

EXPECTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "string_type": "a word",
    "tuple_type": "a list [start, turning point]",
    "too_long": "a list [start, turning point]",
    "missing_positional": "a list [start, turning point]",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "lines key: value",
    "model_type": "lines key: value",
    "model_attributes_type": "lines key: value",
    "string_pattern_mismatch": "a name of small letters, digits and _",
}
"""Kind of a problem -> what was expected instead."""

LONGEST = 60
"""Characters of a value that a message shows."""


def checked_yaml(path: Path, text: str, model: type[Row], parts: Mapping[str, type[BaseModel]]) -> Row:
    """A file's content as the row that it should be.

    Args:
        path: The file, for messages.
        text: What it holds.
        model: What it should be.
        parts: Row of each group of keys, for the names that are known there.

    Raises:
        FormatError: If it is no YAML, a key is given twice, or it is not what it should be; with the line.
    """
    root = _root(path, text, model)
    content = yaml.safe_load(text)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems: dict[tuple[Any, ...], list[Any]] = {}
        for one in error.errors():
            problems.setdefault(_place(content, one["loc"], one["type"]), []).append(one)
        found = [(_line(root, place), _words(content, place, own, model, parts)) for place, own in problems.items()]
        found.sort(key=lambda one: one[0])
        words = [found[0][1], *(f"line {line}: {problem}" for line, problem in found[1:])]
        raise FormatError(path, found[0][0], f"{'; '.join(words)}; {REMEDY}") from None


def _root(path: Path, text: str, model: type[BaseModel]) -> yaml.MappingNode:
    """The file's tree, with the lines; refuses what is no mapping with unique keys."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = " ".join(str(getattr(error, "problem", error)).split())
        reason = f"not YAML ({problem}); {REMEDY}"
        raise FormatError(path, mark.line + 1 if mark else None, reason) from None
    if not isinstance(node, yaml.MappingNode):
        reason = f"no task: expected the keys {', '.join(model.model_fields)}; {REMEDY}"
        raise FormatError(path, None, reason if node is not None else f"the file is empty; {REMEDY}")
    _refuse_twice(path, node)
    return node


def _refuse_twice(path: Path, node: yaml.Node) -> None:
    """Refuse a key that is given twice: YAML would take the last one."""
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, str(key.value)
            if name in first:
                raise FormatError(path, line, f"{name} is given twice, first in line {first[name]}; keep one")
            first[name] = line
            _refuse_twice(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twice(path, value)


def _place(content: Any, loc: tuple[Any, ...], kind: str) -> tuple[Any, ...]:
    """The part of a problem's place that the file has; what follows names the kinds that were tried."""
    place: list[Any] = []
    for part in loc:
        if isinstance(content, Mapping) and part in content:
            content = content[part]
        elif isinstance(content, list) and isinstance(part, int) and part < len(content):
            content = content[part]
        else:
            return (*place, part) if kind == "missing" else tuple(place)
        place.append(part)
    return tuple(place)


def _line(root: yaml.MappingNode, place: tuple[Any, ...]) -> int:
    """Line of a place, of the group that holds it where it is missing."""
    node: yaml.Node = root
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _words(
    content: Any,
    place: tuple[Any, ...],
    problems: list[Any],
    model: type[BaseModel],
    parts: Mapping[str, type[BaseModel]],
) -> str:
    """One problem, or the several of one value that may be of several kinds."""
    name, kind = ".".join(str(part) for part in place), problems[0]["type"]
    if kind == "missing":
        return f"{name} is missing"
    if kind == "extra_forbidden":
        row = model if len(place) == 1 else parts.get(str(place[0]))
        known = tuple(row.model_fields) if row else ()
        near = difflib.get_close_matches(str(place[-1]), known, n=1)
        return f"{name}: unknown key, " + (
            f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
        )
    for part in place:
        content = content[part]
    expected = dict.fromkeys(_expected(one) for one in problems)
    shown = " ".join(str(content).split())
    return f"{name}: expected {' or '.join(expected)}, found {shown[:LONGEST]}{'...' if len(shown) > LONGEST else ''}"


def _expected(problem: Any) -> str:
    if problem["type"] == "literal_error":
        return f"one of {problem['ctx']['expected'].replace(' or ', ', ').replace(chr(39), '')}"
    return EXPECTED.get(problem["type"], str(problem["msg"]).lower())
