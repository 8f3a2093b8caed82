"""Prior distributions of tau, the SD of true effects between studies."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr, ndtri, stdtr, stdtrit

from trochlea.errors import InputError

Array = NDArray[np.float64]

FAMILIES = ("half-normal", "half-cauchy", "log-normal", "log-t")
LOG_T_DF = 5.0
"""Degrees of freedom of the published log-t priors (rhodes-2015-predictive)."""

LARGEST_TAU = 1e100
"""Larger values are taken as this one, so that a square fits a double; less than 1e-9 of any prior here is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TauPrior:
    """A proper prior of tau > 0.

    Attributes:
        family: One of FAMILIES.
        location: Of log(tau^2), for the logarithmic families; zero otherwise.
        scale: Of tau for the half families [points], of log(tau^2) for the logarithmic ones.
        name: In words.
        citation: Keys in references.bib, or "assumed" with the reason.
    """

    family: str
    scale: float
    location: float = 0.0
    name: str
    citation: str

    def __post_init__(self) -> None:
        """Refuse what is not a prior."""
        if self.family not in FAMILIES:
            raise InputError(f"prior of tau: family {self.family!r}; expected one of {', '.join(FAMILIES)}")
        if not (math.isfinite(self.scale) and self.scale > 0 and math.isfinite(self.location)):
            raise InputError(f"prior of tau: scale {self.scale}, location {self.location}; expected scale above 0")


def half_normal(scale: float, *, citation: str = "assumed: the caller's scale") -> TauPrior:
    """Half-normal: 95 % of its mass lies below 1.96 scales.

    References:
        roever-2021-weakly: its use; gelman-2006-prior: half families for variances.
    """
    return TauPrior(family="half-normal", scale=scale, name=f"half-normal, scale {scale:g}", citation=citation)


def half_cauchy(scale: float, *, citation: str = "assumed: the caller's scale") -> TauPrior:
    """Half-Cauchy: half of its mass lies below one scale, with a heavy tail.

    References:
        gelman-2006-prior: its use; roever-2021-weakly: in meta-analysis.
    """
    return TauPrior(family="half-cauchy", scale=scale, name=f"half-Cauchy, scale {scale:g}", citation=citation)


RHODES_2015 = {
    "any": (-3.44, 2.59),
    "pain and functioning, non-pharmacological": (-3.02, 2.27),
    "subjective, non-pharmacological": (-2.62, 2.41),
}
"""Location and scale of log(tau^2) of standardised mean differences (rhodes-2015-predictive, table 3, as printed in
the source of roever-2020-bayesmeta). The second row is the published class "general physical health and adverse
event and pain and quality of life / functioning"."""


def rhodes_2015(outcome: str = "pain and functioning, non-pharmacological", *, sd: float = 1.0) -> TauPrior:
    """Published log-t prior for differences of means.

    Args:
        outcome: One of RHODES_2015.
        sd: SD between people of the scale [points]; 1 for standardised differences. A difference of means has
            this many times the tau of the standardised one.

    References:
        rhodes-2015-predictive, table 3.
    """
    if outcome not in RHODES_2015:
        raise InputError(f"rhodes_2015: outcome {outcome!r}; expected one of {', '.join(RHODES_2015)}")
    if not sd > 0:
        raise InputError(f"rhodes_2015: sd {sd}; expected above 0")
    location, scale = RHODES_2015[outcome]
    scaled = "" if sd == 1.0 else f", times SD {sd:g}"
    return TauPrior(
        family="log-t",
        location=location + 2.0 * math.log(sd),
        scale=scale,
        name=f"log-t of Rhodes 2015 ({outcome}{scaled})",
        citation="rhodes-2015-predictive; roever-2020-bayesmeta",
    )


TURNER_2015 = {
    "pain, non-pharmacological": (-1.38, 1.45),
    "functioning, non-pharmacological": (-2.10, 1.47),
    "subjective, non-pharmacological": (-2.26, 1.47),
}
"""Mean and SD of log(tau^2) of log odds ratios between non-pharmacological treatments (turner-2015-predictive,
table IV, as printed in the source of roever-2020-bayesmeta)."""


