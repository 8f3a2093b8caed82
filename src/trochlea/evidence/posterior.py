"""Exact Bayesian meta-analysis: given tau the posterior is Gaussian, and tau is integrated out by quadrature."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, sici

from trochlea.errors import InputError
from trochlea.evidence.estimate import total_people
from trochlea.evidence.linear_model import LinearModel, fit_weighted
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.network_model import network_model
from trochlea.evidence.tau_prior import TauPrior, log_density, tau_at_score

Array = NDArray[np.float64]

SCORES = (-9.0, 37.0)
"""Range of the standard normal score of tau under its prior: below it lies 1e-19 of the prior, above it the
smallest number that a double holds, so that data that contradict the prior are still followed."""
COARSE_STEP = 0.25
"""Step with which the region that matters is looked for [scores]."""
NEGLIGIBLE = 45.0
"""The integrand is left out where it is below exp(-45) = 3e-20 of its peak."""
FIRST_NODES = 33
MOST_NODES = 4225
"""Nodes are doubled from the first to at most the second number."""
SMALLEST_SHARE = 1e-17
"""Nodes with less of the posterior are not kept: all together hold less than a rounding error."""
MOST_STEPS = 200
"""Newton with a bracket; about ten steps are needed."""
CLOSE = 1e-12
"""Doubling stops when the logarithm of the evidence and the mean rank of tau under its prior move by less."""
HARDLY_BITS = 0.5
"""Below this many bits the data are said to hardly inform tau. Assumed: half a bit is what is learned by ruling
out 30 % of the prior's mass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPosterior:
    """Posterior of tau on quadrature nodes, and of the effects given each.

    Attributes:
        treatments: The reference first.
        reference: Its name.
        prior: Of tau; the effects have a flat prior.
        model: Data, for densities at other values of tau.
        tau: Nodes (g,), rising.
        weights: Posterior probability of each node (g,), adding up to 1.
        means: Effects against the reference at each node (g, T).
        covariances: Of the effects at each node (g, T, T).
        tau_median: Posterior median; its mean need not exist under a heavy-tailed prior.
        tau_low: Lower end of the central interval of tau.
        tau_high: Upper end.
        log_evidence: Logarithm of the marginal likelihood, up to a constant that does not depend on the prior.
        information_bits: What the data say about tau: divergence of its posterior from its prior [bits].
        k: Number of studies.
        n: Number of people; None where it is not known for every study.
        studies: The people behind it.
        level: Level of the intervals.
    """

    treatments: tuple[str, ...]
    reference: str
    prior: TauPrior
    model: LinearModel
    tau: Array
    weights: Array
    means: Array
    covariances: Array
    tau_median: float
    tau_low: float
    tau_high: float
    log_evidence: float
    information_bits: float
    k: int
    n: int | None
    studies: tuple[str, ...]
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PosteriorComparison:
    """Posterior of treatment a minus treatment b.

    Attributes:
        a: First treatment.
        b: Treatment taken away.
        median: Posterior median; mean and SD need not exist under a heavy-tailed prior.
        ci_low: Lower end of the central interval.
        ci_high: Upper end.
        probability_above_zero: That a minus b is above zero.
        prediction_low: Lower end of the central interval for the true effect of a new study.
        prediction_high: Upper end.
    """

    a: str
    b: str
    median: float
    ci_low: float
    ci_high: float
    probability_above_zero: float
    prediction_low: float
    prediction_high: float


