"""Rank plot: mean rank of every class with its uncertainty, or the reason why ranks are not shown."""

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trochlea.evidence.ranking import Rank, Ranking
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

ROW, HEAD, FOOT = 38, 10, 52


def rank_picture(ranking: Ranking, *, name: str, title: str) -> Picture:
    """Ranks of one network."""
    shown = sorted((rank for rank in ranking.ranks if not rank.withheld), key=lambda rank: rank.mean_rank)
    reasons = list(dict.fromkeys(rank.withheld for rank in ranking.ranks if rank.withheld))
    height = HEAD + FOOT + ROW * max(len(shown), 2)

    def draw(figure: Figure, palette: Palette) -> None:
        axes = figure.subplots()
        if reasons:
            _draw_reason(axes, ranking, reasons[0], palette)
        else:
            _draw_ranks(axes, shown, ranking.kind, palette)
            figure.subplots_adjust(left=0.17, right=0.97, top=1 - HEAD / height, bottom=FOOT / height)

    words = reasons[0] if reasons else "; ".join(f"{r.treatment}: mean rank {r.mean_rank:.1f}" for r in shown)
    return Picture(name=name, title=title, description=words, height=height, draw=draw)


def _draw_reason(axes: Axes, ranking: Ranking, reason: str, palette: Palette) -> None:
    """No ranks: the reason in their place."""
    axes.axis("off")
    words = "\n".join(textwrap.wrap(f"{ranking.kind} withheld. {reason}", 62))
    axes.text(0.5, 0.5, words, ha="center", va="center", fontsize=11, color=palette.ink, transform=axes.transAxes)


def _draw_ranks(axes: Axes, ranks: list[Rank], kind: str, palette: Palette) -> None:
    """A dot at the mean rank, a line over the 95 % of ranks, the score beside it."""
    for i, rank in enumerate(ranks):
        axes.plot([rank.rank_low, rank.rank_high], [i, i], color=palette.study, linewidth=2.2, solid_capstyle="round")
        axes.plot(rank.mean_rank, i, "o", color=palette.ink, markersize=8, markeredgecolor=palette.surface)
        if rank.score is not None:
            axes.annotate(
                f"{kind} {rank.score:.2f}",
                (rank.mean_rank, i),
                xytext=(0, 9),
                textcoords="offset points",
                ha="center",
                fontsize=9.5,
                color=palette.muted,
            )
    axes.set_yticks(range(len(ranks)), [rank.treatment for rank in ranks], color=palette.ink)
    axes.set_ylim(len(ranks) - 0.5, -0.6)
    axes.set_xlim(0.8, len(ranks) + 0.2)
    axes.set_xticks(range(1, len(ranks) + 1))
    axes.set_xlabel("rank (1 is best), mean and 95 % of ranks")
    axes.tick_params(length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
