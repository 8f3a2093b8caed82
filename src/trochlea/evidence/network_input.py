"""Studies of two or more arms as contrasts with their covariance: the input of every network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.evidence.effect_size import (
    ZERO_CELL,
    ContinuousArm,
    CountArm,
    arm_marks,
    pooled_sd,
    small_sample_factor,
    smd_measure,
)
from trochlea.evidence.estimate import total_people
from trochlea.evidence.pair_contrast import PairContrast, arms_of_pairs

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyContrasts:
    """One study in a network.

    Attributes:
        study: The people.
        treatments: Its m >= 2 different treatments.
        estimates: Each further treatment minus the first (m - 1,).
        covariance: Of the estimates (m - 1, m - 1), positive definite.
        n: People behind it; None if not known.
        measure: "MD", "SMD", "log OR", ...; empty where the caller keeps it.
        marks: What a reader must know about it.
    """

    study: str
    treatments: tuple[str, ...]
    estimates: Array
    covariance: Array
    n: int | None = None
    measure: str = ""
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check shapes and refuse a covariance that no data can have."""
        m = len(self.treatments)
        if m < 2 or len(set(self.treatments)) != m:
            raise InputError(f"{self.study}: treatments {self.treatments}; expected two or more different ones")
        estimates = np.array(self.estimates, dtype=float)
        covariance = np.array(self.covariance, dtype=float)
        if estimates.shape != (m - 1,) or covariance.shape != (m - 1, m - 1):
            raise InputError(f"{self.study}: expected {m - 1} contrasts with their covariance, found {estimates.shape}")
        if not (np.isfinite(estimates).all() and np.isfinite(covariance).all()):
            raise InputError(f"{self.study}: a contrast or its variance is missing or infinite; leave the study out")
        if np.diag(covariance).min() <= 0 or not np.allclose(covariance, covariance.T, rtol=1e-9, atol=0):
            raise InputError(
                f"{self.study}: a sampling variance is not above zero; give the standard errors as printed"
            )
        if np.linalg.eigvalsh(covariance).min() <= 0:
            raise InputError(
                f"{self.study}: the contrasts' covariance is not positive definite; check the SEs of its arms"
            )
        estimates.flags.writeable = covariance.flags.writeable = False
        object.__setattr__(self, "estimates", estimates)
        object.__setattr__(self, "covariance", covariance)


def contrasts_from_means(arms: Sequence[ContinuousArm], *, measure: str = "MD") -> tuple[StudyContrasts, ...]:
    """Studies from their arms' means.

    Args:
        arms: Two or more of each study, in any order.
        measure: "MD", or "SMD" over the SD pooled across all arms of the study.

    Returns:
        One value a study, in the order of their first arms.

    Raises:
        InputError: If a study has one arm only, a treatment twice, or final values mixed with changes.

    References:
        gleser-2009-stochastically: covariance of standardised differences with a shared arm.
    """
    if measure not in ("MD", "SMD"):
        raise InputError(f"measure {measure!r}; expected MD or SMD")
    return tuple(_study_from_means(group, measure) for group in _by_study(arms))


def contrasts_from_counts(arms: Sequence[CountArm], *, measure: str = "OR") -> tuple[StudyContrasts, ...]:
    """Studies from their arms' counts; 1/2 is added to every cell of a study with an empty cell, and marked.

    Args:
        arms: Two or more of each study, in any order.
        measure: "OR" or "RR" (both as logarithms) or "RD".

    Raises:
        InputError: If a study has one arm only, a treatment twice, or no event (or only events) in all its arms.
    """
    if measure not in ("OR", "RR", "RD"):
        raise InputError(f"measure {measure!r}; expected OR, RR or RD")
    return tuple(_study_from_counts(group, measure) for group in _by_study(arms))


