"""One connected network of programme classes and everything that is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.evidence.bayesian_answer import priors_for
from trochlea.evidence.comparison import Settings
from trochlea.evidence.connection import direct_studies
from trochlea.evidence.contribution import ContributionMatrix, contribution_matrix
from trochlea.evidence.dataset import Dataset
from trochlea.evidence.inconsistency import DesignTest, NodeSplits, design_by_treatment, node_splits
from trochlea.evidence.instrument import Instrument
from trochlea.evidence.judgement import judgements_on
from trochlea.evidence.network import Comparison, Network, fit_network, league_table
from trochlea.evidence.network_certainty import NetworkCertainty, rate_comparison
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.posterior import (
    PosteriorComparison,
    compare_posterior,
    data_inform_tau,
    fit_posterior,
    tau_density,
)
from trochlea.evidence.ranking import Ranking, p_scores, sucra
from trochlea.evidence.selection import Selection
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
        certainties: How sure each pair of classes is; empty where contributions cannot be told.
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
    certainties: tuple[NetworkCertainty, ...]
    node_splits: NodeSplits
    design_test: DesignTest


def build_part(
    data: Dataset, studies: Sequence[StudyContrasts], selection: Selection, scale: Instrument, settings: Settings
) -> NetworkPart:
    """Fit one connected network and everything that is told of it.

    Args:
        data: All tables, for the risk of bias and the reviewer's judgements.
        studies: Trials of one connected network.
        selection: Rows of one outcome at one time.
        scale: The instrument.
        settings: How to pool.

    Raises:
        InputError: If the trials are not connected or count people twice.
    """
    model = settings.model
    if model == "auto":
        model = "random" if len(studies) >= TRIALS_FOR_RANDOM else "common"
    reference = _reference(studies)
    method = settings.tau2_method
    network = fit_network(studies, reference=reference, model=model, method=method)
    is_higher = scale.better == "higher"
    shares, note = _contributions(studies, network.tau2 or 0.0)
    priors = priors_for(scale.important_change) if len(studies) > 1 else ()
    splits, design = node_splits(studies, method=method), design_by_treatment(studies, method=method)
    league = league_table(network)
    classes = tuple(name for name in NODES if name in network.treatments)
    certainties = ()
    if shares is not None:
        pairs = {(row.a, row.b): row for row in league}
        ordered = [pairs[a, b] for i, a in enumerate(classes) for b in classes[i + 1 :]]
        certainties = tuple(
            rate_comparison(
                row,
                studies,
                shares,
                biases=data.biases,
                scale=scale,
                judgements=judgements_on(data.judgements, row.a, row.b, selection.outcome, selection.timepoint.name),
                splits=splits,
                design=design,
            )
            for row in ordered
        )
    return NetworkPart(
        classes=classes,
        studies=tuple(studies),
        edges=tuple((a, b, names) for (a, b), names in direct_studies(studies).items()),
        network=network,
        league=league,
        ranking=p_scores(network, studies, higher_is_better=is_higher, rng=np.random.default_rng(SEED)),
        posteriors=tuple(_posterior(studies, prior, reference, is_higher_better=is_higher) for prior in priors),
        contributions=shares,
        contributions_note=note,
        certainties=certainties,
        node_splits=splits,
        design_test=design,
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
