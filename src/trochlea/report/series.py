"""Results as time series for OpenSim-readable files.

A frame without a result is left out and counted: OpenSim's Storage class (4.6) reads the word nan as zero and loses the
row after it. `summary.json` lists every frame with its status.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from trochlea.knee.result import KneecapResult
from trochlea.leg.leg_result import LegResult
from trochlea.leg.markers.inverse_kinematics import InverseKinematics
from trochlea.leg.root_residual import RootResidual
from trochlea.leg.rotation.knee_rotation import KneeRotation
from trochlea.motion.files.storage import write_storage
from trochlea.motion.timeseries import Array, TimeSeries
from trochlea.report.findings import Findings
from trochlea.report.leg_json import groups_of
from trochlea.units import MEGAPASCAL, MILLIMETRE

KNEECAP_COLUMNS = (
    ("tibiofemoral_flexion_deg", "tibiofemoral_flexion", "deg"),
    ("quadriceps_force_n", "quadriceps_force", "N"),
    ("patellar_tendon_force_n", "patellar_tendon_force", "N"),
    ("contact_force_n", "contact_force", "N"),
    ("tendofemoral_force_n", "tendofemoral_force", "N"),
    ("contact_area_mm2", "contact_area", "mm2"),
    ("mean_pressure_mpa", "mean_pressure", "MPa"),
    ("peak_pressure_mpa", "peak_pressure", "MPa"),
    ("lateral_force_n", "lateral_force", "N"),
    ("medial_force_n", "medial_force", "N"),
    ("lateral_area_mm2", "lateral_area", "mm2"),
    ("medial_area_mm2", "medial_area", "mm2"),
    ("lateral_peak_mpa", "lateral_peak_pressure", "MPa"),
    ("medial_peak_mpa", "medial_peak_pressure", "MPa"),
    ("shift_mm", "shift", "mm"),
    ("tilt_deg", "tilt", "deg"),
    ("patellar_flexion_deg", "patellar_flexion", "deg"),
    ("spin_deg", "spin", "deg"),
    ("bisect_offset", "bisect_offset", "-"),
)
"""Column, field of `KneecapResult`, unit of the column."""

PER_SI = {
    "deg": float(np.degrees(1.0)),
    "mm": 1 / MILLIMETRE,
    "mm2": 1 / MILLIMETRE**2,
    "MPa": 1 / MEGAPASCAL,
    "N": 1.0,
    "-": 1.0,
}
"""Units of a column per SI unit."""


def moments_series(leg: LegResult) -> TimeSeries:
    """Joint moments, named as OpenSim's inverse dynamics names them [N.m]."""
    names = tuple(f"{coordinate}_{leg.side[0]}_moment" for coordinate in leg.coordinates)
    return TimeSeries(times=leg.times, values=leg.moments, names=names, units=("N.m",) * len(names))


def muscle_forces_series(leg: LegResult) -> TimeSeries:
    """Tendon force of each muscle, named as in the model [N]."""
    names = tuple(f"{muscle}_{leg.side[0]}" for muscle in leg.muscles)
    return TimeSeries(times=leg.times, values=leg.tendon_forces, names=names, units=("N",) * len(names))


def group_forces_series(leg: LegResult) -> TimeSeries:
    """Summed tendon force of each group of muscles [N]."""
    groups = groups_of(leg)
    return TimeSeries(
        times=leg.times,
        values=np.column_stack([leg.force_of(group) for group in groups]),
        names=tuple(f"{group}_{leg.side[0]}" for group in groups),
        units=("N",) * len(groups),
    )


def reserves_series(leg: LegResult) -> TimeSeries:
    """Moments that the muscles left over, named as OpenSim's static optimisation names them [N.m]."""
    names = tuple(f"{coordinate}_{leg.side[0]}_reserve" for coordinate in leg.carried)
    return TimeSeries(times=leg.times, values=leg.reserves, names=names, units=("N.m",) * len(names))


