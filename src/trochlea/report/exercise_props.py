"""What a person stands, sits, lies or leans on in the picture of an exercise, drawn freely as boxes."""

from itertools import product

import numpy as np

from trochlea.motion.task import Prop, PropKind
from trochlea.motion.timeseries import Array
from trochlea.report.camera import Camera
from trochlea.report.exercise_figure import SIDES, Stage, lowest
from trochlea.report.figure_arms import TO_WALL, Levels
from trochlea.report.figure_body import hull
from trochlea.report.outline import Piece

LYING = ("supine", "prone", "side_lying", "side_lying_on_working", "quadruped")

MAT, SEAT, BACK, LEG = 0.022, 0.04, 0.045, 0.03
"""Thicknesses of a mat, a seat or bench, a backrest and a chair's leg [m]. Assumed."""

BENCH = 0.35
"""Height of a bench [m]. Assumed, lower than most so that the picture stays small."""

CLEAR = 0.03
"""Room between a hanging foot and the floor [m]. Assumed."""

ROOM = 0.06
"""A mat reaches beyond the body by this [m]. Assumed."""


def levels_of(stage: Stage, frames: tuple[int, ...], supports: Array | None) -> Levels:
    """Heights of the floor and of what the body is on, so that everything rests on something.

    Args:
        stage: The postures of the picture, seen level.
        frames: Of these.
        supports: Points of the computed supports, shape (points, 3) [m]; None if there are none.
    """
    bottom, task = min(lowest(stage, frame) for frame in frames), stage.task
    if task.position == "seated":
        return Levels(floor=bottom - CLEAR, body=_under_thighs(stage, 0))
    if task.position != "standing":
        body = bottom if supports is None else min(bottom, float(supports[:, 1].min()))
        return Levels(floor=body - (BENCH if _has(stage, "bench") else 0.0), body=body)
    is_working = not task.supports or any(one.part == "working_foot" for one in task.supports)
    soles = {side: min(stage.sole(side, frame) for frame in frames) for side in SIDES}
    top = soles[stage.side] if is_working and task.supports else min(soles.values())
    step = _named(stage, "step")
    if step is None:
        return Levels(floor=top, body=top)
    return Levels(floor=bottom - CLEAR if step.height is None else top - step.height, body=top)