def contrasts_from_pairs(
    pairs: Sequence[PairContrast], *, closure_tolerance: float | None = None
) -> tuple[StudyContrasts, ...]:
    """Studies from their reported pairwise contrasts.

    A study of m > 2 arms needs all its m (m - 1) / 2 contrasts: their standard errors give each arm's own
    variance, and with it the covariance.

    Args:
        pairs: Contrasts in any direction and order.
        closure_tolerance: By how much a minus b plus b minus c may miss a minus c; see
            `pair_contrast.CLOSURE_SHARE` for the default.

    Raises:
        InputError: If contrasts of a study are missing, doubled, do not close, or have impossible SEs.

    References:
        rucker-2012-network: arms' variances from those of all contrasts.
    """
    studies = []
    for name in dict.fromkeys(pair.study for pair in pairs):
        group = [pair for pair in pairs if pair.study == name]
        treatments, estimates, covariance = arms_of_pairs(group, closure_tolerance=closure_tolerance)
        people = [pair.n for pair in group]
        studies.append(
            StudyContrasts(
                study=name,
                treatments=treatments,
                estimates=estimates,
                covariance=covariance,
                n=max((n for n in people if n is not None), default=None),
                measure=group[0].measure,
                marks=tuple(dict.fromkeys(mark for pair in group for mark in pair.marks)),
            )
        )
    return tuple(studies)


def against_first(effects: Array, variances: Array) -> tuple[Array, Array]:
    """Contrasts with the first arm, and their covariance, from independent arms."""
    covariance = np.diag(variances[1:]) + variances[0]
    return effects[1:] - effects[0], covariance


def _by_study(arms: Sequence[ContinuousArm] | Sequence[CountArm]) -> list[list]:
    """Arms of each study, checked."""
    groups = [[arm for arm in arms if arm.study == name] for name in dict.fromkeys(arm.study for arm in arms)]
    for group in groups:
        treatments = [arm.treatment for arm in group]
        if len(group) < 2:
            raise InputError(f"{group[0].study}: only the arm {treatments[0]}; a study needs two arms, or leave it out")
        if len(set(treatments)) < len(treatments):
            raise InputError(f"{group[0].study}: two arms of one treatment; combine them first (combine_arms)")
    return groups


def _study_from_means(arms: Sequence[ContinuousArm], measure: str) -> StudyContrasts:
    """One study's differences of means."""
    study = arms[0].study
    if len({arm.kind for arm in arms}) > 1:
        raise InputError(f"{study}: final values and changes are mixed; give all arms as one of them")
    n = np.array([arm.n for arm in arms], dtype=float)
    means = np.array([arm.mean for arm in arms])
    if measure == "MD":
        estimates, covariance = against_first(means, np.array([arm.sd for arm in arms]) ** 2 / n)
        name = "MD"
    else:
        factor = small_sample_factor(float(n.sum()) - len(arms))
        estimates = factor * (means[1:] - means[0]) / pooled_sd(arms)
        covariance = np.diag(1.0 / n[1:]) + 1.0 / n[0] + np.outer(estimates, estimates) / (2.0 * n.sum())
        name = smd_measure(arms[0])
    return StudyContrasts(
        study=study,
        treatments=tuple(arm.treatment for arm in arms),
        estimates=estimates,
        covariance=covariance,
        n=total_people([arm.n for arm in arms]),
        measure=name,
        marks=arm_marks(arms),
    )


def _study_from_counts(arms: Sequence[CountArm], measure: str) -> StudyContrasts:
    """One study's differences of log odds, log risks or risks."""
    study = arms[0].study
    events = np.array([arm.events for arm in arms], dtype=float)
    rest = np.array([arm.n - arm.events for arm in arms], dtype=float)
    if measure != "RD" and (events.sum() == 0 or rest.sum() == 0):
        raise InputError(f"{study}: no arm, or everybody, had the outcome; such a study says nothing about a ratio")
    marks: tuple[str, ...] = ()
    if min(events.min(), rest.min()) == 0:
        events, rest = events + ZERO_CELL, rest + ZERO_CELL
        marks = ("1/2 added to an empty cell",)
    n = events + rest
    if measure == "OR":
        effects, variances = np.log(events / rest), 1.0 / events + 1.0 / rest
    elif measure == "RR":
        effects, variances = np.log(events / n), 1.0 / events - 1.0 / n
    else:
        effects, variances = events / n, events * rest / n**3
    estimates, covariance = against_first(effects, variances)
    return StudyContrasts(
        study=study,
        treatments=tuple(arm.treatment for arm in arms),
        estimates=estimates,
        covariance=covariance,
        n=total_people([arm.n for arm in arms]),
        measure=measure if measure == "RD" else f"log {measure}",
        marks=marks,
    )
