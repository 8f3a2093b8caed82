"""Read the tables of trials and reviews, and refuse a row that contradicts itself."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from trochlea.errors import FormatError
from trochlea.evidence.contrast import (
    CLASSES,
    DIFFERENCES,
    MEASURES,
    RATIOS,
    WITHOUT_ESTIMATE,
    Contrast,
    favoured_arm,
)
from trochlea.evidence.review import Review
from trochlea.evidence.row import Row

CONTRASTS = Path(__file__).with_name("contrasts.csv")
REVIEWS = Path(__file__).with_name("reviews.csv")

USABLE = ("yes", "conditional", "no")
BETTER = ("higher", "lower", "unknown")

T = TypeVar("T", Contrast, Review)


def read_contrasts(path: Path = CONTRASTS) -> tuple[Contrast, ...]:
    """Contrasts of a table in the order of its rows, each checked.

    Raises:
        FormatError: If a row contradicts itself or the same scale points both ways in two rows.
    """
    contrasts = tuple(_read(path, Contrast, _contrast))
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
    return tuple(_read(path, Review, _review))


def _read(path: Path, kind: type[T], build: Callable[[Row], T]) -> Iterator[T]:
    """Rows of a table as values, with its columns and ids checked."""
    expected = {"citation" if f.name == "citations" else f.name for f in fields(kind)}
    with path.open(encoding="utf-8", newline="") as stream:
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
                raise row.refusal("id", "stands twice in the table")
            seen.add(row.text("id"))
            yield build(row)


def _contrast(row: Row) -> Contrast:
    """One checked row of contrasts.csv."""
    _check_effect(row)
    status = row.choice("status", ("as reported", "derived"))
    usable = row.choice("usable", USABLE)
    if usable == "yes":
        if status == "derived":
            raise row.refusal("usable", "a derived row cannot enter a calculation; pool the reported rows")
        for column in ("estimate", "ci_low", "n_a", "n_b", "weeks", "instrument"):
            row.required(column)
        row.choice("better", ("higher", "lower"))
    else:
        row.required("usable_why")
    margin, weeks = row.number("equivalence_margin"), row.number("weeks")
    for column, value in (("equivalence_margin", margin), ("weeks", weeks)):
        if value is not None and value <= 0:
            raise row.refusal(column, f"{value:g}; expected a number above 0")
    return Contrast(
        id=row.text("id"),
        trial=row.required("trial"),
        year=row.count("year"),
        arm_a=row.required("arm_a"),
        arm_b=row.required("arm_b"),
        class_a=row.choice("class_a", CLASSES),
        class_b=row.choice("class_b", CLASSES),
        n_a=row.count("n_a"),
        n_b=row.count("n_b"),
        outcome=row.required("outcome"),
        instrument=row.text("instrument"),
        better=row.text("better"),
        weeks=weeks,
        timepoint=row.text("timepoint"),
        measure=row.text("measure"),
        estimate=row.number("estimate"),
        ci_low=row.number("ci_low"),
        ci_high=row.number("ci_high"),
        p_value=row.text("p_value"),
        favours=row.text("favours"),
        equivalence_margin=margin,
        status=status,
        usable=usable,
        usable_why=row.text("usable_why"),
        trust=row.choice("trust", ("high", "medium", "low")),
        citations=row.citations(),
        where_seen=row.required("where_seen"),
        note=row.text("note"),
    )


def _review(row: Row) -> Review:
    """One checked row of reviews.csv."""
    _check_effect(row)
    status = row.choice("status", ("as reported", "not seen"))
    if status == "not seen" and row.text("estimate"):
        raise row.refusal("estimate", "has a value, but the status says that it was not seen")
    if row.choice("usable", USABLE) != "yes":
        row.required("usable_why")
    return Review(
        id=row.text("id"),
        review=row.required("review"),
        year=row.count("year"),
        arm_a=row.required("arm_a"),
        arm_b=row.text("arm_b"),
        outcome=row.required("outcome"),
        better=row.text("better"),
        measure=row.text("measure"),
        estimate=row.number("estimate"),
        ci_low=row.number("ci_low"),
        ci_high=row.number("ci_high"),
        p_value=row.text("p_value"),
        favours=row.text("favours"),
        i2_percent=row.number("i2_percent"),
        k=row.count("k"),
        k_scope=row.text("k_scope"),
        n=row.count("n"),
        model=row.text("model"),
        status=status,
        usable=row.text("usable"),
        usable_why=row.text("usable_why"),
        supports_claim=row.choice("supports_claim", ("yes", "no", "partly", "not applicable")),
        supports_note=row.text("supports_note"),
        citations=row.citations(),
        where_seen=row.required("where_seen"),
        note=row.text("note"),
    )


def _check_effect(row: Row) -> None:
    """Estimate, interval, direction and words of one row agree."""
    measure, better = row.choice("measure", MEASURES), row.choice("better", BETTER)
    estimate, low, high = row.number("estimate"), row.number("ci_low"), row.number("ci_high")
    if measure in WITHOUT_ESTIMATE and estimate is not None:
        raise row.refusal("estimate", f"has a value, but the measure is {measure!r}")
    if measure in (*DIFFERENCES, *RATIOS) and estimate is None:
        raise row.refusal("estimate", f"empty, but the measure is {measure!r}")
    if (low is None) != (high is None):
        raise row.refusal("ci_high" if high is None else "ci_low", "empty: an interval has two ends")
    if low is not None and high is not None and (estimate is None or not low <= estimate <= high):
        raise row.refusal("ci_low", f"the interval {low:g} to {high:g} does not hold the estimate {estimate}")
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
    if estimate is None or measure == "unclear":
        return
    try:
        expected = favoured_arm(arm_a, arm_b, estimate=estimate, measure=measure, better=better)
    except ValueError as error:
        raise row.refusal("better", str(error)) from None
    if favours != expected:
        reason = f"{favours!r}, but {estimate:g} with {better} better favours {expected!r}; turn one of them"
        raise row.refusal("favours", reason)
