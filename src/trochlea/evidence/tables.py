"""Read the tables of evidence, and refuse a row that contradicts itself."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from trochlea.errors import FormatError
from trochlea.evidence.arm import Arm
from trochlea.evidence.bias import Bias
from trochlea.evidence.column import columns
from trochlea.evidence.contrast import DIFFERENCES, RATIOS, WITHOUT_ESTIMATE, Contrast, favoured_arm
from trochlea.evidence.dose import Dose
from trochlea.evidence.figure import MEANS, Figure
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import Judgement
from trochlea.evidence.review import Review
from trochlea.evidence.row import Row
from trochlea.evidence.statement import Statement
from trochlea.evidence.study import Study

BUNDLED = Path(__file__).with_name("data")
CONTRASTS = BUNDLED / "contrasts.csv"
REVIEWS = BUNDLED / "reviews.csv"

FILES = {
    "studies.csv": Study,
    "arms.csv": Arm,
    "doses.csv": Dose,
    "instruments.csv": Instrument,
    "figures.csv": Figure,
    "contrasts.csv": Contrast,
    "bias.csv": Bias,
    "reviews.csv": Review,
    "statements.csv": Statement,
    "judgements.csv": Judgement,
}
"""File of each table and what a row of it becomes."""

NO_ERROR = "a study without sampling error cannot be weighted"

T = TypeVar("T", Study, Arm, Dose, Instrument, Figure, Contrast, Bias, Review, Statement, Judgement)


def read_contrasts(path: Path = CONTRASTS) -> tuple[Contrast, ...]:
    """Contrasts of a table in the order of its rows, each checked.

    Raises:
        FormatError: If a row contradicts itself or the same scale points both ways in two rows.
    """
    contrasts = read_table(path, Contrast)
    directions: dict[str, str] = {}
    for i, contrast in enumerate(contrasts):
        known = directions.setdefault(contrast.instrument, contrast.better)
        if contrast.instrument and contrast.better != known:
            where = f"line {i + 2}, row {contrast.id}, better"
            raise FormatError(path, where, f"{contrast.instrument} is {contrast.better!r} here, {known!r} above")
    return contrasts


def read_reviews(path: Path = REVIEWS) -> tuple[Review, ...]:
    """Reviews of a table in the order of its rows, each checked.

    Raises:
        FormatError: If a row contradicts itself.
    """
    return read_table(path, Review)


def read_table(path: Path, kind: type[T]) -> tuple[T, ...]:
    """Rows of one table in their order, each checked by itself.

    Raises:
        FormatError: If the file cannot be read, its columns are wrong or a row contradicts itself.
    """
    try:
        return tuple(_rows(path, kind))
    except OSError as error:
        raise FormatError(path, None, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FormatError(path, None, "is not UTF-8 text; save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise FormatError(path, None, f"is not a CSV table ({error})") from error


def _rows(path: Path, kind: type[T]) -> Iterator[T]:
    """Rows as values, with the columns and ids of the table checked."""
    table = columns(kind)
    expected = {column.name for column in table}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        found = set(reader.fieldnames or ())
        if found != expected:
            raise FormatError(path, 1, f"columns missing or unknown: {', '.join(sorted(found ^ expected))}")
        seen: set[str] = set()
        for cells in reader:
            if None in cells or None in cells.values():
                raise FormatError(path, reader.line_num, f"expected {len(expected)} cells")
            row = Row(path=path, line=reader.line_num, cells=cells)
            if row.required("id") in seen:
                raise row.refusal("id", "stands twice in the table; give each row its own id, or drop the repeat")
            seen.add(row.text("id"))
            check = _CHECKS.get(kind)
            if check is not None:
                check(row)
            yield kind(**{column.attribute: row.value(column) for column in table})


def _check_contrast(row: Row) -> None:
    """A contrast agrees with itself and has what its use needs."""
    _check_effect(row)
    usable, status = row.text("usable"), row.text("status")
    se = row.number("se")
    if se is not None and se <= 0:
        raise row.refusal("se", f"{se:g}; expected a number above 0 ({NO_ERROR})")
    if usable == "yes":
        if status == "derived":
            raise row.refusal("usable", "a derived row cannot enter a calculation; pool the reported rows")
        for column in ("estimate", *(() if row.text("se") else ("ci_low",)), "n_a", "n_b", "weeks", "instrument"):
            row.needed(column)
        row.choice("better", ("higher", "lower"))
        low, high = row.number("ci_low"), row.number("ci_high")
        if se is None and low is not None and low == high:
            raise row.refusal("ci_low", f"{low:g} is both ends: {NO_ERROR}; write the printed interval")
    elif usable in ("no", "conditional"):
        row.required("usable_why")
    for column in ("equivalence_margin", "weeks"):
        value = row.number(column)
        if value is not None and value <= 0:
            raise row.refusal(column, f"{value:g}; expected a number above 0")


def _check_review(row: Row) -> None:
    """A review's row agrees with itself."""
    _check_effect(row)
    if row.text("status") == "not seen" and row.text("estimate"):
        raise row.refusal("estimate", "has a value, but the status says that it was not seen")
    if row.text("usable") != "yes":
        row.required("usable_why")


