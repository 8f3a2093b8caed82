"""A task done by one leg model: postures that meet it, and the forces that hold them. Quasi-static."""

from dataclasses import dataclass, replace

import numpy as np

from trochlea.leg.inverse_dynamics import ROOT_COORDINATES, generalised_forces
from trochlea.leg.kinematics import static_pose
from trochlea.leg.posture.posture import Postures
from trochlea.leg.posture.posture_misses import with_open_ends
from trochlea.leg.posture.posture_series import posture_series
from trochlea.leg.posture.support_forces import SupportForces, support_forces
from trochlea.leg.posture.task_checks import refuse_misses, refuse_sliding, refuse_unbalanced
from trochlea.leg.posture.task_loads import task_loads
from trochlea.leg.posture.task_postures import task_postures
from trochlea.leg.skeleton.model import LegModel
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.task import Task, task_profile
from trochlea.motion.timeseries import Array, read_only

N_FRAMES = 31
"""Postures of a task: 15 out, the turning point, 15 back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMotion:
    """A task done.

    Attributes:
        task: What was asked for.
        motion: Coordinates and forces on the legs.
        postures: The postures that were found out to the turning point, and what they miss.
        supports: Forces at the supports, the whole movement; None where something outside holds the body.
    """

    task: Task
    motion: Motion
    postures: Postures
    supports: SupportForces | None


def simulate_task(leg: LegModel, task: Task, side: Side, *, n_frames: int = N_FRAMES) -> TaskMotion:
    """Postures and forces of a task; the way back passes through the same postures.

    Args:
        leg: The leg model.
        task: What is prescribed.
        side: The working leg.
        n_frames: Instants, an odd number.

    Raises:
        InputError: If no posture within the joints' ranges meets the task, or its supports slide or cannot hold the
            body; says what is missed, by how much and at which limit.
    """
    times, progress = task_profile(task.duration, n_frames)
    n_out = n_frames // 2 + 1
    postures = task_postures(leg, task, side, progress[:n_out])
    refuse_misses(leg, task, with_open_ends(leg, task, side, postures), progress[:n_out])
    contacts, supports = task_contacts(leg, task, side, postures.values)
    if supports is not None:
        refuse_sliding(task, supports)
        if task.is_balanced:
            refuse_unbalanced(task, supports, progress[:n_out])
    there_and_back = np.append(np.arange(n_out), np.arange(n_out - 1)[::-1])
    motion = Motion(
        name=task.title.lower(),
        coordinates=posture_series(leg, postures.values[there_and_back], times),
        contacts=tuple(_at(contact, there_and_back) for contact in contacts),
        source="simulated",
        is_quasi_static=True,
        carried_outside=task.carried_outside,
    )
    if supports is not None:
        supports = replace(
            supports,
            points=supports.points[there_and_back],
            is_touching=supports.is_touching[there_and_back],
            forces=supports.forces[there_and_back],
            unbalanced=supports.unbalanced[there_and_back],
        )
    return TaskMotion(task=task, motion=motion, postures=postures, supports=supports)


def task_contacts(
    leg: LegModel, task: Task, side: Side, values: Array
) -> tuple[tuple[ContactLoad, ...], SupportForces | None]:
    """Forces on the legs in given postures, and those at the supports; None where something outside holds the body.

    Args:
        leg: The leg model.
        task: What is prescribed.
        side: The working leg.
        values: Postures, shape (frames, coordinates) [rad, m].
    """
    loads = task_loads(leg, side, values, task.loads)
    if not task.supports:
        return loads, None
    pose = static_pose(leg, posture_series(leg, values))
    columns = [leg.coordinates.index(name) for name in ROOT_COORDINATES]
    demand = generalised_forces(leg, pose, loads)[:, columns]
    supports = support_forces(leg, side, values, demand, task.supports)
    return (*loads, *foot_contacts(supports)), supports


def foot_contacts(supports: SupportForces) -> tuple[ContactLoad, ...]:
    """Forces on the feet as one load a foot, about its centre of pressure."""
    found = []
    for letter, side in (("r", "right"), ("l", "left")):
        own = [i for i, body in enumerate(supports.bodies) if body == f"calcn_{letter}"]
        if not own:
            continue
        forces, points = supports.forces[:, own], supports.points[:, own]
        total = forces.sum(axis=1)
        push = np.maximum(forces[..., 1], 0.0)
        share = push / np.maximum(push.sum(axis=1, keepdims=True), 1e-12)
        centre = np.einsum("fp,fpi->fi", share, points)
        moment = np.cross(points - centre[:, None], forces).sum(axis=1)
        is_covered = np.ones(len(total), dtype=bool)
        is_covered.setflags(write=False)
        found.append(
            ContactLoad(
                side="right" if side == "right" else "left",
                force=read_only(total),
                point=read_only(centre),
                free_moment=read_only(moment),
                is_covered=is_covered,
            )
        )
    return tuple(found)


def _at(contact: ContactLoad, frames: np.ndarray) -> ContactLoad:
    is_covered = contact.is_covered[frames]
    is_covered.setflags(write=False)
    return replace(
        contact,
        force=read_only(contact.force[frames]),
        point=read_only(contact.point[frames]),
        free_moment=read_only(contact.free_moment[frames]),
        is_covered=is_covered,
    )
