"""Every plot of an analysis, as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trochlea.errors import InputError
from trochlea.evidence.analysis import Analysis
from trochlea.evidence.comparison import PairAnswer
from trochlea.evidence.concern import overall_risk
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.pooling import estimate_of
from trochlea.evidence.subgroup import Subgroups, pool_subgroups
from trochlea.report.trials.forest import forest_picture
from trochlea.report.trials.funnel import funnel_picture
from trochlea.report.trials.network_graph import network_picture
from trochlea.report.trials.picture import Picture
from trochlea.report.trials.rank_plot import rank_picture
from trochlea.report.trials.tau_plot import tau_picture

GROUPINGS = ("risk of bias", "randomised")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotChoices:
    """What the plots show.

    Attributes:
        with_prediction: Whether forest plots draw the interval for a new trial.
        subgroups: One of GROUPINGS, or None.
    """

    with_prediction: bool = True
    subgroups: str | None = None


def pictures(data: Dataset, analysis: Analysis, choices: PlotChoices) -> tuple[Picture, ...]:
    """Forest of every answer, funnel of every pool, graph of every network, ranks of every connected network."""
    drawn: list[Picture] = []
    for answer in analysis.answers:
        if answer.common is not None:
            groups = _subgroups(data, answer, choices.subgroups)
            drawn.append(forest_picture(answer, with_prediction=choices.with_prediction, subgroups=groups))
            if answer.common.k > 1:
                drawn.append(funnel_picture(answer))
    for network in analysis.networks:
        graph = network_picture(network)
        drawn.append(graph)
        for i, part in enumerate(network.parts):
            name = f"{graph.name.replace('network', 'ranks', 1)}{f'-{i + 1}' if i else ''}"
            title = f"Ranks: {network.outcome}, {network.timepoint}, {network.instrument}"
            drawn.append(rank_picture(part.ranking, name=name, title=title))
            for j, posterior in enumerate(part.posteriors):
                tau = f"{name.replace('ranks', 'tau', 1)}-prior-{j + 1}"
                title = f"Scatter between trials: {network.outcome}, {network.timepoint}, {posterior.prior}"
                drawn.append(tau_picture(posterior, name=tau, title=title, scale=network.instrument))
    return tuple(drawn)


def write_gallery(folder: Path, data: Dataset, analysis: Analysis, choices: PlotChoices) -> tuple[str, ...]:
    """Write every plot as SVG and PNG.

    Returns:
        Names of the files.

    Raises:
        InputError: If there is nothing to draw or the folder cannot be written.
    """
    return write_pictures(folder, pictures(data, analysis, choices))


def write_pictures(folder: Path, drawn: Sequence[Picture]) -> tuple[str, ...]:
    """Write plots as SVG and PNG into a folder, which is made if it is not there.

    Raises:
        InputError: If there is nothing to draw or the folder cannot be written.
    """
    if not drawn:
        raise InputError("nothing to draw: no usable trial fits these options; 'trochlea evidence studies' says why")
    names: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for picture in drawn:
            (folder / f"{picture.name}.svg").write_text(picture.svg(), encoding="utf-8")
            (folder / f"{picture.name}.png").write_bytes(picture.png())
            names += [f"{picture.name}.svg", f"{picture.name}.png"]
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror}); choose another --out") from error
    return tuple(names)


def _subgroups(data: Dataset, answer: PairAnswer, grouping: str | None) -> Subgroups | None:
    """Pools of groups of trials; None where none is asked for or all trials fall into one group."""
    if grouping is None:
        return None
    if grouping not in GROUPINGS:
        raise InputError(f"subgroups {grouping!r}: expected one of {', '.join(GROUPINGS)}")
    trials = [trial.contrast.trial for trial in answer.trials]
    if grouping == "risk of bias":
        groups = [f"risk of bias: {overall_risk(data.biases, trial)[0]}" for trial in trials]
    else:
        groups = [f"randomised: {data.study(trial).randomised}" for trial in trials]
    if len(set(groups)) < 2:
        return None
    return pool_subgroups([estimate_of(trial.contrast) for trial in answer.trials], groups)
