"""The network of programme classes on one scale, and why a class is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.evidence.bayesian_answer import priors_for
from trochlea.evidence.comparison import Settings, estimate_of
from trochlea.evidence.connection import direct_studies, split_network
from trochlea.evidence.contrast import Contrast
from trochlea.evidence.contribution import ContributionMatrix, contribution_matrix
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.fingerprint import data_hash
from trochlea.evidence.inconsistency import DesignTest, NodeSplits, design_by_treatment, node_splits
from trochlea.evidence.network import Comparison, Network, fit_network, league_table
from trochlea.evidence.network_input import StudyContrasts, contrasts_from_pairs
from trochlea.evidence.number_words import listed
from trochlea.evidence.pair_contrast import PairContrast
from trochlea.evidence.posterior import (
    PosteriorComparison,
    compare_posterior,
    data_inform_tau,
    fit_posterior,
    tau_density,
)
from trochlea.evidence.ranking import Ranking, p_scores, sucra
from trochlea.evidence.selection import Exclusion, Selection
from trochlea.evidence.tau_prior import TauPrior, log_density, quantile

NODES = ("hip", "knee", "hip+knee", "control")
"""Classes that can be nodes; "other" gathers different programmes and cannot."""

TRIALS_FOR_RANDOM = 3
"""As in `comparison`: below, the common-effect network is told first."""

SEED = 20261124
"""Of the draws behind the uncertainty of ranks; any number does, the same one gives the same result."""


N_GRID = 200
"""Points at which a density is drawn."""

PRIOR_DRAWN = 0.8
"""Share of the prior's mass that a drawing holds at least; a heavy tail would flatten the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PosteriorNetwork:
    """The network under one prior for tau.

    Attributes:
        prior: Name of the prior.
        citation: Key of its source.
        comparisons: Every pair of classes once.
        tau_median: Scatter between trials [points].
        tau_low: Lower end of its 95 % interval.
        tau_high: Upper end.
        tau_sentence: Whether the data inform tau, in words.
        tau_grid: Values of tau (N_GRID,) [points], to draw its density on.
        prior_density: Of tau before the data (N_GRID,) [1/points].
        posterior_density: After them (N_GRID,) [1/points].
        ranking: SUCRA, or the reason why it is withheld.
    """

    prior: str
    citation: str
    comparisons: tuple[PosteriorComparison, ...]
    tau_median: float
    tau_low: float
    tau_high: float
    tau_sentence: str
    tau_grid: NDArray[np.float64]
    prior_density: NDArray[np.float64]
    posterior_density: NDArray[np.float64]
    ranking: Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPart:
    """One connected network.

    Attributes:
        classes: Its nodes.
        studies: Its trials as the network model takes them.
        edges: Pairs of nodes with the trials that compare them.
        network: The fit.
        league: Every ordered pair.
        ranking: P-scores, or the reason why they are withheld.
        posteriors: The Bayesian fits; none for a single trial, where the prior alone would make the scatter.
        contributions: Share of each direct comparison in each estimate; None where it cannot be told.
        contributions_note: Why not; empty where it can.
        node_splits: Direct against indirect evidence, or the sentence that there is no loop.
        design_test: Designs against each other, likewise.
    """

    classes: tuple[str, ...]
    studies: tuple[StudyContrasts, ...]
    edges: tuple[tuple[str, str, tuple[str, ...]], ...]
    network: Network
    league: tuple[Comparison, ...]
    ranking: Ranking
    posteriors: tuple[PosteriorNetwork, ...]
    contributions: ContributionMatrix | None
    contributions_note: str
    node_splits: NodeSplits
    design_test: DesignTest


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
    parts = tuple(
        _part(list(group), scale.better, scale.important_change, settings) for group in split_network(studies)
    )
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
        classes = (row.class_a, row.class_b)
        if "other" in classes:
            reason = "the class 'other' gathers different programmes and is not a node of the network"
        elif row.class_a == row.class_b:
            reason = f"both arms are {row.class_a} programmes"
        else:
            inside.append(row)
            continue
        aside.append(
            Exclusion(
                id=row.id, table="contrasts.csv", trial=row.trial, outcome=row.outcome, classes=classes, reason=reason
            )
        )
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


def _part(
    studies: list[StudyContrasts], better: str, important_change: float | None, settings: Settings
) -> NetworkPart:
    """One connected network, fitted."""
    model = settings.model
    if model == "auto":
        model = "random" if len(studies) >= TRIALS_FOR_RANDOM else "common"
    reference = _reference(studies)
    network = fit_network(studies, reference=reference, model=model)
    is_higher = better == "higher"
    shares, note = _contributions(studies, network.tau2 or 0.0)
    priors = priors_for(important_change) if len(studies) > 1 else ()
    return NetworkPart(
        classes=_in_order(network.treatments),
        studies=tuple(studies),
        edges=tuple((a, b, names) for (a, b), names in direct_studies(studies).items()),
        network=network,
        league=league_table(network),
        ranking=p_scores(network, studies, higher_is_better=is_higher, rng=np.random.default_rng(SEED)),
        posteriors=tuple(_posterior(studies, prior, reference, is_higher_better=is_higher) for prior in priors),
        contributions=shares,
        contributions_note=note,
        node_splits=node_splits(studies),
        design_test=design_by_treatment(studies),
    )


def _posterior(
    studies: Sequence[StudyContrasts], prior: TauPrior, reference: str, *, is_higher_better: bool
) -> PosteriorNetwork:
    """The network under one prior."""
    posterior = fit_posterior(studies, prior, reference=reference)
    names = _in_order(posterior.treatments)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    end = max(float(quantile(prior, PRIOR_DRAWN)), posterior.tau_high)
    grid = np.linspace(0.0, end, N_GRID + 1)[1:]
    return PosteriorNetwork(
        prior=prior.name,
        citation=prior.citation,
        comparisons=tuple(compare_posterior(posterior, a, b) for a, b in pairs),
        tau_median=posterior.tau_median,
        tau_low=posterior.tau_low,
        tau_high=posterior.tau_high,
        tau_sentence=data_inform_tau(posterior)[1],
        tau_grid=grid,
        prior_density=np.exp(log_density(prior, grid)),
        posterior_density=np.asarray(tau_density(posterior, grid)),
        ranking=sucra(posterior, studies, higher_is_better=is_higher_better, rng=np.random.default_rng(SEED)),
    )


def _contributions(studies: Sequence[StudyContrasts], tau2: float) -> tuple[ContributionMatrix | None, str]:
    """Shares of the direct comparisons, or why there are none."""
    try:
        return contribution_matrix(studies, tau2=tau2), ""
    except InputError as error:
        return None, str(error)


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    """Classes in the order of NODES."""
    return tuple(name for name in NODES if name in names)


def _reference(studies: Sequence[StudyContrasts]) -> str:
    """Control where it is in the network, else the first node of NODES."""
    present = {name for study in studies for name in study.treatments}
    return next(name for name in ("control", *NODES) if name in present)


def _why_outside(name: str, selection: Selection, instrument: str) -> str:
    """Why no usable row links a class to the others."""
    about = [row for row in selection.excluded if row.outcome == selection.outcome and name in row.classes]
    on = f" on {instrument}" if instrument else ""
    if not about:
        return f"no row on {selection.outcome} compares {name} with another class"
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
