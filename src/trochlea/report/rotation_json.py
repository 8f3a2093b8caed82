"""The result for machines of the femur's rotation at the knee, and of the markers that joint angles came from."""

from typing import Any

import numpy as np

from trochlea.leg.markers.inverse_kinematics import InverseKinematics
from trochlea.report.findings import Findings
from trochlea.report.leg_json import force_peak, plain_peak
from trochlea.report.peaks import furthest, highest
from trochlea.units import MEGAPASCAL, MILLIMETRE

Json = dict[str, Any]


def rotation_json(findings: Findings) -> Json:
    """Rotation that reaches the knee, and the kneecap at shares 0, best and 1 of it."""
    rotation, times, cases = findings.chain.rotation, findings.result.leg.times, findings.rotation_cases
    degrees = {name: np.degrees(rotation.rotation(name)) for name in ("low", "best", "high", "whole")}
    return {
        "share": {"best": rotation.share.best, "low": rotation.share.low, "high": rotation.share.high},
        "share_source": rotation.share.source,
        "reference": rotation.reference,
        "femoral_rotation_deg": {
            name: plain_peak(furthest(times, values, findings.cycles)) for name, values in degrees.items()
        },
        "valgus_apart_deg": plain_peak(furthest(times, np.degrees(rotation.knee_valgus), findings.cycles)),
        "frames_capped": int(rotation.is_capped.sum()),
        "kneecap_by_share": None
        if cases is None
        else {
            name: {
                "contact_force": force_peak(highest(result.times, result.contact_force), findings.body_weight),
                "lateral_peak_mpa": plain_peak(highest(result.times, result.lateral_peak_pressure / MEGAPASCAL)),
                "medial_peak_mpa": plain_peak(highest(result.times, result.medial_peak_pressure / MEGAPASCAL)),
                "shift_mm": plain_peak(furthest(result.times, result.shift / MILLIMETRE)),
            }
            for name, result in (("0", cases.none), ("best", cases.best), ("1", cases.whole))
        },
    }


def markers_json(kinematics: InverseKinematics) -> Json:
    """Errors of the markers over the trial."""
    rms = np.sqrt(np.nanmean(kinematics.errors**2, axis=0))
    times = kinematics.coordinates.times
    return {
        "frames": len(kinematics.status),
        "frames_solved": int(kinematics.is_solved.sum()),
        "rms_mm": float(np.sqrt(np.nanmean(kinematics.errors**2)) / MILLIMETRE),
        "largest_mm": plain_peak(highest(times, kinematics.worst / MILLIMETRE)),
        "rms_by_marker_mm": dict(zip(kinematics.names, (rms / MILLIMETRE).tolist(), strict=True)),
        "locked": list(kinematics.locked),
    }
