"""Forest plot: every trial, both models, the interval for a new trial, and which side is whose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator

from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.number_words import points
from trochlea.evidence.pooling import Pooled
from trochlea.evidence.standard_name import unit_words
from trochlea.evidence.subgroup import Subgroups
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

ROW = 34
"""Height of one row: a line of text and the mark below it."""

HEAD, FOOT = 10, 68
"""Space above the first row, and below the last for the axis, its name and the sides."""

SIDES_BELOW = -54
"""Where the words for the sides stand below the axis [points of type]."""

LARGEST_SQUARE = 13.0
"""Side of the square of a trial that carries all the weight [points of type]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One line of the plot.

    Attributes:
        label: Words on the left.
        numbers: Words on the right.
        kind: "study", "common", "random", "prediction" or "heading".
        estimate: Where the mark sits [points]; None for a heading.
        low: Left end.
        high: Right end.
        weight: Share of the pool, 0 to 1, for a study.
    """

    label: str
    numbers: str
    kind: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 0.0


def forest_picture(answer: PairAnswer, *, with_prediction: bool = True, subgroups: Subgroups | None = None) -> Picture:
    """The forest plot of one pooled answer.

    Args:
        answer: With at least one trial.
        with_prediction: Whether to draw the interval for a new trial.
        subgroups: Pools of groups of its trials, drawn below the trials.
    """
    rows = forest_rows(answer, with_prediction=with_prediction, subgroups=subgroups)
    name = f"forest-{slug(answer)}"

    def draw(figure: Figure, palette: Palette) -> None:
        axes = figure.subplots()
        _draw(axes, rows, answer, palette)
        height = _height(rows)
        figure.subplots_adjust(left=0.02, right=0.98, top=1 - HEAD / height, bottom=FOOT / height)

    return Picture(
        name=name,
        title=f"Forest plot: {answer.name}, {answer.outcome}, {answer.timepoint}",
        description=answer.sentence,
        height=_height(rows),
        draw=draw,
    )


def forest_rows(
    answer: PairAnswer, *, with_prediction: bool = True, subgroups: Subgroups | None = None
) -> tuple[ForestRow, ...]:
    """The lines of a forest plot from top to bottom; one trial stands alone, without a pool.

    Raises:
        ValueError: If the answer has no trial.
    """
    if answer.common is None:
        raise ValueError(f"{answer.name}: no trial to draw")
    pooled = answer.pooled or answer.common
    rows: list[ForestRow] = []
    for trial, weight in zip(answer.trials, pooled.weights, strict=True):
        row = trial.contrast
        when, digits = row.timepoint.split(" (")[0], 1 if row.status == "as reported" else 2
        rows.append(
            ForestRow(
                label=f"{row.trial}, {when}",
                numbers=f"{_interval(row.estimate, row.ci_low, row.ci_high, digits)}  {100 * weight:.0f} %",
                kind="study",
                estimate=row.estimate,
                low=row.ci_low,
                high=row.ci_high,
                weight=weight,
            )
        )
    if subgroups is not None:
        for group in subgroups.groups:
            rows.append(ForestRow(label=group.name, numbers="", kind="heading"))
            rows.append(_pool_row(f"{group.pooled.k} of {answer.common.k} trials", group.pooled))
        between = f"Between groups: Q {subgroups.q_between:.2f}, p {subgroups.p_value:.2g}"
        rows.append(ForestRow(label=between, numbers="", kind="heading"))
    if answer.common.k > 1:
        rows.append(_pool_row("Common effect", answer.common))
    if answer.random is not None:
        rows.append(_pool_row(f"Random effects ({answer.random.method})", answer.random))
        if with_prediction:
            rows += _prediction_row(answer)
    return tuple(rows)


def slug(answer: PairAnswer) -> str:
    """A name for files and ids."""
    words = f"{answer.class_a}-v-{answer.class_b}-{answer.outcome}-{answer.timepoint}-{answer.instrument}"
    return "".join(c if c.isalnum() or c == "-" else "-" for c in words.replace("+", "and").lower())


def _prediction_row(answer: PairAnswer) -> list[ForestRow]:
    """The interval for a new trial: the random-effects one, or the first prior's where the data inform tau."""
    pool = answer.random
    if pool is not None and pool.prediction_low is not None and pool.prediction_high is not None:
        values, label = (pool.estimate, pool.prediction_low, pool.prediction_high), "A new trial (95 %)"
    elif answer.bayesian and answer.bayesian[0].informed:
        first = answer.bayesian[0]
        values, label = (first.median, first.prediction_low, first.prediction_high), "A new trial (95 %, Bayesian)"
    else:
        return []
    numbers = f"{points(values[1], 2)} to {points(values[2], 2)}"
    return [
        ForestRow(label=label, numbers=numbers, kind="prediction", estimate=values[0], low=values[1], high=values[2])
    ]


