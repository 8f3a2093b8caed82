"""The network of programme classes on one scale, and why a class is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.comparison import Settings
from trochlea.evidence.connection import split_network
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.fingerprint import data_hash
from trochlea.evidence.network_input import contrasts_from_pairs
from trochlea.evidence.network_part import NODES, NetworkPart, build_part
from trochlea.evidence.number_words import listed
from trochlea.evidence.pair_contrast import PairContrast
from trochlea.evidence.pooling import estimate_of
from trochlea.evidence.selection import Exclusion, Selection, left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAnswer:
    """All networks of one outcome at one time on one scale; parts that are not connected are never joined.

    Attributes:
        outcome: What was measured.
        timepoint: "short" or "long".
        instrument: Scale; empty without usable rows.
        better: Which way is better.
        parts: Connected networks, the largest first.
        outside: Classes in no network, each with the reason.
        excluded: Rows that do not enter.
        sentence: The network in words.
        data_hash: SHA-256 of the rows used.
    """

    outcome: str
    timepoint: str
    instrument: str
    better: str
    parts: tuple[NetworkPart, ...]
    outside: tuple[tuple[str, str], ...]
    excluded: tuple[Exclusion, ...]
    sentence: str
    data_hash: str


def network_answers(data: Dataset, selection: Selection, *, settings: Settings) -> tuple[NetworkAnswer, ...]:
    """The network on each scale; one empty answer where no row is usable.

    Raises:
        InputError: If the contrasts of a trial do not agree or people would be counted twice.
    """
    instruments = selection.instruments()
    if not instruments:
        return (_empty(selection),)
    return tuple(_answer(data, selection, instrument, settings) for instrument in instruments)


def _answer(data: Dataset, selection: Selection, instrument: str, settings: Settings) -> NetworkAnswer:
    """The network on one scale."""
    rows = [row for row in selection.used if row.instrument == instrument]
    inside, set_aside = _nodes(rows)
    scale = data.instrument(instrument)
    studies = contrasts_from_pairs([_pair(data, row) for row in inside]) if inside else ()
    parts = tuple(build_part(data, group, selection, scale, settings) for group in split_network(studies))
    connected = {name for part in parts for name in part.classes}
    outside = tuple((name, _why_outside(name, selection, instrument)) for name in NODES if name not in connected)
    return NetworkAnswer(
        outcome=selection.outcome,
        timepoint=selection.timepoint.name,
        instrument=instrument,
        better=scale.better,
        parts=parts,
        outside=outside,
        excluded=(*set_aside, *(row for row in selection.excluded if row.outcome == selection.outcome)),
        sentence=_sentence(selection, instrument, parts, outside),
        data_hash=data_hash(tuple(inside), (scale,)),
    )


def _empty(selection: Selection) -> NetworkAnswer:
    """No usable row at all."""
    words = f"No usable trial on {selection.outcome}, {selection.timepoint.words}: there is no network."
    return NetworkAnswer(
        outcome=selection.outcome,
        timepoint=selection.timepoint.name,
        instrument="",
        better="unknown",
        parts=(),
        outside=tuple((name, _why_outside(name, selection, "")) for name in NODES),
        excluded=tuple(row for row in selection.excluded if row.outcome == selection.outcome),
        sentence=words,
        data_hash=data_hash((), ()),
    )


def _nodes(rows: Sequence[Contrast]) -> tuple[list[Contrast], list[Exclusion]]:
    """Rows between two different nodes, and the others with the reason."""
    inside, aside = [], []
    for row in rows:
        if "other" in (row.class_a, row.class_b):
            reason = "the class 'other' gathers different programmes and is not a node of the network"
        elif row.class_a == row.class_b:
            reason = f"both arms are {row.class_a} programmes"
        else:
            inside.append(row)
            continue
        aside.append(left_out(row, reason))
    return inside, aside


def _pair(data: Dataset, row: Contrast) -> PairContrast:
    """A contrast as the network model takes it, with the people of the whole trial."""
    estimate = estimate_of(row)
    return PairContrast(
        study=row.trial,
        a=row.class_a,
        b=row.class_b,
        estimate=estimate.estimate,
        se=estimate.se,
        n=data.study(row.trial).n,
        measure="MD",
    )


def _why_outside(name: str, selection: Selection, instrument: str) -> str:
    """Why no usable row links a class to the others."""
    about = selection.seen_then({name})
    on = f" on {instrument}" if instrument else ""
    if not about:
        return f"no row on {selection.outcome} compares {name} with another class, {selection.timepoint.words}"
    reasons = "; ".join(f"{row.id} ({row.trial}): {row.reason}" for row in about)
    return f"no usable row{on} links it, {selection.timepoint.words}. Seen and set aside: {reasons}"


def _sentence(
    selection: Selection, instrument: str, parts: Sequence[NetworkPart], outside: Sequence[tuple[str, str]]
) -> str:
    """The network in words."""
    what = f"{selection.outcome.capitalize()}, {selection.timepoint.words}, {instrument}"
    if not parts:
        return f"{what}: no two classes are linked by a usable trial."
    text = f"{what}: {'; '.join(_described(part) for part in parts)}."
    if len(parts) > 1:
        text += " They are not connected and are not joined."
    if outside:
        names = listed([name for name, _ in outside])
        text += f" Not connected, without a usable row there: {names}."
    return text


def _described(part: NetworkPart) -> str:
    """One connected part in words."""
    classes, trials = listed(list(part.classes)), listed([study.study for study in part.studies])
    if len(part.studies) == 1:
        return f"one trial of {classes} ({trials}): its own contrasts, not a network"
    return f"one network of {classes} ({len(part.studies)} trials: {trials})"
