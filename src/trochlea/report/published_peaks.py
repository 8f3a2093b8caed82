"""Published peaks of the force on the kneecap, task by task; a missing figure stays missing."""

import csv
from dataclasses import dataclass, fields
from pathlib import Path

from trochlea.errors import FormatError

PUBLISHED_PEAKS = Path(__file__).with_name("published_peaks.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPeak:
    """Mean and spread of the peak force in one task.

    Attributes:
        task: Name of the movement, as in `Motion.name` of a built-in task.
        population: Who was measured.
        mean_bw: Mean of the peaks [body weights].
        sd_bw: Standard deviation [body weights]; None if not seen.
        n: People, "pooled" for a review's pool.
        is_usable: Whether it may stand beside a person's own curve.
        reason: Why it may not.
        citation: Key in references.bib.
        where_seen: The kind of text that was read.
    """

    task: str
    population: str
    mean_bw: float
    sd_bw: float | None
    n: str
    is_usable: bool
    reason: str
    citation: str
    where_seen: str


def read_published_peaks(path: Path = PUBLISHED_PEAKS) -> tuple[PublishedPeak, ...]:
    """All rows of the table, checked.

    Raises:
        FormatError: If a usable row lacks its spread, or a row set aside lacks its reason.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        expected = [f.name.replace("is_usable", "usable") for f in fields(PublishedPeak)]
        if reader.fieldnames != expected:
            raise FormatError(path, 1, f"columns are {reader.fieldnames}, expected {expected}")
        return tuple(_peak(path, reader.line_num, row) for row in reader)


def _peak(path: Path, line: int, row: dict[str, str]) -> PublishedPeak:
    """One checked row."""
    try:
        mean, sd = float(row["mean_bw"]), float(row["sd_bw"]) if row["sd_bw"] else None
    except ValueError as error:
        raise FormatError(path, line, f"{error}; expected body weights") from None
    if not 0 < mean < float("inf") or (sd is not None and not 0 < sd < float("inf")):
        raise FormatError(path, line, f"mean {mean}, sd {sd}; expected numbers above 0")
    if row["usable"] not in ("yes", "no"):
        raise FormatError(path, line, f"usable is {row['usable']!r}; expected 'yes' or 'no'")
    is_usable = row["usable"] == "yes"
    if is_usable and sd is None:
        raise FormatError(path, line, "sd_bw is empty; a marker needs its spread")
    if not is_usable and not row["reason"]:
        raise FormatError(path, line, "reason is empty; say why the figure is set aside")
    if not row["citation"]:
        raise FormatError(path, line, "citation is empty; give a key of references.bib")
    return PublishedPeak(
        task=row["task"],
        population=row["population"],
        mean_bw=mean,
        sd_bw=sd,
        n=row["n"],
        is_usable=is_usable,
        reason=row["reason"],
        citation=row["citation"],
        where_seen=row["where_seen"],
    )


def published_peaks(task: str, *, path: Path = PUBLISHED_PEAKS) -> tuple[PublishedPeak, ...]:
    """Usable peaks of a task, in the order of the table; empty where no published figure was found."""
    return tuple(peak for peak in read_published_peaks(path) if peak.is_usable and peak.task == task)


def peaks_set_aside(task: str, *, path: Path = PUBLISHED_PEAKS) -> tuple[PublishedPeak, ...]:
    """Figures of a task that were found and may not be used, with the reason."""
    return tuple(peak for peak in read_published_peaks(path) if not peak.is_usable and peak.task == task)
