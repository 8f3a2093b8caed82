"""How a person probably stands in a task: a regression on strength, a movement style, and a scatter larger than both.

Strength is associated with posture, weakly; nothing here says that one makes the other. With s the strength over its
norm, less 1:

    angle = mean + b s + style c + residual,    b = direction r SD / CV

The style is independent of strength: 0 is people without kneecap pain, 1 is people with it. It carries the part of the
difference between these groups that the weaker group's strength does not, and only retraining or the label changes it.
Angles that were observed replace the prediction. Hip rotation has no slope: none was found for the squat.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from trochlea.errors import InputError
from trochlea.person.key import DEGREE
from trochlea.person.measured import Measured
from trochlea.person.norms import assume
from trochlea.person.person import Person
from trochlea.person.posture_norm import PostureNorm, norms_of_task

CORRELATION = 0.35
"""Default correlation r of strength with an angle, without sign [-]. Assumed, within the published -0.33 to 0.45 of
most pairs and below the best, -0.52 (`garcia-2024-hip`); trunk flexion with hip extension in running 0.55
(`teng-2016-strength`)."""

LARGEST_CORRELATION = 0.45
"""Largest r accepted [-]. Assumed: the end of most published pairs (`garcia-2024-hip`); strength then explains 20 % of
the variance, below a quarter."""

STRENGTH_CV = 0.20
"""Spread of strength between people over its mean [-]. Assumed."""

PFP_DEFICIT = 0.18
"""By how much people with kneecap pain are weaker in hip abduction [-]. `nakagawa-2012-squat`, eccentric."""


def predict_posture(
    person: Person, task_name: str, *, style: float | None = None, r: float = CORRELATION
) -> Mapping[str, Measured]:
    """Angles that this person probably takes at the turning point of a task, by quantity [rad].

    Each value's sd is what remains unknown about this one person: the residual, and the strength's own spread where
    it was not measured. It is shown beside the value, for it is larger than the effect of strength.

    Args:
        person: Who; observed angles replace the prediction.
        task_name: Name of the task; tasks without norms have no prediction.
        style: Movement style [-]; the person's own if None.
        r: Correlation of strength with an angle, without sign [-].

    Raises:
        InputError: If r is outside 0 to LARGEST_CORRELATION.

    References:
        nakagawa-2012-squat: means and spreads.
    """
    _check(r)
    found = {}
    for norm in norms_of_task(task_name):
        observed = person.posture.get(norm.quantity)
        found[norm.quantity] = observed or _predicted(person, norm, _style(person, style), r)
    return MappingProxyType(found)


def draw_posture(
    person: Person,
    task_name: str,
    rng: np.random.Generator,
    *,
    strength_ratio: Mapping[str, float],
    style: float | None = None,
    r: float = CORRELATION,
) -> Mapping[str, Measured]:
    """One posture that this person may take, with strengths that were drawn.

    Residuals of different angles are independent (assumed: their correlations were not found). An observed angle
    without a spread keeps its value.

    Args:
        person: Who.
        task_name: Name of the task.
        rng: Source of randomness.
        strength_ratio: Drawn strength over the person's best value, by group [-].
        style: As in `predict_posture`.
        r: As in `predict_posture`.
    """
    _check(r)
    drawn = {}
    for norm in norms_of_task(task_name):
        observed = person.posture.get(norm.quantity)
        if observed is not None:
            drawn[norm.quantity] = replace(observed, value=rng.normal(observed.value, observed.sd or 0.0))
            continue
        mean = _mean(norm, _strength(person, norm) * strength_ratio[norm.strength] - 1.0, _style(person, style), r)
        value = rng.normal(mean, residual_sd(norm, _style(person, style), r))
        drawn[norm.quantity] = Measured(value=value, sd=None, unit="rad", source="assumed", citation=norm.citation)
    return MappingProxyType(drawn)


def strength_slope(norm: PostureNorm, r: float) -> float:
    """Change of the angle for a strength of twice the norm instead of the norm, b [rad]."""
    return norm.direction * r * norm.control_sd / STRENGTH_CV


def style_gap(norm: PostureNorm, r: float) -> float:
    """Angle between styles 0 and 1, c [rad]: what strength leaves of the difference between the groups."""
    if norm.pfp is None:
        return 0.0
    return norm.pfp - norm.control + strength_slope(norm, r) * PFP_DEFICIT


def residual_sd(norm: PostureNorm, style: float, r: float) -> float:
    """Scatter of an angle around its prediction [rad]; between the groups' own by the style (assumed)."""
    share = float(np.clip(style, 0.0, 1.0))
    pfp_sd = norm.control_sd if norm.pfp_sd is None else norm.pfp_sd
    return (norm.control_sd + share * (pfp_sd - norm.control_sd)) * float(np.sqrt(1.0 - r**2))


def _predicted(person: Person, norm: PostureNorm, style: float, r: float) -> Measured:
    residual = residual_sd(norm, style, r)
    own, typical = person.strength[norm.strength], _norm_strength(person, norm)
    unsure = strength_slope(norm, r) * (own.sd or 0.0) / typical.value
    effect = strength_slope(norm, r) * (own.value / typical.value - 1.0)
    words = (
        f"associated with {norm.strength.replace('_', ' ')} strength (r {r:g}, assumed): this person's goes "
        f"with {effect / DEGREE:+.1f} degrees; a person differs from such a prediction by {residual / DEGREE:.1f} (SD)"
    )
    return Measured(
        value=_mean(norm, own.value / typical.value - 1.0, style, r),
        sd=float(np.hypot(residual, unsure)),
        unit="rad",
        source="assumed",
        citation=norm.citation,
        note="; ".join(part for part in (words, f"norm of {norm.population}", norm.note) if part),
    )


def _mean(norm: PostureNorm, strength: float, style: float, r: float) -> float:
    return norm.control + strength_slope(norm, r) * strength + style * style_gap(norm, r)


def _strength(person: Person, norm: PostureNorm) -> float:
    """Strength over its norm [-]."""
    return person.strength[norm.strength].value / _norm_strength(person, norm).value


def _norm_strength(person: Person, norm: PostureNorm) -> Measured:
    return assume(norm.strength, sex=person.sex, age_years=person.age_years, mass=person.mass, height=person.height)


def _style(person: Person, style: float | None) -> float:
    return person.movement_style.value if style is None else style


def _check(r: float) -> None:
    if not 0.0 <= r <= LARGEST_CORRELATION:
        raise InputError(
            f"correlation of strength with posture: expected 0 to {LARGEST_CORRELATION:g}, found {r:g}; "
            "published ones are weaker"
        )
