"""Rank plot: mean rank of every class with its uncertainty, or the reason why ranks are not shown."""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trochlea.evidence.ranking import Rank, Ranking
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

ROW, HEAD, FOOT = 38, 10, 52
"""Height of a row, and the space above and below all rows."""

LINE, LETTERS = 15, 70
"""Height of a line of the reason, and its letters."""


def rank_picture(ranking: Ranking, *, name: str, title: str) -> Picture:
    """Ranks of one network; what is withheld is told below them."""
    shown = [rank for rank in ranking.ranks if rank.score is not None]
    reason = textwrap.wrap(f"{ranking.sentence}." if ranking.sentence else "", LETTERS)
    rows = ROW * len(shown) + (FOOT if shown else 0)
    height = HEAD + rows + LINE * len(reason) + HEAD

    def draw(figure: Figure, palette: Palette) -> None:
        if shown:
            bottom = (height - HEAD - ROW * len(shown)) / height
            axes = figure.add_axes((0.17, bottom, 0.80, ROW * len(shown) / height))
            _draw_ranks(axes, shown, ranking, palette)
        low = (HEAD + LINE * len(reason)) / height
        figure.text(0.02, low, "\n".join(reason), va="top", fontsize=10.5, color=palette.ink, linespacing=1.35)

    words = "; ".join(f"{rank.treatment}: mean rank {rank.mean_rank:.1f}" for rank in shown)
    description = "; ".join(part for part in (words, ranking.sentence) if part)
    return Picture(name=name, title=title, description=description, height=height, draw=draw)


def _draw_ranks(axes: Axes, ranks: Sequence[Rank], ranking: Ranking, palette: Palette) -> None:
    """A dot at the mean rank, a line over the central ranks, the score beside it."""
    for i, rank in enumerate(ranks):
        if rank.score is None or rank.mean_rank is None or rank.rank_low is None or rank.rank_high is None:
            continue
        axes.plot([rank.rank_low, rank.rank_high], [i, i], color=palette.study, linewidth=2.2)
        axes.plot(rank.mean_rank, i, "o", color=palette.ink, markersize=8, markeredgecolor=palette.surface)
        axes.annotate(
            f"{ranking.kind} {rank.score:.2f}",
            (rank.mean_rank, i),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=9.5,
            color=palette.muted,
        )
    axes.set_yticks(range(len(ranks)), [rank.treatment for rank in ranks], color=palette.ink)
    axes.set_ylim(len(ranks) - 0.5, -0.6)
    axes.set_xlim(0.7, len(ranking.ranks) + 0.3)
    axes.set_xticks(range(1, len(ranking.ranks) + 1))
    axes.set_xlabel(f"rank (1 is best), mean and {100 * ranking.level:g} % of ranks")
    axes.tick_params(length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
