"""The result for machines: JSON with a schema number, units in the names, and where each number came from."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from trochlea import __version__
from trochlea.advice.recommendation import Recommendation
from trochlea.knee.chain import Chain, ChainResult
from trochlea.knee.result import KneecapResult
from trochlea.knee.shape import shape_norms
from trochlea.leg.muscles.strength_fit import StrengthFit
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured
from trochlea.person.person import Person
from trochlea.report.findings import Findings
from trochlea.report.leg_json import Json, force_peak, leg_json, lever_arms_json, plain_peak, residual_json
from trochlea.report.peaks import highest
from trochlea.report.rotation_json import markers_json, rotation_json
from trochlea.report.series import KNEECAP_COLUMNS, PER_SI
from trochlea.units import MEGAPASCAL

if TYPE_CHECKING:  # the trials are read only by who asks for them
    from trochlea.evidence.question import EvidenceAnswer

SCHEMA = 2
"""Number of this layout; it rises when a field is renamed or removed."""


def simulation_json(findings: Findings) -> Json:
    """The summary of a simulation; NaN becomes null."""
    chain, result = findings.chain, findings.result
    return {
        "schema": SCHEMA,
        "program": "trochlea",
        "version": __version__,
        "input_sha256": findings.input_hash,
        "person": _person(chain.person),
        "movement": {
            "name": chain.motion.name,
            "source": chain.motion.source,
            "side": chain.side,
            "posture": _measures(findings.posture),
            "gait_cycles_s": [list(cycle) for cycle in findings.cycles],
        },
        "settings": dict(findings.settings),
        "preparation": list(findings.preparation),
        "model": _model(chain),
        "frames": _frames(result),
        "peaks": _peaks(findings),
        **leg_json(findings),
        "residuals": None if findings.residual is None else residual_json(findings.residual, findings.body_weight),
        "lever_arms": None if findings.lever_arms is None else lever_arms_json(findings.lever_arms),
        "knee_rotation": rotation_json(findings),
        "markers": None if findings.kinematics is None else markers_json(findings.kinematics),
        "strengths": _strengths(result.strengths),
        "kneecap": _kneecap(result.kneecap),
        "warnings": list(findings.warnings),
    }


def assessment_json(simulation: Json, recommendation: Recommendation, evidence: "EvidenceAnswer") -> Json:
    """A simulation with the two answers, mechanics and trials, side by side."""
    return simulation | {"mechanics": _mechanics(recommendation), "trials": asdict(evidence)}


def dumps(content: Json) -> str:
    """JSON text, strict: no NaN."""
    return json.dumps(_strict(content), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _mechanics(recommendation: Recommendation) -> Json:
    """The mechanical answer, with units in the names."""
    levers = [
        {
            "name": lever.name,
            "label": lever.label,
            "what_changes": lever.what_changes,
            "gain_source": lever.gain_source,
            "citation": lever.citation,
            "changes": {
                change.outcome: {
                    "percent": change.percent,
                    "ci_low_percent": change.ci_low,
                    "ci_high_percent": change.ci_high,
                }
                for change in lever.changes
            },
        }
        for lever in recommendation.levers
    ]
    return {
        "answer": recommendation.answer,
        "sentence": recommendation.sentence,
        "n_draws": recommendation.n_draws,
        "baseline_peak_contact_force_n": recommendation.baseline_peak_contact_force,
        "baseline_lateral_peak_mpa": recommendation.baseline_lateral_peak_pressure / MEGAPASCAL,
        "levers": levers,
        "reasons": recommendation.reasons,
        "caveats": recommendation.caveats,
    }


def _model(chain: Chain) -> Json:
    """The leg's and the knee's model, and what was done to them."""
    return {
        "program": chain.leg.program,
        "source": chain.leg.source,
        "mass_kg": chain.leg.mass,
        "repairs": [asdict(repair) for repair in chain.leg.repairs],
        "notes": list(chain.leg.notes),
        "knee": _measures(_knee_model(chain.person)),
        "muscle_parameters": sorted(set(chain.parameters.sources)),
        "quadriceps_lever_arm": "the leg model's pulley" if chain.extensor is None else chain.extensor.source,
    }


def _strengths(fit: StrengthFit) -> Json:
    """How the muscles were fitted to the strengths."""
    groups = [
        {
            "group": group.group,
            "target_nm": group.target.value,
            "source": group.target.source,
            "limb_weight_nm": group.weight,
            "model_before_nm": group.before,
            "model_after_nm": group.after,
            "is_met": group.is_met,
        }
        for group in fit.groups
    ]
    return {"groups": groups, "factors": dict(fit.factors)}


def _knee_model(person: Person) -> Json:
    """What the knee model takes for granted besides the measures of the person."""
    return {name: norm for name, norm in shape_norms(sex=person.sex).items() if name not in person.knee}


def _person(person: Person) -> Json:
    return {
        "label": person.label,
        "sex": person.sex,
        "age_years": person.age_years,
        "mass_kg": person.mass,
        "height_m": person.height,
        "side": person.side,
        "side_source": person.side_source,
        "strength": _measures(person.strength),
        "strength_readings": person.strength_readings,
        "posture": _measures(person.posture),
        "movement_style": asdict(person.movement_style),
        "knee": _measures(person.knee),
        "symptoms": asdict(person.symptoms),
    }


def _measures(measures: Mapping[str, Measured]) -> Json:
    return {name: asdict(value) for name, value in measures.items()}


def _frames(result: ChainResult) -> Json:
    """How many frames there are, how many hold no value, and why."""
    status, leg = result.kneecap.solution.status, result.leg
    return {
        "count": len(status),
        "with_ground_force": int(leg.is_valid.sum()),
        "with_muscle_forces": int((leg.is_valid & leg.is_converged).sum()),
        "with_kneecap": int(np.isfinite(result.kneecap.contact_force).sum()),
        "gaps": int((~np.isfinite(result.kneecap.contact_force)).sum()),
        "overloaded": int(leg.is_overloaded.sum()),
        "kneecap_status": dict(Counter(status)),
    }


def _peaks(findings: Findings) -> Json:
    """Peaks of the kneecap's forces and pressures, with the time and the place in the movement."""
    kneecap, peaks = findings.result.kneecap, {}
    for name, field, unit in KNEECAP_COLUMNS:
        if unit in ("N", "MPa"):
            values: Array = getattr(kneecap, field) * PER_SI[unit]
            peak = highest(kneecap.times, values, findings.cycles)
            peaks[name] = force_peak(peak, findings.body_weight) if unit == "N" else plain_peak(peak)
    return peaks


def _kneecap(kneecap: KneecapResult) -> Json:
    columns = {name: getattr(kneecap, field) * PER_SI[unit] for name, field, unit in KNEECAP_COLUMNS}
    return {
        "time_s": kneecap.times,
        "status": list(kneecap.solution.status),
        "residual_n": kneecap.solution.residual,
        **columns,
    }


def _strict(value: Any) -> Any:
    """Arrays as lists, numpy numbers as Python's, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _strict(value.tolist())
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    if isinstance(value, np.generic):
        return _strict(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
