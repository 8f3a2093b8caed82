"""Walking and running of one leg model without a laboratory: published angles, computed ground forces."""

from dataclasses import dataclass

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.gait_body import GaitBody, gait_body, sole_points
from trochlea.leg.gait_forces import GaitForces, sagittal_forces, with_sideways
from trochlea.leg.gait_posture import gait_postures
from trochlea.leg.model import LegModel
from trochlea.leg.periodic import half_later
from trochlea.leg.posture_series import posture_series
from trochlea.leg.segments import segments
from trochlea.leg.kinematics import static_pose
from trochlea.motion.gait_cycle import GaitCycle, read_gait
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.timeseries import Array, read_only

N_FRAMES = 100
"""Instants of a cycle, even."""

OVERHANG = 0.15
"""Share of a cycle that the motion goes on before and after [-]: derivatives at an edge need frames beyond it."""

ROUNDS = 3
"""Times that duration and sway are put back into the postures; the third changes the duration by less than 0.1 %."""

SPEEDS = {"walk": (0.8, 1.8), "run": (2.0, 3.5)}
"""Speeds to which the measured angles may be stretched [m/s]. Assumed: angles change with speed, and only the published
speed was measured."""


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
        notes: What a reader must know.
    """

    cycle: GaitCycle
    motion: Motion
    start: float
    end: float
    speed: float
    stride: float
    forces: GaitForces
    notes: tuple[str, ...]


def simulate_gait(leg: LegModel, name: str, side: Side, *, speed: float | None = None) -> GaitMotion:
    """Walking or running, from contact to contact of one foot.

    The stride is as long as the angles make it on this leg; its duration is that over the speed. Inertia counts:
    the motion is not quasi-static.

    Args:
        leg: The leg model.
        name: "walk" or "run".
        side: The foot whose contact starts the cycle.
        speed: Forward [m/s]; the one at which the angles were measured if None.

    Raises:
        InputError: If there is no such gait, or its angles do not hold at that speed.
    """
    cycle = read_gait(name)
    speed = cycle.speed if speed is None else speed
    low, high = SPEEDS[cycle.name]
    if not low <= speed <= high:
        raise InputError(
            f"{cycle.title} at {speed:g} m/s: expected {low:g} to {high:g} m/s; its angles were measured at "
            f"{cycle.speed:g} m/s"
        )
    phases = np.arange(N_FRAMES) / N_FRAMES
    duration, sideways = cycle.stride_time, np.zeros(N_FRAMES)
    for _ in range(ROUNDS):
        values = gait_postures(leg, cycle, phases, sideways)
        body = gait_body(leg, values, duration)
        forces = sagittal_forces(body, leg.mass, cycle.contact)
        forces = with_sideways(forces, body, leg.mass, cycle.contact, cycle.step_width)
        duration = forces.stride / speed
        sideways = forces.centre[:, 2] - body.centre[:, 2]
    values = np.array(values)
    for axis, name_ in enumerate(("pelvis_tx", "pelvis_ty", "pelvis_tz")):
        values[:, leg.coordinates.index(name_)] = forces.centre[:, axis] - body.centre[:, axis]
    return _gait_motion(leg, cycle, side, values, duration, speed, forces)


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
        motion=Motion(name=cycle.title, coordinates=series, contacts=contacts, source="simulated", is_quasi_static=False),
        start=float(times[extra]),
        end=float(times[extra + N_FRAMES]),
        speed=speed,
        stride=forces.stride,
        forces=forces,
        notes=cycle.notes,
    )


def _contacts(leg: LegModel, series, forces: GaitForces, rows: Array) -> tuple[ContactLoad, ...]:  # noqa: ANN001
    """Force of the ground on either foot, about the point of the sole where it acts."""
    where = segments(leg, static_pose(leg, series))
    heel, ball = sole_points(leg)
    found = []
    for side, mirror in (("right", 1.0), ("left", -1.0)):
        force, along, aside = forces.force, forces.along, forces.aside
        if side == "left":
            force, along, aside = half_later(force) * (1, 1, -1), half_later(along), -half_later(aside)
        origin, turn = where.body(f"calcn_{side[0]}")
        points = origin + np.einsum("fij,fj->fi", turn, heel + along[rows, None] * (ball - heel))
        points[:, 2] += aside[rows]
        points[:, 1] = 0.0
        points[force[rows, 1] < 1.0] = np.nan
        is_covered = np.ones(rows.size, dtype=bool)
        is_covered.setflags(write=False)
        found.append(
            ContactLoad(
                side=side,
                force=read_only(force[rows]),
                point=read_only(points),
                free_moment=read_only(np.zeros((rows.size, 3))),
                is_covered=is_covered,
            )
        )
        del mirror
    return tuple(found)
