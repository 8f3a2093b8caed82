"""What a person stands, sits or pulls on in the picture of an exercise.

Places of bands, weights and pads are those of the computed loads; chairs, mats and the look of all are drawn freely.
"""

from dataclasses import dataclass

import numpy as np

from trochlea.leg.posture.task_motion import TaskMotion
from trochlea.motion.timeseries import Array
from trochlea.report.camera import View
from trochlea.report.exercise_figure import SIDES, Stage, lowest
from trochlea.units import MILLIMETRE

LYING = ("supine", "prone", "side_lying", "side_lying_on_working", "quadruped")

ON_A_CHAIR = ("sit_to_stand",)
"""Tasks in which a chair is left: it is drawn where the body is lowest."""

ON_A_STEP = ("hip_hike",)
"""Tasks on a step of any height: it is drawn so high that the other foot is free."""

MAT, SEAT, BACKREST = 22.0, 40.0, 45.0
"""Thicknesses [mm]. Assumed."""

CLEAR = 30.0
"""Room between a hanging foot and the floor [mm]. Assumed."""


TWO_ENDED = ("band", "press")
"""Kinds of loads that act on two parts, as two forces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A thing in the picture.

    Attributes:
        kind: "floor", "thing", "band" or "weight".
        line: Shape (points, 2) [mm].
        breadth: Of the stroke [mm]; 0: the line is closed and filled.
        is_in_front: Drawn over the person.
    """

    kind: str
    line: Array
    breadth: float = 0.0
    is_in_front: bool = False


def floor_height(stage: Stage, frames: tuple[int, ...], supports: Array | None) -> tuple[float, float | None]:
    """Heights of the floor and of a step's top, if there is one [mm].

    Args:
        stage: The postures of the picture.
        frames: Of these.
        supports: Points of the computed supports, shape (points, 3) [m]; None if there are none.
    """
    bottom, task = min(lowest(stage, frame) for frame in frames), stage.task
    if task.position == "seated":
        return bottom - CLEAR, None
    if task.position != "standing":
        held = bottom if supports is None else float(supports[:, 1].min()) / MILLIMETRE
        return min(bottom, held), None
    is_working = not task.supports or any(one.part == "working_foot" for one in task.supports)
    soles = {side: min(stage.sole(side, frame) for frame in frames) for side in SIDES}
    top = soles[stage.side] if is_working and task.supports else min(soles.values())
    if "step_height_m" in task.inputs:
        return top - task.inputs["step_height_m"].value.value / MILLIMETRE, top
    if task.name in ON_A_STEP:
        return bottom - CLEAR, top
    return top, None


def mat_ends(stage: Stage, view: View, low: float, high: float) -> tuple[float, float]:
    """Ends of a mat in a picture from `low` to `high` [mm]; a prone person's ends above the ankles."""
    if stage.task.position != "prone" or view == "front":
        return low, high
    ankles = [float(stage.camera.flat(stage.joint("talus", side, 0))[0]) for side in SIDES]
    knees = [float(stage.camera.flat(stage.joint("tibia", side, 0))[0]) for side in SIDES]
    if np.mean(ankles) < np.mean(knees):
        return min(ankles) + 60.0, high
    return low, max(ankles) - 60.0


def props_of(
    stage: Stage, task_motion: TaskMotion, view: View, frame: int, instant: int, heights: tuple[float, float | None]
) -> list[Prop]:
    """Everything but the floor, from the farthest to the nearest.

    Args:
        stage: The postures of the picture.
        task_motion: The movement.
        view: From where it is seen.
        frame: Which posture of the stage.
        instant: Which frame of the movement that is.
        heights: Of floor and step [mm].
    """
    floor, top = heights
    found = []
    if top is not None:
        found.append(_step(stage, frame, floor, top))
    if stage.task.position == "seated":
        found += _seat(stage, view, frame, floor)
    elif stage.task.name in ON_A_CHAIR:
        found += _stool(stage, floor)
    return [*found, *_loads(stage, task_motion, view, instant)]


def _box(low: float, high: float, bottom: float, top: float) -> Array:
    return np.array([[low, bottom], [high, bottom], [high, top], [low, top], [low, bottom]])


def _step(stage: Stage, frame: int, floor: float, top: float) -> Prop:
    """A block under the working foot that leaves the other one free."""
    foot = np.vstack(stage.foot_outline(stage.side, frame))
    return Prop(kind="thing", line=_box(foot[:, 0].min() - 25.0, foot[:, 0].max() + 25.0, floor, top))


