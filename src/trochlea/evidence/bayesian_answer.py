"""What a Bayesian random-effects model says of one difference, under more than one prior for the scatter."""

from collections.abc import Sequence
from dataclasses import dataclass

from trochlea.evidence.network_input import contrasts_from_pairs
from trochlea.evidence.pair_contrast import PairContrast
from trochlea.evidence.pooling import Estimate
from trochlea.evidence.posterior import compare_posterior, data_inform_tau, fit_posterior
from trochlea.evidence.tau_prior import TauPrior, half_cauchy, half_normal

PRIOR_SHARE = 0.5
"""Assumed scale of the priors for tau, as a share of the smallest important change: half-normal, 95 % of the prior
then lies below one important change, which trials of one comparison would rarely differ by."""


PRIOR_SOURCE = "roever-2021-weakly; gelman-2006-prior"
"""Families of the two priors; their scale is assumed, see PRIOR_SHARE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesianAnswer:
    """One difference under one prior.

    Attributes:
        prior: Name of the prior for tau, with its scale in points.
        citation: Key of the prior's source.
        median: Posterior median [points]; the mean need not exist under a heavy-tailed prior.
        ci_low: Lower end of the 95 % credible interval.
        ci_high: Upper end.
        prediction_low: Lower end of the 95 % interval for a new trial.
        prediction_high: Upper end.
        tau_median: Scatter between trials [points].
        tau_low: Lower end of its 95 % interval.
        tau_high: Upper end.
        informed: Whether the data say anything about tau.
        tau_sentence: That in words.
    """

    prior: str
    citation: str
    median: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    tau_median: float
    tau_low: float
    tau_high: float
    informed: bool
    tau_sentence: str


def priors_for(important_change: float | None) -> tuple[TauPrior, ...]:
    """Priors for tau on a scale; none where no important change was seen to set their scale by."""
    if important_change is None:
        return ()
    scale = PRIOR_SHARE * important_change
    return half_normal(scale, citation=PRIOR_SOURCE), half_cauchy(scale, citation=PRIOR_SOURCE)


def bayesian_answers(
    estimates: Sequence[Estimate], class_a: str, class_b: str, important_change: float | None
) -> tuple[BayesianAnswer, ...]:
    """One answer a prior, exact by quadrature over tau.

    Args:
        estimates: Differences class a minus class b, one a trial.
        class_a: First class.
        class_b: Second class.
        important_change: Smallest change that matters [points]; sets the scale of the priors.

    Returns:
        Answers in the order of `priors_for`; empty where there is no prior.
    """
    pairs = [
        PairContrast(study=item.study, a=class_a, b=class_b, estimate=item.estimate, se=item.se, n=item.n)
        for item in estimates
    ]
    studies = contrasts_from_pairs(pairs)
    answers = []
    for prior in priors_for(important_change):
        posterior = fit_posterior(studies, prior, reference=class_b)
        found = compare_posterior(posterior, class_a, class_b)
        informed, sentence = data_inform_tau(posterior)
        answers.append(
            BayesianAnswer(
                prior=prior.name,
                citation=prior.citation,
                median=found.median,
                ci_low=found.ci_low,
                ci_high=found.ci_high,
                prediction_low=found.prediction_low,
                prediction_high=found.prediction_high,
                tau_median=posterior.tau_median,
                tau_low=posterior.tau_low,
                tau_high=posterior.tau_high,
                informed=informed,
                tau_sentence=sentence,
            )
        )
    return tuple(answers)
