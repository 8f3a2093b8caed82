"""Checks of the tables against each other: names that must exist, scales that must agree, people counted once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from trochlea.errors import FormatError
from trochlea.evidence.contrast import DIFFERENCES
from trochlea.evidence.figure import MEANS

if TYPE_CHECKING:
    from trochlea.evidence.arm import Arm
    from trochlea.evidence.dataset import Dataset
    from trochlea.evidence.instrument import Instrument

JOINT = " + "
"""Joins the trials of a derived row."""

STANDARDISED = ("Hedges g", "SMD")


def check_links(folder: Path, data: Dataset) -> None:
    """Every name that a row uses is a row of the table that it names.

    Raises:
        FormatError: Naming the row and the table in which the name is missing.
    """
    studies = {study.id for study in data.studies}
    arms = {arm.id for arm in data.arms}
    instruments = {instrument.id for instrument in data.instruments}
    for row in data.arms:
        _known(folder / "arms.csv", row.id, "study", row.study, studies, "studies.csv")
    for row in data.doses:
        _known(folder / "doses.csv", row.id, "arm", row.arm, arms, "arms.csv")
    for row in data.biases:
        _known(folder / "bias.csv", row.id, "study", row.study, studies, "studies.csv")
    for row in data.figures:
        _known(folder / "figures.csv", row.id, "arm", row.arm, arms, "arms.csv")
        _known(folder / "figures.csv", row.id, "instrument", row.instrument, instruments, "instruments.csv")
    for row in data.contrasts:
        parts = row.trial.split(JOINT) if row.status == "derived" else [row.trial]
        for part in parts:
            _known(folder / "contrasts.csv", row.id, "trial", part, studies, "studies.csv")
        if row.instrument:
            _known(folder / "contrasts.csv", row.id, "instrument", row.instrument, instruments, "instruments.csv")
    for row in data.studies:
        if row.same_people_as:
            path = folder / "studies.csv"
            _known(path, row.id, "same_people_as", row.same_people_as, studies, "studies.csv")
            if data.study(row.same_people_as).same_people_as:
                first = data.study(row.same_people_as).same_people_as
                raise _refusal(path, row.id, "same_people_as", f"is itself a repeat; name the first report, {first!r}")


def check_scales(folder: Path, data: Dataset) -> None:
    """Every number fits its instrument, and the instrument points one way.

    Raises:
        FormatError: Naming the row, the instrument and the range.
    """
    for row in data.contrasts:
        if not row.instrument:
            continue
        scale = data.instrument(row.instrument)
        path = folder / "contrasts.csv"
        _measures(path, row.id, row.outcome, scale)
        if row.better != scale.better:
            reason = f"{row.instrument} is {row.better!r} here, {scale.better!r} in instruments.csv; correct one"
            raise _refusal(path, row.id, "better", reason)
        width = _width(scale.range_low, scale.range_high)
        in_points = row.measure in DIFFERENCES and row.measure not in STANDARDISED
        if width is not None and in_points and row.estimate is not None and abs(row.estimate) > width:
            reason = f"{row.estimate:g} is more than the whole range of {row.instrument}, {width:g} points"
            raise _refusal(path, row.id, "estimate", f"{reason}; check the scale")
    for row in data.figures:
        scale = data.instrument(row.instrument)
        _measures(folder / "figures.csv", row.id, row.outcome, scale)
        width = _width(scale.range_low, scale.range_high)
        if width is None or row.value is None or row.kind not in MEANS:
            continue
        low, high = scale.range_low or 0.0, scale.range_high or 0.0
        fits = abs(row.value) <= width if row.kind == "change mean" else low <= row.value <= high
        if not fits:
            reason = f"{row.value:g} does not fit {row.instrument}, {low:g} to {high:g}; check the scale"
            raise _refusal(folder / "figures.csv", row.id, "value", reason)


def check_arms(folder: Path, data: Dataset) -> None:
    """A contrast agrees with its two arms on their class and people; no figure has more people than its arm.

    A trial without a row in arms.csv may still have contrasts.

    Raises:
        FormatError: Naming the row, the arm and what arms.csv says of it.
    """
    arms = {(arm.study, arm.arm): arm for arm in data.arms}
    path = folder / "contrasts.csv"
    for row in data.contrasts:
        known = [arm.arm for arm in data.arms if arm.study == row.trial]
        if not known:
            continue
        sides = (("a", row.arm_a, row.class_a, row.n_a), ("b", row.arm_b, row.class_b, row.n_b))
        for side, name, programme, n in sides:
            arm = arms.get((row.trial, name))
            if arm is None:
                reason = f"{name!r} is no arm of {row.trial} in arms.csv: expected one of {', '.join(known)}"
                raise _refusal(path, row.id, f"arm_{side}", reason)
            if programme != arm.programme_class:
                reason = f"{programme!r} here, {arm.programme_class!r} for {arm.id} in arms.csv; correct one"
                raise _refusal(path, row.id, f"class_{side}", reason)
            _no_more_people(path, row.id, f"n_{side}", n, arm)
    by_id = {arm.id: arm for arm in data.arms}
    for row in data.figures:
        _no_more_people(folder / "figures.csv", row.id, "n", row.n, by_id[row.arm])


def check_repeats(folder: Path, data: Dataset) -> None:
    """No study, arm, item, figure or contrast stands twice, under whatever name.

    Raises:
        FormatError: Naming both rows.
    """
    _once(folder / "studies.csv", "doi", ((s.id, s.doi.lower()) for s in data.studies if s.doi), "the same report")
    _once(folder / "arms.csv", "arm", ((a.id, (a.study, a.arm)) for a in data.arms), "the same arm")
    _once(folder / "doses.csv", "item", ((d.id, (d.arm, d.item)) for d in data.doses), "the same item of one arm")
    _once(folder / "bias.csv", "domain", ((b.id, (b.study, b.domain)) for b in data.biases), "the same domain")
    judged = ((j.id, (frozenset({j.class_a, j.class_b}), j.outcome, j.timepoint, j.domain)) for j in data.judgements)
    _once(folder / "judgements.csv", "domain", judged, "the same domain of one question")
    usable = (c for c in data.contrasts if c.usable == "yes")
    pairs = ((c.id, (c.trial, frozenset({c.arm_a, c.arm_b}), c.outcome, c.instrument, c.weeks)) for c in usable)
    _once(folder / "contrasts.csv", "usable", pairs, "the same people at the same time")
    numbers = (f for f in data.figures if f.usable == "yes")
    keys = ((f.id, (f.arm, f.outcome, f.instrument, f.weeks, f.kind)) for f in numbers)
    _once(folder / "figures.csv", "usable", keys, "the same people at the same time")
    repeats = {study.id: study.same_people_as for study in data.studies if study.same_people_as}
    for row in data.contrasts:
        if row.trial in repeats:
            reason = f"{row.trial} has the same people as {repeats[row.trial]}; write {repeats[row.trial]!r} here"
            raise _refusal(folder / "contrasts.csv", row.id, "trial", f"{reason}, so that they are counted once")


def _known(path: Path, row: str, column: str, name: str, names: set[str], table: str) -> None:
    """A name stands in its table."""
    if name not in names:
        raise _refusal(path, row, column, f"{name!r} is not an id in {table}; add the row there or correct the name")


def _measures(path: Path, row: str, outcome: str, scale: Instrument) -> None:
    """A row's outcome is the one that its scale measures."""
    if outcome != scale.outcome:
        reason = f"{outcome!r}, but {scale.id} measures {scale.outcome!r} in instruments.csv; correct one"
        raise _refusal(path, row, "outcome", reason)


def _no_more_people(path: Path, row: str, column: str, n: int | None, arm: Arm) -> None:
    """No row has more people than were randomised to its arm."""
    if n is not None and arm.n_randomised is not None and n > arm.n_randomised:
        reason = f"{n}, but {arm.n_randomised} were randomised to {arm.id} in arms.csv; correct one"
        raise _refusal(path, row, column, reason)


def _once(path: Path, column: str, rows: Iterable[tuple[str, object]], what: str) -> None:
    """No two rows share a key."""
    seen: dict[object, str] = {}
    for row, key in rows:
        if key in seen:
            reason = f"{what} as row {seen[key]}; people would be counted twice: keep one, or set the other to 'no'"
            raise _refusal(path, row, column, reason)
        seen[key] = row


def _width(low: float | None, high: float | None) -> float | None:
    """Range of a scale in points, None if an end was not seen."""
    return None if low is None or high is None else high - low


def _refusal(path: Path, row: str, column: str, reason: str) -> FormatError:
    """The error for one cell of a table that was read whole."""
    return FormatError(path, f"row {row}, {column}", reason)
