"""The computed ground force of walking and running against measured ones."""

from pathlib import Path

import numpy as np
from gait_people import Gait
from gait_sources import PERCENT, RUNNER, columns, one_runner, rms
from markdown_table import print_table

from trochlea.leg.gait.gait_body import gait_body
from trochlea.leg.gait.gait_forces import GaitForces, sagittal_forces, with_sideways
from trochlea.leg.gait.gait_motion import simulate_cycle, simulate_gait
from trochlea.leg.kinematics import LEG_COORDINATES
from trochlea.leg.mujoco_leg import MujocoLeg
from trochlea.leg.opensim.osim import read_osim
from trochlea.leg.prepared_leg import prepare_leg
from trochlea.leg.skeleton.model import build_leg, build_leg_from_osim
from trochlea.motion.motion import Motion
from trochlea.motion.timeseries import Array
from trochlea.motion.trial import read_motion
from trochlea.units import GRAVITY

LOADED = 20.0
"""A foot is on a force plate above this vertical force [N]."""

HEIGHTS = (1.65, 1.75, 1.85)
"""Of the legs with which one runner's angles are run [m]: the file does not say his."""


def print_ground(gaits: list[Gait], data: Path) -> None:
    one = np.nanmax(columns(data / RUNNER, delimiter="\t")["RgrfY25"]) / GRAVITY
    man, mass = {gait.name: gait.done for gait in gaits}, gaits[0].leg.mass
    walk, run = (man[name].forces.force / (mass * GRAVITY) for name in ("walk", "run"))
    stride = _plate_stride(data / "mocap" / "rajagopal_walk")[:, 1]
    half = round(0.31 * PERCENT)
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
        (_left_over(gait.name, gait.done.forces) for gait in gaits),
    )


def _plate_stride(folder: Path) -> Array:
    """Force of the ground on the right foot over one stride of the measured walk, over body weight."""
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    start, end, _ = _strides(motion)
    times = start + (end - start) * np.arange(PERCENT) / PERCENT
    (plate,) = (contact for contact in motion.contacts if contact.side == "right")
    weight = build_leg_from_osim(read_osim(folder / "subject.osim")).mass * GRAVITY
    own = motion.coordinates.times
    return np.column_stack([np.interp(times, own, plate.force[:, k]) for k in range(3)]) / weight


def _left_over(name: str, forces: GaitForces) -> tuple[str, ...]:
    slip = np.sqrt(np.nanmean(forces.slip**2, axis=0)) * 1e3
    since = np.arange(PERCENT) % (PERCENT // 2)
    away = (since > 2) & (since < PERCENT // 2 - 2)
    turn = np.sqrt(np.mean(forces.turn[away] ** 2, axis=0))
    return name, *(f"{x:.1f}" for x in (*slip, *turn))


def print_walk(folder: Path) -> None:
    leg = build_leg_from_osim(read_osim(folder / "subject.osim"))
    motion = read_motion(folder / "ik_filtered_6hz.mot", folder / "external_loads.xml")
    start, end, off = _strides(motion)
    times = start + (end - start) * np.arange(PERCENT) / PERCENT
    series = motion.coordinates
    ends = np.array([start, end])
    own, drift = (
        np.column_stack([np.interp(t, series.times, series.column(n)) if n in series.names else 0 * t for n in names])
        for t, names in ((times, leg.coordinates), (ends, leg.coordinates))
    )
    # One stride made to close: what differs between its ends is taken out.
    values = own - (np.arange(PERCENT) / PERCENT)[:, None] * (drift[1] - drift[0])
    values[:, [leg.coordinates.index(f"pelvis_t{axis}") for axis in "xyz"]] = 0.0
    body = gait_body(leg, values, end - start)
    contact = (off - start) / (end - start)
    forces = with_sideways(sagittal_forces(body, leg.mass, contact), body, leg.mass, contact, _step_width(motion))
    measured = _plate_stride(folder) * leg.mass * GRAVITY
    speed = float((drift[1] - drift[0])[leg.coordinates.index("pelvis_tx")]) / (end - start)
    rows = [
        (
            word,
            f"{rms(forces.force[:, k] - measured[:, k]):.0f}",
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


def print_runner(data: Path) -> None:
    table = columns(data / RUNNER, delimiter="\t")
    up, fore = (np.nan_to_num(table[f"Rgrf{axis}25"][:PERCENT]) / GRAVITY for axis in "YX")
    cycle = one_runner(data)
    rows = []
    for height in HEIGHTS:
        leg = build_leg(mass=75.0, height=height, sex="male")
        done = simulate_cycle(leg, cycle, "right")
        force = done.forces.force / (leg.mass * GRAVITY)
        rows.append(
            (
                f"{height:g}",
                f"{done.end:.3f}",
                f"{force[:, 1].max():.2f} at {force[:, 1].argmax()} %",
                f"{up.max():.2f} at {up.argmax()} %",
                f"{rms(force[:, 1] - up):.2f}",
                f"{force[:, 0].min():.2f} to {force[:, 0].max():.2f}",
                f"{fore.min():.2f} to {fore.max():.2f}",
            )
        )
    print_table(
        "The same equations on one runner's own hip, knee and ankle at 2.5 m/s (`fukuchi-2017-running`) against that "
        "runner's ground force [body weights]; pelvis and trunk are the averages', the time on the ground is the "
        "runner's. That the averages give less is in their angles, not in the equations.",
        ("height [m]", "stride time [s]", "peak up", "measured", "RMS error", "forward", "measured forward"),
        rows,
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
