"""A task done by one leg model: postures that meet it, and the forces that hold them. Quasi-static."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trochlea.errors import InputError
from trochlea.leg.inverse_dynamics import ROOT_COORDINATES, generalised_forces
from trochlea.leg.kinematics import static_pose
from trochlea.leg.model import LegModel
from trochlea.leg.posture import PostureProblem, Postures, measure_postures, solve_postures, standing_start
from trochlea.leg.posture_quantity import quantity
from trochlea.leg.posture_series import posture_series
from trochlea.leg.support_forces import BALANCED, SupportForces, support_forces
from trochlea.leg.task_loads import task_loads
from trochlea.motion.motion import ContactLoad, Motion, Side
from trochlea.motion.task import Course, End, Position, Task, task_profile
from trochlea.motion.task_file import is_length
from trochlea.motion.timeseries import Array, read_only

N_FRAMES = 31
"""Postures of a task: 15 out, the turning point, 15 back."""

ANGLE_TOLERANCE = float(np.radians(0.5))
"""A prescribed angle may be missed by this much [rad]. Assumed; measurement errors are several degrees."""

LENGTH_TOLERANCE = 2e-3
"""A prescribed place may be missed by this much [m]. Assumed: 1.5 N.m of a person's weight."""

PELVIS_DEG: dict[Position, tuple[float, float]] = {
    "standing": (0.0, 0.0),
    "seated": (0.0, 0.0),
    "supine": (90.0, 0.0),
    "prone": (-90.0, 0.0),
    "side_lying": (90.0, 90.0),
    "side_lying_on_working": (90.0, -90.0),
    "quadruped": (-80.0, 0.0),
}
"""Tilt and rotation of the pelvis in each position [deg]; the rotation brings the working side up and is mirrored."""


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
        InputError: If no posture within the joints' ranges meets the task, or its supports cannot hold the body; says
            what is missed, by how much and at which limit.
    """
    times, progress = task_profile(task.duration, n_frames)
    n_out = n_frames // 2 + 1
    reference = _reference(task, side)
    postures = _postures(leg, task, side, progress[:n_out], reference)
    _refuse_misses(leg, task, postures, progress[:n_out])
    loads = task_loads(leg, side, postures.values, task.loads)
    supports = None
    contacts = loads
    if task.supports:
        pose = static_pose(leg, posture_series(leg, postures.values))
        columns = [leg.coordinates.index(name) for name in ROOT_COORDINATES]
        demand = generalised_forces(leg, pose, loads)[:, columns]
        supports = support_forces(leg, side, postures.values, demand, task.supports)
        if task.is_balanced:
            _refuse_unbalanced(task, supports, progress[:n_out])
        contacts = (*loads, *foot_contacts(supports))
    there_and_back = np.append(np.arange(n_out), np.arange(n_out - 1)[::-1])
    motion = Motion(
        name=task.title,
        coordinates=posture_series(leg, postures.values[there_and_back], times),
        contacts=tuple(_at(contact, there_and_back) for contact in contacts),
        source="simulated",
        is_quasi_static=True,
    )
    if supports is not None:
        supports = replace(
            supports,
            points=supports.points[there_and_back],
            forces=supports.forces[there_and_back],
            unbalanced=supports.unbalanced[there_and_back],
        )
    return TaskMotion(task=task, motion=motion, postures=postures, supports=supports)


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


def _reference(task: Task, side: Side) -> dict[str, float]:
    tilt, turn = PELVIS_DEG[task.position]
    outward = 1.0 if side == "right" else -1.0
    return {"pelvis_tilt": float(np.radians(tilt)), "pelvis_rotation": float(np.radians(outward * turn))}


def _postures(leg: LegModel, task: Task, side: Side, progress: Array, reference: Mapping[str, float]) -> Postures:
    """Postures from the start to the turning point."""
    solve = _Solver(leg, task, side, reference)
    ends = {
        "end": {name: _number(course.end) for name, course in task.posture.items()},
        "start": {name: _number(course.start) for name, course in task.posture.items()},
    }
    for word, other in (("end", "start"), ("start", "end")):
        wanted = [n for n, course in task.posture.items() if np.isnan(ends[word][n]) and _asks(course, word)]
        if wanted:
            found = solve({n: np.array([v]) for n, v in ends[word].items()}, np.array([1.0 if word == "end" else 0.0]))
            for name, value in zip(wanted, solve.measure(wanted, found.values)[0], strict=True):
                ends[word][name] = value
                if getattr(task.posture[name], other) == "hold":
                    ends[other][name] = value
    kept = [n for n, course in task.posture.items() if "open" not in (course.start, course.end)]
    return solve({n: ends["start"][n] + progress * (ends["end"][n] - ends["start"][n]) for n in kept}, progress)


def _number(end: End) -> float:
    return np.nan if isinstance(end, str) else end


def _asks(course: Course, word: str) -> bool:
    """Whether one end's value has to be found from the rest of the posture there."""
    return getattr(course, word) == "free"


