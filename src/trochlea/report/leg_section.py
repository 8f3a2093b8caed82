"""The leg's section of the report: its figures and the sentences beside them."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from trochlea.knee.lever_arms import LeverArms
from trochlea.report import leg_figures, motion_figures
from trochlea.report.findings import Findings
from trochlea.report.leg_json import largest_of
from trochlea.report.wording import number, signed
from trochlea.units import MEGAPASCAL

ARM_WORDS = {"knee": "the knee's own lever arm", "pulley": "the leg model's pulley"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSection:
    """What the template draws.

    Attributes:
        pictures: Figures by name; those that say nothing are left out.
        lever_arms: The difference that the quadriceps' lever arm makes, as a sentence; empty where unknown.
        rotation: What the rotation does to the kneecap, as a sentence; empty where none reaches it.
        residual: Size of the residual, as a sentence; empty where there is none.
        preparation: What was done to the recordings, each a sentence.
    """

    pictures: dict[str, Markup]
    lever_arms: str
    rotation: str
    residual: str
    preparation: tuple[str, ...]


def leg_section(findings: Findings) -> LegSection:
    """Draw the leg of one movement."""
    leg, residual = findings.result.leg, findings.residual
    weight, mass = findings.body_weight, findings.chain.person.mass
    drawn = {
        "moments": leg_figures.moments_figure(leg, mass=mass),
        "groups": leg_figures.groups_figure(leg, body_weight=weight),
        "reserves": leg_figures.reserves_figure(leg),
    }
    if residual is not None:
        drawn["residual"] = motion_figures.residual_figure(residual, body_weight=weight)
    if findings.kinematics is not None:
        drawn["markers"] = motion_figures.marker_errors_figure(findings.kinematics)
    if findings.rotation_cases is not None:
        drawn["rotation"] = motion_figures.rotation_figure(leg.times, findings.chain.rotation, leg.is_valid)
    if leg_figures.outside_muscles(leg):
        drawn["fibres"] = leg_figures.fibres_figure(leg)
    return LegSection(
        # Our own SVG: every text in it was escaped by ink.to_svg.
        pictures={name: Markup(svg) for name, svg in drawn.items()},
        lever_arms=lever_arms_sentence(findings.lever_arms),
        rotation=rotation_sentence(findings),
        residual=_residual_sentence(findings),
        preparation=findings.preparation,
    )


def lever_arms_sentence(arms: LeverArms | None) -> str:
    """Peaks with the lever arm that was used against the other; empty where they cannot be compared."""
    if arms is None:
        return ""
    used, other = largest_of(arms.quadriceps)
    pressed, other_pressed = largest_of(arms.kneecap)
    if not np.isfinite([used, other, pressed, other_pressed]).all() or not used > 0 or not pressed > 0:
        return ""
    return (
        f"With {ARM_WORDS[arms.other]} instead of {ARM_WORDS[arms.used]} the quadriceps' peak would be "
        f"{other:.0f} N instead of {used:.0f} N ({signed(100 * (other / used - 1), 0)} %) and the kneecap's "
        f"{other_pressed:.0f} N instead of {pressed:.0f} N ({signed(100 * (other_pressed / pressed - 1), 0)} %)."
    )


def rotation_sentence(findings: Findings) -> str:
    """The kneecap's peaks at shares 0, best and 1 of the femur's rotation; empty where none reaches the knee."""
    cases, share = findings.rotation_cases, findings.chain.rotation.share
    if cases is None:
        return ""
    words = []
    for name, result in (("none", cases.none), (f"{share.best:.2f}", cases.best), ("all", cases.whole)):
        if not np.isfinite(result.contact_force).any():
            return ""
        force, lateral = np.nanmax(result.contact_force), np.nanmax(result.lateral_peak_pressure) / MEGAPASCAL
        words.append(f"{name}: {force:.0f} N, {lateral:.1f} MPa on the outer side")
    return (
        f"Kneecap peaks by the share of the femur's rotation over the foot that the knee takes: {'; '.join(words)}. "
        f"The share of {share.best:.2f} ({share.low:.2f} to {share.high:.2f}) is {share.source.partition(' (')[0]}."
    )


def _residual_sentence(findings: Findings) -> str:
    residual = findings.residual
    if residual is None:
        return ""
    force, moment = float(np.nanmax(residual.force)), float(np.nanmax(residual.moment))
    return (
        f"At most {number(force, 0)} N ({number(100 * force / residual.ground_force, 0)} % of the largest ground "
        f"force) and {number(moment, 0)} N·m."
    )