def props_of(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """Everything that is behind the person, from the farthest to the nearest; the floor is not in it."""
    drawn = {"mat": _mat, "bench": _bench, "chair": _chair, "seat": _seat, "step": _step, "wall": _wall}
    return [piece for prop in stage.task.props for piece in drawn[prop.kind](stage, frame, levels)]


def box(
    camera: Camera, low: Array, high: Array, *, kind: str = "thing", turn: tuple[Array, Array] | None = None
) -> list[Piece]:
    """A box between two corners, shape (3,) each [m]; `turn` are its frame's rotation and position in ground."""
    corners = np.array(list(product(*zip(low, high, strict=True))))
    if turn is not None:
        corners = corners @ turn[0].T + turn[1]
    pieces = [Piece(kind=kind, lines=(_closed(hull(camera.flat(corners))),))]
    if camera.nearer[1] > 1e-9 and turn is None:
        top = camera.flat(corners[corners[:, 1] == corners[:, 1].max()])
        pieces.append(Piece(kind=f"{kind}_top", lines=(_closed(hull(top)),)))
    return pieces


def _closed(corners: Array) -> Array:
    return np.vstack([corners, corners[:1]])


def _named(stage: Stage, kind: PropKind) -> Prop | None:
    return next((prop for prop in stage.task.props if prop.kind == kind), None)


def _has(stage: Stage, kind: PropKind) -> bool:
    return _named(stage, kind) is not None


def _extent(stage: Stage, levels: Levels) -> tuple[Array, Array]:
    """Lowest and highest x, y, z of the body in all postures of the picture, shape (3,) each [m]."""
    points = []
    for frame in range(len(stage.segments.positions)):
        points += [stage.vertices(bone, frame) for bone in stage.bones]
        points += [stage.arm(outward, frame, levels) for outward in (1.0, -1.0)]
        balls = [ball for span in stage.trunk_spans(frame) for ball in span]
        points += [ball.centre + end * np.abs(ball.axes).sum(axis=1) for ball in balls for end in (-1.0, 1.0)]
    found = np.vstack(points)
    return found.min(axis=0), found.max(axis=0)


def _mat(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    del frame
    low, high = _extent(stage, levels)
    low, high = low - ROOM, high + ROOM
    low[1], high[1] = levels.body - MAT, levels.body
    return box(stage.camera, low, high)


def _bench(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """To lie on; the feet of a prone person hang over its end."""
    del frame
    low, high = _extent(stage, levels)
    low, high = low - ROOM, high + ROOM
    if stage.task.position == "prone":
        ankles = np.array([stage.joint("talus", side, 0) for side in SIDES])[:, 0]
        if ankles.mean() < stage.trunk(0)[1][0]:
            low[0] = ankles.min() + ROOM
        else:
            high[0] = ankles.max() - ROOM
    low[1], high[1] = levels.body - SEAT, levels.body
    return _table(stage.camera, low, high, levels.floor)


def _table(camera: Camera, low: Array, high: Array, floor: float) -> list[Piece]:
    """A slab on four legs, the far ones first."""
    feet = [
        (np.array([x, floor, z]), np.array([x + LEG, low[1], z + LEG]))
        for x in (low[0] + LEG, high[0] - 2.0 * LEG)
        for z in (low[2] + LEG, high[2] - 2.0 * LEG)
    ]
    feet.sort(key=lambda foot: float(camera.depth(foot[0])))
    legs = [piece for foot in feet for piece in box(camera, *foot)[:1]]
    return [*legs, *box(camera, low, high)]


def _hips(stage: Stage, frame: int) -> Array:
    return 0.5 * (stage.joint("femur", "right", frame) + stage.joint("femur", "left", frame))


def _under_thighs(stage: Stage, frame: int) -> float:
    return float(_hips(stage, frame)[1]) - 1.02 * stage.build.radii["thigh"]


def _seat(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """Seat under the thighs with a back along the trunk."""
    hips, broad = _hips(stage, frame), 0.23
    under = _under_thighs(stage, frame)
    rotation, position = stage.trunk(frame)
    depth = stage.build.halves["middle_trunk"][1] + 0.01
    low = stage.build.hips + [-depth - BACK, 0.06, -0.20]
    high = stage.build.hips + [-depth, stage.build.levels["shoulders"], 0.20]
    back = box(stage.camera, low, high, turn=(rotation, position))
    low, high = hips + [-0.16, 0.0, -broad], hips + [0.29, 0.0, broad]
    low[1], high[1] = under - SEAT, under
    return [*back, *_table(stage.camera, low, high, levels.floor)]


def _chair(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """A seat that the body just reaches where it is lowest, and stays where it is."""
    del frame
    lows = [_hips(stage, one)[1] for one in range(len(stage.segments.positions))]
    at = int(np.argmin(lows))
    hips = _hips(stage, at)
    under = _under_thighs(stage, at) - 0.012
    low, high = hips + [-0.24, 0.0, -0.21], hips + [0.16, 0.0, 0.21]
    low[1], high[1] = under - SEAT, under
    back_low, back_high = np.array([low[0], under, low[2]]), np.array([low[0] + LEG, under + 0.42, high[2]])
    return [*box(stage.camera, back_low, back_high), *_table(stage.camera, low, high, levels.floor)]


def _step(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """A block under the working foot that leaves the other one free."""
    foot = np.vstack([stage.vertices(b, frame) for b in stage.bones if b.side == stage.side and b.name in FOOT])
    low, high = foot.min(axis=0) - 0.03, foot.max(axis=0) + 0.03
    low[1], high[1] = levels.floor, levels.body
    return box(stage.camera, low, high)


FOOT = ("foot", "toes", "talus")


def _wall(stage: Stage, frame: int, levels: Levels) -> list[Piece]:
    """Beside the other side, as far as its hand reaches."""
    rotation, position = stage.trunk(0)
    outward = -1.0 if stage.side == "right" else 1.0
    middle = position + outward * (stage.build.shoulder_aside + TO_WALL) * rotation[:, 2]
    del frame
    near, far = sorted((float(middle[2]), float(middle[2]) + outward * 0.05))
    low = np.array([middle[0] - 0.34, levels.floor, near])
    high = np.array([middle[0] + 0.34, levels.floor + 2.2 * stage.build.levels["vertex"], far])
    return box(stage.camera, low, high, kind="wall")
