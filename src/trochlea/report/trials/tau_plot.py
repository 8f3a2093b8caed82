"""The posterior of the scatter between trials drawn over its prior: what did the data add?"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trochlea.evidence.network_part import PosteriorNetwork
from trochlea.report.trials.palette import Palette
from trochlea.report.trials.picture import Picture

HEIGHT = 250


def tau_picture(posterior: PosteriorNetwork, *, name: str, title: str, scale: str) -> Picture:
    """Density of tau before and after the data, with the sentence that says which of the two it is.

    Args:
        posterior: One network under one prior.
        name: Unique on a page.
        title: Short name, read aloud.
        scale: The instrument, for the axis.
    """

    def draw(figure: Figure, palette: Palette) -> None:
        axes = figure.subplots()
        _draw(axes, posterior, scale, palette)
        figure.subplots_adjust(left=0.05, right=0.98, top=0.88, bottom=0.2)

    return Picture(name=name, title=title, description=posterior.tau_sentence, height=HEIGHT, draw=draw)


def _draw(axes: Axes, posterior: PosteriorNetwork, scale: str, palette: Palette) -> None:
    """Prior as an area, posterior as a line, named where they stand highest apart."""
    tau, prior, after = posterior.tau_grid, posterior.prior_density, posterior.posterior_density
    axes.fill_between(tau, prior, color=palette.band, linewidth=0)
    axes.plot(tau, prior, color=palette.muted, linewidth=1.0, linestyle=(0, (3, 2)), label=f"prior, {posterior.prior}")
    axes.plot(tau, after, color=palette.ink, linewidth=1.8, label="posterior")
    axes.set_xlim(0.0, float(tau[-1]))
    axes.set_ylim(0.0, 1.1 * float(max(prior.max(), after.max())))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel(f"tau, scatter between trials ({scale} points)")
    axes.legend(loc="upper right", frameon=False, fontsize=10)
    first = posterior.tau_sentence.split(" (")[0]
    axes.set_title(first[0].upper() + first[1:], fontsize=10.5, loc="left")
