"""What a reader must know about one simulation, each a sentence."""

from collections import Counter

import numpy as np

from trochlea.advice.whatif import WhatIf
from trochlea.knee.chain import Chain, ChainResult
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_sharing import LARGEST_RESERVE
from trochlea.leg.root_residual import RootResidual
from trochlea.leg.rotation.knee_rotation import KneeRotation
from trochlea.units import GRAVITY

STATUS_SENTENCES = {
    "not_converged": "{n} frames in which the kneecap found no equilibrium; they are drawn as gaps.",
    "dislocated": "{n} frames in which the kneecap leaves the groove.",
    "lifted_off": "{n} frames without contact of the cartilage; they are drawn as gaps.",
    "off_surface": "{n} frames with contact beyond the modelled cartilage; they are drawn as gaps.",
    "no_load": "{n} frames in which the quadriceps does not pull, so the kneecap was not solved; drawn as gaps.",
}


MASS_TOLERANCE = 0.05
"""Share by which the mass on the plates may differ from the person's [-]. Assumed: shoes, instruments and the drift of
plates; on two measured walks it differs by less than 0.001."""


def warnings_of(
    chain: Chain, result: ChainResult, what_if: WhatIf | None, *, residual: RootResidual | None = None
) -> tuple[str, ...]:
    """Another mass on the plates, frames without a result, muscles at their limits, strengths unmet, failed draws.

    Args:
        chain: What was built.
        result: What was solved.
        what_if: Its draws; None without.
        residual: Of the motion on the pelvis; None where it would mean nothing.
    """
    return (
        *_mass(residual, chain.person.mass),
        *_frames(result, chain.rotation),
        *_muscles(result),
        *_strengths(result),
        *_draws(what_if),
        *chain.notes,
        *_rotation(chain.rotation),
        *(note for note in chain.leg.notes if note.startswith("assumed") or not isinstance(chain.leg, MujocoLeg)),
    )


def _mass(residual: RootResidual | None, mass: float) -> list[str]:
    """The mean vertical residual is the mass that plates and person file do not share, however the body moves."""
    if residual is None:
        return []
    vertical = residual.values[:, residual.names.index("pelvis_ty")]
    on_plates = mass - float(np.nanmean(vertical)) / GRAVITY
    if abs(on_plates / mass - 1) <= MASS_TOLERANCE:
        return []
    return [
        f"the force plates carry {on_plates:.1f} kg, the person file says {mass:.1f} kg: all moments and forces are "
        "wrong by that; correct mass_kg, or check the plates' zero and units"
    ]


def _frames(result: ChainResult, rotation: KneeRotation) -> list[str]:
    uncovered = int((~result.leg.is_valid).sum())
    lines = []
    if uncovered:
        lines.append(
            f"{uncovered} of {result.leg.is_valid.size} frames lie outside the force plates' coverage or beside gaps "
            "of markers: no forces there."
        )
    is_unknown = result.leg.is_valid & np.isnan(rotation.axial)
    if is_unknown.any():
        lines.append(
            f"{int(is_unknown.sum())} frames in which the markers do not tell how the femur is turned over its foot, "
            "so the kneecap was not solved; drawn as gaps."
        )
    counted = result.leg.is_valid & ~is_unknown
    counts = Counter(status for status, is_in in zip(result.kneecap.solution.status, counted, strict=True) if is_in)
    lines += [text.format(n=counts[status]) for status, text in STATUS_SENTENCES.items() if counts[status]]
    return lines


def _muscles(result: ChainResult) -> list[str]:
    leg, lines = result.leg, []
    unsolved = int((leg.is_valid & ~leg.is_converged).sum())
    if unsolved:
        lines.append(f"{unsolved} frames in which muscle sharing did not converge.")
    if leg.is_overloaded.any():
        worst = np.nanmax(np.abs(leg.reserves), axis=0)
        axis = int(np.argmax(worst))
        lines.append(
            f"{int(leg.is_overloaded.sum())} frames need more than the muscles can give: a reserve above "
            f"{LARGEST_RESERVE:g} N.m, at most {worst[axis]:.1f} N.m at {leg.carried[axis]}."
        )
    working = leg.is_fiber_outside & (np.nan_to_num(leg.activations) > 0.02)
    names = [leg.muscles[i] for i in np.flatnonzero(working.any(axis=0))]
    if names:
        lines.append(f"Fibres outside their valid range of lengths while active: {', '.join(names)}.")
    return lines


def _rotation(rotation: KneeRotation) -> list[str]:
    capped = int(rotation.is_capped.sum())
    lines = [f"{capped} frames in which the knee's range limits the femoral rotation."] if capped else []
    return [*lines, *rotation.notes]


def _strengths(result: ChainResult) -> list[str]:
    unmet = [found for found in result.strengths.groups if not found.is_met and found.target.source == "measured"]
    return [
        f"Measured {found.group.replace('_', ' ')} of {found.target.value:.0f} N.m cannot be met by the model; it has "
        f"{found.after:.0f} N.m instead ({found.before:.0f} N.m before fitting)."
        for found in unmet
    ]


def _draws(what_if: WhatIf | None) -> list[str]:
    if what_if is None or not what_if.n_failed:
        return []
    total = what_if.n_failed + len(what_if.peak_contact_force)
    return [
        f"{what_if.n_failed} of {total} random draws are left out of the intervals: the kneecap left its groove, "
        "or the muscles were too weak for the movement."
    ]
