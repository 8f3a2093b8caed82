"""A task with the posture of one person at its turning point in place of the usual one."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from trochlea.errors import InputError
from trochlea.motion.task import Task
from trochlea.person.measured import Measured

SAME_ANGLE = float(np.radians(1e-6))
"""A course ends in an input's value if it is this close [rad]; far below anything that is set."""


def with_posture(task: Task, posture: Mapping[str, Measured]) -> Task:
    """The task with a person's angles at the turning point.

    An angle replaces the task's where the task has an input of its name (`hip_adduction` for `hip_adduction_deg`) that
    nobody has set and that decides the end of a course. What was set stays.

    Args:
        task: With every number decided.
        posture: Angle by quantity [rad].

    Raises:
        InputError: If an angle is outside the range of its input.
    """
    ends = replaceable(task, posture)
    inputs, courses = dict(task.inputs), dict(task.posture)
    for quantity, course in ends.items():
        name, angle = f"{quantity}_deg", posture[quantity]
        old = inputs[name]
        degrees = replace(
            angle,
            value=float(np.degrees(angle.value)),
            sd=None if angle.sd is None else float(np.degrees(angle.sd)),
            unit="deg",
        )
        if not old.low <= degrees.value <= old.high:
            raise InputError(
                f"{task.name}: {name} of this person: expected {old.low:g} to {old.high:g}, found {degrees.value:.1f}; "
                "set it, or look at the strengths and the movement style in the person file"
            )
        inputs[name] = replace(old, value=degrees)
        courses[course] = replace(courses[course], end=angle.value)
    return replace(task, inputs=inputs, posture=courses)


def replaceable(task: Task, posture: Mapping[str, Measured]) -> dict[str, str]:
    """The quantities of a posture that the task takes over, and the course that each of them ends."""
    return {
        quantity: name
        for quantity, name in decided_angles(task).items()
        if quantity in posture and task.inputs[f"{quantity}_deg"].value.note != "set"
    }


def decided_angles(task: Task) -> dict[str, str]:
    """The angles at the turning point that inputs decide, by quantity, and the course that each of them ends."""
    found = {}
    for one, own in task.inputs.items():
        quantity = one.removesuffix("_deg")
        if quantity == one:
            continue
        for name in (f"working_{quantity}", quantity):
            course = task.posture.get(name)
            if course is None or isinstance(course.end, str):
                continue
            if abs(course.end - np.radians(own.value.value)) <= SAME_ANGLE:
                found[quantity] = name
    return found
