"""One posture of a leg model as layers of a picture: bones from their meshes, muscles, and the body round them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.spatial.transform import Rotation

from trochlea.leg.posture.contact_points import SKIN_OF_FOOT
from trochlea.leg.segments import Segments
from trochlea.leg.skeleton.bone_meshes import BoneMesh
from trochlea.motion.motion import Side
from trochlea.motion.task import Task
from trochlea.motion.timeseries import Array
from trochlea.report.camera import Camera
from trochlea.report.exercise_muscles import muscle_layers
from trochlea.report.figure_arms import Levels, arm_joints
from trochlea.report.figure_body import Build, Span, arm_spans, hull, leg_spans, span_outline, trunk_spans
from trochlea.report.outline import Piece, Raster, blurred
from trochlea.units import MILLIMETRE

SKIN = {"foot": SKIN_OF_FOOT / MILLIMETRE, "pelvis": 16.0}
"""Soft tissue round bones [mm]; the pelvis' is assumed."""

TOE_BENDS = np.radians(np.arange(0.0, 71.0, 5.0))
"""How far toes are bent up so that they do not reach through the floor [rad]; the model holds them straight."""

SOFT = (2.0, 3.0)
"""Pixel [mm], and pixels over which the body's outline is rounded."""

FLESH_TOLERANCE = 1.2
"""Of the body's outline [mm]."""

LIGHT = np.array([-0.45, 0.6, 0.66])
"""Towards the light: right, up, nearer."""

SHADE = 0.54
"""Brightness below which a bone is drawn in the darker tone; 0.5 is a surface along the light."""

APART = 0.05
"""Legs nearer to each other in depth are drawn as one [m]."""