def turner_2015(outcome: str = "pain, non-pharmacological") -> TauPrior:
    """Published log-normal prior for log odds ratios.

    Args:
        outcome: One of TURNER_2015.

    References:
        turner-2015-predictive, table IV.
    """
    if outcome not in TURNER_2015:
        raise InputError(f"turner_2015: outcome {outcome!r}; expected one of {', '.join(TURNER_2015)}")
    location, scale = TURNER_2015[outcome]
    return TauPrior(
        family="log-normal",
        location=location,
        scale=scale,
        name=f"log-normal of Turner 2015 ({outcome})",
        citation="turner-2015-predictive; roever-2020-bayesmeta",
    )


def log_density(prior: TauPrior, tau: ArrayLike) -> Array:
    """Logarithm of the density of tau > 0, any shape."""
    t = np.asarray(tau, dtype=float)
    if prior.family == "half-normal":
        return 0.5 * math.log(2.0 / math.pi) - math.log(prior.scale) - 0.5 * (t / prior.scale) ** 2
    if prior.family == "half-cauchy":
        return math.log(2.0 / (math.pi * prior.scale)) - np.log1p((t / prior.scale) ** 2)
    z = (2.0 * np.log(t) - prior.location) / prior.scale
    turn = math.log(2.0) - math.log(prior.scale) - np.log(t)
    if prior.family == "log-normal":
        return turn - 0.5 * math.log(2.0 * math.pi) - 0.5 * z**2
    if prior.family == "log-t":
        constant = gammaln(0.5 * (LOG_T_DF + 1)) - gammaln(0.5 * LOG_T_DF) - 0.5 * math.log(LOG_T_DF * math.pi)
        return turn + constant - 0.5 * (LOG_T_DF + 1) * np.log1p(z**2 / LOG_T_DF)
    raise InputError(f"prior of tau: family {prior.family!r}; expected one of {', '.join(FAMILIES)}")


def cumulative(prior: TauPrior, tau: ArrayLike) -> Array:
    """Probability of a smaller tau, any shape."""
    t = np.asarray(tau, dtype=float)
    if prior.family == "half-normal":
        return 2.0 * ndtr(t / prior.scale) - 1.0
    if prior.family == "half-cauchy":
        return 2.0 / math.pi * np.arctan(t / prior.scale)
    z = (2.0 * np.log(t) - prior.location) / prior.scale
    if prior.family == "log-normal":
        return ndtr(z)
    if prior.family == "log-t":
        return stdtr(LOG_T_DF, z)
    raise InputError(f"prior of tau: family {prior.family!r}; expected one of {', '.join(FAMILIES)}")


def tau_at_score(prior: TauPrior, score: ArrayLike) -> Array:
    """The tau whose probability of a smaller one is that of a standard normal score; exact far into both tails."""
    z = np.asarray(score, dtype=float)
    above = ndtr(-z)
    if prior.family == "half-normal":
        lower = ndtri(0.5 + 0.5 * ndtr(z))
        return prior.scale * np.where(z < 0, lower, -ndtri(0.5 * above))
    if prior.family == "half-cauchy":
        lower = np.tan(0.5 * math.pi * ndtr(z))
        return np.minimum(prior.scale * np.where(z < 0, lower, 1.0 / np.tan(0.5 * math.pi * above)), LARGEST_TAU)
    if prior.family == "log-normal":
        quantile = z
    elif prior.family == "log-t":
        quantile = np.sign(z) * np.abs(stdtrit(LOG_T_DF, ndtr(-np.abs(z))))
    else:
        raise InputError(f"prior of tau: family {prior.family!r}; expected one of {', '.join(FAMILIES)}")
    return np.exp(np.minimum(0.5 * (prior.location + prior.scale * quantile), math.log(LARGEST_TAU)))


def quantile(prior: TauPrior, p: ArrayLike) -> Array:
    """The tau below which a share p of the prior lies, 0 < p < 1."""
    return tau_at_score(prior, ndtri(np.asarray(p, dtype=float)))