def _pool_row(label: str, pool: Pooled) -> ForestRow:
    """A diamond."""
    return ForestRow(
        label=label,
        numbers=_interval(pool.estimate, pool.ci_low, pool.ci_high, 2),
        kind=pool.model,
        estimate=pool.estimate,
        low=pool.ci_low,
        high=pool.ci_high,
    )


def _interval(estimate: float | None, low: float | None, high: float | None, digits: int) -> str:
    """Estimate and interval as printed beside a mark."""
    return f"{points(estimate or 0.0, digits)} ({points(low or 0.0, digits)} to {points(high or 0.0, digits)})"


def _height(rows: Sequence[ForestRow]) -> float:
    """Height of the plot."""
    return HEAD + FOOT + ROW * len(rows)


def _draw(axes: Axes, rows: Sequence[ForestRow], answer: PairAnswer, palette: Palette) -> None:
    """Marks, text, the line of no effect and the axis."""
    low, high = axis_limits(rows, answer.important_change)
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows), 0)
    axes.axvline(0.0, color=palette.ink, linewidth=1.0)
    for change in (answer.important_change or 0.0, -(answer.important_change or 0.0)):
        if change and low < change < high:
            for i in range(len(rows)):  # not behind the text
                axes.plot([change, change], [i + 0.56, i + 0.96], color=palette.muted, linewidth=1.0, linestyle=":")
    n_studies = sum(row.kind == "study" for row in rows)
    if n_studies < len(rows):
        axes.axhline(n_studies, color=palette.rule, linewidth=0.8)
    for i, row in enumerate(rows):
        _draw_row(axes, i, row, palette)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", color=palette.muted)
    axes.set_xlabel(f"{answer.name}, {unit_words(answer.instrument)}", labelpad=4)
    _label_sides(axes, answer, palette)


def _draw_row(axes: Axes, i: int, row: ForestRow, palette: Palette) -> None:
    """Text in the upper half of a row, its mark in the lower half."""
    across = axes.get_yaxis_transform()
    weight = "bold" if row.kind == "heading" else "normal"
    box = {"facecolor": palette.surface, "edgecolor": "none", "pad": 1.0}
    axes.text(
        0.0,
        i + 0.3,
        row.label,
        transform=across,
        va="center",
        fontsize=10.5,
        color=palette.ink,
        fontweight=weight,
        bbox=box,
    )
    axes.text(
        1.0, i + 0.3, row.numbers, transform=across, va="center", ha="right", fontsize=10.5, color=palette.ink, bbox=box
    )
    if row.estimate is None or row.low is None or row.high is None:
        return
    y = i + 0.74
    if row.kind == "study":
        axes.plot([row.low, row.high], [y, y], color=palette.study, linewidth=1.6)
        side = LARGEST_SQUARE * max(row.weight, 0.08) ** 0.5
        axes.plot(row.estimate, y, "s", color=palette.study, markersize=side, markeredgewidth=0)
    elif row.kind == "prediction":
        axes.plot([row.low, row.high], [y, y], color=palette.ink, linewidth=1.3, linestyle=(0, (4, 2)))
        axes.plot([row.low, row.high], [y, y], "|", color=palette.ink, markersize=9, markeredgewidth=1.3)
    else:
        corners = np.array([[row.low, y], [row.estimate, y - 0.16], [row.high, y], [row.estimate, y + 0.16]])
        face = palette.surface if row.kind == "common" else palette.ink
        axes.add_patch(Polygon(corners, closed=True, facecolor=face, edgecolor=palette.ink, linewidth=1.3, zorder=3))


def axis_limits(rows: Sequence[ForestRow], important_change: float | None) -> tuple[float, float]:
    """Limits that hold every mark and zero; the important change too, where it is not far away."""
    ends = [0.0]
    for row in rows:
        ends += [value for value in (row.low, row.high, row.estimate) if value is not None]
    reach = max(abs(min(ends)), abs(max(ends)))
    if important_change is not None and important_change <= 1.5 * reach:
        ends += [important_change, -important_change]
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low or 1.0)
    return low - margin, high + margin


def _label_sides(axes: Axes, answer: PairAnswer, palette: Palette) -> None:
    """Which side of zero is in favour of which class."""
    right, left = (answer.class_a, answer.class_b) if answer.better == "higher" else (answer.class_b, answer.class_a)
    low, high = axes.get_xlim()
    zero = (0.0 - low) / (high - low)
    sides = (
        (f"\N{LEFTWARDS ARROW} {left} better", zero - 0.02, "right"),
        (f"{right} better \N{RIGHTWARDS ARROW}", zero + 0.02, "left"),
    )
    for words, at, align in sides:
        axes.annotate(
            words,
            (min(max(at, 0.0), 1.0), 0.0),
            xycoords="axes fraction",
            xytext=(0, SIDES_BELOW),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=10.5,
            color=palette.ink,
        )
