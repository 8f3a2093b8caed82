"""Differences in standard deviations, for trials that measured one outcome on different scales; only on request."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from trochlea.evidence.arm_figures import FROM_ARMS, as_continuous
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.effect_size import pooled_sd
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.number_words import points
from trochlea.evidence.standard_name import standard_scale_name


def with_standard_scales(data: Dataset) -> Dataset:
    """The tables with two more scales for each outcome: SDs of changes and SDs of final values.

    They are apart because the SD of a change is not the SD of a value. On both, higher is better: a scale on which
    lower is better is turned.
    """
    outcomes = dict.fromkeys(instrument.outcome for instrument in data.instruments)
    scales = tuple(
        Instrument(
            id=standard_scale_name(outcome, kind),
            outcome=outcome,
            range_low=None,
            range_high=None,
            better="higher",
            important_change=None,
            important_change_words="",
            citations=("assumed",),
            note="in SDs between people; a scale on which lower is better is turned",
        )
        for outcome in outcomes
        for kind in ("change mean", "final mean")
    )
    return replace(data, instruments=(*data.instruments, *scales))


def back_translation(data: Dataset, rows: Sequence[Contrast], estimate: float) -> str:
    """A standardised difference in points of the scale that most of its trials used.

    Args:
        data: All tables.
        rows: Standardised differences made from arm means.
        estimate: Their pool [SDs], above zero in favour of the first class.

    Returns:
        A sentence.
    """
    arms, figures = {arm.id: arm for arm in data.arms}, {figure.id: figure for figure in data.figures}
    parts = [figures[id] for row in rows for id in row.id.split(FROM_ARMS)]
    scale, _ = Counter(figure.instrument for figure in parts).most_common(1)[0]
    used = [as_continuous(f, arms[f.arm], arms[f.arm].study) for f in parts if f.instrument == scale]
    sd = pooled_sd(used)
    size = f"{points(abs(estimate) * sd, 2)} points in favour of the {'first' if estimate > 0 else 'second'} class"
    return f" On {scale}, where the SD in these trials is {points(sd, 2)}, that is {size}."
