"""Walking and running of one leg model without a laboratory: published angles, computed ground forces."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trochlea.errors import InputError
from trochlea.leg.gait.gait_body import gait_body, sole_points
from trochlea.leg.gait.gait_forces import SMALL, GaitForces, sagittal_forces, with_sideways
from trochlea.leg.gait.gait_posture import gait_postures
from trochlea.leg.gait.periodic import half_later
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture import standing_start
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.segments import Segments, segments
from trochlea.leg.skeleton.model import LegModel
from trochlea.leg.skeleton.repairs import PELVIS_SLIDES
from trochlea.motion.gait_cycle import SPEEDS, GaitCycle, read_gait
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.timeseries import Array, TimeSeries, read_only

N_FRAMES = 100
"""Instants of a cycle, even."""

OVERHANG = 0.15
"""Share of a cycle that the motion goes on before and after [-]: derivatives at an edge need frames beyond it."""

ROUNDS = 5
"""Times that duration and sway are put back into the postures; the third changes the duration by less than 0.1 %."""

IMPACT = 0.02
"""Share of a cycle before and after a foot's contact that has no answer [-]: averages of people have no impact, and
what they have there instead lacks more than 50 N.m to turn the body, in both gaits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaitMotion:
    """A gait done.

    Attributes:
        cycle: What was asked for.
        motion: Coordinates and forces on both feet, a little more than a cycle.
        start: Contact of the working foot [s]: give both to whatever takes a window of the motion.
        end: Its next contact [s].
        speed: Forward [m/s].
        stride: Length of a cycle [m].
        forces: Of the right foot, one cycle; what they lack shows how far to trust them.
        postures: Coordinates over the cycle from right contact to right contact without its end, shape (N_FRAMES,
            coordinates) [rad, m].
        notes: What a reader must know.
    """

    cycle: GaitCycle
    motion: Motion
    start: float
    end: float
    speed: float
    stride: float
    forces: GaitForces
    postures: Array
    notes: tuple[str, ...]


def simulate_gait(leg: LegModel, name: str, side: Side, *, speed: float | None = None) -> GaitMotion:
    """Walking or running, from contact to contact of one foot.

    The stride is as long as the angles make it on this leg; its duration is that over the speed. Inertia counts:
    the motion is not quasi-static. Stairs have no published curve here: there are quasi-static steps among the tasks.

    Args:
        leg: The leg model.
        name: "walk" or "run".
        side: The foot whose contact starts the cycle.
        speed: Forward [m/s]; the one at which the angles were measured if None.

    Raises:
        InputError: If there is no such gait, or its angles do not hold at that speed.
    """
    return simulate_cycle(leg, read_gait(name), side, speed=speed)


def simulate_cycle(leg: LegModel, cycle: GaitCycle, side: Side, *, speed: float | None = None) -> GaitMotion:
    """As `simulate_gait`, with angles that are given.

    Raises:
        InputError: If the angles do not hold at that speed.
    """
    speed = cycle.speed if speed is None else speed
    low, high = SPEEDS[cycle.name]
    if not low <= speed <= high:
        raise InputError(
            f"{cycle.title} at {speed:g} m/s: expected {low:g} to {high:g} m/s; its angles were measured at "
            f"{cycle.speed:g} m/s"
        )
    duration, values = cycle.stride_time, standing_start(leg, N_FRAMES, {})
    for _ in range(ROUNDS - 1):
        values, forces = _round(leg, cycle, duration, values)
        duration = forces.stride / speed
    values, forces = _round(leg, cycle, duration, values)
    return _gait_motion(leg, cycle, side, values, duration, speed, forces)


def simulate_like(leg: LegModel, cycle: GaitCycle, side: Side, near: GaitMotion) -> GaitMotion:
    """The gait of somebody whose angles are a little different, at the same speed, found from one that was done.

    Postures are found once, with the sway of the other: the feet leave their lines by what the sway differs.

    Args:
        leg: The leg model.
        cycle: The angles.
        side: The foot whose contact starts the cycle.
        near: The gait of the averages of the same leg model.
    """
    values = gait_postures(leg, cycle, np.arange(N_FRAMES) / N_FRAMES, near.postures)
    _, forces = _moved(leg, cycle, near.end - near.start, values)
    duration = forces.stride / near.speed
    values, forces = _moved(leg, cycle, duration, values)
    return _gait_motion(leg, cycle, side, values, duration, near.speed, forces)