class _Solver:
    """Postures of one task on one leg model."""

    def __init__(self, leg: LegModel, task: Task, side: Side, reference: Mapping[str, float]) -> None:
        self.leg, self.task, self.side, self.reference = leg, task, side, reference

    def __call__(self, targets: Mapping[str, Array], progress: Array) -> Postures:
        """Postures that meet targets, from the task's guess and the prescribed joint angles."""
        start = standing_start(self.leg, progress.size, self.reference)
        guessed = {name: a + progress * (b - a) for name, (a, b) in self.task.guess.items()}
        for name, wanted in (*guessed.items(), *targets.items()):
            one = quantity(name, self.side)
            if one.kind == "coordinate":
                column = self.leg.coordinates.index(one.coordinate)
                start[:, column] = np.where(np.isnan(wanted), start[:, column], one.sign * wanted)
        problem = PostureProblem(
            leg=self.leg,
            side=self.side,
            targets=targets,
            reference=self.reference,
            support=self.task.balance_point,
            share=self.task.balance_share,
        )
        return solve_postures(problem, start)

    def measure(self, names: list[str], values: Array) -> Array:
        """Quantities of postures, shape (frames, names) [rad, m]."""
        return measure_postures(
            self.leg,
            self.side,
            tuple(names),
            values,
            support=self.task.balance_point,
            share=self.task.balance_share,
        )


def _refuse_misses(leg: LegModel, task: Task, postures: Postures, progress: Array) -> None:
    """Refuse a task whose postures miss what it prescribes."""
    worst, name, frame = 0.0, "", 0
    for quantity_name, missed in postures.misses.items():
        tolerance = LENGTH_TOLERANCE if is_length(quantity_name) else ANGLE_TOLERANCE
        over = np.nan_to_num(np.abs(missed)) / tolerance
        if over.max() > worst:
            worst, name, frame = float(over.max()), quantity_name, int(over.argmax())
    if worst <= 1.0:
        return
    amount = float(np.abs(postures.misses[name][frame]))
    by = f"{np.degrees(amount):.1f} degrees" if not is_length(name) else f"{amount * 1e3:.0f} mm"
    stuck = [n for n, is_stuck in zip(leg.coordinates, postures.at_limit[frame], strict=True) if is_stuck]
    where = f"with {', '.join(stuck)} at the end of its range" if stuck else "although no joint is at its limit"
    raise InputError(
        f"{task.name} at {progress[frame]:.0%} of the way: {where}, {name.replace('_', ' ')} is missed by {by}; "
        "give less range or other posture angles"
    )


def _refuse_unbalanced(task: Task, supports: SupportForces, progress: Array) -> None:
    """Refuse supports that cannot hold the body."""
    frame = int(np.abs(supports.unbalanced).max(axis=1).argmax())
    left = supports.unbalanced[frame]
    worst = int(np.abs(left).argmax())
    if abs(left[worst]) <= BALANCED:
        return
    unit = "N" if worst < 3 else "N.m"
    parts = ", ".join(sorted(set(supports.parts)))
    raise InputError(
        f"{task.name} at {progress[frame]:.0%} of the way: its supports ({parts}) cannot hold the body: "
        f"{abs(left[worst]):.0f} {unit} along {ROOT_COORDINATES[worst]} are left over; move a support or the centre "
        "of mass"
    )


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
