"""The default kneecap against published measurements: target, band, value, pass or MISS.

Rows 1 to 4, 6 and 10 were used to choose the default knee (calibration); rows 5 and 18 were not. Row numbers, bands and
what is assumed about the loads are those of the project's table of targets.

Run from the checkout: python validation/kneecap.py
"""

from dataclasses import dataclass

import numpy as np

from trochlea.knee.knee import Knee, build_knee
from trochlea.knee.kneecap import solve_kneecap
from trochlea.knee.result import KneecapResult
from trochlea.knee.stability import restraint
from trochlea.leg.extensor import ExtensorLoad

SPLIT = np.array([0.16, 0.19, 0.40, 0.25])
"""Share of rectus femoris, vastus intermedius, lateralis and medialis. `farahmand-1998-quadriceps`: VL 40, RF and VI
together 35, VM 25 %; RF and VI parted as in cadaver rigs (assumed)."""

HALF_VOXEL = 0.25e-3
"""Gap that an image reader counts as contact [m]; assumed, the sources do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published figure and the model's.

    Attributes:
        row: Number in the table of targets.
        what: Quantity and condition.
        low: Lower end of the band.
        high: Upper end.
        value: The model's.
        source: Citation or how the band came about.
    """

    row: str
    what: str
    low: float
    high: float
    value: float
    source: str

    def text(self) -> str:
        verdict = "pass" if self.low <= self.value <= self.high else "MISS"
        band = f"{self.low:.3g} to {self.high:.3g}"
        return f"{self.row:<4}{self.what:<58}{band:>16}{self.value:>9.3g}  {verdict}  {self.source}"


def load(flexion_deg: object, force: float, *, femoral_rotation_deg: float = 0.0) -> ExtensorLoad:
    flexion = np.radians(np.atleast_1d(np.asarray(flexion_deg, dtype=float)))
    zero = np.zeros(flexion.size)
    return ExtensorLoad(
        times=np.arange(flexion.size, dtype=float),
        side="right",
        tibiofemoral_flexion=flexion,
        femoral_rotation=zero + np.radians(femoral_rotation_deg),
        tibial_rotation=zero,
        knee_valgus=zero,
        tension=np.outer(np.full(flexion.size, force), SPLIT),
    )


def around(row: str, what: str, target: float, share: float, value: float, source: str) -> Row:
    return Row(row=row, what=what, low=target * (1 - share), high=target * (1 + share), value=value, source=source)


def proximity_area(knee: Knee, result: KneecapResult) -> np.ndarray:
    """Area of points whose undeformed gap to the groove is below HALF_VOXEL [m^2]: what an image may show."""
    # Pressure tells the overlap of points in touch; points apart carry what the rounding leaves them.
    depth = result.pressure / knee.foundation_stiffness
    rounding = 0.02e-3
    gap = rounding**2 / (4 * np.maximum(depth, 1e-12)) - depth
    return (gap < HALF_VOXEL) @ result.point_areas


def force_rows(male: Knee) -> list[Row]:
    angles, targets = (0, 30, 60, 90), (0.46, 0.74, 0.95, 0.98)
    rows = []
    for force in (600.0, 2000.0):
        found = solve_kneecap(male, load(angles, force))
        ratio = found.contact_force / force
        rows += [
            around(
                "1",
                f"kneecap / quadriceps force, {a} deg, {force:.0f} N",
                t,
                0.10,
                k,
                "van Eijden-type fit, as used in gait studies",
            )
            for a, t, k in zip(angles, targets, ratio, strict=True)
        ]
    found = solve_kneecap(male, load((10, 70), 600.0))
    ratio = 600.0 / found.patellar_tendon_force
    rows += [
        around("2", f"quadriceps / tendon force, {a} deg, 600 N", t, 0.10, k, "J Biomech 1988;21:17, 8 cadavers")
        for a, t, k in zip((10, 70), (0.86, 1.55), ratio, strict=True)
    ]
    angles = np.arange(5.0, 61.0, 1.0)
    ratio = 600.0 / solve_kneecap(male, load(angles, 600.0)).patellar_tendon_force
    crossing = float(angles[np.argmax(ratio >= 1.0)])
    rows.append(
        Row(
            row="2",
            what="... crosses 1 at [deg]",
            low=15,
            high=35,
            value=crossing,
            source="J Biomech 1988;21:17, 8 cadavers",
        )
    )
    return rows


