"""The kneecap over a range of knee flexion under a given pull of the quadriceps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.knee.knee import Knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.other_minima import other_minima
from trochlea.knee.result import KneecapResult
from trochlea.knee.setup import KneeSetup, knee_setup, setup_knee, setup_load
from trochlea.knee.stability import Restraint, restraint
from trochlea.leg.extensor import ExtensorLoad
from trochlea.motion.motion import Side
from trochlea.motion.timeseries import Array
from trochlea.person.person import Person
from trochlea.units import MEGAPASCAL, MILLIMETRE

SMALLEST_FLEXION_DEG, LARGEST_FLEXION_DEG = -10.0, 150.0
"""Knee flexion that is accepted [degrees]: from hyperextension to the heel at the seat (assumed). Checked against
measurements from 0 to 120."""

LARGEST_QUADRICEPS = 20_000.0
"""Largest pull of the quadriceps that is accepted [N]; larger ones are slips of unit (assumed)."""

MOST_ANGLES = 2_000
"""Most angles in one sweep; more is a slip (assumed)."""

_DEGREES = 180 / np.pi

FIELDS = (
    ("quadriceps_force_n", "quadriceps_force", 1.0),
    ("patellar_tendon_force_n", "patellar_tendon_force", 1.0),
    ("contact_force_n", "contact_force", 1.0),
    ("tendofemoral_force_n", "tendofemoral_force", 1.0),
    ("contact_area_mm2", "contact_area", MILLIMETRE**-2),
    ("mri_like_area_mm2", "mri_like_area", MILLIMETRE**-2),
    ("mean_pressure_mpa", "mean_pressure", 1 / MEGAPASCAL),
    ("peak_pressure_mpa", "peak_pressure", 1 / MEGAPASCAL),
    ("lateral_force_n", "lateral_force", 1.0),
    ("medial_force_n", "medial_force", 1.0),
    ("lateral_peak_mpa", "lateral_peak_pressure", 1 / MEGAPASCAL),
    ("medial_peak_mpa", "medial_peak_pressure", 1 / MEGAPASCAL),
    ("lateral_area_mm2", "lateral_area", MILLIMETRE**-2),
    ("medial_area_mm2", "medial_area", MILLIMETRE**-2),
    ("shift_mm", "shift", 1 / MILLIMETRE),
    ("tilt_deg", "tilt", _DEGREES),
    ("patellar_flexion_deg", "patellar_flexion", _DEGREES),
    ("spin_deg", "spin", _DEGREES),
    ("bisect_offset", "bisect_offset", 1.0),
    ("lateral_patellofemoral_angle_deg", "lateral_patellofemoral_angle", _DEGREES),
    ("congruence_angle_deg", "congruence_angle", _DEGREES),
)
"""Columns of a record: name at the door, field of `KneecapResult`, value at the door over value in SI units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexionSweep:
    """One knee at a row of flexion angles.

    Attributes:
        setup: What was asked for.
        knee: The knee that was built, a right one.
        load: Pose and muscle forces, one frame an angle.
        result: What the kneecap did.
        is_multiple: Where the kneecap could also rest elsewhere, shape (angles,); see `other_minima`.
        restraint: Force that holds a displaced kneecap; None if no displacement was asked for.
    """

    setup: KneeSetup
    knee: Knee
    load: ExtensorLoad
    result: KneecapResult
    is_multiple: NDArray[np.bool_]
    restraint: Restraint | None

    def records(self) -> list[dict[str, object]]:
        """One flat record an angle, in the units of its names; None where there is no value."""
        angles = np.degrees(self.result.tibiofemoral_flexion)
        columns = {name: getattr(self.result, field) * factor for name, field, factor in FIELDS}
        rows: list[dict[str, object]] = []
        for n, status in enumerate(self.result.solution.status):
            row: dict[str, object] = {"flexion_deg": round(float(angles[n]), 9), "status": status}
            row |= {name: _finite(values[n]) for name, values in columns.items()}
            row["multiple"] = bool(self.is_multiple[n])
            if self.restraint is not None:
                row["restraint"] = _restraint_record(self.restraint, n)
            rows.append(row)
        return rows


def sweep(
    person: Person | None = None,
    *,
    flexion_deg: Sequence[float] | Array = tuple(range(0, 121, 10)),
    quadriceps: float = 600.0,
    side: Side | None = None,
    values: Mapping[str, float | str] | None = None,
    keep_total: bool = False,
    displace_lateral_mm: Sequence[float] | Array = (),
) -> FlexionSweep:
    """Solve one knee at each of some flexion angles, under the published split of the quadriceps.

    Args:
        person: Whose knee; the median adult of `values["sex"]` (male if that is not given) if None.
        flexion_deg: Tibiofemoral flexion [degrees].
        quadriceps: Sum of the heads' forces before any is scaled [N].
        side: The knee; the person's if None, right without a person.
        values: Inputs by NAME in the units of their names; see `trochlea.knee.inputs.scalar_inputs`.
        keep_total: Whether the heads without a set scale make up for those with one.
        displace_lateral_mm: Shifts from the equilibrium that are held, lateral positive; their forces are in
            `FlexionSweep.restraint` [mm].

    Raises:
        InputError: If an angle, a force, a NAME or a value is out of its range.

    References:
        farahmand-1998-quadriceps: split of the quadriceps force.
    """
    angles = _checked_angles(flexion_deg)
    if not 0 <= quadriceps <= LARGEST_QUADRICEPS:
        raise InputError(f"quadriceps force is {quadriceps:g} N; expected 0 to {LARGEST_QUADRICEPS:g} N")
    setup = knee_setup(person, values=values, keep_total=keep_total)
    chosen: Side = side or ("right" if person is None else person.side)
    knee = setup_knee(setup)
    load = setup_load(setup, flexion=np.radians(angles), quadriceps=quadriceps, side=chosen)
    shifts = np.asarray(displace_lateral_mm, dtype=np.float64) * MILLIMETRE
    result = solve_kneecap(knee, load)
    return FlexionSweep(
        setup=setup,
        knee=knee,
        load=load,
        result=result,
        is_multiple=other_minima(knee, load, result.solution),
        restraint=restraint(knee, load, displacements=shifts) if shifts.size else None,
    )


def _checked_angles(flexion_deg: Sequence[float] | Array) -> Array:
    angles = np.atleast_1d(np.asarray(flexion_deg, dtype=np.float64))
    if not 0 < angles.size <= MOST_ANGLES:
        raise InputError(f"{angles.size} flexion angles; expected 1 to {MOST_ANGLES}")
    is_inside = (angles >= SMALLEST_FLEXION_DEG) & (angles <= LARGEST_FLEXION_DEG)
    if not is_inside.all():
        raise InputError(
            f"flexion of {angles[~is_inside][0]:g} degrees; expected {SMALLEST_FLEXION_DEG:g} to "
            f"{LARGEST_FLEXION_DEG:g} degrees"
        )
    return angles


def _restraint_record(held: Restraint, n: int) -> list[dict[str, object]]:
    """Force at each displacement of one angle."""
    return [
        {
            "displacement_mm": round(float(shift) / MILLIMETRE, 9),
            "force_n": _finite(held.force[n, i]),
            "status": held.status[n][i],
        }
        for i, shift in enumerate(held.displacements)
    ]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
