"""Network meta-analysis by weighted least squares: one variance tau2 for all comparisons."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr, ndtri, stdtrit

from trochlea.errors import InputError
from trochlea.evidence.connection import direct_studies
from trochlea.evidence.estimate import total_people
from trochlea.evidence.heterogeneity import estimate_tau2, tau2_interval
from trochlea.evidence.linear_model import fit_weighted
from trochlea.evidence.network_input import StudyContrasts
from trochlea.evidence.network_model import network_model

NETWORK_METHODS = ("REML", "ML", "DL", "PM")
"""Estimators of the one tau2; DL is the generalised method of moments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Effects of all treatments of one connected network.

    Attributes:
        treatments: The reference first.
        reference: Its name.
        estimates: Each treatment minus the reference (T,), zero for the reference itself.
        covariance: Of the estimates (T, T), zero for the reference.
        model: "common" or "random".
        method: Estimator of tau2; empty in the common-effect model.
        tau2: Variance of a comparison's true effect between studies; None where it is not in the model or
            cannot be estimated.
        tau2_low: Lower end of its interval by Q-profile; None where tau2 is.
        tau2_high: Upper end.
        q: Generalised Q about the consistency model.
        q_df: Its degrees of freedom.
        q_p_value: None without degrees of freedom.
        i2: Share of the variation that is more than chance, 0 to 1; None without degrees of freedom.
        k: Number of studies.
        n: Number of people; None where it is not known for every study.
        studies: The people behind it.
        direct: Names of the studies of every direct comparison, pairs sorted.
        level: Level of the intervals.
        marks: What the studies carried, e.g. an imputed SD.
        warnings: What a reader must know before using it.
    """

    treatments: tuple[str, ...]
    reference: str
    estimates: NDArray[np.float64]
    covariance: NDArray[np.float64]
    model: str
    method: str
    tau2: float | None
    tau2_low: float | None
    tau2_high: float | None
    q: float
    q_df: int
    q_p_value: float | None
    i2: float | None
    k: int
    n: int | None
    studies: tuple[str, ...]
    direct: dict[tuple[str, str], tuple[str, ...]]
    level: float
    marks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Treatment a minus treatment b, from direct and indirect evidence together.

    Attributes:
        a: First treatment.
        b: Treatment taken away.
        estimate: a minus b.
        se: Standard error.
        ci_low: Lower end of the interval.
        ci_high: Upper end.
        p_value: Of no difference, two-tailed.
        prediction_low: Lower end of the interval for the true effect of a new study; None where it cannot be had.
        prediction_high: Upper end.
        direct_studies: Names of the studies that compared the two directly.
    """

    a: str
    b: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    prediction_low: float | None
    prediction_high: float | None
    direct_studies: tuple[str, ...]


def fit_network(
    studies: Sequence[StudyContrasts],
    *,
    reference: str | None = None,
    model: str = "random",
    method: str = "REML",
    level: float = 0.95,
) -> Network:
    """Effects of all treatments against one reference.

    A single trial and a star of single trials leave nothing to estimate tau2 from: the estimates are then
    those of the common-effect model, tau2 is None and a warning says so.

    Args:
        studies: Studies of one connected network.
        reference: Treatment that the others are compared with; the one in most studies if None.
        model: "common" or "random".
        method: Estimator of tau2, one of NETWORK_METHODS.
        level: Level of the intervals.

    Raises:
        InputError: If the network is not connected, counts people twice, or a choice is not known.

    References:
        rucker-2012-network: the weighted least squares and the method of moments; salanti-2008-evaluation:
        the one tau2; jackson-2014-intervals: its interval.
    """
    if model not in ("common", "random"):
        raise InputError(f"model {model!r}; expected common or random")
    if method not in NETWORK_METHODS:
        raise InputError(f"tau2 estimator {method!r}; expected one of {', '.join(NETWORK_METHODS)}")
    treatments, linear = network_model(studies, reference=reference)
    common, df = fit_weighted(linear, 0.0), linear.df
    tau2 = estimate_tau2(linear, method=method) if model == "random" and df > 0 else None
    low, high = (None, None) if tau2 is None else tau2_interval(linear, level=level)
    fit = fit_weighted(linear, tau2) if tau2 else common
    q, t = float(common.rss[0]), len(treatments)
    estimates, covariance = np.zeros(t), np.zeros((t, t))
    estimates[1:], covariance[1:, 1:] = fit.beta[0], fit.covariance[0]
    estimates.flags.writeable = covariance.flags.writeable = False
    return Network(
        treatments=treatments,
        reference=treatments[0],
        estimates=estimates,
        covariance=covariance,
        model=model,
        method=method if model == "random" else "",
        tau2=tau2,
        tau2_low=low,
        tau2_high=high,
        q=q,
        q_df=df,
        q_p_value=float(chdtrc(df, q)) if df else None,
        i2=(max(0.0, 1.0 - df / q) if q > 0 else 0.0) if df else None,
        k=len(studies),
        n=total_people([study.n for study in studies]),
        studies=tuple(study.study for study in studies),
        direct=direct_studies(studies),
        level=level,
        marks=tuple(f"{study.study}: {mark}" for study in studies for mark in study.marks),
        warnings=_warnings(studies, df=df, random=model == "random"),
    )


def compare(network: Network, a: str, b: str) -> Comparison:
    """Treatment a minus treatment b.

    Raises:
        InputError: If a treatment is not in the network.

    References:
        riley-2011-interpretation: the prediction interval; here on the residual degrees of freedom less one,
        which are k - 2 for two treatments.
    """
    i, j = (_position(network, name) for name in (a, b))
    if i == j:
        raise InputError(f"{a} with itself; expected two different treatments")
    estimate = float(network.estimates[i] - network.estimates[j])
    cov = network.covariance
    variance = float(cov[i, i] + cov[j, j] - 2.0 * cov[i, j])
    se, half = math.sqrt(variance), 0.5 + network.level / 2
    prediction: tuple[float | None, float | None] = (None, None)
    if network.tau2 is not None and network.q_df > 1:
        width = float(stdtrit(network.q_df - 1, half)) * math.sqrt(variance + network.tau2)
        prediction = (estimate - width, estimate + width)
    quantile = float(ndtri(half))
    return Comparison(
        a=a,
        b=b,
        estimate=estimate,
        se=se,
        ci_low=estimate - quantile * se,
        ci_high=estimate + quantile * se,
        p_value=2.0 * float(ndtr(-abs(estimate) / se)),
        prediction_low=prediction[0],
        prediction_high=prediction[1],
        direct_studies=network.direct.get((min(a, b), max(a, b)), ()),
    )


def league_table(network: Network) -> tuple[Comparison, ...]:
    """Every ordered pair of different treatments, row by row in the order of `network.treatments`."""
    names = network.treatments
    return tuple(compare(network, a, b) for a in names for b in names if a != b)


def _position(network: Network, name: str) -> int:
    """Index of a treatment."""
    if name not in network.treatments:
        raise InputError(f"{name} is not in the network; expected one of {', '.join(network.treatments)}")
    return network.treatments.index(name)


def _warnings(studies: Sequence[StudyContrasts], *, df: int, random: bool) -> tuple[str, ...]:
    """What a small network leaves open."""
    said = []
    if len(studies) == 1:
        said.append("one study: its own contrasts, no network evidence")
    if random and df == 0:
        said.append(
            "no comparison was made by two studies and no loop is closed: the scatter of true effects between "
            "studies cannot be estimated, and the intervals leave it out"
        )
    elif random and df < 3:
        said.append(f"{df} degrees of freedom: the between-study variance is poorly known")
    return tuple(said)