SIDES: tuple[Side, Side] = ("right", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is the same in all postures of a picture.

    Attributes:
        task: What is done.
        side: The working leg.
        build: Sizes of the body.
        bones: Meshes.
        segments: Where the bodies are.
        camera: From where it is seen.
        toe_bends: Of each foot in each posture [rad]; toes that are not named are straight.
    """

    task: Task
    side: Side
    build: Build
    bones: tuple[BoneMesh, ...]
    segments: Segments
    camera: Camera
    toe_bends: Mapping[tuple[Side, int], float]

    def joint(self, name: str, side: Side, frame: int) -> Array:
        """Origin of a leg's body, shape (3,) [m]."""
        return self.segments.body(f"{name}_{side[0]}")[0][frame]

    def vertices(self, bone: BoneMesh, frame: int) -> Array:
        """Of a bone in ground, shape (vertices, 3) [m]."""
        position, rotation = self.segments.body(bone.body)
        own = bone.vertices
        if bone.name == "toes" and bone.side != "middle":
            bend = Rotation.from_rotvec([0.0, 0.0, self.toe_bends.get((bone.side, frame), 0.0)])
            own = own @ bend.as_matrix().T
        return own @ rotation[frame].T + position[frame]

    def foot_outline(self, side: Side, frame: int) -> tuple[Array, ...]:
        """Foot with its skin: hind and mid foot, toes."""
        own = {b.name: self.camera.flat(self.vertices(b, frame)) for b in self.bones if b.side == side}
        toes = own["toes"]
        ball = own["foot"][np.argsort(np.linalg.norm(own["foot"] - toes.mean(axis=0), axis=1))[:200]]
        hind, fore = np.vstack([own["talus"], own["foot"]]), np.vstack([ball, toes])
        return _padded(hind, SKIN["foot"]), _padded(fore, SKIN["foot"])

    def sole(self, side: Side, frame: int) -> float:
        """Height of the lowest point of a foot without its toes [m]; the camera is level."""
        return float(self.foot_outline(side, frame)[0][:, 1].min()) * MILLIMETRE

    def leg_flesh(self, side: Side, frame: int) -> list[Array]:
        """Outlines of one leg's body; the last two are the foot's."""
        pelvis = self.segments.body("pelvis")[1][frame]
        behind = -self.segments.body(f"tibia_{side[0]}")[1][frame][:, 0]
        hip, knee, ankle = (self.joint(name, side, frame) for name in ("femur", "tibia", "talus"))
        spans = leg_spans(self.build, pelvis, hip, knee, ankle, behind)
        return [*(span_outline(span, self.camera) for span in spans), *self.foot_outline(side, frame)]

    def trunk_flesh(self, frame: int) -> list[Array]:
        """Outlines of trunk, neck and head."""
        spans = self.trunk_spans(frame)
        pelvis = [self.camera.flat(self.vertices(bone, frame)) for bone in self.bones if bone.body == "pelvis"]
        return [*(span_outline(span, self.camera) for span in spans), _padded(np.vstack(pelvis), SKIN["pelvis"])]

    def trunk_spans(self, frame: int) -> list[Span]:
        """Trunk, neck and head in ground.

        The face of a prone person is turned aside; the head of one who lifts the hips stays level on the floor.
        """
        rotation, position = self.trunk(frame)
        nod = max(0.0, -float(np.arcsin(rotation[1, 1]))) if self.task.position == "supine" else 0.0
        spans = trunk_spans(self.build, nod=nod, is_face_turned=self.task.position == "prone")
        return [(a.moved(rotation, position), b.moved(rotation, position)) for a, b in spans]

    def arm(self, outward: float, frame: int, levels: Levels) -> Array:
        """Shoulder, elbow, wrist and tip of one hand in ground, shape (4, 3) [m]."""
        is_working = (outward > 0) == (self.side == "right")
        return arm_joints(self.build, self.task, outward, self.trunk(frame), levels, is_working=is_working)

    def arm_flesh(self, outward: float, frame: int, levels: Levels) -> list[Array]:
        """Outlines of one arm."""
        spans = arm_spans(self.build, self.arm(outward, frame, levels))
        return [span_outline(span, self.camera) for span in spans]

    def trunk(self, frame: int) -> tuple[Array, Array]:
        """Rotation and position of the torso."""
        position, rotation = self.segments.body("torso")
        return rotation[frame], position[frame]


def toe_bends(stage: Stage, floor: float, frames: tuple[int, ...]) -> dict[tuple[Side, int], float]:
    """The smallest bend of each foot's toes that keeps them above a floor [m], or the largest; the camera is level."""
    found: dict[tuple[Side, int], float] = {}
    for frame, side in product(frames, SIDES):
        for bend in TOE_BENDS:
            found[(side, frame)] = float(bend)
            tried = replace(stage, toe_bends=found)
            if tried.foot_outline(side, frame)[1][:, 1].min() >= floor / MILLIMETRE - 1.0:
                break
    return found


def lowest(stage: Stage, frame: int) -> float:
    """Height of the lowest point of legs and trunk [m]; the camera is level.

    The feet of a prone person hang over the edge, and those of a kneeling one bend their toes.
    """
    outlines = stage.trunk_flesh(frame)
    for side in SIDES:
        feet = 2 if stage.task.position in ("prone", "quadruped") else 0
        legs = stage.leg_flesh(side, frame)
        outlines += legs[: len(legs) - feet]
    return float(min(outline[:, 1].min() for outline in outlines)) * MILLIMETRE


def figure_pieces(
    stage: Stage, frame: int, levels: Levels, muscles: Mapping[str, Array], activations: Mapping[str, float]
) -> list[Piece]:
    """All of a posture, from the farthest to the nearest.

    Args:
        stage: What is the same in all postures.
        frame: Which posture.
        levels: Heights of the floor and of what the body lies or stands on.
        muscles: Lines of the working leg's muscles in this posture, shape (points, 3) each [m].
        activations: By muscle [-]; muscles below the first of LEVELS are not drawn.
    """
    camera = stage.camera
    other: Side = "left" if stage.side == "right" else "right"
    trunk = stage.trunk(frame)[0]
    is_from_side = abs(camera.depth(trunk[:, 2])) > 0.5
    depths: dict[Side, float] = {
        side: float(np.mean([camera.depth(stage.joint(b, side, frame)) for b in ("tibia", "talus")])) for side in SIDES
    }
    is_apart = is_from_side and abs(depths["right"] - depths["left"]) > APART
    order = sorted((1.0, -1.0), key=lambda outward: outward * camera.depth(trunk[:, 2]))
    arms = [_flesh("flesh", stage.arm_flesh(outward, frame, levels)) for outward in order]
    behind, before = (arms[:1], arms[1:]) if is_from_side else (arms, [])
    if not is_from_side and camera.depth(trunk[:, 0]) > 0:
        behind, before = [], arms  # arms are bent to the front
    far = min(depths, key=lambda side: depths[side])
    pieces = [replace(arm, kind="far_flesh") if is_from_side else arm for arm in behind]
    bones = _bones(stage, frame)
    near = list(depths)
    if is_apart:
        near.remove(far)
        pieces.append(_flesh("far_flesh", stage.leg_flesh(far, frame)))
        if far == other:
            far_letter = f"_{far[0]}"
            pieces += [p for _, bone, found in bones if bone.body.endswith(far_letter) for p in found]
            bones = [one for one in bones if not one[1].body.endswith(far_letter)]
    flesh = stage.trunk_flesh(frame)
    for side in near:
        flesh += stage.leg_flesh(side, frame)
    pieces += [_flesh("flesh", flesh), *before]
    layers = [(depth, found) for depth, _, found in bones]
    layers += muscle_layers(camera, muscles, activations)
    for _, found in sorted(layers, key=lambda layer: layer[0]):
        pieces += found
    return pieces


def _flesh(kind: str, outlines: list[Array]) -> Piece:
    """Outlines joined, their joints rounded."""
    pixel, spread = SOFT
    raster = Raster(np.vstack(outlines), margin=20.0, pixel=pixel)
    mask = blurred(raster.paint(outlines, [255] * len(outlines)), spread)
    return Piece(kind=kind, lines=tuple(raster.trace(mask, 127.5, tolerance=FLESH_TOLERANCE)))


def _bones(stage: Stage, frame: int) -> list[tuple[float, BoneMesh, list[Piece]]]:
    """Depth, bone and what is drawn of it."""
    found = []
    for bone in stage.bones:
        vertices = stage.vertices(bone, frame)
        other = "" if bone.side in (stage.side, "middle") or bone.name == "pelvis" else "other_"
        depth = float(stage.camera.depth(vertices.mean(axis=0)))
        found.append((depth, bone, _bone(stage.camera, vertices, bone.triangles, other)))
    return sorted(found, key=lambda one: one[0])


def _bone(camera: Camera, vertices: Array, triangles: np.ndarray, other: str) -> list[Piece]:
    """Outline and shaded part of one mesh."""
    flat, corners = camera.flat(vertices), vertices[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-15)
    axes = np.array([camera.right, camera.up, camera.nearer])
    light = normals @ axes.T @ (LIGHT / np.linalg.norm(LIGHT))
    order = np.argsort(camera.depth(corners).mean(axis=1))
    raster = Raster(flat)
    polygons = [flat[triangles[i]] for i in order]
    mask = raster.paint(polygons, [255] * len(polygons)) / 255.0
    bright = raster.paint(polygons, [int(1 + 253 * (0.5 + 0.5 * light[i])) for i in order]) / 255.0
    smooth = blurred(bright, 2.5) / np.maximum(blurred(mask, 2.5), 1e-6)
    inside = np.clip(4.0 * (blurred(mask, 1.5) - 0.6), 0.0, 1.0)
    pieces = [Piece(kind=f"{other}bone", lines=tuple(raster.trace(blurred(mask, 0.7), 0.5)))]
    shade = raster.trace((SHADE - smooth) * inside - 0.02, 0.0, tolerance=1.0)
    if shade:
        pieces.append(Piece(kind=f"{other}shade", lines=tuple(shade)))
    return pieces


def _padded(points: Array, skin: float) -> Array:
    """Hull of points with skin round them, shape (corners, 2)."""
    angle = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    corners = hull(points)
    around = skin * np.column_stack([np.cos(angle), np.sin(angle)])
    return hull((corners[:, None] + around).reshape(-1, 2))