def _seat(stage: Stage, view: View, frame: int, floor: float) -> list[Prop]:
    """Seat under the thighs with a back along the trunk."""
    hips = stage.camera.flat(0.5 * (stage.joint("femur", "right", frame) + stage.joint("femur", "left", frame)))
    under = hips[1] - 1.08 * stage.build.radii["thigh"] / MILLIMETRE
    if view == "front":
        broad = 230.0
        box = _box(hips[0] - broad, hips[0] + broad, under - SEAT, under)
        legs = [_box(x - 15, x + 15, floor, under - SEAT) for x in (hips[0] - broad + 15, hips[0] + broad - 15)]
        return [Prop(kind="thing", line=line) for line in (*legs, box)]
    rotation, position = stage.trunk(frame)
    depth = stage.build.halves["middle_trunk"][1] + 0.5 * BACKREST * MILLIMETRE - 0.01
    heights = (0.08, stage.build.levels["shoulders"])
    back = np.array([stage.build.hips + [-depth, height, 0.0] for height in heights])
    line = stage.camera.flat(back @ rotation.T + position)
    knee = stage.camera.flat(stage.joint("tibia", stage.side, frame))
    ahead = float(np.sign(knee[0] - hips[0]))
    ends = sorted((hips[0] - ahead * 150.0, hips[0] + ahead * 290.0))
    legs = [_box(x - 15, x + 15, floor, under - SEAT) for x in (ends[0] + 25, ends[1] - 25)]
    return [
        *(Prop(kind="thing", line=leg) for leg in legs),
        Prop(kind="thing_line", line=line, breadth=BACKREST),
        Prop(kind="thing", line=_box(ends[0], ends[1], under - SEAT, under)),
    ]


def _stool(stage: Stage, floor: float) -> list[Prop]:
    """A seat just below where the body is lowest."""
    hips = stage.camera.flat(0.5 * (stage.joint("femur", "right", -1) + stage.joint("femur", "left", -1)))
    under = hips[1] - 1.08 * stage.build.radii["thigh"] / MILLIMETRE - 12.0
    low, high = hips[0] - 210.0, hips[0] + 190.0
    legs = [_box(x - 15, x + 15, floor, under - SEAT) for x in (low + 25, high - 25)]
    return [Prop(kind="thing", line=line) for line in (*legs, _box(low, high, under - SEAT, under))]


def _loads(stage: Stage, task_motion: TaskMotion, view: View, instant: int) -> list[Prop]:
    """Bands, weights and pads, in the order in which the task's loads became forces."""
    contacts = iter(task_motion.motion.contacts)
    found = []
    for load in stage.task.loads:
        contact = next(contacts)
        at, push = contact.point[instant], contact.force[instant]
        flat, size = stage.camera.flat(at), float(np.linalg.norm(push))
        if load.kind in TWO_ENDED:
            far = next(contacts)
            if load.kind == "band" and load.force > 0:
                found.append(_band(stage, at, far.point[instant], load.part))
        elif size < 1e-9 or load.kind == "rest":
            continue
        elif load.kind == "weight":
            box = _box(flat[0] - 55.0, flat[0] + 55.0, flat[1] - 40.0, flat[1] + 40.0)
            found.append(Prop(kind="weight", line=box, is_in_front=True))
        else:
            found.append(_pad(stage, at, push / size, view, is_sole=load.towards == "sole"))
    return found


def _band(stage: Stage, at: Array, far: Array, part: str) -> Prop:
    """Round both legs, seen edge on."""
    name = "thigh" if part.endswith("thigh") else "shank"
    radius = (0.72 if name == "thigh" else 0.6) * stage.build.radii[name]
    along = (far - at) / np.linalg.norm(far - at)
    line = stage.camera.flat(np.array([at - radius * along, far + radius * along]))
    if np.linalg.norm(line[1] - line[0]) < 2 * radius / MILLIMETRE:
        middle = line.mean(axis=0)
        line = np.array([middle - [radius / MILLIMETRE, 0.0], middle + [radius / MILLIMETRE, 0.0]])
    return Prop(kind="band", line=line, breadth=26.0, is_in_front=True)


def _pad(stage: Stage, at: Array, push: Array, view: View, *, is_sole: bool) -> Prop:
    """What pushes on a segment: a plate under the foot, or a roll before the shank."""
    camera = stage.camera
    if is_sole:
        middle = at - 0.045 * push
        if view == "front":
            x, y = camera.flat(middle)
            return Prop(
                kind="thing_line", line=_box(x - 150.0, x + 150.0, y - 150.0, y + 150.0), breadth=9.0, is_in_front=True
            )
        across = np.cross(push, camera.nearer)
        line = camera.flat(np.array([middle - 0.17 * across, middle + 0.17 * across]))
        return Prop(kind="thing_line", line=line, breadth=28.0)
    radius = 0.04
    middle = at - (0.62 * stage.build.radii["shank"] + radius) * push
    if view == "front":
        line = camera.flat(np.array([middle - 0.1 * camera.right, middle + 0.1 * camera.right]))
        return Prop(kind="thing_line", line=line, breadth=2 * radius / MILLIMETRE, is_in_front=True)
    angle = np.linspace(0.0, 2.0 * np.pi, 25)
    ring = camera.flat(middle) + radius / MILLIMETRE * np.column_stack([np.cos(angle), np.sin(angle)])
    return Prop(kind="thing", line=ring, is_in_front=True)
