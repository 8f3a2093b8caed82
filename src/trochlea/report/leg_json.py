"""The leg's part of the result for machines: moments, muscles, reserves, residuals, and the other lever arm."""

from typing import Any

import numpy as np

from trochlea.knee.lever_arms import LeverArms
from trochlea.leg.leg_result import MUSCLES_OF, LegResult
from trochlea.leg.root_residual import RootResidual
from trochlea.motion.timeseries import Array
from trochlea.report.findings import Findings
from trochlea.report.peaks import Cycle, Peak, furthest, highest, lowest

Json = dict[str, Any]


def leg_json(findings: Findings) -> Json:
    """Peaks by joint moment, muscle group, muscle and reserve, each with its time."""
    leg, mass, weight = findings.result.leg, findings.chain.person.mass, findings.body_weight
    cycles = findings.cycles
    return {
        "moments": {
            name: {
                "highest": moment_peak(highest(leg.times, column, cycles), mass),
                "lowest": moment_peak(lowest(leg.times, column, cycles), mass),
            }
            for name, column in zip(leg.coordinates, leg.moments.T, strict=True)
        },
        "muscle_groups": {
            name: {"muscles": list(members)} | _force(leg.times, leg.force_of(name), weight, cycles)
            for name, members in groups_of(leg).items()
        },
        "muscles": {name: _muscle(leg, i, weight, cycles) for i, name in enumerate(leg.muscles)},
        "reserves": {name: _reserve(leg, i, mass, cycles) for i, name in enumerate(leg.carried)},
    }


def groups_of(leg: LegResult) -> dict[str, tuple[str, ...]]:
    """Muscles of each group that this leg has."""
    found = {name: tuple(m for m in members if m in leg.muscles) for name, members in MUSCLES_OF.items()}
    return {name: members for name, members in found.items() if members}


def force_peak(peak: Peak | None, weight: float) -> Json | None:
    """A peak of a force in newtons and body weights."""
    return None if peak is None else {"value": peak.value, "body_weights": peak.value / weight} | _when(peak)


def moment_peak(peak: Peak | None, mass: float) -> Json | None:
    """A peak of a moment in N.m and N.m/kg."""
    return None if peak is None else {"value_nm": peak.value, "nm_per_kg": peak.value / mass} | _when(peak)


def plain_peak(peak: Peak | None) -> Json | None:
    """A peak in its own unit."""
    return None if peak is None else {"value": peak.value} | _when(peak)


def residual_json(residual: RootResidual, weight: float) -> Json:
    """Size of the residual on the pelvis: peaks, root mean squares, and the force's share of the ground's."""
    force, moment = residual.force, residual.moment
    return {
        "frames": int(np.isfinite(force).sum()),
        "force_peak": force_peak(highest(residual.times, force), weight),
        "force_rms_n": _rms(force),
        "force_peak_percent_of_ground_force": 100 * float(np.nanmax(force)) / residual.ground_force,
        "moment_peak_nm": float(np.nanmax(moment)),
        "moment_rms_nm": _rms(moment),
    }


def lever_arms_json(arms: LeverArms) -> Json:
    """Peaks with the lever arm that was used and with the other."""
    return {
        "used": arms.used,
        "other": arms.other,
        "quadriceps_peak_n": dict(zip((arms.used, arms.other), largest_of(arms.quadriceps), strict=True)),
        "kneecap_peak_n": dict(zip((arms.used, arms.other), largest_of(arms.kneecap), strict=True)),
    }


def largest_of(pair: Array) -> tuple[float, ...]:
    """Largest value of each column; NaN where it has none."""
    return tuple(float(np.nanmax(column)) if np.isfinite(column).any() else float("nan") for column in pair.T)


def _when(peak: Peak) -> Json:
    when = {"time_s": peak.time, "percent_of_movement": peak.movement_percent}
    return when if peak.cycle_percent is None else when | {"percent_of_gait_cycle": peak.cycle_percent}


def _force(times: Array, force: Array, weight: float, cycles: tuple[Cycle, ...]) -> Json:
    return {"peak": force_peak(highest(times, force, cycles), weight)}


def _muscle(leg: LegResult, i: int, weight: float, cycles: tuple[Cycle, ...]) -> Json:
    """Peak force and activation, and frames in which the fibre leaves its valid lengths."""
    activation = highest(leg.times, leg.activations[:, i])
    return _force(leg.times, leg.tendon_forces[:, i], weight, cycles) | {
        "activation_peak": None if activation is None else activation.value,
        "frames_fibre_outside": int((leg.is_fiber_outside[:, i] & leg.is_valid).sum()),
    }


def _reserve(leg: LegResult, i: int, mass: float, cycles: tuple[Cycle, ...]) -> Json | None:
    """Largest moment that muscles left over at one coordinate, and its share of the joint's largest moment."""
    peak = moment_peak(furthest(leg.times, leg.reserves[:, i], cycles), mass)
    moment = furthest(leg.times, leg.moments[:, leg.coordinates.index(leg.carried[i])])
    if peak is None or moment is None or moment.value == 0.0:
        return peak
    return peak | {"percent_of_peak_moment": 100 * abs(peak["value_nm"] / moment.value)}


def _rms(values: Array) -> float:
    return float(np.sqrt(np.nanmean(values**2)))
