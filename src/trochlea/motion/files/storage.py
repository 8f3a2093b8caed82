"""OpenSim's `.mot` and `.sto` files: read with the units that the header gives, and written for OpenSim."""

import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from trochlea.errors import FormatError
from trochlea.motion.files.column import CoordinateUnits, column_unit, is_coupled
from trochlea.motion.files.text_file import check_times, is_finite_number, read_text, write_whole
from trochlea.motion.timeseries import Array, TimeSeries

KIND = "an OpenSim .mot or .sto file"
COUNT_KEYS = {"nrows": "nRows", "datarows": "nRows", "ncolumns": "nColumns", "datacolumns": "nColumns"}
HEADER_LINE = re.compile(r"^\s*([A-Za-z]+)\s*(?:=|\s)\s*(\S+)\s*$")
DEGREE_UNITS = ("rad", "rad/s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What a storage file holds, as it is written there.

    Attributes:
        times: Shape (frames,) [s].
        values: Shape (frames, columns), in the file's own units.
        names: Column names without time.
        in_degrees: What the header says, None where it says nothing.
        header_line: Line number of `endheader`.
    """

    times: Array
    values: Array
    names: tuple[str, ...]
    in_degrees: bool | None
    header_line: int


def read_storage(path: Path | str, *, model: CoordinateUnits | None = None) -> TimeSeries:
    """A motion, state or result file in SI units and radians.

    Which columns are rotations is told by the model where it is given, else by their names
    (`trochlea.motion.files.column`). Forces and moments are in SI already and stay as they are; a column whose name
    tells no unit gets the unit "" and stays as it is.

    Args:
        path: A `.mot` or `.sto` file with OpenSim's old or new header, or SIMM's.
        model: Coordinates of the model that the file was made with.

    Raises:
        FormatError: If the file is damaged, or holds rotations without saying whether they are in degrees.
    """
    table = read_table(path)
    units = [column_unit(name, model) for name in table.names]
    turning = [n for n, unit in zip(table.names, units, strict=True) if unit in DEGREE_UNITS]
    if table.in_degrees is None and turning:
        reason = (
            f"the header does not say whether {turning[0]} is in degrees or radians; expected a line "
            "inDegrees=yes or inDegrees=no before endheader: add the one that is true"
        )
        raise FormatError(path, table.header_line, reason)
    values = np.array(table.values)
    if table.in_degrees:
        for i, (column, unit) in enumerate(zip(table.names, units, strict=True)):
            if unit is None:
                reason = (
                    f"cannot tell whether column {column} is an angle: the file is in degrees and the name "
                    "belongs to no known joint; rename it, remove it, or write the file with inDegrees=no"
                )
                raise FormatError(path, table.header_line + 1, reason)
            if unit in DEGREE_UNITS and not is_coupled(column, model):
                values[:, i] = np.deg2rad(values[:, i])
    return TimeSeries(times=table.times, values=values, names=table.names, units=tuple(unit or "" for unit in units))


def read_table(path: Path | str) -> Table:
    """The columns of a storage file in the units that the file has.

    Raises:
        FormatError: If the file is empty, binary or damaged, or its times do not increase.
    """
    lines = read_text(path, KIND).splitlines()
    counts, in_degrees, end = _read_header(path, lines)
    rows = [(i + 1, line.split()) for i, line in enumerate(lines) if i > end and line.strip()]
    if not rows:
        raise FormatError(path, end + 1, "nothing after endheader; expected a line of column names, then numbers")
    label_line, labels = rows[0]
    if labels[0].lower() != "time":
        reason = f"the first column must be time, found {labels[0]!r}"
        raise FormatError(path, label_line, reason)
    repeated = sorted({name for name in labels if labels.count(name) > 1})
    if repeated:
        times = labels.count(repeated[0])
        reason = f"column {repeated[0]} appears {times} times; names must be unique: rename one"
        raise FormatError(path, label_line, reason)
    if len(rows) == 1:
        raise FormatError(path, label_line, "no rows after the column names; expected at least one")
    numbers = _read_numbers(path, labels, rows[1:])
    _check_counts(path, counts, {"nRows": len(rows) - 1, "nColumns": len(labels)})
    check_times(path, numbers[:, 0], [line for line, _ in rows[1:]])
    return Table(
        times=numbers[:, 0],
        values=numbers[:, 1:],
        names=tuple(labels[1:]),
        in_degrees=in_degrees,
        header_line=end + 1,
    )


def write_storage(path: Path | str, series: TimeSeries, *, in_degrees: bool, name: str) -> None:
    """Write a file that OpenSim and `read_storage` read back; the target appears only when it is complete.

    Args:
        path: Target; replaced if it exists.
        series: Columns in SI units and radians.
        in_degrees: Whether to write rotations in degrees.
        name: First line of the file, what the table is.

    Raises:
        ValueError: If ``in_degrees`` and the name of a rotation does not show that it is one, so that no
            reader could convert it back; or if a value is not finite; or if a name has blanks.
    """
    if not name.strip() or "\n" in name or "=" in name:
        raise ValueError(f"the file's name must be one line without '=', got {name!r}")
    spaced = [column for column in series.names if re.search(r"\s", column) or not column]
    if spaced:
        raise ValueError(f"column name {spaced[0]!r} has blanks or is empty; use underscores")
    if not (np.isfinite(series.values).all() and np.isfinite(series.times).all()):
        bad = series.names[int(np.argmax(~np.isfinite(series.values).all(axis=0)))]
        raise ValueError(f"column {bad} has values that are not finite; drop those frames before writing")
    values = np.array(series.values)
    for i, (column, unit) in enumerate(zip(series.names, series.units, strict=True)):
        if in_degrees and (unit in DEGREE_UNITS) != (column_unit(column) in DEGREE_UNITS):
            raise ValueError(f"column {column} [{unit}]: its name does not tell its unit; write with in_degrees=False")
        if in_degrees and unit in DEGREE_UNITS and not is_coupled(column):
            values[:, i] = np.rad2deg(values[:, i])
    lines = [name, "version=1", f"nRows={series.times.size}", f"nColumns={len(series.names) + 1}"]
    lines += [f"inDegrees={'yes' if in_degrees else 'no'}", "endheader", "\t".join(("time", *series.names))]
    for time, row in zip(series.times.tolist(), values.tolist(), strict=True):
        lines.append("\t".join(repr(x) for x in (time, *row)))
    write_whole(path, "\n".join(lines) + "\n")


def _read_header(path: Path | str, lines: list[str]) -> tuple[dict[str, tuple[int, int]], bool | None, int]:
    """Counts as key -> (value, line), inDegrees, and the index of the endheader line."""
    end = next((i for i, line in enumerate(lines) if line.strip().lower() == "endheader"), None)
    if end is None:
        raise FormatError(path, None, f"no line endheader; expected {KIND}")
    counts: dict[str, tuple[int, int]] = {}
    in_degrees: bool | None = None
    for i, line in enumerate(lines[:end]):
        match = HEADER_LINE.match(line)
        if not match:
            continue
        key, value = match[1].lower(), match[2]
        if key in COUNT_KEYS:
            if not value.isdecimal():
                raise FormatError(path, i + 1, f"{match[1]} must be a whole number, found {value!r}")
            counts[COUNT_KEYS[key]] = (int(value), i + 1)
        elif key == "indegrees" and "=" in line:
            if value.lower() not in ("yes", "no"):
                raise FormatError(path, i + 1, f"inDegrees must be yes or no, found {value!r}")
            in_degrees = value.lower() == "yes"
        elif key == "datatype" and value.lower() != "double":
            raise FormatError(path, i + 1, f"DataType must be double (one number a column), found {value!r}")
    return counts, in_degrees, end


def _read_numbers(path: Path | str, labels: list[str], rows: list[tuple[int, list[str]]]) -> Array:
    """All cells as numbers, shape (rows, columns); names the first cell that is none."""
    for i, (line, cells) in enumerate(rows):
        if len(cells) != len(labels):
            ending = "; the file ends in the middle of this row, export or copy it again" if i == len(rows) - 1 else ""
            raise FormatError(path, line, f"{len(cells)} cells, expected {len(labels)}{ending}")
    try:
        # Python's own float is several times faster on text than numpy is, but takes digits with underscores.
        flat = np.fromiter(map(float, chain.from_iterable(cells for _, cells in rows)), dtype=np.float64)
        numbers = flat.reshape(len(rows), len(labels))
    except ValueError:
        numbers = None
    if numbers is not None and np.isfinite(numbers).all() and not any("_" in "".join(cells) for _, cells in rows):
        return numbers
    for line, cells in rows:
        for label, cell in zip(labels, cells, strict=True):
            if not is_finite_number(cell):
                reason = (
                    f"column {label}: expected a finite number, found {cell!r}; cut the file there or export it anew"
                )
                raise FormatError(path, line, reason)
    raise AssertionError("numbers that are refused together must be refused one by one")


def _check_counts(path: Path | str, counts: dict[str, tuple[int, int]], found: dict[str, int]) -> None:
    """Refuse a header whose row or column count is not the table's."""
    for key, (expected, line) in counts.items():
        if found[key] != expected:
            noun = "rows" if key == "nRows" else "columns, time included"
            reason = f"the header says {expected} {noun}, the table has {found[key]}; the file is cut off or edited"
            raise FormatError(path, line, reason)