def residual_series(residual: RootResidual) -> TimeSeries:
    """Force and moment on the pelvis, named as OpenSim's inverse dynamics names them [N, N.m]."""
    is_force = [name[-3:-1] == "_t" for name in residual.names]
    return TimeSeries(
        times=residual.times,
        values=residual.values,
        names=tuple(f"{n}_{'force' if f else 'moment'}" for n, f in zip(residual.names, is_force, strict=True)),
        units=tuple("N" if f else "N.m" for f in is_force),
    )


def rotation_series(times: Array, rotation: KneeRotation) -> TimeSeries:
    """Femoral rotation that reaches the knee, its interval and share 1, and what is kept apart as valgus [degrees]."""
    columns = {
        "femoral_rotation_deg": rotation.femoral_rotation,
        "low_deg": rotation.low,
        "high_deg": rotation.high,
        "whole_deg": rotation.whole,
        "heading_deg": rotation.heading,
        "valgus_apart_deg": rotation.knee_valgus,
    }
    return TimeSeries(
        times=times,
        values=np.degrees(np.column_stack(list(columns.values()))),
        names=tuple(columns),
        units=("deg",) * len(columns),
    )


def marker_errors_series(kinematics: InverseKinematics) -> TimeSeries:
    """Distance between measured and modelled markers: root mean square and largest of each frame [m]."""
    return TimeSeries(
        times=kinematics.coordinates.times,
        values=np.column_stack([kinematics.rms, kinematics.worst]),
        names=("marker_error_rms", "marker_error_max"),
        units=("m", "m"),
    )


def kneecap_series(kneecap: KneecapResult) -> TimeSeries:
    """What the kneecap did, in the units that the column names say."""
    columns: list[Array] = [getattr(kneecap, field) * PER_SI[unit] for _, field, unit in KNEECAP_COLUMNS]
    return TimeSeries(
        times=kneecap.times,
        values=np.column_stack(columns),
        names=tuple(name for name, _, _ in KNEECAP_COLUMNS),
        units=tuple(unit for _, _, unit in KNEECAP_COLUMNS),
    )


def without_gaps(series: TimeSeries) -> TimeSeries:
    """The frames in which every column has a value."""
    keep = np.isfinite(series.values).all(axis=1)
    return replace(series, times=series.times[keep], values=series.values[keep])


def all_series(findings: Findings) -> dict[str, TimeSeries]:
    """Every time series of a study, by the name of its file."""
    leg, kneecap = findings.result.leg, findings.result.kneecap
    found = {
        "moments": moments_series(leg),
        "muscle_forces": muscle_forces_series(leg),
        "muscle_groups": group_forces_series(leg),
        "reserves": reserves_series(leg),
        "knee_rotation": rotation_series(leg.times, findings.chain.rotation),
        "kneecap": kneecap_series(kneecap),
    }
    if findings.residual is not None:
        found["residuals"] = residual_series(findings.residual)
    if findings.kinematics is not None:
        found["marker_errors"] = marker_errors_series(findings.kinematics)
    return found


def write_series(folder: Path, findings: Findings) -> None:
    """Write each series as `NAME.sto`, joint angles from markers as `ik.mot`; first lines count what is left out."""
    for name, series in all_series(findings).items():
        write_one(folder / f"{name}.sto", series, in_degrees=False)
    if findings.kinematics is not None:
        write_one(folder / "ik.mot", findings.kinematics.coordinates, in_degrees=True)


def write_one(path: Path, series: TimeSeries, *, in_degrees: bool) -> None:
    """Write one file without the frames that have a gap; its first line counts them."""
    kept = without_gaps(series)
    lost = series.times.size - kept.times.size
    title = path.stem if not lost else f"{path.stem}, {lost} of {series.times.size} frames without a result left out"
    write_storage(path, kept, in_degrees=in_degrees, name=title)