def fit_posterior(
    studies: Sequence[StudyContrasts],
    prior: TauPrior,
    *,
    reference: str | None = None,
    level: float = 0.95,
) -> NetworkPosterior:
    """Posterior of tau and of all effects; with two treatments this is the pairwise analysis.

    The integral over tau is taken over the standard normal score of tau under its prior, where the integrand
    is smooth and falls like a normal density on both sides, so that the trapezoidal rule converges faster than
    any power of its step; nodes are doubled until nothing moves.

    Args:
        studies: Studies of one connected network; one study is enough, since the prior is proper.
        prior: Of tau.
        reference: Treatment that the others are compared with; the one in most studies if None.
        level: Level of the intervals.

    Raises:
        InputError: If the network is not connected, counts people twice, or the quadrature does not settle.

    References:
        roever-2020-bayesmeta: the pairwise model, its flat prior of the effect and priors of tau;
        salanti-2008-evaluation: the network model.
    """
    treatments, model = network_model(studies, reference=reference)
    score, density, log_evidence = _quadrature(model, prior)
    kept = density > SMALLEST_SHARE * density.sum()
    tau, weights = tau_at_score(prior, score[kept]), density[kept] / density[kept].sum()
    fit = fit_weighted(model, tau**2)
    t = len(treatments)
    means, covariances = np.zeros((tau.size, t)), np.zeros((tau.size, t, t))
    means[:, 1:], covariances[:, 1:, 1:] = fit.beta, fit.covariance
    tail = 0.5 * (1.0 - level)
    low, median, high = (float(tau_at_score(prior, _score_below(score, density, p))) for p in (tail, 0.5, 1 - tail))
    bits = max(0.0, float(weights @ fit.log_restricted) - log_evidence) / math.log(2.0) if model.df > 0 else 0.0
    for array in (tau, weights, means, covariances):
        array.flags.writeable = False
    return NetworkPosterior(
        treatments=treatments,
        reference=treatments[0],
        prior=prior,
        model=model,
        tau=tau,
        weights=weights,
        means=means,
        covariances=covariances,
        tau_median=median,
        tau_low=low,
        tau_high=high,
        log_evidence=log_evidence,
        information_bits=bits,
        k=len(studies),
        n=total_people([study.n for study in studies]),
        studies=tuple(study.study for study in studies),
        level=level,
    )


def compare_posterior(posterior: NetworkPosterior, a: str, b: str) -> PosteriorComparison:
    """Posterior of treatment a minus treatment b.

    Raises:
        InputError: If a treatment is not in the network.
    """
    mean, variance = difference_at_nodes(posterior, a, b)
    w, tail = posterior.weights, 0.5 * (1.0 - posterior.level)
    sd, new = np.sqrt(variance), np.sqrt(variance + posterior.tau**2)
    low, median, high = (float(value) for value in mixture_quantiles(w, mean, sd, (tail, 0.5, 1.0 - tail)))
    prediction_low, prediction_high = (float(value) for value in mixture_quantiles(w, mean, new, (tail, 1.0 - tail)))
    return PosteriorComparison(
        a=a,
        b=b,
        median=median,
        ci_low=low,
        ci_high=high,
        probability_above_zero=float(w @ ndtr(mean / sd)),
        prediction_low=prediction_low,
        prediction_high=prediction_high,
    )


def difference_at_nodes(posterior: NetworkPosterior, a: str, b: str) -> tuple[Array, Array]:
    """Mean and variance of a minus b at each node of tau (g,)."""
    for name in (a, b):
        if name not in posterior.treatments:
            raise InputError(f"{name} is not in the network; expected one of {', '.join(posterior.treatments)}")
    if a == b:
        raise InputError(f"{a} with itself; expected two different treatments")
    i, j = posterior.treatments.index(a), posterior.treatments.index(b)
    cov = posterior.covariances
    return posterior.means[:, i] - posterior.means[:, j], cov[:, i, i] + cov[:, j, j] - 2.0 * cov[:, i, j]


def tau_density(posterior: NetworkPosterior, tau: ArrayLike) -> Array:
    """Posterior density of tau > 0, to be drawn over its prior."""
    values = np.atleast_1d(np.asarray(tau, dtype=float))
    log_likelihood = fit_weighted(posterior.model, values**2).log_restricted
    return np.exp(log_density(posterior.prior, values) + log_likelihood - posterior.log_evidence)


def data_inform_tau(posterior: NetworkPosterior) -> tuple[bool, str]:
    """Whether the data inform tau, by how far its posterior moved from its prior, and the same in words."""
    bits = posterior.information_bits
    informed = bits >= HARDLY_BITS
    verdict = "the data inform tau" if informed else "the data hardly inform tau"
    interval = f"{100 * posterior.level:g} % interval {posterior.tau_low:.2g} to {posterior.tau_high:.2g}"
    beyond = f"{bits:.2f} bits beyond the prior {posterior.prior.name}"
    return informed, f"{verdict} ({beyond}; median {posterior.tau_median:.2g}, {interval})"