def area_rows(male: Knee, female: Knee) -> list[Row]:
    rows = []
    for name, knee, angles, targets, row in (
        ("male", male, (0, 30, 60), (210, 414, 520), "3"),
        ("female", female, (30, 60), (269, 396), "4"),
    ):
        found = solve_kneecap(knee, load(angles, 250.0))
        near = 1e6 * proximity_area(knee, found)
        for i, (angle, target) in enumerate(zip(angles, targets, strict=True)):
            what = f"area {name} {angle} deg 250 N, load-bearing [mm2]"
            rows.append(around(row, what, target, 0.20, 1e6 * found.contact_area[i], "Besier 2005, MRI; force assumed"))
            what = f"... gap below {1e3 * HALF_VOXEL:g} mm [mm2]"
            rows.append(around(row, what, target, 0.20, near[i], "Besier 2005, MRI; force assumed"))
    angles = np.arange(10.0, 121.0, 10.0)
    area = solve_kneecap(male, load(angles, 600.0)).contact_area
    peak = float(angles[np.nanargmax(area)])
    rows.append(
        Row(
            row="5",
            what="area is largest at [deg], 600 N",
            low=50,
            high=90,
            value=peak,
            source="biplane X-ray, peak 50-90",
        )
    )
    few, many = (solve_kneecap(male, load((30, 60), force)).contact_area.mean() for force in (250.0, 750.0))
    rows.append(Row(row="5", what="area rises for 3 times the load [%]", low=1, high=48, value=100 * (many / few - 1),
                    source="Besier 2005: +24; band: sign, at most double"))  # fmt: skip
    return rows


def motion_rows(male: Knee) -> list[Row]:
    found = solve_kneecap(male, load((10, 90), 600.0))
    slope = float(np.diff(found.patellar_flexion)[0] / np.radians(80))
    rows = [
        Row(
            row="6",
            what="patellar / knee flexion, 10 to 90 deg",
            low=0.60,
            high=0.75,
            value=slope,
            source="8 cadavers 0.7; review 0.6-0.7",
        )
    ]
    moved = np.array([1.0, 5.0, 10.0]) * 1e-3
    for force, note in ((175.0, ""), (1.0, " (relaxed)")):
        found = restraint(male, load(30, force), displacements=moved)
        for mm, target, value in zip((1, 5, 10), (10.6, 36.6, 69.0), found, strict=True):
            what = f"lateral restraint at {mm} mm, 30 deg{note} [N]"
            rows.append(around("10", what, target, 0.30, float(value), "PMC3748894, 4 cadavers; force assumed"))
    for angle in (15, 45):
        base, turned = (
            solve_kneecap(male, load(angle, 600.0, femoral_rotation_deg=turn)).lateral_force[0] for turn in (0.0, 5.0)
        )
        change = float(100 * (turned / base - 1))
        what = f"lateral force for 5 deg of femoral rotation, {angle} deg [%]"
        rows.append(Row(row="18", what=what, low=0, high=np.inf, value=change, source="Liao 2015, sign only"))
    return rows


def main() -> None:
    male, female = build_knee(sex="male"), build_knee(sex="female")
    rows = [*force_rows(male), *area_rows(male, female), *motion_rows(male)]
    print(f"{'row':<4}{'quantity':<58}{'band':>16}{'value':>9}")
    for row in rows:
        print(row.text())
    passed = sum(row.low <= row.value <= row.high for row in rows)
    print(f"{passed} of {len(rows)} within their bands")


if __name__ == "__main__":
    main()
