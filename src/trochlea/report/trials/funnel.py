"""Funnel plot with contours of significance: are small trials missing on one side?"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from scipy.special import ndtri

from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.concern import TRIALS_FOR_FUNNEL
from trochlea.evidence.pooling import Estimate, estimate_of
from trochlea.evidence.standard_name import unit_words
from trochlea.report.trials.forest import slug
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

CONTOURS = (0.10, 0.05, 0.01)
"""Two-tailed p values at whose contours the shade changes."""

HEIGHT = 330


def funnel_picture(answer: PairAnswer) -> Picture:
    """The funnel of one pooled answer, with a warning on it below ten trials."""
    estimates = [estimate_of(trial.contrast) for trial in answer.trials]
    centre = answer.pooled.estimate if answer.pooled is not None else 0.0

    def draw(figure: Figure, palette: Palette) -> None:
        axes = figure.subplots()
        _draw(axes, estimates, centre, answer, palette)
        figure.subplots_adjust(left=0.12, right=0.98, top=0.90, bottom=0.15)

    few = "" if len(estimates) >= TRIALS_FOR_FUNNEL else " Too few trials to read anything into its shape."
    return Picture(
        name=f"funnel-{slug(answer)}",
        title=f"Funnel plot: {answer.name}, {answer.outcome}, {answer.timepoint}",
        description=f"{len(estimates)} trials by their standard error.{few}",
        height=HEIGHT,
        draw=draw,
    )


def _draw(axes: Axes, estimates: Sequence[Estimate], centre: float, answer: PairAnswer, palette: Palette) -> None:
    """Contours about no effect, the trials, and the line of the pool."""
    top = 1.25 * max(item.se for item in estimates)
    reach = max(max(abs(item.estimate) for item in estimates), float(ndtri(1 - CONTOURS[-1] / 2)) * top) * 1.08
    errors = np.array([0.0, top])
    quantiles = [float(ndtri(1 - p / 2)) for p in CONTOURS]
    for sign in (-1.0, 1.0):
        axes.fill_betweenx(
            errors, sign * quantiles[0] * errors, sign * quantiles[1] * errors, color=palette.band, linewidth=0
        )
        axes.fill_betweenx(
            errors, sign * quantiles[1] * errors, sign * quantiles[2] * errors, color=palette.shade, linewidth=0
        )
    for quantile in quantiles:
        for sign in (-1.0, 1.0):
            axes.plot(sign * quantile * errors, errors, color=palette.muted, linewidth=0.7)
    axes.axvline(0.0, color=palette.muted, linewidth=0.9)
    axes.axvline(centre, color=palette.ink, linewidth=1.2, linestyle=(0, (4, 2)))
    for item in estimates:
        axes.plot(item.estimate, item.se, "o", color=palette.study, markersize=7, markeredgecolor=palette.surface)
        axes.annotate(
            item.study,
            (item.estimate, item.se),
            xytext=(7, 0),
            textcoords="offset points",
            fontsize=10,
            va="center",
            color=palette.ink,
            bbox={"facecolor": palette.surface, "edgecolor": "none", "pad": 1.0},
        )
    axes.set_xlim(-reach, reach)
    axes.set_ylim(top, 0.0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    axes.tick_params(length=0)
    axes.set_xlabel(f"{answer.name}, {unit_words(answer.instrument)}")
    axes.set_ylabel("standard error")
    shades = [
        Patch(facecolor=colour, edgecolor=palette.muted, linewidth=0.7, label=f"p {high:g} to {low:g}")
        for colour, high, low in zip((palette.band, palette.shade), CONTOURS[:-1], CONTOURS[1:], strict=True)
    ]
    side = "upper right" if centre < 0.0 else "upper left"  # away from the line of the pool
    axes.legend(handles=shades, loc=side, frameon=False, fontsize=9.5, handlelength=1.2)
    if len(estimates) < TRIALS_FOR_FUNNEL:
        words = (
            f"{len(estimates)} {'trial' if len(estimates) == 1 else 'trials'}: too few to read anything into the shape"
        )
        axes.set_title(words, fontsize=10.5, loc="left")