def mixture_quantiles(weights: Array, means: Array, sds: Array, shares: Sequence[float]) -> Array:
    """Values below which the shares (p,) of a mixture of normals lie.

    Newton inside a bracket, on the normal score of the share below, which is nearly straight.
    """
    p = np.asarray(shares, dtype=float)
    mean, target = float(weights @ means), ndtri(p)
    value = mean + target * float(weights @ sds)
    low, high = np.full(p.shape, (means - 40.0 * sds).min()), np.full(p.shape, (means + 40.0 * sds).max())
    close = 1e-13 * (abs(mean) + float(sds.min()))
    for _ in range(MOST_STEPS):
        z = (value[:, None] - means) / sds
        below = ndtr(z) @ weights
        low, high = np.where(below > p, low, value), np.where(below > p, value, high)
        slope = np.exp(-0.5 * z**2) @ (weights / sds)
        score = ndtri(np.clip(below, 1e-300, 1.0 - 1e-16))
        step = np.divide(
            (score - target) * np.exp(-0.5 * score**2), slope, out=np.full(p.shape, np.inf), where=slope > 0
        )
        following = value - step
        following = np.where((following >= low) & (following <= high), following, 0.5 * (low + high))
        if (np.abs(following - value) <= close + 1e-14 * np.abs(value)).all():
            return following
        value = following
    raise InputError(f"a quantile of the posterior did not settle in {MOST_STEPS} steps; check the standard errors")


def _quadrature(model: LinearModel, prior: TauPrior) -> tuple[Array, Array, float]:
    """Scores of tau, the integrand there up to a factor, and the logarithm of the evidence."""

    def log_integrand(score: Array) -> Array:
        height = -0.5 * score**2
        if model.df > 0:  # without degrees of freedom the likelihood is the same for every tau
            height += fit_weighted(model, tau_at_score(prior, score) ** 2).log_restricted
        return height

    coarse = np.arange(SCORES[0], SCORES[1] + COARSE_STEP / 2, COARSE_STEP)
    heights = log_integrand(coarse)
    inside = np.flatnonzero(heights > heights.max() - NEGLIGIBLE)
    low, high = coarse[max(inside[0] - 1, 0)], coarse[min(inside[-1] + 1, coarse.size - 1)]
    nodes, last = FIRST_NODES, (math.inf, math.inf)
    while nodes <= MOST_NODES:
        score = np.linspace(low, high, nodes)
        height = log_integrand(score)
        density = np.exp(height - height.max())
        evidence = height.max() + math.log(density.sum() * (score[1] - score[0])) - 0.5 * math.log(2 * math.pi)
        now = (float(evidence), float(density @ ndtr(score) / density.sum()))
        if all(abs(new - old) <= CLOSE * max(1.0, abs(new)) for new, old in zip(now, last, strict=True)):
            return score, density, now[0]
        nodes, last = 2 * nodes - 1, now
    raise InputError(f"the posterior of tau did not settle on {MOST_NODES} nodes; check the standard errors")


def _score_below(score: Array, density: Array, p: float) -> float:
    """Score below which a share p of the posterior lies.

    The density between the nodes is the sum of sine cardinals through them, as exact as the trapezoidal rule
    itself; its integral is a sum of sine integrals.
    """
    step = float(score[1] - score[0])
    weights = density / density.sum()
    i = int(np.searchsorted(np.cumsum(weights), p))
    low, high = float(score[max(i - 2, 0)]), float(score[min(i + 2, score.size - 1)])
    while high - low > 1e-15 * max(1.0, abs(high)):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        below = 0.5 + float(weights @ sici(math.pi * (middle - score) / step)[0]) / math.pi
        low, high = (low, middle) if below > p else (middle, high)
    return 0.5 * (low + high)