def _round(leg: LegModel, cycle: GaitCycle, duration: float, near: Array) -> tuple[Array, GaitForces]:
    """Coordinates with the pelvis' path and forces, with the sway of other coordinates that are near."""
    return _moved(leg, cycle, duration, gait_postures(leg, cycle, np.arange(N_FRAMES) / N_FRAMES, near))


def _moved(leg: LegModel, cycle: GaitCycle, duration: float, postures: Array) -> tuple[Array, GaitForces]:
    """Postures with the pelvis' path that Newton's law gives them, and forces."""
    values = np.array(postures)
    body = gait_body(leg, values, duration)
    forces = sagittal_forces(body, leg.mass, cycle.contact)
    forces = with_sideways(forces, body, leg.mass, cycle.contact, cycle.step_width)
    pelvis = forces.centre - body.centre
    values[:, [leg.coordinates.index(slide) for slide in PELVIS_SLIDES]] = pelvis
    return read_only(values), forces


def _gait_motion(
    leg: LegModel, cycle: GaitCycle, side: Side, values: Array, duration: float, speed: float, forces: GaitForces
) -> GaitMotion:
    extra = round(OVERHANG * N_FRAMES)
    first = -extra if side == "right" else N_FRAMES // 2 - extra
    order = np.arange(first, first + N_FRAMES + 2 * extra + 1)
    rows, turns = order % N_FRAMES, order // N_FRAMES
    own = np.array(values[rows])
    forward = leg.coordinates.index("pelvis_tx")
    own[:, forward] += turns * forces.stride
    times = (np.arange(order.size) - extra) * duration / N_FRAMES
    series = posture_series(leg, own, times)
    contacts = _contacts(leg, series, forces, rows)
    return GaitMotion(
        cycle=cycle,
        motion=Motion(name=cycle.title, coordinates=series, contacts=contacts, source="simulated"),
        start=float(times[extra]),
        end=float(times[extra + N_FRAMES]),
        speed=speed,
        stride=forces.stride,
        forces=forces,
        postures=values,
        notes=cycle.notes if speed == cycle.speed else (*cycle.notes, _stretched(cycle, speed)),
    )


def _stretched(cycle: GaitCycle, speed: float) -> str:
    return (
        f"at {speed:g} m/s the angles measured at {cycle.speed:g} m/s only go at another pace: people would change "
        "their stride, and load the knee otherwise"
    )


def _contacts(leg: LegModel, series: TimeSeries, forces: GaitForces, rows: NDArray[np.intp]) -> tuple[ContactLoad, ...]:
    """Force of the ground on either foot, about the point of the sole where it acts."""
    where = segments(leg, static_pose(leg, series))
    left = (half_later(forces.force) * (1, 1, -1), half_later(forces.along), -half_later(forces.aside))
    return (
        _contact(leg, where, "right", rows, (forces.force, forces.along, forces.aside), lands=0),
        _contact(leg, where, "left", rows, left, lands=N_FRAMES // 2),
    )


def _contact(
    leg: LegModel,
    where: Segments,
    side: Side,
    rows: NDArray[np.intp],
    load: tuple[Array, Array, Array],
    *,
    lands: int,
) -> ContactLoad:
    """One foot's: force [N], place from heel to metatarsal heads [-] and aside [m] over a cycle."""
    force, along, aside = (part[rows] for part in load)
    heel, ball = sole_points(leg)
    origin, turn = where.body(f"calcn_{side[0]}")
    points = origin + np.einsum("fij,fj->fi", turn, heel + along[:, None] * (ball - heel))
    points[:, 2] += aside
    points[:, 1] = 0.0
    points[force[:, 1] < SMALL] = np.nan
    since = (rows - lands + N_FRAMES // 2) % N_FRAMES - N_FRAMES // 2
    is_covered = np.abs(since) > IMPACT * N_FRAMES
    is_covered.setflags(write=False)
    return ContactLoad(
        side=side,
        force=read_only(force),
        point=read_only(points),
        free_moment=read_only(np.zeros((rows.size, 3))),
        is_covered=is_covered,
    )