def _check_figure(row: Row) -> None:
    """A number of one arm has a spread that is possible, and people behind it where it is used."""
    value, spread = row.number("value"), row.number("spread")
    low, high = row.number("ci_low"), row.number("ci_high")
    kind, spread_kind = row.text("kind"), row.text("spread_kind")
    if spread is not None and spread <= 0:
        raise row.refusal("spread", f"{spread:g}; a spread is above 0, look for a lost digit or a swapped column")
    if spread_kind in ("SD", "SE") and spread is None:
        raise row.refusal("spread", f"empty, but spread_kind is {spread_kind!r}; write it, or 'none'")
    if spread_kind in ("CI", "none") and spread is not None:
        raise row.refusal("spread", f"has a value, but spread_kind is {spread_kind!r}; write SD or SE there")
    if (low is None) != (high is None) or (spread_kind == "CI") != (low is not None):
        raise row.refusal("ci_low", "an interval has two ends and spread_kind 'CI'")
    if low is not None and high is not None and (value is None or not low <= value <= high):
        raise row.refusal("ci_low", f"the interval {low:g} to {high:g} does not hold the value {value}")
    if kind == "events":
        n = row.number("n")
        if value is not None and (value != int(value) or value < 0 or (n is not None and value > n)):
            raise row.refusal("value", f"{value:g}; events are a whole number from 0 to n")
    if row.text("usable") == "yes":
        for column in ("value", "n", "weeks"):
            row.needed(column)
        if kind in MEANS and row.count("n") == 1:
            raise row.refusal("n", "1; one person has no scatter: expected 2 or more, or set usable to 'no'")
        if low is not None and low == high:
            raise row.refusal("ci_low", f"{low:g} is both ends: {NO_ERROR}; write the printed interval")
        if kind in MEANS and spread_kind == "none":
            raise row.refusal("spread_kind", "a usable mean needs its SD, SE or interval; or set usable to 'no'")
    else:
        row.required("usable_why")


def _check_instrument(row: Row) -> None:
    """A scale has a range that opens upward."""
    low, high = row.number("range_low"), row.number("range_high")
    if low is not None and high is not None and not low < high:
        raise row.refusal("range_high", f"{high:g} is not above range_low {low:g}; swap them")
    change = row.number("important_change")
    if change is not None and change <= 0:
        raise row.refusal("important_change", f"{change:g}; expected points above 0, the direction is in better")


def _check_effect(row: Row) -> None:
    """Estimate, interval, direction and words of one row agree."""
    measure, better = row.text("measure"), row.text("better")
    estimate, low, high = row.number("estimate"), row.number("ci_low"), row.number("ci_high")
    if measure in WITHOUT_ESTIMATE and estimate is not None:
        raise row.refusal("estimate", f"has a value, but the measure is {measure!r}")
    if measure in (*DIFFERENCES, *RATIOS) and estimate is None:
        raise row.refusal("estimate", f"empty, but the measure is {measure!r}")
    if (low is None) != (high is None):
        raise row.refusal("ci_high" if high is None else "ci_low", "empty: an interval has two ends")
    if low is not None and high is not None and (estimate is None or not low <= estimate <= high):
        reason = f"the interval {low:g} to {high:g} does not hold the estimate {estimate}"
        raise row.refusal("ci_low", f"{reason}; look for a lost sign, or turn all three")
    if measure in RATIOS:
        for column, value in (("estimate", estimate), ("ci_low", low)):
            if value is not None and value <= 0:
                raise row.refusal(column, f"{value:g}: a ratio is above 0")
    _check_favours(row, measure, better, estimate)


def _check_favours(row: Row, measure: str, better: str, estimate: float | None) -> None:
    """The word for the favoured arm agrees with the sign."""
    arm_a, arm_b = row.text("arm_a"), row.text("arm_b")
    favours = row.text("favours")
    if favours not in (arm_a, arm_b, "neither", "unstated") or not favours:
        raise row.refusal("favours", f"{favours!r}; expected {arm_a!r}, {arm_b!r}, 'neither' or 'unstated'")
    if estimate is None or measure not in (*DIFFERENCES, *RATIOS) or better not in ("higher", "lower", "unknown"):
        return
    try:
        expected = favoured_arm(arm_a, arm_b, estimate=estimate, measure=measure, better=better)
    except ValueError as error:
        raise row.refusal("better", str(error)) from None
    if favours != expected:
        reason = f"{favours!r}, but {estimate:g} with {better} better favours {expected!r}; turn one of them"
        raise row.refusal("favours", reason)


_CHECKS = {
    Contrast: _check_contrast,
    Review: _check_review,
    Figure: _check_figure,
    Instrument: _check_instrument,
}
