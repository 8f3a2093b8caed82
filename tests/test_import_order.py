"""Imports between rooms run one way, as docs/architecture.md draws them."""

import ast
from pathlib import Path

import pytest

import trochlea

PACKAGE = Path(trochlea.__file__).parent
DOOR = {"errors", "units"}
ALLOWED = {
    "person": DOOR,
    "motion": DOOR | {"person"},
    "evidence": DOOR,
    "leg": DOOR | {"person", "motion"},
    "knee": DOOR | {"person", "motion", "leg"},
    "exercise": DOOR | {"person", "motion", "leg", "knee"},
    "advice": DOOR | {"person", "motion", "leg", "knee", "exercise", "evidence"},
    "report": DOOR | {"person", "motion", "leg", "knee", "exercise", "advice", "evidence"},
}
"""Rooms that each room may import, besides itself."""


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "trochlea" and len(parts) > 1 and parts[1] != "__version__":
                rooms.add(parts[1])
    return rooms


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_rooms_below_it(room):
    for path in (PACKAGE / room).rglob("*.py"):
        extra = imported_rooms(path) - ALLOWED[room] - {room}
        assert not extra, f"{path.relative_to(PACKAGE)} imports {sorted(extra)}"


def test_every_room_has_its_rule():
    rooms = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(ALLOWED)


def test_relative_imports_are_not_used():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
