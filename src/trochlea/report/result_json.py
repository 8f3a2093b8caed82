"""The result for machines: JSON with a schema number, units in the names, and where each number came from."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from trochlea import __version__
from trochlea.advice.recommendation import Recommendation
from trochlea.evidence.question import EvidenceAnswer
from trochlea.knee.chain import Chain, ChainResult
from trochlea.knee.result import KneecapResult
from trochlea.knee.shape import shape_norms
from trochlea.motion.timeseries import Array
from trochlea.person.measured import Measured
from trochlea.person.person import Person
from trochlea.report.series import KNEECAP_COLUMNS, PER_SI
from trochlea.units import GRAVITY, MEGAPASCAL

SCHEMA = 1
"""Number of this layout; it rises when a field is renamed or removed."""

Json = dict[str, Any]


def simulation_json(
    chain: Chain,
    result: ChainResult,
    *,
    posture: Mapping[str, Measured],
    input_hash: str,
    warnings: tuple[str, ...],
) -> Json:
    """The summary of a simulation; NaN becomes null."""
    leg, kneecap = result.leg, result.kneecap
    weight = chain.person.mass * GRAVITY
    return {
        "schema": SCHEMA,
        "program": "trochlea",
        "version": __version__,
        "input_sha256": input_hash,
        "person": _person(chain.person),
        "movement": {
            "name": chain.motion.name,
            "source": chain.motion.source,
            "side": chain.side,
            "posture": _measures(posture),
        },
        "model": {
            "program": chain.leg.program,
            "source": chain.leg.source,
            "mass_kg": chain.leg.mass,
            "repairs": [asdict(repair) for repair in chain.leg.repairs],
            "notes": list(chain.leg.notes),
            "knee": _measures(_knee_model(chain.person)),
            "muscle_parameters": sorted(set(chain.parameters.sources)),
            "quadriceps_lever_arm": "the leg model's pulley" if chain.extensor is None else chain.extensor.source,
        },
        "frames": _frames(result),
        "peaks": _peaks(kneecap, weight),
        "moments_peak_nm": {name: _largest(leg.moments[:, i]) for i, name in enumerate(leg.coordinates)},
        "reserves_peak_nm": {name: _largest(leg.reserves[:, i]) for i, name in enumerate(leg.carried)},
        "strengths": {
            "groups": [
                {
                    "group": group.group,
                    "target_nm": group.target.value,
                    "source": group.target.source,
                    "model_before_nm": group.before,
                    "model_after_nm": group.after,
                    "is_met": group.is_met,
                }
                for group in result.strengths.groups
            ],
            "factors": dict(result.strengths.factors),
        },
        "kneecap": _kneecap(kneecap),
        "warnings": list(warnings),
    }


def assessment_json(simulation: Json, recommendation: Recommendation, evidence: EvidenceAnswer) -> Json:
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
        "knee": _measures(person.knee),
        "symptoms": asdict(person.symptoms),
    }


def _measures(measures: Mapping[str, Measured]) -> Json:
    return {name: asdict(value) for name, value in measures.items()}


def _frames(result: ChainResult) -> Json:
    status = result.kneecap.solution.status
    return {
        "count": len(status),
        "with_ground_force": int(result.leg.is_valid.sum()),
        "overloaded": int(result.leg.is_overloaded.sum()),
        "kneecap_status": dict(Counter(status)),
    }


def _peaks(kneecap: KneecapResult, weight: float) -> Json:
    """Peaks over the movement, with the time and the percent of the window at which they occur."""
    peaks: Json = {}
    for name, field, unit in KNEECAP_COLUMNS:
        if unit not in ("N", "MPa"):
            continue
        values: Array = getattr(kneecap, field)
        if not np.isfinite(values).any():
            peaks[name] = None
            continue
        frame = int(np.nanargmax(values))
        first, last = float(kneecap.times[0]), float(kneecap.times[-1])
        time = float(kneecap.times[frame])
        peaks[name] = {
            "value": float(values[frame] * PER_SI[unit]),
            "time_s": time,
            "percent_of_window": 100 * (time - first) / (last - first) if last > first else 0.0,
        }
        if unit == "N":
            peaks[name]["body_weights"] = float(values[frame] / weight)
    return peaks


def _kneecap(kneecap: KneecapResult) -> Json:
    columns = {name: getattr(kneecap, field) * PER_SI[unit] for name, field, unit in KNEECAP_COLUMNS}
    return {
        "time_s": kneecap.times,
        "status": list(kneecap.solution.status),
        "residual_n": kneecap.solution.residual,
        **columns,
    }


def _largest(values: Array) -> float | None:
    """The value of largest magnitude, with its sign."""
    return float(values[int(np.nanargmax(np.abs(values)))]) if np.isfinite(values).any() else None


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
