"""Marker files of type `.trc`: read in metres with their gaps, and written for OpenSim."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError
from trochlea.motion.files.lab_frame import GROUND, LabFrame, check_upright
from trochlea.motion.files.text_file import check_times, is_finite_number, read_text, write_whole
from trochlea.motion.markers import Markers
from trochlea.motion.timeseries import Array
from trochlea.units import METRES, MILLIMETRE

KIND = "a .trc marker file"

COORDINATE_LABEL = re.compile(r"[XYZ]\d+")
GAP = ("", "nan", "-nan", "na", "n/a")
"""What stands where a marker was not seen, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What the first five lines say; ``is_tabbed``: whether cells are separated by tabs, so that they can be empty."""

    metres: float
    names: tuple[str, ...]
    counts: dict[str, int]
    is_tabbed: bool
    n_lines: int

    @property
    def n_cells(self) -> int:
        """Cells of a whole row: frame, time and three coordinates of each marker."""
        return 2 + 3 * len(self.names)


def read_trc(path: Path | str, *, lab: LabFrame | None = None) -> Markers:
    """Marker trajectories in ground.

    Empty cells, "nan" and a marker at exactly 0, 0, 0 (how some programs write a marker that was not seen) are gaps.
    The file does not say where its axes point.

    Args:
        path: A `.trc` file with cells separated by tabs, or by blanks where it has no gaps.
        lab: Where the file's axes point. By default as in ground (x forward, y up, z to the right), which is refused if
            the markers do not stand along y.

    Returns:
        Positions in metres, NaN in gaps.

    Raises:
        FormatError: If the file is damaged, its unit is missing or unknown, its counts are wrong, a marker is named
            twice, or its times do not increase.
        InputError: If no axes are given and y does not look as if it pointed up.
    """
    text = read_text(path, KIND)
    lines = text.splitlines()
    header = _read_header(path, lines)
    rows = [(i + 1, line) for i, line in enumerate(lines) if i >= header.n_lines and line.strip()]
    if not rows:
        raise FormatError(path, header.n_lines + 1, "no rows after the marker names; expected at least one")
    if text[-1] not in "\r\n" and len(_row(header, rows[-1][1])) < header.n_cells:
        raise FormatError(path, rows[-1][0], "the file ends in the middle of this row; export or copy it again")
    numbers = _read_numbers(path, header, rows)
    found = {"NumFrames": len(rows), "NumMarkers": len(header.names)}
    for key, expected in header.counts.items():
        if found[key] != expected:
            noun = "frames" if key == "NumFrames" else "markers"
            reason = f"the header says {expected} {noun}, the table has {found[key]}; the file is cut off or edited"
            raise FormatError(path, 3, reason)
    check_times(path, numbers[:, 1], [line for line, _ in rows])
    positions = numbers[:, 2:].reshape(len(rows), -1, 3) * header.metres
    positions[(positions == 0).all(axis=2)] = np.nan
    _check_gaps(path, header, positions, rows)
    if lab is None:
        check_upright(path, positions, GROUND)
    positions = (lab or GROUND).to_ground(positions)
    return Markers(times=numbers[:, 1], names=header.names, positions=positions, source=str(path))


def write_trc(path: Path | str, markers: Markers) -> None:
    """Write markers in millimetres; OpenSim and `read_trc` read them back. The target appears only when complete.

    Args:
        path: Target; replaced if it exists.
        markers: In ground; gaps are written as "nan", which no reader can shift.

    Raises:
        ValueError: If a name is empty or has a tab or line end, or there is no marker.
    """
    bad = [name for name in markers.names if not name.strip() or re.search(r"[\t\r\n]", name)]
    if bad or not markers.names:
        raise ValueError(f"marker name {bad[0]!r} is empty or has a tab or line end" if bad else "no marker to write")
    n_frames, n_markers = markers.times.size, len(markers.names)
    rate = 1 / float(np.median(np.diff(markers.times))) if n_frames > 1 else 1.0
    cells = f"{rate:.6g}"
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{Path(path).name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{cells}\t{cells}\t{n_frames}\t{n_markers}\tmm\t{cells}\t1\t{n_frames}",
        "Frame#\tTime\t" + "\t\t\t".join(markers.names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{i + 1}" for i in range(n_markers) for axis in "XYZ"),
        "",
    ]
    table = markers.positions.reshape(n_frames, -1) / MILLIMETRE
    for i, (time, row) in enumerate(zip(markers.times.tolist(), table.tolist(), strict=True)):
        lines.append("\t".join([str(i + 1), repr(time), *map(repr, row)]))
    write_whole(path, "\n".join(lines) + "\n")


def _read_header(path: Path | str, lines: list[str]) -> _Header:
    """Unit, names and counts from the first five lines."""
    if not lines[0].strip().startswith("PathFileType") or len(lines) < 5:
        raise FormatError(path, 1, f"found {lines[0].strip()[:40]!r}; expected PathFileType, then four header lines")
    keys, values = lines[1].split(), lines[2].split()
    if len(values) < len(keys):  # one is missing: only single tabs can tell which
        values = _cells(lines[2])
    settings = dict(zip(keys, values, strict=False))
    unit = settings.get("Units", "")
    known = "mm, cm or m"
    if not unit or len(values) < len(keys):
        raise FormatError(path, 3, f"the unit is missing; expected a column Units with {known}: add the true one")
    if unit.lower() not in METRES:
        raise FormatError(path, 3, f"unknown unit {unit!r}; expected {known}")
    counts = {}
    for key in ("NumFrames", "NumMarkers"):
        text = settings.get(key, "")
        if not text.isdecimal():
            raise FormatError(path, 3, f"{key} must be a whole number, found {text!r}")
        counts[key] = int(text)
    is_tabbed = "\t" in lines[3].strip()
    labels = _cells(lines[3])
    if len(labels) < 2 or labels[1].lower() != "time":
        found = labels[1] if len(labels) > 1 else lines[3].strip()
        raise FormatError(path, 4, f"the second column must be Time, found {found[:40]!r}")
    names = tuple(name for name in labels[2:] if name)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        reason = f"marker {repeated[0]} appears {names.count(repeated[0])} times; names must be unique: rename one"
        raise FormatError(path, 4, reason)
    n_lines = 5 if COORDINATE_LABEL.fullmatch((lines[4].split() or [""])[0]) else 4
    return _Header(metres=METRES[unit.lower()], names=names, counts=counts, is_tabbed=is_tabbed, n_lines=n_lines)


def _cells(line: str) -> list[str]:
    """The cells of a header line."""
    text = line.strip()
    return [cell.strip() for cell in text.split("\t")] if "\t" in text else text.split()


def _read_numbers(path: Path | str, header: _Header, rows: list[tuple[int, str]]) -> Array:
    """All cells as numbers, shape (rows, 2 + 3 markers), NaN where empty."""
    table = np.full((len(rows), header.n_cells), np.nan)
    for i, (line, text) in enumerate(rows):
        cells = _row(header, text)
        is_short = header.is_tabbed and 2 < len(cells) < header.n_cells  # empty cells at its end were left out
        if len(cells) != header.n_cells and not is_short:
            reason = f"{len(cells)} cells, expected {header.n_cells}; the row is cut off or edited"
            if not header.is_tabbed and len(cells) % 3 == header.n_cells % 3 and 2 < len(cells) < header.n_cells:
                reason = (
                    f"{len(cells)} cells, expected {header.n_cells}: cells are separated by blanks, so that it cannot "
                    "be told which marker was not seen; export the file again separated by tabs"
                )
            raise FormatError(path, line, reason)
        table[i, : len(cells)] = _row_numbers(path, header, line, cells)
    return table


def _row(header: _Header, text: str) -> list[str]:
    """The cells of a row; a tab before the frame number and empty cells beyond the last marker count for nothing."""
    if not header.is_tabbed:
        return text.split()
    cells = text.lstrip("\t ").split("\t")
    while len(cells) > header.n_cells and not cells[-1].strip():
        cells.pop()
    return cells


def _row_numbers(path: Path | str, header: _Header, line: int, cells: list[str]) -> Array:
    """The cells of one row as numbers; those of a whole row at once, any other one by one."""
    try:
        numbers = np.array(cells, dtype=np.float64)
    except ValueError:
        numbers = None
    if numbers is not None and np.isfinite(numbers).all() and not any("_" in cell for cell in cells):
        return numbers
    return np.array([_number(path, header, line, column, cell.strip()) for column, cell in enumerate(cells)])


def _number(path: Path | str, header: _Header, line: int, column: int, cell: str) -> float:
    """One cell; NaN for a gap of a marker."""
    if column > 1 and cell.lower() in GAP:
        return np.nan
    if not is_finite_number(cell):
        place = ("frame", "time")[column] if column < 2 else f"marker {header.names[(column - 2) // 3]}"
        raise FormatError(path, line, f"{place}: expected a finite number, found {cell!r}")
    return float(cell)


def _check_gaps(path: Path | str, header: _Header, positions: Array, rows: list[tuple[int, str]]) -> None:
    """Refuse a marker that is known along some axes only: its columns have been shifted."""
    is_missing = np.isnan(positions)
    partly = is_missing.any(axis=2) & ~is_missing.all(axis=2)
    if partly.any():
        frame, marker = (int(index[0]) for index in np.nonzero(partly))
        reason = (
            f"marker {header.names[marker]} has only {int((~is_missing[frame, marker]).sum())} of its 3 coordinates; "
            "expected all or none: the row has a cell too many or too few"
        )
        raise FormatError(path, rows[frame][0], reason)
